// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// A key file of any bytes is one private key or one clear error.
#include "fuzz.hpp"
#include "key_bytes.hpp"

using namespace daybook;
using namespace daybook::compliance;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto key = private_key_in(test::as_text(data, size), "fuzzed", {});
    if (key) {
        test::require(*key != nullptr, "a key is there");
        return 0;
    }
    const auto& message = key.error().message;
    test::require(!message.empty() && message.find('\n') == std::string::npos, "one line");
    return 0;
}
