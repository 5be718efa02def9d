// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: an archive that is not what was signed is believed nowhere, whoever made it and however
// well its own hashes fit (row 29 of the attack catalogue). Method: a signed log of two full
// segments is made once, and archived; each case works on copies of both, does what somebody with
// root and the source code can do, and asks for the verdict.

#include <daybook/compliance/archiving.hpp>
#include <daybook/compliance/verify_log.hpp>
#include <daybook/limits.hpp>

#include "support/matchers.hpp"
#include "support/raw_store.hpp"
#include "support/signed_store.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <memory>
#include <utility>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using namespace compliance;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const actor alice{.type = "user", .id = "alice"};

/// An open store with its ledger.
struct signed_log {
    explicit signed_log(const fs::path& directory, std::string_view origin = test_origin)
        : log{store::open(directory, quick_options()).value()},
          book{ledger::open(log, {.origin = std::string{origin}, .key = test_log_key()}).value()} {}
    store log;
    ledger book;
};

class ArchiveAttack : public testing::Test {
protected:
    static constexpr position paid{4711};  ///< Whose payload is {"eur":100}.

    static void SetUpTestSuite() {
        made_ = std::make_unique<temp_directory>();
        {
            signed_log one{*made_ / "plain"};
            fill(one.log, 0, paid.value);
            one.log.append("paid-1", expected::any(), {simple_event("Paid", R"({"eur":100})")})
                .value();
            fill(one.log, paid.value, 2 * limits::segment_events + 10 - paid.value);
            one.log.finish_background_work().value();
        }
        fs::copy(*made_ / "plain", *made_ / "archived", fs::copy_options::recursive);
        {
            signed_log one{*made_ / "archived"};
            for (const std::uint32_t segment : {0U, 1U}) {
                files_[segment] =
                    archive_and_write_down(one.log, segment, {.directory = *made_ / "cold"}, alice,
                                           &one.book)
                        .value();
            }
        }
        // The store does not find them there: cases attach copies.
        fs::rename(*made_ / "cold", *made_ / "kept");
    }
    static void TearDownTestSuite() { made_.reset(); }

    fs::path directory() const { return home_ / "store"; }
    fs::path cold() const { return home_ / "cold"; }
    fs::path file(std::uint32_t segment) const { return cold() / files_[segment].file; }
    void copy(std::string_view which) {
        fs::copy(*made_ / which, directory(), fs::copy_options::recursive);
        fs::copy(*made_ / "kept", cold(), fs::copy_options::recursive);
    }
    /// The archived store, and the files beside it.
    signed_log& archived() {
        copy("archived");
        return open();
    }
    signed_log& open() { return opened_.emplace(directory()); }

    static std::unique_ptr<temp_directory> made_;
    static archived_segment files_[2];
    temp_directory home_;
    std::optional<signed_log> opened_;
};
std::unique_ptr<temp_directory> ArchiveAttack::made_;
archived_segment ArchiveAttack::files_[2];

std::string told(const verification& all) {
    std::string text;
    for (const auto& one : all.findings) text += one.kind + ": " + one.message + "\n";
    return text;
}

TEST_F(ArchiveAttack, NothingAtAll) {
    auto& [log, book] = archived();
    const auto before = log.watermark();
    for (const std::uint32_t segment : {0U, 1U}) {
        const auto found = check_archive(log, book, file(segment)).value();
        EXPECT_EQ(found.what(), verdict::verified) << told(found);
        EXPECT_EQ(found.from.value, segment * limits::segment_events);
    }
    attach_checked(log, book, cold()).value();
    const auto all = verify_log(log, book).value();
    EXPECT_EQ(all.all.what(), verdict::verified) << told(all.all);
    restore_and_write_down(log, 0, {}, alice, &book).value();
    EXPECT_EQ(log.watermark().value, before.value + 1);
    EXPECT_EQ(verify_log(log, book).value().all.what(), verdict::verified);
}

TEST_F(ArchiveAttack, Row29TheArchivesAreAway) {
    auto& [log, book] = archived();
    const auto found = verify_log(log, book).value().all;
    EXPECT_EQ(found.what(), verdict::unverifiable) << told(found);
    EXPECT_THAT(found.findings, SizeIs(2)) << told(found);
    EXPECT_EQ(restore_and_write_down(log, 0, {}, alice, &book).error().code, errc::not_found);
}

TEST_F(ArchiveAttack, Row29TwoArchivesAreSwapped) {
    auto& [log, book] = archived();
    fs::rename(file(0), cold() / "other");
    fs::rename(file(1), file(0));
    fs::rename(cold() / "other", file(1));
    const auto found = check_archive(log, book, file(0)).value();
    EXPECT_EQ(found.what(), verdict::tampered);
    EXPECT_THAT(told(found), HasSubstr("it holds segment 1"));
    const auto attached = attach_checked(log, book, cold());
    ASSERT_EQ(attached.error().code, errc::corrupt);
    EXPECT_THAT(attached.error().message, HasSubstr("tampered"));
    EXPECT_EQ(log.read_one(position{7}).error().code, errc::not_found) << "nothing was attached";
}

TEST_F(ArchiveAttack, Row29AnArchiveIsCut) {
    auto& [log, book] = archived();
    fs::copy(file(0), cold() / "unknown");
    fs::resize_file(cold() / "unknown", files_[0].bytes / 2);
    fs::resize_file(file(0), files_[0].bytes - 1);
    EXPECT_EQ(check_archive(log, book, file(0)).value().what(), verdict::tampered);
    EXPECT_EQ(check_archive(log, book, cold() / "unknown").value().what(), verdict::malformed);
    EXPECT_EQ(check_archive(log, book, cold() / "nowhere").error().code, errc::not_found);
    EXPECT_EQ(attach_checked(log, book, cold()).error().code, errc::corrupt);
}

TEST_F(ArchiveAttack, Row29ASoundArchiveOfAnotherLog) {
    std::string theirs;
    {
        signed_log other{home_ / "other", "example.com/another"};
        fill(other.log, 1, limits::segment_events + 1);
        theirs = archive_and_write_down(other.log, 0, {.directory = home_ / "theirs"}, alice,
                                        &other.book)
                     .value()
                     .file;
    }
    auto& [log, book] = archived();
    const auto found = check_archive(log, book, home_ / "theirs" / theirs).value();
    EXPECT_EQ(found.what(), verdict::tampered);
    EXPECT_THAT(told(found), HasSubstr("is of the log example.com/another"));
    fs::copy_file(home_ / "theirs" / theirs, file(0), fs::copy_options::overwrite_existing);
    EXPECT_EQ(attach_checked(log, book, cold()).error().code, errc::corrupt);
}

/// Events are changed and archived by daybook itself, but without the key: all hashes of the file
/// and what the store says of it fit. Only the signed tree does not.
class ForgedArchive : public ArchiveAttack {
protected:
    void change_payload() {
        copy("plain");
        raw_store rows{directory()};
        if (rows.replace("log", R"("eur":100)", R"("eur":999)") != 1) {
            throw std::runtime_error{"nothing to forge"};
        }
    }
    void forge() {
        change_payload();
        auto log = store::open(directory(), quick_options()).value();
        const auto written = archive_segment(log, 0, {.directory = cold()}).value();
        file_ = cold() / written.file;
        ASSERT_TRUE(verify_archive(file_)) << "by itself it is sound";
    }
    fs::path file_;
};

TEST_F(ForgedArchive, Row29IsBelievedNowhere) {
    forge();
    auto& [log, book] = open();
    const auto found = check_archive(log, book, file_).value();
    EXPECT_EQ(found.what(), verdict::tampered);
    ASSERT_THAT(found.findings, SizeIs(1));
    EXPECT_EQ(found.findings.front().kind, "event");
    EXPECT_EQ(found.findings.front().at, paid);
    EXPECT_EQ(attach_checked(log, book, cold()).error().code, errc::corrupt);
    EXPECT_EQ(restore_and_write_down(log, 0, {}, alice, &book).error().code, errc::corrupt);
    EXPECT_THAT(archived_segments(log).value(), SizeIs(1)) << "it was not restored";
    EXPECT_EQ(log.read_one(paid).error().code, errc::corrupt);
    const auto all = verify_log(log, book).value().all;
    EXPECT_EQ(all.what(), verdict::tampered);
    EXPECT_THAT(told(all), HasSubstr("position 4711")) << told(all);
    EXPECT_THAT(told(all), HasSubstr("nothing says that it was archived there"));
}

TEST_F(ForgedArchive, Row29IsNotTakenIntoTheLogByWhoDoesNotAskFirst) {
    forge();
    auto& [log, book] = open();
    const auto restored = restore_segment(log, 0);
    ASSERT_EQ(restored.error().code, errc::corrupt) << "every read is checked, and so is this";
    EXPECT_THAT(restored.error().message, HasSubstr("position 4711"));
    EXPECT_THAT(archived_segments(log).value(), SizeIs(1));
}

TEST_F(ForgedArchive, Row29AForgedEventIsNotArchived) {
    change_payload();
    auto& [log, book] = open();
    const auto end = log.watermark();
    const auto done = archive_and_write_down(log, 0, {.directory = home_ / "new"}, alice, &book);
    ASSERT_EQ(done.error().code, errc::corrupt);
    EXPECT_THAT(done.error().message, HasSubstr("position 4711"));
    EXPECT_THAT(archived_segments(log).value(), IsEmpty());
    EXPECT_EQ(log.watermark(), end) << "nothing was written down";
    EXPECT_TRUE(fs::is_empty(home_ / "new"));
}

TEST_F(ArchiveAttack, Row29AManifestThatNamesAnotherRoot) {
    copy("plain");
    auto& [log, book] = open();
    auto notes = archive_notes(book, 0).value();
    notes[std::string{subtree_root_note}] = digest{}.hex();
    const auto written =
        archive_segment(log, 0, {.directory = home_ / "new", .notes = notes}).value();
    const auto found = check_archive(log, book, home_ / "new" / written.file).value();
    EXPECT_EQ(found.what(), verdict::tampered);
    EXPECT_THAT(told(found), HasSubstr("another than its events have"));
}

TEST_F(ArchiveAttack, Row29AnArchiveThatNobodyWroteDown) {
    copy("plain");
    auto& [log, book] = open();
    archive_segment(log, 0, {.directory = home_ / "new"}).value();
    const auto found = verify_log(log, book).value().all;
    EXPECT_EQ(found.what(), verdict::tampered);
    EXPECT_THAT(told(found), HasSubstr("nothing says that it was archived there"));
}

TEST_F(ArchiveAttack, ASignedLogIsNotArchivedWithoutItsLedger) {
    copy("plain");
    auto& [log, book] = open();
    EXPECT_EQ(archive_and_write_down(log, 0, {.directory = cold()}, alice).error().code,
              errc::invalid_argument);
    EXPECT_EQ(restore_and_write_down(log, 0, {}, alice).error().code, errc::invalid_argument);
    EXPECT_EQ(archive_notes(book, 2).error().code, errc::invalid_argument) << "it is not full";
}

TEST_F(ArchiveAttack, AnArchiveCarriesTheRootOfItsSubtree) {
    copy("plain");
    auto& [log, book] = open();
    // Of the first segment the subtree is the whole tree that there was then.
    EXPECT_EQ(files_[0].notes.at("subtree_root"), book.root(limits::segment_events).value().hex());
    EXPECT_EQ(files_[0].notes.at("origin"), test_origin);
    EXPECT_EQ(files_[1].notes, archive_notes(book, 1).value());
}

}  // namespace
}  // namespace daybook::test
