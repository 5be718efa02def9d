// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a branch has what follows the fork with just the edits made, and tells what could not stay.

#include <daybook/context.hpp>
#include <daybook/replay/what_if.hpp>

#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

namespace daybook::replay {
namespace {

namespace fs = std::filesystem;
using test::FailsWith;
using test::fresh_store;
using test::Holds;
using test::HoldsValue;
using test::numbered_id;
using test::read_everything;
using test::simple_event;
using test::types_of;
using testing::ElementsAre;
using testing::HasSubstr;

class WhatIf : public testing::Test {
protected:
    /// E0 to E9, alternating between two streams; each is caused by the one before.
    WhatIf() {
        for (std::uint64_t i = 0; i < 10; ++i) {
            auto event =
                simple_event("E" + std::to_string(i), R"({"n":)" + std::to_string(i) + "}");
            event.id = numbered_id(i);
            if (i > 0) event.causes = {numbered_id(i - 1)};
            event.occurred_at = test::test_time(static_cast<std::int64_t>(i));
            opened_->append(stream(i), expected::any(), {event}).value();
        }
        before_ = opened_.contents();
    }
    ~WhatIf() override { EXPECT_EQ(opened_.contents(), before_) << "the original changed"; }
    static std::string stream(std::uint64_t i) { return "task-" + std::to_string(i % 2); }

    std::vector<event> run(const what_if& edits, const what_if_options& options = {}) {
        const auto place = home_ / ("branch-" + std::to_string(made_++));
        report_ = edits.run(*opened_, place, options).value();
        const auto branch = store::open(place, test::quick_options()).value();
        EXPECT_THAT(branch.check(), HoldsValue());
        return read_everything(branch.read_all());
    }
    void expect_refused(const what_if& edits, errc code, const what_if_options& options = {}) {
        const auto place = home_ / "refused";
        EXPECT_THAT(edits.run(*opened_, place, options), FailsWith(code));
        EXPECT_FALSE(fs::exists(place));
    }

    test::temp_directory home_;
    fresh_store opened_;
    std::string before_;
    what_if_report report_;
    int made_ = 0;
};

TEST_F(WhatIf, WithoutEditsIsAForkOfAll) {
    const auto events = run({});
    EXPECT_EQ(events.size(), 10U);
    EXPECT_EQ(report_.kept, 0U);
    EXPECT_EQ(report_.fork.origin.end, position{10});
    EXPECT_EQ(run({}, {.fork_at = position{4}}).size(), 10U);
    EXPECT_EQ(report_.kept, 6U);
    EXPECT_EQ(report_.fork.origin.end, position{4});
}

TEST_F(WhatIf, LeavesOutADroppedEventAndTellsWhatNamedIt) {
    const auto events = run(what_if{}.drop(position{4}));
    EXPECT_THAT(types_of(events),
                ElementsAre("E0", "E1", "E2", "E3", "E5", "E6", "E7", "E8", "E9"));
    EXPECT_EQ(report_.fork.origin.end, position{4});
    EXPECT_EQ(report_.dropped, 1U);
    EXPECT_EQ(report_.kept, 5U);
    EXPECT_EQ(report_.sequences_changed, 2U) << "E6 and E8 moved up in their stream";
    ASSERT_EQ(report_.causes_lost, 1U);
    EXPECT_EQ(report_.lost.front().event, numbered_id(5));
    EXPECT_EQ(report_.lost.front().cause, numbered_id(4));
    EXPECT_EQ(report_.lost.front().in, position{4});
    EXPECT_TRUE(events[4].view().causes().empty());
    // All else is as it was.
    for (const auto& e : events) {
        const auto number = std::stoull(std::string{e.type().substr(1)});
        EXPECT_EQ(e.id(), numbered_id(number));
        EXPECT_EQ(e.stream(), stream(number));
        EXPECT_EQ(e.view().occurred_at(), test::test_time(static_cast<std::int64_t>(number)));
        EXPECT_EQ(e.payload(), R"({"n":)" + std::to_string(number) + "}");
    }
}

TEST_F(WhatIf, DropsWhatAQueryMatches) {
    criteria odd;
    odd.stream = "task-1";
    EXPECT_THAT(types_of(run(what_if{}.drop(odd))), ElementsAre("E0", "E2", "E4", "E6", "E8"));
    EXPECT_EQ(report_.fork.origin.end, position{1});
    EXPECT_EQ(report_.dropped, 5U);
    EXPECT_EQ(run(what_if{}.drop(odd), {.fork_at = position{8}}).size(), 9U);
    criteria none;
    none.types = {"Nothing"};
    EXPECT_EQ(run(what_if{}.drop(none)).size(), 10U);
    EXPECT_EQ(report_.fork.origin.end, position{10});
}

TEST_F(WhatIf, ChangesAPayloadAsAMergePatchSays) {
    const auto events = run(what_if{}.change(position{7}, R"({"m":{"x":null,"y":[1]},"n":null})"));
    EXPECT_EQ(events[7].payload(), R"({"m":{"y":[1]}})");
    EXPECT_EQ(events[7].id(), numbered_id(7));
    EXPECT_EQ(report_.changed, 1U);
    EXPECT_EQ(report_.kept, 2U);
    EXPECT_EQ(report_.sequences_changed, 0U);
}

TEST_F(WhatIf, InjectsEventsInTheOrderTheyWereGiven) {
    const auto events = run(what_if{}
                                .inject(position{9}, "task-1", simple_event("Last"))
                                .inject(position{6}, "task-0", simple_event("X"))
                                .inject(position{6}, "other-1", simple_event("Y")));
    EXPECT_THAT(types_of(events), ElementsAre("E0", "E1", "E2", "E3", "E4", "E5", "E6", "X", "Y",
                                              "E7", "E8", "E9", "Last"));
    EXPECT_EQ(report_.injected, 3U);
    EXPECT_EQ(report_.sequences_changed, 1U) << "E8";
    EXPECT_EQ(report_.fork.origin.end, position{7});
    const auto first =
        run(what_if{}.inject({}, "task-0", simple_event("X")), {.fork_at = position{2}});
    EXPECT_EQ(first[2].type(), "X");
    EXPECT_EQ(run(what_if{}.inject({}, "task-0", simple_event("X"))).back().type(), "X");
}

TEST_F(WhatIf, TakesNothingFromTheContextOfTheCaller) {
    context around;
    around.correlation = "somebody-else";
    around.session = "mine";
    const context_scope scope{around};
    const auto events = run(what_if{}.drop(position{1}));
    for (const auto& e : events) EXPECT_EQ(e.view().correlation(), "");
}

TEST_F(WhatIf, RefusesEditsThatCannotBeMade) {
    expect_refused(what_if{}.drop(position{10}), errc::not_found);
    expect_refused(what_if{}.change(position{10}, "{}"), errc::not_found);
    expect_refused(what_if{}.inject(position{10}, "a-1", simple_event("X")), errc::not_found);
    expect_refused(what_if{}, errc::not_found, {.fork_at = position{11}});
    expect_refused(what_if{}.drop(position{3}), errc::invalid_argument, {.fork_at = position{4}});
    expect_refused(what_if{}.change(position{3}, "[]"), errc::invalid_argument);
    expect_refused(what_if{}.change(position{3}, "{"), errc::invalid_argument);
    expect_refused(what_if{}.drop(position{3}).change(position{3}, "{}"), errc::invalid_argument);
    expect_refused(what_if{}.change(position{3}, "{}").drop(position{3}), errc::invalid_argument);
    expect_refused(what_if{}.change(position{3}, "{}").change(position{3}, "{}"),
                   errc::invalid_argument);
    // An id that a later event has.
    auto twice = simple_event("X");
    twice.id = numbered_id(9);
    expect_refused(what_if{}.inject(position{3}, "task-0", twice), errc::conflict);
    expect_refused(what_if{}.inject(position{3}, "no stream", simple_event("X")),
                   errc::invalid_argument);
}

TEST_F(WhatIf, RefusesToChangeWhatIsNoJson) {
    auto bytes = simple_event("Bytes", "\x01\x02");
    bytes.content_type = "application/octet-stream";
    opened_->append("task-1", expected::any(), {bytes}).value();
    before_ = opened_.contents();
    expect_refused(what_if{}.change(position{10}, "{}"), errc::invalid_argument);
}

TEST(WhatIfEdits, AreReadFromJsonLines) {
    const auto edits = what_if::from_json_lines(
        "{\"drop\": 17}\n\n"
        "{\"drop\": {\"type\": \"A\", \"stream\": \"s-1\", \"correlation\": \"c\", \"tag\": "
        "\"k:v\"}}\r\n"
        "{\"change\": 18, \"patch\": {\"a\": 1}}\n"
        "{\"inject\": {\"stream\": \"s-1\", \"type\": \"T\", \"payload\": {\"x\": 1}}, \"after\": "
        "16}\n"
        "{\"inject\": {\"stream\": \"s-1\", \"type\": \"T\"}}");
    ASSERT_THAT(edits, HoldsValue());
    ASSERT_EQ(edits->edits().size(), 5U);
    EXPECT_EQ(std::get<what_if::dropped_event>(edits->edits()[0]).at, position{17});
    const auto& which = std::get<what_if::dropped_query>(edits->edits()[1]).which.any_of.front();
    EXPECT_THAT(which.types, ElementsAre("A"));
    EXPECT_THAT(which.tags, ElementsAre("k:v"));
    EXPECT_EQ(which.stream, "s-1");
    EXPECT_EQ(which.correlation, "c");
    EXPECT_EQ(std::get<what_if::changed_event>(edits->edits()[2]).merge_patch, R"({"a":1})");
    const auto& injected = std::get<what_if::injected_event>(edits->edits()[3]);
    EXPECT_EQ(injected.after, position{16});
    EXPECT_EQ(injected.stream, "s-1");
    EXPECT_EQ(injected.event.payload, R"({"x":1})");
    EXPECT_EQ(std::get<what_if::injected_event>(edits->edits()[4]).after, std::nullopt);
    EXPECT_TRUE(what_if::from_json_lines("")->empty());
}

TEST(WhatIfEdits, AreRefusedWithTheirLine) {
    for (const std::string wrong :
         {"x", "[]", "{}", "{\"drop\": -1}", "{\"drop\": {}}", "{\"drop\": {\"type\": 1}}",
          "{\"drop\": {\"colour\": \"red\"}}", "{\"drop\": {\"tag\": \"no tag\"}}",
          "{\"drop\": 1, \"patch\": {}}", "{\"change\": 1}", "{\"change\": 1, \"patch\": 2}",
          "{\"change\": \"1\", \"patch\": {}}", "{\"inject\": {\"type\": \"T\"}}",
          "{\"inject\": 1}", "{\"inject\": {\"stream\": \"s-1\", \"type\": \"T\"}, \"after\": 1.5}",
          "{\"inject\": {\"stream\": \"s-1\", \"type\": \"T\"}, \"before\": 1}"}) {
        const auto edits = what_if::from_json_lines("{\"drop\": 1}\n" + wrong);
        EXPECT_THAT(edits, FailsWith(errc::invalid_argument)) << wrong;
        if (!edits) {
            EXPECT_THAT(edits.error().message, HasSubstr("line 2 of the edits"));
        }
    }
}

}  // namespace
}  // namespace daybook::replay
