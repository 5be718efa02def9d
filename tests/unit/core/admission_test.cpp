// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what is appended passes the admissions first, whichever way it comes; what they make of it
// is what is stored, and what they refuse is nowhere.

#include <daybook/admission.hpp>
#include <daybook/context.hpp>
#include <daybook/emitter.hpp>
#include <daybook/emitter_target.hpp>
#include <daybook/json_schema.hpp>
#include <daybook/schema_catalog.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace daybook::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class scripted_admission : public admission {
public:
    using script = std::function<result<void>(arriving_event&)>;
    explicit scripted_admission(script what) : what_{std::move(what)} {}
    result<void> admit(arriving_event& event) override {
        ++seen;
        return what_(event);
    }
    std::atomic<int> seen{0};

private:
    script what_;
};

std::shared_ptr<scripted_admission> scripted(scripted_admission::script what) {
    return std::make_shared<scripted_admission>(std::move(what));
}

std::shared_ptr<scripted_admission> writes(std::string payload) {
    return scripted([payload](arriving_event& event) -> result<void> {
        event.set_payload(payload);
        return {};
    });
}

TEST(Admission, SeesTheEventAsItWillBeStored) {
    fresh_store opened;
    bool looked = false;
    opened->set_admissions({scripted([&](arriving_event& event) -> result<void> {
        looked = true;
        EXPECT_EQ(event.stream(), "task-1");
        EXPECT_EQ(event.id(), numbered_id(7));
        EXPECT_EQ(event.type(), "Opened");
        EXPECT_EQ(event.schema(), "1.2.0");
        EXPECT_EQ(event.correlation(), "sprint-9");
        EXPECT_EQ(event.actor().id, "ann");
        EXPECT_EQ(event.occurred_at(), timestamp{std::chrono::microseconds{5}});
        EXPECT_THAT(event.tags(), ElementsAre("a:b"));
        EXPECT_EQ(event.content_type(), "application/json");
        EXPECT_EQ(event.payload(), R"({"x":1})");
        EXPECT_EQ(event.extensions(), R"({"e":1})");
        EXPECT_FALSE(event.changed());
        return {};
    })});
    const context_scope around{{.correlation = "sprint-9", .actor = {"user", "ann", ""}}};
    ASSERT_THAT(opened->append("task-1", expected::any(),
                               {{.type = "Opened",
                                 .payload = R"({"x":1})",
                                 .tags = {"a:b"},
                                 .occurred_at = timestamp{std::chrono::microseconds{5}},
                                 .schema = "1.2.0",
                                 .id = numbered_id(7),
                                 .extensions = R"({"e":1})"}}),
                HoldsValue());
    EXPECT_TRUE(looked);
}

TEST(Admission, WhatItMakesOfAnEventIsStoredAndIndexed) {
    fresh_store opened;
    opened->set_admissions({scripted([](arriving_event& event) -> result<void> {
        event.set_payload("changed", "text/plain");
        event.set_extensions(R"({"why":"because"})");
        event.set_tags({"seen:yes"});
        EXPECT_TRUE(event.changed());
        EXPECT_EQ(event.payload(), "changed");
        EXPECT_EQ(event.content_type(), "text/plain");
        EXPECT_THAT(event.tags(), ElementsAre("seen:yes"));
        return {};
    })});
    const context_scope around{{.session = "s1"}};
    ASSERT_THAT(opened->append("task-1", expected::any(),
                               {{.type = "A", .payload = "{}", .tags = {"seen:no"}}}),
                HoldsValue());
    const auto stored = opened->read_one(position{0}).value();
    EXPECT_EQ(stored.payload(), "changed");
    EXPECT_EQ(stored.view().content_type(), "text/plain");
    EXPECT_EQ(stored.view().extensions(), R"({"why":"because"})");
    EXPECT_EQ(stored.view().tag("seen"), "yes");
    EXPECT_EQ(stored.view().tag("session"), "s1");
    const auto count_of = [&](const char* tag) {
        const auto groups = opened->count(criteria{.tags = {tag}}).value();
        return groups.empty() ? 0U : groups.front().count;
    };
    EXPECT_EQ(count_of("seen:yes"), 1U);
    EXPECT_EQ(count_of("seen:no"), 0U);
}

TEST(Admission, EachSeesWhatTheOneBeforeItMade) {
    fresh_store opened;
    const auto second = scripted([](arriving_event& event) -> result<void> {
        EXPECT_EQ(event.payload(), R"("first")");
        event.set_payload(R"("second")");
        return {};
    });
    opened->set_admissions({writes(R"("first")"), second});
    ASSERT_THAT(opened->append("task-1", expected::any(), {{.type = "A"}}), HoldsValue());
    EXPECT_EQ(opened->read_one(position{0})->payload(), R"("second")");
    opened->set_admissions({});
    ASSERT_THAT(opened->append("task-1", expected::any(), {{.type = "A"}}), HoldsValue());
    EXPECT_EQ(opened->read_one(position{1})->payload(), "{}");
    EXPECT_EQ(second->seen, 1);
}

TEST(Admission, RefusesTheWholeAppendAndLeavesNoTrace) {
    fresh_store opened;
    opened->set_admissions({scripted([](arriving_event& event) -> result<void> {
        if (event.type() == "B") return fail(errc::rejected, "it holds a secret");
        return {};
    })});
    const auto refused = opened->append("task-1", expected::any(),
                                        std::vector<new_event>{{.type = "A"}, {.type = "B"}});
    EXPECT_THAT(refused, FailsWith(errc::rejected));
    EXPECT_THAT(refused.error().message,
                HasSubstr("append to task-1, event 2 of 2: it holds a secret"));
    EXPECT_EQ(opened->watermark(), position{0});
    EXPECT_EQ(opened->metrics().count.rejected, 1U);
}

TEST(Admission, WhatItMakesIsCheckedAsIfTheCallerHadGivenIt) {
    fresh_store opened;
    const auto tried = [&](scripted_admission::script what) {
        opened->set_admissions({scripted(std::move(what))});
        return opened->append("task-1", expected::any(), {{.type = "A"}});
    };
    EXPECT_THAT(tried([](arriving_event& event) -> result<void> {
                    event.set_payload("{");
                    return {};
                }),
                FailsWith(errc::invalid_argument));
    EXPECT_THAT(tried([](arriving_event& event) -> result<void> {
                    event.set_extensions("[]");
                    return {};
                }),
                FailsWith(errc::invalid_argument));
    EXPECT_THAT(tried([](arriving_event& event) -> result<void> {
                    event.set_tags({"no colon"});
                    return {};
                }),
                FailsWith(errc::invalid_argument));
    EXPECT_THAT(tried([](arriving_event& event) -> result<void> {
                    event.set_payload("{}", "");
                    return {};
                }),
                FailsWith(errc::invalid_argument));
    EXPECT_EQ(opened->watermark(), position{0});
}

TEST(Admission, ARepeatedAppendIsRecognisedByWhatIsStored) {
    fresh_store opened;
    opened->set_admissions({writes(R"("hidden")")});
    const std::vector<new_event> events{{.type = "A", .payload = "1", .id = numbered_id(1)}};
    ASSERT_THAT(opened->append("task-1", expected::any(), events), HoldsValue());
    const auto again = opened->append("task-1", expected::any(), events);
    ASSERT_THAT(again, HoldsValue());
    EXPECT_TRUE(again->repeated);
    opened->set_admissions({writes(R"("other")")});
    EXPECT_THAT(opened->append("task-1", expected::any(), events), FailsWith(errc::conflict));
}

TEST(Admission, SchemasSeeTheClearPayloadAndTheirMessagesTellNoValue) {
    std::mutex mutex;
    std::vector<std::string> told;
    auto options = quick_options();
    options.log = [&](const log_entry& line) {
        const std::lock_guard lock{mutex};
        told.push_back(line.message);
        for (const auto& one : line.fields) told.back() += " " + one.value;
    };
    fresh_store opened{options};
    opened->set_admissions({writes(R"({"pin":"hidden"})")});
    auto schemas = schema_catalog::open(*opened).value();
    ASSERT_THAT(
        schemas.add("A", "1.0.0", R"({"type":"object","properties":{"pin":{"type":"integer"}}})"),
        HoldsValue());
    ASSERT_THAT(schemas.set_mode(schema_mode::strict), HoldsValue());
    EXPECT_THAT(
        opened->append("task-1", expected::any(), {{.type = "A", .payload = R"({"pin":1})"}}),
        HoldsValue());
    EXPECT_EQ(opened->read_one(position{0})->payload(), R"({"pin":"hidden"})");
    const new_event wrong{.type = "A", .payload = R"({"pin":"canary"})"};
    const auto refused = opened->append("task-1", expected::any(), {wrong});
    EXPECT_THAT(refused, FailsWith(errc::invalid_argument));
    EXPECT_THAT(refused.error().message, HasSubstr("at /pin: wanted an integer"));
    EXPECT_THAT(refused.error().message, Not(HasSubstr("canary")));
    ASSERT_THAT(schemas.set_mode(schema_mode::warn), HoldsValue());
    ASSERT_THAT(opened->append("task-1", expected::any(), {wrong}), HoldsValue());
    const std::lock_guard lock{mutex};
    ASSERT_FALSE(told.empty());
    for (const auto& line : told) EXPECT_THAT(line, Not(HasSubstr("canary")));
}

TEST(Admission, IsThereFromTheFirstAppendAndForEveryWayOfAppending) {
    const auto all = writes(R"("hidden")");
    auto options = quick_options();
    options.admissions = {all};
    fresh_store opened{options};
    ASSERT_THAT(opened->append("task-1", expected::any(), {{.type = "A"}}), HoldsValue());
    ASSERT_THAT(opened->commit({.streams = {{.stream = "task-2", .events = {{.type = "B"}}}}}),
                HoldsValue());
    {
        store_target target{*opened};
        auto emitting = emitter::start(target).value();
        (void)emitting.emit(event_level::milestone, "task-3", {.type = "C"});
        ASSERT_THAT(emitting.flush(std::chrono::seconds{60}), HoldsValue());
    }
    EXPECT_GE(all->seen, 3);
    auto reader = opened->read_all().value();
    for (auto more = reader.next(); more && *more; more = reader.next()) {
        EXPECT_EQ(reader->payload(), R"("hidden")") << reader->type();
    }
}

TEST(Admission, MayBeChangedWhileOthersAppend) {
    fresh_store opened;
    std::thread appends{[&] {
        for (int i = 0; i < 200; ++i) {
            EXPECT_THAT(
                opened->append("task-1", expected::any(), {{.type = "A"}}, durability::buffered),
                HoldsValue());
        }
    }};
    for (int i = 0; i < 200; ++i) {
        opened->set_admissions(i % 2 == 0 ? decltype(store_options::admissions){writes("1")}
                                          : decltype(store_options::admissions){});
    }
    appends.join();
    EXPECT_EQ(opened->watermark(), position{200});
}

}  // namespace
}  // namespace daybook::test
