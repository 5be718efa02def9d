// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include <string>
#include <vector>

namespace daybook {

/// Which replay a thread is in (<daybook/replay/replay_events.hpp>); false outside of any.
struct replay_mark {
    std::string name{};       ///< As of a tag's value, e.g. "mails-again".
    event_id store{};         ///< The store whose events come again.
    bool may_append = false;  ///< May what runs in it append to that store?

    explicit operator bool() const noexcept { return !name.empty(); }
};

/// What flows by itself from what is being handled to what is appended.
struct context {
    std::string correlation{};
    std::vector<event_id> causes{};
    daybook::actor actor{};
    std::string session{};  ///< Becomes the tag "session:...".
    trace_context trace{};  ///< Of the span that appends.
    /// In a replay, appends to the store that is replayed are refused unless it may append; what
    /// is appended there, or to other stores, gets the tag "replay:NAME".
    replay_mark replay{};

    /// The context of handling `event`: its correlation, session and trace go on (an event without
    /// a correlation starts one, named after its id), and it is the cause of what follows. With a
    /// tracer, start a span from `event.trace()` and put that span's context into `trace`.
    static context of(event_view event);
};

/// What a scope does about the context around it.
enum class outer_context {
    completes,  ///< What the inner one leaves empty comes from the outer.
    hidden      ///< Nothing of it is seen: for who appends events that are complete as they are.
};

/// Makes a context the ambient one of this thread, until it goes out of scope.
///
/// An append fills from it whatever a `new_event` left empty: correlation, causes, actor, session
/// tag, trace, replay. Scopes nest. Work that a thread hands to another one takes its context along
/// only if somebody opens a scope there.
class context_scope {
public:
    explicit context_scope(context current, outer_context outer = outer_context::completes);
    ~context_scope();
    context_scope(const context_scope&) = delete;
    context_scope& operator=(const context_scope&) = delete;

    /// The ambient context of this thread; empty outside any scope.
    static const context& current() noexcept;

private:
    context merged_;
    const context* outer_;
};

}  // namespace daybook
