// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/replay/as_of.hpp>
#include <daybook/replay/json_difference.hpp>
#include <daybook/store.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Every state that one thing was in, each with the event that made it, and how two of them differ.
///
///     for (const auto& then : history<open_orders>(store, "order-7").value())
///         std::cout << then.made_by.type() << " left " << *then.row << " open\n";
///
/// The key is that of a row of a projection: a stream, an agent, a task, or whatever a projection
/// takes from tags or payloads. Nothing is written and no view needs to be built. Everything here
/// may be called from any thread, beside appends, which it does not see.
///
/// Cost: as `state_at` until the last point, and one encoded row for each event. Fails as
/// `state_at`, too: where a view would park an event (see projections/docs/parking.md), it fails.
namespace daybook::replay {

/// Which states of a key. With the states from A to B, the changes of all of them are, one after
/// the other, those between A and B (by occurrence: where times do not go back).
struct history_options {
    point after = point::start();  ///< Only states made by events that were not there by then.
    point until = point::now();    ///< Only states made by events that were there by then.
    std::uint64_t states_max = std::numeric_limits<std::uint64_t>::max();
};

/// One state of a key. Everything is valid during the call only.
struct past_state {
    const event_view& made_by;
    const std::optional<std::string>& row;    ///< As JSON; nothing if the event removed it.
    const std::vector<json_change>& changes;  ///< Of the state before; nothing at all was null.
};

/// Takes a state; false ends the visit.
using past_state_visitor = std::function<bool(const past_state&)>;

/// Visits the states of a key in the order of the log, one for each event that was applied to it,
/// also if that changed nothing. Memory: one state, whatever their number.
result<void> for_each_state(const store& log, const projections::any_projection& of,
                            std::string_view key, const past_state_visitor& visit,
                            const history_options& options = {});

/// The same with the stored bytes of the rows, which cost less.
using past_bytes_visitor =
    std::function<bool(const event_view& made_by, const std::optional<std::string>& row)>;
result<void> for_each_state_bytes(const store& log, const projections::any_projection& of,
                                  std::string_view key, const past_bytes_visitor& visit,
                                  const history_options& options = {});

/// A state of a key, owned.
template <class Row>
struct past {
    event made_by;
    std::optional<Row> row;  ///< Nothing if the event removed it.
};

/// The states of a key, oldest first. Mind the memory: `for_each_state` keeps one at a time.
template <projections::projection P>
result<std::vector<past<projections::row_of<P>>>> history(const store& log, std::string_view key,
                                                          const history_options& options = {}) {
    using row = projections::row_of<P>;
    std::vector<past<row>> states;
    std::optional<error> damaged;
    const auto visited = for_each_state_bytes(
        log, projections::any_projection::of<P>(), key,
        [&](const event_view& made_by, const std::optional<std::string>& bytes) {
            states.push_back({event{made_by}, std::nullopt});
            if (!bytes) return true;
            auto decoded = decode_value<row>(*bytes);
            if (!decoded) {
                damaged = decoded.error();
                return false;
            }
            states.back().row = *std::move(decoded);
            return true;
        },
        options);
    if (damaged) return *std::move(damaged);
    if (!visited) return visited.error();
    return states;
}

/// How the states of one key at two points differ.
struct state_difference {
    state<std::string> before;  ///< The row as JSON.
    state<std::string> after;
    std::vector<json_change> changes;  ///< No row is null.
};

/// Cost: two `state_at`. The second point may lie before the first: the changes then lead back.
result<state_difference> difference_between(const store& log, const projections::any_projection& of,
                                            std::string_view key, point before, point after);

}  // namespace daybook::replay
