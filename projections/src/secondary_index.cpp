// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "secondary_index.hpp"

namespace daybook::projections::layout {
namespace {

/// So that no text is the beginning of another one, and the order of bytes is kept.
void append_ended(std::string& to, std::string_view text) {
    for (const char c : text) {
        to += c;
        if (c == '\0') to += '\xFF';
    }
    to += '\0';
    to += '\x01';
}

}  // namespace

std::string index_start(std::string_view index) {
    std::string start{index_prefix};
    append_ended(start, index);
    return start;
}

std::string index_entries(std::string_view index, std::string_view value) {
    auto start = index_start(index);
    append_ended(start, value);
    return start;
}

}  // namespace daybook::projections::layout
