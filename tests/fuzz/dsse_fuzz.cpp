// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// An envelope that is read is written and read again as the same.
#include <daybook/compliance/dsse.hpp>

#include "fuzz.hpp"

using namespace daybook;
using namespace daybook::compliance;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = dsse_envelope::parse(test::as_text(data, size));
    if (!read) return 0;
    const auto again = dsse_envelope::parse(read->text());
    test::require(again.has_value(), "what was written is read");
    test::require(again->type == read->type && again->body == read->body &&
                      again->signatures == read->signatures,
                  "as the same");
    return 0;
}
