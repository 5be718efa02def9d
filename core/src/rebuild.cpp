// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "rebuild.hpp"

#include "index_codec.hpp"
#include "log_reader.hpp"
#include "sealer.hpp"
#include "text.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

namespace daybook {
namespace {

constexpr std::uint64_t progress_every = 16'384;

error at_event(event_view event, std::string_view what) {
    return fail(errc::corrupt, cat("check: event at position ", event.position(), " (",
                                   event.stream(), " ", event.sequence(), ") ", what));
}

/// Compares what sealing would write with what the index has.
result<std::uint64_t> compare_segment(database& db, const tail_segment& rebuilt) {
    std::uint64_t entries = 0;
    std::optional<error> wrong;
    rocksdb::PinnableSlice stored;
    index_codec::for_each_entry(rebuilt, [&](std::string_view key, std::string_view value) {
        ++entries;
        if (wrong) return;
        const auto status = db.db().Get({}, db.index(), to_slice(key), &stored);
        if (!status.ok() && !status.IsNotFound()) wrong = to_error(status, "check: read index");
        if (status.IsNotFound() || (status.ok() && to_view(stored) != value)) {
            wrong = fail(
                errc::corrupt,
                cat("check: index of segment ", rebuilt.number(), " differs from the log in field ",
                    static_cast<unsigned char>(key[4]), "; run `daybook reindex`"));
        }
        stored.Reset();
    });
    for (const auto& key : index_codec::stream_keys(rebuilt)) {
        if (wrong) break;
        stored.Reset();
        const auto status = db.db().Get({}, db.streams(), key, &stored);
        if (!status.ok()) {
            wrong =
                fail(errc::corrupt, cat("check: a stream that starts in segment ", rebuilt.number(),
                                        " is missing from the index; run ", "`daybook reindex`"));
        }
    }
    if (wrong) return *wrong;
    return entries;
}

result<std::uint64_t> count_index_entries(database& db) {
    std::uint64_t count = 0;
    const std::unique_ptr<rocksdb::Iterator> entries{db.db().NewIterator({}, db.index())};
    for (entries->SeekToFirst(); entries->Valid(); entries->Next()) ++count;
    if (!entries->status().ok()) return to_error(entries->status(), "check: read index");
    return count;
}

}  // namespace

void tail_feeder::add(tail_segment& tail, event_view event, position frame_first) {
    terms_.clear();
    texts_.clear();
    rules_.collect(event, terms_, texts_);
    const std::unique_lock lock{tail.mutex};
    if (event.position() == frame_first) tail.begin_frame();
    tail.add(event, terms_);
}

result<std::vector<segment_summary>> load_summaries(database& db, std::uint32_t first) {
    std::vector<segment_summary> all;
    const std::unique_ptr<rocksdb::Iterator> entries{db.db().NewIterator({}, db.index())};
    const auto wanted = [&] { return first + static_cast<std::uint32_t>(all.size()); };
    for (auto group = first >> index_codec::group_bits;; ++group) {
        const auto prefix = index_codec::key_prefix(group, field::summary);
        auto start = prefix;
        index_codec::append_segment(start, wanted());
        for (entries->Seek(start); entries->Valid(); entries->Next()) {
            const auto key = to_view(entries->key());
            if (!key.starts_with(prefix)) break;
            segment_summary summary;
            const bool next =
                key.size() == prefix.size() + 4 && index_codec::segment_of(key) == wanted();
            // A gap, or damage: what comes after is indexed again.
            if (!next || !index_codec::decode_summary(to_view(entries->value()), summary)) break;
            all.push_back(summary);
        }
        if (!entries->status().ok()) return to_error(entries->status(), "open store: read index");
        if (wanted() >> index_codec::group_bits == group) return all;
    }
}

result<log_end> find_log_end(database& db) {
    const std::unique_ptr<rocksdb::Iterator> frames{db.db().NewIterator({}, db.log())};
    frames->SeekToLast();
    if (!frames->status().ok()) return to_error(frames->status(), "open store: read log");
    if (!frames->Valid()) return log_end{};
    const auto first = position_of_key(to_view(frames->key()));
    const auto where = cat("open store: last frame of the log, at position ", first);
    const auto frame = frame_view::parse(to_view(frames->value()));
    if (!frame) return fail(frame.error().code, cat(where, ": ", frame.error().message));
    const auto last = event_view::parse(frame->record(frame->events() - 1));
    if (!last) return fail(last.error().code, cat(where, ": ", last.error().message));
    return log_end{.next = {first.value + frame->events()}, .last_recorded = last->recorded_at()};
}

result<std::optional<position>> find_gap(database& db, position start, position end) {
    const std::unique_ptr<rocksdb::Iterator> frames{db.db().NewIterator({}, db.log())};
    auto next = start;
    for (frames->Seek(log_key(start)); frames->Valid() && next < end; frames->Next()) {
        if (position_of_key(to_view(frames->key())) != next) return std::optional{next};
        const auto frame = frame_view::parse(to_view(frames->value()));
        if (!frame) return frame.error();
        next.value += frame->events();
    }
    if (!frames->status().ok()) return to_error(frames->status(), "open store: read log");
    return std::optional<position>{};
}

result<void> rebuild_tail(engine& e, position end, std::size_t kept_full,
                          const progress_callback& progress) {
    const auto start = position_of(static_cast<std::uint32_t>(e.all.current()->sealed.size()), 0);
    log_scanner scanner{*e.db, start, end, false, true};
    tail_feeder feeder{e.rules};
    std::shared_ptr<tail_segment> tail;
    for (;;) {
        const auto event = scanner.next();
        if (!event) return event.error();
        if (!*event) break;
        if (!tail || tail->full()) {
            while (e.all.current()->tail.size() > kept_full) {
                if (auto ok = sealer::seal(e, *e.all.current()->tail.front()); !ok) return ok;
                e.all.first_is_sealed();
            }
            tail = e.all.open_next();
        }
        feeder.add(*tail, **event, scanner.frame_first());
        const auto done = (*event)->position().value + 1;
        if (progress && done % progress_every == 0) progress(done, end.value);
    }
    if (progress) progress(end.value, end.value);
    return {};
}

result<void> check_log(const engine& e, const log_as_of& seen, const progress_callback& progress) {
    const auto& [db, list, end, rules] = seen;
    log_scanner scanner{*db, {0}, end, false, true};
    tail_feeder feeder{rules};
    boost::unordered_flat_map<std::string, std::uint64_t> sequences;
    std::unique_ptr<tail_segment> rebuilt;
    auto recorded = timestamp_min;
    std::uint64_t entries = 0;
    for (;;) {
        const auto next = scanner.next();
        if (!next) return next.error();
        if (!*next) break;
        const auto event = **next;
        auto& sequence = sequences[std::string{event.stream()}];
        if (event.sequence().value != ++sequence) {
            return at_event(event, cat("has that sequence where ", sequence, " comes next"));
        }
        if (event.recorded_at() < recorded)
            return at_event(event, "was recorded before the one before");
        recorded = event.recorded_at();
        const auto segment = segment_of(event.position());
        if (list->is_sealed(segment)) {
            if (!rebuilt) rebuilt = std::make_unique<tail_segment>(segment);
            feeder.add(*rebuilt, event, scanner.frame_first());
            if (rebuilt->full()) {
                const auto compared = compare_segment(*db, *rebuilt);
                if (!compared) return compared.error();
                entries += *compared;
                rebuilt.reset();
            }
        }
        const auto done = event.position().value + 1;
        if (progress && done % progress_every == 0) progress(done, end.value);
    }
    const auto stored = count_index_entries(*db);
    if (!stored) return stored.error();
    // Segments sealed since `list` was taken may have added some.
    if (*stored < entries ||
        (*stored > entries && e.all.current()->sealed.size() == list->sealed.size())) {
        return fail(errc::corrupt,
                    cat("check: the index has ", *stored, " entries where the log has ", entries,
                        "; run `daybook reindex`"));
    }
    if (progress) progress(end.value, end.value);
    return {};
}

}  // namespace daybook
