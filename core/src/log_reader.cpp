// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "log_reader.hpp"

#include "archive_file.hpp"
#include "index_codec.hpp"
#include "postings.hpp"
#include "text.hpp"

#include <algorithm>

namespace daybook {
namespace {

error damaged(position at, std::string_view what) {
    return fail(errc::corrupt, cat("read event at position ", at, ": ", what));
}

/// The record at `at` in a frame that starts at `first`.
result<event_view> record_in(const frame_view& frame, position first, position at) {
    const auto record = frame.record(static_cast<std::uint32_t>(at.value - first.value));
    auto view = event_view::parse(record);
    if (!view) return fail(view.error().code, cat("position ", at, ": ", view.error().message));
    if (view->position() != at) {
        return damaged(at, cat("the record there says it is at ", view->position()));
    }
    return view;
}

}  // namespace

result<void> look_at(const read_check& check, const frame_view& frame, position first) {
    thread_local std::vector<event_view> shown;
    shown.clear();
    for (std::uint32_t i = 0; i < frame.events(); ++i) {
        const auto view = record_in(frame, first, {first.value + i});
        if (!view) return view.error();
        shown.push_back(*view);
    }
    return check.look(shown);
}

std::string log_key(position first) {
    std::string key;
    bytes::append_big(key, first.value);
    return key;
}

position position_of_key(std::string_view key) noexcept {
    return {bytes::load_big<std::uint64_t>(key.data())};
}

result<std::shared_ptr<const offset_set>> log_store::directory(std::uint32_t segment) {
    if (auto known = directories_.find(segment)) return std::move(*known);
    auto key = index_codec::key_prefix(segment >> index_codec::group_bits, field::frames);
    index_codec::append_segment(key, segment);
    rocksdb::PinnableSlice value;
    const auto status = db_->db().Get({}, db_->index(), key, &value);
    if (!status.ok()) return to_error(status, cat("read frame table of segment ", segment));
    auto starts = std::make_shared<offset_set>();
    if (!postings::decode(to_view(value), *starts) || !starts->contains(0)) {
        return fail(errc::corrupt,
                    cat("frame table of segment ", segment, " is damaged; run `daybook reindex`"));
    }
    directories_.put(segment, starts, sizeof(offset_set));
    return std::shared_ptr<const offset_set>{std::move(starts)};
}

result<position> log_store::frame_start(position at) {
    const auto segment = segment_of(at);
    const auto list = segments_.current();
    if (list->is_sealed(segment)) {
        const auto starts = directory(segment);
        if (!starts) return starts.error();
        return position_of(segment, *(*starts)->at_or_before(offset_of(at)));
    }
    if (segment >= list->size()) return damaged(at, "it is beyond the end of the log");
    const auto& tail = *list->in_memory(segment);
    const std::shared_lock lock{tail.mutex};
    const auto& starts = tail.frame_starts();
    const auto after = std::upper_bound(starts.begin(), starts.end(), offset_of(at));
    if (after == starts.begin()) return damaged(at, "no frame starts before it");
    return position_of(segment, *std::prev(after));
}

result<std::string> log_store::read_frame(position first) {
    const auto doing = [&] { return cat("read event at position ", first); };
    rocksdb::ReadOptions options;
    options.fill_cache = false;  // The frame is kept here; its block need not be kept too.
    const auto table = db_->archives().current();
    if (table->find(segment_of(first)) == nullptr) {
        char key[8];
        for (std::size_t i = 0; i < 8; ++i) key[i] = static_cast<char>(first.value >> (56 - 8 * i));
        rocksdb::PinnableSlice value;
        const auto status = db_->db().Get(options, db_->log(), rocksdb::Slice{key, 8}, &value);
        if (status.ok()) return value.ToString();
        // It may have gone to an archive just now.
        const bool changed = status.IsNotFound() && db_->archives().current() != table;
        if (!changed) return to_error(status, doing());
    }
    frame_cursor frames{*db_, options};
    if (auto found = frames.seek(first); !found) {
        return fail(found.error().code, cat(doing(), ": ", found.error().message));
    }
    if (!frames->Valid() || position_of_key(to_view(frames->key())) != first) {
        if (!frames->status().ok()) return to_error(frames->status(), doing());
        return damaged(first, "the log has no frame for it");
    }
    return frames->value().ToString();
}

result<std::shared_ptr<const kept_frame>> log_store::frame_of(position at) {
    const auto first = frame_start(at);
    if (!first) return first.error();
    if (auto known = frames_.find(first->value)) return std::move(*known);

    auto bytes = read_frame(*first);
    if (!bytes) return bytes.error();
    auto kept = std::make_shared<kept_frame>();
    kept->bytes = std::move(*bytes);
    kept->first = *first;
    const auto view = frame_view::parse(kept->bytes);
    if (!view) return damaged(at, view.error().message);
    kept->view = *view;
    if (at.value - first->value >= view->events()) return damaged(at, "its frame ends before it");
    if (const auto check = db_->checks_reads()) {
        if (auto ok = look_at(*check, kept->view, *first); !ok) return ok.error();
    }
    frames_.put(first->value, kept, kept->bytes.size() + sizeof(kept_frame) + 64);
    return std::shared_ptr<const kept_frame>{std::move(kept)};
}

result<event_id> log_store::commit_of(position at) {
    const auto frame = frame_of(at);
    if (!frame) return frame.error();
    const auto& view = (*frame)->view;
    for (std::uint16_t i = 0; i < view.commits(); ++i) {
        const auto commit = view.commit(i);
        if (at >= commit.first && at.value - commit.first.value < commit.events) return commit.id;
    }
    return damaged(at, "its frame does not list its commit");
}

result<event_view> log_reader::at(position wanted) {
    if (!frame_ || wanted < frame_->first ||
        wanted.value - frame_->first.value >= frame_->view.events()) {
        auto found = log_->frame_of(wanted);
        if (!found) return found.error();
        frame_ = std::move(*found);
    }
    return record_in(frame_->view, frame_->first, wanted);
}

namespace {

rocksdb::ReadOptions for_scans() {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = 1U << 20U;
    return options;
}

}  // namespace

log_scanner::log_scanner(database& db, position from, position end, bool backwards, bool unchecked)
    : db_{db.shared_from_this()},
      frames_{db, for_scans()},
      next_{from},
      end_{end},
      backwards_{backwards} {
    if (!unchecked) check_ = db.checks_reads();
    if (from.value >= end.value) done_ = true;
}

void log_scanner::skip_to(position to) {
    if (to.value >= end_.value) done_ = true;
    const bool inside =
        loaded_ && to >= frame_first_ && to.value - frame_first_.value < frame_.events();
    next_ = to;
    if (!inside) loaded_ = false;
}

result<bool> log_scanner::load_frame() {
    const bool adjacent =
        frame_.events() > 0 && (backwards_ ? next_.value + 1 == frame_first_.value
                                           : next_.value == frame_first_.value + frame_.events());
    const auto there = adjacent ? frames_.step(next_, backwards_) : frames_.seek(next_);
    if (!there)
        return fail(there.error().code, cat("read from ", next_, ": ", there.error().message));
    if (!frames_->Valid()) {
        if (!frames_->status().ok()) return to_error(frames_->status(), cat("read from ", next_));
        return damaged(next_, "the log has no frame for it");
    }
    const auto view = frame_view::parse(to_view(frames_->value()));
    if (!view) return damaged(next_, view.error().message);
    frame_ = *view;
    frame_first_ = position_of_key(to_view(frames_->key()));
    if (frame_first_ > next_ || next_.value - frame_first_.value >= frame_.events()) {
        return damaged(next_, cat("the log has a gap; the frame found starts at ", frame_first_));
    }
    if (check_) {
        if (auto ok = look_at(*check_, frame_, frame_first_); !ok) return ok.error();
    }
    loaded_ = true;
    return true;
}

result<std::optional<event_view>> log_scanner::next() {
    if (done_) return std::optional<event_view>{};
    if (!loaded_) {
        if (auto loaded = load_frame(); !loaded) return loaded.error();
    }
    const auto view = record_in(frame_, frame_first_, next_);
    if (!view) return view.error();
    if (backwards_) {
        if (next_.value == 0) done_ = true;
        if (next_ == frame_first_) loaded_ = false;
        --next_.value;
    } else {
        ++next_.value;
        if (next_ == end_) done_ = true;
        if (next_.value == frame_first_.value + frame_.events()) loaded_ = false;
    }
    return std::optional{*view};
}

}  // namespace daybook
