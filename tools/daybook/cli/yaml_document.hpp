// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include "cli/read_whole.hpp"
#include "cli/text.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace daybook::cli {

/// A YAML document, and so also a JSON one, as a value that remembers the lines of its parts.
struct yaml_document {
    boost::json::value value;
    /// JSON Pointers of all values, and the lines where they begin, of a member where its name
    /// stands; from 1.
    std::map<std::string, std::size_t, std::less<>> lines;
};

inline constexpr std::size_t yaml_bytes_max = 1U << 20U;
inline constexpr std::size_t yaml_depth_max = 32;

/// Reads one document. Plain words are what the core schema of YAML 1.2 and JSON take them for:
/// null, true, false and decimal numbers; everything else, "yes" too, is text.
///
/// Fails with `invalid_argument` and a message that begins with the line: for what is not YAML, a
/// name that appears twice in a mapping or is no text, an anchor, alias or tag, a second document,
/// and with `too_large` past the limits.
result<yaml_document> read_yaml(std::string_view text);

/// Where the value at a JSON Pointer stands, for people: "line 7 (/columns/total)".
std::string place_in(const yaml_document& document, std::string_view pointer);

/// What `parse` makes of the document in `file`: a result, whose error then says which file. Fails
/// as `read_whole` and `read_yaml` too.
template <class Parse>
auto read_yaml_file(const std::string& file, const Parse& parse)
    -> decltype(parse(std::declval<const yaml_document&>())) {
    const auto text = read_whole(file);
    if (!text) return text.error();
    const auto in_file = [&](const error& why) {
        return fail(why.code, printable(file) + ": " + why.message);
    };
    const auto document = read_yaml(*text);
    if (!document) return in_file(document.error());
    auto made = parse(*document);
    if (!made) return in_file(made.error());
    return made;
}

}  // namespace daybook::cli
