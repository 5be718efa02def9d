// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "support/event_maker.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace daybook::test {
namespace {

using namespace std::string_view_literals;

constexpr std::int64_t microseconds_per_hour = 3'600'000'000;

// Names that are prefixes of each other, hold separators, or leave ASCII.
constexpr std::array streams{"task-1"sv,
                             "task-10"sv,
                             "task-2"sv,
                             "task-1-2"sv,
                             "tasks-1"sv,
                             "sprint-7"sv,
                             "sprint-7:a"sv,
                             "gr\xC3\xB6\xC3\x9F"
                             "e-\xE2\x82\xAC"sv,
                             "session-x y"sv};
constexpr std::array types{"TaskStarted"sv, "TaskStarted2"sv, "agent.error"sv,
                           "Gap found"sv,   "\xE5\x8B\x95"sv, "x"sv};
constexpr std::array tags{"phase:CODE"sv,     "phase:CODER"sv,    "phase:TEST"sv,
                          "project:p-7"sv,    "project:"sv,       "url:a:b:c"sv,
                          "phase:\xC3\xA9"sv, "severity:error"sv, "\xF0\x9F\x98\x80:smile"sv};
constexpr std::array tag_keys{"phase"sv,    "project"sv,          "url"sv,
                              "severity"sv, "\xF0\x9F\x98\x80"sv, "absent"sv};
constexpr std::array correlations{"run-1"sv, "run-2"sv, "run-22"sv, "run \xC3\xBC"sv};
constexpr std::array actors{"coder"sv, "coder-2"sv, "tester"sv,
                            "Fr\xC3\xA9"
                            "d\xC3\xA9ric"sv};
constexpr std::array actor_types{"agent"sv, "user"sv, "system"sv};
constexpr std::array schemas{""sv, "1.0.0"sv, "2.1.0-rc.1"sv};
constexpr std::array content_types{"text/plain; charset=utf-8"sv, "application/octet-stream"sv,
                                   "application/cloudevents+json"sv, "application/json; v=1"sv};

// Spellings of values in payloads and in conditions: the same number in several ways, numbers at
// the edges of what fits, strings that look like numbers, escapes.
constexpr std::array json_values{"3"sv,
                                 "3.0"sv,
                                 "30e-1"sv,
                                 "-0"sv,
                                 "0"sv,
                                 "0.5"sv,
                                 "-7"sv,
                                 "9007199254740993"sv,
                                 "9007199254740992.0"sv,
                                 "18446744073709551615"sv,
                                 "-9223372036854775808"sv,
                                 "1e300"sv,
                                 "true"sv,
                                 "false"sv,
                                 "null"sv,
                                 "\"3\""sv,
                                 "\"\""sv,
                                 "\"abc\""sv,
                                 "\"abcd\""sv,
                                 "\"\\u00e9\""sv,
                                 "\"\xC3\xA9\""sv,
                                 "\"a\\u0000b\""sv,
                                 "[1,2,3]"sv,
                                 "[\"abc\",\"x\"]"sv,
                                 "[]"sv,
                                 "{}"sv,
                                 "{\"x\":3}"sv};
constexpr std::array condition_values{"3"sv,
                                      "3.0"sv,
                                      "0"sv,
                                      "-1"sv,
                                      "9007199254740993"sv,
                                      "9007199254740992"sv,
                                      "18446744073709551615"sv,
                                      "1e300"sv,
                                      "true"sv,
                                      "null"sv,
                                      "\"3\""sv,
                                      "\"abc\""sv,
                                      "abc"sv,
                                      "ab"sv,
                                      ""sv,
                                      "\"\""sv,
                                      "\xC3\xA9"sv,
                                      "\"\\u00e9\""sv,
                                      "x"sv,
                                      "1"sv,
                                      "coder"sv};
constexpr std::array pointers{"/agent_name"sv, "/n"sv,    "/case/owner"sv, "/list"sv,
                              "/list/1"sv,     "/a~1b"sv, "/absent"sv,     ""sv};

template <std::size_t N>
std::string from(randomness& random, const std::array<std::string_view, N>& all) {
    return std::string{random.pick(all)};
}

std::string long_text(randomness& random, std::uint64_t bytes) {
    std::string text;
    text.reserve(bytes);
    while (text.size() < bytes) text += static_cast<char>('a' + random.below(26));
    return text;
}

std::string binary(randomness& random, std::uint64_t bytes) {
    std::string all(bytes, '\0');
    std::generate(all.begin(), all.end(), [&] { return static_cast<char>(random.below(256)); });
    return all;
}

// A time range that ends before it begins is refused, not empty.
void order_times(criteria& c) {
    if (!c.since || !c.until) return;
    if (*c.since > *c.until) std::swap(c.since, c.until);
    if (*c.since == *c.until) c.until.reset();
}

}  // namespace

event_id numbered_id(std::uint64_t number) {
    randomness bits{number};
    event_id id;
    for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(bits.below(256));
    return id;
}

timestamp test_time(std::int64_t microseconds) {
    return timestamp{std::chrono::microseconds{1'766'361'600'000'000 + microseconds}};
}

std::vector<std::string> indexed_fields_of_tests() { return {"/agent_name", "/n", "/a~1b"}; }

std::string event_maker::stream() {
    if (random_.chance(70)) return from(random_, streams);
    return "run-" + std::to_string(random_.below(40));
}

timestamp event_maker::time() {
    switch (random_.below(20)) {
        case 0: return timestamp_min;
        case 1: return timestamp_max;
        case 2: return timestamp{};
        case 3: return timestamp{std::chrono::microseconds{-1}};
        default: break;
    }
    // Three weeks around a turn of the year; often on the hour, so that bounds are hit exactly.
    const auto hours = static_cast<std::int64_t>(random_.below(21 * 24));
    const auto rest = random_.chance(50) ? 0 : random_.below(microseconds_per_hour);
    return test_time(hours * microseconds_per_hour + static_cast<std::int64_t>(rest));
}

std::string event_maker::correlation() { return from(random_, correlations); }

event_id event_maker::known_id() {
    if (ids_.empty() || random_.chance(5)) return numbered_id(random_.next());
    // Mostly recent ones: chains of causes grow deep.
    const auto recent = std::min<std::uint64_t>(ids_.size(), random_.chance(80) ? 20 : ids_.size());
    return ids_[ids_.size() - 1 - random_.below(recent)];
}

std::string event_maker::payload() {
    if (random_.chance(5)) return from(random_, json_values);
    std::string body = "{ ";
    const auto add = [&](std::string_view name, const std::string& value) {
        if (body.size() > 2) body += ",";
        body.append("\"").append(name).append("\":").append(value);
    };
    if (random_.chance(60)) add("agent_name", "\"" + from(random_, actors) + "\"");
    if (random_.chance(10)) add("agent_name2", "1");
    if (random_.chance(60)) add("n", from(random_, json_values));
    if (random_.chance(30)) add("case", "{\"owner\":" + from(random_, json_values) + "}");
    if (random_.chance(30)) add("list", from(random_, json_values));
    if (random_.chance(30)) add("a/b", from(random_, json_values));
    if (random_.chance(5)) add("n", from(random_, json_values));  // A member twice.
    if (random_.chance(5)) add("a/b", "\"" + long_text(random_, random_.between(250, 270)) + "\"");
    if (random_.chance(3)) add("note", "\"" + long_text(random_, random_.below(40'000)) + "\"");
    return body + " }";
}

void event_maker::shape_payload(new_event& made) {
    if (random_.chance(90)) {
        made.payload = payload();
        return;
    }
    made.content_type = from(random_, content_types);
    made.payload = random_.chance(50) ? payload() : binary(random_, random_.below(300));
}

new_event event_maker::event() {
    new_event made;
    made.type = from(random_, types);
    made.schema = from(random_, schemas);
    if (random_.chance(60)) made.correlation = correlation();
    for (auto left = random_.chance(50) ? random_.below(4) : 0; left > 0; --left) {
        made.causes.push_back(known_id());
    }
    if (random_.chance(2)) made.causes.resize(limits::causes_max, known_id());
    if (random_.chance(70)) made.actor.id = from(random_, actors);
    if (random_.chance(70)) made.actor.type = from(random_, actor_types);
    if (random_.chance(20)) made.actor.model = "model-4";
    for (auto left = random_.below(5); left > 0; --left) made.tags.push_back(from(random_, tags));
    if (random_.chance(10)) made.extensions = R"({"source":"//seed","x":[1,2]})";
    made.occurred_at = time();
    made.id = numbered_id(random_.next());
    shape_payload(made);
    ids_.push_back(*made.id);
    return made;
}

std::vector<new_event> event_maker::events(std::uint64_t at_most) {
    std::vector<new_event> made(random_.between(1, at_most));
    std::generate(made.begin(), made.end(), [&] { return event(); });
    return made;
}

criteria event_maker::some_criteria() {
    criteria c;
    if (random_.chance(30)) c.types.push_back(from(random_, types));
    if (random_.chance(15)) c.types.push_back(from(random_, types));
    if (random_.chance(25)) c.tags.push_back(from(random_, tags));
    if (random_.chance(10)) c.tags.push_back(from(random_, tags));
    if (random_.chance(15)) c.stream = stream();
    if (random_.chance(15)) c.category = std::string{category_of(stream())};
    if (random_.chance(20)) c.correlation = correlation();
    if (random_.chance(20)) c.actor = from(random_, actors);
    if (random_.chance(10)) c.actor_type = from(random_, actor_types);
    if (random_.chance(3)) c.id = known_id();
    if (random_.chance(5)) c.cause = known_id();
    if (random_.chance(20)) c.since = time();
    if (random_.chance(20)) c.until = time();
    order_times(c);
    return c;
}

payload_condition event_maker::some_condition() {
    payload_condition condition;
    condition.pointer = from(random_, pointers);
    condition.op = static_cast<comparison>(random_.below(9));
    condition.value = from(random_, condition_values);
    if (condition.op == comparison::exists) condition.value.clear();
    return condition;
}

query event_maker::some_query() {
    query q;
    for (auto left = random_.below(4); left > 0; --left) q.any_of.push_back(some_criteria());
    if (random_.chance(40)) q.where.push_back(some_condition());
    if (random_.chance(10)) q.where.push_back(some_condition());
    return q;
}

query event_maker::query_of_kind(std::uint64_t kind) {
    criteria c;
    query q;
    switch (kind % query_kinds) {
        case 0: c.id = known_id(); break;
        case 1: c.category = std::string{category_of(stream())}; break;
        case 2: c.types = {from(random_, types)}; break;
        case 3: c.types = {from(random_, types), from(random_, types)}; break;
        case 4: c.correlation = correlation(); break;
        case 5: c.cause = known_id(); break;
        case 6: c.actor = from(random_, actors); break;
        case 7: c.tags = {from(random_, tags)}; break;
        case 8: c.tags = {from(random_, tags), from(random_, tags)}; break;
        case 9: c.stream = stream(); break;
        case 10: c.since = time(); break;
        case 11: c.until = time(); break;
        case 12:
            c.since = time(), c.until = time();
            order_times(c);
            break;
        case 13: c.actor_type = from(random_, actor_types); break;
        case 14: return query::all();
        case 15: c.types = {"NoSuchType"}; break;
        case 16: c.types = {"Filled0"}; break;
        case 17: c.tags = {"filler:3"}; break;
        case 18: c.stream = filler_stream(random_.below(9)); break;
        case 19: return some_query();
        default: {  // Every operator, on indexed fields and on others.
            payload_condition condition = some_condition();
            condition.op = static_cast<comparison>(kind % query_kinds - 20);
            if (kind % query_kinds == 29) condition.op = comparison::equal;
            if (random_.chance(70)) condition.pointer = random_.pick(indexed_fields_of_tests());
            if (condition.op == comparison::exists) condition.value.clear();
            q.where.push_back(condition);
            if (random_.chance(50)) q.any_of.push_back(some_criteria());
            return q;
        }
    }
    q.any_of.push_back(c);
    return q;
}

grouping event_maker::some_grouping() {
    grouping by;
    by.by = static_cast<grouping::kind>(random_.below(11));
    if (by.by == grouping::kind::tag) by.key = from(random_, tag_keys);
    if (by.by == grouping::kind::field) by.key = random_.pick(indexed_fields_of_tests());
    return by;
}

std::string filler_stream(std::uint64_t number) { return "filler-" + std::to_string(number % 9); }

new_event filler_event(std::uint64_t number) {
    new_event made = simple_event("Filled" + std::to_string(number % 3));
    made.id = numbered_id(number + (std::uint64_t{1} << 48U));
    made.occurred_at = test_time(static_cast<std::int64_t>(number) * 20'000'000);
    if (number % 7 == 0) made.tags = {"filler:" + std::to_string(number % 5)};
    if (number % 11 == 0) made.correlation = "fill-" + std::to_string(number / 110);
    if (number % 13 == 0) made.payload = R"({"n":)" + std::to_string(number % 17) + "}";
    return made;
}

std::vector<expected_event> fill(store& into, std::uint64_t first, std::uint64_t count) {
    constexpr std::uint64_t commit_events = 1000;
    std::vector<expected_event> all;
    all.reserve(count);
    for (std::uint64_t done = 0; done < count;) {
        const auto stream = filler_stream((first + done) / commit_events);
        std::vector<new_event> events;
        for (auto left = std::min(commit_events, count - done); left > 0; --left) {
            events.push_back(filler_event(first + done++));
        }
        const auto at = into.append(stream, expected::any(), events, durability::written).value();
        for (std::size_t i = 0; i < events.size(); ++i) {
            all.push_back(
                {stream, at.first.value + i, at.first_sequence.value + i, std::move(events[i])});
        }
    }
    return all;
}

}  // namespace daybook::test
