// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/json_schema.hpp>

#include "text.hpp"

namespace daybook {
namespace detail {

void schema_type(std::string& to, std::string_view name, bool nullable) {
    to += nullable ? R"("type":[")" : R"("type":")";
    to += name;
    to += nullable ? R"(","null"])" : "\"";
}

void schema_integer(std::string& to, std::int64_t least, std::int64_t most, bool nullable) {
    schema_type(to, "integer", nullable);
    to += cat(R"(,"minimum":)", least, R"(,"maximum":)", most);
}

void schema_formatted(std::string& to, std::string_view type, std::string_view format,
                      bool nullable) {
    schema_type(to, type, nullable);
    to += cat(R"(,"format":")", format, '"');
}

void schema_names(std::string& to, std::span<const std::string_view> names, bool nullable) {
    schema_type(to, "string", nullable);
    std::string_view separator = R"(,"enum":[)";
    for (const auto name : names) {
        to += separator;
        json_text(to, name);
        separator = ",";
    }
    to += nullable ? cat(separator, "null]") : "]";
}

}  // namespace detail

std::string to_string(const schema_violation& one) {
    auto text = cat("wanted ", one.wanted, ", found ", one.found);
    return one.pointer.empty() ? text : cat("at ", one.pointer, ": ", text);
}

}  // namespace daybook
