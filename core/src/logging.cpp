// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/logging.hpp>
#include <daybook/raw_json.hpp>

#include "text.hpp"

#include <algorithm>

namespace daybook {
namespace {

/// A value that needs no quotes to be told apart from what stands around it.
bool is_plain(std::string_view value) {
    return !value.empty() && std::all_of(value.begin(), value.end(), [](unsigned char c) {
        return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
    });
}

void append_pair(std::string& line, std::string_view name, std::string_view value) {
    if (!line.empty()) line += ' ';
    line += name;
    line += '=';
    if (is_plain(value)) {
        line += value;
    } else {
        append_json_string(line, value);
    }
}

}  // namespace

std::string_view to_string(log_level level) noexcept {
    switch (level) {
        case log_level::info: return "info";
        case log_level::warning: return "warning";
        case log_level::error: return "error";
    }
    return "error";
}

std::string to_string(const log_entry& entry) {
    std::string line;
    append_pair(line, "level", to_string(entry.level));
    append_pair(line, "message", entry.message);
    for (const auto& field : entry.fields) append_pair(line, field.name, field.value);
    return line;
}

}  // namespace daybook
