// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a statement says everything that an event's envelope does, in one spelling. Method: a
// golden statement, every field changed in turn, and spellings that must be refused.

#include <daybook/compliance/statement.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>

namespace daybook::compliance {
namespace {

using test::FailsWith;
using test::fresh_store;
using testing::HasSubstr;

constexpr std::string_view origin = "example.com/incidents";

/// One event with something in every field.
event full_event(fresh_store& store) {
    new_event made;
    made.type = "OrderPlaced";
    made.payload = R"({"amount":"12.50","currency":"EUR"})";
    made.tags = {"phase:CODE", R"(note:a "quoted" \ word)"};
    made.correlation = "run-1";
    made.causes = {test::numbered_id(7), test::numbered_id(8)};
    made.actor = {"agent", "ada", "m1"};
    made.occurred_at = test::test_time(1);
    made.schema = "1.0.0";
    made.id = test::numbered_id(9);
    made.extensions = R"({"source":"desk"})";
    store->append("order-1", expected::any(), {made}).value();
    return store->read_one(position{0}).value();
}

statement read(std::string_view text) { return parse_statement(text).value(); }

TEST(statement, says_everything_in_one_canonical_line) {
    fresh_store store;
    const auto e = full_event(store);
    const auto previous = sha256("before");
    std::string text;
    append_statement(text, origin, e, &previous);
    const auto recorded = text.find(R"("recorded_at":")") + 15;
    auto fixed = text;
    fixed.replace(recorded, 27, "2025-12-22T00:00:02.000000Z");
    EXPECT_EQ(
        fixed,
        R"({"actor":{"id":"ada","model":"m1","type":"agent"},"causes":[")" +
            to_string(test::numbered_id(7)) + R"(",")" + to_string(test::numbered_id(8)) +
            R"("],"content_type":"application/json","correlation":"run-1",)"
            R"("extensions":"sha256:)" +
            sha256(R"({"source":"desk"})").hex() + R"(","id":")" + to_string(test::numbered_id(9)) +
            R"(","occurred_at":"2025-12-22T00:00:00.000001Z","origin":"example.com/incidents",)"
            R"("payload":"sha256:)"
            R"(d51da126fe91ea17c397b289b7b0d29fb1739538a7c4bd138b836a642e4eeb50",)"
            R"("position":0,"previous":")" +
            previous.hex() +
            R"(","recorded_at":"2025-12-22T00:00:02.000000Z","schema":"1.0.0","sequence":1,)"
            R"("statement":1,"stream":"order-1","tags":["phase:CODE","note:a \"quoted\" \\ word"],)"
            R"("type":"OrderPlaced"})");
    EXPECT_EQ(to_string(read(text)), text);
}

TEST(statement, of_a_first_event_without_extensions_has_empty_texts_for_them) {
    fresh_store store;
    store->append("a-1", expected::any(), {test::simple_event("T")}).value();
    std::string text;
    append_statement(text, origin, store->read_one(position{0}).value(), nullptr);
    EXPECT_THAT(text, HasSubstr(R"("extensions":"")"));
    EXPECT_THAT(text, HasSubstr(R"("previous":"")"));
    const auto s = read(text);
    EXPECT_FALSE(s.extensions);
    EXPECT_FALSE(s.previous);
}

TEST(statement, changes_with_every_field) {
    fresh_store store;
    const auto e = full_event(store);
    std::string text;
    append_statement(text, origin, e, nullptr);
    const std::vector<std::function<void(statement&)>> changes{
        [](statement& s) { s.actor.id += "x"; },
        [](statement& s) { s.actor.type += "x"; },
        [](statement& s) { s.actor.model += "x"; },
        [](statement& s) { s.causes.pop_back(); },
        [](statement& s) { std::swap(s.causes[0], s.causes[1]); },
        [](statement& s) { s.content_type += "x"; },
        [](statement& s) { s.correlation += "x"; },
        [](statement& s) { s.extensions.reset(); },
        [](statement& s) { s.extensions->bytes[31] ^= 1U; },
        [](statement& s) { s.id.bytes[15] ^= 1U; },
        [](statement& s) { s.occurred_at += std::chrono::microseconds{1}; },
        [](statement& s) { s.origin += "x"; },
        [](statement& s) { s.payload.bytes[0] ^= 1U; },
        [](statement& s) { ++s.position.value; },
        [](statement& s) { s.previous = sha256(""); },
        [](statement& s) { s.recorded_at -= std::chrono::microseconds{1}; },
        [](statement& s) { s.schema += "x"; },
        [](statement& s) { ++s.sequence.value; },
        [](statement& s) { s.stream += "x"; },
        [](statement& s) { s.tags.pop_back(); },
        [](statement& s) { std::swap(s.tags[0], s.tags[1]); },
        [](statement& s) { s.type += "x"; }};
    std::set<std::string> all{text};
    for (const auto& change : changes) {
        auto s = read(text);
        change(s);
        const auto changed = to_string(s);
        EXPECT_TRUE(all.insert(changed).second) << changed;
        EXPECT_EQ(to_string(read(changed)), changed);
    }
}

TEST(statement, has_one_spelling) {
    fresh_store store;
    const auto e = full_event(store);
    std::string text;
    append_statement(text, origin, e, nullptr);
    const auto with = [&](std::string_view what, std::string_view instead) {
        auto changed = text;
        const auto at = changed.find(what);
        EXPECT_NE(at, std::string::npos) << what;
        return changed.replace(at, what.size(), instead);
    };
    for (const auto& other : {
             with(R"("position":0)", R"("position": 0)"),
             with(R"("position":0)", R"("position":0.0)"),
             with(R"("position":0)", R"("position":-1)"),
             with(R"("position":0)", R"("position":"0")"),
             with(R"("position":0)", R"("position":9007199254740992)"),
             with(R"("statement":1)", R"("statement":2)"),
             with(R"("position":0)", R"("position":0,"position":0)"),
             with(R"("schema":"1.0.0",)", ""),
             with(R"("type":"OrderPlaced")", R"("type":"OrderPlaced","x":1)"),
             with("OrderPlaced", "\\u004frderPlaced"),
             with("00:00:00.000001Z", "00:00:00.0000010Z"),
             with("00:00:00.000001Z", "01:00:00.000001+01:00"),
             with("sha256:d5", "sha256:D5"),
             with("sha256:d5", "sha257:d5"),
             text + "\n",
             " " + text,
             text.substr(1),
             std::string{"[]"},
             std::string{},
         }) {
        EXPECT_THAT(parse_statement(other), FailsWith(errc::invalid_argument)) << other;
    }
}

TEST(statement, escapes_as_rfc_8785_does) {
    statement s;
    s.type = std::string{"\b\t\n\f\r\x01\x1f\x7f/\"\\"} + "\xe2\x82\xac";
    EXPECT_THAT(to_string(s), HasSubstr(std::string{"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f/\\\"\\\\"} +
                                        "\xe2\x82\xac"));
    EXPECT_EQ(read(to_string(s)).type, s.type);
}

TEST(statement, escapes_each_byte_wherever_it_stands) {
    for (std::size_t at = 0; at < 20; ++at) {
        for (int byte = 0; byte < 128; ++byte) {
            statement s;
            s.type = std::string(at, 'x') + static_cast<char>(byte) + std::string(at % 3, 'y');
            const auto text = to_string(s);
            const bool is_escaped = byte < 0x20 || byte == '"' || byte == '\\';
            const auto plain = R"("type":")" + s.type + "\"}";
            EXPECT_EQ(text.ends_with(plain), !is_escaped) << at << ' ' << byte;
            EXPECT_EQ(read(text).type, s.type) << at << ' ' << byte;
        }
    }
}

TEST(statement, survives_bytes_that_are_none) {
    fresh_store store;
    const auto e = full_event(store);
    std::string text;
    append_statement(text, origin, e, nullptr);
    std::mt19937 random{4242};
    for (int i = 0; i < 20'000; ++i) {
        auto changed = text;
        changed[random() % changed.size()] = static_cast<char>(random());
        const auto s = parse_statement(changed);
        if (s) {
            EXPECT_EQ(to_string(*s), changed);
        }
    }
}

TEST(statement, longer_than_a_leaf_may_be_is_refused) {
    EXPECT_THAT(parse_statement(std::string(statement_bytes_max + 1, ' ')),
                FailsWith(errc::invalid_argument, "65536 bytes"));
}

}  // namespace
}  // namespace daybook::compliance
