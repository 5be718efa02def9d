// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as a policy: one that is read keeps to its own rules.
#include <daybook/compliance/policy.hpp>

#include "fuzz.hpp"

#include <numeric>

using namespace daybook;
using test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = test::as_text(data, size);
    const auto read = compliance::policy::parse(text);
    if (!read) {
        require(read.error().message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    require(read->text() == text, "the text is kept");
    std::vector<std::size_t> all(read->witnesses().size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    require(read->is_quorum(all), "all witnesses are always enough");
    for (const auto& witness : read->witnesses()) {
        require(witness.key.type() == compliance::signature_type::cosignature,
                "a witness has the key of one");
    }
    return 0;
}
