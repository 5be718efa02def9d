// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace daybook::bench {

struct macro_options {
    std::uint64_t events = 10'000'000;  ///< Of the big store.
    double seconds = 60;                ///< Of append_steady.
    std::vector<std::string> only;      ///< Rows to run; empty: all.
    std::filesystem::path directory;
    std::optional<std::filesystem::path> json;
    bool quick = false;  ///< Small and once: does every row work?
    bool keep = false;   ///< Leave the big store, and take one that is there.
    bool list = false;
    bool help = false;
    std::string child;  ///< What a process that a row started is to do.
};

/// Fails with `invalid_argument` and one line that says what is wrong.
result<macro_options> parse_options(const std::vector<std::string>& arguments);

const char* usage_text() noexcept;

}  // namespace daybook::bench
