// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: at each limit of <daybook/limits.hpp> an append works, one over it fails, and whatever is
// refused leaves the log as it was.

#include <daybook/context.hpp>
#include <daybook/raw_json.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <functional>

namespace daybook::test {
namespace {

using testing::AnyOf;

constexpr const char* stream = "task-1";

std::string letters(std::size_t bytes) { return std::string(bytes, 'a'); }

/// Appends and expects a refusal that changes nothing and says one clear line.
void expect_refused(store& asked, std::string_view into, const new_event& bad,
                    std::initializer_list<errc> codes = {errc::invalid_argument, errc::too_large}) {
    const auto watermark = asked.watermark();
    // A good event before the bad one: neither may be stored.
    const auto refused = asked.append(into, expected::any(), {simple_event("Good"), bad});
    ASSERT_FALSE(refused);
    EXPECT_THAT(codes, testing::Contains(refused.error().code)) << refused.error().message;
    EXPECT_THAT(refused, FailsWith(refused.error().code));
    EXPECT_EQ(asked.watermark(), watermark);
    EXPECT_EQ(asked.status().events, watermark.value);
}

struct size_limit {
    const char* what;
    std::size_t max;
    std::function<void(new_event&, std::size_t)> set;
};

TEST(StoreLimits, EverySizeOfAnEventIsCheckedAtItsEdge) {
    const size_limit cases[] = {
        {"type", limits::type_bytes_max, [](auto& e, auto n) { e.type = letters(n); }},
        {"schema", limits::schema_bytes_max, [](auto& e, auto n) { e.schema = letters(n); }},
        {"correlation", limits::correlation_bytes_max,
         [](auto& e, auto n) { e.correlation = letters(n); }},
        {"actor type", limits::actor_type_bytes_max,
         [](auto& e, auto n) { e.actor.type = letters(n); }},
        {"actor id", limits::actor_id_bytes_max, [](auto& e, auto n) { e.actor.id = letters(n); }},
        {"actor model", limits::actor_model_bytes_max,
         [](auto& e, auto n) { e.actor.model = letters(n); }},
        {"content type", limits::content_type_bytes_max,
         [](auto& e, auto n) { e.content_type = letters(n); }},
        {"tags", limits::tags_max,
         [](auto& e, auto n) {
             for (std::size_t i = 0; i < n; ++i) e.tags.push_back("k:" + std::to_string(i));
         }},
        {"tag", limits::tag_bytes_max, [](auto& e, auto n) { e.tags = {"k:" + letters(n - 2)}; }},
        {"causes", limits::causes_max,
         [](auto& e, auto n) {
             for (std::size_t i = 0; i < n; ++i) e.causes.push_back(numbered_id(i));
         }},
        {"extensions", limits::extensions_bytes_max,
         [](auto& e, auto n) { e.extensions = R"({"x":")" + letters(n - 8) + R"("})"; }},
    };
    fresh_store opened;
    std::vector<expected_event> wanted;
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        auto most = simple_event("A");
        c.set(most, c.max);
        ASSERT_THAT(opened->append(stream, expected::any(), {most}), HoldsValue());
        wanted.push_back({stream, wanted.size(), wanted.size() + 1, most});
        auto over = simple_event("A");
        c.set(over, c.max + 1);
        expect_refused(*opened, stream, over);
    }
    opened.reopen();
    const auto stored = read_everything(opened->read_all());
    ASSERT_EQ(stored.size(), wanted.size());
    for (std::size_t i = 0; i < stored.size(); ++i) {
        EXPECT_EQ(difference(stored[i], wanted[i]), "") << cases[i].what;
    }
}

TEST(StoreLimits, AllLimitsOfAnEventTogether) {
    auto e = simple_event(letters(limits::type_bytes_max));
    e.schema = letters(limits::schema_bytes_max);
    e.correlation = letters(limits::correlation_bytes_max);
    e.actor = {letters(limits::actor_type_bytes_max), letters(limits::actor_id_bytes_max),
               letters(limits::actor_model_bytes_max)};
    e.content_type = letters(limits::content_type_bytes_max);
    for (std::size_t i = 0; i < limits::tags_max; ++i) {
        e.tags.push_back(std::to_string(100 + i) + ":" + letters(limits::tag_bytes_max - 4));
    }
    for (std::size_t i = 0; i < limits::causes_max; ++i) e.causes.push_back(numbered_id(i));
    e.extensions = R"({"x":")" + letters(limits::extensions_bytes_max - 8) + R"("})";
    const auto name = "s-" + letters(limits::stream_bytes_max - 2);
    fresh_store opened;
    ASSERT_THAT(opened->append(name, expected::any(), {e}), HoldsValue());
    const auto stored = opened->read_one(position{0}).value();
    EXPECT_EQ(difference(stored, {name, 0, 1, e}), "");
    EXPECT_EQ(positions_of(opened->read(criteria{.tags = {e.tags.back()}, .stream = name})),
              std::vector<std::uint64_t>{0});
}

TEST(StoreLimits, StreamNamesAreCheckedAtTheirEdges) {
    fresh_store opened;
    const auto longest = "task-" + letters(limits::stream_bytes_max - 5);
    EXPECT_THAT(opened->append(longest, expected::any(), {simple_event("A")}), HoldsValue());
    EXPECT_EQ(opened->head(longest)->last, sequence{1});
    const std::string bad[] = {"",
                               "task",
                               "-",
                               "-1",
                               "task-",
                               "task-\n",
                               "ta\x01sk-1",
                               longest + "a",
                               "task-\xC3",
                               "task-\xFF\xFE",
                               std::string{"task-\0x", 7},
                               "task-\xED\xA0\x80",
                               "task-\xC0\xAF"};
    for (const auto& name : bad) {
        SCOPED_TRACE(testing::PrintToString(name));
        expect_refused(*opened, name, simple_event("A"));
    }
    for (const auto* good : {"a-b", "task-1-2",
                             "gr\xC3\xB6\xC3\x9F"
                             "e-\xE2\x82\xAC",
                             "a b-c d"}) {
        EXPECT_THAT(opened->append(good, expected::no_stream(), {simple_event("A")}), HoldsValue());
    }
}

struct bad_event {
    const char* what;
    std::function<void(new_event&)> spoil;
};

TEST(StoreLimits, WhatIsNotAnEventIsRefused) {
    const bad_event cases[] = {
        {"empty type", [](auto& e) { e.type.clear(); }},
        {"type that is not UTF-8", [](auto& e) { e.type = "A\xFF"; }},
        {"type with a control character", [](auto& e) { e.type = "A\nB"; }},
        {"schema that is not UTF-8", [](auto& e) { e.schema = "\xC3"; }},
        {"correlation that is not UTF-8", [](auto& e) { e.correlation = "a\x80"; }},
        {"correlation with a zero",
         [](auto& e) {
             e.correlation = std::string{"a\0b", 3};
         }},
        {"actor id that is not UTF-8", [](auto& e) { e.actor.id = "\xF5\x80\x80\x80"; }},
        {"actor type that is not UTF-8", [](auto& e) { e.actor.type = "\xC0\x80"; }},
        {"actor model that is not UTF-8", [](auto& e) { e.actor.model = "\xED\xA0\x80"; }},
        {"content type that is not UTF-8", [](auto& e) { e.content_type = "\xFF"; }},
        {"empty content type", [](auto& e) { e.content_type.clear(); }},
        {"tag without a colon", [](auto& e) { e.tags = {"phase"}; }},
        {"tag without a key", [](auto& e) { e.tags = {":CODE"}; }},
        {"empty tag", [](auto& e) { e.tags = {""}; }},
        {"tag that is not UTF-8", [](auto& e) { e.tags = {"phase:\xFF"}; }},
        {"tag with a control character", [](auto& e) { e.tags = {"phase:\x7F"}; }},
        {"reserved tag key", [](auto& e) { e.tags = {"daybook.origin:x"}; }},
        {"time before year 1",
         [](auto& e) { e.occurred_at = timestamp_min - std::chrono::microseconds{1}; }},
        {"time after year 9999",
         [](auto& e) { e.occurred_at = timestamp_max + std::chrono::microseconds{1}; }},
        {"empty JSON payload", [](auto& e) { e.payload.clear(); }},
        {"payload that is not JSON", [](auto& e) { e.payload = "{\"a\":}"; }},
        {"payload with something after it", [](auto& e) { e.payload = "{} x"; }},
        {"payload that is not UTF-8", [](auto& e) { e.payload = "\"\xFF\""; }},
        {"extensions that are not JSON", [](auto& e) { e.extensions = "{"; }},
        {"extensions that are not an object", [](auto& e) { e.extensions = "[1]"; }},
        {"extensions that are not UTF-8", [](auto& e) { e.extensions = "{\"a\":\"\xFF\"}"; }},
    };
    fresh_store opened;
    ASSERT_THAT(opened->append(stream, expected::any(), {simple_event("A")}), HoldsValue());
    const auto before = opened.contents();
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        auto bad = simple_event("A");
        c.spoil(bad);
        expect_refused(*opened, stream, bad, {errc::invalid_argument});
        expect_refused(*opened, "task-2", bad, {errc::invalid_argument});
    }
    EXPECT_EQ(opened.contents(), before);
    EXPECT_EQ(opened->head("task-2")->last, sequence{0});
    EXPECT_THAT(opened->append(stream, expected::at({1}), {simple_event("B")}), HoldsValue());
}

TEST(StoreLimits, WhatLooksOddIsTaken) {
    const bad_event cases[] = {
        {"tag with an empty value", [](auto& e) { e.tags = {"phase:"}; }},
        {"tag with several colons", [](auto& e) { e.tags = {"url:http://x:1"}; }},
        {"the same tag twice",
         [](auto& e) {
             e.tags = {"a:b", "a:b"};
         }},
        {"a key that is nearly reserved",
         [](auto& e) {
             e.tags = {"daybook:x", "daybooks.a:b"};
         }},
        {"the same cause twice",
         [](auto& e) {
             e.causes = {numbered_id(1), numbered_id(1)};
         }},
        {"the first time", [](auto& e) { e.occurred_at = timestamp_min; }},
        {"the last time", [](auto& e) { e.occurred_at = timestamp_max; }},
        {"a scalar payload", [](auto& e) { e.payload = "3"; }},
        {"a payload with white space", [](auto& e) { e.payload = " \n\t{ } \r\n"; }},
        {"an empty payload of another kind",
         [](auto& e) { e.content_type = "text/plain", e.payload.clear(); }},
        {"bytes",
         [](auto& e) {
             e.content_type = "application/octet-stream", e.payload = std::string{"\0\xFF\n", 3};
         }},
        {"an empty object of extensions", [](auto& e) { e.extensions = "{}"; }},
        {"the id of zeros", [](auto& e) { e.id = event_id{}; }},
    };
    fresh_store opened;
    std::uint64_t at = 0;
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        auto odd = simple_event("A");
        c.spoil(odd);
        ASSERT_THAT(opened->append(stream, expected::any(), {odd}), HoldsValue());
        EXPECT_EQ(difference(opened->read_one(position{at}).value(), {stream, at, at + 1, odd}),
                  "");
        ++at;
    }
    EXPECT_THAT(opened->check(), HoldsValue());
}

TEST(StoreLimits, APayloadMayNestSoDeep) {
    fresh_store opened;
    const auto nested = [](std::size_t depth) {
        return simple_event("A", std::string(depth, '[') + std::string(depth, ']'));
    };
    EXPECT_THAT(opened->append(stream, expected::any(), {nested(json_depth_max)}), HoldsValue());
    expect_refused(*opened, stream, nested(json_depth_max + 1), {errc::invalid_argument});
    expect_refused(*opened, stream, nested(1'000'000), {errc::invalid_argument});
    expect_refused(*opened, stream, simple_event("A", std::string(1'000'000, '[')),
                   {errc::invalid_argument});
    query q;
    q.where.push_back({"/0/0/0", comparison::exists, ""});
    EXPECT_EQ(positions_of(opened->read(q)).size(), 1U);
}

TEST(StoreLimits, TheSessionTagMustFitToo) {
    fresh_store opened;
    auto full = simple_event("A");
    for (std::size_t i = 0; i < limits::tags_max; ++i)
        full.tags.push_back("k:" + std::to_string(i));
    const context_scope scope{context{.session = "s-1"}};
    expect_refused(*opened, stream, full);
    full.tags.pop_back();
    ASSERT_THAT(opened->append(stream, expected::any(), {full}), HoldsValue());
    EXPECT_EQ(opened->read_one(position{0}).value().view().tag("session"), "s-1");
}

std::size_t record_overhead() {
    fresh_store opened;
    EXPECT_THAT(opened->append(stream, expected::any(), {simple_event("A", "\"\"")}), HoldsValue());
    return opened->read_one(position{0}).value().view().record().size() - 2;
}

void check_commit_bytes(const store_options& options) {
    const auto payload_max = options.commit_bytes_max - record_overhead();
    fresh_store opened{options};
    const auto largest = simple_event("A", "\"" + letters(payload_max - 2) + "\"");
    ASSERT_THAT(opened->append(stream, expected::any(), {largest}), HoldsValue());
    const auto over = simple_event("A", "\"" + letters(payload_max - 1) + "\"");
    EXPECT_THAT(opened->append(stream, expected::any(), {over}), FailsWith(errc::too_large));
    // Two events that fit one by one, but not together.
    const auto half = simple_event("A", "\"" + letters(payload_max / 2) + "\"");
    EXPECT_THAT(opened->append(stream, expected::any(), {half, half}), FailsWith(errc::too_large));
    EXPECT_THAT(opened->commit({.streams = {{stream, expected::any(), {half}},
                                            {"task-2", expected::any(), {half}}}}),
                FailsWith(errc::too_large));
    EXPECT_EQ(opened->watermark(), position{1});
    EXPECT_THAT(opened->append(stream, expected::at({1}), {half}), HoldsValue());
    opened.reopen();
    EXPECT_EQ(opened->watermark(), position{2});
    EXPECT_EQ(opened->read_one(position{0}).value().payload(), largest.payload);
}

TEST(StoreLimits, ACommitMayHaveSixteenMebibytes) { check_commit_bytes(quick_options()); }

TEST(StoreLimits, ACommitMayHaveAsManyBytesAsTheOptionsSay) {
    auto options = quick_options();
    options.commit_bytes_max = 10'000;
    check_commit_bytes(options);
    options.commit_bytes_max = 20U << 20U;
    check_commit_bytes(options);
}

TEST(StoreLimits, ACommitMayHaveAWholeSegmentOfEvents) {
    fresh_store opened;
    // One event first, so that the largest commit does not end with its segment.
    ASSERT_THAT(opened->append(stream, expected::any(), {simple_event("A")}), HoldsValue());
    std::vector<new_event> events(limits::commit_events_max + 1, simple_event("A"));
    EXPECT_THAT(opened->append(stream, expected::any(), events),
                AnyOf(FailsWith(errc::too_large), FailsWith(errc::invalid_argument)));
    EXPECT_EQ(opened->watermark(), position{1});
    events.pop_back();
    const auto made = opened->append(stream, expected::at({1}), events);
    ASSERT_THAT(made, HoldsValue());
    EXPECT_EQ(made->last, position{limits::commit_events_max});
    EXPECT_EQ(made->last_sequence, sequence{limits::commit_events_max + 1});
    opened.reopen();
    EXPECT_EQ(opened->watermark(), position{limits::commit_events_max + 1});
    EXPECT_EQ(opened->head(stream)->last, sequence{limits::commit_events_max + 1});
    EXPECT_THAT(opened->check(), HoldsValue());
}

}  // namespace
}  // namespace daybook::test
