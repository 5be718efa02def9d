// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// An envelope is read only as it is written, and opens only if this key made it for this place;
// what is sealed opens to what it was.
#include "fuzz.hpp"
#include "sealed_value.hpp"

using namespace daybook;
using test::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const compliance::subject_key key{"00112233445566778899aabbccddeeff",
                                             compliance::secret_key{std::string(32, 'k')}};
    static const compliance::sealed_place place{"example.com/log", {}, "a-1", "T", "/name"};
    const auto text = test::as_text(data, size);
    if (const auto parsed = compliance::sealed_value::parse(text)) {
        require(parsed->text() == text, "there is one way to write it");
        require(!compliance::open_value(key, place, *parsed), "nobody guesses a tag");
    }
    const auto sealed = compliance::seal_value(key, place, text);
    const auto back = compliance::sealed_value::parse(sealed.text());
    require(back.has_value(), "what is written is read");
    const auto clear = compliance::open_value(key, place, *back);
    require(clear.has_value() && *clear == text, "it opens to what it was");
    return 0;
}
