// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/bundle.hpp>

#include "tar.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// The files of a bundle as text; see compliance/docs/bundle.md.
namespace daybook::compliance {

/// The files that every bundle has.
inline constexpr std::array<std::string_view, 8> bundle_files{
    "MANIFEST",        "manifest.note", "checkpoint",       "checkpoints.txt",
    "consistency.txt", "keys.txt",      "statements.jsonl", "HOWTO.txt"};

inline constexpr std::string_view payload_prefix = "payload-";
inline constexpr std::string_view proof_prefix = "proof-";
inline constexpr std::string_view proof_ending = ".tlog-proof";

/// May a bundle have a file of that name?
bool is_bundle_file(std::string_view name);

/// The position in "payload-7" or "proof-7.tlog-proof".
std::optional<position> position_in(std::string_view name, std::string_view prefix,
                                    std::string_view ending = {});

std::string payload_name(position at);
std::string proof_name(position at);

/// The text of manifest.note.
struct bundle_note {
    std::string origin{};
    std::uint64_t size = 0;
    digest manifest{};
    bool all_statements = false;
    bundle_scope scope{};
    std::string created{};

    std::string text() const;
    /// Fails with `invalid_argument`.
    static result<bundle_note> parse(std::string_view text);
};

/// "all", "stream order-1" or "range 5 9".
std::string to_string(const bundle_scope& scope);

/// A line of keys.txt, with the line feed.
std::string to_string(const key_validity& key);
/// The lines of keys.txt. Fails with `invalid_argument`.
result<std::vector<key_validity>> parse_keys(std::string_view text);

/// A block of consistency.txt.
std::string consistency_block(const tree_sizes& sizes, const proof_path& path);
using consistency_proofs = std::map<std::pair<std::uint64_t, std::uint64_t>, proof_path>;
/// Fails with `invalid_argument`.
result<consistency_proofs> parse_consistency(std::string_view text);

/// The notes of checkpoints.txt, each with an empty line behind it. Fails with `invalid_argument`.
result<std::vector<std::string>> split_notes(std::string_view text);

/// HOWTO.txt.
std::string bundle_howto(std::string_view origin);

/// Checks the bundle whose bytes come from `source`. The fuzz target's way in.
result<bundle_check> check_bundle_bytes(byte_source source, const bundle_trust& trust);

}  // namespace daybook::compliance
