// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "snapshot_keeper.hpp"

#include "text.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace daybook {
namespace {

using snapshots::past_digest;
using snapshots::snapshot_key;
using snapshots::snapshot_record;

// States that wait to be kept hold memory.
constexpr std::size_t waiting_max = 1024;

}  // namespace

snapshot_keeper::~snapshot_keeper() {
    {
        const std::lock_guard lock{lock_};
        stopping_ = true;
        queue_.clear();
    }
    changed_.notify_all();
    if (worker_.joinable()) worker_.join();
}

// Made when it is first needed; a store that only reads may not have it, and then there is none.
keyspace* snapshot_keeper::area() {
    const std::lock_guard lock{opening_};
    if (!area_) {
        auto opened = log_.open_keyspace(snapshots::keyspace_name);
        if (!opened) return nullptr;
        area_.emplace(*std::move(opened));
    }
    return &*area_;
}

std::optional<snapshot_keeper::candidate> snapshot_keeper::newest(const std::string& stream,
                                                                  sequence last) {
    auto* const from = area();
    if (from == nullptr || last.value == 0) return std::nullopt;
    const auto prefix = snapshots::key_prefix(stream, kind_.name, kind_.version);
    const bool open_end = last.value == std::numeric_limits<std::uint64_t>::max();
    const auto before = open_end ? std::string{}
                                 : snapshots::encode_key({.stream = stream,
                                                          .state = std::string{kind_.name},
                                                          .version = kind_.version,
                                                          .last = sequence{last.value + 1}});
    std::optional<candidate> found;
    const auto read =
        from->scan_back(prefix, before, [&](std::string_view key, std::string_view value) {
            const auto place = snapshots::decode_key(key);
            const auto record = snapshots::decode_record(value);
            if (place && record && record->fingerprint == kind_.fingerprint) {
                if (auto state = kind_.decode(record->state))
                    found = candidate{place->last, record->last_record, *std::move(state)};
            }
            if (!found) ++passed_over_;
            return !found;
        });
    return read ? found : std::nullopt;
}

// Begins at the newest snapshot that the log still agrees with, so that an event is read once.
result<past_digest> snapshot_keeper::past_of(const std::string& stream, sequence last,
                                             snapshot_record& made) {
    past_digest past;
    sequence reached;
    const auto before = all(stream);
    if (!before) return before.error();
    for (const auto& one : *before) {
        if (!one.record || one.key.last > last) continue;
        const auto same = ends_with(log_, stream, one.key.last, one.record->last_record);
        if (!same) return same.error();
        if (!*same) continue;
        past = one.record->past;
        reached = one.key.last;
        break;
    }
    // The last event is read again if it is in a snapshot already: it is wanted for itself.
    const auto from = std::min(reached.value + 1, last.value);
    auto events = log_.read_stream(stream, {.from = from, .limit = last.value - from + 1});
    if (!events) return events.error();
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) break;
        const auto& event = **events;
        made.at = event.position();
        made.last_record = snapshots::hash_of(event.record());
        if (event.sequence() > reached) past.add(event.record());
        reached = std::max(reached, event.sequence());
    }
    if (reached == last) return past;
    return fail(errc::invalid_argument,
                cat("stream \"", stream, "\" ends at sequence ", reached.value, "; a snapshot at ",
                    last.value, " was asked for"));
}

result<bool> snapshot_keeper::ends_with(const store& log, const std::string& stream, sequence last,
                                        std::uint64_t record) {
    auto event = log.read_stream(stream, {.from = last.value, .limit = 1});
    if (!event) return event.error();
    const auto there = event->next();
    if (!there) return there.error();
    return *there && snapshots::hash_of((*event)->record()) == record;
}

result<snapshot_info> snapshot_keeper::keep(const std::string& stream, const void* state,
                                            sequence last) {
    snapshot_record record;
    const auto past = past_of(stream, last, record);
    if (!past) return past.error();
    record.past = *past;
    record.fingerprint = kind_.fingerprint;
    record.taken_at =
        std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    kind_.encode(state, record.state);
    const snapshot_key key{
        .stream = stream, .state = std::string{kind_.name}, .version = kind_.version, .last = last};
    if (auto written = write(key, record); !written) return written.error();
    ++taken_;
    return snapshots::info_of(key, record);
}

result<void> snapshot_keeper::write(const snapshot_key& key, const snapshot_record& record) {
    auto* const to = area();
    if (to == nullptr)
        return fail(errc::refused, "snapshots cannot be kept: the store is open for reading");
    keyspace_batch batch;
    batch.put(snapshots::encode_key(key), snapshots::encode_record(record));
    const auto before = all(key.stream);
    if (!before) return before.error();
    std::uint64_t kept = 1;
    for (const auto& one : *before) {
        if (one.key.last == key.last) continue;
        if (++kept > kept_max_) batch.erase(snapshots::encode_key(one.key));
    }
    return to->write(batch);
}

result<std::vector<snapshots::stored_snapshot>> snapshot_keeper::all(const std::string& stream) {
    auto* const from = area();
    if (from == nullptr) return std::vector<snapshots::stored_snapshot>{};
    auto every = snapshots::read_all(*from, stream);
    if (!every) return every;
    std::erase_if(*every, [&](const auto& one) {
        return one.key.state != kind_.name || one.key.version != kind_.version;
    });
    return every;
}

void snapshot_keeper::schedule(const std::string& stream, std::shared_ptr<const void> state,
                               sequence last) {
    {
        const std::lock_guard lock{lock_};
        if (stopping_ || (queue_.size() >= waiting_max && !queue_.contains(stream))) return;
        auto& due = queue_[stream];
        if (due.last < last) due = {std::move(state), last};
        if (!worker_.joinable()) worker_ = std::thread{[this] { work(); }};
    }
    changed_.notify_all();
}

void snapshot_keeper::work() {
    std::unique_lock lock{lock_};
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (stopping_) return;
        auto next = queue_.extract(queue_.begin());
        working_ = true;
        lock.unlock();
        if (!keep(next.key(), next.mapped().state.get(), next.mapped().last)) ++failed_;
        lock.lock();
        working_ = false;
        changed_.notify_all();
    }
}

void snapshot_keeper::finish() {
    std::unique_lock lock{lock_};
    changed_.wait(lock, [this] { return stopping_ || (queue_.empty() && !working_); });
}

void snapshot_keeper::add_counts(repository_counts& to) const {
    to.snapshots_taken += taken_;
    to.snapshots_passed_over += passed_over_;
    to.snapshots_failed += failed_;
}

}  // namespace daybook
