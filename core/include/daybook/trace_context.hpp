// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <string>
#include <string_view>

namespace daybook {

/// Where in a distributed trace something happened: the two header fields of W3C Trace Context, as
/// they were received. https://www.w3.org/TR/trace-context/
///
///     const context_scope scope{{.trace = {request["traceparent"], request["tracestate"]}}};
///     store.append(...);                    // The event carries them.
///     tracer.start_span(event.trace());     // A handler, later, elsewhere: goes on from there.
struct trace_context {
    /// "00-", 32 hex digits of trace id, "-", 16 of parent id (the span), "-", 2 of flags.
    /// Empty: no trace.
    std::string traceparent{};
    std::string tracestate{};  ///< Of vendors: "key=value,...". May be empty.

    bool empty() const noexcept { return traceparent.empty() && tracestate.empty(); }

    // Parts of a valid `traceparent`; empty or false of an empty one.
    std::string_view trace_id() const noexcept;
    std::string_view parent_id() const noexcept;
    bool sampled() const noexcept;  ///< Whether the caller may have recorded its part.

    friend bool operator==(const trace_context&, const trace_context&) = default;
};

/// Checks both fields by the grammar of the recommendation: versions above 00 may have more after
/// the flags; ids that are all zero, version ff and capitals are refused; `tracestate` has at most
/// 32 members, no key twice, `limits::tracestate_bytes_max` bytes, and no business without
/// `traceparent`. An empty context is fine. Fails with `invalid_argument`.
result<void> validate(const trace_context& trace);

/// The extensions of a `new_event` with a trace of its own: `extensions` (empty, or a JSON object
/// without one) and the members "traceparent" and "tracestate". Nothing is checked.
std::string with_trace(std::string_view extensions, const trace_context& trace);

}  // namespace daybook
