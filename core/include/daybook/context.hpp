// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include <string>
#include <vector>

namespace daybook {

/// What flows by itself from what is being handled to what is appended.
struct context {
    std::string correlation{};
    std::vector<event_id> causes{};
    daybook::actor actor{};
    std::string session{};  ///< Becomes the tag "session:...".
    trace_context trace{};  ///< Of the span that appends.

    /// The context of handling `event`: its correlation, session and trace go on (an event without
    /// a correlation starts one, named after its id), and it is the cause of what follows. With a
    /// tracer, start a span from `event.trace()` and put that span's context into `trace`.
    static context of(event_view event);
};

/// Makes a context the ambient one of this thread, until it goes out of scope.
///
/// An append fills from it whatever a `new_event` left empty: correlation, causes, actor, session
/// tag, trace. Scopes nest; what the inner one leaves empty comes from the outer.
class context_scope {
public:
    explicit context_scope(context current);
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
