// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: an anchor file gives back what it was told, and says so when it cannot; the policy is never
// content with fewer anchors than it needs, nor with any that saw another history.
// Method: real files, cut at every byte and with every byte changed.
#include <daybook/compliance/anchor.hpp>

#include "growing_log.hpp"
#include "support/file_size_limit.hpp"
#include "support/matchers.hpp"
#include "support/temp_directory.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace daybook::compliance {
namespace {

namespace fs = std::filesystem;
using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using daybook::test::temp_directory;
using test::growing_log;

std::string bytes_of(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const fs::path& path, std::string_view bytes) {
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// The same as a new file: to truncate an old one costs some file systems a sync.
void put(const fs::path& path, std::string_view bytes) {
    fs::remove(path);
    write(path, bytes);
}

/// The newest in a file that nobody has read yet.
result<std::optional<std::string>> newest_in(const fs::path& path, std::string_view origin) {
    return anchor_file(path)->newest(origin);
}

result<std::vector<note_signature>> remember(anchor& by, growing_log& log, std::size_t size) {
    return by.remember(log.at(size), log.prove());
}

// The file ---------------------------------------------------------------------------------------

TEST(AnchorFile, GivesBackTheLargestCheckpointItWasTold) {
    const temp_directory home;
    const auto file = anchor_file(home / "anchors");
    growing_log log{"example.com/a"};
    for (const std::size_t size : {1U, 2U, 7U, 40U}) {
        const auto signatures = remember(*file, log, size);
        ASSERT_THAT(signatures, HoldsValue());
        EXPECT_TRUE(signatures->empty());
        EXPECT_EQ(file->newest("example.com/a").value(), log.note(size));
        EXPECT_EQ(newest_in(home / "anchors", "example.com/a").value(), log.note(size));
    }
    EXPECT_EQ(file->name(), "anchor file " + (home / "anchors").string());
}

TEST(AnchorFile, IsTextThatPeopleCanRead) {
    const temp_directory home;
    const auto file = anchor_file(home / "anchors");
    growing_log log{"example.com/a"};
    ASSERT_THAT(remember(*file, log, 1), HoldsValue());
    ASSERT_THAT(remember(*file, log, 2), HoldsValue());
    const auto first = log.note(1);
    const auto second = log.note(2);
    const auto chain = sha256(std::string{sha256("daybook anchors 1\n").view()}, first);
    EXPECT_EQ(bytes_of(home / "anchors"),
              "daybook anchors 1\nentry " + std::to_string(first.size()) + " " + chain.hex() +
                  "\n" + first + "entry " + std::to_string(second.size()) + " " +
                  sha256(std::string{chain.view()}, second).hex() + "\n" + second);
}

TEST(AnchorFile, KeepsSeveralLogsApart) {
    const temp_directory home;
    const auto one = anchor_file(home / "anchors");
    const auto other = anchor_file(home / "anchors");
    growing_log a{"example.com/a"};
    growing_log b{"example.com/b", 'b'};
    ASSERT_THAT(remember(*one, a, 3), HoldsValue());
    ASSERT_THAT(remember(*other, b, 5), HoldsValue());
    ASSERT_THAT(remember(*one, a, 4), HoldsValue());
    EXPECT_EQ(one->newest("example.com/b").value(), b.note(5));
    EXPECT_EQ(other->newest("example.com/a").value(), a.note(4));
    EXPECT_EQ(one->newest("example.com/c").value(), std::nullopt);
}

TEST(AnchorFile, TellsAFileThatIsNotThereFromOneThatHasNothingOfALog) {
    const temp_directory home;
    EXPECT_THAT(newest_in(home / "anchors", "example.com/a"), FailsWith(errc::not_found));
    write(home / "anchors", "daybook anchors 1\n");
    EXPECT_EQ(newest_in(home / "anchors", "example.com/a").value(), std::nullopt);
    write(home / "anchors", "");
    EXPECT_THAT(newest_in(home / "anchors", "example.com/a"), FailsWith(errc::corrupt, "empty"));
    write(home / "anchors", "something else\n");
    EXPECT_THAT(newest_in(home / "anchors", "example.com/a"),
                FailsWith(errc::corrupt, "no anchor file"));
}

TEST(AnchorFile, TakesTheSameCheckpointAgainWithoutGrowing) {
    const temp_directory home;
    const auto file = anchor_file(home / "anchors");
    growing_log log{"example.com/a"};
    ASSERT_THAT(remember(*file, log, 3), HoldsValue());
    const auto before = bytes_of(home / "anchors");
    ASSERT_THAT(remember(*file, log, 3), HoldsValue());
    ASSERT_THAT(remember(*anchor_file(home / "anchors"), log, 3), HoldsValue());
    EXPECT_EQ(bytes_of(home / "anchors"), before);
}

TEST(AnchorFile, RefusesALogThatWentBackOrForked) {
    const temp_directory home;
    growing_log log{"example.com/a"};
    growing_log forked{"example.com/a", 'b'};
    ASSERT_THAT(remember(*anchor_file(home / "anchors"), log, 5), HoldsValue());
    const auto before = bytes_of(home / "anchors");
    const auto file = anchor_file(home / "anchors");
    EXPECT_THAT(remember(*file, log, 4), FailsWith(errc::rejected, "went back"));
    EXPECT_THAT(remember(*file, forked, 5), FailsWith(errc::corrupt, "forked"));
    EXPECT_THAT(remember(*file, forked, 9), FailsWith(errc::corrupt, "does not continue"));
    EXPECT_THAT(
        file->remember(log.at(9),
                       [](tree_sizes) { return result<proof_path>{fail(errc::io, "no tiles")}; }),
        FailsWith(errc::io, "no tiles"));
    EXPECT_EQ(bytes_of(home / "anchors"), before);
    ASSERT_THAT(remember(*file, log, 9), HoldsValue());
}

TEST(AnchorFile, TakesALogThatWasEmpty) {
    const temp_directory home;
    const auto file = anchor_file(home / "anchors");
    growing_log log{"example.com/a"};
    ASSERT_THAT(remember(*file, log, 0), HoldsValue());
    EXPECT_EQ(file->newest("example.com/a").value(), log.note(0));
    ASSERT_THAT(remember(*file, log, 6), HoldsValue());
    EXPECT_EQ(newest_in(home / "anchors", "example.com/a").value(), log.note(6));
}

/// What the file says after it was cut: the last checkpoint that is whole, or damage; never more.
TEST(AnchorFile, CutAnywhereHasTheEntriesThatAreWhole) {
    const temp_directory home;
    growing_log log{"example.com/a"};
    const auto path = home / "anchors";
    std::vector<std::size_t> ends{std::string_view{"daybook anchors 1\n"}.size()};
    for (std::size_t size = 1; size <= 2; ++size) {
        ASSERT_THAT(remember(*anchor_file(path), log, size), HoldsValue());
        ends.push_back(bytes_of(path).size());
    }
    const auto whole = bytes_of(path);
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        put(path, whole.substr(0, cut));
        const auto found = newest_in(path, "example.com/a");
        if (cut < ends[0]) {
            ASSERT_THAT(found, FailsWith(errc::corrupt)) << cut;
            continue;
        }
        ASSERT_THAT(found, HoldsValue()) << cut;
        const auto entries = std::upper_bound(ends.begin(), ends.end(), cut) - ends.begin() - 1;
        const auto expected = entries == 0
                                  ? std::nullopt
                                  : std::optional{log.note(static_cast<std::size_t>(entries))};
        ASSERT_EQ(*found, expected) << cut;
    }
}

TEST(AnchorFile, GoesOnBehindAnEntryThatWasNeverFinished) {
    const temp_directory home;
    growing_log log{"example.com/a"};
    const auto path = home / "anchors";
    ASSERT_THAT(remember(*anchor_file(path), log, 1), HoldsValue());
    const auto one = bytes_of(path).size();
    ASSERT_THAT(remember(*anchor_file(path), log, 2), HoldsValue());
    const auto whole = bytes_of(path);
    for (std::size_t cut = one; cut < whole.size(); cut += cut + 20 < whole.size() ? 7U : 1U) {
        put(path, whole.substr(0, cut));
        const auto file = anchor_file(path);
        ASSERT_THAT(remember(*file, log, 3), HoldsValue()) << cut;
        ASSERT_THAT(remember(*file, log, 4), HoldsValue()) << cut;
        ASSERT_EQ(newest_in(path, "example.com/a").value(), log.note(4)) << cut;
        ASSERT_EQ(bytes_of(path).substr(0, cut), whole.substr(0, cut)) << "it only grows";
    }
    write(path, whole + std::string(100, '\0'));  // What a file system may leave of a write.
    ASSERT_THAT(remember(*anchor_file(path), log, 5), HoldsValue());
    EXPECT_EQ(newest_in(path, "example.com/a").value(), log.note(5));
}

TEST(AnchorFile, AnyByteOfWhichWasChangedNeverSaysMoreThanItShould) {
    const temp_directory home;
    growing_log log{"example.com/a"};
    const auto path = home / "anchors";
    for (std::size_t size = 1; size <= 2; ++size) {
        ASSERT_THAT(remember(*anchor_file(path), log, size), HoldsValue());
    }
    const auto whole = bytes_of(path);
    std::size_t taken_for_unfinished = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto changed = whole;
        changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ 1U);
        put(path, changed);
        const auto found = newest_in(path, "example.com/a");
        if (!found) {
            ASSERT_THAT(found, FailsWith(errc::corrupt)) << at;
            continue;
        }
        // A length that became larger looks like an entry that was cut short.
        ++taken_for_unfinished;
        ASSERT_NE(*found, std::optional{log.note(2)}) << at;
    }
    EXPECT_LE(taken_for_unfinished, 3) << "at most the digits of the last length";
}

TEST(AnchorFile, WithALengthThatWentWrongDoesNotLoseWhatIsBehind) {
    const temp_directory home;
    growing_log log{"example.com/a"};
    const auto path = home / "anchors";
    for (std::size_t size = 1; size <= 3; ++size) {
        ASSERT_THAT(remember(*anchor_file(path), log, size), HoldsValue());
    }
    auto changed = bytes_of(path);
    changed[changed.find("entry ") + 6] = '9';  // It now goes on behind the end of the file.
    put(path, changed);
    EXPECT_THAT(newest_in(path, "example.com/a"), FailsWith(errc::corrupt));
}

TEST(AnchorFile, GoesOnAfterOneCrashUponAnother) {
    const temp_directory home;
    growing_log log{"example.com/a"};
    const auto path = home / "anchors";
    ASSERT_THAT(remember(*anchor_file(path), log, 1), HoldsValue());
    const auto one = bytes_of(path).size();
    ASSERT_THAT(remember(*anchor_file(path), log, 2), HoldsValue());
    const auto whole = bytes_of(path);
    for (const std::size_t first : {one + 3, one + 60, whole.size() - 1}) {
        write(path, whole.substr(0, first));
        ASSERT_THAT(remember(*anchor_file(path), log, 3), HoldsValue());
        const auto twice = bytes_of(path);
        for (auto second = first; second < twice.size(); second += 3) {
            put(path, twice.substr(0, second));
            ASSERT_EQ(newest_in(path, "example.com/a").value(), log.note(1)) << second;
            ASSERT_THAT(remember(*anchor_file(path), log, 4), HoldsValue()) << second;
            ASSERT_EQ(newest_in(path, "example.com/a").value(), log.note(4)) << second;
        }
    }
}

TEST(AnchorFile, ThatCouldNotBeWrittenWholeGoesOnWhenItCan) {
    const temp_directory home;
    growing_log log{"example.com/a"};
    const auto path = home / "anchors";
    const auto file = anchor_file(path);
    ASSERT_THAT(remember(*file, log, 1), HoldsValue());
    const auto one = bytes_of(path).size();
    for (const std::size_t room : {0U, 1U, 90U, 200U}) {
        const daybook::test::file_size_limit full{one + room};
        EXPECT_THAT(remember(*file, log, 2), FailsWith(errc::io)) << room;
        EXPECT_EQ(file->newest("example.com/a").value(), log.note(1)) << room;
    }
    ASSERT_THAT(remember(*file, log, 3), HoldsValue());
    EXPECT_EQ(newest_in(path, "example.com/a").value(), log.note(3));
}

TEST(AnchorFile, NoticesThatItWasEmptiedReplacedOrTakenAwayWhileInUse) {
    const temp_directory home;
    growing_log log{"example.com/a"};
    const auto path = home / "anchors";
    const auto file = anchor_file(path);
    ASSERT_THAT(remember(*file, log, 1), HoldsValue());
    const auto old = bytes_of(path);
    ASSERT_THAT(remember(*file, log, 2), HoldsValue());
    const auto now = bytes_of(path);

    write(path, old);
    EXPECT_THAT(file->newest("example.com/a"), FailsWith(errc::corrupt, "it ends here"));
    write(home / "older", old);
    fs::rename(home / "older", path);
    EXPECT_THAT(file->newest("example.com/a"), FailsWith(errc::corrupt));
    fs::remove(path);
    EXPECT_THAT(file->newest("example.com/a"), FailsWith(errc::not_found));
    EXPECT_THAT(remember(*file, log, 3), FailsWith(errc::not_found)) << "not made anew";
    write(home / "copy", now);
    fs::rename(home / "copy", path);
    EXPECT_EQ(file->newest("example.com/a").value(), log.note(2)) << "a copy that has it all";
    ASSERT_THAT(remember(*file, log, 3), HoldsValue());
}

TEST(AnchorFile, OfAnotherInodeWithLessIsNoticed) {
    const temp_directory home;
    growing_log log{"example.com/a"};
    growing_log other{"example.com/b"};
    const auto path = home / "anchors";
    const auto file = anchor_file(path);
    ASSERT_THAT(remember(*file, log, 1), HoldsValue());
    const auto longer = anchor_file(home / "longer");
    for (std::size_t size = 1; size < 6; ++size) {
        ASSERT_THAT(remember(*longer, other, size), HoldsValue());
    }
    fs::rename(home / "longer", path);
    EXPECT_THAT(file->newest("example.com/a"), FailsWith(errc::corrupt, "took its place"));
}

TEST(AnchorFile, SaysThatItCannotBeWritten) {
    const temp_directory home;
    growing_log log{"example.com/a"};
    EXPECT_THAT(remember(*anchor_file(home / "none" / "anchors"), log, 1),
                FailsWith(errc::not_found));
    fs::create_directory(home / "directory");
    EXPECT_THAT(remember(*anchor_file(home / "directory"), log, 1), FailsWith(errc::io));
}

TEST(AnchorFile, IsWrittenByManyThreadsAtOnce) {
    const temp_directory home;
    const auto path = home / "anchors";
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            growing_log log{"example.com/" + std::to_string(t)};
            const auto file = anchor_file(path);
            for (std::size_t size = 1; size <= 20; ++size) {
                EXPECT_THAT(remember(*file, log, size), HoldsValue());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    const auto file = anchor_file(path);
    for (int t = 0; t < 4; ++t) {
        growing_log log{"example.com/" + std::to_string(t)};
        EXPECT_EQ(file->newest(log.origin()).value(), log.note(20));
    }
}

// Callbacks --------------------------------------------------------------------------------------

TEST(CallbackAnchor, AsksTheFunctionsAndTellsTheirErrors) {
    growing_log log{"example.com/a"};
    std::string kept;
    const auto by = callback_anchor({"a ticket",
                                     [&](const verified_checkpoint& seen) -> result<void> {
                                         kept = seen.note();
                                         return {};
                                     },
                                     [&](std::string_view) { return std::optional{kept}; }});
    ASSERT_THAT(remember(*by, log, 2), HoldsValue());
    EXPECT_EQ(by->newest("example.com/a").value(), log.note(2));
    EXPECT_EQ(by->name(), "a ticket");
}

TEST(CallbackAnchor, LetsNoExceptionOut) {
    growing_log log{"example.com/a"};
    const auto by = callback_anchor(
        {"a ticket",
         [](const verified_checkpoint&) -> result<void> { throw std::runtime_error{"no network"}; },
         [](std::string_view) -> result<std::optional<std::string>> { throw 1; }});
    EXPECT_THAT(remember(*by, log, 2), FailsWith(errc::io, "a ticket: no network"));
    EXPECT_THAT(by->newest("example.com/a"), FailsWith(errc::io));
    const auto says_no = callback_anchor(
        {"a ticket",
         [](const verified_checkpoint&) { return result<void>{fail(errc::timed_out, "late")}; },
         [](std::string_view) {
             return result<std::optional<std::string>>{fail(errc::not_found, "gone")};
         }});
    EXPECT_THAT(remember(*says_no, log, 2), FailsWith(errc::timed_out, "a ticket: late"));
    EXPECT_THAT(says_no->newest("example.com/a"), FailsWith(errc::not_found, "a ticket: gone"));
}

// The policy -------------------------------------------------------------------------------------

std::shared_ptr<anchor> failing(errc code) {
    return callback_anchor(
        {std::string{to_string(code)},
         [code](const verified_checkpoint&) { return result<void>{fail(code, "no")}; },
         [code](std::string_view) {
             return result<std::optional<std::string>>{fail(code, "no")};
         }});
}

std::shared_ptr<anchor> answering(std::optional<std::string> note) {
    return callback_anchor(
        {"answering", [](const verified_checkpoint&) { return result<void>{}; },
         [note](std::string_view) { return result<std::optional<std::string>>{note}; }});
}

anchor_policy policy_of(std::vector<std::shared_ptr<anchor>> anchors, std::size_t needed) {
    return anchor_policy::make(std::move(anchors), needed).value();
}

TEST(AnchorPolicy, NeedsAtMostAsManyAsThereAre) {
    EXPECT_THAT(anchor_policy::make({}, 1), FailsWith(errc::invalid_argument));
    EXPECT_THAT(anchor_policy::make({}, 0), HoldsValue());
    EXPECT_EQ(policy_of({answering({})}, 1).anchors().size(), 1);
    EXPECT_EQ(anchor_policy{}.needed(), 0);
}

TEST(AnchorPolicy, IsContentWithAsManyAsItNeeds) {
    growing_log log{"example.com/a"};
    const auto two_of_three = policy_of({answering({}), failing(errc::io), answering({})}, 2);
    const auto told = two_of_three.remember(log.at(3), log.prove());
    ASSERT_THAT(told, HoldsValue());
    EXPECT_EQ(told->count, 2);
    EXPECT_EQ(told->failures.size(), 1);
    const auto three = policy_of({answering({}), failing(errc::io), answering({})}, 3);
    EXPECT_THAT(three.remember(log.at(3), log.prove()), FailsWith(errc::io, "2 anchors"));
    const auto late = policy_of({failing(errc::timed_out)}, 1);
    EXPECT_THAT(late.remember(log.at(3), log.prove()), FailsWith(errc::timed_out));
    EXPECT_THAT(late.newest("example.com/a", log.keys()), FailsWith(errc::timed_out));
}

TEST(AnchorPolicy, IsNeverContentWhenOneSawAnotherHistory) {
    growing_log log{"example.com/a"};
    for (const auto code : {errc::rejected, errc::corrupt}) {
        const auto all = policy_of({answering({}), failing(code), answering({})}, 1);
        EXPECT_THAT(all.remember(log.at(3), log.prove()), FailsWith(code));
    }
    const auto both = policy_of({failing(errc::rejected), failing(errc::corrupt)}, 0);
    EXPECT_THAT(both.remember(log.at(3), log.prove()), FailsWith(errc::corrupt));
}

TEST(AnchorPolicy, RecallsTheLargest) {
    growing_log log{"example.com/a"};
    const auto all = policy_of({answering(log.note(3)), answering(log.note(9)), answering({})}, 3);
    const auto found = all.newest("example.com/a", log.keys());
    ASSERT_THAT(found, HoldsValue());
    ASSERT_TRUE(found->newest);
    EXPECT_EQ(found->newest->size(), 9);
    EXPECT_EQ(found->anchor, "answering");
    const auto none = policy_of({answering({})}, 1).newest("example.com/a", log.keys());
    ASSERT_THAT(none, HoldsValue());
    EXPECT_FALSE(none->newest);
}

TEST(AnchorPolicy, DoesNotCountWhatTheLogDidNotSign) {
    growing_log log{"example.com/a"};
    growing_log other{"example.com/b"};
    const auto all = policy_of({answering(other.note(60)), answering("no note"),
                                answering(log.note(3)), failing(errc::not_found)},
                               1);
    const auto found = all.newest("example.com/a", log.keys());
    ASSERT_THAT(found, HoldsValue());
    EXPECT_EQ(found->newest->size(), 3);
    EXPECT_EQ(found->failures.size(), 3);
    EXPECT_THAT(policy_of({answering("no note")}, 1).newest("example.com/a", log.keys()),
                FailsWith(errc::io, "0 anchors"));
}

TEST(AnchorPolicy, NoticesTwoSignedHistories) {
    growing_log log{"example.com/a"};
    growing_log forked{"example.com/a", 'b'};
    const auto all = policy_of({answering(log.note(3)), answering(forked.note(3))}, 1);
    EXPECT_THAT(all.newest("example.com/a", log.keys()), FailsWith(errc::corrupt, "forked"));
}

}  // namespace
}  // namespace daybook::compliance
