// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/base64.hpp>
#include <daybook/compliance/proof_file.hpp>

#include "text.hpp"

#include <utility>

namespace daybook::compliance {
namespace {

constexpr std::string_view first_line = "c2sp.org/tlog-proof@v1";

error bad_proof(std::string_view why) {
    return fail(errc::invalid_argument, "proof: " + std::string{why});
}

}  // namespace

std::string proof_file::text() const {
    auto out = std::string{first_line} + "\n";
    if (!extra.empty()) {
        out += "extra ";
        base64::append(out, extra);
        out += '\n';
    }
    out += "index " + std::to_string(at.value) + "\n";
    append_hash_lines(out, path);
    return out + "\n" + checkpoint;
}

result<proof_file> proof_file::parse(std::string_view text) {
    if (text.size() > proof_file_bytes_max) {
        return fail(errc::too_large, "proof: " + std::to_string(text.size()) + " bytes, at most " +
                                         std::to_string(proof_file_bytes_max));
    }
    if (take_line(text) != first_line) {
        return bad_proof("its first line is not " + in_quotes(first_line));
    }
    proof_file read;
    auto line = take_line(text);
    if (line && line->starts_with("extra ")) {
        auto bytes = base64::decode(line->substr(6));
        if (!bytes || bytes->empty() || bytes->size() > proof_extra_bytes_max) {
            return bad_proof("\"extra\" is not followed by 1 to 65536 bytes in base64");
        }
        read.extra = std::move(*bytes);
        line = take_line(text);
    }
    const auto index =
        line && line->starts_with("index ") ? parse_decimal(line->substr(6)) : std::nullopt;
    if (!index) return bad_proof("no line \"index\" with a number from 0 to 2^63 - 1");
    read.at = {*index};
    auto path = take_hash_lines(text, "proof");
    if (!path) return path.error();
    read.path = std::move(*path);
    const auto note = signed_note::parse(text);
    if (!note) return fail(note.error().code, "proof: " + note.error().message);
    const auto claim = compliance::checkpoint::parse(note->text());
    if (!claim) return fail(claim.error().code, "proof: " + claim.error().message);
    read.checkpoint = text;
    return read;
}

result<witnessed_checkpoint> proof_file::verify(const policy& trusted, const digest& leaf) const {
    auto seen = trusted.verify(checkpoint);
    if (!seen) return seen.error();
    if (!seen->checkpoint.includes(path, leaf, at)) {
        return fail(errc::corrupt, "proof: leaf " + leaf.hex() + " is not at " +
                                       std::to_string(at.value) + " of " +
                                       in_quotes(seen->checkpoint.origin()) + " with " +
                                       std::to_string(seen->checkpoint.size()) + " leaves");
    }
    return seen;
}

}  // namespace daybook::compliance
