// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: lines come from files, compressed or not, whole logs in parts, and directories, in the
// order of the log, each with its place; what is broken is told by name. Method: files with known
// bytes in a fresh directory.

#include "formats/line_source.hpp"
#include "formats_support.hpp"

namespace daybook::test {
namespace {

using formats::line_format;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

// A line with nothing but a time and a name.
std::string timed(std::string_view time, std::string_view name) {
    return R"({"timestamp":"2025-12-)" + std::string{time} + R"(Z","name":")" + std::string{name} +
           "\"}";
}

// The names in such lines.
std::vector<std::string> names(const result<std::vector<std::string>>& lines) {
    if (!lines) return {lines.error().message};
    std::vector<std::string> found;
    for (const auto& line : *lines) {
        const auto at = line.find("\"name\":\"") + 8;
        found.push_back(line.substr(at, line.find('"', at) - at));
    }
    return found;
}

class LineSource : public testing::Test {
protected:
    fs::path file(const fs::path& name, std::string_view bytes) const {
        write_file(home_ / name, bytes);
        return home_ / name;
    }

    temp_directory home_;
};

TEST_F(LineSource, GivesLinesWithTheirPlaces) {
    const auto path = file("a.jsonl", "one\n\ntwo\r\n  \nthree");
    auto source = formats::line_source::open({path}, line_format::native).value();
    std::vector<std::string> seen;
    while (source.next().value()) {
        seen.push_back(std::string{source->text} + "@" + std::to_string(source->number) + "+" +
                       std::to_string(source->offset));
        EXPECT_EQ(source->file, path.string());
    }
    EXPECT_THAT(seen, ElementsAre("one@1+0", "two\r@3+5", "three@5+13"));
    EXPECT_EQ(source.bytes_read(), 18U);
    EXPECT_EQ(source.bytes_total(), 18U);
    EXPECT_EQ(source.files(), 1U);
    EXPECT_FALSE(source.next().value());
}

TEST_F(LineSource, SkipsAByteOrderMarkAndRefusesUtf16) {
    EXPECT_THAT(read_lines({file("bom.jsonl", "\xef\xbb\xbf{}\n")}), Holds(ElementsAre("{}")));
    EXPECT_THAT(read_lines({file("utf16.jsonl", std::string_view{"\xff\xfe{\0", 4})}),
                FailsWith(errc::corrupt, "UTF-16"));
}

TEST_F(LineSource, AcceptsEmptyFiles) {
    EXPECT_THAT(read_lines({file("empty.jsonl", "")}), Holds(IsEmpty()));
    EXPECT_THAT(read_lines({file("empty.gz", compressed("", ".gz"))}), Holds(IsEmpty()));
}

TEST_F(LineSource, KnowsCompressionByTheFirstBytesAndNotByTheName) {
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += "line " + std::to_string(i) + '\n';
    for (const auto* ending : {".gz", ".zst"}) {
        const auto path = file("plain-name.jsonl", compressed(text, ending));
        const auto lines = read_lines({path});
        ASSERT_THAT(lines, HoldsValue());
        EXPECT_EQ(joined(*lines), text);
    }
    EXPECT_THAT(read_lines({file("lying.jsonl.gz", "plain\n")}), Holds(ElementsAre("plain")));
}

TEST_F(LineSource, ReadsSeveralMembersAndFramesInOneFile) {
    for (const auto* ending : {".gz", ".zst"}) {
        const auto bytes = compressed("a\nb", ending) + compressed("c\n", ending);
        EXPECT_THAT(read_lines({file("two", bytes)}), Holds(ElementsAre("a", "bc")));
    }
    const auto padded = compressed("a\n", ".gz") + std::string(700, '\0');
    EXPECT_THAT(read_lines({file("padded", padded)}), Holds(ElementsAre("a")));
}

TEST_F(LineSource, GivesTheLinesBeforeACutAndThenSaysSo) {
    std::string text;
    for (int i = 0; i < 2'000; ++i) text += std::to_string(i * 7919) + '\n';
    for (const auto* ending : {".gz", ".zst"}) {
        auto bytes = compressed(text, ending);
        bytes.resize(bytes.size() - 7);
        const auto path = file("cut", bytes);
        auto source = formats::line_source::open({path}, line_format::native).value();
        auto more = source.next();
        while (more && *more) more = source.next();
        ASSERT_THAT(more, FailsWith(errc::corrupt, "end too early"));
        EXPECT_THAT(more.error().message, HasSubstr(path.string()));
        // It stays failed.
        EXPECT_THAT(source.next(), FailsWith(errc::corrupt, "end too early"));
    }
}

TEST_F(LineSource, SaysWhenCompressedDataAreBroken) {
    for (const auto* ending : {".gz", ".zst"}) {
        auto bytes = compressed(std::string(5'000, 'x') + "\nabcdefgh\n", ending);
        for (std::size_t i = bytes.size() / 2; i < bytes.size(); ++i) {
            bytes[i] = static_cast<char>(~static_cast<unsigned char>(bytes[i]));
        }
        EXPECT_THAT(read_lines({file("broken", bytes)}), FailsWith(errc::corrupt, "broken"));
    }
    EXPECT_THAT(read_lines({file("tail", compressed("a\n", ".gz") + "garbage!")}),
                FailsWith(errc::corrupt, "broken"));
}

TEST_F(LineSource, BoundsTheLengthOfALine) {
    const auto path = file("long.jsonl", "short\n" + std::string(2'000, 'x') + "\n");
    EXPECT_THAT(read_lines({path}, line_format::native, {.line_bytes_max = 1'999}),
                FailsWith(errc::too_large, "long.jsonl:2: the line at byte 6 is longer"));
    EXPECT_THAT(read_lines({path}, line_format::native, {.line_bytes_max = 2'000}), HoldsValue());
}

TEST_F(LineSource, NamesWhatIsNotThere) {
    EXPECT_THAT(read_lines({home_ / "nothing.jsonl"}), FailsWith(errc::not_found, "nothing.jsonl"));
    fs::create_directories(home_ / "void");
    EXPECT_THAT(read_lines({home_ / "void"}), FailsWith(errc::invalid_argument, "nothing to read"));
}

TEST_F(LineSource, ReadsFilesInTheOrderGiven) {
    EXPECT_THAT(read_lines({file("b.jsonl", "b\n"), file("a.jsonl", "a"), file("c.txt", "c\n")}),
                Holds(ElementsAre("b", "a", "c")));
}

TEST_F(LineSource, ReadsPartsOfARotatedLogInTheirOrder) {
    const std::vector<fs::path> shuffled{"x/e.jsonl",     "other.jsonl",    "x/e.10.jsonl.gz",
                                         "x/e.2.jsonl",   "y/e.1.jsonl",    "x/e.1.jsonl",
                                         "y/e.jsonl.zst", "x/e-1.2.b.jsonl"};
    EXPECT_THAT(formats::in_rotation_order(shuffled),
                ElementsAre("x/e.1.jsonl", "x/e.2.jsonl", "x/e.10.jsonl.gz", "x/e.jsonl",
                            "other.jsonl", "y/e.1.jsonl", "y/e.jsonl.zst", "x/e-1.2.b.jsonl"));
    EXPECT_THAT(formats::in_rotation_order({"events.jsonl", "events_2025-10-05_18-00-00.jsonl",
                                            "events_2025-10-05_09-30-00.jsonl"}),
                ElementsAre("events_2025-10-05_09-30-00.jsonl", "events_2025-10-05_18-00-00.jsonl",
                            "events.jsonl"));
}

TEST_F(LineSource, ReadsADirectoryOfFilesByName) {
    file("d/b.jsonl", "b\n");
    file("d/a.2.jsonl", "a2\n");
    file("d/a.10.ndjson.gz", compressed("a10\n", ".gz"));
    file("d/a.jsonl.zst", compressed("a\n", ".zst"));
    file("d/notes.txt", "no\n");
    file("d/.hidden.jsonl", "no\n");
    file("d/deeper/c.jsonl", "no\n");
    EXPECT_THAT(read_lines({home_ / "d"}), Holds(ElementsAre("a2", "a10", "a", "b")));
}

TEST_F(LineSource, ReadsTheLayoutOfDatedFoldersInTheOrderOfTime) {
    const auto day = [&](std::string_view name, std::initializer_list<std::string> lines) {
        file(fs::path{"log"} / name, joined(lines));
    };
    day("2025-12-23/P-1/events.jsonl", {timed("23T08:00:00", "p1-c")});
    day("2025-12-22/P-1/events.jsonl",
        {timed("22T10:00:00", "p1-a"), timed("22T09:00:00", "p1-late"),
         timed("22T12:00:00", "p1-b")});
    day("2025-12-22/P-2/events.1.jsonl", {timed("22T08:00:00", "p2-a")});
    day("2025-12-22/P-2/events.jsonl",
        {timed("22T10:00:00", "p2-b"), "{not json", timed("22T11:00:00", "p2-c")});
    day("2025-12-22/P-2/snapshot-50.json", {"no"});
    day("2025-12-22/P-2/metadata.json", {"no"});
    day("2025-12-22/index.json", {"no"});
    day("global/events.jsonl",
        {timed("21T00:00:00", "g-1"), timed("22T10:30:00", "g-2"), timed("24T00:00:00", "g-3")});
    day("schemas/orchestration-events.json", {"no"});
    day("reports/audit-1.json", {"no"});
    EXPECT_THAT(names(read_lines({home_ / "log"})),
                ElementsAre("g-1", "p2-a", "p1-a", "p1-late", "p2-b", testing::_, "g-2", "p2-c",
                            "p1-b", "p1-c", "g-3"));
}

TEST_F(LineSource, ReadsTheArchiveFirst) {
    file("log/2025-12-22/P-1/events.jsonl", timed("22T10:00:00", "new"));
    file("log/archive/2025-09-01/P-1/events.jsonl.gz",
         compressed(timed("22T23:00:00", "old"), ".gz"));
    file("log/archive/older.jsonl", timed("22T23:30:00", "oldest"));
    EXPECT_THAT(names(read_lines({home_ / "log"})), ElementsAre("oldest", "old", "new"));
}

TEST_F(LineSource, MergesMoreFilesThanMayBeOpen) {
    std::vector<std::string> wanted(600);
    constexpr int issues = 60;
    for (int issue = 0; issue < issues; ++issue) {
        std::string text;
        for (int i = 0; i < 10; ++i) {
            const int at = i * issues + issue;
            char time[32];
            std::snprintf(time, sizeof time, "22T%02d:%02d:%02d", at / 3600, at / 60 % 60, at % 60);
            wanted[static_cast<std::size_t>(at)] = std::to_string(at);
            text += timed(time, std::to_string(at)) + '\n';
        }
        const auto name = "log/2025-12-22/P-" + std::to_string(issue) + "/events.jsonl";
        file(name, issue % 3 == 0 ? compressed(text, issue % 2 == 0 ? ".gz" : ".zst") : text);
    }
    EXPECT_THAT(
        names(read_lines({home_ / "log"}, line_format::orchestration, {.files_open_max = 3})),
        ElementsAreArray(wanted));
}

}  // namespace
}  // namespace daybook::test
