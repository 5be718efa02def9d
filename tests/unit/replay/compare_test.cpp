// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: two logs are aligned so that the steps, read in order, give back both of them, with as few
// differences as there are. Method: the alignment against a table of all common subsequences on
// random sequences; logs of known edits.

#include <daybook/fork.hpp>
#include <daybook/replay/compare.hpp>
#include <daybook/replay/replay.hpp>

#include "alignment.hpp"
#include "support/event_maker.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <numeric>

namespace daybook::replay {
namespace {

using test::FailsWith;
using test::fresh_store;
using test::Holds;
using testing::ElementsAre;

/// The length of a longest common subsequence, by the table of all of them.
std::size_t longest_common(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (const char one : a) {
        std::size_t before = 0;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto above = row[j + 1];
            row[j + 1] = one == b[j] ? before + 1 : std::max(above, row[j]);
            before = above;
        }
    }
    return row.back();
}

std::vector<aligned_pair> pairs_of(const std::string& a, const std::string& b) {
    alignment both{[&](std::size_t i, std::size_t j) { return a[i] == b[j]; }};
    return both.pairs({{0, 0}, {a.size(), b.size()}});
}

/// What is wrong with the pairs as a common subsequence.
std::string wrong_with(const std::vector<aligned_pair>& pairs, const std::string& a,
                       const std::string& b) {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto& one = pairs[i];
        if (one.a >= a.size() || one.b >= b.size()) return "outside";
        if (a[one.a] != b[one.b]) return "not equal";
        if (i > 0 && (one.a <= pairs[i - 1].a || one.b <= pairs[i - 1].b)) return "not ascending";
    }
    return {};
}

TEST(Alignment, FindsALongestCommonSubsequence) {
    test::randomness random{5};
    for (int i = 0; i < 4000; ++i) {
        const auto letters = random.between(1, 6);
        const auto text = [&] {
            std::string made(random.between(0, 40), 'a');
            for (auto& c : made) c = static_cast<char>('a' + random.between(0, letters - 1));
            return made;
        };
        const auto a = text();
        const auto b = text();
        const auto found = pairs_of(a, b);
        ASSERT_EQ(wrong_with(found, a, b), "") << a << " " << b;
        ASSERT_EQ(found.size(), longest_common(a, b)) << a << " " << b;
    }
}

TEST(Alignment, StaysACommonSubsequenceWhereTheSearchIsGivenUp) {
    test::randomness random{6};
    std::string a(9000, 'a');
    std::string b(7000, 'a');
    for (auto& c : a) c = static_cast<char>(random.between(1, 250));
    for (auto& c : b) c = static_cast<char>(random.between(1, 250));
    const auto found = pairs_of(a, b);
    EXPECT_EQ(wrong_with(found, a, b), "");
    EXPECT_GT(found.size(), 300U);
    EXPECT_EQ(pairs_of(a, std::string(7000, '\0')).size(), 0U);
    EXPECT_EQ(pairs_of(a, a).size(), a.size());
}

/// A step as a line: "same 0 1", "only_a 3".
std::string text_of(const compared_step& step) {
    static constexpr const char* names[] = {"same", "only_a", "only_b", "changed"};
    std::string line = names[static_cast<int>(step.kind)];
    for (const auto& at : {step.a, step.b}) {
        if (at) line += " " + std::to_string(at->value);
    }
    return line;
}

class Compare : public testing::Test {
protected:
    static void append(fresh_store& to, const std::string& stream, const std::string& type,
                       const std::string& payload = "{}") {
        to->append(stream, expected::any(), {test::simple_event(type, payload)}).value();
    }
    event_comparison compare(const event_compare_options& options = {}, query a = {},
                             query b = {}) {
        steps_.clear();
        return compare_events({*a_, std::move(a)}, {*b_, std::move(b)}, options,
                              [&](const compared_step& step) { steps_.push_back(text_of(step)); })
            .value();
    }
    fresh_store a_;
    fresh_store b_;
    std::vector<std::string> steps_;
};

TEST_F(Compare, FindsNothingInEqualLogs) {
    EXPECT_TRUE(compare().equal());
    for (auto* one : {&a_, &b_}) {
        append(*one, "task-1", "A");
        append(*one, "task-2", "B");
    }
    const auto found = compare();
    EXPECT_TRUE(found.equal());
    EXPECT_EQ(found.shared, 2U);
    EXPECT_EQ(found.parts_a, std::nullopt);
    EXPECT_THAT(steps_, ElementsAre());
}

TEST_F(Compare, TellsWhatWasAddedLeftOutAndChanged) {
    for (auto* one : {&a_, &b_}) append(*one, "task-1", "A");
    append(a_, "task-1", "B");                // 1: not in b
    append(a_, "task-1", "C", R"({"n":1})");  // 2: changed
    append(a_, "task-2", "D");                // 3
    append(b_, "task-1", "C", R"({"n":2})");
    append(b_, "task-2", "D");
    append(b_, "task-3", "E");
    const auto found = compare();
    EXPECT_THAT(steps_, ElementsAre("only_a 1", "changed 2 1", "same 3 2", "only_b 3"));
    EXPECT_FALSE(found.equal());
    EXPECT_EQ(found.shared, 1U);
    EXPECT_EQ(found.same, 1U);
    EXPECT_EQ(found.only_a, 1U);
    EXPECT_EQ(found.only_b, 1U);
    EXPECT_EQ(found.changed, 1U);
    EXPECT_EQ(found.parts_a, position{1});
    EXPECT_EQ(found.parts_b, position{1});
}

TEST_F(Compare, PrefersEventsThatAreTheSameToThoseThatAreAlike) {
    for (const auto* n : {"1", "2", "3"}) append(a_, "task-1", "A", n);
    for (const auto* n : {"2", "3"}) append(b_, "task-1", "A", n);
    compare();
    EXPECT_THAT(steps_, ElementsAre("only_a 0", "same 1 0", "same 2 1"));
}

TEST_F(Compare, AlignsTwoRunsByAFieldOfThePayload) {
    append(a_, "run-1", "Started", R"({"task":"x","by":1})");
    append(a_, "run-1", "Started", R"({"task":"y","by":1})");
    append(b_, "run-2", "Started", R"({"task":"y","by":2})");
    criteria one;
    one.stream = "run-1";
    criteria other;
    other.stream = "run-2";
    compare({.by_stream = false}, one, other);
    EXPECT_THAT(steps_, ElementsAre("changed 0 0", "only_a 1"));
    compare({.by_stream = false, .key = "/task"}, one, other);
    EXPECT_THAT(steps_, ElementsAre("only_a 0", "changed 1 0"));
    compare({}, one, other);
    EXPECT_THAT(steps_, ElementsAre("only_a 0", "only_a 1", "only_b 0"));
}

TEST_F(Compare, GivesBackBothLogsInOrder) {
    test::randomness random{8};
    for (auto* one : {&a_, &b_}) {
        for (int i = 0; i < 300; ++i) {
            append(*one, "task-" + std::to_string(random.between(1, 3)),
                   std::string(1, static_cast<char>('A' + random.between(0, 3))),
                   std::to_string(random.between(0, 2)));
        }
    }
    std::vector<std::uint64_t> a;
    std::vector<std::uint64_t> b;
    const auto found = compare_events({*a_}, {*b_}, {}, [&](const compared_step& step) {
                           if (step.a) a.push_back(step.a->value);
                           if (step.b) b.push_back(step.b->value);
                       }).value();
    std::vector<std::uint64_t> all(300 - found.shared);
    std::iota(all.begin(), all.end(), found.shared);
    EXPECT_EQ(a, all);
    EXPECT_EQ(b, all);
    EXPECT_EQ(found.same + found.changed + found.only_a, all.size());
    EXPECT_EQ(found.same + found.changed + found.only_b, all.size());
}

TEST_F(Compare, RefusesWhatItCannotCompare) {
    append(a_, "task-1", "A");
    append(a_, "task-1", "A");
    EXPECT_THAT(compare_events({*a_}, {*b_}, {.key = "no pointer"}),
                FailsWith(errc::invalid_argument));
    EXPECT_THAT(compare_events({*a_}, {*b_}, {.events_max = 1}), FailsWith(errc::too_large));
    EXPECT_THAT(compare_events({*a_}, {*b_}, {.events_max = 2}), test::HoldsValue());
    criteria wrong;
    wrong.tags = {"no tag"};
    EXPECT_THAT(compare_events({*a_, wrong}, {*b_}), FailsWith(errc::invalid_argument));
}

struct by_type {
    static constexpr std::string_view name = "by_type";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static std::string_view key(const event_view& e) { return e.type(); }
    static row apply(row count, const event_view&) { return count + 1; }
};

TEST_F(Compare, ComparesRowsOfViewsThatNobodyBuilt) {
    for (auto* one : {&a_, &b_}) append(*one, "task-1", "A");
    append(a_, "task-1", "B");
    append(b_, "task-1", "A");
    append(b_, "task-1", "C");
    const auto found = compare_views(*a_, *b_, projections::any_projection::of<by_type>()).value();
    EXPECT_EQ(found.rows_changed, 1U);
    EXPECT_EQ(found.rows_removed, 1U);
    EXPECT_EQ(found.rows_added, 1U);
    EXPECT_EQ(found.cursor_after, position{3});
}

}  // namespace
}  // namespace daybook::replay
