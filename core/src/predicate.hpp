// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/query.hpp>

#include <boost/json/value.hpp>

#include <compare>
#include <string>
#include <vector>

namespace daybook {

/// Does everything that is set in `wanted` hold for `event`? Reads the envelope only.
bool criteria_match(const criteria& wanted, event_view event) noexcept;

/// How two JSON values stand: null, booleans (false first), numbers and strings among themselves;
/// anything else, and different kinds, are unordered. Numbers compare by their exact values,
/// whatever their types.
std::partial_ordering compare_scalars(const boost::json::value& a,
                                      const boost::json::value& b) noexcept;

/// The value that a condition's text stands for: a JSON scalar, or the text as a string.
boost::json::value condition_value(std::string_view text);

/// Payload conditions made ready once, to be asked of many events. Immutable after construction:
/// any number of threads may call `match`.
class compiled_conditions {
public:
    compiled_conditions() = default;
    explicit compiled_conditions(const std::vector<payload_condition>& conditions);

    bool empty() const noexcept { return conditions_.empty(); }

    /// Do all conditions hold? Parses the payload once, and not at all if there is no condition.
    bool match(event_view event) const;

    /// The same for a payload that is parsed already.
    bool match(const boost::json::value& payload) const noexcept;

private:
    struct condition {
        std::string pointer;
        comparison op;
        boost::json::value wanted;
        std::string text;  ///< What `prefix` and `contains` look for in strings.
    };

    static bool holds(const condition& asked, const boost::json::value& payload) noexcept;

    std::vector<condition> conditions_;
};

}  // namespace daybook
