// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/context.hpp>

namespace daybook {
namespace {

thread_local const context* ambient = nullptr;

context merged(context inner, const context* outer) {
    if (outer == nullptr) return inner;
    if (inner.correlation.empty()) inner.correlation = outer->correlation;
    if (inner.causes.empty()) inner.causes = outer->causes;
    if (inner.actor == actor{}) inner.actor = outer->actor;
    if (inner.session.empty()) inner.session = outer->session;
    if (inner.trace.empty()) inner.trace = outer->trace;
    if (!inner.replay) inner.replay = outer->replay;
    return inner;
}

}  // namespace

context context::of(event_view event) {
    context made;
    const auto correlation = event.correlation();
    made.correlation = correlation.empty() ? to_string(event.id()) : std::string{correlation};
    made.causes = {event.id()};
    made.session = event.tag("session").value_or(std::string_view{});
    made.trace = event.trace();
    return made;
}

context_scope::context_scope(context current, outer_context outer)
    : merged_{merged(std::move(current), outer == outer_context::hidden ? nullptr : ambient)},
      outer_{ambient} {
    ambient = &merged_;
}

context_scope::~context_scope() { ambient = outer_; }

const context& context_scope::current() noexcept {
    static const context none;
    return ambient == nullptr ? none : *ambient;
}

}  // namespace daybook
