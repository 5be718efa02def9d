// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a fork is the store that would be there if the log had ended at its beginning, and from
// then on another store. Method: forks at every position of a small log, and around the seams of a
// large one, are compared with the oracle of the events before; the original with what it was.

#include <daybook/durable_subscription.hpp>
#include <daybook/fork.hpp>
#include <daybook/process_manager.hpp>
#include <daybook/schema_catalog.hpp>
#include <daybook/snapshot.hpp>

#include "sample_aggregates.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/oracle.hpp"

#include <atomic>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace daybook::test {

struct noted {
    static constexpr std::string_view type_name = "Noted";
    std::string about;
};
BOOST_DESCRIBE_STRUCT(noted, (), (about))

struct told {
    static constexpr std::string_view type_name = "Told";
    std::uint64_t notes = 0;
};
BOOST_DESCRIBE_STRUCT(told, (), (notes))

/// Tells of every second note.
struct counting {
    static constexpr std::string_view name = "counting";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<noted>;
    std::uint64_t notes = 0;
    static std::string key(const noted& e) { return e.about; }
    void on(const noted& e, reactions& then) {
        if (++notes % 2 == 0) then.append("told-" + e.about, told{notes});
    }
};
BOOST_DESCRIBE_STRUCT(counting, (), (notes))

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string contents_of(const store& of) {
    std::string all;
    for (const auto& e : read_everything(of.read_all())) all += facts(e) + "\n\n";
    return all;
}

std::vector<event> first_of(const std::vector<event>& all, position end) {
    return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(end.value)};
}

class Fork : public testing::Test {
protected:
    static store_options options() {
        auto made = quick_options();
        made.indexed_fields = indexed_fields_of_tests();
        return made;
    }
    fs::path next_place() { return home_ / ("fork-" + std::to_string(made_++)); }
    static store open(const fs::path& directory) {
        return store::open(directory, quick_options()).value();
    }
    /// Commits of one to six events, of one stream or two.
    void append_varied(int commits) {
        for (int i = 0; i < commits; ++i) {
            commit_request both;
            both.streams.push_back({make_.stream(), expected::any(), make_.events(4)});
            if (i % 4 == 0) both.streams.push_back({"second-1", expected::any(), make_.events(2)});
            const auto receipt = opened_->commit(both).value();
            for (auto at = receipt.first; at <= receipt.last; ++at.value) {
                begins_at_.push_back(receipt.first);
            }
        }
    }
    void append_notes(std::uint64_t count) {
        for (; count > 0; --count) {
            const auto number = std::to_string(opened_->watermark().value);
            opened_->append("task-1", expected::any(), {simple_event("A" + number)}).value();
        }
    }
    /// Where a fork begins that is wanted at `end`.
    position rounded(position end) const {
        return end.value < begins_at_.size() ? begins_at_[end.value] : end;
    }
    /// Nothing but forks lies in the directory.
    void expect_no_leftovers() const {
        for (const auto& one : fs::directory_iterator{home_.path()}) {
            EXPECT_FALSE(one.path().filename().string().starts_with(".")) << one.path();
        }
    }

    event_maker make_{seed_from_environment()};
    fresh_store opened_{options()};
    temp_directory home_;
    std::vector<position> begins_at_;
    int made_ = 0;
};

TEST_F(Fork, IsTheStoreOfTheEventsBeforeItAtEveryPosition) {
    append_varied(3);
    const auto all = read_everything(opened_->read_all());
    const auto before = opened_.contents();
    for (position end{0}; end.value <= all.size(); ++end.value) {
        const auto report = fork_store(*opened_, next_place(), {.end = end, .check = true}).value();
        const auto begin = rounded(end);
        EXPECT_EQ(report.origin.end, begin);
        EXPECT_EQ(report.origin.store_id, opened_->status().store_id);
        EXPECT_EQ(report.origin.last_event,
                  begin.value == 0 ? event_id{} : all[begin.value - 1].id());
        const auto fork = open(report.directory);
        EXPECT_EQ(fork.status().store_id, report.store_id);
        EXPECT_THAT(origin_of(fork), Holds(testing::Optional(report.origin)));
        const oracle truth{first_of(all, begin)};
        ASSERT_EQ(positions_of(fork.read_all()).size(), begin.value);
        if (end == begin && end.value % 5 == 0) {
            EXPECT_EQ(compare_answers(fork, truth, make_, 1), "") << "fork at " << end.value;
        }
    }
    EXPECT_EQ(opened_.contents(), before);
    EXPECT_THAT(origin_of(*opened_), Holds(testing::Eq(std::nullopt)));
    expect_no_leftovers();
}

TEST_F(Fork, AnswersFromSealedIndexesThatWereCut) {
    append_varied(40);
    constexpr auto segment = limits::segment_events;
    fill(*opened_, 0, segment - opened_->watermark().value - 50);
    append_varied(40);
    fill(*opened_, 1'000'000, 2 * segment - opened_->watermark().value);
    append_varied(5);
    ASSERT_THAT(opened_->finish_background_work(), HoldsValue());
    ASSERT_EQ(opened_->status().segments_sealed, 2U);
    const auto all = read_everything(opened_->read_all());
    for (const auto wanted : {position{segment - 50}, position{segment + 200},
                              position{2 * segment}, opened_->watermark()}) {
        const auto report =
            fork_store(*opened_, next_place(), {.end = wanted, .check = true}).value();
        const auto fork = open(report.directory);
        const auto end = report.origin.end;
        EXPECT_EQ(fork.watermark(), end);
        EXPECT_EQ(fork.status().segments_sealed, end.value / segment);
        EXPECT_EQ(compare_answers(fork, oracle{first_of(all, end)}, make_, 1), "")
            << "fork at " << end.value;
        EXPECT_TRUE(report.bytes_shared > 0 || end < opened_->watermark());
    }
    EXPECT_THAT(opened_->check(), HoldsValue());
}

TEST_F(Fork, SealsItsOwnEventsWhereTheOtherHasOthers) {
    constexpr auto segment = limits::segment_events;
    fill(*opened_, 0, segment + 1000);
    ASSERT_THAT(opened_->finish_background_work(), HoldsValue());
    const auto made = fork_store(*opened_, next_place(), {.end = position{segment / 2}}).value();
    auto fork = open(made.directory);
    EXPECT_EQ(fork.status().segments_sealed, 0U);
    fill(fork, 5'000'000, segment);
    ASSERT_THAT(fork.finish_background_work(), HoldsValue());
    EXPECT_EQ(fork.status().segments_sealed, 1U);
    EXPECT_THAT(fork.check(), HoldsValue());
}

TEST_F(Fork, GoesItsOwnWayAndSoDoesTheOther) {
    append_notes(10);
    const auto made = fork_store(*opened_, next_place(), {.end = position{6}}).value();
    auto fork = open(made.directory);
    EXPECT_NE(fork.status().store_id, opened_->status().store_id);
    append_notes(3);
    EXPECT_THAT(fork.append("task-1", expected::at({6}), {simple_event("B")}), HoldsValue());
    const auto again = fork_store(fork, next_place(), {.end = position{7}}).value();
    EXPECT_EQ(again.origin.store_id, made.store_id);
    auto second = open(again.directory);
    EXPECT_THAT(second.append("task-1", expected::at({7}), {simple_event("C")}), HoldsValue());

    const auto types = [](const store& of) { return types_of(read_everything(of.read_all())); };
    EXPECT_THAT(types(*opened_), ElementsAre("A0", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8",
                                             "A9", "A10", "A11", "A12"));
    EXPECT_THAT(types(fork), ElementsAre("A0", "A1", "A2", "A3", "A4", "A5", "B"));
    EXPECT_THAT(types(second), ElementsAre("A0", "A1", "A2", "A3", "A4", "A5", "B", "C"));
    opened_.reopen();
    for (const store* one : {&*opened_, &fork, &second}) EXPECT_THAT(one->check(), HoldsValue());

    // Cursors of one are not those of another.
    const auto page = opened_->read_page(query{}, 2).value();
    EXPECT_THAT(fork.read_page(query{}, 2, direction::forwards, page.next),
                FailsWith(errc::invalid_argument));
}

TEST_F(Fork, IsMadeWhileEventsAreAppended) {
    append_notes(1);
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> appended{1};
    std::thread writer{[&] {
        while (!stop && appended < 20'000) {
            append_notes(1);
            ++appended;
        }
    }};
    for (std::uint64_t i = 1; i <= 4; ++i) {
        const auto seen = opened_->wait_above({i * 100}, std::chrono::seconds{30});
        const auto end = i % 2 == 0 ? std::optional<position>{} : position{seen.value / 2};
        const auto made = fork_store(*opened_, next_place(), {.end = end, .check = true}).value();
        const auto fork = open(made.directory);
        EXPECT_TRUE(!end || fork.watermark() == *end);
        EXPECT_GE(fork.watermark(), end.value_or(seen));
        std::uint64_t number = 0;
        for (const auto& type : types_of(read_everything(fork.read_all()))) {
            EXPECT_EQ(type, "A" + std::to_string(number++));
        }
    }
    stop = true;
    writer.join();
    EXPECT_THAT(opened_->check(), HoldsValue());
}

TEST_F(Fork, OfAStoreOpenForReadingCopiesItsEvents) {
    append_varied(20);
    const auto all = read_everything(opened_->read_all());
    auto reading = quick_options();
    reading.read_only = true;
    auto reader = store::open(opened_.directory(), reading).value();
    append_notes(2);  // The reader takes them in.
    for (const auto end : {std::optional<position>{}, std::optional{position{0}},
                           std::optional{position{all.size() / 2}}}) {
        const auto made = fork_store(reader, next_place(), {.end = end, .check = true}).value();
        EXPECT_EQ(made.bytes_shared, 0U);
        const auto fork = open(made.directory);
        const auto begin = end ? rounded(*end) : position{all.size() + 2};
        EXPECT_EQ(fork.watermark(), begin);
        EXPECT_EQ(fork.status().indexed_fields, opened_->status().indexed_fields);
        EXPECT_EQ(contents_of(fork) == opened_.contents(), !end.has_value());
        EXPECT_THAT(origin_of(fork), Holds(testing::Optional(made.origin)));
    }
    EXPECT_THAT(fork_store(reader, next_place(), {.end = position{1000}}),
                FailsWith(errc::not_found));
}

TEST_F(Fork, HasAreasOnlyIfItHasAllEvents) {
    using std::chrono::milliseconds;
    append_notes(20);
    keyspace_batch row;
    row.put("key", "value");
    ASSERT_THAT(opened_->open_keyspace("mine")->write(row), HoldsValue());
    for (const auto& [name, last] : {std::pair{"near", 4U}, {"far", 14U}}) {
        auto one = durable_subscription::open(*opened_, name).value();
        while (one.next(milliseconds{0}).value() && one->position().value < last) {
        }
        one.acknowledge(one->position()).value();
    }
    const auto next_of = [](store& in, std::string_view name) {
        auto one = durable_subscription::open(in, name).value();
        return one.next(milliseconds{0}).value() ? one->position().value : in.watermark().value;
    };

    const auto whole = fork_store(*opened_, next_place()).value();
    EXPECT_THAT(whole.keyspaces_dropped, IsEmpty());
    auto all = open(whole.directory);
    EXPECT_THAT(all.open_keyspace("mine")->get("key"),
                Holds(testing::Optional(std::string{"value"})));
    EXPECT_EQ(next_of(all, "near"), 5U);
    EXPECT_EQ(next_of(all, "far"), 15U);

    const auto half = fork_store(*opened_, next_place(), {.end = position{10}}).value();
    EXPECT_THAT(half.keyspaces_dropped, ElementsAre("mine"));
    auto some = open(half.directory);
    EXPECT_THAT(some.keyspaces(), Holds(ElementsAre("daybook.subscriptions")));
    EXPECT_EQ(next_of(some, "near"), 5U);
    EXPECT_EQ(next_of(some, "far"), 10U);

    auto reading = quick_options();
    reading.read_only = true;
    auto reader = store::open(opened_.directory(), reading).value();
    const auto copied = fork_store(reader, next_place(), {.end = position{10}}).value();
    EXPECT_THAT(copied.keyspaces_dropped, ElementsAre("mine"));
    auto copy = open(copied.directory);
    EXPECT_EQ(next_of(copy, "near"), 5U);
    EXPECT_EQ(next_of(copy, "far"), 10U);
}

TEST_F(Fork, KeepsSchemas) {
    append_notes(20);
    constexpr std::string_view text = R"({"type":"object"})";
    auto schemas = schema_catalog::open(*opened_).value();
    ASSERT_THAT(schemas.add("Noted", "1.0.0", text), HoldsValue());
    ASSERT_THAT(schemas.set_mode(schema_mode::strict), HoldsValue());
    auto reading = quick_options();
    reading.read_only = true;
    auto reader = store::open(opened_.directory(), reading).value();
    for (store* from : {&*opened_, &reader}) {
        const auto made = fork_store(*from, next_place(), {.end = position{10}}).value();
        EXPECT_THAT(made.keyspaces_dropped, IsEmpty());
        auto fork = open(made.directory);
        const auto there = schema_catalog::open(fork).value();
        EXPECT_EQ(there.get("Noted").value().text, text);
        EXPECT_EQ(there.mode(), schema_mode::strict);
    }
}

TEST_F(Fork, HasNoSnapshotsOfLaterEvents) {
    repository<account> accounts{*opened_};
    for (int i = 0; i < 60; ++i) accounts.execute("7", deposit{1}).value();
    ASSERT_THAT(accounts.take_snapshot("7"), HoldsValue());
    const auto made = fork_store(*opened_, next_place(), {.end = position{20}}).value();
    auto fork = open(made.directory);
    EXPECT_THAT(list_snapshots(fork), Holds(IsEmpty()));
    const repository<account> there{fork};
    EXPECT_EQ(there.load("7")->state->cents, 20);
}

TEST_F(Fork, BeginsItsProcessesAgainAndDoesNothingTwice) {
    const auto note = [&](store& in) {
        in.append("note-1", expected::any(), {simple_event("Noted", R"({"about":"it"})")}).value();
    };
    const auto run = [](store& in) {
        auto process = process_manager<counting>::open(in).value();
        process.catch_up().value();
    };
    for (int i = 0; i < 3; ++i) note(*opened_);
    run(*opened_);
    const auto middle = opened_->watermark();  // Three, and one told.
    ASSERT_EQ(middle, position{4});
    for (int i = 0; i < 2; ++i) note(*opened_);
    run(*opened_);
    const auto made = fork_store(*opened_, next_place(), {.end = middle}).value();
    auto fork = open(made.directory);
    run(fork);
    EXPECT_EQ(fork.watermark(), middle) << "what was told was told again";
    note(fork);
    run(fork);
    EXPECT_EQ(fork.head("told-it")->last, sequence{2}) << "the count was lost";
}

TEST_F(Fork, HasFromTheBeginningWhatIsPrepared) {
    append_notes(5);
    const auto made = fork_store(*opened_, next_place(),
                                 {.end = position{3},
                                  .prepare = [](store& fork) -> result<void> {
                                      const auto done =
                                          fork.append("x-1", expected::any(), {simple_event("X")});
                                      return done ? result<void>{} : done.error();
                                  }})
                          .value();
    EXPECT_EQ(made.origin.end, position{3});
    EXPECT_THAT(types_of(read_everything(open(made.directory).read_all())),
                ElementsAre("A0", "A1", "A2", "X"));
    const auto place = next_place();
    EXPECT_THAT(fork_store(*opened_, place, {.prepare = [](store&) -> result<void> {
                    return fail(errc::refused, "test: not prepared");
                }}),
                FailsWith(errc::refused));
    EXPECT_FALSE(fs::exists(place));
    expect_no_leftovers();
}

TEST_F(Fork, IsRefusedWhereItCannotBe) {
    append_notes(5);
    const auto place = next_place();
    const auto beyond = fork_store(*opened_, place, {.end = position{6}});
    EXPECT_THAT(beyond, FailsWith(errc::not_found));
    EXPECT_THAT(beyond.error().message, HasSubstr("ends at position 5"));
    EXPECT_THAT(fork_store(*opened_, opened_.directory()), FailsWith(errc::refused));
    EXPECT_THAT(fork_store(*opened_, opened_.directory() / "inside"), FailsWith(errc::refused));
    EXPECT_THAT(fork_store(*opened_, opened_.directory() / ".." / "store" / "in"),
                FailsWith(errc::refused));
    fs::create_directories(place);
    EXPECT_THAT(fork_store(*opened_, place), HoldsValue()) << "an empty directory will do";
    EXPECT_THAT(fork_store(*opened_, place), FailsWith(errc::refused));
    EXPECT_THAT(fork_store(*opened_, home_ / "new" / "deep"), HoldsValue());
    expect_no_leftovers();
}

TEST_F(Fork, CopiesFilesToAnotherFileSystem) {
    const fs::path other{"/dev/shm"};
    struct stat here {};
    struct stat there {};
    if (::stat(home_.path().c_str(), &here) != 0 || ::stat(other.c_str(), &there) != 0 ||
        here.st_dev == there.st_dev || ::access(other.c_str(), W_OK) != 0) {
        GTEST_SKIP() << "needs a directory on another file system at " << other;
    }
    fill(*opened_, 0, limits::segment_events + 10);
    ASSERT_THAT(opened_->finish_background_work(), HoldsValue());
    auto name = (other / "daybook-test-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    const auto near = fork_store(*opened_, next_place()).value();
    EXPECT_GT(near.bytes_shared, 0U);
    const auto far = fork_store(*opened_, fs::path{name} / "fork", {.check = true});
    std::string found;
    if (far) found = contents_of(open(far->directory));
    fs::remove_all(name);
    ASSERT_THAT(far, HoldsValue());
    EXPECT_EQ(far->bytes_shared, 0U);
    EXPECT_GE(far->bytes_copied, near.bytes_shared);
    EXPECT_EQ(found, opened_.contents());
}

}  // namespace
}  // namespace daybook::test
