// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event_codec.hpp>
#include <daybook/orchestration/tags.hpp>
#include <daybook/orchestration/undertaking.hpp>

#include <boost/json/value.hpp>

namespace daybook::orchestration {

namespace detail {

/// Throws `payload_mismatch` if the payload does not fit the struct.
using payload_check = void (*)(const boost::json::value& payload);

result<new_event> finish_event(new_event made, payload_check check);

}  // namespace detail

/// An event to append, checked and with what every event of orchestration should have:
///
/// - the tags of `tags_of`, and a tag "chain:ID" for each undertaking around the current one;
/// - the current correlation, and in `correlation_chain`, if it has one and it is empty, the ids
///   from the outermost undertaking to the current one.
///
/// Actor, causes and session come from the ambient `context` when it is appended, as always.
///
///     const context_scope doing{{.actor = agent_actor("coder", "sonnet")}};
///     const undertaking login{"PROJ-123"};
///     log.append("issue-PROJ-123", expected::any(),
///                {event_of(agent_spawned{.agent_name = "coder"}).value()});
///
/// Fails with `invalid_argument` if an enumeration holds what is none of its values, or a number
/// is not finite; the message names the member and what is allowed. Cost: beside writing the
/// payload, one parse of it.
template <daybook::detail::readable_event E>
result<new_event> event_of(E event) {
    if constexpr (requires { event.correlation_chain; }) {
        if (event.correlation_chain.empty()) event.correlation_chain = correlation_chain();
    }
    // What can be read back has enumerators that are some, and numbers that are some.
    return detail::finish_event(make_event(event), [](const boost::json::value& payload) {
        E back{};
        daybook::detail::read_value(payload, back);
    });
}

}  // namespace daybook::orchestration
