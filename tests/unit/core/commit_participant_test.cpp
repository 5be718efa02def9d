// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what a participant writes is stored with each commit or not at all, and a commit that it
// refuses leaves no trace. Method: a participant that notes, for each position, what it was shown.

#include <daybook/commit_participant.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

#include <map>
#include <thread>

namespace daybook::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// Notes events in a keyspace, by position in 6 digits; refuses those of the type "Bad".
class notary final : public commit_participant {
public:
    result<void> begin(position next) override {
        begun = next;
        if (begins) return {};
        return fail(errc::projection_failed, "cannot begin");
    }
    result<void> take(std::span<const event_view> events, keyspace_batch& writes) override {
        ++taken;
        for (const auto& e : events) {
            auto key = std::to_string(e.position().value);
            key.insert(0, 6 - key.size(), '0');
            writes.put(key, std::string{e.stream()} + "@" + std::to_string(e.sequence().value));
            recorded = e.recorded_at();
            if (e.type() == bad) return fail(errc::projection_failed, "refused by the notary");
        }
        return {};
    }
    void undo() noexcept override { ++undone; }
    void settle(bool stored) noexcept override { stored ? ++settled : ++lost; }

    bool begins = true;
    std::string bad = "Bad";
    std::optional<position> begun;
    timestamp recorded{};
    int taken = 0;
    int undone = 0;
    int settled = 0;
    int lost = 0;
};

using notes = std::vector<std::pair<std::string, std::string>>;

notes notes_in(store& log, const std::string& area = "notes") {
    notes all;
    log.open_keyspace(area)
        .value()
        .scan("", "",
              [&](std::string_view key, std::string_view value) {
                  all.emplace_back(key, value);
                  return true;
              })
        .value();
    return all;
}

class CommitParticipant : public testing::Test {
protected:
    CommitParticipant() { store->open_keyspace("notes").value(); }

    result<append_receipt> append(const std::string& stream, const std::string& type = "T") {
        return store->append(stream, expected::any(), {simple_event(type)});
    }
    fresh_store store;
    notary notes_;
};

TEST_F(CommitParticipant, WritesWithEachCommit) {
    append("task-0").value();
    auto seat = store->join_commits("notes", notes_).value();
    EXPECT_EQ(notes_.begun, position{1});
    append("task-1").value();
    append("task-1").value();
    EXPECT_THAT(notes_in(*store),
                ElementsAre(Pair("000001", "task-1@1"), Pair("000002", "task-1@2")));
    EXPECT_EQ(notes_.settled, 2);
    EXPECT_EQ(store->read_one(position{2}).value().view().recorded_at(), notes_.recorded);
}

TEST_F(CommitParticipant, SeesTheEventsOfACommitInTheirPlaces) {
    auto seat = store->join_commits("notes", notes_).value();
    append("task-1").value();
    commit_request both;
    both.streams = {{"task-1", expected::any(), {simple_event("T"), simple_event("T")}},
                    {"task-2", expected::any(), {simple_event("T")}},
                    {"task-1", expected::any(), {simple_event("T")}}};
    store->commit(both).value();
    EXPECT_THAT(notes_in(*store),
                ElementsAre(Pair("000000", "task-1@1"), Pair("000001", "task-1@2"),
                            Pair("000002", "task-1@3"), Pair("000003", "task-2@1"),
                            Pair("000004", "task-1@4")));
    EXPECT_EQ(notes_.taken, 2);
}

TEST_F(CommitParticipant, LeavesNoTraceOfACommitThatItRefuses) {
    auto seat = store->join_commits("notes", notes_).value();
    append("task-1").value();
    EXPECT_THAT(append("task-1", "Bad"), FailsWith(errc::projection_failed, "the notary"));
    EXPECT_EQ(store->watermark(), position{1});
    append("task-1").value();
    EXPECT_THAT(notes_in(*store),
                ElementsAre(Pair("000000", "task-1@1"), Pair("000001", "task-1@2")));
    seat.leave();
    store.reopen();
    EXPECT_EQ(store->watermark(), position{2});
    EXPECT_TRUE(store->check());
    EXPECT_EQ(notes_in(*store).size(), 2U);
}

TEST_F(CommitParticipant, IsToldWhenAnotherRefusesWhatItTook) {
    store->open_keyspace("more").value();
    notary strict;
    notes_.bad = "None";
    auto seat = store->join_commits("notes", notes_).value();
    auto second = store->join_commits("more", strict).value();
    EXPECT_FALSE(append("task-1", "Bad"));
    EXPECT_EQ(notes_.undone, 1);
    EXPECT_EQ(strict.undone, 0);
    append("task-1").value();
    EXPECT_EQ(notes_in(*store), notes_in(*store, "more"));
    EXPECT_THAT(notes_in(*store), ElementsAre(Pair("000000", "task-1@1")));
}

TEST_F(CommitParticipant, IsNotShownWhatIsNotStored) {
    auto seat = store->join_commits("notes", notes_).value();
    auto given = simple_event("T");
    given.id = event_id::make();
    store->append("task-1", expected::no_stream(), {given}).value();
    EXPECT_TRUE(store->append("task-1", expected::no_stream(), {given}).value().repeated);
    EXPECT_THAT(store->append("task-1", expected::no_stream(), {simple_event("T")}),
                FailsWith(errc::conflict));
    EXPECT_EQ(notes_.taken, 1);
}

TEST_F(CommitParticipant, IsShownNothingAfterItLeft) {
    auto seat = store->join_commits("notes", notes_).value();
    append("task-1").value();
    seat.leave();
    append("task-1").value();
    EXPECT_EQ(notes_.taken, 1);
    seat = store->join_commits("notes", notes_).value();
    EXPECT_EQ(notes_.begun, position{2});
}

TEST_F(CommitParticipant, HasItsKeyspaceToItself) {
    notary second;
    auto seat = store->join_commits("notes", notes_).value();
    EXPECT_THAT(store->join_commits("notes", second), FailsWith(errc::locked));
    EXPECT_THAT(store->drop_keyspace("notes"), FailsWith(errc::locked, "inline view"));
    append("task-1").value();
    seat.leave();
    EXPECT_TRUE(store->drop_keyspace("notes"));
    EXPECT_THAT(store->join_commits("notes", second), FailsWith(errc::not_found));
}

TEST_F(CommitParticipant, DoesNotJoinIfItCannotBegin) {
    notes_.begins = false;
    EXPECT_THAT(store->join_commits("notes", notes_), FailsWith(errc::projection_failed));
    append("task-1").value();
    EXPECT_EQ(notes_.taken, 0);
    EXPECT_TRUE(store->drop_keyspace("notes"));
}

TEST_F(CommitParticipant, CannotJoinAReader) {
    auto options = quick_options();
    options.read_only = true;
    auto reader = store::open(store.directory(), options).value();
    EXPECT_THAT(reader.join_commits("notes", notes_), FailsWith(errc::refused));
}

TEST_F(CommitParticipant, SeesEveryCommitOfManyThreadsOnceAndInOrder) {
    auto seat = store->join_commits("notes", notes_).value();
    std::vector<std::thread> writers;
    for (int w = 0; w < 4; ++w) {
        writers.emplace_back([&, w] {
            for (int i = 0; i < 50; ++i) {
                const auto stored = append("task-" + std::to_string(w), i % 5 == 0 ? "Bad" : "T");
                EXPECT_EQ(stored.has_value(), i % 5 != 0);
            }
        });
    }
    for (auto& each : writers) each.join();
    notes wanted;
    auto events = store->read_all().value();
    while (events.next().value()) {
        auto key = std::to_string(events->position().value);
        key.insert(0, 6 - key.size(), '0');
        wanted.emplace_back(
            key, std::string{events->stream()} + "@" + std::to_string(events->sequence().value));
    }
    EXPECT_EQ(wanted.size(), 160U);
    EXPECT_EQ(notes_in(*store), wanted);
}

/// Signs groups, as it were: one row more for all commits that are stored together.
class signatory final : public commit_participant {
public:
    result<void> begin(position) override { return {}; }
    result<void> take(std::span<const event_view> events, keyspace_batch&) override {
        last = events.back().position();
        return {};
    }
    void undo() noexcept override {}
    result<void> finish(keyspace_batch& writes) override {
        if (broken) return fail(errc::io, "the pen is broken");
        ++finished;
        writes.put("signed", std::to_string(last.value));
        return {};
    }
    void settle(bool stored) noexcept override { stored ? ++settled : ++lost; }

    bool broken = false;
    position last{};
    int finished = 0;
    int settled = 0;
    int lost = 0;
};

TEST_F(CommitParticipant, FinishesWhatIsStoredTogetherOnce) {
    signatory pen;
    auto seat = store->join_commits("notes", pen).value();
    append("task-1").value();
    commit_request both;
    both.streams = {{"task-1", expected::any(), {simple_event("T"), simple_event("T")}}};
    store->commit(both).value();
    EXPECT_EQ(pen.finished, pen.settled);
    EXPECT_THAT(notes_in(*store), ElementsAre(Pair("signed", "2")));
}

TEST_F(CommitParticipant, ThatCannotFinishStopsTheStoreWithNothingStored) {
    signatory pen;
    auto seat = store->join_commits("notes", pen).value();
    append("task-1").value();
    pen.broken = true;
    EXPECT_THAT(append("task-1"), FailsWith(errc::io, "pen is broken"));
    EXPECT_EQ(pen.lost, 1);
    pen.broken = false;
    EXPECT_THAT(append("task-1"), FailsWith(errc::refused, "pen is broken"));
    EXPECT_EQ(store->watermark(), position{1});
    seat.leave();
    store.reopen();
    EXPECT_EQ(store->watermark(), position{1});
    append("task-1").value();
    EXPECT_TRUE(store->check());
}

TEST_F(CommitParticipant, IsNeededOnceItIsRequired) {
    EXPECT_THAT(store->require_participant("nothing"), FailsWith(errc::not_found, "nothing"));
    EXPECT_EQ(store->status().required_participant, "");
    store->require_participant("notes").value();
    EXPECT_EQ(store->status().required_participant, "notes");
    EXPECT_THAT(append("task-1"), FailsWith(errc::refused, "notes"));
    {
        auto seat = store->join_commits("notes", notes_).value();
        append("task-1").value();
    }
    EXPECT_THAT(append("task-1"), FailsWith(errc::refused, "nobody does that here"));
    store.reopen();
    EXPECT_EQ(store->status().required_participant, "notes");
    EXPECT_THAT(append("task-1"), FailsWith(errc::refused, "notes"));
    store->require_participant("notes").value();
    store->open_keyspace("more").value();
    EXPECT_THAT(store->require_participant("more"), FailsWith(errc::refused, "notes"));
    EXPECT_EQ(store->watermark(), position{1});
}

}  // namespace
}  // namespace daybook::test
