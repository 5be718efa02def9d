// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

enum class log_level { info, warning, error };

struct log_field {
    std::string_view name{};  ///< Of the program text: valid forever.
    std::string value{};
};

/// Something that a person who runs the program may want to know.
struct log_entry {
    log_level level = log_level::info;
    std::string message{};            ///< One line for people; says everything that matters.
    std::vector<log_field> fields{};  ///< The same for machines.
};

/// What a store tells its program; it prints nothing by itself. Called on the thread that did what
/// is told, with no lock of daybook held, so it may use the store; entries that its own use of the
/// store would cause are left out. May be called from several threads at once. What it throws is
/// caught and forgotten.
using log_callback = std::function<void(const log_entry&)>;

/// "info", "warning" or "error".
std::string_view to_string(log_level level) noexcept;

/// One line: `level=warning message="slow query: 1.2 s" operation=query took_us=1200000`.
std::string to_string(const log_entry& entry);

}  // namespace daybook
