// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "patched.hpp"

#include <daybook/raw_json.hpp>

#include <boost/json/parse.hpp>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace daybook::test {
namespace {

namespace json = boost::json;

std::vector<std::string> tokens_of(std::string_view pointer) {
    std::vector<std::string> tokens;
    for (const char c : pointer) {
        if (c == '/') {
            tokens.emplace_back();
        } else if (tokens.empty()) {
            throw std::runtime_error{"a pointer begins with a slash"};
        } else {
            tokens.back() += c;
        }
    }
    for (auto& token : tokens) {
        for (std::size_t at = 0; (at = token.find('~', at)) != std::string::npos; ++at)
            token.replace(at, 2, token.at(at + 1) == '1' ? "/" : "~");
    }
    return tokens;
}

std::size_t index_of(const std::string& token, std::size_t end) {
    const bool plain = !token.empty() &&
                       token.find_first_not_of("0123456789") == std::string::npos &&
                       (token == "0" || token.front() != '0');
    const auto index = plain ? std::stoul(token) : end;
    if (!plain || index >= end) throw std::runtime_error{"no element " + token};
    return index;
}

json::value& step(json::value& into, const std::string& token) {
    if (auto* members = into.if_object()) return members->at(token);
    auto& elements = into.as_array();
    return elements[index_of(token, elements.size())];
}

void change_element(json::array& list, const std::string& token, std::string_view op,
                    const json::value& value) {
    const auto index = index_of(token, list.size() + (op == "add" ? 1 : 0));
    const auto at = list.begin() + static_cast<std::ptrdiff_t>(index);
    if (op == "add") {
        list.insert(at, value);
    } else if (op == "remove") {
        list.erase(at);
    } else {
        *at = value;
    }
}

void change_member(json::object& members, const std::string& name, std::string_view op,
                   const json::value& value) {
    if (op != "add" && !members.contains(name)) throw std::runtime_error{"no member " + name};
    if (op == "remove") {
        members.erase(name);
    } else {
        members[name] = value;
    }
}

void change(json::value& document, const json::object& operation) {
    const std::string_view op = operation.at("op").as_string();
    const bool has_value = op == "add" || op == "replace";
    const json::value value = has_value ? operation.at("value") : json::value{};
    auto tokens = tokens_of(operation.at("path").as_string());
    if (tokens.empty()) {
        if (!has_value) throw std::runtime_error{"the whole document is not removed"};
        document = value;
        return;
    }
    const auto last = tokens.back();
    tokens.pop_back();
    json::value* parent = &document;
    for (const auto& token : tokens) parent = &step(*parent, token);
    if (auto* members = parent->if_object()) {
        change_member(*members, last, op, value);
    } else {
        change_element(parent->as_array(), last, op, value);
    }
}

}  // namespace

json::value patched(json::value document, std::string_view patch) {
    json::parse_options options;
    options.max_depth = json_depth_max + 4;
    const auto operations = json::parse(patch, {}, options);
    for (const auto& operation : operations.as_array()) change(document, operation.as_object());
    return document;
}

}  // namespace daybook::test
