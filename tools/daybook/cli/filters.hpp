// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/query.hpp>
#include <daybook/reader.hpp>
#include <daybook/result.hpp>

#include "cli/command.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace daybook::cli {

/// Which of the filter options a command takes, besides those that say which events.
struct filter_choice {
    bool stream = true;  ///< Not where the stream is an operand.
    bool limit = false;
    bool newest_first = false;
    bool explain = false;
    bool cursor = false;
};

/// `own` and, after them, the filter options: one table for every command.
std::vector<option> with_filters(std::vector<option> own, const filter_choice& choice = {});

/// What the filter options ask for.
struct selection {
    daybook::query query;
    std::optional<std::uint64_t> limit;
    daybook::direction direction = direction::forwards;
    bool explain = false;
    std::string cursor;

    read_options reading() const {
        return {.direction = direction,
                .from = {},
                .limit = limit.value_or(std::numeric_limits<std::uint64_t>::max())};
    }
};

/// Reads the filter options. Fails with `invalid_argument`.
result<selection> selection_of(const arguments& given);

}  // namespace daybook::cli
