// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::compliance {

/// The members of a small JSON object, each once.
class json_members {
public:
    /// Fails with `invalid_argument` for what is no object, or has a member twice.
    static result<json_members> read(std::string_view object);

    bool has(std::string_view name) const { return values_.contains(name); }
    std::size_t size() const noexcept { return values_.size(); }
    /// The value as it is written; nothing if there is none.
    std::optional<std::string_view> raw(std::string_view name) const;
    /// The text of a string; nothing if there is none or it is something else.
    std::optional<std::string> text(std::string_view name) const;
    /// The bytes of a string in base64.
    std::optional<std::string> bytes(std::string_view name) const;

private:
    std::map<std::string, std::string_view, std::less<>> values_{};
};

/// Appends `,"name":"value"`, without the comma behind an opening brace.
void append_member(std::string& out, std::string_view name, std::string_view value);
/// The same with the value in base64.
void append_bytes_member(std::string& out, std::string_view name, std::string_view value);

}  // namespace daybook::compliance
