// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: after kill -9 at any moment the store opens, everything acknowledged as written or synced
// is there where the receipt said, nothing else is but whole commits that were tried, positions and
// sequences have no gaps, indexes equal a scan of the log, and repeating what was not acknowledged
// gives the same log whether it had been stored or not.
// Method: another process writes from several threads and is killed at a random moment; then this
// one looks. The next round goes on with the same store. Where the log ends is the operating
// system's choice, so a seed does not repeat a run exactly; it repeats what was written and how
// long. DAYBOOK_CRASH_ROUNDS=<n> makes it longer. The store of a failure is kept.

#include "crash/crash_batch.hpp"
#include "crash/written_process.hpp"
#include "support/event_maker.hpp"
#include "support/matchers.hpp"
#include "support/oracle.hpp"
#include "support/temp_directory.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <set>

namespace daybook::test {
namespace {

/// A store that is written, killed and looked at, round after round.
class crashing_store {
public:
    /// One round. Returns what is wrong, or nothing.
    std::string round(std::uint64_t seed) {
        randomness random{seed};
        const auto record = run_and_kill(directory(), seed, some_moment(random, seed));
        if (!record.complaint.empty()) return record.complaint;
        auto opened = store::open(directory(), crash_options());
        if (!opened) return "open: " + opened.error().message;
        store& log = *opened;
        requests_.clear();
        for (const auto& batch : record.batches) requests_.push_back(make_batch(batch.name));
        present_.assign(record.batches.size(), false);
        if (const auto sound = log.check(); !sound) return "check: " + sound.error().message;
        for (const auto& look : {look_at_log(log, record), look_at_view(log, record),
                                 repeat_the_last(log, record), look_at_answers(log, seed)}) {
            if (!look.empty()) return look;
        }
        return {};
    }

    std::uint64_t size() const { return truth_.log().size(); }
    void keep() { home_.keep(); }
    std::filesystem::path directory() const { return home_ / "store"; }

private:
    kill_moment some_moment(randomness& random, std::uint64_t seed) {
        const auto microseconds = [&](std::uint64_t most) {
            return std::chrono::microseconds{random.below(most)};
        };
        // While it opens, or makes the store; while it rebuilds; mostly while it writes.
        if (random.chance(15)) return {0, microseconds(30'000)};
        if (reindexes(seed)) return {1 + random.below(2000), microseconds(60'000)};
        return {1 + random.below(random.chance(20) ? 100 : 6000), microseconds(2000)};
    }

    /// The log is what it was, then whole commits of this round, among them all it must have.
    std::string look_at_log(const store& log, const written_record& record) {
        const auto before = size();
        auto reader = log.read_all().value();
        for (const auto& known : truth_.log()) {
            if (!reader.next().value()) return "events of an earlier round are lost";
            if (reader->record() != known.view().record()) {
                return "an earlier event changed: " + facts(*reader);
            }
        }
        std::map<event_id, std::size_t> starts;
        for (std::size_t i = 0; i < requests_.size(); ++i) starts.emplace(first_id(i), i);
        while (reader.next().value()) {
            const auto found = starts.find(reader->id());
            if (found == starts.end()) return "an event nobody wrote: " + facts(*reader);
            if (present_[found->second]) return "a commit is there twice";
            present_[found->second] = true;
            auto wrong = look_at_commit(reader, requests_[found->second]);
            if (!wrong.empty()) return wrong;
        }
        if (log.watermark().value != size()) return "the watermark is not the end of the log";
        return look_for_acknowledged(record, before);
    }

    event_id first_id(std::size_t batch) const {
        return *requests_[batch].streams.front().events.front().id;
    }

    /// All events of one commit, side by side, from the one that `reader` is at.
    std::string look_at_commit(event_reader& reader, const commit_request& request) {
        bool first = true;
        for (const auto& part : request.streams) {
            for (const auto& e : part.events) {
                if (!first && !reader.next().value()) return "a commit is cut off";
                first = false;
                auto wrong = difference(*reader, {part.stream, size(), heads_[part.stream] + 1, e});
                if (!wrong.empty()) return wrong;
                take(*reader);
            }
        }
        return {};
    }

    void take(event_view e) {
        heads_[std::string{e.stream()}] = e.sequence().value;
        truth_.add(event{e});
    }

    /// Whatever was acknowledged as written, and whatever came before that, is there.
    std::string look_for_acknowledged(const written_record& record, std::uint64_t before) {
        std::uint64_t safe = 0;
        for (std::size_t i = 0; i < requests_.size(); ++i) {
            const auto& at = record.batches[i].acknowledged_at;
            if (!at || requests_[i].durability == durability::buffered) continue;
            safe = std::max(safe, *at + 1);
        }
        for (std::size_t i = 0; i < record.batches.size(); ++i) {
            const auto& at = record.batches[i].acknowledged_at;
            if (!at) continue;
            if (*at < before) return "a receipt told a position that was taken";
            if (*at < safe && !present_[i]) {
                return "lost: acknowledged at position " + std::to_string(*at) +
                       ", the log ends at " + std::to_string(size());
            }
            if (!present_[i]) continue;
            if (truth_.find(first_id(i)) != *at) return "an event is not where its receipt said";
        }
        return {};
    }

    /// A keyspace batch is there as a whole, and not without the events it was made from.
    std::string look_at_view(store& log, const written_record& record) {
        const auto names = log.keyspaces().value();
        if (names.empty()) return {};
        std::set<std::string> values;
        int rows = 0;
        const auto view = log.open_keyspace("view").value();
        view.scan("", "",
                  [&](std::string_view, std::string_view value) {
                      values.emplace(value);
                      ++rows;
                      return true;
                  })
            .value();
        if (rows == 0) return {};
        if (rows != view_rows || values.size() != 1) return "a keyspace batch is there in part";
        const auto at = std::stoull(*values.begin());
        if (at > size()) return "a view is ahead of the log";
        view_at_most_ = std::max(view_at_most_, record.view_at_most);
        return at > view_at_most_ ? "a view that nobody wrote" : "";
    }

    /// What was tried last by each thread may be there or not; repeating it ends the doubt.
    std::string repeat_the_last(store& log, const written_record& record) {
        std::map<std::uint64_t, std::size_t> last;
        for (std::size_t i = 0; i < record.batches.size(); ++i) {
            last[record.batches[i].name.thread] = i;
        }
        for (const auto& [thread, i] : last) {
            const bool fits = heads_[own_stream(thread)] == record.batches[i].name.head;
            const auto made = log.commit(requests_[i]);
            if (!made && made.error().code != errc::conflict) return made.error().message;
            if (made.has_value() != (present_[i] || fits)) {
                return made ? "stored in the wrong place"
                            : "a repeat is refused: " + made.error().message;
            }
            if (!made) continue;
            if (made->repeated != present_[i]) return "a repeat was not recognised";
            if (made->repeated) continue;
            auto reader = log.read_all({.from = size()}).value();
            if (!reader.next().value()) return "a repeat is not stored";
            auto wrong = look_at_commit(reader, requests_[i]);
            if (!wrong.empty()) return wrong;
        }
        return log.watermark().value == size() ? "" : "a repeat was stored twice";
    }

    std::string look_at_answers(const store& log, std::uint64_t seed) {
        event_maker make{seed};
        for (const auto& e : truth_.log()) make.learn(e.id());
        for (std::uint64_t i = 0; i < 6; ++i) {
            const auto q = make.query_of_kind(make.random().next());
            auto wrong = compare_query(log, truth_, q, {});
            if (wrong.empty()) wrong = compare_counts(log, truth_, q, make.some_grouping());
            if (!wrong.empty()) return wrong;
        }
        for (const auto& [stream, head] : heads_) {
            if (log.head(stream).value().last.value != head) return "head of " + stream;
            if (positions_of(log.read_stream(stream)).size() != head) return "stream " + stream;
        }
        for (int i = 0; i < 50 && size() > 0; ++i) {
            const auto& known = truth_.log()[make.random().below(size())];
            if (log.read_one(known.id()).value().position() != known.position()) return "read_one";
        }
        return {};
    }

    temp_directory home_;
    oracle truth_;
    std::map<std::string, std::uint64_t> heads_;
    std::vector<commit_request> requests_;  ///< What was tried in this round.
    std::vector<bool> present_;             ///< Of the batches of this round: is it in the log?
    std::uint64_t view_at_most_ = 0;
};

TEST(Crash, WhatWasAcknowledgedSurvivesAKillAtAnyMoment) {
    // Then a new store: rounds cross the ends of segments, and looking stays quick.
    constexpr std::uint64_t events_max = 180'000;
    const auto rounds = count_from_environment("DAYBOOK_CRASH_ROUNDS", 10);
    const auto seed = seed_from_environment();
    RecordProperty("seed", std::to_string(seed));
    auto crashing = std::make_unique<crashing_store>();
    std::uint64_t events = 0;
    std::uint64_t segments = 0;
    for (std::uint64_t i = 0; i < rounds; ++i) {
        std::string wrong;
        try {
            wrong = crashing->round(seed + i);
        } catch (const std::exception& thrown) {
            wrong = thrown.what();
        }
        if (!wrong.empty()) crashing->keep();
        ASSERT_EQ(wrong, "") << "round " << i << " of seed " << seed << ", store "
                             << crashing->directory() << "; " << how_to_repeat(seed);
        if (crashing->size() < events_max && i + 1 < rounds) continue;
        events += crashing->size();
        segments += crashing->size() / limits::segment_events;
        crashing = std::make_unique<crashing_store>();
    }
    std::printf("%llu rounds, %llu events written, %llu segments full\n",
                static_cast<unsigned long long>(rounds), static_cast<unsigned long long>(events),
                static_cast<unsigned long long>(segments));
}

TEST(Crash, AStoreWhoseMakingWasKilledIsMadeAgain) {
    const auto seed = seed_from_environment();
    const temp_directory home;
    for (int i = 0; i < 40; ++i) {
        SCOPED_TRACE(how_to_repeat(seed));
        const auto directory = home / std::to_string(i);
        const auto record = run_and_kill(directory, seed,
                                         {.lines = 0, .delay = std::chrono::microseconds{500 * i}});
        ASSERT_EQ(record.complaint, "");
        auto opened = store::open(directory, crash_options());
        ASSERT_THAT(opened, HoldsValue()) << "killed after " << 500 * i << " microseconds";
        EXPECT_THAT(opened->check(), HoldsValue());
        EXPECT_EQ(opened->status().indexed_fields, crash_options().indexed_fields);
        EXPECT_THAT(opened->append("task-1", expected::no_stream(), {simple_event("A")}),
                    HoldsValue());
    }
}

TEST(Crash, IndexesAreNeverAheadOfALogThatWasBuffered) {
    // The last events of a full segment may be in the dead process's memory only.
    const temp_directory home;
    for (const auto events : {limits::segment_events, limits::segment_events + 64}) {
        const auto directory = home / std::to_string(events);
        ASSERT_EQ(fill_and_kill(directory, events), "");
        auto opened = store::open(directory, crash_options());
        ASSERT_THAT(opened, HoldsValue());
        EXPECT_THAT(opened->check(), HoldsValue());
        const auto stored = opened->watermark().value;
        EXPECT_EQ(positions_of(opened->read_stream("task-1")).size(), stored);
        EXPECT_EQ(opened->count(query::types({"Filled"}))->front().count, stored);
        EXPECT_THAT(opened->append("task-1", expected::at({stored}), {simple_event("More")}),
                    HoldsValue());
    }
}

}  // namespace
}  // namespace daybook::test
