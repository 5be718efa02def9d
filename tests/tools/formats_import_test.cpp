// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: an import stores each line once, in order; stops at a bad one with a message that helps, or
// sets it aside; and goes on where it was stopped.
// Method: small batches, so that there are many commits; every stop is followed by a look into the
// store and by the import again.

#include <daybook/limits.hpp>

#include "formats/importer.hpp"
#include "formats_support.hpp"
#include "sample/generator.hpp"

namespace daybook::test {
namespace {

using formats::import_options;
using formats::import_report;
using formats::line_format;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto orchestration = line_format::orchestration;

// Lines of two issues by turns.
std::vector<std::string> two_issues(std::uint64_t count) {
    std::vector<std::string> lines;
    for (std::uint64_t i = 0; i < count; ++i) {
        lines.push_back(plain_line(i, i / 2 + 1, i % 2 == 0 ? "A-1" : "B-2"));
    }
    return lines;
}

std::vector<std::string> ids(const store& log) {
    std::vector<std::string> found;
    for (const auto& e : read_everything(log.read_all())) found.push_back(to_string(e.id()));
    return found;
}

TEST(Import, StoresLinesInTheirOrderWhateverTheBatch) {
    const auto lines = two_issues(50);
    for (const std::size_t batch : {1U, 2U, 7U, 50U, 4096U}) {
        fresh_store log;
        const auto report = import_text(*log, joined(lines), orchestration, {.batch_lines = batch});
        ASSERT_THAT(report, HoldsValue());
        EXPECT_EQ(report->read, 50U);
        EXPECT_EQ(report->added, 50U);
        EXPECT_EQ(report->repeated, 0U);
        EXPECT_EQ(report->files, 1U);
        EXPECT_EQ(report->bytes, report->bytes_total);
        EXPECT_EQ(exported(*log, orchestration), joined(lines));
    }
}

TEST(Import, CutsBatchesByBytesToo) {
    fresh_store log;
    std::vector<std::uint64_t> read;
    import_options options{.batch_bytes = 1'000};
    options.progress = [&](const import_report& so_far) { read.push_back(so_far.read); };
    ASSERT_THAT(import_text(*log, joined(two_issues(10)), orchestration, options), HoldsValue());
    EXPECT_THAT(read, ElementsAre(2, 4, 6, 8, 10));
}

TEST(Import, AddsNothingTheSecondTimeAndSaysSo) {
    fresh_store log;
    const auto text = joined(two_issues(40));
    ASSERT_THAT(import_text(*log, text, orchestration), HoldsValue());
    const auto before = log.contents();
    for (const std::size_t batch : {1U, 7U, 4096U}) {
        const auto again = import_text(*log, text, orchestration, {.batch_lines = batch});
        ASSERT_THAT(again, HoldsValue());
        EXPECT_EQ(again->added, 0U);
        EXPECT_EQ(again->repeated, 40U);
        EXPECT_EQ(log.contents(), before);
    }
}

TEST(Import, AddsWhatALongerFileHasMore) {
    fresh_store log;
    const auto lines = two_issues(40);
    const std::vector<std::string> first(lines.begin(), lines.begin() + 23);
    ASSERT_THAT(import_text(*log, joined(first), orchestration), HoldsValue());
    const auto rest = import_text(*log, joined(lines), orchestration, {.batch_lines = 10});
    ASSERT_THAT(rest, HoldsValue());
    EXPECT_EQ(rest->added, 17U);
    EXPECT_EQ(rest->repeated, 23U);
    EXPECT_EQ(exported(*log, orchestration), joined(lines));
}

TEST(Import, RecognisesLinesThatStandTwiceInTheInput) {
    fresh_store log;
    auto lines = two_issues(10);
    lines.insert(lines.begin() + 5, lines[2]);
    lines.push_back(lines[0]);
    const auto report = import_text(*log, joined(lines), orchestration);
    ASSERT_THAT(report, HoldsValue());
    EXPECT_EQ(report->added, 10U);
    EXPECT_EQ(report->repeated, 2U);
}

TEST(Import, StopsAtABadLineWithNothingOfItsBatchStored) {
    fresh_store log;
    const temp_directory home;
    auto lines = two_issues(30);
    lines[24] = R"({"event_id": "x", "event_type": ?})";
    write_file(home / "in.jsonl", joined(lines));
    const auto report = import_files(*log, {home / "in.jsonl"}, orchestration, {.batch_lines = 10});
    ASSERT_THAT(report, FailsWith(errc::invalid_argument));
    EXPECT_THAT(report.error().message,
                AllOf(HasSubstr((home / "in.jsonl").string() + ":25:33: expected a value"),
                      HasSubstr("the 20 lines before are stored (20 added, 0 were there)")));
    EXPECT_THAT(ids(*log), SizeIs(20));

    // Mended, the import goes on.
    lines[24] = two_issues(30)[24];
    write_file(home / "in.jsonl", joined(lines));
    const auto rest = import_files(*log, {home / "in.jsonl"}, orchestration, {.batch_lines = 7});
    ASSERT_THAT(rest, HoldsValue());
    EXPECT_EQ(rest->added, 10U);
    EXPECT_EQ(exported(*log, orchestration), joined(lines));
}

TEST(Import, SaysThatNothingWasStoredIfTheFirstBatchIsBad) {
    fresh_store log;
    EXPECT_THAT(import_text(*log, plain_line(1) + "\n{}\n", orchestration),
                FailsWith(errc::invalid_argument, ":2:1: event_id is missing; nothing was stored"));
    EXPECT_THAT(ids(*log), IsEmpty());
}

TEST(Import, RefusesAWrongSequence) {
    fresh_store log;
    const auto gap = plain_line(1, 1) + '\n' + plain_line(3, 3) + '\n';
    EXPECT_THAT(
        import_text(*log, gap, orchestration),
        FailsWith(errc::conflict, ":2:1: the sequence in issue-PROJ-1 is 3, expected 2; nothing"));
    EXPECT_THAT(ids(*log), IsEmpty());
    const auto clash = plain_line(1, 1) + '\n' + plain_line(2, 1) + '\n';
    EXPECT_THAT(
        import_text(*log, clash, orchestration),
        FailsWith(errc::conflict, ":2:1: another line before it has sequence 1 in issue-PROJ-1"));
}

TEST(Import, RefusesAnIdThatStandsAtTwoPlaces) {
    fresh_store log;
    const auto twice = joined({plain_line(1, 1), plain_line(2, 2), plain_line(1, 3)});
    const auto message =
        "3:1: event " + to_string(numbered_id(1)) + " is in a line before it, at another place";
    EXPECT_THAT(import_text(*log, twice, orchestration), FailsWith(errc::conflict, message));
    // In two batches, too.
    EXPECT_THAT(
        import_text(*log, twice, orchestration, {.batch_lines = 2}),
        FailsWith(errc::conflict, "is in the store already, in issue-PROJ-1 at sequence 1"));
    EXPECT_THAT(ids(*log), SizeIs(2));
}

TEST(Import, RefusesAnotherEventAtAPlaceThatIsTaken) {
    fresh_store log;
    ASSERT_THAT(import_text(*log, plain_line(1) + '\n', orchestration), HoldsValue());
    const auto report = import_text(*log, plain_line(2) + '\n', orchestration);
    ASSERT_THAT(report, FailsWith(errc::conflict, "sequence 1 in issue-PROJ-1 is event"));
    EXPECT_THAT(report.error().message,
                AllOf(HasSubstr(to_string(numbered_id(1))), HasSubstr(to_string(numbered_id(2)))));
    EXPECT_EQ(report.error().conflict->what, conflict::kind::id);
}

TEST(Import, RefusesAnIdThatIsInAnotherStream) {
    fresh_store log;
    ASSERT_THAT(import_text(*log, plain_line(1) + '\n', orchestration), HoldsValue());
    const auto elsewhere = plain_line(5, 1, "P-9") + '\n' + plain_line(1, 1, "P-8") + '\n';
    EXPECT_THAT(
        import_text(*log, elsewhere, orchestration),
        FailsWith(errc::conflict, "is in the store already, in issue-PROJ-1 at sequence 1"));
    EXPECT_THAT(ids(*log), SizeIs(1));
}

TEST(Import, SetsBadLinesAsideAsTheyAreAndGoesOn) {
    fresh_store log;
    const temp_directory home;
    auto lines = two_issues(12);
    lines[3] = "not json at all \t";
    lines.push_back(plain_line(99, 7, "C-3"));
    std::vector<std::string> reasons;
    import_options options{.batch_lines = 5, .skip_bad = home / "bad.jsonl"};
    options.skipped = [&](std::string_view reason) { reasons.emplace_back(reason); };
    const auto report = import_text(*log, joined(lines), orchestration, options);
    ASSERT_THAT(report, HoldsValue());
    // The rest of B-2 cannot follow a line that is missing.
    EXPECT_EQ(report->skipped, 6U);
    EXPECT_EQ(report->added, 7U);
    EXPECT_EQ(report->read, 13U);
    EXPECT_EQ(read_file(home / "bad.jsonl"),
              joined({lines[3], lines[5], lines[7], lines[9], lines[11], lines[12]}));
    ASSERT_THAT(reasons, SizeIs(6));
    EXPECT_THAT(reasons[0], HasSubstr(":4:1: expected '{', found \"n\""));
    EXPECT_THAT(reasons[1], HasSubstr(":6:1: the sequence in issue-B-2 is 3, expected 2"));

    // The mended file brings the rest.
    write_file(home / "mended.jsonl", joined({two_issues(12)[3], lines[5], lines[7], lines[9],
                                              lines[11], plain_line(98, 1, "C-3")}));
    const auto rest = import_files(*log, {home / "mended.jsonl"}, orchestration);
    ASSERT_THAT(rest, HoldsValue());
    EXPECT_EQ(rest->added, 6U);
}

TEST(Import, SetsAsideALineWhoseIdIsTakenElsewhere) {
    fresh_store log;
    const temp_directory home;
    ASSERT_THAT(import_text(*log, plain_line(1) + '\n', orchestration), HoldsValue());
    const auto text =
        joined({plain_line(5, 1, "P-9"), plain_line(1, 1, "P-8"), plain_line(6, 2, "P-9")});
    const auto report =
        import_text(*log, text, orchestration, {.skip_bad = home / "deep" / "bad.jsonl"});
    EXPECT_THAT(report, FailsWith(errc::io, "bad lines cannot be set aside"));
    const auto again = import_text(*log, text, orchestration, {.skip_bad = home / "bad.jsonl"});
    ASSERT_THAT(again, HoldsValue());
    EXPECT_EQ(again->skipped, 1U);
    EXPECT_EQ(again->added + again->repeated, 2U);
    EXPECT_EQ(read_file(home / "bad.jsonl"), plain_line(1, 1, "P-8") + '\n');
}

TEST(Import, MakesNoFileForBadLinesIfThereAreNone) {
    fresh_store log;
    const temp_directory home;
    ASSERT_THAT(import_text(*log, plain_line(1), orchestration, {.skip_bad = home / "bad.jsonl"}),
                HoldsValue());
    EXPECT_FALSE(std::filesystem::exists(home / "bad.jsonl"));
}

TEST(Import, StoresTheLinesBeforeACutAndThenFails) {
    fresh_store log;
    const temp_directory home;
    const auto lines = two_issues(400);
    auto bytes = compressed(joined(lines), ".gz");
    bytes.resize(bytes.size() - 100);
    write_file(home / "cut.gz", bytes);
    const auto report = import_files(*log, {home / "cut.gz"}, orchestration, {.batch_lines = 64});
    ASSERT_THAT(report, FailsWith(errc::corrupt, "cut off"));
    const auto stored = log->status().events;
    EXPECT_GT(stored, 300U);
    EXPECT_LT(stored, 400U);
    EXPECT_THAT(report.error().message,
                HasSubstr("the " + std::to_string(stored) + " lines before are stored"));

    write_file(home / "cut.gz", compressed(joined(lines), ".gz"));
    const auto rest = import_files(*log, {home / "cut.gz"}, orchestration);
    ASSERT_THAT(rest, HoldsValue());
    EXPECT_EQ(rest->added, 400 - stored);
    EXPECT_EQ(exported(*log, orchestration), joined(lines));
}

TEST(Import, TakesALineThatFillsACommitAloneAndRefusesALargerOne) {
    store_options small = quick_options();
    small.commit_bytes_max = 64U << 10U;
    fresh_store log{small};
    const auto sized = [](std::uint64_t number, std::size_t bytes) {
        auto line = plain_line(number, number);
        const auto at = line.find("{\"n\"") + 1;
        return line.insert(at, "\"pad\":\"" + std::string(bytes, 'x') + "\",");
    };
    std::vector<std::string> lines;
    for (std::uint64_t i = 1; i <= 9; ++i) lines.push_back(sized(i, 40'000));
    ASSERT_THAT(import_text(*log, joined(lines), orchestration), HoldsValue());
    EXPECT_EQ(exported(*log, orchestration), joined(lines));
    lines.push_back(sized(10, 70'000));
    EXPECT_THAT(import_text(*log, joined(lines), orchestration),
                FailsWith(errc::too_large, "lines.jsonl:10: "));
}

TEST(Import, RefusesALineWithMoreThanAMebibyteBesidesItsPayload) {
    fresh_store log;
    auto line = plain_line(1);
    line.insert(line.size() - 1,
                ",\"x\":\"" + std::string(limits::extensions_bytes_max, 'x') + "\"");
    EXPECT_THAT(import_text(*log, line, orchestration),
                FailsWith(errc::invalid_argument, "besides its metadata"));
}

TEST(Import, WorksBesideAnotherWriter) {
    fresh_store log;
    import_options options{.batch_lines = 5};
    bool interfered = false;
    options.progress = [&](const import_report&) {
        if (std::exchange(interfered, true)) return;
        // The importer believes that A-1 is at sequence 3.
        ASSERT_THAT(log->append("issue-A-1", expected::any(), {simple_event("Other")}),
                    HoldsValue());
    };
    EXPECT_THAT(import_text(*log, joined(two_issues(20)), orchestration, options),
                FailsWith(errc::conflict, "sequence 4 in issue-A-1 is event"));
    EXPECT_EQ(log->status().events, 6U);
}

TEST(Import, FindsRepeatsByIdWhereLinesDoNotSayTheirPlace) {
    fresh_store from;
    for (std::uint64_t i = 0; i < 30; ++i) {
        ASSERT_THAT(from->append(i % 3 == 0 ? "task-1" : "task-2", expected::any(),
                                 {simple_event("T" + std::to_string(i))}),
                    HoldsValue());
    }
    const auto lines = exported(*from, line_format::native);
    const auto half = lines.substr(0, lines.size() / 2);
    const auto whole_half = half.substr(0, half.rfind('\n') + 1);
    for (const std::size_t batch : {1U, 4U, 4096U}) {
        fresh_store log;
        ASSERT_THAT(import_text(*log, whole_half, line_format::native, {.batch_lines = batch}),
                    HoldsValue());
        const auto first = log->status().events;
        const auto rest = import_text(*log, lines, line_format::native, {.batch_lines = batch});
        ASSERT_THAT(rest, HoldsValue());
        EXPECT_EQ(rest->repeated, first);
        EXPECT_EQ(rest->added, 30 - first);
        EXPECT_EQ(ids(*log), ids(*from));
    }
}

TEST(Import, NoticesARepeatBehindANewLineOfTheSameStream) {
    // Lines without a place are taken for new once their stream has grown; the store knows better.
    fresh_store from;
    for (const auto* type : {"a", "b", "c"}) {
        ASSERT_THAT(from->append("task-1", expected::any(), {simple_event(type)}), HoldsValue());
    }
    std::vector<std::string> lines;
    for (const auto& e : read_everything(from->read_all())) {
        std::string line;
        formats::append_line(line, line_format::native, e);
        lines.push_back(line);
    }
    fresh_store log;
    ASSERT_THAT(import_text(*log, joined({lines[0]}), line_format::native), HoldsValue());
    const auto report = import_text(*log, joined({lines[1], lines[0], lines[2]}),
                                    line_format::native, {.batch_lines = 1});
    ASSERT_THAT(report, HoldsValue());
    EXPECT_EQ(report->added, 2U);
    EXPECT_EQ(report->repeated, 1U);
}

TEST(Import, TakesTheSampleThroughEveryFormat) {
    fresh_store from;
    sample::generator made{{.seed = 3, .events = 3'000}};
    sample::sample_event next;
    while (made.next(next)) {
        ASSERT_THAT(from->append(next.stream, expected::any(), {next.event}), HoldsValue());
    }
    for (const auto format :
         {line_format::orchestration, line_format::cloudevents, line_format::native}) {
        const auto lines = exported(*from, format);
        fresh_store to;
        ASSERT_THAT(import_text(*to, lines, format, {.batch_lines = 500}), HoldsValue());
        EXPECT_EQ(exported(*to, line_format::orchestration).size() > 0, true);
        EXPECT_EQ(ids(*to), ids(*from));
        if (format != line_format::native) {
            EXPECT_EQ(exported(*to, format), lines);
        }
    }
}

}  // namespace
}  // namespace daybook::test
