// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_report.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daybook::compliance {

/// Where is counted what did not get a name of its own.
inline constexpr std::string_view other_name = "(other)";
/// Where is counted what has no name.
inline constexpr std::string_view no_name = "(none)";

/// The entry called `name`, made if there is none; that of `other_name` once there are `max`
/// others.
template <class Value>
Value& bounded_entry(std::map<std::string, Value, std::less<>>& map, std::string_view name,
                     std::size_t max) {
    if (name.empty()) name = no_name;
    if (const auto found = map.find(name); found != map.end()) return found->second;
    const std::size_t others = map.size() - map.count(other_name);
    return map[std::string{others < max ? name : other_name}];
}

/// Counts by name, in bounded memory.
class bounded_counts {
public:
    explicit bounded_counts(std::size_t max) : max_{max} {}

    void add(std::string_view name) { ++bounded_entry(counts_, name, max_); }

    /// The most frequent first, those of one count by name; beyond `most` their sum, as
    /// `other_name`, so that all counts together are what was added.
    std::vector<named_count> sorted(std::size_t most) const {
        std::vector<named_count> list;
        std::uint64_t rest = 0;
        for (const auto& [name, count] : counts_) {
            if (name == other_name) {
                rest += count;
            } else {
                list.push_back({name, count});
            }
        }
        std::stable_sort(list.begin(), list.end(),
                         [](const auto& a, const auto& b) { return a.count > b.count; });
        for (; list.size() > most; list.pop_back()) rest += list.back().count;
        if (rest > 0) list.push_back({std::string{other_name}, rest});
        return list;
    }

private:
    std::size_t max_;
    std::map<std::string, std::uint64_t, std::less<>> counts_;
};

}  // namespace daybook::compliance
