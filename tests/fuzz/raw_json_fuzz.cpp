// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// What passes check_json is JSON to Boost as well, is taken apart without a fault, and its strings
// are read as Boost reads them; what does not pass is refused by the walks too.
#include <daybook/raw_json.hpp>

#include "fuzz.hpp"

#include <boost/json/parse.hpp>

using namespace daybook;
using test::require;

namespace {

void check_string(std::string_view written) {
    const auto text = unescape_json_string(written);
    require(text.has_value(), "a string that was checked is unescaped");
    boost::json::error_code error;
    const auto reference = boost::json::parse({written.data(), written.size()}, error);
    require(!error && reference.get_string() == boost::json::string_view{*text},
            "as Boost reads it");
    std::string again;
    append_json_string(again, *text);
    const auto back = unescape_json_string(again);
    require(back.has_value() && *back == *text, "a string is written and read back");
}

void walk(std::string_view value) {
    if (kind_of(value) == json_kind::string) check_string(value);
    if (kind_of(value) == json_kind::object) {
        raw_members members{value};
        while (members.next().value()) walk(members.value());
    }
    if (kind_of(value) == json_kind::array) {
        raw_elements elements{value};
        while (elements.next().value()) walk(elements.value());
    }
}

void check_refusal(std::string_view text) {
    raw_members members{text};
    auto more = members.next();
    while (more && *more) more = members.next();
    // A walk lets values nest one deeper, for the object around them.
    const auto message = check_json(text).error().message;
    require(!more || message.find("nested") != std::string::npos, "a walk refuses it too");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = test::as_text(data, size);
    boost::json::parse_options options;
    options.max_depth = json_depth_max;
    boost::json::error_code error;
    (void)boost::json::parse({text.data(), text.size()}, error, {}, options);
    const auto checked = check_json(text);
    if (!checked) {
        // Exponents of ten digits and more are JSON, but refused here.
        const bool exponent = checked.error().message.find("exponent") != std::string::npos;
        require(static_cast<bool>(error) || exponent, "what is refused is not JSON");
        check_refusal(text);
        return 0;
    }
    require(!error, "what passes is JSON");
    const auto first = text.find_first_not_of(" \t\r\n");
    const auto last = text.find_last_not_of(" \t\r\n");
    walk(text.substr(first, last + 1 - first));
    return 0;
}
