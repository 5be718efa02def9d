// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace daybook::formats {

/// Files that are one log, in parts: read one after the other.
using file_chain = std::vector<std::filesystem::path>;

/// What is to be read: step after step, and within a step all chains merged by the time of their
/// lines. `beside` is merged into the steps by time too.
struct input_plan {
    struct step {
        std::vector<file_chain> chains;
    };
    /// Steps that are read in order, with chains that run beside all of them.
    struct section {
        std::vector<step> steps;
        std::vector<file_chain> beside;
    };
    std::vector<section> sections;
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;         ///< Of regular files.
    bool bytes_known = true;         ///< No pipe among them.
    std::size_t chains_at_once = 1;  ///< Of the largest step, with what runs beside it.
};

/// Finds out what `inputs` are; see `line_source`.
/// Fails with `not_found`, `io`, or `invalid_argument` if there is nothing to read in a directory.
result<input_plan> plan_inputs(const std::vector<std::filesystem::path>& inputs);

}  // namespace daybook::formats
