// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a fold divided by keys hands over the same rows, in the same order, as a whole one.

#include "divided_fold.hpp"

#include <daybook/projections/declared_view.hpp>

#include "sample_projections.hpp"
#include "support/event_maker.hpp"
#include "support/matchers.hpp"
#include "support/stored_events.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace daybook::projections {
namespace {

using test::count_by_label;
using test::count_by_type;
using test::fragile;
using test::trail;

struct by_type {
    static constexpr std::string_view name = "by_type";
    using row = std::uint64_t;
    static std::string_view key(const event_view& e) { return e.type(); }
    static row apply(row count, const event_view&) { return count + 1; }
};
struct by_stream {
    static constexpr std::string_view name = "by_stream";
    using row = std::uint64_t;
    static std::string_view key(const event_view& e) { return e.stream(); }
    static row apply(row count, const event_view&) { return count + 1; }
};
/// Made from the rows of another kind, so that a row depends on events of other keys.
struct from_types {
    static constexpr std::string_view name = "from_types";
    using from = by_type;
    using row = std::uint64_t;
    static std::string_view key(const row_changed<by_type>&) { return "all"; }
    static row apply(row count, const row_changed<by_type>&) { return count + 1; }
};
struct two_kinds {
    static constexpr std::string_view name = "two_kinds";
    static constexpr std::uint32_t version = 1;
    using kinds = std::tuple<by_type, by_stream>;
};
struct staged {
    static constexpr std::string_view name = "staged";
    static constexpr std::uint32_t version = 1;
    using kinds = std::tuple<by_type, from_types>;
};

any_projection declared() {
    return declared_projection(boost::json::parse(R"({"name": "declared", "version": 1,
        "key": "$type", "columns": {"events": "count"}})"))
        .value();
}

using written = std::vector<std::pair<std::string, std::optional<std::string>>>;

class folded_in_shares {
public:
    folded_in_shares(const any_projection& of, std::size_t shares)
        : fold_{of,
                [this](std::string_view key) -> result<std::optional<std::string>> {
                    const auto at = rows_.find(key);
                    if (at == rows_.end()) return std::optional<std::string>{};
                    return std::optional{at->second};
                },
                {.rows_cached_max = 2}} {
        fold_.divide(shares);
    }

    /// What one batch hands over.
    written batch(const std::vector<event>& events) {
        for (std::size_t i = 0; i < events.size(); ++i) {
            const json_event current{events[i]};
            for (std::size_t share = 0; share < fold_.shares(); ++share)
                fold_.apply(share, current, i).value();
        }
        applied_ += fold_.events_applied();
        if (fold_.shares() > 1) fold_.gather(1);  // One may be ready, the others not.
        written all;
        fold_.collect([&](std::string_view key, const std::optional<std::string_view>& row) {
            all.emplace_back(key, row);
            if (row) {
                rows_[std::string{key}] = *row;
            } else {
                rows_.erase(std::string{key});
            }
        });
        return all;
    }

    divided_fold& fold() { return fold_; }
    std::uint64_t applied() const { return applied_; }

private:
    std::map<std::string, std::string, std::less<>> rows_;
    divided_fold fold_;
    std::uint64_t applied_ = 0;
};

std::vector<event> labelled_events(std::size_t count) {
    test::randomness random{7};
    std::vector<std::pair<std::string, new_event>> made;
    for (std::size_t i = 0; i < count; ++i) {
        auto one = test::simple_event("T" + std::to_string(random.below(5)));
        for (auto labels = random.below(4); labels > 0; --labels)
            one.tags.push_back("label:" + std::to_string(random.below(9)));
        made.emplace_back("task-" + std::to_string(random.below(6)), one);
    }
    return test::stored(made);
}

void expect_same_in_any_division(const any_projection& of) {
    const auto events = labelled_events(120);
    folded_in_shares whole{of, 1};
    std::vector<written> wanted;
    const auto part = [&](std::size_t batch) {
        const auto begin = events.begin() + static_cast<std::ptrdiff_t>(batch * 40);
        return std::vector<event>{begin, begin + 40};
    };
    for (std::size_t batch = 0; batch < 3; ++batch) wanted.push_back(whole.batch(part(batch)));
    for (std::size_t shares = 2; shares <= 8; ++shares) {
        SCOPED_TRACE(of.name() + " in " + std::to_string(shares));
        folded_in_shares divided{of, shares};
        for (std::size_t batch = 0; batch < 3; ++batch)
            EXPECT_EQ(divided.batch(part(batch)), wanted[batch]);
        EXPECT_EQ(divided.applied(), whole.applied());
    }
}

TEST(DividedFold, HandsOverTheSameRowsInTheSameOrder) {
    expect_same_in_any_division(any_projection::of<count_by_type>());
    expect_same_in_any_division(any_projection::of<count_by_label>());
    expect_same_in_any_division(any_projection::of<trail>());
    expect_same_in_any_division(any_projection::of<two_kinds>());
    expect_same_in_any_division(any_projection::of<staged>());
    expect_same_in_any_division(declared());
}

TEST(DividedFold, StaysWholeWhereARowDependsOnOthers) {
    EXPECT_TRUE(any_projection::of<two_kinds>().divides_by_key());
    EXPECT_TRUE(declared().divides_by_key());
    EXPECT_FALSE(any_projection::of<staged>().divides_by_key());
    folded_in_shares staged_fold{any_projection::of<staged>(), 4};
    EXPECT_EQ(staged_fold.fold().shares(), 1U);
}

TEST(DividedFold, ForgetsABatchAndGoesOnFromWhatIsStored) {
    const auto events = labelled_events(80);
    const std::vector<event> first{events.begin(), events.begin() + 40};
    const std::vector<event> second{events.begin() + 40, events.end()};
    const auto of = any_projection::of<count_by_label>();
    folded_in_shares whole{of, 1};
    whole.batch(first);
    const auto wanted = whole.batch(second);

    folded_in_shares divided{of, 3};
    divided.batch(first);
    for (const auto& one : first) divided.fold().apply(0, json_event{one}, 0).value();
    divided.fold().discard();
    EXPECT_EQ(divided.fold().events_applied(), 0U);
    EXPECT_EQ(divided.batch(second), wanted);
}

TEST(DividedFold, MayBeDividedAnewBetweenBatches) {
    const auto events = labelled_events(90);
    const auto of = any_projection::of<count_by_label>();
    folded_in_shares whole{of, 1};
    folded_in_shares changing{of, 1};
    for (std::size_t i = 0; i < 9; ++i) {
        changing.fold().divide(i % 4 + 1);
        const auto begin = events.begin() + static_cast<std::ptrdiff_t>(i * 10);
        const std::vector<event> part{begin, begin + 10};
        EXPECT_EQ(changing.batch(part), whole.batch(part));
    }
}

}  // namespace
}  // namespace daybook::projections
