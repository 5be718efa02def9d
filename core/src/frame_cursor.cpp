// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "frame_cursor.hpp"

#include "archive_file.hpp"
#include "log_reader.hpp"
#include "segments.hpp"

namespace daybook {

frame_cursor::frame_cursor(database& db, const rocksdb::ReadOptions& how)
    : db_{db}, how_{how}, table_{db.archives().current()} {}
frame_cursor::~frame_cursor() = default;

/// A segment goes from the log only after the table says where it is, so an iterator that is made
/// after a look at the table has what the table does not name, or the table has changed since.
bool frame_cursor::take_newer_table() {
    auto newer = db_.archives().current();
    if (newer == table_) return false;
    table_ = std::move(newer);
    log_.reset();
    at_ = nullptr;
    return true;
}

result<void> frame_cursor::choose(std::uint32_t segment) {
    segment_ = segment;
    const auto* archived = table_->find(segment);
    if (archived == nullptr) {
        if (!log_) log_.reset(db_.db().NewIterator(how_, db_.log()));
        at_ = log_.get();
        return {};
    }
    if (!in_file_ || file_name_ != archived->file) {
        at_ = nullptr;
        auto opened = db_.archives().open(*table_, *archived, db_.log_options());
        if (!opened) return opened.error();
        in_file_.reset();
        file_ = std::move(*opened);
        in_file_ = file_->frames(how_);
        file_name_ = archived->file;
    }
    at_ = in_file_.get();
    return {};
}

bool frame_cursor::is_in(std::uint32_t segment) const {
    return at_->Valid() && at_->key().size() == 8 &&
           segment_of(position_of_key(to_view(at_->key()))) == segment;
}

result<void> frame_cursor::seek(position wanted) {
    for (;;) {
        auto chosen = choose(segment_of(wanted));
        if (chosen) {
            at_->SeekForPrev(log_key(wanted));
            if (is_in(segment_)) return {};
        }
        if (!take_newer_table()) return chosen;
    }
}

result<void> frame_cursor::step(position wanted, bool backwards) {
    if (at_ == nullptr || !at_->Valid() || segment_of(wanted) != segment_) return seek(wanted);
    backwards ? at_->Prev() : at_->Next();
    return {};
}

}  // namespace daybook
