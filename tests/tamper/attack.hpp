// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cctype>
#include <string>
#include <string_view>

namespace daybook::test {

/// What an attack is called, as GoogleTest takes it.
inline std::string as_test_name(std::string_view name) {
    std::string made;
    for (const char c : name) made += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return made;
}

}  // namespace daybook::test
