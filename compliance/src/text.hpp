// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/merkle.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What the text formats of this component have in common.
namespace daybook::compliance {

/// `found` between double quotes as a message shows it: on one line, bytes that do not print as
/// \xNN, cut after 100 bytes.
std::string in_quotes(std::string_view found);

/// An unsigned number as the C2SP formats write it: ASCII digits, no leading zero, at most
/// 2^63 - 1. Nothing if `text` is anything else.
std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept;

/// Takes the first line off `text`, without its line feed. Nothing, and `text` as it was, if no
/// line feed is left.
std::optional<std::string_view> take_line(std::string_view& text) noexcept;

/// Takes the first word, up to a space, off `text`, and the space. All that is left if there is
/// none.
std::string_view take_word(std::string_view& text) noexcept;

/// Valid UTF-8 without control characters below U+0020 other than line feeds?
bool is_note_text(std::string_view text) noexcept;

/// Has `text` any of the characters that Unicode calls spaces (White_Space)? Requires: it is UTF-8.
bool has_space(std::string_view text) noexcept;

/// Appends each hash in base64 on a line of its own.
void append_hash_lines(std::string& out, const proof_path& path);

/// Takes such lines off `text`, and the empty line behind them. Fails with `invalid_argument` for
/// another line, without an empty line, and above 64 hashes; `what` begins the message.
result<proof_path> take_hash_lines(std::string_view& text, std::string_view what);

}  // namespace daybook::compliance
