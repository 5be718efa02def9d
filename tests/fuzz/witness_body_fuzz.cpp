// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as the body of POST add-checkpoint: what is read is written back the same.
#include "fuzz.hpp"
#include "witness_body.hpp"

using namespace daybook;
using test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = test::as_text(data, size);
    const auto body = compliance::add_checkpoint_body::parse(text);
    if (!body) {
        require(body.error().code == errc::invalid_argument, "of the kind documented");
        require(body.error().message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    require(body->text() == text, "a body has one spelling");
    require(body->proof.size() <= 63, "a proof has a limit");
    return 0;
}
