// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as a proof: what is read is written back the same, and shows nothing of a leaf that is
// in no log.
#include <daybook/compliance/proof_file.hpp>

#include "fuzz.hpp"

using namespace daybook;
using test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto trusted =
        compliance::policy::parse(
            "log example.com/esdb-test+e1acbd28+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea\n"
            "quorum none\n")
            .value();
    const auto text = test::as_text(data, size);
    const auto proof = compliance::proof_file::parse(text);
    if (!proof) {
        require(proof.error().message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    require(proof->text() == text, "a proof has one spelling");
    require(!proof->verify(trusted, compliance::leaf_hash("no leaf of any log")),
            "nothing shows what is not so");
    return 0;
}
