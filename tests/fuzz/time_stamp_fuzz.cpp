// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// No reply of any bytes is a time stamp by an authority that nobody trusts.
#include <daybook/compliance/timestamp.hpp>

#include "fuzz.hpp"

using namespace daybook;
using namespace daybook::compliance;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto of = sha256("kept");
    static const auto request = time_stamp_request(of).value();
    const std::string bytes{test::as_text(data, size)};
    test::require(!verify_time_stamp({request, bytes}, of, {}), "a reply nobody trusts");
    test::require(!verify_time_stamp({bytes, bytes}, of, {.roots = bytes, .others = bytes}),
                  "a request and a reply at once");
    return 0;
}
