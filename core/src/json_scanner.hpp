// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/raw_json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace daybook {

/// Reads over JSON text and says where it is wrong. Every `skip_...` moves behind what it names, or
/// returns false with the fault kept and the place at the fault.
class json_scanner {
public:
    explicit json_scanner(std::string_view text, std::size_t at = 0) : text_{text}, at_{at} {}

    std::size_t at() const noexcept { return at_; }
    bool at_end() const noexcept { return at_ == text_.size(); }
    char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }

    void skip_space() noexcept;
    bool skip(char wanted, std::string_view expected);
    bool skip_value(std::size_t depth_left = json_depth_max);
    /// Also tells whether the string holds escapes.
    bool skip_string(bool& escaped);
    bool skip_end();

    /// Keeps the fault "expected ..." at the current place; always false.
    bool fault(std::string_view expected) noexcept;
    error failure() const;

private:
    bool skip_plain_characters() noexcept;
    bool skip_escape();
    bool skip_hex_quad(unsigned& unit);
    bool skip_number();
    bool skip_digits(std::size_t digits_max);
    bool skip_word(std::string_view word);
    bool skip_array(std::size_t depth_left);
    bool skip_object(std::size_t depth_left);

    std::string_view text_;
    std::size_t at_;
    std::string_view expected_;
};

/// The text that a string's inside stands for. Requires: `inside` is what stands between the quotes
/// of a string that was scanned.
std::string unescape_checked(std::string_view inside);

}  // namespace daybook
