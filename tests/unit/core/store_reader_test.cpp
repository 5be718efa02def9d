// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a store that is open for reading beside its writer answers as the writer did at one moment,
// whatever the writer does meanwhile, and moves on when it is told to. Method: both are in this
// process, so that each step is known; tests/crash/reader_test.cpp has two processes.

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

store_options reading_options() {
    auto options = quick_options();
    options.read_only = true;
    return options;
}

std::string all_facts(const store& of) {
    std::string all;
    for (const auto& e : read_everything(of.read_all())) all += facts(e) + "\n\n";
    return all;
}

/// Answers to questions of every kind, to compare a reader with its writer.
std::string answers(const store& of) {
    std::string all = std::to_string(of.watermark().value);
    const auto add = [&](const auto& numbers) {
        std::uint64_t digest = numbers.size();
        for (const auto one : numbers) digest = digest * 1'099'511'628'211U + one;
        all += " " + std::to_string(digest);
    };
    for (const auto dir : {direction::forwards, direction::backwards}) {
        add(positions_of(of.read_all({.direction = dir})));
        add(positions_of(of.read(query::types({"Filled1", "A"}), {.direction = dir})));
        add(positions_of(of.read(query{criteria{.stream = "filler-3"}}, {.direction = dir})));
        add(sequences_of(read_everything(of.read_stream("filler-5", {.direction = dir}))));
    }
    for (const auto& group : of.count({}, {grouping::kind::type, ""}).value()) {
        all += " " + group.key + "=" + std::to_string(group.count);
    }
    for (std::uint64_t i = 0; i < 20; ++i) {
        const auto head = of.head(filler_stream(i)).value();
        all += " " + std::to_string(head.last.value) + "@" + std::to_string(head.at.value);
    }
    return all;
}

std::set<std::string> tables_in(const fs::path& directory) {
    std::set<std::string> names;
    for (const auto& file : fs::directory_iterator{directory}) {
        if (file.path().extension() == ".sst") names.insert(file.path().filename().string());
    }
    return names;
}

class Reader : public testing::Test {
protected:
    store open_reader() const {
        return store::open(writer_.directory(), reading_options()).value();
    }
    void append(std::string type, std::optional<durability> durable = {}) {
        writer_->append("task-1", expected::any(), {simple_event(std::move(type))}, durable)
            .value();
    }
    void put(const std::string& area, const std::string& key, const std::string& value) {
        auto rows = writer_->open_keyspace(area).value();
        keyspace_batch batch;
        batch.put(key, value);
        rows.write(batch).value();
    }
    fresh_store writer_;
};

TEST_F(Reader, SeesWhatIsNewWhenItIsTold) {
    append("A");
    auto reader = open_reader();
    EXPECT_EQ(reader.watermark(), position{1});
    auto early = reader.read_all();
    append("B");
    EXPECT_EQ(reader.watermark(), position{1});
    EXPECT_EQ(reader.refresh().value(), position{2});
    EXPECT_EQ(all_facts(reader), writer_.contents());
    EXPECT_EQ(types_of(read_everything(std::move(early))), std::vector<std::string>{"A"})
        << "a walk that was begun sees the log as of its beginning";
    EXPECT_EQ(reader.status().last_recorded_at, writer_->status().last_recorded_at);
    EXPECT_EQ(reader.refresh().value(), position{2}) << "nothing new";
    EXPECT_EQ(writer_->refresh().value(), position{2}) << "a writer has nothing to refresh";
}

TEST_F(Reader, SeesBufferedEventsOnceTheyAreHandedOver) {
    append("A", durability::written);
    auto reader = open_reader();
    append("B", durability::buffered);
    EXPECT_EQ(reader.refresh().value(), position{1});
    ASSERT_THAT(writer_->sync(), HoldsValue());
    EXPECT_EQ(reader.refresh().value(), position{2});
}

TEST_F(Reader, RefreshesByItselfWhileItWaits) {
    auto reader = open_reader();
    EXPECT_EQ(reader.wait_above({0}, std::chrono::milliseconds{0}), position{0});
    std::thread writing{[this] { append("A"); }};
    EXPECT_EQ(reader.wait_above({0}, std::chrono::minutes{1}), position{1});
    writing.join();
}

TEST_F(Reader, ServesSubscriptions) {
    append("A");
    auto reader = open_reader();
    auto all = reader.subscribe({}).value();
    auto some = reader.subscribe({.which = query::types({"B"})}).value();
    ASSERT_TRUE(all.next(std::chrono::milliseconds{0}).value());
    EXPECT_EQ(all->type(), "A");
    EXPECT_FALSE(all.next(std::chrono::milliseconds{0}).value());
    std::thread writing{[this] {
        append("C");
        append("B");
    }};
    ASSERT_TRUE(some.next(std::chrono::minutes{1}).value());
    EXPECT_EQ(some->position(), position{2});
    writing.join();
    ASSERT_TRUE(all.next(std::chrono::minutes{1}).value());
    EXPECT_EQ(all->type(), "C");
    // Far behind: by the index, and through the log while that is in use.
    fill(*writer_, 0, 150'000);
    ASSERT_THAT(writer_->finish_background_work(), HoldsValue());
    auto one = reader.subscribe({.which = query{criteria{.stream = "filler-3"}}}).value();
    const auto last = writer_->head("filler-3").value();
    for (std::uint64_t n = 1; n <= last.last.value; ++n) {
        ASSERT_TRUE(one.next(std::chrono::minutes{1}).value());
        ASSERT_EQ(one->sequence().value, n);
    }
}

TEST_F(Reader, ReadsOnWhatItHadWhenItsStoreIsReplaced) {
    append("A");
    append("B");
    auto reader = open_reader();
    const auto before = all_facts(reader);
    writer_.close();
    fs::rename(writer_.directory(), writer_.directory().parent_path() / "moved");
    EXPECT_THAT(reader.refresh(), FailsWith(errc::not_found, "there is none"));
    {
        auto other = store::open(writer_.directory(), quick_options()).value();
        fill(other, 0, 10);
        EXPECT_THAT(reader.refresh(), FailsWith(errc::corrupt, "another store"));
    }
    fs::remove_all(writer_.directory());
    EXPECT_EQ(reader.wait_above({2}, std::chrono::milliseconds{1}), position{2});
    EXPECT_EQ(all_facts(reader), before);
}

TEST_F(Reader, CanBeAskedByOneThreadWhileAnotherRefreshes) {
    // Each of these once waited for the other for ever.
    append("A");
    auto reader = open_reader();
    std::atomic<bool> done{false};
    std::thread asking{[&] {
        while (!done) {
            (void)reader.status();
            (void)reader.metrics();
            (void)reader.check();
        }
    }};
    for (int i = 0; i < 200; ++i) {
        append("B", durability::written);
        EXPECT_EQ(reader.refresh().value(), writer_->watermark());
    }
    done = true;
    asking.join();
}

TEST_F(Reader, AnswersAsTheWriterWhileSegmentsAreSealed) {
    auto reader = open_reader();
    // Within a segment, across its end, and over whole segments at once.
    std::uint64_t number = 0;
    for (const std::uint64_t more : {10'000U, 50'000U, 10'000U, 60'000U, 150'000U}) {
        fill(*writer_, number, more);
        number += more;
        EXPECT_EQ(reader.refresh().value(), writer_->watermark());
        EXPECT_EQ(answers(reader), answers(*writer_)) << number;
        ASSERT_THAT(writer_->finish_background_work(), HoldsValue());
        EXPECT_EQ(reader.refresh().value(), writer_->watermark());
        EXPECT_EQ(reader.status().segments_sealed, writer_->status().segments_sealed);
        EXPECT_EQ(answers(reader), answers(*writer_)) << number << ", sealed";
    }
    EXPECT_THAT(reader.check(), HoldsValue());
    writer_.reopen();
    append("A");
    EXPECT_EQ(reader.refresh().value(), writer_->watermark()) << "another writer came";
    EXPECT_EQ(answers(reader), answers(*writer_));
}

TEST_F(Reader, GoesOnAfterItsFilesAreGoneAndTakesTheNewIndexAtTheNextRefresh) {
    fill(*writer_, 0, 150'000);
    ASSERT_THAT(writer_->finish_background_work(), HoldsValue());
    auto reader = open_reader();
    const auto before = answers(*writer_);
    const auto tables = tables_in(writer_.directory());
    auto by_index = reader.read(query{criteria{.stream = "filler-3"}}).value();
    ASSERT_TRUE(by_index.next().value());

    ASSERT_THAT(writer_->reindex(std::vector<std::string>{"/n"}), HoldsValue());
    ASSERT_FALSE(std::ranges::includes(tables_in(writer_.directory()), tables)) << "none is gone";
    EXPECT_TRUE(by_index.next().value());
    EXPECT_EQ(answers(reader), before);
    EXPECT_THAT(reader.status().indexed_fields, IsEmpty());

    EXPECT_EQ(reader.refresh().value(), writer_->watermark());
    EXPECT_THAT(reader.status().indexed_fields, ElementsAre("/n"));
    EXPECT_EQ(reader.status().segments_sealed, 2U);
    EXPECT_EQ(answers(reader), before);
    EXPECT_THAT(by_index.collect(), FailsWith(errc::refused));
    EXPECT_THAT(reader.check(), HoldsValue());
    fill(*writer_, 150'000, 70'000);
    EXPECT_EQ(reader.refresh().value(), writer_->watermark());
    EXPECT_EQ(answers(reader), answers(*writer_));
}

TEST_F(Reader, SeesKeyspacesComeChangeAndGo) {
    put("old", "k", "1");
    auto reader = open_reader();
    auto old = reader.open_keyspace("old").value();
    EXPECT_EQ(old.get("k").value(), "1");
    put("old", "k", "2");
    put("new", "k", "3");
    EXPECT_THAT(reader.open_keyspace("new"), FailsWith(errc::refused));
    ASSERT_THAT(reader.refresh(), HoldsValue());
    EXPECT_EQ(old.get("k").value(), "2") << "opened before the new area came";
    EXPECT_EQ(reader.open_keyspace("new").value().get("k").value(), "3");
    EXPECT_THAT(reader.keyspaces().value(), ElementsAre("new", "old"));

    ASSERT_THAT(writer_->drop_keyspace("old"), HoldsValue());
    EXPECT_EQ(old.get("k").value(), "2") << "until it is told";
    put("old", "k", "4");
    ASSERT_THAT(reader.refresh(), HoldsValue());
    EXPECT_EQ(old.get("k").value(), "4") << "another area of that name";
    ASSERT_THAT(writer_->drop_keyspace("old"), HoldsValue());
    ASSERT_THAT(reader.refresh(), HoldsValue());
    EXPECT_THAT(old.get("k"), FailsWith(errc::not_found, "dropped"));
    EXPECT_THAT(reader.keyspaces().value(), ElementsAre("new"));
}

TEST_F(Reader, SeesRowsAsTheyAreAfterTheWriterHasFlushedThem) {
    // Rows that change, in an area so large that it is flushed and merged again and again.
    const std::string large(100'000, 'x');
    put("rows", "0", "0");
    auto reader = open_reader();
    auto rows = reader.open_keyspace("rows").value();
    auto written = writer_->open_keyspace("rows").value();
    for (int round = 1; round <= 600; ++round) {
        keyspace_batch batch;
        for (int key = 0; key < 2; ++key) {
            batch.put(std::to_string(key), std::to_string(round) + large);
        }
        written.write(batch).value();
        if (round % 20 != 0) continue;
        ASSERT_THAT(reader.refresh(), HoldsValue());
        for (int key = 0; key < 2; ++key) {
            const auto seen = rows.get(std::to_string(key)).value().value();
            ASSERT_EQ(seen.substr(0, seen.find('x')), std::to_string(round));
        }
    }
    EXPECT_FALSE(tables_in(writer_.directory()).empty());
}

TEST_F(Reader, LeavesNoTrace) {
    append("A");
    writer_.close();
    const auto look = [&] {
        std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> files;
        for (const auto& file : fs::recursive_directory_iterator{writer_.directory().parent_path()})
            files[file.path().string()] = {file.is_directory() ? 0 : file.file_size(),
                                           file.last_write_time()};
        return files;
    };
    const auto before = look();
    {
        auto reader = open_reader();
        EXPECT_EQ(reader.refresh().value(), position{1});
    }
    EXPECT_EQ(look(), before);
}

TEST_F(Reader, ManyReadersAndThreadsFollowOneWriter) {
    auto reader = open_reader();
    constexpr std::uint64_t total = 100'000;
    std::thread writing{[&] { fill(*writer_, 0, total); }};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&, i] {
            auto own = open_reader();
            auto& from = i == 0 ? own : reader;
            for (position seen; seen.value < total;) {
                seen = from.wait_above(seen, std::chrono::minutes{1});
                // Read all that is there, and find some by index: no gap, nothing beyond.
                auto events = from.read_all({.direction = direction::backwards, .limit = 2'000});
                const auto got = positions_of(std::move(events));
                EXPECT_GE(got.front() + 1, seen.value);
                EXPECT_EQ(got.front() - got.back() + 1, got.size());
                const auto head = from.head("filler-3").value();
                EXPECT_EQ(read_everything(from.read_stream("filler-3")).size() >= head.last.value,
                          true);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    writing.join();
    EXPECT_EQ(answers(reader), answers(*writer_));
}

TEST_F(Reader, IsNeededBesideAWriterWhoseNameIsTold) {
    const auto second = store::open(writer_.directory(), quick_options());
    ASSERT_THAT(second, FailsWith(errc::locked, "by this process"));
    EXPECT_THAT(second, FailsWith(errc::locked, "read beside it"));
}

}  // namespace
}  // namespace daybook::test
