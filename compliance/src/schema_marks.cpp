// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "schema_marks.hpp"

#include <daybook/json.hpp>
#include <daybook/raw_json.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>

namespace daybook::compliance {
namespace {

namespace json = boost::json;

constexpr std::size_t depth_max = 64;
constexpr std::size_t marks_max = 10'000;

std::string step(std::string_view name) {
    std::string text{"/"};
    for (const char c : name) text += c == '~' ? "~0" : (c == '/' ? "~1" : std::string(1, c));
    return text;
}

class mark_finder {
public:
    mark_finder(const json::value& root, std::string_view mark) : root_{root}, mark_{mark} {}

    result<std::vector<schema_mark>> run() {
        look(root_, "", 0);
        if (too_many_) {
            return fail(errc::invalid_argument,
                        "the schema nests too deep, or has too many places, to find its marks");
        }
        return std::move(found_);
    }

private:
    void look(const json::value& schema, const std::string& at, std::size_t depth) {
        if (!schema.is_object()) return;
        if (depth > depth_max || found_.size() >= marks_max) {
            too_many_ = true;
            return;
        }
        const auto& object = schema.get_object();
        if (const auto* mark = object.if_contains(mark_)) found_.push_back({at, *mark});
        each_member(object, "properties", at, depth);
        // The names are patterns: any member may be meant.
        each(object, "patternProperties", at + "/*", depth);
        one_or_list(object, "items", at + "/*", depth);
        for (const auto* inside : {"additionalProperties", "additionalItems", "contains"}) {
            one_or_list(object, inside, at + "/*", depth);
        }
        for (const auto* same : {"allOf", "anyOf", "oneOf", "then", "else", "if"}) {
            one_or_list(object, same, at, depth);
        }
        follow(object, at, depth);
    }

    void each_member(const json::object& in, std::string_view key, const std::string& at,
                     std::size_t depth) {
        const auto* all = in.if_contains(key);
        if (all == nullptr || !all->is_object()) return;
        for (const auto& [name, schema] : all->get_object()) {
            look(schema, at + step(name), depth + 1);
        }
    }

    void each(const json::object& in, std::string_view key, const std::string& at,
              std::size_t depth) {
        const auto* all = in.if_contains(key);
        if (all == nullptr || !all->is_object()) return;
        for (const auto& one : all->get_object()) look(one.value(), at, depth + 1);
    }

    void one_or_list(const json::object& in, std::string_view key, const std::string& at,
                     std::size_t depth) {
        const auto* found = in.if_contains(key);
        if (found == nullptr) return;
        if (!found->is_array()) return look(*found, at, depth + 1);
        for (const auto& one : found->get_array()) look(one, at, depth + 1);
    }

    void follow(const json::object& in, const std::string& at, std::size_t depth) {
        const auto* ref = in.if_contains("$ref");
        if (ref == nullptr || !ref->is_string()) return;
        const std::string_view to{ref->get_string().data(), ref->get_string().size()};
        if (!to.starts_with('#')) return;
        const auto* target = find_pointer(root_, to.substr(1));
        if (target == nullptr) return;
        const auto times = std::count(open_.begin(), open_.end(), target);
        if (times > 1) return;
        open_.push_back(target);
        // The second time it refers to itself: what is inside may be at any depth.
        look(*target, times == 1 ? at + "/**" : at, depth + 1);
        open_.pop_back();
    }

    const json::value& root_;
    std::string_view mark_;
    std::vector<schema_mark> found_;
    std::vector<const json::value*> open_;
    bool too_many_ = false;
};

}  // namespace

result<std::vector<schema_mark>> marks_of(std::string_view text, std::string_view mark) {
    if (auto sound = check_json(text); !sound) return sound.error();
    json::error_code wrong;
    json::parse_options options;
    options.max_depth = json_depth_max;
    const auto root = json::parse({text.data(), text.size()}, wrong, {}, options);
    if (wrong) return fail(errc::invalid_argument, "schema: " + wrong.message());
    return mark_finder{root, mark}.run();
}

}  // namespace daybook::compliance
