// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// parse_timestamp takes any text; a time that it reads is in range and is written and read back
// the same.
#include <daybook/types.hpp>

#include "fuzz.hpp"

using namespace daybook;
using test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto time = parse_timestamp(test::as_text(data, size));
    if (!time) {
        require(time.error().code == errc::invalid_argument, "the error is of the kind documented");
        require(time.error().message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    require(*time >= timestamp_min && *time <= timestamp_max, "a time is in range");
    const auto again = parse_timestamp(to_string(*time));
    require(again.has_value() && *again == *time, "a time is read back");
    return 0;
}
