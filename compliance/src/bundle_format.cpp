// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "bundle_format.hpp"

#include <daybook/base64.hpp>

#include "text.hpp"

#include <algorithm>

namespace daybook::compliance {
namespace {

constexpr std::array<std::string_view, 4> optional_files{"policy.txt", "anchors.txt", "report.html",
                                                         "report.json"};
constexpr std::array<std::string_view, 4> purposes{"log", "actor", "timestamp", "subject"};
constexpr std::size_t path_max = 64;

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// tsa-N.tsq, .tsr or .pem; N below a million.
bool is_time_stamp_file(std::string_view name) {
    const auto dot = name.rfind('.');
    if (!name.starts_with("tsa-") || dot == name.npos || dot > 10) return false;
    const auto ending = name.substr(dot);
    return parse_decimal(name.substr(4, dot - 4)).has_value() &&
           (ending == ".tsq" || ending == ".tsr" || ending == ".pem");
}

error bad(std::string what) { return fail(errc::invalid_argument, std::move(what)); }

/// Takes "word value\n" off the text.
std::optional<std::string_view> take_field(std::string_view& text, std::string_view word) {
    auto line = take_line(text);
    if (!line || take_word(*line) != word || line->empty()) return std::nullopt;
    return line;
}

std::optional<bundle_scope> scope_in(std::string_view text) {
    bundle_scope scope;
    if (text == "all") return scope;
    const auto word = take_word(text);
    if (word == "stream" && !text.empty()) {
        scope.stream = std::string{text};
        return scope;
    }
    const auto first = parse_decimal(take_word(text));
    const auto last = parse_decimal(text);
    if (word != "range" || !first || !last || *first > *last) return std::nullopt;
    scope.range = {position{*first}, position{*last}};
    return scope;
}

std::optional<key_validity> key_in(std::string_view line) {
    key_validity key;
    key.vkey = take_word(line);
    key.purpose = take_word(line);
    const auto from = parse_decimal(take_word(line));
    const auto to = parse_decimal(line);
    if (key.vkey.empty() || !is_one_of(purposes, key.purpose) || !from || (!to && line != "-")) {
        return std::nullopt;
    }
    key.from = {*from};
    if (to) key.to = position{*to};
    return key;
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> sizes_in(std::string_view line) {
    if (take_word(line) != "consistency") return std::nullopt;
    const auto older = parse_decimal(take_word(line));
    const auto newer = parse_decimal(line);
    if (!older || !newer) return std::nullopt;
    return std::pair{*older, *newer};
}

}  // namespace

bool is_bundle_file(std::string_view name) {
    return is_one_of(bundle_files, name) || is_one_of(optional_files, name) ||
           position_in(name, payload_prefix) || position_in(name, proof_prefix, proof_ending) ||
           is_time_stamp_file(name);
}

std::optional<position> position_in(std::string_view name, std::string_view prefix,
                                    std::string_view ending) {
    if (name.size() < prefix.size() + ending.size() || !name.starts_with(prefix) ||
        !name.ends_with(ending)) {
        return std::nullopt;
    }
    name.remove_prefix(prefix.size());
    name.remove_suffix(ending.size());
    const auto at = parse_decimal(name);
    if (!at) return std::nullopt;
    return position{*at};
}

std::string payload_name(position at) {
    return std::string{payload_prefix} + std::to_string(at.value);
}

std::string proof_name(position at) {
    return std::string{proof_prefix} + std::to_string(at.value) + std::string{proof_ending};
}

std::string to_string(const bundle_scope& scope) {
    if (scope.stream) return "stream " + *scope.stream;
    if (!scope.range) return "all";
    return "range " + std::to_string(scope.range->first.value) + " " +
           std::to_string(scope.range->second.value);
}

std::string bundle_note::text() const {
    return "daybook-audit-bundle/1\norigin " + origin + "\nsize " + std::to_string(size) +
           "\nmanifest " + manifest.hex() + "\nstatements " + (all_statements ? "all" : "some") +
           "\nscope " + to_string(scope) + "\ncreated " + created + "\n";
}

result<bundle_note> bundle_note::parse(std::string_view text) {
    const auto first = take_line(text);
    const auto origin = take_field(text, "origin");
    const auto size = take_field(text, "size");
    const auto manifest = take_field(text, "manifest");
    const auto statements = take_field(text, "statements");
    const auto scope = take_field(text, "scope");
    const auto created = take_field(text, "created");
    const auto number = size ? parse_decimal(*size) : std::nullopt;
    const auto hash = manifest ? digest::from_hex(*manifest) : std::nullopt;
    const auto what = scope ? scope_in(*scope) : std::nullopt;
    if (first != "daybook-audit-bundle/1" || !origin || !number || !hash || !what || !created ||
        !statements || (*statements != "all" && *statements != "some") || !text.empty()) {
        return bad("manifest.note does not say what a bundle's does");
    }
    return bundle_note{.origin = std::string{*origin},
                       .size = *number,
                       .manifest = *hash,
                       .all_statements = *statements == "all",
                       .scope = *what,
                       .created = std::string{*created}};
}

std::string to_string(const key_validity& key) {
    return key.vkey + " " + key.purpose + " " + std::to_string(key.from.value) + " " +
           (key.to ? std::to_string(key.to->value) : "-") + "\n";
}

result<std::vector<key_validity>> parse_keys(std::string_view text) {
    std::vector<key_validity> keys;
    while (const auto line = take_line(text)) {
        auto key = key_in(*line);
        if (!key) return bad("keys.txt has a line that is none: " + in_quotes(*line));
        keys.push_back(*std::move(key));
    }
    if (!text.empty()) return bad("keys.txt does not end with a line feed");
    return keys;
}

std::string consistency_block(const tree_sizes& sizes, const proof_path& path) {
    std::string block =
        "consistency " + std::to_string(sizes.older) + " " + std::to_string(sizes.newer) + "\n";
    for (const auto& hash : path) {
        base64::append(block, hash.view());
        block += '\n';
    }
    return block + '\n';
}

result<consistency_proofs> parse_consistency(std::string_view text) {
    consistency_proofs proofs;
    while (const auto line = take_line(text)) {
        const auto sizes = sizes_in(*line);
        if (!sizes || proofs.contains(*sizes)) {
            return bad("consistency.txt has a line that is none: " + in_quotes(*line));
        }
        auto& path = proofs[*sizes];
        for (;;) {
            const auto next = take_line(text);
            if (!next) return bad("consistency.txt is cut short");
            if (next->empty()) break;
            const auto bytes = base64::decode(*next);
            const auto hash = bytes ? digest::from_bytes(*bytes) : std::nullopt;
            if (!hash || path.size() == path_max) {
                return bad("consistency.txt has a line that is no hash");
            }
            path.push_back(*hash);
        }
    }
    if (!text.empty()) return bad("consistency.txt does not end with a line feed");
    return proofs;
}

result<std::vector<std::string>> split_notes(std::string_view text) {
    std::vector<std::string> notes;
    while (!text.empty()) {
        const auto middle = text.find("\n\n");
        const auto end = middle == text.npos ? text.npos : text.find("\n\n", middle + 2);
        if (end == text.npos) return bad("checkpoints.txt is cut short");
        notes.emplace_back(text.substr(0, end + 1));
        text.remove_prefix(end + 2);
    }
    return notes;
}

}  // namespace daybook::compliance
