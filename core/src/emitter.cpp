// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Callers' side of an emitter: from an event to the queue, and waiting for the emitter's thread.

#include <daybook/context.hpp>

#include "emitter_core.hpp"
#include "event_rules.hpp"
#include "names.hpp"
#include "stored_trace.hpp"
#include "text.hpp"

#include <algorithm>
#include <cctype>
#include <system_error>
#include <utility>

namespace daybook {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, event_level_count> level_names{
    "MILESTONE", "DECISION", "ACTION", "STATE", "DETAIL", "SYSTEM"};

constexpr std::size_t events_ceiling = std::size_t{1} << 24U;
constexpr std::size_t event_overhead_bytes = 256;
constexpr std::uint64_t closed = std::uint64_t{1} << 63U;

/// What a clock can still add up: a year.
constexpr milliseconds wait_max = std::chrono::hours{24 * 365};

milliseconds bounded(milliseconds wait) { return std::clamp(wait, milliseconds{0}, wait_max); }

std::size_t bytes_of(const waiting_event& item) {
    const auto& e = item.event;
    auto bytes = event_overhead_bytes + item.stream.size() + e.type.size() + e.payload.size() +
                 e.correlation.size() + 16 * e.causes.size() + e.actor.type.size() +
                 e.actor.id.size() + e.actor.model.size() + e.schema.size() +
                 e.content_type.size() + e.extensions.size();
    for (const auto& tag : e.tags) bytes += tag.size();
    return bytes;
}

/// What a store would fill in when it appends, taken now, on the thread that knows it.
void fill_in(new_event& event) {
    if (!event.id) event.id = event_id::make();
    if (!event.occurred_at) {
        event.occurred_at = std::chrono::time_point_cast<std::chrono::microseconds>(
            std::chrono::system_clock::now());
    }
    const auto& ambient = context_scope::current();
    if (event.correlation.empty()) event.correlation = ambient.correlation;
    if (event.causes.empty()) event.causes = ambient.causes;
    if (event.actor == actor{}) event.actor = ambient.actor;
    // Extensions that are no JSON object stay as they are: the target will say so.
    if (!ambient.trace.empty() && event_rules::check_extensions(event.extensions)) {
        std::string traced;
        if (stored_trace::put(event, ambient.trace, traced) && !traced.empty()) {
            event.extensions = std::move(traced);
        }
    }
    if (ambient.replay) {
        auto tag = cat(names::replay_tag_start, ambient.replay.name);
        if (std::find(event.tags.begin(), event.tags.end(), tag) == event.tags.end())
            event.tags.push_back(std::move(tag));
    }
    if (ambient.session.empty()) return;
    const auto is_session = [](const std::string& tag) { return tag.starts_with("session:"); };
    if (std::none_of(event.tags.begin(), event.tags.end(), is_session)) {
        event.tags.push_back(cat("session:", ambient.session));
    }
}

error wrong(std::string_view option, const auto& value, std::string_view allowed) {
    return fail(errc::invalid_argument,
                cat("emitter: ", option, " is ", value, "; it must be ", allowed));
}

result<void> check(const emitter_options& options) {
    const auto& o = options;
    if (o.events_max == 0 || o.events_max > events_ceiling) {
        return wrong("events_max", o.events_max, cat("1 to ", events_ceiling));
    }
    if (o.bytes_max == 0 || o.bytes_max >= closed) {
        return wrong("bytes_max", o.bytes_max, "1 to 2^63 - 1");
    }
    if (o.batch_events_max == 0 || o.batch_events_max > limits::commit_events_max) {
        return wrong("batch_events_max", o.batch_events_max,
                     cat("1 to ", limits::commit_events_max));
    }
    if (o.batch_bytes_max == 0) return wrong("batch_bytes_max", o.batch_bytes_max, "at least 1");
    struct named {
        std::string_view name;
        milliseconds time;
        int least_ms;
    };
    for (const auto& [name, time, least] :
         {named{"block_max", o.block_max, 0}, named{"linger", o.linger, 1},
          named{"retry_first", o.retry_first, 1}, named{"retry_max", o.retry_max, 1},
          named{"report_interval", o.report_interval, 0},
          named{"stop_timeout", o.stop_timeout, 0}}) {
        if (time.count() >= least && time <= wait_max) continue;
        return wrong(name, cat(time.count(), " ms"), cat(least, " ms to a year"));
    }
    if (auto named = names::check_stream_name(o.report_stream); !named) {
        return fail(errc::invalid_argument, cat("emitter: report_stream: ", named.error().message));
    }
    return {};
}

}  // namespace

std::string_view to_string(event_level level) noexcept {
    const auto index = static_cast<std::size_t>(level);
    return index < level_names.size() ? level_names[index] : "unknown";
}

result<event_level> parse_event_level(std::string_view name) {
    const auto same = [](char wanted, char c) {
        return wanted == std::toupper(static_cast<unsigned char>(c));
    };
    for (std::size_t i = 0; i < level_names.size(); ++i) {
        const auto& known = level_names[i];
        if (std::equal(known.begin(), known.end(), name.begin(), name.end(), same)) {
            return static_cast<event_level>(i);
        }
    }
    return fail(errc::invalid_argument,
                cat("level ", in_quotes(name),
                    " is not one of MILESTONE, DECISION, ACTION, STATE, DETAIL, SYSTEM"));
}

// The handle -------------------------------------------------------------------------------------

result<emitter> emitter::start(emitter_target& target, const emitter_options& options) {
    if (auto ok = check(options); !ok) return ok.error();
    auto started = std::make_unique<impl>(target, options);
    try {
        started->start_thread();
    } catch (const std::system_error& e) {
        return fail(errc::io, cat("emitter: no thread can be started: ", e.what()));
    }
    return emitter{std::move(started)};
}

emitter::emitter(std::unique_ptr<impl> started)
    : impl_{std::move(started)}, level_{&impl_->level} {}
emitter::emitter(emitter&&) noexcept = default;
emitter& emitter::operator=(emitter&&) noexcept = default;
emitter::~emitter() = default;

emission emitter::queue(event_level level, std::string_view stream, new_event&& event) noexcept {
    const auto& again = context_scope::current().replay;
    if (again && !again.may_append) return emission::filtered;
    return impl_->accept(level, stream, std::move(event));
}
emitter_stats emitter::stats() const { return impl_->stats(); }
result<void> emitter::flush(milliseconds timeout) { return impl_->flush(timeout); }
result<void> emitter::stop(milliseconds timeout) { return impl_->stop(timeout); }

// Emitting ---------------------------------------------------------------------------------------

emitter::impl::impl(emitter_target& target, const emitter_options& chosen)
    : level{chosen.level}, target_{target}, options_{chosen}, queue_{chosen.events_max} {}

emitter::impl::~impl() {
    if (!thread_.joinable()) return;
    (void)stop(options_.stop_timeout);
    thread_.join();
}

void emitter::impl::start_thread() {
    thread_ = std::thread{[this] { run(); }};
}

emission emitter::impl::accept(event_level event_is, std::string_view stream,
                               new_event&& event) noexcept {
    std::optional<loss> refused;
    try {
        fill_in(event);
        waiting_event item{std::string{stream}, std::move(event), event_is, 0};
        item.bytes = bytes_of(item);
        refused = admit(item);
        if (refused == loss::queue_full || refused == loss::bytes_full) {
            const bool in = options_.full == when_full::drop_oldest
                                ? drop_others_for(item, *refused)
                                : options_.full == when_full::block && wait_for_room(item);
            if (in) refused.reset();
        }
    } catch (...) {
        refused = loss::no_memory;
    }
    if (!refused) return emission::queued;
    turned_away_.fetch_add(1);
    losses_.add(event_is, *refused);
    return emission::dropped;
}

/// Takes `item`, or says why not and leaves it.
std::optional<loss> emitter::impl::admit(waiting_event& item) noexcept {
    if (const auto why = reserve(item.bytes)) return why;
    const auto bytes = item.bytes;
    const auto before = queue_.push(item);
    if (!before) {
        held_.fetch_sub(bytes);
        return loss::queue_full;
    }
    // Half full: the thread shall not wait any longer.
    if (*before >= options_.events_max / 2) nudge();
    return std::nullopt;
}

std::optional<loss> emitter::impl::reserve(std::size_t bytes) noexcept {
    if (bytes > options_.bytes_max) return loss::too_large;
    auto held = held_.load(std::memory_order_relaxed);
    do {
        if ((held & closed) != 0) return loss::stopped;
        if (held > options_.bytes_max - bytes) return loss::bytes_full;
    } while (!held_.compare_exchange_weak(held, held + bytes));
    if (held + bytes > options_.bytes_max / 2) nudge();
    return std::nullopt;
}

/// Drops the oldest until `item` is in. Gives up where others take all the room that it makes.
bool emitter::impl::drop_others_for(waiting_event& item, loss why) noexcept {
    for (std::size_t i = 0; i < options_.events_max; ++i) {
        const auto oldest = queue_.pop();
        if (!oldest) return false;
        release(*oldest);
        drop(*oldest, why);
        if (const auto refused = admit(item); !refused) return true;
    }
    return false;
}

bool emitter::impl::wait_for_room(waiting_event& item) {
    const auto deadline = std::chrono::steady_clock::now() + bounded(options_.block_max);
    nudge();
    std::unique_lock lock{room_mutex_};
    // Before the first look, so that room made after it is told: see `wake_blocked`.
    blocked_.fetch_add(1);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    std::optional<loss> refused;
    do {
        refused = admit(item);
        if (!refused || refused == loss::stopped) break;
    } while (room_.wait_until(lock, deadline) == std::cv_status::no_timeout);
    if (refused) refused = admit(item);
    blocked_.fetch_sub(1);
    return !refused;
}

void emitter::impl::nudge() noexcept {
    if (nudged_.load(std::memory_order_relaxed) || nudged_.exchange(true)) return;
    // One caller among thousands comes here. The thread is now either awake or sound asleep.
    { const std::lock_guard lock{mutex_}; }
    wake_.notify_one();
}

void emitter::impl::drop(const waiting_event& item, loss why) noexcept {
    losses_.add(item.level, why);
}

// Waiting for the thread -------------------------------------------------------------------------

emitter_stats emitter::impl::stats() const {
    emitter_stats now;
    // What events became before how many they are, so that none seem to be missing.
    now.stored = stored_.load();
    now.rejected = rejected_.load();
    now.dropped = losses_.counts();
    now.emitted = turned_away_.load() + queue_.pushed();
    const auto settled = now.stored + now.rejected + now.dropped.total();
    now.waiting = now.emitted > settled ? now.emitted - settled : 0;
    now.waiting_bytes = held_.load() & ~closed;
    now.dropped_told = told_.load();
    const std::lock_guard lock{mutex_};
    now.writes = writes_;
    now.failed_writes = failed_writes_;
    now.target_failing = failing_;
    now.last_error = last_error_;
    now.last_error_at = last_error_at_;
    return now;
}

std::string emitter::impl::last_failure() const {
    return last_error_ ? cat("; the target's last error: ", last_error_->message) : std::string{};
}

result<void> emitter::impl::flush(milliseconds timeout) {
    {
        std::unique_lock lock{mutex_};
        const auto mine = ++flushes_asked_;
        wake_.notify_one();
        const auto served = [&] { return flushes_done_ >= mine || finished_; };
        if (done_.wait_for(lock, bounded(timeout), served)) return {};
    }
    const auto waiting = stats().waiting;
    const std::lock_guard lock{mutex_};
    return fail(errc::refused, cat("emitter: flush: ", waiting, " events still wait after ",
                                   timeout.count(), " ms", last_failure()));
}

result<void> emitter::impl::stop(milliseconds timeout) {
    held_.fetch_or(closed);
    { const std::lock_guard lock{room_mutex_}; }
    room_.notify_all();
    std::unique_lock lock{mutex_};
    closing_ = true;
    wake_.notify_one();
    if (!done_.wait_for(lock, bounded(timeout), [&] { return finished_; })) {
        giving_up_ = true;
        wake_.notify_one();
        // The thread ends at once, unless it waits for others.
        done_.wait(lock, [&] { return finished_ || outside_; });
    }
    const bool ended = finished_;
    lock.unlock();
    drop_queue();
    lock.lock();
    if (ended && given_up_.load() == 0) return {};
    return fail(errc::refused, cat("emitter: stop: ", given_up_.load(), " events were dropped",
                                   ended ? "" : " and an answer of the target is still awaited",
                                   " after ", timeout.count(), " ms", last_failure()));
}

/// Nobody will write what is still queued.
void emitter::impl::drop_queue() noexcept {
    while (const auto left = queue_.pop()) {
        release(*left);
        drop(*left, loss::stopped);
        given_up_.fetch_add(1);
    }
}

}  // namespace daybook
