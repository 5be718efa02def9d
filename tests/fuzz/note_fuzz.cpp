// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as a signed note, a vkey and a checkpoint: what is read is written back the same, and
// nothing is taken for signed that is not.
#include <daybook/compliance/checkpoint.hpp>
#include <daybook/compliance/note.hpp>

#include "fuzz.hpp"

#include <array>

using namespace daybook;
using test::require;

namespace {

void try_checkpoint(std::string_view text) {
    const auto read = compliance::checkpoint::parse(text);
    if (!read) {
        require(read.error().code == errc::invalid_argument, "of the kind documented");
        return;
    }
    require(read->text() == text, "a checkpoint has one spelling");
    require(read->size <= compliance::tree_size_max, "a size is in range");
}

void try_key(std::string_view text) {
    const auto key = compliance::verifier_key::parse(text);
    if (key) require(key->text() == text, "a key has one spelling");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto known =
        compliance::verifier_key::parse(
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
            .value();
    const auto text = test::as_text(data, size);
    try_checkpoint(text);
    try_key(text);
    const auto note = compliance::signed_note::parse(text);
    if (!note) {
        require(note.error().message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    require(note->str() == text, "a note has one spelling");
    require(!note->signatures().empty(), "a note is signed");
    try_checkpoint(note->text());
    const auto good = note->verified_by(std::array{known});
    if (good)
        require(note->text().starts_with("If you think crypt"), "it is the one that was signed");
    return 0;
}
