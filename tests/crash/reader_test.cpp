// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a reader beside a writing process sees a prefix of what is written, each time a longer one,
// and answers by it; killing the writer at any moment changes nothing of that, nor of the backups
// that it was making. Method: processes that write, reindex and back up, and are killed.

#include <daybook/backup.hpp>

#include "crash/written_process.hpp"
#include "support/event_maker.hpp"
#include "support/facts.hpp"
#include "support/matchers.hpp"
#include "support/oracle.hpp"
#include "support/temp_directory.hpp"

#include <algorithm>

namespace daybook::test {
namespace {

store open_reader(const std::filesystem::path& directory) {
    auto options = crash_options();
    options.read_only = true;
    return store::open(directory, options).value();
}

class ReaderBeside : public testing::TestWithParam<std::uint64_t> {
protected:
    /// Takes in what is new and compares all answers with those of a walk over all events.
    void look(store& reader) {
        const auto end = reader.refresh().value();
        ASSERT_EQ(end, reader.watermark());
        ASSERT_GE(end.value, known_.log().size()) << "it went back";
        for (auto& e : read_everything(reader.read_all({.from = known_.log().size()}))) {
            ASSERT_EQ(e.view().position().value, known_.log().size());
            known_.add(std::move(e));
        }
        ASSERT_EQ(known_.log().size(), end.value);
        EXPECT_EQ(wrong_answer(reader), "");
        const auto areas = reader.keyspaces().value();
        if (std::find(areas.begin(), areas.end(), "view") == areas.end()) return;
        const auto view = reader.open_keyspace("view").value();
        const auto first = view.get("0").value();
        for (int row = 0; row < view_rows; ++row) {
            EXPECT_EQ(view.get(std::to_string(row)).value(), first) << "half a batch";
        }
        const auto made_at = first ? std::stoull(*first) : 0;
        EXPECT_LE(made_at, end.value) << "rows of events that are not there";
    }

    /// Each kind of query once. Causality is left out: the log grows too large for the slow way.
    std::string wrong_answer(const store& reader) {
        auto& random = make_.random();
        std::string wrong;
        for (std::uint64_t i = 0; i < event_maker::query_kinds && wrong.empty(); ++i) {
            read_options options;
            if (random.chance(50)) options.direction = direction::backwards;
            if (random.chance(40)) options.from = random.below(known_.log().size() + 2);
            if (random.chance(40)) options.limit = random.below(30);
            wrong = compare_query(reader, known_, make_.query_of_kind(i), options);
        }
        if (!wrong.empty()) return wrong;
        return compare_counts(reader, known_, make_.some_query(), make_.some_grouping());
    }

    temp_directory home_;
    std::filesystem::path directory_ = home_ / "store";
    event_maker make_{GetParam()};
    oracle known_;
};

TEST_P(ReaderBeside, SeesMoreAndMoreOfTheSameLogWhileWritersComeAndAreKilled) {
    std::optional<store> reader;
    for (std::uint64_t round = 0; round < 2; ++round) {
        running_writer writer{directory_, "write", GetParam() + 10 * round};
        for (int i = 0; i < 3; ++i) {
            writer.hear(60);
            if (!reader) reader.emplace(open_reader(directory_));
            ASSERT_NO_FATAL_FAILURE(look(*reader)) << "round " << round;
        }
        EXPECT_EQ(writer.kill(), "");
        ASSERT_NO_FATAL_FAILURE(look(*reader)) << "the writer is dead";
    }
    auto later = open_reader(directory_);
    EXPECT_EQ(later.watermark(), reader->watermark());
    auto writer = store::open(directory_, crash_options()).value();
    EXPECT_THAT(writer.check(), HoldsValue());
    ASSERT_EQ(writer.watermark(), reader->watermark());
    const auto all = read_everything(writer.read_all());
    for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(facts(all[i]), facts(known_.log()[i]));
    ASSERT_NO_FATAL_FAILURE(look(*reader)) << "another writer has it";
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReaderBeside, testing::Range<std::uint64_t>(1, 3));

class BackupKilled : public testing::TestWithParam<std::uint64_t> {};

TEST_P(BackupKilled, LeavesWholeBackupsOnly) {
    const temp_directory home;
    const auto target = home / "store-backups";
    for (std::uint64_t round = 0; round < 3; ++round) {
        randomness random{GetParam() * 100 + round};
        running_writer writer{home / "store", "backup", 1 + random.below(400)};
        writer.hear(1 + random.below(4));
        // A moment that no line marks: so much work of our own.
        for (auto left = random.below(20); left > 0; --left) (void)std::filesystem::exists(target);
        EXPECT_EQ(writer.kill(), "");
        const auto report = verify_backups(target);
        ASSERT_THAT(report, HoldsValue());
        EXPECT_TRUE(report->problems.empty());
        const auto backups = list_backups(target).value();
        ASSERT_FALSE(backups.empty());
        const auto to = home / ("restored" + std::to_string(round));
        EXPECT_EQ(restore_backup(target, to).value().events, backups.back().events);
    }
    auto log = store::open(home / "store", crash_options()).value();
    ASSERT_THAT(create_backup(log, target), HoldsValue());
    EXPECT_EQ(verify_backups(target).value().leftovers, 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BackupKilled, testing::Range<std::uint64_t>(1, 5));

}  // namespace
}  // namespace daybook::test
