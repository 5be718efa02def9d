// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The trace of an event lies in its extensions, as the members "traceparent" and "tracestate".
// See core/docs/decisions/trace_context.md.

#include <daybook/event.hpp>

namespace daybook::stored_trace {

/// The extensions that `event` is stored with: its own, with `ambient` if they have no trace.
/// `made` holds them where they are not just its own.
/// Requires: the extensions are empty or a JSON object. Fails with `invalid_argument`, `too_large`.
result<std::string_view> put(const new_event& event, const trace_context& ambient,
                             std::string& made);

/// What is valid of the trace in `extensions`, which may be anything.
trace_context get(std::string_view extensions);

/// Do they say the same but for the trace?
bool same_besides(std::string_view extensions, std::string_view others);

}  // namespace daybook::stored_trace
