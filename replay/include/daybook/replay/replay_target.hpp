// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/context.hpp>
#include <daybook/event.hpp>
#include <daybook/result.hpp>

#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace daybook::replay {

/// What events are replayed into: a handler, a file, another store (`store_copy`), rows of a view
/// (`folded_rows`), or something of your own.
///
/// Called by one thread, inside the replay's context (<daybook/context.hpp>). What it throws ends
/// the replay as an error would.
class replay_target {
public:
    virtual ~replay_target() = default;

    /// Takes the next event; the view is valid during the call. An error ends the replay here.
    virtual result<void> take(const event_view& event) = 0;

    /// Makes everything taken so far lasting: after that a bookmark passes it. Returns what the
    /// target wants to be told when the replay goes on after an interruption.
    virtual result<std::string> settle() { return std::string{}; }

    /// The replay goes on where a bookmark is; `settled` is what `settle` returned there. Events
    /// taken after that come again.
    virtual result<void> resume(std::string_view settled) {
        static_cast<void>(settled);
        return {};
    }

    /// In a word or two, what `take` would do with the event: "append", "there already". Changes
    /// nothing.
    virtual result<std::string> foresee(const event_view& event) {
        static_cast<void>(event);
        return std::string{"take"};
    }
};

/// A type says so of itself: `static constexpr bool replayable = true;`.
template <class Handler>
concept declares_replayable = requires {
    { std::remove_cvref_t<Handler>::replayable } -> std::convertible_to<bool>;
}
&&std::remove_cvref_t<Handler>::replayable;

/// Takes an event and returns nothing or a `result<void>`.
template <class Handler>
concept handles_events = std::invocable<Handler&, const event_view&> &&
    (std::is_void_v<std::invoke_result_t<Handler&, const event_view&>> ||
     std::convertible_to<std::invoke_result_t<Handler&, const event_view&>, result<void>>);

/// A handler that declares that it may run in a replay. Whether it is in one,
/// `context_scope::current().replay` tells.
template <class Handler>
concept replay_handler = handles_events<Handler> && declares_replayable<Handler>;

/// What `replayable` returns.
template <handles_events Handler>
struct declared_handler {
    static constexpr bool replayable = true;
    Handler handle;
    auto operator()(const event_view& event) { return handle(event); }
};

/// The declaration for a lambda or a function:
///
///     replay_events(log, options, replayable([&](const event_view& e) { index.add(e); }));
template <handles_events Handler>
declared_handler<Handler> replayable(Handler handle) {
    return {std::move(handle)};
}

/// A handler as a target: each event is handled in its own context, as by a `subscriber`.
class handler_target final : public replay_target {
public:
    template <class Handler>
    explicit handler_target(Handler& handle) {
        static_assert(handles_events<Handler>,
                      "a replay's handler takes a const event_view& and returns nothing or a "
                      "result<void>");
        static_assert(declares_replayable<Handler>,
                      "this handler does not declare that it may run in a replay: give it `static "
                      "constexpr bool replayable = true;`, or wrap it in replay::replayable(...)");
        handle_ = [&handle](const event_view& event) -> result<void> {
            if constexpr (std::is_void_v<std::invoke_result_t<Handler&, const event_view&>>) {
                handle(event);
                return {};
            } else {
                return handle(event);
            }
        };
    }

    result<void> take(const event_view& event) override {
        const context_scope caused_by{context::of(event)};
        return handle_(event);
    }
    result<std::string> foresee(const event_view&) override { return std::string{"handle"}; }

private:
    std::function<result<void>(const event_view&)> handle_;
};

}  // namespace daybook::replay
