// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// An audit bundle of any bytes is a verdict, never verified unless a key that is believed signed
// it.
#include "bundle_format.hpp"
#include "fuzz.hpp"

using namespace daybook;
using namespace daybook::compliance;
using test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto rest = test::as_text(data, size);
    bundle_trust trust;
    trust.keys.push_back(
        verifier_key::of("example.com/log", *ed25519_signer(std::string(32, 'f')).value()).value());
    const auto checked = check_bundle_bytes(
        [&](char* to, std::size_t wanted) -> result<std::size_t> {
            const auto some = rest.copy(to, wanted);
            rest.remove_prefix(some);
            return some;
        },
        trust);
    require(checked.has_value(), "what can be read is a verdict");
    require(checked->verified.what() != verdict::verified, "nobody has that key");
    const auto text = test::as_text(data, size);
    (void)parse_keys(text);
    (void)parse_consistency(text);
    if (const auto notes = split_notes(text)) {
        std::string again;
        for (const auto& note : *notes) again += note + "\n";
        require(again == text, "notes are split without loss");
    }
    if (const auto note = bundle_note::parse(text)) {
        require(note->text() == text, "a note has one spelling");
    }
    return 0;
}
