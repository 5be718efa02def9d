// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "follower.hpp"

#include "archives.hpp"
#include "log_reader.hpp"
#include "settings.hpp"
#include "text.hpp"

#include <algorithm>
#include <optional>

namespace daybook {
namespace {

/// More than a writer ever leaves unsealed, but while it builds all indexes again.
constexpr std::size_t unsealed_max = 16;
constexpr int tries = 3;

/// Up to where the segments of `list` know the log.
position indexed_end(const segment_list& list) {
    if (list.tail.empty()) return position_of(list.size(), 0);
    const auto& last = *list.tail.back();
    return {last.first().value + last.summary().events};
}

/// The segments of `fresh` follow the sealed ones of `list` and take the place of its tail.
void adopt(segment_list& list, const std::vector<segment_summary>& fresh) {
    list.sealed.insert(list.sealed.end(), fresh.begin(), fresh.end());
    const auto known = std::min(fresh.size(), list.tail.size());
    list.tail.erase(list.tail.begin(), list.tail.begin() + static_cast<std::ptrdiff_t>(known));
}

std::uint64_t unsealed(const segment_list& list, position end) {
    return end.value / limits::segment_events - list.sealed.size();
}

/// Indexes the log up to `end` in the tail of `list`. Segments that are seen already get events
/// beyond the watermark, as in the writer; after a failure the next call goes on behind them.
result<void> extend(database& db, const term_rules& rules, segment_list& list, position end) {
    if (unsealed(list, end) > unsealed_max) {
        return fail(
            errc::refused,
            cat("read ", db.directory().string(), ": ", unsealed(list, end), " of ", list.size(),
                " segments have no index: another process builds it again, wait for it; or "
                "it was interrupted, then open the store for writing once"));
    }
    log_scanner scanner{db, indexed_end(list), end, false, true};
    tail_feeder feeder{rules};
    for (;;) {
        const auto event = scanner.next();
        if (!event) return event.error();
        if (!*event) return {};
        if (list.tail.empty() || list.tail.back()->full()) {
            list.tail.push_back(std::make_shared<tail_segment>(list.size()));
        }
        feeder.add(*list.tail.back(), **event, scanner.frame_first());
    }
}

/// Does `db` go on where the reader is?
result<void> check_continues(engine& e, database& db, position end) {
    const auto id = settings::read(db, settings::store_id_key);
    if (!id) return id.error();
    const auto where = cat("read ", db.directory().string(), ": ");
    if (!*id || to_slice(**id) != to_slice(id_text(e.store_id))) {
        return fail(errc::corrupt, cat(where, "another store has taken its place; open it again"));
    }
    if (end < e.end()) {
        return fail(errc::corrupt, cat(where, "its log ends at position ", end, " and ", e.end(),
                                       " events were there before; open it again"));
    }
    return {};
}

/// Was what the reader knows of events made anew: by a reindex, or because payloads were deleted?
bool has_other_index(const engine& e, const database& db) {
    return db.index()->GetID() != e.db->index()->GetID() ||
           db.archives().deletions() != e.db->archives().deletions();
}

/// The sealed segments of `db` that `list` does not have.
result<std::vector<segment_summary>> fresh_summaries(database& db, const segment_list& list,
                                                     position end) {
    auto fresh = load_summaries(db, static_cast<std::uint32_t>(list.sealed.size()));
    if (!fresh) return fresh.error();
    const auto sealed_end = (list.sealed.size() + fresh->size()) * limits::segment_events;
    if (sealed_end > end.value) {
        return fail(errc::corrupt,
                    cat("open store ", db.directory().string(), ": the index knows ", sealed_end,
                        " events, the log ends at position ", end, ": events were lost"));
    }
    return fresh;
}

}  // namespace

/// What is seen from one moment to the next.
struct follower::view {
    std::shared_ptr<database> db;
    std::shared_ptr<segment_list> list;
    log_end end;
    /// Of another index than the one that is used.
    std::optional<std::vector<std::string>> indexed_fields{};
};

result<position> follower::refresh() {
    const std::lock_guard lock{mutex_};
    if (started_ && engine_.db->is_current()) return engine_.end();
    auto done = started_ ? follow() : take_in(engine_.db);
    // What does not fit together may do so a moment later.
    for (int left = tries; !done && left > 1; --left) done = follow();
    if (!done) return done.error();
    started_ = true;
    engine_.bell.ring();
    return engine_.end();
}

void follower::look() {
    const auto begun = clock::now();
    {
        const std::lock_guard lock{mutex_};
        if (begun < next_look_) return;
    }
    (void)refresh();
    const std::lock_guard lock{mutex_};
    next_look_ = clock::now() + 3 * (clock::now() - begun);
}

result<void> follower::follow() {
    auto db =
        database::open(engine_.db->directory(), engine_.options, {.before = engine_.db.get()});
    if (!db) return db.error();
    return take_in(std::move(*db));
}

result<void> follower::take_in(std::shared_ptr<database> db) {
    auto& e = engine_;
    const auto end = find_log_end(*db);
    if (!end) return end.error();
    if (auto ok = check_continues(e, *db, end->next); !ok) return ok;
    view next{db, std::make_shared<segment_list>(), *end};
    auto rules = e.rules;
    const bool other_index = has_other_index(e, *db);
    if (other_index) {
        const auto fields = settings::indexed_fields(*db);
        if (!fields) return fields.error();
        next.indexed_fields = *fields;
        if (*fields) rules.indexed_fields = **fields;
    } else {
        *next.list = *e.all.current();
    }
    const auto fresh = fresh_summaries(*db, *next.list, end->next);
    if (!fresh) return fresh.error();
    adopt(*next.list, *fresh);
    // While another index is built nothing is appended, and the old one serves.
    const bool half_built =
        other_index && (!next.indexed_fields || unsealed(*next.list, end->next) > unsealed_max);
    if (half_built) return {};
    if (auto ok = extend(*db, rules, *next.list, end->next); !ok) return ok;
    publish(next);
    return {};
}

void follower::publish(view& next) {
    auto& e = engine_;
    last_recorded_ = next.end.last_recorded.time_since_epoch().count();
    const std::unique_lock no_reads{e.index_mutex};
    if (next.indexed_fields) {
        e.rules.indexed_fields = std::move(*next.indexed_fields);
        ++e.index_generation;
        e.log.forget();
    }
    e.log.use(*next.db);
    e.all.replace(std::move(next.list));
    const std::lock_guard no_looks{e.db_mutex};
    // The old one is closed with `next`, after the locks are.
    e.db.swap(next.db);
    e.watermark.store(next.end.next.value, std::memory_order_release);
}

}  // namespace daybook
