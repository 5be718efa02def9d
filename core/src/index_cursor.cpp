// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "index_cursor.hpp"

#include "bytes.hpp"
#include "text.hpp"

#include <algorithm>
#include <span>

namespace daybook {

index_cursor::index_cursor(database& db, const term& wanted, bool backwards)
    : db_{db.shared_from_this()},
      entries_{db.db().NewIterator({}, db.index())},
      wanted_{wanted},
      backwards_{backwards} {}

void index_cursor::seek(std::uint32_t segment) {
    key_.resize(prefix_size_);
    index_codec::append_segment(key_, segment);
    backwards_ ? entries_->SeekForPrev(key_) : entries_->Seek(key_);
    settle();
}

void index_cursor::settle() {
    found_.reset();
    if (!entries_->Valid()) return;
    const auto key = to_view(entries_->key());
    const auto prefix = std::string_view{key_}.substr(0, prefix_size_);
    if (key.size() == prefix_size_ + 4 && key.starts_with(prefix)) {
        found_ = index_codec::segment_of(key);
    }
}

result<std::optional<std::string_view>> index_cursor::find(std::uint32_t segment) {
    const auto group = segment >> index_codec::group_bits;
    if (group_ != group) {
        group_ = group;
        key_ = index_codec::key_prefix(group, wanted_);
        prefix_size_ = key_.size();
        seek(segment);
    }
    // Neighbours are next to each other: a few steps beat a seek.
    constexpr int steps_max = 8;
    for (int step = 0; found_ && (backwards_ ? *found_ > segment : *found_ < segment); ++step) {
        if (step == steps_max) {
            seek(segment);
            break;
        }
        backwards_ ? entries_->Prev() : entries_->Next();
        settle();
    }
    if (!found_ && !entries_->status().ok()) return to_error(entries_->status(), "read index");
    if (found_ != segment) return std::optional<std::string_view>{};
    return std::optional{to_view(entries_->value())};
}

namespace {

using checker = std::function<bool(event_view)>;

result<std::optional<position>> newest_in_tail(const tail_segment& tail, const term& wanted,
                                               std::uint32_t end, const checker& is_it,
                                               const record_reader& read) {
    for (;;) {
        std::int32_t offset = -1;
        {
            const std::shared_lock lock{tail.mutex};
            offset = tail.newest(wanted, end);
        }
        if (offset < 0) return std::optional<position>{};
        const auto at = position_of(tail.number(), static_cast<std::uint32_t>(offset));
        const auto event = read(at);
        if (!event) return event.error();
        if (is_it(*event)) return std::optional{at};
        end = static_cast<std::uint32_t>(offset);
    }
}

result<std::optional<position>> newest_in_list(std::uint32_t segment,
                                               std::span<const std::uint16_t> offsets,
                                               std::uint32_t end, const checker& is_it,
                                               const record_reader& read) {
    for (auto i = offsets.size(); i-- > 0;) {
        if (offsets[i] >= end) continue;
        const auto at = position_of(segment, offsets[i]);
        const auto event = read(at);
        if (!event) return event.error();
        if (is_it(*event)) return std::optional{at};
    }
    return std::optional<position>{};
}

}  // namespace

error damaged_index(std::uint32_t segment) {
    return fail(errc::corrupt,
                cat("index of segment ", segment, " is damaged; run `daybook reindex`"));
}

error incomplete_index() {
    return fail(errc::refused,
                "the index is not complete, for a rebuild failed; open the store again");
}

result<std::optional<position>> find_newest(engine& e, const term& wanted, position end,
                                            segment_range where, const checker& is_it,
                                            const record_reader& read,
                                            const std::function<bool(std::uint32_t)>& may_have) {
    if (end.value == 0) return std::optional<position>{};
    const auto acknowledged =
        e.end();  // Before the list, which has it all unless a rebuild failed.
    const auto list = e.all.current();
    if (acknowledged.value > 0 && segment_of({acknowledged.value - 1}) >= list->size()) {
        return incomplete_index();
    }
    const auto newest = std::min(segment_of({end.value - 1}), where.last);
    std::optional<index_cursor> cursor;
    std::vector<std::uint16_t> offsets;
    for (auto segment = std::min(newest + 1, list->size()); segment-- > where.first;) {
        const auto visible = segment == segment_of(end)
                                 ? offset_of(end)
                                 : static_cast<std::uint32_t>(limits::segment_events);
        auto found = result<std::optional<position>>{std::optional<position>{}};
        if (!list->is_sealed(segment)) {
            found = newest_in_tail(*list->in_memory(segment), wanted, visible, is_it, read);
        } else {
            if (may_have && !may_have(segment)) continue;
            if (!cursor) cursor.emplace(*e.db, wanted, true);
            const auto value = cursor->find(segment);
            if (!value) return value.error();
            if (!*value) continue;
            offsets.clear();
            if (!index_codec::load_packed(**value, wanted.hash, offsets)) {
                return damaged_index(segment);
            }
            found = newest_in_list(segment, offsets, visible, is_it, read);
        }
        if (!found || *found) return found;
    }
    return std::optional<position>{};
}

result<std::optional<position>> find_id(engine& e, const event_id& id, position end,
                                        position near) {
    log_reader log{e.log};
    const auto read = [&](position at) { return log.at(at); };
    const auto is_it = [&](event_view event) { return event.id() == id; };
    const auto wanted = e.rules.make(field::id, id_text(id));
    // A cause stands shortly before its effect nearly always.
    const auto before = position_of(segment_of(near) + 1, 0);
    if (before < end) {
        auto found = find_newest(e, wanted, before, {0, segment_of(near)}, is_it, read);
        if (!found || *found) return found;
    }
    return find_newest(e, wanted, end, {0, segment_of(end)}, is_it, read);
}

result<std::optional<position>> find_sealed_start(engine& e, std::uint64_t stream_hash) {
    rocksdb::ReadOptions options;
    options.prefix_same_as_start = true;
    const std::unique_ptr<rocksdb::Iterator> keys{e.db->db().NewIterator(options, e.db->streams())};
    const auto prefix = index_codec::stream_key_prefix(stream_hash);
    keys->Seek(prefix);
    if (!keys->status().ok()) return to_error(keys->status(), "read streams");
    if (!keys->Valid()) return std::optional<position>{};
    const auto key = to_view(keys->key());
    if (key.size() != 16 || !key.starts_with(prefix)) return std::optional<position>{};
    return std::optional{position{bytes::load_big<std::uint64_t>(key.data() + 8)}};
}

result<stream_place> find_stream(engine& e, std::string_view stream, position end,
                                 const record_reader& special) {
    auto seen = e.places.find(stream);
    if (seen && seen->as_of > end) seen.reset();
    auto known = e.heads.find(stream);
    if (known && known->at >= end) known.reset();
    if (known && seen) return stream_place{*known, seen->start, end};
    const auto wanted = e.rules.make(field::stream, stream);
    log_reader log{e.log};
    stream_place place{.as_of = end};
    const record_reader read = special ? special : [&](position at) { return log.at(at); };
    const auto is_it = [&](event_view event) {
        if (event.stream() != stream) return false;
        place.head = {event.sequence(), event.position()};
        return true;
    };
    // The list comes first: what is sealed after it was taken only moves the start up.
    const auto sealed = static_cast<std::uint32_t>(e.all.current()->sealed.size());
    if (seen) {
        place.start = seen->start;
    } else {
        const auto start = find_sealed_start(e, wanted.hash);
        if (!start) return start.error();
        place.start = start->value_or(position_of(sealed, 0));
    }
    if (known) {
        place.head = *known;
    } else {
        const segment_range where{segment_of(seen ? seen->as_of : place.start), segment_of(end)};
        const auto found = find_newest(e, wanted, end, where, is_it, read);
        if (!found) return found.error();
        if (!*found && seen) place.head = seen->head;
    }
    // What is not acknowledged yet is nobody's knowledge.
    if (!special && place.head.last.value > 0) e.places.put(std::string{stream}, place, 1);
    return place;
}

result<stream_head> find_head(engine& e, std::string_view stream, position end,
                              const record_reader& special) {
    if (const auto known = e.heads.find(stream); known && known->at < end) return *known;
    const auto place = find_stream(e, stream, end, special);
    if (!place) return place.error();
    return place->head;
}

}  // namespace daybook
