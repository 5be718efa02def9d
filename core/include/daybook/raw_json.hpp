// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// JSON as the bytes it is written in: checked, taken apart and put together without building a
/// document, so that a value can be kept exactly as it was received. Everything here is thread
/// safe, takes time in proportion to the text, and fails with `invalid_argument` and a message like
/// `byte 18: expected ',' or '}', found "x"` (bytes count from 1).
namespace daybook {

/// How deep arrays and objects may nest in one value.
inline constexpr std::size_t json_depth_max = 256;

/// Checks that `text` is one JSON value (RFC 8259) in UTF-8, with whitespace around it or not.
/// Stricter than the RFC in three ways, so that every parser can read what passes: escaped
/// surrogates come in pairs, exponents have at most nine digits, nesting is limited.
result<void> check_json(std::string_view text);

/// Walks over the members of a JSON object, in their order, repeated names included.
///
///     raw_members members{line};
///     while (members.next().value()) use(members.key(), members.value());
///
/// Borrows the text. Checks as it goes: once `next` returned false, the whole text was one object.
class raw_members {
public:
    explicit raw_members(std::string_view object) : text_{object} {}

    /// Moves to the next member; false after the last. Stays failed once it failed.
    result<bool> next();

    /// The member's name, unescaped. Valid until `next` is called.
    std::string_view key() const noexcept { return escaped_ ? unescaped_ : key_; }

    /// The member's value as it is written, without the whitespace around it; part of the text.
    std::string_view value() const noexcept { return value_; }

    /// How far the text was read, in bytes; after a failure, where the fault is.
    std::size_t offset() const noexcept { return offset_; }

private:
    std::string_view text_;
    std::size_t offset_ = 0;
    std::string_view key_;
    std::string_view value_;
    std::string unescaped_;
    bool escaped_ = false;
    bool begun_ = false;
    bool ended_ = false;
    std::optional<error> failure_;
};

/// The same for the elements of a JSON array.
class raw_elements {
public:
    explicit raw_elements(std::string_view array) : text_{array} {}

    result<bool> next();
    std::string_view value() const noexcept { return value_; }
    std::size_t offset() const noexcept { return offset_; }

private:
    std::string_view text_;
    std::size_t offset_ = 0;
    std::string_view value_;
    bool begun_ = false;
    bool ended_ = false;
    std::optional<error> failure_;
};

/// The value of the first member of `object` named `key`, as written; nothing if there is none.
/// Reads, and so checks, no further than that member.
result<std::optional<std::string_view>> raw_member(std::string_view object, std::string_view key);

enum class json_kind { null, boolean, number, string, array, object };

/// What a value is, told by its first byte. Requires: `value` comes from a walk, or was checked.
json_kind kind_of(std::string_view value) noexcept;

/// "null", "a boolean", "a number", "a string", "an array" or "an object".
std::string_view to_string(json_kind kind) noexcept;

/// The text that a JSON string stands for: `"a\n"` without quotes and escapes. Fails for anything
/// that is not exactly one string.
result<std::string> unescape_json_string(std::string_view value);

/// Appends `text` as a JSON string. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace daybook
