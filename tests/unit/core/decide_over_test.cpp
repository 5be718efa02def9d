// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what was read for a decision is still all there is when it is appended.

#include <daybook/decide_over.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

namespace daybook::test {

struct enrolled {
    std::string student;
};
BOOST_DESCRIBE_STRUCT(enrolled, (), (student))

/// Who is in a course.
struct enrolment {
    using events = std::variant<enrolled>;
    std::set<std::string> students;
    void apply(const enrolled& e) {
        if (e.student.empty()) throw std::invalid_argument{"nobody"};
        students.insert(e.student);
    }
};

namespace {

const query of_course{criteria{.tags = {"course:c1"}}};

new_event enrol(const std::string& student) {
    auto event = make_event(enrolled{student});
    event.tags = {"course:c1"};
    return event;
}

/// The course has three places.
boundary_decision take_place(const enrolment& now, const std::string& student) {
    if (now.students.size() == 3) return reject("course c1 is full");
    if (now.students.contains(student)) return std::vector<stream_events>{};
    return std::vector<stream_events>{{.stream = "student-" + student, .events = {enrol(student)}}};
}

TEST(DecideOver, FoldsWhatTheQueryFindsInAnyStream) {
    fresh_store log;
    for (const auto* student : {"a", "b", "c"}) {
        EXPECT_THAT(
            decide_over<enrolment>(*log, of_course,
                                   [&](const enrolment& now) { return take_place(now, student); }),
            HoldsValue());
    }
    EXPECT_THAT(decide_over<enrolment>(*log, of_course,
                                       [](const enrolment& now) { return take_place(now, "d"); }),
                FailsWith(errc::rejected, "course c1 is full"));
    EXPECT_EQ(log->watermark(), position{3});
}

TEST(DecideOver, AppendsNothingIfNothingWasDecided) {
    fresh_store log;
    log->append("student-a", expected::any(), {enrol("a")}).value();
    const auto done = decide_over<enrolment>(
        *log, of_course, [](const enrolment& now) { return take_place(now, "a"); });
    ASSERT_THAT(done, HoldsValue());
    EXPECT_FALSE(done->receipt);
    EXPECT_EQ(log->watermark(), position{1});
}

TEST(DecideOver, DecidesAgainWhenEventsCameMeanwhileAndOnlyThen) {
    fresh_store log;
    int decided = 0;
    const auto done = decide_over<enrolment>(*log, of_course, [&](const enrolment& now) {
        ++decided;
        log->append("x-1", expected::any(), {simple_event("Unrelated")}).value();
        if (decided == 1) log->append("student-b", expected::any(), {enrol("b")}).value();
        EXPECT_EQ(now.students.size(), decided == 1 ? 0U : 1U);
        return take_place(now, "a");
    });
    ASSERT_THAT(done, HoldsValue());
    EXPECT_EQ(decided, 2);
    EXPECT_EQ(done->retries, 1U);
}

TEST(DecideOver, GivesUpAfterSoManyConflicts) {
    fresh_store log;
    int decided = 0;
    const auto done = decide_over<enrolment>(
        *log, of_course,
        [&](const enrolment&) -> boundary_decision {
            ++decided;
            log->append("student-b", expected::any(), {enrol("b")}).value();
            return std::vector<stream_events>{{.stream = "student-a", .events = {enrol("a")}}};
        },
        {.conflict_retries_max = 2});
    EXPECT_THAT(done, FailsWith(errc::conflict));
    EXPECT_EQ(decided, 3);
}

TEST(DecideOver, DoesNotRepeatWhenAnExpectationOfItsOwnFails) {
    fresh_store log;
    const auto done =
        decide_over<enrolment>(*log, of_course, [](const enrolment&) -> boundary_decision {
            return std::vector<stream_events>{{.stream = "student-a",
                                               .expected = expected::stream_exists(),
                                               .events = {enrol("a")}}};
        });
    EXPECT_THAT(done, FailsWith(errc::conflict, "student-a"));
}

TEST(DecideOver, NamesTheEventThatDoesNotApplyAndTheDeciderThatThrows) {
    fresh_store log;
    EXPECT_THAT(decide_over<enrolment>(*log, of_course,
                                       [](const enrolment&) -> boundary_decision {
                                           throw std::runtime_error{"no idea"};
                                       }),
                FailsWith(errc::projection_failed, "the decider threw: no idea"));
    log->append("student-x", expected::any(), {enrol("")}).value();
    EXPECT_THAT(
        decide_over<enrolment>(*log, of_course,
                               [](const enrolment& now) { return take_place(now, "a"); }),
        FailsWith(errc::projection_failed, "position 0 (enrolled) cannot be applied: nobody"));
}

TEST(DecideOver, FillsTheLastPlaceOnceHoweverManyTry) {
    fresh_store log;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, student = std::string(1, static_cast<char>('a' + t))] {
            const auto done = decide_over<enrolment>(
                *log, of_course, [&](const enrolment& now) { return take_place(now, student); });
            if (!done) {
                EXPECT_EQ(done.error().code, errc::rejected);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(log->watermark(), position{3});
}

}  // namespace
}  // namespace daybook::test
