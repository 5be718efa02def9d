// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/consumer_group.hpp>

#include "consumer_window.hpp"
#include "durable_cursor.hpp"
#include "text.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

namespace daybook {

std::chrono::milliseconds rest_after(const retry_policy& policy, std::uint32_t failures) {
    auto rest = std::min(policy.rest_first, policy.rest_max);
    if (policy.rest_factor < 2) return rest;
    for (; failures > 1 && rest < policy.rest_max && rest.count() > 0; --failures) {
        rest = rest > policy.rest_max / policy.rest_factor ? policy.rest_max
                                                           : rest * policy.rest_factor;
    }
    return rest;
}

namespace rows = subscription_rows;

namespace {

using entry = consumer_window::entry;
using clock = consumer_window::time::clock;

/// Where nothing matches, the cursor is written after so many events at least.
constexpr std::uint64_t idle_events = 4096;
constexpr std::chrono::seconds idle_look{1};

timestamp now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

result<void> check(std::string_view name, const consumer_group_options& options) {
    const std::pair<std::string_view, std::uint64_t> least_one[] = {
        {"consumers", options.consumers},
        {"retries.attempts_max", options.retries.attempts_max},
        {"in_flight_max", options.in_flight_max},
        {"in_flight_bytes_max", options.in_flight_bytes_max},
        {"acknowledge_every", options.acknowledge_every},
        {"parked_keys_max", options.parked_keys_max}};
    for (const auto& [option, value] : least_one) {
        if (value > 0) continue;
        return fail(errc::invalid_argument,
                    cat("consumer group ", in_quotes(name), ": ", option, " is 0; the least is 1"));
    }
    return {};
}

}  // namespace

// `mutex` guards everything but what is constant; it is held while rows are written, and never
// while a handler runs or the log is waited for. One thread reads the log into the window, the
// others take from it.
struct consumer_group::impl {
    impl(store& of, durable_cursor taken, consumer_group_options chosen)
        : log{of},
          options{std::move(chosen)},
          cursor{std::move(taken)},
          window{{options.in_flight_max, options.in_flight_bytes_max}} {}

    error about(errc code, std::string_view what) const {
        return fail(code, cat("consumer group ", in_quotes(cursor.name()), ": ", what));
    }

    // Opening, starting, stopping.
    result<void> load_rows();
    result<void> start(event_handler handle);
    result<void> stop();
    void fail_with(error why);

    // The reading thread.
    void read_until_stopped();
    result<void> read_one();
    result<void> caught_up();
    result<void> admit(const event_view& event);
    result<std::string> key_of(const event_view& event) const;
    result<bool> was_seen(std::string_view key, position at) const;
    void put(const rows::parked_row& row, keyspace_batch& batch);
    result<void> hold(std::string key, position at);

    // The consumers.
    void consume_until_stopped();
    result<void> completed(const entry& done);
    result<void> failed(const std::shared_ptr<entry>& what, const error& why);
    result<void> park(const entry& what, const error& why);
    result<void> go_on_with(const std::string& key);
    result<void> begin_retries();

    // The cursor.
    position reached() const { return window.oldest(read_up_to); }
    result<void> write_cursor(keyspace_batch& batch);
    result<void> maybe_write_cursor();

    store& log;
    const consumer_group_options options;
    durable_cursor cursor;

    mutable std::mutex mutex;
    std::condition_variable room;           ///< In the window.
    std::condition_variable work;           ///< For consumers.
    mutable std::condition_variable moved;  ///< The cursor, or the group has stopped.
    consumer_window window;
    position read_up_to;   ///< All before was put into the window, or down as a row.
    position known_up_to;  ///< Rows are about events before it.
    enum class key_state { waiting, retried };
    std::map<std::string, key_state, std::less<>> parked_keys;
    std::deque<std::string> to_retry;  ///< Keys whose first row is to be put into the window.
    std::uint64_t done_rows = 0;
    std::size_t since_written = 0;
    group_status counts;

    bool stopping = true;
    std::optional<error> trouble;
    event_handler handler;
    std::optional<subscription> events;

    std::mutex starting;
    std::vector<std::thread> threads;
};

// Opening, starting, stopping --------------------------------------------------------------------

result<void> consumer_group::impl::load_rows() {
    const auto& name = cursor.name();
    auto visited = rows::visit_parked(cursor.rows(), name, {}, [&](const rows::parked_row& row) {
        known_up_to = std::max(known_up_to, position{row.at.value + 1});
        // The first row of a key says what the key does.
        const bool waits = row.state == rows::parked_state::parked;
        const auto [key, first] =
            parked_keys.try_emplace(row.key, waits ? key_state::waiting : key_state::retried);
        if (first && !waits) to_retry.push_back(key->first);
        return true;
    });
    if (!visited) return visited;
    return rows::visit_done(cursor.rows(), name, [&](position at) {
        known_up_to = std::max(known_up_to, position{at.value + 1});
        ++done_rows;
        return true;
    });
}

result<void> consumer_group::impl::start(event_handler handle) {
    const std::lock_guard lock{starting};
    if (!threads.empty()) {
        const std::lock_guard state{mutex};
        if (!stopping) return {};
    }
    for (auto& thread : threads) thread.join();
    threads.clear();
    auto from = log.subscribe({.which = options.which, .from = start_from::at(cursor.next())});
    if (!from) return from.error();
    const std::lock_guard state{mutex};
    window.clear();
    read_up_to = cursor.next();
    // What was being tried again when the group stopped is tried again now.
    to_retry.clear();
    for (const auto& [key, what] : parked_keys) {
        if (what == key_state::retried) to_retry.push_back(key);
    }
    trouble.reset();
    stopping = false;
    events.emplace(std::move(*from));
    handler = std::move(handle);
    if (auto ok = begin_retries(); !ok) {
        stopping = true;
        return ok;
    }
    threads.emplace_back([this] { read_until_stopped(); });
    for (std::size_t i = 0; i < options.consumers; ++i) {
        threads.emplace_back([this] { consume_until_stopped(); });
    }
    return {};
}

result<void> consumer_group::impl::stop() {
    const std::lock_guard lock{starting};
    if (threads.empty()) return {};
    {
        const std::lock_guard state{mutex};
        stopping = true;
        events->stop();
    }
    work.notify_all();
    room.notify_all();
    for (auto& thread : threads) thread.join();
    threads.clear();
    const std::lock_guard state{mutex};
    keyspace_batch batch;
    auto written = reached() > cursor.next() ? write_cursor(batch) : result<void>{};
    window.clear();
    moved.notify_all();
    return written;
}

/// `mutex` is held.
void consumer_group::impl::fail_with(error why) {
    if (!trouble) trouble = std::move(why);
    stopping = true;
    events->stop();
    work.notify_all();
    room.notify_all();
    moved.notify_all();
}

// The reading thread -----------------------------------------------------------------------------

void consumer_group::impl::read_until_stopped() {
    for (;;) {
        {
            std::unique_lock lock{mutex};
            room.wait(lock, [this] { return stopping || window.has_room(); });
            if (stopping) return;
        }
        if (auto ok = read_one(); !ok) {
            const std::lock_guard lock{mutex};
            return fail_with(ok.error());
        }
    }
}

result<void> consumer_group::impl::read_one() {
    auto more = events->next(std::chrono::milliseconds{0});
    if (more && !*more) {
        if (auto ok = caught_up(); !ok) return ok;
        more = events->next(idle_look);
    }
    if (!more) return more.error();
    return *more ? admit(**events) : result<void>{};
}

/// What does not match is read too; nobody completes it.
result<void> consumer_group::impl::caught_up() {
    const std::lock_guard lock{mutex};
    read_up_to = events->cursor();
    moved.notify_all();
    if (reached().value < cursor.next().value + idle_events) return {};
    keyspace_batch batch;
    return write_cursor(batch);
}

result<std::string> consumer_group::impl::key_of(const event_view& event) const {
    if (!options.key) return std::string{event.stream()};
    const auto wrong = [&](std::string_view what) {
        return about(errc::projection_failed,
                     cat("the key of the event at position ", event.position(), ": ", what));
    };
    try {
        auto key = options.key(event);
        if (key.size() <= rows::key_bytes_max) return key;
        return wrong(cat("it has ", key.size(), " bytes; the limit is ", rows::key_bytes_max));
    } catch (const std::exception& thrown) {
        return wrong(cat("the key function threw: ", thrown.what()));
    } catch (...) {
        return wrong("the key function threw something that is no std::exception");
    }
}

result<void> consumer_group::impl::admit(const event_view& event) {
    auto key = key_of(event);
    if (!key) return key.error();
    const auto at = event.position();
    const std::lock_guard lock{mutex};
    const auto seen = was_seen(*key, at);
    if (!seen) return seen.error();
    if (!*seen) {
        if (parked_keys.contains(*key)) {
            if (auto ok = hold(std::move(*key), at); !ok) return ok;
        } else {
            window.add({std::move(*key), daybook::event{event}});
            work.notify_one();
        }
    }
    read_up_to = events->cursor();
    return {};
}

/// Was the event written down before the cursor was, or completed from its row?
result<bool> consumer_group::impl::was_seen(std::string_view key, position at) const {
    if (at >= known_up_to) return false;
    for (const auto& row :
         {rows::parked_key(cursor.name(), key, at), rows::done_key(cursor.name(), at)}) {
        const auto found = cursor.rows().get(row);
        if (!found) return found.error();
        if (*found) return true;
    }
    return false;
}

void consumer_group::impl::put(const rows::parked_row& row, keyspace_batch& batch) {
    batch.put(rows::parked_key(cursor.name(), row.key, row.at), rows::encode(row));
    known_up_to = std::max(known_up_to, position{row.at.value + 1});
}

result<void> consumer_group::impl::hold(std::string key, position at) {
    keyspace_batch batch;
    put({std::move(key), at, rows::parked_state::held, 0, now(), {}}, batch);
    return cursor.rows().write(batch);
}

// The consumers ----------------------------------------------------------------------------------

void consumer_group::impl::consume_until_stopped() {
    std::unique_lock lock{mutex};
    while (!stopping) {
        const auto mine = window.take(clock::now());
        if (!mine) {
            const auto due = window.next_due();
            due ? static_cast<void>(work.wait_until(lock, *due)) : work.wait(lock);
            continue;
        }
        lock.unlock();
        const auto handled = call_handler(handler, mine->what);
        lock.lock();
        if (auto ok = handled ? completed(*mine) : failed(mine, handled.error()); !ok) {
            return fail_with(ok.error());
        }
        if (window.has_room()) room.notify_one();
        work.notify_all();
    }
}

result<void> consumer_group::impl::completed(const entry& done) {
    ++counts.completed;
    const auto at = done.what.position();
    window.complete(at);
    ++since_written;
    if (done.parked_before) {
        keyspace_batch batch;
        batch.erase(rows::parked_key(cursor.name(), done.key, at));
        // The cursor may still be before it; it must not come again.
        if (at >= cursor.next()) {
            batch.put(rows::done_key(cursor.name(), at), {});
            ++done_rows;
        }
        if (auto ok = cursor.rows().write(batch); !ok) return ok;
        if (auto ok = go_on_with(done.key); !ok) return ok;
    }
    if (auto ok = begin_retries(); !ok) return ok;
    return maybe_write_cursor();
}

result<void> consumer_group::impl::failed(const std::shared_ptr<entry>& what, const error& why) {
    ++counts.failures;
    if (++what->failures >= options.retries.attempts_max) return park(*what, why);
    window.rest(what->what.position(), clock::now() + rest_after(options.retries, what->failures));
    return {};
}

/// The event and those behind it become rows, and with them the cursor moves on.
result<void> consumer_group::impl::park(const entry& what, const error& why) {
    ++counts.parked;
    const auto at = what.what.position();
    const auto time = now();
    keyspace_batch batch;
    put({what.key, at, rows::parked_state::parked, what.failures, time, why.message}, batch);
    for (const auto& later : window.take_out_key(at)) {
        put({later->key, later->what.position(), rows::parked_state::held, 0, time, {}}, batch);
    }
    parked_keys[what.key] = key_state::waiting;
    if (auto ok = write_cursor(batch); !ok) return ok;
    if (parked_keys.size() > options.parked_keys_max) {
        return about(errc::refused,
                     cat(parked_keys.size(), " keys are parked, the last one for: ", why.message));
    }
    return begin_retries();
}

/// The first row of `key` is gone: the next one, if any, is tried, else the key is free.
result<void> consumer_group::impl::go_on_with(const std::string& key) {
    const auto next = rows::first_parked(cursor.rows(), cursor.name(), key);
    if (!next) return next.error();
    if (!*next) {
        parked_keys.erase(key);
        return {};
    }
    parked_keys[key] = key_state::retried;
    to_retry.push_back(key);
    return {};
}

/// Puts first rows of keys that are to be tried again into the window, as far as there is room.
result<void> consumer_group::impl::begin_retries() {
    while (!stopping && !to_retry.empty() && window.has_room()) {
        const auto key = std::move(to_retry.front());
        to_retry.pop_front();
        const auto first = rows::first_parked(cursor.rows(), cursor.name(), key);
        if (!first) return first.error();
        if (!*first) continue;
        auto there = log.read_one((*first)->at);
        if (!there) return there.error();
        window.add({key, std::move(*there), 0, true});
        work.notify_one();
    }
    return {};
}

// The cursor -------------------------------------------------------------------------------------

result<void> consumer_group::impl::write_cursor(keyspace_batch& batch) {
    const auto next = std::max(reached(), cursor.next());
    std::uint64_t erased = 0;
    if (done_rows > 0) {
        const auto found = rows::visit_done(cursor.rows(), cursor.name(), [&](position at) {
            if (at >= next) return false;
            batch.erase(rows::done_key(cursor.name(), at));
            ++erased;
            return true;
        });
        if (!found) return found;
    }
    if (auto ok = cursor.move_to(next, batch); !ok) return ok;
    done_rows -= std::min(done_rows, erased);
    since_written = 0;
    moved.notify_all();
    return {};
}

result<void> consumer_group::impl::maybe_write_cursor() {
    const auto next = reached();
    const bool all_done = next == read_up_to;
    if (next <= cursor.next() || (!all_done && since_written < options.acknowledge_every)) {
        return {};
    }
    keyspace_batch batch;
    return write_cursor(batch);
}

// The surface ------------------------------------------------------------------------------------

result<consumer_group> consumer_group::open(store& log, std::string_view name,
                                            consumer_group_options options) {
    if (auto ok = rows::check_name(name); !ok) return ok.error();
    if (auto ok = check(name, options); !ok) return ok.error();
    auto cursor = durable_cursor::open(log, name, rows::holder::group,
                                       {.which = options.which, .from = options.from},
                                       options.create_if_missing);
    if (!cursor) return cursor.error();
    auto made = std::make_unique<impl>(log, std::move(*cursor), std::move(options));
    if (auto ok = made->load_rows(); !ok) return ok.error();
    return consumer_group{std::move(made)};
}

consumer_group::consumer_group(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
consumer_group::consumer_group(consumer_group&&) noexcept = default;

consumer_group& consumer_group::operator=(consumer_group&& other) noexcept {
    if (this == &other) return *this;
    if (impl_) static_cast<void>(impl_->stop());
    impl_ = std::move(other.impl_);
    return *this;
}

consumer_group::~consumer_group() {
    // A cursor that could not be written is an older cursor: events come again.
    if (impl_) static_cast<void>(impl_->stop());
}

result<void> consumer_group::start(event_handler handle) { return impl_->start(std::move(handle)); }
result<void> consumer_group::stop() { return impl_->stop(); }

std::optional<error> consumer_group::failure() const {
    const std::lock_guard lock{impl_->mutex};
    return impl_->trouble;
}

group_status consumer_group::status() const {
    const std::lock_guard lock{impl_->mutex};
    auto told = impl_->counts;
    told.running = !impl_->stopping;
    told.acknowledged = impl_->cursor.next();
    told.lag_events = impl_->cursor.lag();
    told.in_flight = impl_->window.size();
    told.parked_keys = impl_->parked_keys.size();
    return told;
}

bool consumer_group::wait_done(position end, std::chrono::milliseconds patience) const {
    std::unique_lock lock{impl_->mutex};
    const auto done = [&] {
        const bool all_written = impl_->since_written == 0;
        return impl_->cursor.next() >= end || (impl_->reached() >= end && all_written);
    };
    impl_->moved.wait_until(lock, watermark_bell::after(patience),
                            [&] { return done() || impl_->stopping; });
    return done();
}

result<std::vector<parked_event>> consumer_group::parked(std::size_t limit) const {
    std::vector<parked_event> all;
    if (limit == 0) return all;
    const auto& cursor = impl_->cursor;
    const auto found =
        rows::visit_parked(cursor.rows(), cursor.name(), {}, [&](const rows::parked_row& row) {
            all.push_back({row.key, row.at, row.state == rows::parked_state::held, row.attempts,
                           row.reason, row.parked_at});
            return all.size() < limit;
        });
    if (!found) return found.error();
    return all;
}

result<void> consumer_group::retry(std::string_view key) {
    const std::lock_guard lock{impl_->mutex};
    const auto found = impl_->parked_keys.find(key);
    if (found == impl_->parked_keys.end()) {
        return impl_->about(errc::not_found, cat("nothing is parked for key ", in_quotes(key)));
    }
    if (found->second == impl::key_state::retried) return {};
    auto& cursor = impl_->cursor;
    auto first = rows::first_parked(cursor.rows(), cursor.name(), key);
    if (!first) return first.error();
    if (!*first) return {};
    (*first)->state = rows::parked_state::retried;
    keyspace_batch batch;
    batch.put(rows::parked_key(cursor.name(), key, (*first)->at), rows::encode(**first));
    if (auto ok = cursor.rows().write(batch); !ok) return ok;
    found->second = impl::key_state::retried;
    impl_->to_retry.emplace_back(key);
    return impl_->begin_retries();
}

result<void> consumer_group::skip(std::string_view key) {
    const std::lock_guard lock{impl_->mutex};
    const auto found = impl_->parked_keys.find(key);
    if (found == impl_->parked_keys.end()) {
        return impl_->about(errc::not_found, cat("nothing is parked for key ", in_quotes(key)));
    }
    if (found->second == impl::key_state::retried) {
        return impl_->about(errc::refused,
                            cat("the event of key ", in_quotes(key), " is being tried again"));
    }
    auto& cursor = impl_->cursor;
    const auto first = rows::first_parked(cursor.rows(), cursor.name(), key);
    if (!first) return first.error();
    keyspace_batch batch;
    if (*first) {
        batch.erase(rows::parked_key(cursor.name(), key, (*first)->at));
        if ((*first)->at >= cursor.next()) {
            batch.put(rows::done_key(cursor.name(), (*first)->at), {});
            ++impl_->done_rows;
        }
        if (auto ok = cursor.rows().write(batch); !ok) return ok;
    }
    if (auto ok = impl_->go_on_with(std::string{key}); !ok) return ok;
    return impl_->begin_retries();
}

}  // namespace daybook
