// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a set of offsets answers as a sorted list of them would. Method: random sets of every
// density, and their edges.
// Replay one failure with DAYBOOK_TEST_SEED=<seed>.

#include "offset_set.hpp"

#include "candidates.hpp"
#include "support/randomness.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <vector>

namespace daybook {
namespace {

constexpr std::uint32_t offsets = 65'536;

std::vector<std::uint16_t> random_members(test::randomness& random, std::uint64_t count) {
    std::set<std::uint16_t> members{0, 63, 64, 65'535};
    while (members.size() < count)
        members.insert(static_cast<std::uint16_t>(random.below(offsets)));
    if (random.chance(50)) members.erase(0);
    if (random.chance(50)) members.erase(65'535);
    return {members.begin(), members.end()};
}

template <class Set>
void expect_nth_of_all(const Set& set, const std::vector<std::uint16_t>& members) {
    ASSERT_EQ(set.count(), members.size());
    for (std::uint32_t n = 0; n < members.size(); ++n) ASSERT_EQ(set.nth(n), members[n]) << n;
}

TEST(OffsetSet, CountsAndFindsItsMembersByRank) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    for (const std::uint64_t count : {4U, 5U, 64U, 1'000U, 60'000U}) {
        const auto members = random_members(random, count);
        const auto found = std::make_unique<candidates>();
        auto& set = found->use_set();
        set.clear();
        for (const auto one : members) set.add(one);
        expect_nth_of_all(set, members);
        expect_nth_of_all(*found, members);
        for (std::uint32_t n = 0; n < members.size(); ++n) ASSERT_EQ(set.rank(members[n]), n);
        found->use_list() = members;
        expect_nth_of_all(*found, members);
    }
}

TEST(OffsetSet, GoesToItsNextMemberBothWays) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    const auto members = random_members(random, 500);
    offset_set set;
    for (const auto one : members) set.add(one);
    for (std::uint32_t from = 0; from < offsets; ++from) {
        const auto after = std::lower_bound(members.begin(), members.end(), from);
        const auto past = std::upper_bound(members.begin(), members.end(), from);
        const auto next = set.at_or_after(from);
        const auto last = set.at_or_before(from);
        ASSERT_EQ(next.has_value(), after != members.end());
        ASSERT_EQ(last.has_value(), past != members.begin());
        ASSERT_TRUE(!next || *next == *after) << from;
        ASSERT_TRUE(!last || *last == *std::prev(past)) << from;
    }
}

TEST(OffsetSet, KeepsWhatIsBetweenTwoOffsets) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    const auto members = random_members(random, 2'000);
    for (int i = 0; i < 200; ++i) {
        const auto first = static_cast<std::uint32_t>(random.below(offsets));
        const auto last = static_cast<std::uint32_t>(random.below(offsets));
        offset_set set;
        for (const auto one : members) set.add(one);
        set.clip(first, last);
        const auto kept = std::count_if(members.begin(), members.end(),
                                        [&](auto one) { return one >= first && one <= last; });
        ASSERT_EQ(set.count(), kept) << first << " to " << last;
        ASSERT_EQ(set.empty(), kept == 0);
    }
}

}  // namespace
}  // namespace daybook
