// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/aggregate.hpp>
#include <daybook/store.hpp>

#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Decisions over the events that a query finds, in whatever streams they are: what was read
/// becomes the condition of the append (dynamic consistency boundaries, https://dcb.events).
///
///     // A course has 30 places.
///     auto done = decide_over<enrolment>(
///         log, query{criteria{.tags = {"course:c1"}}},
///         [](const enrolment& now) -> boundary_decision {
///             if (now.places_taken == 30) return reject("course c1 is full");
///             return {{{.stream = "course-c1", .events = {enrol("s7", "c1")}}}};
///         });
namespace daybook {

class upcasters;

/// Streams and their events, as for `store::commit`; none: nothing is appended.
using boundary_decision = result<std::vector<stream_events>>;

struct boundary_options {
    /// How often it is decided again because events came that the query finds.
    std::uint32_t conflict_retries_max = 64;
    std::optional<daybook::durability> durability{};
    /// Old events are folded as what they are upcast to, and `over` is asked of that; see
    /// upcasters.hpp. The condition is on what is stored: `upcasters::widen` of `over`.
    std::shared_ptr<const daybook::upcasters> upcasters{};
};

struct boundary_outcome {
    std::optional<commit_receipt> receipt{};  ///< Nothing if nothing was appended.
    std::uint32_t retries = 0;
};

namespace detail {

/// Folds and commits, without the type of the state.
result<boundary_outcome> decide_over(store& log, const query& over, const boundary_options& options,
                                     const std::function<void(const json_event&)>& apply,
                                     const std::function<boundary_decision()>& decide);

}  // namespace detail

/// Folds the events that `over` finds into a `State` (as for `aggregate`; events that it does not
/// name are passed over), decides, and appends if no event that `over` finds came meanwhile; else
/// reads those and decides again. Context flows as for `store::commit`.
///
/// Cost: reads all that `over` finds. Fails with what the decider fails with (`rejected`),
/// `projection_failed` if it or `apply` throws, `conflict` if events kept coming, or as
/// `store::read` and `store::commit`.
template <class State, std::invocable<const State&> Decider>
requires std::default_initializable<State> &&(detail::events_fit<State>())
    result<boundary_outcome> decide_over(store& log, const query& over, const Decider& decider,
                                         const boundary_options& options = {}) {
    State state{};
    return detail::decide_over(
        log, over, options,
        [&](const json_event& event) {
            detail::aggregate_events<State, typename State::events>::apply(state, event);
        },
        [&]() -> boundary_decision { return decider(std::as_const(state)); });
}

}  // namespace daybook
