// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as an anchor file: it is read or refused, and one that is read takes another entry,
// after which it still has what it had.
#include <daybook/compliance/anchor.hpp>

#include "fuzz.hpp"
#include "support/temp_directory.hpp"

#include <array>
#include <fstream>

using namespace daybook;
using test::require;

namespace {

const compliance::verified_checkpoint& some_checkpoint() {
    static const auto made = [] {
        const auto signer = compliance::ed25519_signer(std::string(32, 's')).value();
        const auto key = compliance::verifier_key::of("example.com/new", *signer).value();
        const auto note = compliance::sign_checkpoint(
                              {"example.com/new", 1, compliance::leaf_hash("x"), {}}, *signer)
                              .value();
        return compliance::verified_checkpoint::verify(note, "example.com/new", std::array{key})
            .value();
    }();
    return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const test::temp_directory home;
    const auto path = home / "anchors";
    const auto text = test::as_text(data, size);
    std::ofstream{path, std::ios::binary | std::ios::trunc} << text;
    const auto file = compliance::anchor_file(path);
    const auto before = file->newest("example.com/a");
    if (!before) {
        require(before.error().code == errc::corrupt, "of the kind documented");
        require(before.error().message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    const auto added = file->remember(some_checkpoint(), [](compliance::tree_sizes) {
        return result<compliance::proof_path>{fail(errc::not_found, "none")};
    });
    const auto anew = compliance::anchor_file(path);
    require(anew->newest("example.com/a").value() == *before, "what was there is there");
    if (added) {
        require(anew->newest("example.com/new").value() == some_checkpoint().note(),
                "what was told is there");
    }
    return 0;
}
