// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a backup is the log as it was, whatever happened around it, and makes a store again; what
// is not a sound backup is found. Method: stores are compared event by event.

#include <daybook/backup.hpp>
#include <daybook/consumer_group.hpp>
#include <daybook/durable_subscription.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

namespace daybook::test {
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

class Backup : public testing::Test {
protected:
    void append(std::uint64_t events) {
        for (; events > 0; --events) {
            const auto number = opened_->watermark().value;
            opened_
                ->append("task-" + std::to_string(number % 3), expected::any(),
                         {simple_event("A" + std::to_string(number))})
                .value();
        }
    }
    backup_info back_up(const backup_options& options = {}) {
        return create_backup(*opened_, target_, options).value();
    }
    /// What a restored store holds; it passed `store::check`.
    std::string restored(const restore_options& options = {}) {
        const auto to = home_ / ("restored-" + std::to_string(restored_++));
        const auto status = restore_backup(target_, to, options).value();
        EXPECT_EQ(status.directory, to);
        auto opened = store::open(to, quick_options()).value();
        EXPECT_EQ(opened.status().store_id, opened_->status().store_id);
        EXPECT_THAT(opened.check(), HoldsValue());
        return contents_of(opened);
    }
    std::vector<fs::path> files(std::string_view prefix) const {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator{target_}) {
            if (entry.path().filename().string().starts_with(prefix)) found.push_back(entry.path());
        }
        std::sort(found.begin(), found.end());
        return found;
    }
    std::size_t things_in_home() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator{home_.path()}, fs::directory_iterator{}));
    }

    temp_directory home_;
    fs::path target_ = home_ / "backups";
    fresh_store opened_;
    int restored_ = 0;
};

void flip_byte(const fs::path& file, std::uintmax_t at) {
    std::fstream bytes{file, std::ios::in | std::ios::out | std::ios::binary};
    bytes.seekg(static_cast<std::streamoff>(at));
    const auto old = static_cast<char>(bytes.get());
    bytes.seekp(static_cast<std::streamoff>(at));
    bytes.put(static_cast<char>(old ^ 0x01));
}

TEST_F(Backup, MakesTheSameStoreAgain) {
    event_maker make{7};
    for (int i = 0; i < 50; ++i) {
        opened_->append(make.stream(), expected::any(), make.events(5)).value();
    }
    const auto made = back_up();
    EXPECT_EQ(made.number, 1U);
    EXPECT_EQ(made.events, opened_->watermark().value);
    EXPECT_EQ(made.store_id, opened_->status().store_id);
    EXPECT_EQ(made.format, opened_->status().format);
    EXPECT_EQ(made.last_recorded_at, opened_->status().last_recorded_at);
    EXPECT_EQ(made.bytes, made.bytes_new);
    EXPECT_EQ(restored(), opened_.contents());
    const auto report = verify_backups(target_).value();
    EXPECT_THAT(report.problems, IsEmpty());
    EXPECT_EQ(report.events, made.events);
    EXPECT_EQ(report.leftovers, 0U);
}

TEST_F(Backup, OfAnEmptyStoreIsOne) {
    EXPECT_EQ(back_up().events, 0U);
    EXPECT_EQ(restored(), "");
    EXPECT_THAT(verify_backups(target_).value().problems, IsEmpty());
}

TEST_F(Backup, KeepsSettings) {
    auto options = quick_options();
    options.indexed_fields = {"/n", "/b"};
    fresh_store indexed{options};
    fill(*indexed, 0, 100);
    ASSERT_THAT(create_backup(*indexed, target_), HoldsValue());
    const auto status = restore_backup(target_, home_ / "restored").value();
    EXPECT_THAT(status.indexed_fields, ElementsAre("/n", "/b"));
}

TEST_F(Backup, KeepsWhereSubscriptionsAndGroupsAre) {
    using std::chrono::milliseconds;
    append(20);
    const auto go_to = [&](std::string_view name, std::uint64_t position) {
        auto one = durable_subscription::open(*opened_, name).value();
        while (one.next(milliseconds{0}).value() && one->position().value < position) {
        }
        one.acknowledge(one->position()).value();
    };
    EXPECT_EQ(back_up().subscriptions, 0U);
    go_to("mails", 4);
    go_to("far", 14);
    const auto first = back_up();
    EXPECT_EQ(first.subscriptions, 2U);
    EXPECT_EQ(back_up().bytes_new, 0U) << "the same rows";
    EXPECT_EQ(files("subscriptions-").size(), 1U);
    go_to("mails", 7);
    EXPECT_EQ(back_up().subscriptions, 2U);
    EXPECT_EQ(files("subscriptions-").size(), 2U);
    EXPECT_THAT(verify_backups(target_).value().problems, IsEmpty());

    const auto cursors = [&](const restore_options& options) {
        const auto to = home_ / ("cursors-" + std::to_string(restored_++));
        restore_backup(target_, to, options).value();
        auto log = store::open(to, quick_options()).value();
        std::map<std::string, std::uint64_t> found;
        for (const auto& one : durable_subscriptions(log).value()) {
            found[one.name] = one.acknowledged.value;
            auto opened = durable_subscription::open(log, one.name).value();
            EXPECT_EQ(opened.next(milliseconds{0}).value(), one.acknowledged < log.watermark());
        }
        return found;
    };
    using where = std::map<std::string, std::uint64_t>;
    EXPECT_EQ(cursors({.number = 2}), (where{{"far", 15}, {"mails", 5}}));
    EXPECT_EQ(cursors({}), (where{{"far", 15}, {"mails", 8}}));
    EXPECT_EQ(cursors({.position = position{9}}), (where{{"far", 10}, {"mails", 8}}));
    EXPECT_EQ(cursors({.number = 1}), where{});

    const auto rows = files("subscriptions-");
    for (const auto& file : rows) flip_byte(file, 3);
    EXPECT_EQ(verify_backups(target_).value().problems.size(), 2U);
    EXPECT_THAT(restore_backup(target_, home_ / "no"), FailsWith(errc::corrupt, "subscriptions-"));
    EXPECT_FALSE(fs::exists(home_ / "no"));
    for (const auto& file : rows) fs::remove(file);
    EXPECT_EQ(verify_backups(target_).value().problems.size(), 2U);
    back_up({.keep = 1});
    EXPECT_EQ(cursors({}), (where{{"far", 15}, {"mails", 8}}));
}

TEST_F(Backup, KeepsWhatAGroupHasParked) {
    append(6);
    {
        // All streams wait for their first event.
        auto group =
            consumer_group::open(*opened_, "workers", {.retries = {.attempts_max = 1}}).value();
        ASSERT_THAT(group.start([](const event_view&) -> result<void> {
            return fail(errc::io, "it rained");
        }),
                    HoldsValue());
        ASSERT_TRUE(group.wait_done(opened_->watermark(), std::chrono::minutes{1}));
        ASSERT_THAT(group.stop(), HoldsValue());
    }
    back_up();
    const auto to = home_ / "restored";
    ASSERT_THAT(restore_backup(target_, to), HoldsValue());
    auto log = store::open(to, quick_options()).value();
    EXPECT_EQ(consumer_group::open(log, "workers").value().parked().value().size(), 6U);
    ASSERT_THAT(restore_backup(target_, home_ / "earlier", {.position = position{0}}),
                HoldsValue());
    auto earlier = store::open(home_ / "earlier", quick_options()).value();
    EXPECT_EQ(consumer_group::open(earlier, "workers").value().parked().value().size(), 1U);
}

TEST_F(Backup, SharesFilesWithTheOneBefore) {
    append(200);
    const auto first = back_up();
    const auto before = opened_.contents();
    const auto old_files = files("log-");
    append(10);
    const auto second = back_up();
    EXPECT_EQ(second.number, 2U);
    EXPECT_LT(second.bytes_new, first.bytes_new);
    EXPECT_EQ(second.bytes, first.bytes + second.bytes_new);
    const auto new_files = files("log-");
    EXPECT_TRUE(
        std::includes(new_files.begin(), new_files.end(), old_files.begin(), old_files.end()));
    EXPECT_EQ(back_up().bytes_new, 0U) << "nothing new";
    EXPECT_EQ(restored(), opened_.contents());
    EXPECT_EQ(restored({.number = 1}), before);
    const auto listed = list_backups(target_).value();
    ASSERT_EQ(listed.size(), 3U);
    EXPECT_EQ(listed[0].events, 200U);
    EXPECT_EQ(listed[2].events, 210U);
    EXPECT_EQ(listed[1].bytes, second.bytes);
}

TEST_F(Backup, WritesManySmallPiecesAsOneAgain) {
    for (int i = 0; i < 70; ++i) {
        append(1);
        back_up({.keep = 1});
    }
    EXPECT_LE(files("log-").size(), 33U);
    EXPECT_EQ(files("backup-").size(), 1U);
    EXPECT_EQ(restored(), opened_.contents());
}

TEST_F(Backup, HoldsWhatIsBuffered) {
    append(3);
    opened_->append("task-1", expected::any(), {simple_event("B")}, durability::buffered).value();
    EXPECT_EQ(back_up().events, 4U);
}

TEST_F(Backup, IsMadeFromAReaderBesideTheWriter) {
    append(5);
    auto options = quick_options();
    options.read_only = true;
    auto reader = store::open(opened_.directory(), options).value();
    append(5);
    EXPECT_EQ(create_backup(reader, target_).value().events, 10U);
    EXPECT_EQ(restored(), opened_.contents());
}

TEST_F(Backup, IsAPrefixWhileOthersWrite) {
    fill(*opened_, 0, 1'000);
    std::thread writing{[this] { fill(*opened_, 1'000, 150'000); }};
    std::uint64_t last = 0;
    while (last < 100'000) last = back_up().events;
    writing.join();
    EXPECT_THAT(verify_backups(target_).value().problems, IsEmpty());
    const auto numbers = list_backups(target_).value();
    const auto& one = numbers[numbers.size() / 2];
    const auto status = restore_backup(target_, home_ / "restored", {.number = one.number}).value();
    EXPECT_EQ(status.events, one.events);
    auto copy = store::open(home_ / "restored", quick_options()).value();
    auto left = copy.read_all().value();
    auto right = opened_->read_all().value();
    while (left.next().value()) {
        ASSERT_TRUE(right.next().value());
        ASSERT_EQ(left->record(), right->record());
    }
}

TEST_F(Backup, SharesWholeFilesOfALargeLog) {
    fill(*opened_, 0, 530'000);
    const auto first = back_up();
    fill(*opened_, 530'000, 5'000);
    const auto second = back_up({.keep = 1});
    EXPECT_LT(second.bytes_new * 10, first.bytes);
    EXPECT_EQ(files("log-").size(), 3U) << "a complete one and two pieces";
    const auto status =
        restore_backup(target_, home_ / "restored", {.position = position{524'998}}).value();
    EXPECT_EQ(status.events, 524'000U) << "commits have 1000 events";
    EXPECT_EQ(status.segments_sealed, 7U);
}

TEST_F(Backup, IsRestoredToEveryPosition) {
    // Commits of several sizes, some in one frame together and some over several.
    std::vector<std::uint64_t> ends{0};
    const std::string large(3'000, 'x');
    for (std::size_t i = 0; i < 12; ++i) {
        std::vector<new_event> events(1 + i % 4, simple_event("A", '"' + large + '"'));
        if (i % 3 == 0) events.assign(1 + i % 4, simple_event("B"));
        const auto at = opened_->append("task-1", expected::any(), events).value();
        ends.push_back(at.last.value + 1);
        if (i == 6) back_up();
    }
    back_up();
    const auto all = read_everything(opened_->read_all());
    for (std::uint64_t p = 0; p < all.size(); ++p) {
        const auto end = *std::prev(std::upper_bound(ends.begin(), ends.end(), p + 1));
        std::string wanted;
        for (std::uint64_t i = 0; i < end; ++i) wanted += facts(all[i]) + "\n\n";
        EXPECT_EQ(restored({.position = position{p}}), wanted) << p;
    }
    EXPECT_THAT(restore_backup(target_, home_ / "no", {.position = position{all.size()}}),
                FailsWith(errc::not_found, "ends before position"));
}

TEST_F(Backup, IsRestoredToATime) {
    append(8);
    const auto made = back_up();
    const auto all = read_everything(opened_->read_all());
    for (const auto& moment : all) {
        const auto time = moment.view().recorded_at();
        std::string wanted;
        for (const auto& e : all) {
            if (e.view().recorded_at() <= time) wanted += facts(e) + "\n\n";
        }
        EXPECT_EQ(restored({.time = time}), wanted);
    }
    EXPECT_EQ(restored({.time = all.front().view().recorded_at() - std::chrono::microseconds{1}}),
              "");
    EXPECT_EQ(restored({.time = made.made_at}), opened_.contents());
    EXPECT_THAT(restore_backup(target_, home_ / "no",
                               {.time = made.made_at + std::chrono::microseconds{1}}),
                FailsWith(errc::not_found, "was made at"));
    EXPECT_THAT(
        restore_backup(target_, home_ / "no", {.position = position{1}, .time = made.made_at}),
        FailsWith(errc::invalid_argument));
}

TEST_F(Backup, GoesOnFromARestoredStore) {
    append(20);
    back_up();
    ASSERT_THAT(restore_backup(target_, home_ / "earlier", {.position = position{9}}),
                HoldsValue());
    auto earlier = store::open(home_ / "earlier", quick_options()).value();
    for (int i = 0; i < 30; ++i) {
        earlier.append("task-1", expected::any(), {simple_event("Other")}).value();
    }
    // Another history from position 10 on: nothing of the first backup's end may be shared.
    ASSERT_THAT(create_backup(earlier, target_), HoldsValue());
    EXPECT_THAT(verify_backups(target_).value().problems, IsEmpty());
    ASSERT_THAT(restore_backup(target_, home_ / "later"), HoldsValue());
    EXPECT_EQ(contents_of(store::open(home_ / "later", quick_options()).value()),
              contents_of(earlier));
    EXPECT_EQ(restored({.number = 1}), opened_.contents());
}

TEST_F(Backup, IsFoundOutWhenAByteIsFlipped) {
    append(100);
    back_up();
    append(100);
    back_up();
    for (const auto& file : files("log-")) {
        const auto size = fs::file_size(file);
        for (const auto at : {std::uintmax_t{0}, size / 3, size - 1}) {
            flip_byte(file, at);
            const auto report = verify_backups(target_).value();
            ASSERT_EQ(report.problems.size(), 1U) << file << " " << at;
            EXPECT_EQ(report.problems.front().file, file.filename().string());
            EXPECT_THAT(report.problems.front().what, HasSubstr("bytes"));
            flip_byte(file, at);
        }
    }
    EXPECT_THAT(verify_backups(target_, 1).value().problems, IsEmpty());
    const auto first = files("log-").front();
    fs::resize_file(first, fs::file_size(first) - 1);
    auto report = verify_backups(target_).value();
    ASSERT_EQ(report.problems.size(), 1U);
    EXPECT_THAT(report.problems.front().backups, ElementsAre(1U, 2U));
    EXPECT_THAT(restore_backup(target_, home_ / "restored"), FailsWith(errc::corrupt));
    EXPECT_FALSE(fs::exists(home_ / "restored"));
    fs::remove(first);
    EXPECT_EQ(verify_backups(target_, 2).value().problems.size(), 1U);
    EXPECT_EQ(things_in_home(), 1U) << "a restore that failed left something behind";
    // The next backup does without the lost file.
    EXPECT_EQ(back_up().events, 200U);
    EXPECT_EQ(restored(), opened_.contents());
}

TEST_F(Backup, WithADamagedListIsNotUsed) {
    append(10);
    back_up();
    append(10);
    back_up();
    const auto list = files("backup-").back();
    flip_byte(list, 20);
    const auto listed = list_backups(target_).value();
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_TRUE(listed[1].problem);
    EXPECT_EQ(verify_backups(target_).value().problems.size(), 1U);
    EXPECT_THAT(restore_backup(target_, home_ / "no", {.number = 2}),
                FailsWith(errc::corrupt, "damaged"));
    restore_backup(target_, home_ / "first").value();
    EXPECT_EQ(store::open(home_ / "first").value().watermark(), position{10});
    EXPECT_THAT(prune_backups(target_, 1).value(), IsEmpty())
        << "the damaged one does not count as the latest";
    EXPECT_EQ(back_up().number, 3U);
    EXPECT_EQ(restored(), opened_.contents());
    EXPECT_THAT(prune_backups(target_, 1).value(), ElementsAre(1U, 2U));
    EXPECT_EQ(restored(), opened_.contents());
}

TEST_F(Backup, ThatWasInterruptedIsNoBackupAndDoesNoHarm) {
    append(10);
    back_up();
    // What a process that is killed at any moment leaves: unfinished files, or finished ones that
    // no list names.
    const auto leave = [&](const std::string& name) { std::ofstream{target_ / name} << "part"; };
    leave("log-new-0.tmp");
    leave("log-10-20-0123456789abcdef.sst");
    leave("backup-000002.json.tmp");
    EXPECT_EQ(list_backups(target_).value().size(), 1U);
    const auto report = verify_backups(target_).value();
    EXPECT_THAT(report.problems, IsEmpty());
    EXPECT_EQ(report.leftovers, 3U);
    append(10);
    EXPECT_EQ(back_up().number, 2U);
    EXPECT_EQ(verify_backups(target_).value().leftovers, 0U);
    EXPECT_EQ(restored(), opened_.contents());
}

TEST_F(Backup, OfAnotherStoreIsRefused) {
    append(1);
    back_up();
    fresh_store other;
    EXPECT_THAT(create_backup(*other, target_), FailsWith(errc::refused, "backups of store"));
    EXPECT_EQ(list_backups(target_).value().size(), 1U);
}

TEST_F(Backup, RefusesADirectoryOfSomebodyElse) {
    fs::create_directory(target_);
    std::ofstream{target_ / "letters.txt"} << "mine";
    EXPECT_THAT(create_backup(*opened_, target_), FailsWith(errc::refused, "letters.txt"));
    EXPECT_THAT(create_backup(*opened_, opened_.directory()), FailsWith(errc::refused));
    EXPECT_THAT(create_backup(*opened_, target_ / "letters.txt"), FailsWith(errc::io));
    for (const auto& missing : {target_, home_ / "none"}) {
        EXPECT_THAT(list_backups(missing), FailsWith(errc::not_found));
        EXPECT_THAT(verify_backups(missing), FailsWith(errc::not_found));
        EXPECT_THAT(restore_backup(missing, home_ / "to"), FailsWith(errc::not_found));
        EXPECT_THAT(prune_backups(missing, 1), FailsWith(errc::not_found));
    }
    std::ofstream{target_ / "DAYBOOK_BACKUPS"} << "daybook backups 2\n";
    EXPECT_THAT(list_backups(target_), FailsWith(errc::unsupported));
}

TEST_F(Backup, RefusesATargetInUse) {
    append(1);
    back_up();
    const int held = ::open((target_ / "LOCK").c_str(), O_RDWR);
    ASSERT_EQ(::flock(held, LOCK_EX), 0);
    EXPECT_THAT(create_backup(*opened_, target_), FailsWith(errc::locked));
    EXPECT_THAT(prune_backups(target_, 1), FailsWith(errc::locked));
    EXPECT_THAT(restore_backup(target_, home_ / "to"), FailsWith(errc::locked));
    EXPECT_THAT(verify_backups(target_), FailsWith(errc::locked));
    ASSERT_EQ(::flock(held, LOCK_SH), 0);
    EXPECT_THAT(create_backup(*opened_, target_), FailsWith(errc::locked));
    EXPECT_THAT(verify_backups(target_), HoldsValue()) << "readers may be many";
    ::close(held);
    EXPECT_THAT(create_backup(*opened_, target_), HoldsValue());
}

TEST_F(Backup, IsRestoredOnlyToWhereNothingIs) {
    append(1);
    back_up();
    fs::create_directory(home_ / "full");
    std::ofstream{home_ / "full" / "x"} << "x";
    EXPECT_THAT(restore_backup(target_, home_ / "full"), FailsWith(errc::refused, "not an empty"));
    EXPECT_THAT(restore_backup(target_, home_ / "full" / "x"), FailsWith(errc::refused));
    EXPECT_THAT(restore_backup(target_, opened_.directory()), FailsWith(errc::refused));
    fs::create_directory(home_ / "empty");
    EXPECT_THAT(restore_backup(target_, home_ / "empty"), HoldsValue());
    EXPECT_THAT(restore_backup(target_, home_ / "a" / "b" / "c" / ""), HoldsValue());
    EXPECT_TRUE(fs::exists(home_ / "a" / "b" / "c" / "CURRENT"));
    EXPECT_THAT(restore_backup(target_, home_ / "to", {.number = 9}), FailsWith(errc::not_found));
}

TEST_F(Backup, OldOnesAreRemovedWithTheFilesOnlyTheyNeed) {
    for (int i = 0; i < 5; ++i) {
        append(10);
        back_up();
    }
    EXPECT_THAT(prune_backups(target_, 0), FailsWith(errc::invalid_argument));
    EXPECT_THAT(prune_backups(target_, 2).value(), ElementsAre(1U, 2U, 3U));
    EXPECT_THAT(prune_backups(target_, 2).value(), IsEmpty());
    EXPECT_EQ(list_backups(target_).value().size(), 2U);
    EXPECT_EQ(files("log-").size(), 5U) << "the later ones need all of them";
    EXPECT_EQ(back_up({.keep = 1}).number, 6U);
    EXPECT_EQ(list_backups(target_).value().size(), 1U);
    EXPECT_EQ(restored(), opened_.contents());
}

}  // namespace
}  // namespace daybook::test
