// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a store says the same whether a segment is in its log or in an archive, and a payload that
// was deleted is gone from everywhere, and nothing else is. Method: a log of one full segment and a
// bit more is made once; each case works on a copy of it, and compares it with what it was.

#include <daybook/archive.hpp>
#include <daybook/backup.hpp>
#include <daybook/fork.hpp>
#include <daybook/json.hpp>
#include <daybook/repair.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/oracle.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view canary = "CANARY-7f3a";
constexpr std::uint64_t canary_at = 100;
constexpr std::uint64_t events = limits::segment_events + 4'000;

store_options plain_options() {
    auto options = quick_options();
    options.log_compression = compression::none;  // So that text can be looked for in files.
    return options;
}

std::string read_file(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// The files below `directory` that have `text`.
std::vector<std::string> files_with(const fs::path& directory, std::string_view text) {
    std::vector<std::string> found;
    for (const auto& file : fs::recursive_directory_iterator{directory}) {
        if (file.is_regular_file() && read_file(file.path()).find(text) != std::string::npos) {
            found.push_back(file.path().filename().string());
        }
    }
    return found;
}

/// All records, as they are stored.
std::string records_of(const store& of, const read_options& options = {}) {
    std::string all;
    auto reader = of.read_all(options).value();
    while (reader.next().value()) all += reader->record();
    return all;
}

/// Not a digest that anybody should use.
std::string some_digest(std::string_view payload) {
    auto digest = std::string(32, '#');
    payload.copy(digest.data(), std::min<std::size_t>(payload.size(), 4));
    return digest;
}

class StoreArchive : public testing::Test {
protected:
    static void SetUpTestSuite() {
        made_ = std::make_unique<temp_directory>();
        auto options = plain_options();
        options.indexed_fields = {"/n"};
        auto log = store::open(*made_ / "store", options).value();
        fill(log, 0, canary_at);
        auto secret = simple_event("Secret", R"({"n":4711,"text":")" + std::string{canary} + "\"}");
        log.append("secret-1", expected::any(), {secret}).value();
        event_maker make{11};
        while (log.watermark().value < 3'000) {
            auto some = make.events(20);
            log.append(make.stream(), expected::any(), some).value();
        }
        fill(log, 10'000, events - log.watermark().value - 1);
        secret.payload = R"({"n":815,"text":"TAIL-)" + std::string{canary} + "\"}";
        log.append("secret-1", expected::any(), {secret}).value();
        log.finish_background_work().value();
    }
    static void TearDownTestSuite() { made_.reset(); }

    StoreArchive() {
        fs::copy(*made_ / "store", directory(), fs::copy_options::recursive);
        open();
    }
    fs::path directory() const { return home_ / "store"; }
    fs::path cold() const { return home_ / "cold"; }
    void open() { store_.emplace(store::open(directory(), plain_options()).value()); }
    void reopen() {
        store_.reset();
        open();
    }
    store& log() { return *store_; }
    archived_segment archive() { return archive_segment(log(), 0, {.directory = cold()}).value(); }
    payload_deletion erase(std::uint32_t segment, std::vector<std::uint64_t> at) {
        const auto chosen = [&](const event_view& e) {
            return std::find(at.begin(), at.end(), e.position().value) != at.end();
        };
        return delete_payloads(log(), segment, chosen, {.digest = some_digest}).value();
    }

    static std::unique_ptr<temp_directory> made_;
    temp_directory home_;
    std::optional<store> store_;
};
std::unique_ptr<temp_directory> StoreArchive::made_;

TEST_F(StoreArchive, SaysTheSameWithItsFirstSegmentInAFile) {
    const auto before = records_of(log());
    const oracle truth{read_everything(log().read_all())};
    const auto written = archive();
    EXPECT_EQ(written.end.value, limits::segment_events);
    EXPECT_EQ(records_of(log()), before);
    const auto backwards = records_of(log(), {.direction = direction::backwards});
    event_maker make{12};
    EXPECT_EQ(compare_answers(log(), truth, make, 1), "");
    EXPECT_TRUE(log().check());
    EXPECT_EQ(log().read_one(position{canary_at}).value().type(), "Secret");
    reopen();
    EXPECT_EQ(records_of(log()), before);
    EXPECT_EQ(records_of(log(), {.direction = direction::backwards}), backwards);
    EXPECT_EQ(log()
                  .append("secret-1", expected::at(sequence{2}), {simple_event("T")})
                  .value()
                  .first_sequence.value,
              3U);
    log().reindex().value();
    EXPECT_TRUE(log().check());
    EXPECT_EQ(read_everything(log().read_stream("secret-1")).size(), 3U);
}

TEST_F(StoreArchive, LeavesNothingOfTheSegmentInTheFilesOfTheStore) {
    ASSERT_THAT(files_with(directory(), canary), testing::Not(IsEmpty()));
    const auto bytes_before = log().status().log_bytes;
    archive();
    const auto left = files_with(directory(), R"("n":4711,"text":")" + std::string{canary});
    EXPECT_THAT(left, IsEmpty());
    EXPECT_LT(log().status().log_bytes, bytes_before / 4);
    EXPECT_TRUE(fs::exists(cold() / archived_segments(log()).value().front().file));
}

TEST_F(StoreArchive, TellsWhichFileIsMissingAndReadsTheRest) {
    const auto file = archive().file;
    store_.reset();
    fs::rename(cold(), home_ / "moved");
    open();
    const auto missing = log().read_one(position{7});
    ASSERT_EQ(missing.error().code, errc::not_found);
    EXPECT_THAT(missing.error().message, HasSubstr(file));
    EXPECT_THAT(missing.error().message, HasSubstr(cold().string()));
    EXPECT_THAT(missing.error().message, HasSubstr("daybook archive attach"));
    EXPECT_TRUE(log().read_one(position{limits::segment_events}));
    EXPECT_TRUE(archived_segments(log()).value().front().directory.empty());
    EXPECT_EQ(attach_archives(log(), home_ / "nowhere").error().code, errc::not_found);
    attach_archives(log(), home_ / "moved").value();
    EXPECT_TRUE(log().read_one(position{7}));
    reopen();
    EXPECT_TRUE(log().read_one(position{7}));
    EXPECT_THAT(archive_directories(log()), SizeIs(2));
    detach_archives(log(), cold()).value();
    EXPECT_EQ(detach_archives(log(), cold()).error().code, errc::not_found);
    EXPECT_TRUE(log().read_one(position{7}));
}

TEST_F(StoreArchive, ComesBackIntoTheLog) {
    const auto before = records_of(log());
    const auto written = archive();
    restore_segment(log(), 0, {.keep_file = true}).value();
    EXPECT_TRUE(fs::exists(cold() / written.file));
    EXPECT_THAT(archived_segments(log()).value(), IsEmpty());
    EXPECT_EQ(records_of(log()), before);
    archive();
    restore_segment(log(), 0).value();
    EXPECT_FALSE(fs::exists(cold() / written.file));
    reopen();
    EXPECT_EQ(records_of(log()), before);
    EXPECT_TRUE(log().check());
    EXPECT_EQ(restore_segment(log(), 0).error().code, errc::not_found);
}

/// How often this process has it open.
std::size_t times_open(const fs::path& file) {
    std::size_t count = 0;
    for (const auto& one : fs::directory_iterator{"/proc/self/fd"}) {
        std::error_code gone;  // The iterator's own, behind its end.
        if (fs::read_symlink(one, gone) == file) ++count;
    }
    return count;
}

/// A deleted file goes from the disk when nobody has it open any more.
TEST_F(StoreArchive, AFileThatIsNotOfTheStoreAnyMoreIsNotKeptOpen) {
    const auto file = cold() / archive().file;
    EXPECT_TRUE(log().read_one(position{7}));
    EXPECT_EQ(times_open(file), 1U);
    std::optional before{log().read_all().value()};
    restore_segment(log(), 0, {.keep_file = true}).value();
    EXPECT_TRUE(before->next().value()) << "it reads the file as it began to";
    before.reset();
    EXPECT_EQ(times_open(file), 0U);
}

TEST_F(StoreArchive, RefusesWhatCannotBeArchived) {
    const archive_options to{.directory = cold()};
    EXPECT_EQ(archive_segment(log(), 1, to).error().code, errc::invalid_argument);
    EXPECT_EQ(archive_segment(log(), 9, to).error().code, errc::invalid_argument);
    EXPECT_EQ(archive_segment(log(), 0, {}).error().code, errc::invalid_argument);
    EXPECT_EQ(archive_segment(log(), 0, {.directory = directory() / "in"}).error().code,
              errc::invalid_argument);
    archive();
    EXPECT_EQ(archive_segment(log(), 0, to).error().code, errc::refused);
    auto options = plain_options();
    options.read_only = true;
    auto reader = store::open(directory(), options).value();
    EXPECT_EQ(archive_segment(reader, 0, to).error().code, errc::refused);
    EXPECT_EQ(restore_segment(reader, 0).error().code, errc::refused);
    EXPECT_EQ(records_of(reader), records_of(log()));
    EXPECT_THAT(archived_segments(reader).value(), SizeIs(1));
}

TEST_F(StoreArchive, ChangesNothingIfItCannotBeWrittenDown) {
    const auto refuse = [](const archived_segment& written) -> result<void> {
        EXPECT_TRUE(fs::exists(written.directory / written.file));
        return fail(errc::rejected, "no");
    };
    EXPECT_EQ(archive_segment(log(), 0, {.directory = cold(), .before = refuse}).error().code,
              errc::rejected);
    EXPECT_TRUE(fs::is_empty(cold()));
    EXPECT_THAT(archived_segments(log()).value(), IsEmpty());
    archive();
    EXPECT_EQ(restore_segment(log(), 0, {.before = refuse}).error().code, errc::rejected);
    EXPECT_THAT(archived_segments(log()).value(), SizeIs(1));
    EXPECT_TRUE(log().check());
}

TEST_F(StoreArchive, CarriesItsNotes) {
    const archive_options options{.directory = cold(), .notes = {{"origin", "example.com/a"}}};
    const auto file = cold() / archive_segment(log(), 0, options).value().file;
    const auto read = verify_archive(file).value();
    EXPECT_EQ(read.notes.at("origin"), "example.com/a");
    EXPECT_EQ(read.store_id, log().status().store_id);
    EXPECT_EQ(read.deleted, 0U);
    reopen();
    EXPECT_EQ(archived_segments(log()).value().front().notes, read.notes);
}

TEST_F(StoreArchive, FindsAFileThatIsNotTheOneThatWasWritten) {
    const auto file = cold() / archive().file;
    const auto good = read_file(file);
    const auto put = [&](std::string bytes) {
        store_.reset();
        std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes;
        open();
        return log().read_one(position{7});
    };
    auto flipped = good;
    flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 1);
    EXPECT_EQ(put(flipped).error().code, errc::corrupt);
    EXPECT_EQ(log().check().error().code, errc::corrupt);
    EXPECT_EQ(restore_segment(log(), 0).error().code, errc::corrupt);
    EXPECT_EQ(verify_archive(file).error().code, errc::corrupt);
    EXPECT_EQ(put(good.substr(0, good.size() - 100)).error().code, errc::corrupt);
    EXPECT_EQ(put("").error().code, errc::corrupt);
    EXPECT_EQ(put("archive").error().code, errc::corrupt);

    // From another store, under the same name.
    auto other = store::open(home_ / "other", plain_options()).value();
    fill(other, 0, events);
    const auto foreign = archive_segment(other, 0, {.directory = home_ / "foreign"}).value();
    const auto swapped = put(read_file(home_ / "foreign" / foreign.file));
    ASSERT_EQ(swapped.error().code, errc::corrupt);
    EXPECT_THAT(swapped.error().message, HasSubstr("it should hold segment 0"));
    EXPECT_TRUE(put(good));
    EXPECT_EQ(verify_archive(home_ / "none").error().code, errc::not_found);
}

TEST_F(StoreArchive, IsInBackupsForksAndRepairs) {
    const auto before = records_of(log());
    archive();
    create_backup(log(), home_ / "backups").value();
    restore_backup(home_ / "backups", home_ / "restored").value();
    EXPECT_EQ(records_of(store::open(home_ / "restored").value()), before);

    const auto inside = fork_store(log(), home_ / "fork", {.end = position{50}});
    ASSERT_EQ(inside.error().code, errc::refused);
    EXPECT_THAT(inside.error().message, HasSubstr("archived"));
    fork_store(log(), home_ / "fork", {.check = true}).value();
    {
        auto fork = store::open(home_ / "fork", plain_options()).value();
        EXPECT_EQ(records_of(fork), before);
        restore_segment(fork, 0).value();  // The file is not the fork's to remove.
        EXPECT_EQ(records_of(fork), before);
    }
    EXPECT_EQ(records_of(log()), before);
    auto options = plain_options();
    options.read_only = true;
    auto reader = store::open(directory(), options).value();
    fork_store(reader, home_ / "copy").value();
    EXPECT_EQ(records_of(store::open(home_ / "copy").value()), before);

    store_.reset();
    const auto repaired = repair_store(directory(), home_ / "repaired").value();
    EXPECT_THAT(repaired.lost, IsEmpty());
    EXPECT_EQ(records_of(store::open(home_ / "repaired").value()), before);
}

TEST_F(StoreArchive, CanBeReadWhileItGoesAndComes) {
    const auto before = records_of(log());
    std::atomic<bool> stop{false};
    std::atomic<int> wrong{0};
    std::thread scans{[&] {
        while (!stop) wrong += records_of(log()) == before ? 0 : 1;
    }};
    std::thread looks{[&] {
        for (std::uint64_t at = 0; !stop; at = (at + 4'999) % limits::segment_events) {
            wrong += log().read_one(position{at}) ? 0 : 1;
        }
    }};
    for (int i = 0; i < 2; ++i) {
        archive();
        restore_segment(log(), 0).value();
    }
    stop = true;
    scans.join();
    looks.join();
    EXPECT_EQ(wrong, 0);
}

TEST_F(StoreArchive, IsFollowedByAReaderBesideIt) {
    auto options = plain_options();
    options.read_only = true;
    auto reader = store::open(directory(), options).value();
    const auto before = records_of(log());
    archive();
    EXPECT_EQ(records_of(reader), before);
    reader.refresh().value();
    EXPECT_EQ(records_of(reader), before);
    erase(0, {canary_at});
    erase(1, {events - 1});
    reader.refresh().value();
    EXPECT_EQ(records_of(reader), records_of(log()));
    EXPECT_TRUE(reader.read_one(position{canary_at}).value().view().deleted_payload());
    EXPECT_TRUE(reader.check());
}

// Payloads ---------------------------------------------------------------------------------------

TEST_F(StoreArchive, APayloadIsDeletedAndTheEventStays) {
    const auto whole = log().read_one(position{canary_at}).value();
    const auto what = erase(0, {canary_at, canary_at + 1});
    EXPECT_EQ(what.deleted.size(), 2U);
    const auto left = log().read_one(position{canary_at}).value();
    EXPECT_EQ(left.payload(), "");
    const auto tombstone = left.view().deleted_payload();
    ASSERT_TRUE(tombstone);
    EXPECT_EQ(tombstone->digest, some_digest(whole.payload()));
    EXPECT_EQ(tombstone->size_bytes, whole.payload().size());
    EXPECT_EQ(left.id(), whole.id());
    EXPECT_EQ(left.type(), whole.type());
    EXPECT_EQ(left.sequence(), whole.sequence());
    EXPECT_EQ(left.view().recorded_at(), whole.view().recorded_at());
    EXPECT_FALSE(log().read_one(position{canary_at + 2}).value().view().deleted_payload());
    EXPECT_THAT(to_json(left), HasSubstr(R"("payload_deleted":{"digest":"7b226e22)"));
    EXPECT_EQ(event_from_json(to_json(left)).error().code, errc::invalid_argument);
    EXPECT_TRUE(log().check());
    EXPECT_THAT(files_with(directory(), R"("n":4711,"text":")" + std::string{canary}), IsEmpty());
    reopen();
    EXPECT_TRUE(log().read_one(position{canary_at}).value().view().deleted_payload());
    EXPECT_TRUE(log().check());
    EXPECT_THAT(erase(0, {canary_at}).deleted, IsEmpty()) << "it is a tombstone already";
}

TEST_F(StoreArchive, APayloadOfTheNewestEventsIsDeletedToo) {
    erase(1, {events - 1});
    EXPECT_TRUE(log().read_one(position{events - 1}).value().view().deleted_payload());
    EXPECT_THAT(files_with(directory(), "TAIL-" + std::string{canary}), IsEmpty());
    EXPECT_TRUE(log().check());
    log().append("secret-1", expected::at(sequence{2}), {simple_event("T")}).value();
    reopen();
    EXPECT_TRUE(log().read_one(position{events - 1}).value().view().deleted_payload());
    EXPECT_TRUE(log().check());
}

TEST_F(StoreArchive, TermsOfADeletedPayloadAreGoneFromTheIndex) {
    const auto find = [&](std::string n) {
        query q;
        q.where.push_back({.pointer = "/n", .value = std::move(n)});
        return read_everything(log().read(q)).size();
    };
    ASSERT_EQ(find("4711"), 1U);
    erase(0, {canary_at});
    EXPECT_EQ(find("4711"), 0U);
    EXPECT_TRUE(log().check()) << "which compares the index with the log";
    log().reindex().value();
    EXPECT_TRUE(log().check());
}

TEST_F(StoreArchive, APayloadIsDeletedFromAnArchive) {
    const auto first = archive();
    const auto what = erase(0, {canary_at});
    EXPECT_EQ(what.file_before, first.file);
    EXPECT_NE(what.file_after, first.file);
    EXPECT_FALSE(fs::exists(cold() / first.file));
    const auto thinned = verify_archive(cold() / what.file_after).value();
    EXPECT_EQ(thinned.deleted, 1U);
    EXPECT_TRUE(log().read_one(position{canary_at}).value().view().deleted_payload());
    EXPECT_FALSE(log().read_one(position{canary_at + 1}).value().view().deleted_payload());
    reopen();
    EXPECT_TRUE(log().check());
    EXPECT_TRUE(log().read_one(position{canary_at}).value().view().deleted_payload());
}

TEST_F(StoreArchive, AnArchiveOfTombstonesAloneGoesAway) {
    const auto first = archive();
    const auto what =
        delete_payloads(log(), 0, [](const event_view&) { return true; }, {.digest = some_digest})
            .value();
    EXPECT_EQ(what.deleted.size(), limits::segment_events);
    EXPECT_EQ(what.file_after, "");
    EXPECT_TRUE(fs::is_empty(cold()));
    EXPECT_THAT(archived_segments(log()).value(), IsEmpty());
    reopen();
    EXPECT_TRUE(log().check());
    EXPECT_EQ(log().head("secret-1").value().last.value, 2U);
    EXPECT_EQ(log()
                  .append("secret-1", expected::at(sequence{2}), {simple_event("T")})
                  .value()
                  .first_sequence.value,
              3U);
}

TEST_F(StoreArchive, ADeletionThatCannotBeWrittenDownDoesNothing) {
    const auto all = [](const event_view&) { return true; };
    delete_options options{.digest = some_digest};
    options.before = [&](const payload_deletion& what) -> result<void> {
        EXPECT_EQ(what.deleted.size(), limits::segment_events);
        return fail(errc::rejected, "no");
    };
    const auto before = records_of(log());
    EXPECT_EQ(delete_payloads(log(), 0, all, options).error().code, errc::rejected);
    EXPECT_EQ(delete_payloads(log(), 0, all, {}).error().code, errc::invalid_argument);
    EXPECT_EQ(delete_payloads(log(), 9, all, {.digest = some_digest}).error().code,
              errc::invalid_argument);
    const auto short_digest = [](std::string_view) { return std::string{"short"}; };
    EXPECT_EQ(delete_payloads(log(), 0, all, {.digest = short_digest}).error().code,
              errc::invalid_argument);
    EXPECT_EQ(records_of(log()), before);
    EXPECT_TRUE(log().check());
}

TEST_F(StoreArchive, WhoAppendsWhileADeletionIsWrittenDownIsHeard) {
    delete_options options{.digest = some_digest};
    options.before = [&](const payload_deletion&) -> result<void> {
        // Enough to seal what was the newest segment.
        fill(log(), 200'000, limits::segment_events);
        return {};
    };
    const auto chosen = [](const event_view& e) { return e.position().value == events - 1; };
    delete_payloads(log(), 1, chosen, options).value();
    EXPECT_TRUE(log().read_one(position{events - 1}).value().view().deleted_payload());
    EXPECT_EQ(log().watermark().value, events + limits::segment_events);
    EXPECT_TRUE(log().check());
}

TEST(EventRecord, WithATombstoneOfAnotherSizeIsCorrupt) {
    fresh_store log;
    log->append("a-1", expected::any(), {simple_event("T", R"({"a":1})")}).value();
    const auto stored = log->read_one(position{0}).value();
    auto bytes = std::string{stored.view().record()};
    bytes[67] = 1;
    EXPECT_EQ(event_view::parse(bytes).error().code, errc::corrupt);
}

}  // namespace
}  // namespace daybook::test
