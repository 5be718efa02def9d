// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// A schema, a line break, a payload. A schema that is taken compiles and equals itself; what it
// says of a payload is on one line, and the payload fits "not" the schema exactly if it does not
// fit the schema.
#include <daybook/json_schema.hpp>
#include <daybook/raw_json.hpp>

#include "fuzz.hpp"
#include "payload_schema.hpp"

#include <string>

using namespace daybook;
using test::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = test::as_text(data, size);
    const auto end = std::min(input.find('\n'), input.size());
    const auto text = input.substr(0, end);
    const auto payload = input.substr(std::min(end + 1, input.size()));
    const auto schema = payload_schema::make(text);
    require(schema.has_value() == check_schema(text).has_value(), "what is checked compiles");
    if (!schema) {
        const auto& why = schema.error();
        require(why.code == errc::invalid_argument || why.code == errc::too_large, "documented");
        require(why.message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    const auto same = compare_schemas(text, text);
    require(same.has_value(), "a schema can be compared");
    const auto found = (*schema)->check(payload);
    if (!found) {
        require(found.error().code == errc::too_large, "only its size stops a check");
        return 0;
    }
    require(found->size() <= violations_max, "not more are told");
    for (const auto& one : *found) {
        require(to_string(one).find('\n') == std::string::npos, "a violation is one line");
    }
    // Definitions and "$id" belong to the root, so such a schema cannot stand inside another.
    if (!check_json(payload) || text.find('$') != std::string_view::npos ||
        text.find("definitions") != std::string_view::npos || text.find('\\') != text.npos) {
        return 0;
    }
    const auto negated = payload_schema::make(std::string{R"({"not":)"} + std::string{text} + "}");
    if (!negated) return 0;  // One level too deep.
    const auto other = (*negated)->check(payload);
    if (other) require(other->empty() != found->empty(), "it fits or it does not");
    return 0;
}
