// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/query.hpp>

#include "scalar.hpp"

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

/// Does everything that is set in `wanted` hold for `event`? Reads the envelope only.
bool criteria_match(const criteria& wanted, event_view event) noexcept;

/// Is there nothing in `any_of`, or something that holds for `event`?
bool any_criteria_match(const std::vector<criteria>& any_of, event_view event) noexcept;

/// Payload conditions made ready once, to be asked of many events. Immutable after construction:
/// any number of threads may call `match`.
class compiled_conditions {
public:
    compiled_conditions() = default;
    explicit compiled_conditions(const std::vector<payload_condition>& conditions);

    bool empty() const noexcept { return conditions_.empty(); }

    /// Do all conditions hold? Reads the payload's text once for each, without building a document.
    bool match(event_view event) const;

private:
    struct condition {
        std::string pointer;
        comparison op;
        scalar wanted;     ///< Nothing if it is text:
        std::string text;  ///< then it is this one, which any other value has for its spelling.

        scalar value() const noexcept;
        bool holds(std::string_view found) const;
        bool holds_for(std::partial_ordering order) const noexcept;
        bool holds_for_element(std::string_view array) const;
    };

    std::vector<condition> conditions_;
};

}  // namespace daybook
