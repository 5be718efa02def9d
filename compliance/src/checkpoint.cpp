// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/base64.hpp>
#include <daybook/compliance/checkpoint.hpp>

#include "text.hpp"

#include <algorithm>
#include <utility>

namespace daybook::compliance {
namespace {

error bad_checkpoint(std::string_view text, std::string_view why) {
    return fail(errc::invalid_argument, "checkpoint " + in_quotes(text) + ": " + std::string{why});
}

bool is_line(std::string_view text) {
    return !text.empty() && is_note_text(text) && text.find('\n') == std::string_view::npos;
}

}  // namespace

bool is_origin(std::string_view name) noexcept {
    return name.size() <= origin_bytes_max && is_key_name(name);
}

std::string checkpoint::text() const {
    auto out = origin + "\n" + std::to_string(size) + "\n";
    base64::append(out, root.view());
    out += '\n';
    for (const auto& line : extensions) out.append(line).push_back('\n');
    return out;
}

result<checkpoint> checkpoint::parse(std::string_view text) {
    auto rest = text;
    if (!is_note_text(text)) return bad_checkpoint(text, "not UTF-8, or with control characters");
    const auto origin = take_line(rest);
    const auto size = take_line(rest);
    const auto root = take_line(rest);
    if (!root) return bad_checkpoint(text, "fewer than three lines");
    if (origin->empty()) return bad_checkpoint(text, "no origin");
    checkpoint read;
    read.origin = *origin;
    const auto leaves = parse_decimal(*size);
    if (!leaves) return bad_checkpoint(text, "the size is not a number from 0 to 2^63 - 1");
    read.size = *leaves;
    const auto bytes = base64::decode(*root);
    const auto hash = bytes ? digest::from_bytes(*bytes) : std::nullopt;
    if (!hash) return bad_checkpoint(text, "the root is not 32 bytes in base64");
    read.root = *hash;
    while (const auto line = take_line(rest)) {
        if (line->empty()) return bad_checkpoint(text, "an empty line");
        read.extensions.emplace_back(*line);
    }
    if (!rest.empty()) return bad_checkpoint(text, "no line feed at its end");
    return read;
}

result<std::string> sign_checkpoint(const checkpoint& what, const signer& signer) {
    const auto& lines = what.extensions;
    if (!is_line(what.origin) || !std::all_of(lines.begin(), lines.end(), is_line) ||
        what.size > tree_size_max) {
        return bad_checkpoint(what.text(), "a line is empty or not one line, or it is too large");
    }
    return sign_note(what.text(), what.origin, signer);
}

verified_checkpoint::verified_checkpoint(checkpoint contents, std::string_view note,
                                         verifier_key key)
    : contents_{std::move(contents)}, note_{note}, key_{std::move(key)} {}

result<verified_checkpoint> verified_checkpoint::verify(std::string_view note,
                                                        std::string_view origin,
                                                        std::span<const verifier_key> log_keys) {
    auto read = signed_note::parse(note);
    if (!read) return read.error();
    std::vector<verifier_key> keys;
    std::copy_if(log_keys.begin(), log_keys.end(), std::back_inserter(keys),
                 [](const verifier_key& key) { return key.type() != signature_type::cosignature; });
    auto contents = checkpoint::parse(read->text());
    if (!contents) return contents.error();
    const auto signatures = read->verified_by(keys);
    if (!signatures) {
        return fail(signatures.error().code,
                    "checkpoint of " + in_quotes(origin) + ": " + signatures.error().message);
    }
    if (contents->origin != origin) {
        return fail(errc::invalid_argument, "checkpoint of " + in_quotes(contents->origin) +
                                                ": one of " + in_quotes(origin) + " is wanted");
    }
    return verified_checkpoint{std::move(*contents), note, keys[signatures->front().key]};
}

bool verified_checkpoint::includes(std::span<const digest> path, const digest& leaf,
                                   position at) const {
    return proves_inclusion(path, leaf, at, head());
}

bool verified_checkpoint::continues(const verified_checkpoint& older,
                                    std::span<const digest> path) const {
    return origin() == older.origin() && proves_consistency(path, older.head(), head());
}

}  // namespace daybook::compliance
