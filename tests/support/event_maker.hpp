// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/query.hpp>
#include <daybook/store.hpp>

#include "support/facts.hpp"
#include "support/randomness.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace daybook::test {

/// An event with a type and a payload, all else left open.
inline new_event simple_event(std::string type, std::string payload = "{}") {
    new_event made;
    made.type = std::move(type);
    made.payload = std::move(payload);
    return made;
}

/// An id that is a function of `number`: the same in every run and process.
event_id numbered_id(std::uint64_t number);

/// 2025-12-22T00:00:00Z and so many microseconds more.
timestamp test_time(std::int64_t microseconds = 0);

/// Payload fields that stores under test index.
std::vector<std::string> indexed_fields_of_tests();

/// Makes events that use every field in every way, from small vocabularies, so that queries find
/// something. Ids and times are always given: what is made can be compared completely.
class event_maker {
public:
    explicit event_maker(std::uint64_t seed) : random_{seed} {}

    std::string stream();
    new_event event();
    std::vector<new_event> events(std::uint64_t at_most);

    /// Conditions over the same vocabularies, and over ids that were made.
    criteria some_criteria();
    payload_condition some_condition();
    query some_query();
    /// One query per kind of term (by `kind`, any number), for tests that must not miss one.
    query query_of_kind(std::uint64_t kind);
    static constexpr std::uint64_t query_kinds = 30;
    grouping some_grouping();
    timestamp time();
    std::string correlation();
    event_id known_id();

    /// Ids that events were made with, for causes and queries; also from outside.
    void learn(const event_id& id) { ids_.push_back(id); }
    randomness& random() { return random_; }
    /// Goes on with other choices, but with the ids that are known.
    void reseed(std::uint64_t seed) { random_ = randomness{seed}; }

private:
    std::string payload();
    void shape_payload(new_event& made);

    randomness random_;
    std::vector<event_id> ids_;
};

/// Small plain events, for filling whole segments quickly. A function of `number`.
new_event filler_event(std::uint64_t number);
std::string filler_stream(std::uint64_t number);

/// Appends `count` filler events numbered from `first`, 1000 a commit, each commit to one stream.
/// Returns what is now stored, starting at position `watermark`.
std::vector<expected_event> fill(store& into, std::uint64_t first, std::uint64_t count);

}  // namespace daybook::test
