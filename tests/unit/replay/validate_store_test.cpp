// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a store, a stream of it and a correlation are validated, with what lies outside looked up.

#include <daybook/replay/validate.hpp>

#include "sample/generator.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "written_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace daybook::test {
namespace {

using replay::finding;
using replay::finding_kind;
using replay::validation_options;
using replay::validation_scope;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ValidateStore : public testing::Test {
protected:
    /// An event whose id is `number`, a second after `number - 1`.
    void append(const std::string& stream, std::uint64_t number, std::vector<std::uint64_t> causes,
                const std::string& correlation = "c-1", std::string type = "T") {
        auto made = simple_event(std::move(type));
        made.id = numbered_id(number);
        for (const auto cause : causes) made.causes.push_back(numbered_id(cause));
        made.correlation = correlation;
        made.occurred_at = test_time(static_cast<std::int64_t>(number) * 1'000'000);
        store_->append(stream, expected::any(), {made}).value();
    }

    verdict validated(const validation_scope& scope = {}, validation_options options = {}) {
        verdict made;
        made.report = replay::validate(*store_, scope, std::move(options), [&](const finding& one) {
                          made.findings.push_back(one);
                      }).value();
        sort_findings(made.findings);
        return made;
    }

    fresh_store store_;
};

TEST_F(ValidateStore, FindsNothingInASoundOne) {
    EXPECT_EQ(validated().report.events, 0U);
    sample::generator make{{.seed = 3, .events = 9'000}};
    sample::sample_event one;
    commit_request batch;
    std::string stream;
    std::string correlation;
    const auto flush = [&] {
        if (!batch.streams.empty()) store_->commit(batch).value();
        batch.streams.clear();
    };
    while (make.next(one)) {
        stream = one.stream;
        correlation = one.event.correlation;
        batch.streams.push_back({one.stream, expected::any(), {one.event}});
        if (batch.streams.size() == 500) flush();
    }
    flush();
    std::vector<std::uint64_t> told;
    const auto report =
        replay::validate(
            *store_, {}, {}, [](const finding& f) { ADD_FAILURE() << f.explanation; },
            [&](std::uint64_t events) { told.push_back(events); })
            .value();
    EXPECT_EQ(report.events, 9'000U);
    EXPECT_THAT(told, ElementsAre(8192U));
    EXPECT_THAT(validated(validation_scope::stream(stream)).marks(), IsEmpty());
    EXPECT_THAT(validated(validation_scope::correlation(correlation)).marks(), IsEmpty());
}

TEST_F(ValidateStore, FindsWhatAStoreCanHold) {
    append("a-1", 1, {});
    append("a-1", 2, {4});   // Later.
    append("a-1", 3, {99});  // Nowhere.
    append("b-1", 4, {1});
    append("b-1", 5, {6});  // A circle.
    append("b-1", 6, {5});
    append("a-1", 0, {});  // Long ago.
    append("task-1", 8, {}, "c-1", "task.progress_updated");
    EXPECT_THAT(validated().marks(),
                ElementsAre("cause_later@1", "unknown_cause@2", "causal_cycle@4",
                            "time_runs_back@6", "state_machine@7"));
}

TEST_F(ValidateStore, LooksForCausesOutsideAStream) {
    append("a-1", 1, {});
    append("b-1", 2, {1});   // Known.
    append("b-1", 3, {5});   // Later, elsewhere.
    append("b-1", 4, {99});  // Nowhere.
    append("a-1", 5, {});
    const auto found = validated(validation_scope::stream("b-1"));
    EXPECT_THAT(found.marks(), ElementsAre("cause_later@2", "unknown_cause@3"));
    EXPECT_EQ(found.findings[0].other, position{4});
    EXPECT_EQ(found.report.events, 3U);
    EXPECT_THAT(validated(validation_scope::stream("a-1")).marks(), IsEmpty());
}

TEST_F(ValidateStore, FindsCirclesThatLeaveAStream) {
    append("a-1", 1, {4});  // 1 <- 4 <- 3 <- 2 <- 1
    append("b-1", 2, {1});
    append("c-1", 3, {2});
    append("d-1", 4, {3});
    const auto found = validated(validation_scope::stream("a-1"));
    EXPECT_THAT(found.marks(), ElementsAre("causal_cycle@0"));
    EXPECT_EQ(found.findings[0].explanation,
              "it is its own cause: position 0 is caused by position 3 is caused by position 2 is "
              "caused by position 1 is caused by position 0");
    EXPECT_THAT(validated().marks(), ElementsAre("causal_cycle@0"));
}

TEST_F(ValidateStore, FollowsACorrelationAcrossStreams) {
    append("task-1", 1, {}, "c-1", "task.created");
    append("task-2", 2, {1}, "c-2", "task.created");
    append("task-2", 3, {2}, "c-2", "task.progress_updated");  // Broken, but of another chain.
    append("task-1", 4, {2}, "c-1", "task.assigned");
    append("task-2", 5, {4}, "c-1", "task.progress_updated");  // Its stream began elsewhere.
    append("task-1", 6, {7}, "c-1", "task.created");           // Broken, and its cause is later.
    append("task-2", 7, {}, "c-2");
    EXPECT_THAT(validated(validation_scope::correlation("c-1")).marks(),
                ElementsAre("cause_later@5", "state_machine@5"));
    validation_options options;
    options.warnings = true;
    EXPECT_THAT(validated(validation_scope::correlation("c-1"), options).marks(),
                ElementsAre("cause_elsewhere@3", "cause_later@5", "state_machine@5"));
}

TEST_F(ValidateStore, SaysThatThereIsNoSuchStream) {
    append("a-1", 1, {});
    for (const auto& scope :
         {validation_scope::stream("a-2"), validation_scope::correlation("c-2")}) {
        const auto refused = replay::validate(*store_, scope, {}, {});
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, errc::not_found);
        EXPECT_THAT(refused.error().message, HasSubstr(scope.name()));
    }
}

TEST_F(ValidateStore, SaysWhatAValidatorSaysThatIsGivenItsEvents) {
    event_maker make{11};
    for (int i = 0; i < 300; ++i) {
        auto made = make.event();
        made.id = numbered_id(static_cast<std::uint64_t>(i));
        if (i % 7 == 0) made.causes = {numbered_id(static_cast<std::uint64_t>(i * 31 % 320))};
        (void)store_->append(make.stream(), expected::any(), {made});
    }
    std::vector<finding> found;
    replay::validator checks{{}, [&](const finding& one) { found.push_back(one); }};
    for (const auto& one : read_everything(store_->read_all())) {
        const auto view = one.view();
        checks.add(replay::checked_event::of(view));
    }
    checks.finish().value();
    sort_findings(found);
    const auto whole = validated();
    EXPECT_GT(whole.findings.size(), 10U);
    ASSERT_EQ(found.size(), whole.findings.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].explanation, whole.findings[i].explanation);
        EXPECT_EQ(found[i].position, whole.findings[i].position);
    }
}

}  // namespace
}  // namespace daybook::test
