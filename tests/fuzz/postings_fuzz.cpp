// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// What passes as postings is a set of offsets that is encoded and read back as the same.
#include <daybook/limits.hpp>

#include "fuzz.hpp"
#include "offset_set.hpp"
#include "postings.hpp"

#include <string>
#include <vector>

using namespace daybook;
using test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = test::as_text(data, size);
    (void)postings::count(bytes);
    offset_set set;
    if (!postings::decode(bytes, set)) return 0;
    std::vector<std::uint16_t> offsets;
    for (std::uint32_t at = 0; at < limits::segment_events; ++at) {
        if (set.contains(static_cast<std::uint16_t>(at))) {
            offsets.push_back(static_cast<std::uint16_t>(at));
        }
    }
    if (offsets.empty()) return 0;
    std::string again;
    postings::encode(again, offsets);
    offset_set back;
    require(postings::decode(again, back), "what is encoded is read");
    require(postings::count(again) == offsets.size(), "the count is right");
    require(back.count() == set.count() && back.count_common(set) == set.count(),
            "the set is the same");
    return 0;
}
