// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/raw_json.hpp>
#include <daybook/replay/json_difference.hpp>
#include <daybook/value_codec.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace daybook::replay {
namespace {

namespace json = boost::json;
using kind = json_change::kind;

constexpr std::size_t product_max = 1'000'000;
constexpr std::size_t value_bytes_max = 80;
constexpr std::array<std::string_view, 4> identifying{"id", "key", "name", "sha"};

/// What tells an element of an array from its neighbours, as text; nothing if nothing does.
std::optional<std::string> identity_of(const json::value& element) {
    const auto* members = element.if_object();
    if (members == nullptr) return std::nullopt;
    for (const auto name : identifying) {
        const auto* found = members->if_contains(name);
        if (found == nullptr) continue;
        if (const auto* text = found->if_string(); text != nullptr && !text->empty())
            return std::string{*text};
        if (found->is_int64() || found->is_uint64()) return json::serialize(*found);
    }
    return std::nullopt;
}

bool is_structured(const json::value& v) { return v.is_object() || v.is_array(); }

/// Whether one may be told as a change of the other, if they stand at the same place.
bool may_become(const json::value& before, const json::value& after) {
    if (before.is_object() && after.is_object()) return identity_of(before) == identity_of(after);
    if (before.is_array() && after.is_array()) return true;
    return !is_structured(before) && !is_structured(after);
}

/// Which elements of two arrays are the same thing: pairs of places, both ascending.
class alignment {
public:
    using pair = std::pair<std::size_t, std::size_t>;
    std::vector<pair> pairs;

    alignment(const json::array& before, const json::array& after)
        : before_{before}, after_{after} {
        std::size_t start = 0;
        std::size_t before_end = before.size();
        std::size_t after_end = after.size();
        const auto same = [&](std::size_t b, std::size_t a) { return before[b] == after[a]; };
        for (; start < std::min(before_end, after_end) && same(start, start); ++start)
            pairs.emplace_back(start, start);
        while (before_end > start && after_end > start && same(before_end - 1, after_end - 1)) {
            --before_end;
            --after_end;
        }
        match_middle({start, before_end}, {start, after_end});
        for (; before_end < before.size(); ++before_end, ++after_end)
            pairs.emplace_back(before_end, after_end);
    }

private:
    struct range {
        std::size_t from;
        std::size_t to;
        std::size_t size() const { return to - from; }
    };

    void match_middle(range b, range a) {
        range left_b = b;
        range left_a = a;
        if (b.size() > 0 && a.size() > 0 && b.size() <= product_max / a.size()) {
            for (const auto& [in_b, in_a] : longest_common(b, a)) {
                match_by_place({left_b.from, in_b}, {left_a.from, in_a});
                pairs.emplace_back(in_b, in_a);
                left_b.from = in_b + 1;
                left_a.from = in_a + 1;
            }
        }
        match_by_place(left_b, left_a);
    }

    void match_by_place(range b, range a) {
        for (std::size_t i = 0; i < std::min(b.size(), a.size()); ++i) {
            if (may_become(before_[b.from + i], after_[a.from + i]))
                pairs.emplace_back(b.from + i, a.from + i);
        }
    }

    /// The same number for elements that are the same thing.
    std::vector<std::size_t> numbered(const json::array& list, range which) {
        std::vector<std::size_t> numbers;
        for (std::size_t i = which.from; i < which.to; ++i) {
            auto identity = identity_of(list[i]);
            auto text = identity ? "=" + *std::move(identity) : json::serialize(list[i]);
            numbers.push_back(numbers_.emplace(std::move(text), numbers_.size()).first->second);
        }
        return numbers;
    }

    /// The longest common subsequence, by the table of textbooks.
    std::vector<pair> longest_common(range b, range a) {
        const auto in_b = numbered(before_, b);
        const auto in_a = numbered(after_, a);
        const std::size_t width = in_a.size() + 1;
        std::vector<std::uint32_t> length((in_b.size() + 1) * width, 0);
        for (std::size_t i = in_b.size(); i-- > 0;) {
            for (std::size_t j = in_a.size(); j-- > 0;) {
                length[i * width + j] = in_b[i] == in_a[j] ? length[(i + 1) * width + j + 1] + 1
                                                           : std::max(length[(i + 1) * width + j],
                                                                      length[i * width + j + 1]);
            }
        }
        std::vector<pair> common;
        for (std::size_t i = 0, j = 0; i < in_b.size() && j < in_a.size();) {
            if (in_b[i] == in_a[j]) {
                common.emplace_back(b.from + i++, a.from + j++);
            } else if (length[(i + 1) * width + j] >= length[i * width + j + 1]) {
                ++i;
            } else {
                ++j;
            }
        }
        return common;
    }

    const json::array& before_;
    const json::array& after_;
    std::unordered_map<std::string, std::size_t> numbers_;
};

void append_token(std::string& path, std::string_view name) {
    path += '/';
    for (const char c : name) {
        if (c == '~') {
            path += "~0";
        } else if (c == '/') {
            path += "~1";
        } else {
            path += c;
        }
    }
}

/// Walks both documents at once and notes what differs.
class comparison {
public:
    std::vector<json_change> found;

    void compare(const json::value& before, const json::value& after) {
        if (before.is_object() && after.is_object())
            return compare_objects(before.get_object(), after.get_object());
        if (before.is_array() && after.is_array())
            return compare_arrays(before.get_array(), after.get_array());
        if (before != after) note(kind::replaced, before, after);
    }

private:
    /// Calls `visit` one level deeper.
    template <class Visit>
    void below(std::string_view token, std::string_view label, const Visit& visit) {
        const auto path_size = path_.size();
        const auto label_size = label_.size();
        append_token(path_, token);
        if (!label_.empty()) label_ += '/';
        label_ += label;
        visit();
        path_.resize(path_size);
        label_.resize(label_size);
    }

    void note(kind what, const json::value& before, const json::value& after) {
        found.push_back({what, path_, label_, before, after});
    }

    void compare_objects(const json::object& before, const json::object& after) {
        for (const auto& [name, value] : before) {
            if (after.contains(name)) continue;
            below(name, name, [&, &gone = value] { note(kind::removed, gone, {}); });
        }
        for (const auto& [name, value] : after) {
            const auto* old = before.if_contains(name);
            below(name, name, [&, &now = value] {
                old == nullptr ? note(kind::added, {}, now) : compare(*old, now);
            });
        }
    }

    template <class Visit>
    void below_element(const json::array& list, std::size_t at, const Visit& visit) {
        const auto index = std::to_string(at);
        below(index, identity_of(list[at]).value_or(index), visit);
    }

    // Removing from the end and adding from the start, each index is right when its turn comes.
    void compare_arrays(const json::array& before, const json::array& after) {
        const alignment same{before, after};
        std::vector<bool> stays(before.size(), false);
        std::vector<bool> was_there(after.size(), false);
        for (const auto& [b, a] : same.pairs) stays[b] = was_there[a] = true;
        for (std::size_t i = before.size(); i-- > 0;) {
            if (!stays[i]) below_element(before, i, [&] { note(kind::removed, before[i], {}); });
        }
        for (std::size_t i = 0; i < after.size(); ++i) {
            if (!was_there[i]) below_element(after, i, [&] { note(kind::added, {}, after[i]); });
        }
        for (const auto& [b, a] : same.pairs) {
            const auto& old = before[b];
            const auto& now = after[a];
            below_element(after, a, [&] { compare(old, now); });
        }
    }

    std::string path_;
    std::string label_;
};

/// As core writes JSON, where doubles look as people write them.
void append_json(std::string& to, const json::value& v) {
    if (const auto* members = v.if_object()) {
        to += '{';
        for (const auto& [name, value] : *members) {
            if (to.back() != '{') to += ',';
            append_json_string(to, name);
            to += ':';
            append_json(to, value);
        }
        to += '}';
    } else if (const auto* elements = v.if_array()) {
        to += '[';
        bool first = true;
        for (const auto& element : *elements) {
            if (!std::exchange(first, false)) to += ',';
            append_json(to, element);
        }
        to += ']';
    } else if (const auto* number = v.if_double()) {
        const auto text = value_to_json(*number);
        to += text;
        // It stays another kind of number than an integer.
        if (text.find_first_not_of("-0123456789") == std::string::npos) to += ".0";
    } else if (const auto* text = v.if_string()) {
        append_json_string(to, *text);
    } else {
        to += json::serialize(v);
    }
}

void append_operation(std::string& to, const json_change& change) {
    static constexpr std::array<std::string_view, 3> names{"add", "remove", "replace"};
    to.append("{\"op\":\"").append(names[static_cast<std::size_t>(change.what)]);
    to += "\",\"path\":";
    append_json_string(to, change.path);
    if (change.what != kind::removed) append_json(to += ",\"value\":", change.after);
    if (change.what != kind::added) append_json(to += ",\"before\":", change.before);
    to += '}';
}

bool is_empty(const json::value& v) {
    if (const auto* text = v.if_string()) return text->empty();
    if (const auto* members = v.if_object()) return members->empty();
    if (const auto* elements = v.if_array()) return elements->empty();
    return v.is_null();
}

/// Nothing that is worth a line where all is new.
bool is_default(const json::value& v) {
    if (const auto* truth = v.if_bool()) return !*truth;
    if (const auto* number = v.if_int64()) return *number == 0;
    if (const auto* number = v.if_double()) return *number == 0;
    if (const auto* members = v.if_object())
        return std::all_of(members->begin(), members->end(),
                           [](const auto& member) { return is_default(member.value()); });
    return is_empty(v);
}

/// On one line, and not longer than a line is.
std::string shortened(std::string text) {
    const bool plain = std::none_of(text.begin(), text.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (!plain) {
        std::string quoted;
        append_json_string(quoted, text);
        text = std::move(quoted);
    }
    if (text.size() <= value_bytes_max) return text;
    std::size_t end = value_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + "...";
}

std::string value_text(const json::value& v) {
    if (is_empty(v)) return "(none)";
    if (const auto* text = v.if_string()) return shortened(std::string{*text});
    if (const auto* members = v.if_object()) {
        json::object told;
        for (const auto& [name, value] : *members) {
            if (!is_default(value)) told.emplace(name, value);
        }
        std::string text;
        append_json(text, told);
        return shortened(std::move(text));
    }
    std::string text;
    append_json(text, v);
    return shortened(std::move(text));
}

std::string line_of(const json_change& change) {
    const auto label = change.label.empty() ? std::string{"all"} : shortened(change.label);
    switch (change.what) {
        case kind::added: return label + " added: " + value_text(change.after);
        case kind::removed: return label + " removed";
        case kind::replaced: break;
    }
    return label + ": " + value_text(change.before) + " -> " + value_text(change.after);
}

}  // namespace

std::vector<json_change> json_difference(const json::value& before, const json::value& after) {
    comparison both;
    both.compare(before, after);
    return std::move(both.found);
}

std::string json_operation(const json_change& change) {
    std::string text;
    append_operation(text, change);
    return text;
}

std::string json_patch(const std::vector<json_change>& changes) {
    std::string text = "[";
    for (const auto& change : changes) {
        if (text.size() > 1) text += ',';
        append_operation(text, change);
    }
    return text + "]";
}

std::vector<std::string> describe(const std::vector<json_change>& changes) {
    std::vector<std::string> lines;
    for (const auto& change : changes) {
        const auto* members = change.after.if_object();
        const bool begins = change.path.empty() && change.before.is_null() && members != nullptr;
        if (!begins) {
            lines.push_back(line_of(change));
            continue;
        }
        for (const auto& [name, value] : *members) {
            if (!is_default(value))
                lines.push_back(shortened(std::string{name}) + ": " + value_text(value));
        }
    }
    return lines;
}

}  // namespace daybook::replay
