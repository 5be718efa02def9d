// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "json_difference.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string_view>

namespace daybook::replay {
namespace {

namespace json = boost::json;

std::string shown(const json::value* value) {
    constexpr std::size_t bytes_max = 200;
    if (value == nullptr) return "nothing";
    auto text = json::serialize(*value);
    if (text.size() > bytes_max) text = text.substr(0, bytes_max) + "...";
    return text;
}

class comparer {
public:
    explicit comparer(std::size_t count_max) : count_max_{count_max} {}

    void compare(const std::string& pointer, const json::value* before, const json::value* now) {
        if (before != nullptr && now != nullptr) {
            if (*before == *now) return;
            if (before->is_object() && now->is_object())
                return compare_members(pointer, before->get_object(), now->get_object());
            if (before->is_array() && now->is_array())
                return compare_elements(pointer, before->get_array(), now->get_array());
        }
        ++found_;
        if (lines_.size() < count_max_) {
            lines_.push_back((pointer.empty() ? "all of it" : pointer) + ": " + shown(before) +
                             " -> " + shown(now));
        }
    }

    std::vector<std::string> lines() && {
        if (found_ > count_max_ && count_max_ > 0) {
            lines_.back() = "and " + std::to_string(found_ - count_max_ + 1) + " more";
        }
        return std::move(lines_);
    }

private:
    static std::string below(const std::string& pointer, std::string_view name) {
        std::string made = pointer + '/';
        for (const char c : name) {
            if (c == '~') made += "~0";
            if (c == '/') made += "~1";
            if (c != '~' && c != '/') made += c;
        }
        return made;
    }

    void compare_members(const std::string& pointer, const json::object& before,
                         const json::object& now) {
        for (const auto& member : before)
            compare(below(pointer, member.key()), &member.value(), now.if_contains(member.key()));
        for (const auto& member : now) {
            if (!before.contains(member.key()))
                compare(below(pointer, member.key()), nullptr, &member.value());
        }
    }

    void compare_elements(const std::string& pointer, const json::array& before,
                          const json::array& now) {
        for (std::size_t i = 0; i < std::max(before.size(), now.size()); ++i)
            compare(below(pointer, std::to_string(i)), before.if_contains(i), now.if_contains(i));
    }

    std::size_t count_max_;
    std::size_t found_ = 0;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> json_difference(const json::value& before, const json::value& now,
                                         std::size_t count_max) {
    comparer compares{count_max};
    compares.compare({}, &before, &now);
    return std::move(compares).lines();
}

}  // namespace daybook::replay
