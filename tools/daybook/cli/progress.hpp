// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/console.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace daybook::cli {

/// A progress bar on standard error: only if that is a terminal, only for work of more than half a
/// second, drawn ten times a second at most, and wiped when the work is over.
class progress_bar {
public:
    progress_bar(console& on, std::string label);
    ~progress_bar();
    progress_bar(const progress_bar&) = delete;
    progress_bar& operator=(const progress_bar&) = delete;

    /// `done` of `total`; a total of 0 is unknown. `detail` is shown behind the bar.
    void update(std::uint64_t done, std::uint64_t total, const std::string& detail = {});

private:
    using clock = std::chrono::steady_clock;

    void draw(std::uint64_t done, std::uint64_t total, const std::string& detail);

    console& on_;
    std::string label_;
    bool shown_ = false;
    bool wanted_;
    clock::time_point next_draw_;
    clock::time_point started_;
};

}  // namespace daybook::cli
