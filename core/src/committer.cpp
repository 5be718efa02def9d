// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "committer.hpp"

#include <daybook/utf8.hpp>

#include "commit_accounts.hpp"
#include "event_rules.hpp"
#include "index_cursor.hpp"
#include "names.hpp"
#include "stored_trace.hpp"
#include "testing_hooks.hpp"
#include "text.hpp"
#include "wal_file.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace daybook {
namespace {

/// Events of one group together: what a leader takes at once, so that nobody waits for long.
constexpr std::size_t group_bytes_max = 32U << 20U;
/// Appends wait when this many full segments are not sealed yet: it bounds memory and what is read
/// again after a crash.
constexpr std::size_t unsealed_max = 2;
constexpr std::size_t conflict_events_max = 32;
/// The longest that a leader waits for the callers of the last group to come back.
constexpr std::chrono::nanoseconds company_wait_max = std::chrono::microseconds{200};
/// A thread's work area that grew beyond this is given back.
constexpr std::size_t kept_bytes_max = 4U << 20U;

timestamp now() {
    if (const auto clock = testing_hooks::clock.load(std::memory_order_relaxed)) return clock();
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

error conflict_of(conflict details, std::string message) {
    auto e = fail(errc::conflict, std::move(message));
    e.conflict = std::make_shared<const conflict>(std::move(details));
    return e;
}

error where(const commit_part& part, std::size_t index, const error& why) {
    return fail(why.code, cat("append to ", part.stream, ", event ", index + 1, " of ",
                              part.events.size(), ": ", why.message));
}

template <class Text>
const Text& or_else(const Text& own, const Text& ambient) {
    return own.empty() ? ambient : own;
}

}  // namespace

void commit_work::clear() {
    if (records.capacity() > kept_bytes_max) std::string{}.swap(records);
    records.clear();
    events.clear();
    terms.clear();
    texts.clear();
    parts.clear();
    conditions.clear();
    misfits.clear();
    admissions = nullptr;
    outcome = commit_receipt{};
}

void committer::start_at(position next, timestamp last_recorded) {
    next_ = next;
    last_recorded_ = last_recorded;
    last_recorded_shown_ = last_recorded.time_since_epoch().count();
    const auto list = engine_.all.current();
    tail_ = list->tail.empty() ? nullptr : list->tail.back();
    ids_.clear();
}

// Admit ----------------------------------------------------------------------------------------

namespace {

result<void> pass_admissions(const admission_desk::list& all, arriving_event& event,
                             const record::draft& made) {
    for (const auto& one : all) {
        if (auto ok = one->admit(event); !ok) return ok;
    }
    if (!event.changed()) return {};
    if (auto ok = event_rules::check_envelope(made); !ok) return ok;
    return event_rules::check_bodies(made.content_type, made.payload, made.extensions);
}

}  // namespace

result<void> committer::admit_event(commit_work& work, const commit_part& part,
                                    const new_event& event, const context& ambient) const {
    std::string session;
    if (!ambient.session.empty() &&
        std::none_of(event.tags.begin(), event.tags.end(),
                     [](const auto& tag) { return tag.starts_with("session:"); })) {
        session = cat("session:", ambient.session);
    }
    std::string replay;
    if (ambient.replay) {
        replay = cat(names::replay_tag_start, ambient.replay.name);
        if (std::find(event.tags.begin(), event.tags.end(), replay) != event.tags.end())
            replay.clear();
    }
    if (auto ok = event_rules::check_bodies(event.content_type, event.payload, event.extensions);
        !ok)
        return ok;
    std::string made;
    const auto extensions = stored_trace::put(event, ambient.trace, made);
    if (!extensions) return extensions.error();
    const auto& by = event.actor == actor{} ? ambient.actor : event.actor;
    record::draft draft{.stream = part.stream,
                        .type = event.type,
                        .schema = event.schema,
                        .correlation = or_else(event.correlation, ambient.correlation),
                        .actor = {by.type, by.id, by.model},
                        .content_type = event.content_type,
                        .extensions = *extensions,
                        .payload = event.payload,
                        .causes = or_else(event.causes, ambient.causes),
                        .tags = event.tags,
                        .session_tag = session,
                        .replay_tag = replay,
                        .id = event.id ? *event.id : event_id::make(),
                        .occurred_at = event.occurred_at.value_or(work.admitted_at)};
    if (auto ok = event_rules::check_envelope(draft); !ok) return ok;
    std::optional<arriving_event> arriving;  // Keeps what it replaces until that is encoded.
    if (work.admissions != nullptr) {
        if (auto ok = pass_admissions(*work.admissions, arriving.emplace(draft), draft); !ok)
            return ok;
    }
    auto& prepared = work.events.emplace_back();
    prepared.record_at = work.records.size();
    prepared.id_given = event.id.has_value();
    prepared.time_given = event.occurred_at.has_value();
    record::encode(work.records, draft);
    prepared.record_size = work.records.size() - prepared.record_at;
    const auto max = engine_.options.commit_bytes_max;
    if (work.records.size() > max) {
        return fail(errc::too_large,
                    cat("the commit's records pass ", max, " bytes, the limit of one commit"));
    }
    return {};
}

result<void> committer::admit_part(commit_work& work, const commit_part& part) const {
    if (auto ok = names::check_stream_name(part.stream); !ok) return ok;
    if (part.events.empty()) {
        return fail(errc::invalid_argument, cat("append to ", part.stream, ": no events given"));
    }
    if (work.events.size() + part.events.size() > limits::commit_events_max) {
        return fail(errc::too_large, cat("a commit of ", work.events.size() + part.events.size(),
                                         " events; the limit is ", limits::commit_events_max));
    }
    const auto& ambient = context_scope::current();
    work.parts.push_back({part.stream, part.at, work.events.size(), 0, {}});
    for (std::size_t i = 0; i < part.events.size(); ++i) {
        if (auto ok = admit_event(work, part, part.events[i], ambient); !ok) {
            return where(part, i, ok.error());
        }
    }
    work.parts.back().events_end = work.events.size();
    return {};
}

result<void> committer::admit(commit_work& work, std::span<const commit_part> parts,
                              std::span<const append_condition> conditions) const {
    if (engine_.options.read_only) {
        return fail(errc::refused, "append: the store is open read-only");
    }
    if (const auto& again = context_scope::current().replay;
        again && !again.may_append && again.store == engine_.store_id) {
        return fail(errc::refused, cat("append: inside the replay ", in_quotes(again.name),
                                       " of this store, which may not append"));
    }
    if (parts.empty()) return fail(errc::invalid_argument, "commit: no events given");
    work.id = event_id::make();
    work.admitted_at = now();
    // Not kept in the work area, which lives as long as the thread.
    const auto admissions = engine_.admissions.now();
    work.admissions = admissions.get();
    for (const auto& part : parts) {
        if (auto ok = admit_part(work, part); !ok) return ok;
    }
    if (auto ok = check_schemas(work, parts); !ok) return ok;
    const std::shared_lock rules{engine_.index_mutex};
    for (const auto& condition : conditions) {
        auto compiled = compiled_query::make(condition.fail_if_match, engine_.rules);
        if (!compiled) return compiled.error();
        work.conditions.push_back({std::move(*compiled), condition.after});
    }
    collect_terms(work);
    return {};
}

namespace {

/// What is to be kept out of the log may not come into messages either, which are kept too.
void withhold_values(std::vector<schema_violation>& violations) {
    for (auto& one : violations) one.found = "something else";
}

}  // namespace

/// Holds payloads, as the caller gave them, against the store's schemas, if they are to be.
result<void> committer::check_schemas(commit_work& work, std::span<const commit_part> parts) const {
    const auto mode = engine_.schemas->mode();
    if (mode == schema_mode::off) return {};
    const auto schemas = engine_.schemas->now();
    for (const auto& part : parts) {
        for (std::size_t i = 0; i < part.events.size(); ++i) {
            const auto& event = part.events[i];
            auto found = schemas->check(event.type, event.schema, event.payload);
            if (found && found->empty()) continue;
            if (found && work.admissions) withhold_values(*found);
            auto why =
                found ? fail(errc::invalid_argument, describe(event.type, event.schema, *found))
                      : found.error();
            if (mode == schema_mode::strict) return where(part, i, why);
            work.misfits.push_back({event.type, where(part, i, why).message});
        }
    }
    return {};
}

/// Terms point into the records, so these must be complete.
void committer::collect_terms(commit_work& work) const {
    work.generation = engine_.index_generation;
    work.terms.clear();
    work.texts.clear();
    for (std::size_t i = 0; i < work.events.size(); ++i) {
        auto& event = work.events[i];
        event.terms_at = work.terms.size();
        engine_.rules.collect(work.event(i), work.terms, work.texts);
        event.terms_end = work.terms.size();
    }
}

/// The index was rebuilt, perhaps with other fields, since this commit was admitted.
result<void> committer::admit_again(commit_work& work) const {
    collect_terms(work);
    for (auto& condition : work.conditions) {
        auto compiled = compiled_query::make(condition.fail_if_match->source(), engine_.rules);
        if (!compiled) return compiled.error();
        condition.fail_if_match = std::move(*compiled);
    }
    return {};
}

// Lead -----------------------------------------------------------------------------------------

result<commit_receipt> committer::commit(std::span<const commit_part> parts,
                                         std::span<const append_condition> conditions,
                                         std::optional<durability> durable) {
    // One work area per thread, so that an append allocates nothing once it is warm.
    static thread_local commit_work work;
    const auto began = latency_recorder::clock::now();
    work.clear();
    work.durable = durable.value_or(engine_.options.default_durability);
    if (auto ok = admit(work, parts, conditions); !ok) {
        count_failure(engine_.meters, ok.error());
        return ok.error();
    }
    take_turn(work);
    if (!work.outcome) explain_conflict(work);
    // Not left in the work area: who is told may append too.
    auto outcome = std::move(work.outcome);
    account_for(engine_, work, outcome, began);
    return outcome;
}

result<void> committer::join(commit_participant& who, std::shared_ptr<view_family> into) {
    return run_alone([&] { return seats_.join(who, std::move(into), next_); });
}

void committer::leave(const commit_participant& who) {
    (void)run_alone([&]() -> result<void> {
        seats_.leave(who);
        return {};
    });
}

result<void> committer::run_alone(const std::function<result<void>()>& what) {
    commit_work work;
    work.alone = &what;
    take_turn(work);
    return work.outcome ? result<void>{} : result<void>{work.outcome.error()};
}

/// Queues; comes back when the work is done, by this thread or by another.
void committer::take_turn(commit_work& work) {
    work.at.store(commit_work::stage::waiting, std::memory_order_relaxed);
    {
        const std::lock_guard lock{queue_mutex_};
        queue_.push_back(&work);
        queued_ = queue_.size();
        if (!leading_) {
            leading_ = true;
            work.at.store(commit_work::stage::leading, std::memory_order_relaxed);
        }
    }
    work.at.wait(commit_work::stage::waiting, std::memory_order_acquire);
    if (work.at.load(std::memory_order_acquire) == commit_work::stage::leading) lead(work);
}

/// The callers of the last group are back in a few microseconds, which a sync takes many times:
/// one sync for all of them beats two groups that take turns. No timer: at most what the last
/// sync took, and nobody waits who has no company to expect.
void committer::await_company(const commit_work& own) {
    if (own.alone || own.durable != durability::synced || company_ < 2) return;
    using clock = std::chrono::steady_clock;
    const auto until = clock::now() + std::min(last_sync_, company_wait_max);
    while (queued_.load(std::memory_order_relaxed) < company_ && clock::now() < until) {
        std::this_thread::yield();
    }
}

void committer::lead(commit_work& own) {
    await_company(own);
    {
        const std::lock_guard lock{queue_mutex_};
        std::size_t bytes = 0;
        std::size_t count = 0;
        const auto joins = [&](const commit_work& next) {
            return count == 0 || (bytes < group_bytes_max && !queue_.front()->alone && !next.alone);
        };
        while (count < queue_.size() && joins(*queue_[count])) {
            bytes += queue_[count++]->records.size();
        }
        const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
        group_.assign(queue_.begin(), end);
        queue_.erase(queue_.begin(), end);
        queued_ = queue_.size();
    }
    run(group_);
    commit_work* next_leader = nullptr;
    // The group is this thread's until the next leader is named.
    const auto finished = std::move(group_);
    group_ = {};
    {
        const std::lock_guard lock{queue_mutex_};
        company_ = finished.size() + queue_.size();
        if (queue_.empty()) {
            leading_ = false;
        } else {
            next_leader = queue_.front();
        }
    }
    const auto hand_over = [](commit_work& to, commit_work::stage stage) {
        // Not release: libstdc++ looks for sleepers with a plain load, which must not pass the
        // store, or a thread that is just falling asleep is missed.
        to.at.store(stage, std::memory_order_seq_cst);
        to.at.notify_one();
    };
    if (next_leader != nullptr) hand_over(*next_leader, commit_work::stage::leading);
    for (auto* work : finished) {
        if (work != &own) hand_over(*work, commit_work::stage::done);
    }
}

result<void> committer::ready() {
    if (auto ok = take_writes_again(); !ok) return ok;
    if (sealer_.full_segments() <= unsealed_max) return {};
    const auto began = latency_recorder::clock::now();
    auto room = sealer_.wait_for_room(unsealed_max);
    const std::chrono::nanoseconds waited = latency_recorder::clock::now() - began;
    engine_.meters.of_leader.stalls.add(1);
    engine_.meters.of_leader.stalled_ns.add(static_cast<std::uint64_t>(waited.count()));
    return room;
}

/// Refused, unless the disk was full and has room again. See core/docs/damage.md.
result<void> committer::take_writes_again() {
    const auto why = refuses();
    // A view or the index may have met the full disk first.
    if (!why && !engine_.db->is_full()) return {};
    if (why && !full_) return fail(errc::refused, *why);
    if (auto recovered = recovery_(); !recovered) {
        return fail(errc::refused, cat(why.value_or("the disk is full"),
                                       "; not yet: ", recovered.error().message));
    }
    const std::lock_guard lock{state_mutex_};
    full_ = false;
    refused_.reset();
    refuses_ = false;
    return {};
}

void committer::run(std::span<commit_work*> group) {
    if (const auto* alone = group.front()->alone) {
        if (auto done = (*alone)(); !done) group.front()->outcome = done.error();
        return;
    }
    auto can = ready();
    if (can) can = check_required();
    if (!can) {
        for (auto* work : group) work->outcome = can.error();
        return;
    }
    auto durable = durability::buffered;
    bool any = false;
    staged_ = {next_, {}};
    staged_commits_.clear();
    reader_.emplace(engine_.log);
    for (auto* work : group) {
        work->outcome = order(*work);
        if (!work->outcome || work->outcome->repeated) continue;
        durable = std::max(durable, work->durable);
        any = true;
    }
    if (any) {
        close_frame();
        const auto finished = seats_.finish();
        seats_.add_to(batch_);
        const auto done = finished ? persist(durable) : refuse_after(finished.error());
        seats_.settle(done.has_value());
        if (done) {
            auto& written = engine_.meters.of_leader;
            written.groups.add(1);
            written.commits.add(staged_commits_.size());
            written.events.add(staged_.records.size());
            written.bytes.add(batch_.GetDataSize());
            publish();
        } else {
            for (auto* work : group) {
                if (work->outcome && !work->outcome->repeated) work->outcome = done.error();
            }
        }
        const bool large = batch_.GetDataSize() > kept_bytes_max;
        batch_.Clear();
        if (large) batch_ = rocksdb::WriteBatch{};
    }
    reader_.reset();
}

// Order ----------------------------------------------------------------------------------------

result<event_view> committer::read(position at) {
    if (const auto staged = staged_.find(at)) return *staged;
    return reader_->at(at);
}

/// The id of the commit that stored the event at `at`.
result<event_id> committer::commit_at(position at) {
    for (const auto& commit : staged_commits_) {
        if (at >= commit.first && at.value - commit.first.value < commit.events) return commit.id;
    }
    return engine_.log.commit_of(at);
}

result<commit_receipt> committer::order(commit_work& work) {
    if (work.generation != engine_.index_generation) {
        if (auto ok = admit_again(work); !ok) return ok.error();
    }
    const auto repeat = check_ids(work);
    if (!repeat) return repeat.error();
    if (*repeat) return **repeat;
    if (auto ok = check_expectations(work); !ok) return ok.error();
    if (auto ok = check_conditions(work); !ok) return ok.error();
    if (auto ok = ask_participants(work); !ok) return ok.error();
    return accept(work);
}

result<void> committer::check_required() const {
    if (required_.empty()) return {};
    const auto area = engine_.db->find_view(required_);
    if (area && seats_.has(*area)) return {};
    return fail(errc::refused,
                cat("append: this store takes only commits that are recorded in ",
                    in_quotes(required_), ", and nobody does that here; open it as it was set up"));
}

/// Shows the commit as it will be stored. `accept` writes the same places again.
result<void> committer::ask_participants(commit_work& work) {
    if (seats_.empty()) return {};
    const auto recorded = std::max(last_recorded_, work.admitted_at);
    shown_.clear();
    for (const auto& part : work.parts) {
        for (auto i = part.events_at; i < part.events_end; ++i) {
            record::place(work.records.data() + work.events[i].record_at,
                          {next_.value + shown_.size()},
                          {part.head.last.value + 1 + (i - part.events_at)}, recorded);
            shown_.push_back(work.event(i));
        }
    }
    return seats_.take(shown_);
}

/// Are given ids new? If all are there already as this commit would store them, its receipt.
result<std::optional<commit_receipt>> committer::check_ids(commit_work& work) {
    std::vector<event_id> given;
    for (std::size_t i = 0; i < work.events.size(); ++i) {
        if (work.events[i].id_given) given.push_back(work.event(i).id());
    }
    if (given.empty()) return std::optional<commit_receipt>{};

    if (!ids_.active()) {
        if (auto ok = ids_.activate(*engine_.db, *engine_.all.current()); !ok) return ok.error();
    }
    std::vector<position> found;
    std::size_t known = 0;
    for (const auto& id : given) {
        const auto at = find_given(id);
        if (!at) return at.error();
        if (*at) ++known;
        found.push_back(at->value_or(position{~std::uint64_t{0}}));
    }
    std::sort(given.begin(), given.end());
    const auto twice = std::adjacent_find(given.begin(), given.end());
    if (twice != given.end()) {
        return conflict_of({.what = conflict::kind::id},
                           cat("append: event id ", *twice, " is given twice in one commit"));
    }
    if (known == 0) return std::optional<commit_receipt>{};
    if (known == work.events.size()) {
        auto receipt = repeated(work, found);
        if (!receipt) return receipt.error();
        return std::optional{std::move(*receipt)};
    }
    const auto first = *std::find_if(found.begin(), found.end(),
                                     [](position at) { return at.value != ~std::uint64_t{0}; });
    const auto stored = read(first);
    if (!stored) return stored.error();
    return conflict_of({.what = conflict::kind::id,
                        .stream = std::string{stored->stream()},
                        .actual = stored->sequence(),
                        .events = {event{*stored}}},
                       cat("append to ", work.parts.front().stream, ": event id ", stored->id(),
                           " is stored already, at position ", first, " in ", stored->stream(),
                           ", and other events of the commit are not"));
}

result<std::optional<position>> committer::find_given(const event_id& id) {
    const auto wanted = engine_.rules.make(field::id, id_text(id));
    std::uint32_t group = 0;
    std::optional<std::uint64_t> candidates;
    const auto may_have = [&](std::uint32_t segment) {
        if (!candidates || segment >> index_codec::group_bits != group) {
            group = segment >> index_codec::group_bits;
            candidates = ids_.candidates(group, wanted.hash);
        }
        return (*candidates >> (segment % index_codec::group_segments) & 1U) != 0;
    };
    return find_newest(
        engine_, wanted, next_, {0, segment_of(next_)}, [&](event_view e) { return e.id() == id; },
        [this](position at) { return read(at); }, may_have);
}

result<commit_receipt> committer::repeated(const commit_work& work,
                                           std::span<const position> found) {
    commit_receipt receipt{.first = found.front(), .last = found.back(), .repeated = true};
    const auto id = commit_at(found.front());
    if (!id) return id.error();
    receipt.id = *id;
    for (const auto& part : work.parts) {
        append_receipt one{
            .first = found[part.events_at], .last = found[part.events_end - 1], .repeated = true};
        for (auto i = part.events_at; i < part.events_end; ++i) {
            const auto stored = read(found[i]);
            if (!stored) return stored.error();
            if (i == part.events_at) one.first_sequence = stored->sequence();
            const bool in_place =
                found[i].value == found.front().value + i && stored->stream() == part.stream &&
                stored->sequence().value == one.first_sequence.value + (i - part.events_at) &&
                (!part.at.exact() || part.at.exact()->value + 1 == one.first_sequence.value);
            if (!in_place ||
                !record::same_content(*stored, work.event(i), work.events[i].time_given)) {
                return conflict_of(
                    {.what = conflict::kind::id,
                     .stream = std::string{stored->stream()},
                     .wanted = part.at,
                     .actual = stored->sequence(),
                     .events = {event{*stored}}},
                    cat("append to ", part.stream, ": event id ", stored->id(),
                        " is stored already, at position ", found[i], " in ", stored->stream(),
                        in_place ? ", with other content" : ", in another place"));
            }
            one.last_sequence = stored->sequence();
        }
        receipt.streams.push_back(one);
    }
    return receipt;
}

result<void> committer::check_expectations(commit_work& work) {
    const auto reader = [this](position at) { return read(at); };
    for (std::size_t i = 0; i < work.parts.size(); ++i) {
        auto& part = work.parts[i];
        const auto head = find_head(engine_, part.stream, next_, reader);
        if (!head) return head.error();
        part.head = *head;
    }
    // A stream may come several times: each part stands on the one before.
    if (work.parts.size() > 1) {
        boost::unordered_flat_map<std::string_view, std::uint64_t> reached;
        for (auto& part : work.parts) {
            const auto at = reached.try_emplace(part.stream, part.head.last.value).first;
            part.head.last = {at->second};
            at->second += part.events_end - part.events_at;
        }
    }
    for (const auto& part : work.parts) {
        if (part.at.matches(part.head.last)) continue;
        return conflict_of({.what = conflict::kind::expectation,
                            .stream = std::string{part.stream},
                            .wanted = part.at,
                            .actual = part.head.last},
                           cat("append to ", part.stream, ": expected ", to_string(part.at),
                               ", the stream is at sequence ", part.head.last));
    }
    return {};
}

result<void> committer::check_conditions(const commit_work& work) {
    for (const auto& condition : work.conditions) {
        if (condition.after && condition.after->value >= next_.value) continue;
        const auto from = condition.after ? condition.after->value + 1 : 0;
        query_walk walk{engine_, condition.fail_if_match, direction::forwards, from, next_,
                        &staged_};
        conflict details{.what = conflict::kind::condition};
        while (details.events.size() < conflict_events_max) {
            const auto match = walk.next();
            if (!match) return match.error();
            if (!*match) break;
            details.events.emplace_back(**match);
        }
        if (details.events.empty()) continue;
        const auto& first = details.events.front();
        auto message = cat("commit: its condition found ", first.type(), " at position ",
                           first.position(), " in ", first.stream());
        return conflict_of(std::move(details), std::move(message));
    }
    return {};
}

commit_receipt committer::accept(commit_work& work) {
    last_recorded_ = std::max(last_recorded_, work.admitted_at);
    commit_receipt receipt{
        .id = work.id, .first = next_, .last = {next_.value + work.events.size() - 1}};
    const frame_commit own{work.id, next_, static_cast<std::uint32_t>(work.events.size())};
    staged_commits_.push_back(own);
    bool listed = false;  // In the frame being built.
    const auto next_frame = [&] {
        close_frame();
        listed = false;
    };
    std::unique_lock<fair_shared_mutex> lock;
    for (const auto& part : work.parts) {
        append_receipt one{.first = next_, .first_sequence = {part.head.last.value + 1}};
        for (auto i = part.events_at; i < part.events_end; ++i) {
            if (!tail_ || tail_->full()) {
                next_frame();
                if (lock.owns_lock()) lock.unlock();
                if (tail_) ids_.add(*tail_);
                tail_ = engine_.all.open_next();
            }
            if (!lock.owns_lock()) lock = std::unique_lock{tail_->mutex};
            if (frame_.full()) next_frame();
            if (frame_.empty()) {
                frame_first_ = next_;
                tail_->begin_frame();
            }
            if (!std::exchange(listed, true)) frame_.add_commit(own);
            one.last_sequence = {one.first_sequence.value + (i - part.events_at)};
            place(work, i, one.last_sequence);
        }
        one.last = {next_.value - 1};
        engine_.heads.put(std::string{part.stream}, {one.last_sequence, one.last}, 1);
        receipt.streams.push_back(one);
    }
    return receipt;
}

void committer::place(commit_work& work, std::size_t index, sequence in_stream) {
    const auto& prepared = work.events[index];
    char* bytes = work.records.data() + prepared.record_at;
    record::place(bytes, next_, in_stream, last_recorded_);
    const std::string_view record{bytes, prepared.record_size};
    tail_->add(
        record_access::trusted(record),
        std::span{work.terms}.subspan(prepared.terms_at, prepared.terms_end - prepared.terms_at));
    staged_.records.push_back(record);
    frame_.add_record(record.size());
    // Records of one commit lie side by side and go into the batch as one piece.
    if (!frame_parts_.empty() && frame_parts_.back().data() + frame_parts_.back().size() == bytes) {
        frame_parts_.back() = {frame_parts_.back().data(),
                               frame_parts_.back().size() + record.size()};
    } else {
        frame_parts_.push_back(to_slice(record));
    }
    ++next_.value;
}

// Persist --------------------------------------------------------------------------------------

void committer::close_frame() {
    if (frame_.empty()) return;
    frame_head_.clear();
    frame_.append_head(frame_head_);
    frame_parts_.insert(frame_parts_.begin(), to_slice(frame_head_));
    if (std::exchange(noted_, synced_) != synced_ && batch_.Count() == 0) {
        (void)batch_.PutLogData(wal::synced_note(synced_));
    }
    const auto key = log_key(frame_first_);
    const rocksdb::Slice key_part = to_slice(key);
    // Into memory only; a failure shows when the batch is written.
    (void)batch_.Put(
        engine_.db->log(), rocksdb::SliceParts{&key_part, 1},
        rocksdb::SliceParts{frame_parts_.data(), static_cast<int>(frame_parts_.size())});
    frame_.clear();
    frame_parts_.clear();
}

result<void> committer::persist(durability durable) {
    auto status = engine_.db->db().Write({}, &batch_);
    if (status.ok() && durable != durability::buffered) {
        status = flush(durable == durability::synced);
    }
    if (status.ok()) {
        if (durable == durability::synced) synced_ = next_;
        return {};
    }
    // What is on the disk now is unknown: it may come back or not when the store is opened again.
    return refuse_after(to_error(status, cat("write ", staged_.records.size(),
                                             " events at position ", staged_.first)),
                        status.IsNoSpace());
}

/// Hands the log's buffer to the operating system, or to the disk.
rocksdb::Status committer::flush(bool sync) {
    if (!sync) return engine_.db->flush_log(false);
    const auto began = latency_recorder::clock::now();
    auto status = engine_.db->flush_log(true);
    last_sync_ = latency_recorder::clock::now() - began;
    engine_.meters.sync.record(last_sync_);
    return status;
}

error committer::refuse_after(error why, bool full) {
    const std::lock_guard lock{state_mutex_};
    full_ = full;
    refused_ = cat(full ? "the disk is full, and the store takes no writes until there is room: "
                        : "the store takes no writes until it is opened again, for one failed: ",
                   why.message);
    refuses_ = true;
    if (!full) engine_.db->note_failed_sync();
    return why;
}

void committer::publish() {
    engine_.watermark.store(next_.value, std::memory_order_release);
    last_recorded_shown_ = last_recorded_.time_since_epoch().count();
    sealer_.look_again();
    engine_.bell.ring();
}

result<void> committer::sync() {
    return run_alone([this]() -> result<void> {
        if (auto ok = take_writes_again(); !ok) return ok;
        const auto status = flush(true);
        if (status.ok()) {
            synced_ = next_;
            return {};
        }
        return refuse_after(to_error(status, "sync"), status.IsNoSpace());
    });
}

position committer::wait_above(position seen, std::chrono::milliseconds patience) {
    engine_.bell.wait_until(watermark_bell::after(patience), [&] { return engine_.end() > seen; });
    return engine_.end();
}

std::optional<std::string> committer::refuses() const {
    if (!refuses_.load(std::memory_order_acquire)) return std::nullopt;
    const std::lock_guard lock{state_mutex_};
    return refused_;
}

void committer::require(std::string area) {
    const std::lock_guard lock{state_mutex_};
    required_ = std::move(area);
}

std::string committer::required() const {
    const std::lock_guard lock{state_mutex_};
    return required_;
}

std::size_t committer::queue_depth() const {
    const std::lock_guard lock{queue_mutex_};
    return queue_.size();
}

timestamp committer::last_recorded() const {
    return timestamp{std::chrono::microseconds{last_recorded_shown_.load()}};
}

void committer::explain_conflict(commit_work& work) const {
    const auto& why = work.outcome.error().conflict;
    if (!why || why->what != conflict::kind::expectation || !why->wanted.exact()) return;
    const read_options options{.from = why->wanted.exact()->value + 1,
                               .limit = conflict_events_max};
    auto source = [&] {
        const std::shared_lock reading{engine_.index_mutex};
        return make_stream_source(engine_, why->stream, options);
    }();
    if (!source) return;
    auto details = *why;
    for (;;) {
        const auto between = (*source)->next();
        if (!between || !*between) break;
        details.events.emplace_back(**between);
    }
    work.outcome = conflict_of(std::move(details), work.outcome.error().message);
}

}  // namespace daybook
