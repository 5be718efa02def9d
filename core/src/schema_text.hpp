// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/json_schema.hpp>

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daybook::schema_text {

/// A schema that may be used: every keyword known and well-formed, references inside the document
/// and without a loop that would never reach a value, within the limits.
struct document {
    boost::json::value root;
    std::vector<std::string> patterns;  ///< All that stand in it, each sound.
};

/// Fails with `invalid_argument` or `too_large`.
result<document> parse(std::string_view text);

/// What `reference` ("#" or "#/definitions/NAME") stands for. Requires: a parsed document.
const boost::json::value& resolve(const boost::json::value& root, std::string_view reference);

inline std::string_view view(const boost::json::string& text) { return {text.data(), text.size()}; }
inline std::string_view view(boost::json::string_view text) { return {text.data(), text.size()}; }

/// `value` on one line, at most some 60 bytes of it.
std::string shown(const boost::json::value& value);
std::string shown(double number);

/// `pointer` with one more reference token.
std::string below(std::string_view pointer, std::string_view name);

}  // namespace daybook::schema_text
