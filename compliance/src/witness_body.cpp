// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "witness_body.hpp"

#include "text.hpp"

#include <utility>

namespace daybook::compliance {

std::string add_checkpoint_body::text() const {
    auto out = "old " + std::to_string(old_size) + "\n";
    append_hash_lines(out, proof);
    return out + "\n" + note;
}

result<add_checkpoint_body> add_checkpoint_body::parse(std::string_view text) {
    constexpr std::string_view word = "old ";
    constexpr std::size_t hashes_max = 63;
    const auto line = take_line(text);
    const auto size =
        line && line->starts_with(word) ? parse_decimal(line->substr(word.size())) : std::nullopt;
    if (!size) return fail(errc::invalid_argument, "the first line is not \"old SIZE\"");
    auto proof = take_hash_lines(text, "consistency proof");
    if (!proof) return proof.error();
    if (proof->size() > hashes_max) {
        return fail(errc::invalid_argument, "consistency proof: more than 63 hashes");
    }
    return add_checkpoint_body{*size, std::move(*proof), std::string{text}};
}

std::string checkpoint_path(std::string_view origin) {
    return "/" + sha256(origin).hex() + "/checkpoint";
}

}  // namespace daybook::compliance
