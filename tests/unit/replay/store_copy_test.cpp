// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a copy has every event once, as it was and in its order, however often and in however many
// pieces it was made; what cannot be so is refused.
#include <daybook/replay/replay_events.hpp>
#include <daybook/replay/store_copy.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <filesystem>

namespace daybook::test {
namespace {

using replay::bookmark;
using replay::replay_events;
using replay::store_copy;
using testing::ElementsAre;

/// What a copy keeps, one text an event.
std::vector<std::string> kept_facts(const store& of) {
    std::vector<std::string> all;
    for (const auto& e : read_everything(of.read_all())) {
        const auto v = e.view();
        auto text = to_string(v.id()) + '|' + std::string{v.stream()} + '#' +
                    std::to_string(v.sequence().value) + '|' + std::string{v.type()} + '|' +
                    to_string(v.occurred_at()) + '|' + std::string{v.schema()} + '|' +
                    std::string{v.correlation()} + '|' + std::string{v.actor().type} + '/' +
                    std::string{v.actor().id} + '/' + std::string{v.actor().model} + '|' +
                    std::string{v.content_type()} + '|' + std::string{v.extensions()} + '|' +
                    std::string{v.payload()};
        for (const auto tag : v.tags()) text.append("|").append(tag);
        for (const auto& cause : v.causes()) text.append("<").append(to_string(cause));
        all.push_back(std::move(text));
    }
    return all;
}

class StoreCopy : public testing::Test {
protected:
    void fill(std::uint64_t count) {
        while (from_->watermark().value < count)
            from_->append(made_.stream(), expected::any(), made_.events(5)).value();
    }
    result<replay::copy_counts> copy(const replay::replay_options& options = {}) {
        auto into = store_copy::open(*from_, *into_);
        if (!into) return into.error();
        const auto done = replay_events(*from_, options, *into);
        if (!done) return done.error();
        return into->counts();
    }

    event_maker made_{seed_from_environment()};
    fresh_store from_;
    fresh_store into_;
};

TEST_F(StoreCopy, KeepsEverythingInItsOrder) {
    SCOPED_TRACE(how_to_repeat(seed_from_environment()));
    fill(6000);  // More than a commit of a copy.
    const auto counts = copy();
    ASSERT_THAT(counts, HoldsValue());
    EXPECT_EQ(counts->appended, from_->watermark().value);
    EXPECT_EQ(counts->there_already, 0U);
    EXPECT_EQ(kept_facts(*into_), kept_facts(*from_));
    EXPECT_THAT(into_->check(), HoldsValue());
}

TEST_F(StoreCopy, TakesNothingFromTheContext) {
    from_->append("task-1", expected::any(), {simple_event("Bare")}).value();
    const context_scope ambient{{.correlation = "run-1",
                                 .causes = {numbered_id(1)},
                                 .actor = {"user", "ann", ""},
                                 .session = "s-1"}};
    ASSERT_THAT(copy(), HoldsValue());
    EXPECT_EQ(kept_facts(*into_), kept_facts(*from_));
}

TEST_F(StoreCopy, RecognisesWhatIsThereAndAddsTheRest) {
    fill(300);
    ASSERT_THAT(copy({.what = {.until = position{137}}}), HoldsValue());
    EXPECT_EQ(into_->watermark(), position{137});
    const auto rest = copy();
    ASSERT_THAT(rest, HoldsValue());
    EXPECT_EQ(rest->there_already, 137U);
    EXPECT_EQ(rest->appended, from_->watermark().value - 137);
    const auto again = copy();
    ASSERT_THAT(again, HoldsValue());
    EXPECT_EQ(again->appended, 0U);
    EXPECT_EQ(again->there_already, from_->watermark().value);
    EXPECT_EQ(kept_facts(*into_), kept_facts(*from_));
}

TEST_F(StoreCopy, GoesOnExactlyWhereItWasStoppedAndWithWhatCameSince) {
    fill(300);
    auto mark = bookmark::in_store(*into_, "copy").value();
    for (const std::uint64_t piece : {1U, 40U, 41U, 1000U}) {
        std::stop_source stop;
        ASSERT_THAT(copy({.bookmark = &mark,
                          .stop = stop.get_token(),
                          .progress =
                              [&](const replay::replay_report& so_far) {
                                  if (so_far.events == piece) stop.request_stop();
                              }}),
                    HoldsValue());
    }
    EXPECT_EQ(kept_facts(*into_), kept_facts(*from_));
    fill(400);
    const auto since = copy({.bookmark = &mark});
    ASSERT_THAT(since, HoldsValue());
    EXPECT_EQ(since->there_already, 0U);
    EXPECT_EQ(kept_facts(*into_), kept_facts(*from_));
}

TEST_F(StoreCopy, GivesASelectionTheNextSequences) {
    for (int i = 0; i < 4; ++i)
        from_->append("task-1", expected::any(), {simple_event(i % 2 == 0 ? "A" : "B")}).value();
    into_->append("task-1", expected::any(), {simple_event("Own")}).value();
    ASSERT_THAT(copy({.what = {.which = query::types({"B"})}}), HoldsValue());
    std::vector<std::string> types;
    for (const auto& e : read_everything(into_->read_stream("task-1")))
        types.emplace_back(e.type());
    EXPECT_THAT(types, ElementsAre("Own", "B", "B"));
}

TEST_F(StoreCopy, RefusesAnEventWhosePlaceIsGone) {
    fill(50);
    for (int i = 0; i < 3; ++i)
        from_->append("late-1", expected::any(), {simple_event("A")}).value();
    ASSERT_THAT(copy({.what = {.which = criteria{.stream = "late-1"},
                               .from = start_from::at(sequence{2})}}),
                HoldsValue());
    into_->append("late-1", expected::any(), {simple_event("Own")}).value();
    const auto before = into_.contents();
    EXPECT_THAT(copy({.what = {.which = criteria{.stream = "late-1"}}}),
                FailsWith(errc::conflict, "in late-1): it is missing there"));
    EXPECT_EQ(into_.contents(), before);
}

TEST_F(StoreCopy, RefusesAnIdThatIsAnotherEventThere) {
    auto one = simple_event("A", "1");
    one.id = numbered_id(7);
    from_->append("task-1", expected::any(), {one}).value();
    one.payload = "2";
    into_->append("task-1", expected::any(), {one}).value();
    EXPECT_THAT(copy(), FailsWith(errc::conflict, "with other content"));
    EXPECT_EQ(into_->watermark(), position{1});
}

TEST_F(StoreCopy, AppendsNothingOnceItFailed) {
    auto one = simple_event("A", "1");
    one.id = numbered_id(7);
    from_->append("task-1", expected::any(), {one}).value();
    from_->append("task-2", expected::any(), {simple_event("B")}).value();
    one.payload = "2";
    into_->append("task-3", expected::any(), {one}).value();
    auto into = store_copy::open(*from_, *into_).value();
    ASSERT_THAT(into.take(from_->read_one(position{0}).value()), HoldsValue());
    EXPECT_THAT(into.settle(), FailsWith(errc::conflict));
    EXPECT_THAT(into.take(from_->read_one(position{1}).value()), FailsWith(errc::conflict));
    EXPECT_THAT(into.settle(), FailsWith(errc::conflict));
    EXPECT_EQ(into_->watermark(), position{1});
}

TEST_F(StoreCopy, ForeseesWhatItWouldDo) {
    from_->append("task-1", expected::any(), {simple_event("A")}).value();
    ASSERT_THAT(copy(), HoldsValue());
    from_->append("task-1", expected::any(), {simple_event("B")}).value();
    auto into = store_copy::open(*from_, *into_).value();
    EXPECT_THAT(into.foresee(from_->read_one(position{0}).value()), Holds("there already"));
    EXPECT_THAT(into.foresee(from_->read_one(position{1}).value()), Holds("append"));
    EXPECT_EQ(into_->watermark(), position{1});
}

TEST_F(StoreCopy, CopiesEventsThatFillACommit) {
    const std::string text(6U << 20U, 'x');
    for (int i = 0; i < 4; ++i)
        from_->append("task-1", expected::any(), {simple_event("Large", '"' + text + '"')}).value();
    const auto counts = copy();
    ASSERT_THAT(counts, HoldsValue());
    EXPECT_EQ(counts->appended, 4U);
}

TEST_F(StoreCopy, RefusesTheStoreBeingReadByWhateverPath) {
    namespace fs = std::filesystem;
    EXPECT_THAT(store_copy::open(*from_, *from_),
                FailsWith(errc::invalid_argument, "the store being read"));
    const temp_directory home;
    fs::create_directory_symlink(from_.directory(), home / "link");
    EXPECT_TRUE(replay::same_store(home / "link", from_.directory()));
    EXPECT_TRUE(replay::same_store(from_.directory() / ".." / "store", from_.directory()));
    EXPECT_FALSE(replay::same_store(into_.directory(), from_.directory()));
    EXPECT_FALSE(replay::same_store(home / "missing", from_.directory()));
    from_.close();
    auto options = quick_options();
    options.read_only = true;
    auto reading = store::open(home / "link", options).value();
    auto writing = store::open(from_.directory(), quick_options()).value();
    EXPECT_THAT(store_copy::open(reading, writing), FailsWith(errc::invalid_argument));
    auto inside = store::open(from_.directory() / "inside", quick_options()).value();
    EXPECT_THAT(store_copy::open(reading, inside), FailsWith(errc::invalid_argument, "inside"));
}

}  // namespace
}  // namespace daybook::test
