// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/store.hpp>
#include <daybook/subscription.hpp>

#include "subscription_impl.hpp"
#include "text.hpp"

#include <algorithm>

namespace daybook {
namespace {

/// The one stream that `q` is about, or nothing.
std::string_view only_stream(const query& q) {
    return q.any_of.size() == 1 ? std::string_view{q.any_of.front().stream} : std::string_view{};
}

/// Turns a place into a position, for one log and query.
class place_finder {
public:
    place_finder(const store& log, const query& q) : log_{log}, query_{q}, end_{log.watermark()} {}

    result<position> operator()(position first) const {
        if (first <= end_) return first;
        return fail(errc::invalid_argument,
                    cat("subscribe from position ", first, ": the log ends at ", end_,
                        "; is it a cursor of another store?"));
    }
    result<position> operator()(start_from::at_end) const { return end_; }
    result<position> operator()(timestamp time) const {
        // Nothing is recorded before the first time there is.
        if (time <= timestamp_min) return position{0};
        return log_.position_after(time - std::chrono::microseconds{1});
    }
    result<position> operator()(sequence first) const {
        const auto stream = only_stream(query_);
        if (stream.empty()) {
            return fail(errc::invalid_argument, cat("subscribe from sequence ", first,
                                                    ": the query names no single stream"));
        }
        const auto head = log_.head(stream);
        if (!head) return head.error();
        if (first.value > head->last.value + 1) {
            return fail(errc::invalid_argument,
                        cat("subscribe to ", stream, " from sequence ", first, ": it is at ",
                            head->last, ", so ", head->last.value + 1, " is the most"));
        }
        // Of an empty stream nothing was there when `end_` was taken.
        if (head->last.value == 0) return end_;
        if (first > head->last) return position{head->at.value + 1};
        auto there = log_.read_stream(stream, {.from = first.value, .limit = 1});
        if (!there) return there.error();
        const auto found = there->next();
        if (!found) return found.error();
        return (*there)->position();
    }

private:
    const store& log_;
    const query& query_;
    position end_;
};

}  // namespace

result<subscription> open_subscription(const store& log, engine& e,
                                       const subscription_options& options) {
    if (auto sound = validate(options.which); !sound) return sound.error();
    const auto from = std::visit(place_finder{log, options.which}, options.from.where());
    if (!from) return from.error();
    const std::shared_lock rules{e.index_mutex};
    auto compiled = compiled_query::make(options.which, e.rules);
    if (!compiled) return compiled.error();
    auto made = std::make_unique<subscription::impl>(e, std::move(*compiled), *from);
    if (options.stop.stop_possible()) {
        made->on_request.emplace(options.stop, subscription::impl::stop_this{made.get()});
    }
    return subscription{std::move(made)};
}

result<bool> subscription::impl::next(std::chrono::milliseconds patience) {
    const auto deadline = watermark_bell::after(patience);
    while (!*stopped) {
        const auto found = feed.advance();
        if (!found) return found.error();
        if (*found == subscription_feed::outcome::event) return true;
        if (*found == subscription_feed::outcome::behind) {
            if (watermark_bell::clock::now() >= deadline) return false;
            continue;
        }
        const auto wanted = [&] { return *stopped || of.end() > feed.read(); };
        if (!of.bell.wait_until(deadline, wanted)) return false;
    }
    return false;
}

subscription::subscription(std::unique_ptr<impl> made) : impl_{std::move(made)} {}
subscription::subscription(subscription&&) noexcept = default;
subscription& subscription::operator=(subscription&&) noexcept = default;
subscription::~subscription() = default;

result<bool> subscription::next(std::chrono::milliseconds patience) {
    return impl_->next(patience);
}
const event_view& subscription::operator*() const noexcept { return impl_->feed.current(); }

void subscription::stop() noexcept { impl_->stop(); }
bool subscription::stopped() const noexcept { return *impl_->stopped; }
position subscription::cursor() const noexcept { return impl_->feed.cursor(); }
std::uint64_t subscription::lag() const noexcept {
    const auto reached = cursor();
    return std::max(impl_->of.end(), reached).value - reached.value;
}

// Awaiting ---------------------------------------------------------------------------------------

/// Shared by the awaiter, the watcher and the work that is under way in the executor; the last two
/// may be a moment late.
struct subscription::next_awaiter::state : std::enable_shared_from_this<state> {
    state(impl& of, executor chosen) : what{of}, run{std::move(chosen)}, stopped{of.stopped} {}

    /// Does one bounded piece of reading; says whether there is an outcome.
    bool look() {
        if (*stopped) return true;
        found = what.feed.advance();
        return !found || *found == subscription_feed::outcome::event;
    }
    /// After a `look` without an outcome: another one, when there is something to look at.
    void look_later() {
        auto again = [self = shared_from_this()] {
            if (!self->abandoned) self->run([self] { self->look_again(); });
        };
        if (*found == subscription_feed::outcome::behind) return again();
        what.of.watcher.add({what.feed.read(), stopped, std::move(again)});
    }
    void look_again() {
        if (abandoned) return;
        if (!look()) return look_later();
        const auto resume = std::move(go_on);
        resume();
    }

    impl& what;  ///< Not to be touched when `abandoned`.
    const executor run;
    const std::shared_ptr<const std::atomic<bool>> stopped;
    std::function<void()> go_on;
    result<subscription_feed::outcome> found{subscription_feed::outcome::caught_up};
    std::atomic<bool> abandoned{false};
};

subscription::next_awaiter::next_awaiter(subscription::impl& of, executor run)
    : state_{std::make_shared<state>(of, std::move(run))} {}
subscription::next_awaiter::~next_awaiter() { state_->abandoned = true; }

bool subscription::next_awaiter::await_ready() { return state_->look(); }

void subscription::next_awaiter::begin(std::function<void()> go_on) {
    // The coroutine may go on, and this awaiter be gone, before `look_later` returns.
    const auto kept = state_;
    kept->go_on = std::move(go_on);
    kept->look_later();
}

result<bool> subscription::next_awaiter::await_resume() {
    if (!state_->found) return state_->found.error();
    return *state_->found == subscription_feed::outcome::event;
}

subscription::next_awaiter subscription::next_async(executor run) {
    return next_awaiter{*impl_, std::move(run)};
}

}  // namespace daybook
