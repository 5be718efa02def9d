// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"

#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace daybook::test {

/// Keeps the positions of each key: one for each tag "key:...". While it is broken, it cannot take
/// events tagged "bad:yes", those tagged "first:no" as the first of a key, and cannot tell the
/// keys of those tagged "unreadable:yes".
template <std::uint32_t Version>
struct picky_of_version {
    static constexpr std::string_view name = "picky";
    static constexpr std::uint32_t version = Version;
    using row = std::vector<position>;
    static inline bool broken = true;

    static std::vector<std::string> key(const event_view& e) {
        if (broken && e.tag("unreadable")) throw std::runtime_error{"cannot read this"};
        std::vector<std::string> keys;
        for (const auto tag : e.tags()) {
            if (tag.starts_with("key:")) keys.emplace_back(tag.substr(4));
        }
        return keys;
    }
    static row apply(row seen, const event_view& e) {
        if (broken && e.tag("bad")) throw std::runtime_error{"cannot take this"};
        if (broken && e.tag("first") && seen.empty()) throw std::runtime_error{"not the first"};
        seen.push_back(e.position());
        return seen;
    }
};
using picky = picky_of_version<1>;

inline new_event tagged(std::vector<std::string> tags) {
    auto made = simple_event("T");
    made.tags = std::move(tags);
    return made;
}

/// Appends one event with these tags to stream "task-1".
inline void append_tagged(store& to, std::vector<std::string> tags) {
    to.append("task-1", expected::any(), {tagged(std::move(tags))}).value();
}

using positions_by_key = std::map<std::string, std::vector<std::uint64_t>>;

template <class P = picky>
positions_by_key rows_of_picky(store& of) {
    positions_by_key rows;
    projections::view<P>::open(of)
        .value()
        .for_each("",
                  [&](std::string_view key, const std::vector<position>& row) {
                      for (const auto at : row) rows[std::string{key}].push_back(at.value);
                  })
        .value();
    return rows;
}

/// What waits where: the positions of each key, parked one first; "-" for those without a key.
template <class P = picky>
positions_by_key parked_of_picky(store& of) {
    positions_by_key parked;
    std::string serving;
    for (const auto& view : projections::built_views(of).value()) {
        if (view.name == P::name && view.place == projections::generation_place::serving)
            serving = view.keyspace;
    }
    for (const auto& each : projections::parked_events(of, serving, 1'000'000).value())
        parked[each.key.value_or("-")].push_back(each.at.value);
    return parked;
}

/// The types of the events in the view's park stream, in order.
inline std::vector<std::string> told_of_picky(const store& of) {
    std::vector<std::string> types;
    auto told = of.read_stream(projections::park_stream(picky::name)).value();
    while (told.next().value()) types.emplace_back(told->type());
    return types;
}

}  // namespace daybook::test
