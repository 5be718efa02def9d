// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// The emitter's own thread: from the queue to the target, in batches, again and again if need be.

#include "emitter_core.hpp"
#include "text.hpp"

#include <exception>
#include <utility>

namespace daybook {
namespace {

/// Does the error say that an event is wrong, not that the target cannot write now?
bool blames_event(errc code) {
    return code == errc::invalid_argument || code == errc::too_large || code == errc::conflict ||
           code == errc::projection_failed || code == errc::rejected;
}

timestamp now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

}  // namespace

void emitter_batch::add(waiting_event& next) {
    auto tag = cat("level:", to_string(next.level));
    auto& tags = next.event.tags;
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
    levels.push_back(next.level);
    // Events keep the order of their emission, so only neighbours of one stream share a part.
    try {
        auto& parts = request.streams;
        if (parts.empty() || parts.back().stream != next.stream) {
            stream_events part{.stream = next.stream};
            part.events.push_back(std::move(next.event));
            parts.push_back(std::move(part));
        } else {
            parts.back().events.push_back(std::move(next.event));
        }
    } catch (...) {
        levels.pop_back();
        throw;
    }
}

emitter_batch emitter_batch::split() {
    emitter_batch second;
    second.request.durability = request.durability;
    auto keep = levels.size() / 2;
    const auto at = [](auto& list, std::size_t index) {
        return list.begin() + static_cast<std::ptrdiff_t>(index);
    };
    second.levels.assign(at(levels, keep), levels.end());
    levels.resize(keep);
    auto& parts = request.streams;
    std::size_t whole = 0;
    while (keep >= parts[whole].events.size()) keep -= parts[whole++].events.size();
    auto& cut = parts[whole].events;
    if (keep > 0) {
        stream_events rest{.stream = parts[whole].stream};
        rest.events.assign(std::move_iterator{at(cut, keep)}, std::move_iterator{cut.end()});
        cut.resize(keep);
        second.request.streams.push_back(std::move(rest));
        ++whole;
    }
    second.request.streams.insert(second.request.streams.end(),
                                  std::move_iterator{at(parts, whole)},
                                  std::move_iterator{parts.end()});
    parts.resize(whole);
    return second;
}

// The loop ---------------------------------------------------------------------------------------

void emitter::impl::run() noexcept {
    for (;;) {
        const auto asked = wait_for_work();
        nudged_ = false;
        const bool complete = write_up_to(queue_.pushed());
        if (asked.closing) write_the_rest();
        tell_losses(asked.closing || asked.flushes > 0);
        const std::lock_guard lock{mutex_};
        if (complete) flushes_done_ += asked.flushes;
        if (asked.closing) finished_ = true;
        done_.notify_all();
        if (finished_) return;
    }
}

emitter::impl::call emitter::impl::wait_for_work() {
    std::unique_lock lock{mutex_};
    wake_.wait_for(lock, options_.linger,
                   [&] { return nudged_ || closing_ || flushes_asked_ != flushes_done_; });
    return {flushes_asked_ - flushes_done_, closing_};
}

/// Settles the first `goal` events that were ever queued. False if one of them is still being put
/// into the queue.
bool emitter::impl::write_up_to(std::uint64_t goal) {
    while (queue_.popped() < goal) {
        auto batch = gather();
        wake_blocked();
        if (batch.empty()) return false;
        deliver(std::move(batch));
    }
    return true;
}

/// No more events come, but some may be on their way into the queue.
void emitter::impl::write_the_rest() {
    constexpr auto closed_and_empty = std::uint64_t{1} << 63U;
    while (held_.load() != closed_and_empty) {
        if (!write_up_to(queue_.pushed())) std::this_thread::yield();
    }
}

emitter_batch emitter::impl::gather() {
    emitter_batch batch;
    batch.request.durability = options_.durable;
    std::size_t bytes = 0;
    while (batch.levels.size() < options_.batch_events_max && bytes < options_.batch_bytes_max) {
        auto next = queue_.pop();
        if (!next) break;
        release(*next);
        bytes += next->bytes;
        try {
            batch.add(*next);
        } catch (...) {
            drop(*next, loss::no_memory);
        }
    }
    return batch;
}

void emitter::impl::wake_blocked() {
    // Room was made; then it is looked who waits. Those who wait say so, and then look for room.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (blocked_.load() == 0) return;
    { const std::lock_guard lock{room_mutex_}; }
    room_.notify_all();
}

// Writing ----------------------------------------------------------------------------------------

void emitter::impl::deliver(emitter_batch batch) {
    error why;
    switch (write(batch.request, why)) {
        case outcome::stored: stored_.fetch_add(batch.levels.size()); return;
        case outcome::given_up: give_up(batch.levels); return;
        case outcome::blamed: break;
    }
    if (batch.levels.size() == 1) return reject(batch, why);
    // Halving finds the event that is to blame, in order, for a few refused commits.
    auto second = batch.split();
    deliver(std::move(batch));
    deliver(std::move(second));
}

void emitter::impl::reject(const emitter_batch& batch, const error& why) {
    rejected_.fetch_add(1);
    if (!options_.on_rejected) return;
    const auto outside = [&](bool now_is) {
        const std::lock_guard lock{mutex_};
        outside_ = now_is;
        done_.notify_all();
    };
    outside(true);
    const auto& part = batch.request.streams.front();
    try {
        options_.on_rejected(part.stream, part.events.front(), why);
    } catch (...) {  // As the header says.
    }
    outside(false);
}

emitter::impl::outcome emitter::impl::write(const commit_request& request, error& why) {
    for (auto pause = options_.retry_first;; pause = std::min(pause * 2, options_.retry_max)) {
        if (!begin_write()) return outcome::given_up;
        const auto done = write_once(request);
        end_write(done);
        if (done) return outcome::stored;
        if (blames_event(done.error().code)) {
            why = done.error();
            return outcome::blamed;
        }
        if (!rest(pause)) return outcome::given_up;
    }
}

result<void> emitter::impl::write_once(const commit_request& request) noexcept {
    try {
        return target_.write(request);
    } catch (const std::exception& e) {
        return fail(errc::io, cat("emitter: its target threw: ", e.what()));
    } catch (...) {
        return fail(errc::io, "emitter: its target threw something");
    }
}

bool emitter::impl::begin_write() {
    const std::lock_guard lock{mutex_};
    if (giving_up_) return false;
    outside_ = true;
    return true;
}

void emitter::impl::end_write(const result<void>& done) {
    const std::lock_guard lock{mutex_};
    outside_ = false;
    failing_ = !done && !blames_event(done.error().code);
    if (done) {
        ++writes_;
        return;
    }
    ++failed_writes_;
    last_error_ = done.error();
    last_error_at_ = now();
    if (failing_) untold_failure_ = done.error().message;
}

/// Waits before the next attempt. Who flushes or stops wants it now.
bool emitter::impl::rest(std::chrono::milliseconds pause) {
    std::unique_lock lock{mutex_};
    const auto flushes = flushes_asked_;
    const bool closing = closing_;
    wake_.wait_for(lock, pause,
                   [&] { return giving_up_ || flushes_asked_ != flushes || closing_ != closing; });
    return !giving_up_;
}

void emitter::impl::give_up(std::span<const event_level> levels) noexcept {
    for (const auto one : levels) losses_.add(one, loss::stopped);
    given_up_.fetch_add(levels.size());
}

// Telling ----------------------------------------------------------------------------------------

void emitter::impl::tell_losses(bool at_once) {
    if (!losses_.untold()) return;
    const auto time = std::chrono::steady_clock::now();
    if (!at_once && time - last_told_ < options_.report_interval) return;
    const auto losses = losses_.take();
    if (!losses) return;
    error why;
    if (write(request_for(*losses), why) == outcome::stored) {
        told_.fetch_add(losses->counts.total());
    }
    last_told_ = time;
}

commit_request emitter::impl::request_for(const loss_report& losses) {
    std::optional<std::string> failure;
    {
        const std::lock_guard lock{mutex_};
        failure = std::exchange(untold_failure_, std::nullopt);
    }
    new_event event;
    event.type = "events_dropped";
    event.payload = losses.payload(failure);
    event.tags = {"level:SYSTEM"};
    event.actor = {.type = "system", .id = "daybook-emitter"};
    event.occurred_at = now();
    event.id = event_id::make();
    commit_request request;
    request.durability = options_.durable;
    request.streams.push_back({.stream = options_.report_stream, .events = {std::move(event)}});
    return request;
}

}  // namespace daybook
