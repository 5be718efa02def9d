// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as a statement: what is read has one spelling.
#include <daybook/compliance/statement.hpp>

#include "fuzz.hpp"

using namespace daybook;
using namespace daybook::compliance;
using test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = test::as_text(data, size);
    const auto read = parse_statement(text);
    if (!read) {
        require(read.error().code == errc::invalid_argument, "of the kind documented");
        require(read.error().message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    require(to_string(*read) == text, "a statement has one spelling");
    require(text.find('\n') == std::string_view::npos, "it is one line");
    return 0;
}
