// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: records, frames and index entries have the bytes that they had in format 1, and these are
// the bytes that core/docs describes.

#include "frame.hpp"
#include "golden/golden_file.hpp"
#include "index_codec.hpp"
#include "postings.hpp"
#include "record.hpp"
#include "support/facts.hpp"
#include "support/matchers.hpp"
#include "tail_segment.hpp"
#include "terms.hpp"

#include <deque>

namespace daybook::test {
namespace {

event_id golden_id(std::uint8_t last) {
    auto id = parse_event_id("0194f1c2-0000-7000-8000-000000000000").value();
    id.bytes.back() = last;
    return id;
}

std::string encoded(const record::draft& draft, std::uint64_t at, std::uint64_t in_stream,
                    std::string_view recorded) {
    std::string bytes;
    record::encode(bytes, draft);
    record::place(bytes.data(), {at}, {in_stream}, parse_timestamp(recorded).value());
    return bytes;
}

/// The worked example of core/docs/event_record.md.
std::string example_record() {
    const std::vector causes{golden_id(1)};
    const std::vector<std::string> tags{"phase:CODE"};
    return encoded({.stream = "task-42",
                    .type = "TaskDone",
                    .schema = "1.0.0",
                    .correlation = "run-1",
                    .actor = {"agent", "ada", "m1"},
                    .content_type = json_content_type,
                    .extensions = {},
                    .payload = R"({"ok":true})",
                    .causes = causes,
                    .tags = tags,
                    .session_tag = {},
                    .id = golden_id(2),
                    .occurred_at = parse_timestamp("2025-12-22T10:30:00.123Z").value()},
                   1, 1, "2025-12-22T10:30:00.456789Z");
}

/// Every field, several of what there may be several of, bytes that are not text.
std::string full_record() {
    const std::vector causes{golden_id(1), golden_id(2)};
    const std::vector<std::string> tags{"phase:\xC3\xA9", "empty:", "a:b:c"};
    return encoded({.stream = "gr\xC3\xB6\xC3\x9F"
                              "e-\xE2\x82\xAC",
                    .type = "Everything",
                    .schema = "2.1.0",
                    .correlation = "run \xC3\xBC",
                    .actor = {"user",
                              "Fr\xC3\xA9"
                              "d\xC3\xA9ric",
                              "none"},
                    .content_type = "application/octet-stream",
                    .extensions = R"({"source":"//seed"})",
                    .payload = std::string_view{"\0\xFF\n", 3},
                    .causes = causes,
                    .tags = tags,
                    .session_tag = "session:s-1",
                    .id = golden_id(3),
                    .occurred_at = parse_timestamp("0001-01-01T00:00:00Z").value()},
                   0x0102030405060708, 0x1112131415161718, "9999-12-31T23:59:59.999999Z");
}

std::string least_record() {
    return encoded({.stream = "a-b",
                    .type = "A",
                    .schema = {},
                    .correlation = {},
                    .actor = {},
                    .content_type = json_content_type,
                    .extensions = {},
                    .payload = "{}",
                    .causes = {},
                    .tags = {},
                    .session_tag = {},
                    .id = golden_id(4),
                    .occurred_at = timestamp{}},
                   0, 1, "1970-01-01T00:00:00Z");
}

std::string golden_frame() {
    frame_builder frame;
    const std::vector records{example_record(), full_record(), least_record()};
    frame.add_commit({.id = golden_id(0xaa), .first = {1}, .events = 2});
    frame.add_record(records[0].size());
    frame.add_record(records[1].size());
    frame.add_commit({.id = golden_id(0xab), .first = {3}, .events = 1});
    frame.add_record(records[2].size());
    std::string bytes;
    frame.append_head(bytes);
    for (const auto& record : records) bytes += record;
    return bytes;
}

/// The part of a page between a heading and the next.
std::string section_of(const std::string& page, const std::string& heading) {
    const auto start = page.find("\n## " + heading);
    return start == std::string::npos ? ""
                                      : page.substr(start, page.find("\n## ", start + 1) - start);
}

TEST(GoldenBytes, ARecordIsWhatTheDocumentShows) {
    const auto page = read_file(std::filesystem::path{DAYBOOK_CORE_DOCS} / "event_record.md");
    const auto record = example_record();
    constexpr std::size_t frame_head = 44;
    const auto shown = from_hex(section_of(page, "Worked example"));
    ASSERT_EQ(shown.size(), record.size() + frame_head) << "bytes in the worked example";
    EXPECT_EQ(to_hex(shown.substr(0, record.size())), to_hex(record));

    frame_builder frame;
    frame.add_commit({.id = golden_id(0xaa), .first = {1}, .events = 1});
    frame.add_record(record.size());
    std::string head;
    frame.append_head(head);
    EXPECT_EQ(to_hex(shown.substr(record.size())), to_hex(head));
}

TEST(GoldenBytes, RecordsAreTheSame) {
    EXPECT_EQ(compare_with_golden("record_v1_full.hex", to_hex(full_record())), "");
    EXPECT_EQ(compare_with_golden("record_v1_least.hex", to_hex(least_record())), "");
}

TEST(GoldenBytes, OldRecordsAreRead) {
    const auto bytes = from_hex(read_file(golden_path("record_v1_full.hex")));
    const auto e = event_view::parse(bytes);
    ASSERT_THAT(e, HoldsValue());
    EXPECT_EQ(e->position(), position{0x0102030405060708});
    EXPECT_EQ(e->sequence(), sequence{0x1112131415161718});
    EXPECT_EQ(e->id(), golden_id(3));
    EXPECT_EQ(e->stream(),
              "gr\xC3\xB6\xC3\x9F"
              "e-\xE2\x82\xAC");
    EXPECT_EQ(e->type(), "Everything");
    EXPECT_EQ(e->schema(), "2.1.0");
    EXPECT_EQ(e->correlation(), "run \xC3\xBC");
    EXPECT_EQ(e->actor().type, "user");
    EXPECT_EQ(e->actor().id,
              "Fr\xC3\xA9"
              "d\xC3\xA9ric");
    EXPECT_EQ(e->actor().model, "none");
    EXPECT_EQ(e->occurred_at(), timestamp_min);
    EXPECT_EQ(e->recorded_at(), timestamp_max);
    EXPECT_THAT(e->causes(), testing::ElementsAre(golden_id(1), golden_id(2)));
    EXPECT_THAT(std::vector(e->tags().begin(), e->tags().end()),
                testing::ElementsAre("phase:\xC3\xA9", "empty:", "a:b:c", "session:s-1"));
    EXPECT_EQ(e->content_type(), "application/octet-stream");
    EXPECT_EQ(e->extensions(), R"({"source":"//seed"})");
    EXPECT_EQ(e->payload(), (std::string_view{"\0\xFF\n", 3}));
}

TEST(GoldenBytes, AnotherVersionIsNotReadAsThisOne) {
    auto bytes = example_record();
    bytes[0] = 2;
    EXPECT_THAT(event_view::parse(bytes), FailsWith(errc::unsupported));
    bytes[0] = 0;
    EXPECT_THAT(event_view::parse(bytes), FailsWith(errc::corrupt));
    auto frame = golden_frame();
    frame[0] = 2;
    EXPECT_THAT(frame_view::parse(frame), FailsWith(errc::unsupported));
    frame[0] = 0;
    EXPECT_THAT(frame_view::parse(frame), FailsWith(errc::corrupt));
}

TEST(GoldenBytes, ARecordThatIsCutOrStretchedIsCorrupt) {
    const auto bytes = full_record();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_THAT(event_view::parse(std::string_view{bytes}.substr(0, size)),
                    FailsWith(errc::corrupt));
    }
    EXPECT_THAT(event_view::parse(bytes + "x"), FailsWith(errc::corrupt));
}

TEST(GoldenBytes, FramesAreTheSame) {
    EXPECT_EQ(compare_with_golden("frame_v1.hex", to_hex(golden_frame())), "");
}

TEST(GoldenBytes, OldFramesAreRead) {
    const auto bytes = from_hex(read_file(golden_path("frame_v1.hex")));
    const auto frame = frame_view::parse(bytes);
    ASSERT_THAT(frame, HoldsValue());
    ASSERT_EQ(frame->events(), 3U);
    EXPECT_EQ(frame->record(0), example_record());
    EXPECT_EQ(frame->record(1), full_record());
    EXPECT_EQ(frame->record(2), least_record());
    ASSERT_EQ(frame->commits(), 2U);
    EXPECT_EQ(frame->commit(0).id, golden_id(0xaa));
    EXPECT_EQ(frame->commit(0).first, position{1});
    EXPECT_EQ(frame->commit(0).events, 2U);
    EXPECT_EQ(frame->commit(1).id, golden_id(0xab));
}

TEST(GoldenBytes, AFrameThatIsCutIsCorrupt) {
    const auto bytes = golden_frame();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto cut = std::string_view{bytes}.substr(0, size);
        const auto frame = frame_view::parse(cut);
        if (!frame) {
            EXPECT_THAT(frame, FailsWith(errc::corrupt));
            continue;
        }
        // Where a frame ends is known by its last record.
        EXPECT_THAT(event_view::parse(frame->record(frame->events() - 1)),
                    FailsWith(errc::corrupt));
    }
}

std::string encoded_postings(const std::vector<std::uint16_t>& offsets) {
    std::string bytes;
    postings::encode(bytes, offsets);
    return bytes;
}

TEST(GoldenBytes, PostingsAreWhatTheDocumentShows) {
    EXPECT_EQ(to_hex(encoded_postings({3, 4, 300})), "01 03 03 00 a7 02\n");
    std::vector<std::uint16_t> all(65'536);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint16_t>(i);
    EXPECT_EQ(to_hex(encoded_postings(all)), "00\n");
    EXPECT_EQ(to_hex(encoded_postings({0})), "01 01 00\n");
    EXPECT_EQ(to_hex(encoded_postings({65'535})), "01 01 ff ff 03\n");
    // Every second offset is shorter as a bitmap of the whole segment.
    std::vector<std::uint16_t> even;
    for (std::size_t i = 0; i < 65'536; i += 2) even.push_back(static_cast<std::uint16_t>(i));
    const auto bitmap = encoded_postings(even);
    EXPECT_EQ(bitmap.size(), 1U + 3U + 8192U);
    EXPECT_EQ(to_hex(bitmap.substr(0, 6)), "02 80 80 02 55 55\n");
}

TEST(GoldenBytes, IndexEntriesAreTheSame) {
    const term_rules rules{.seed = 42, .indexed_fields = {"/ok", "/n"}};
    tail_segment segment{64};
    for (const auto& record : {example_record(), full_record(), least_record()}) {
        const auto e = event_view::parse(record).value();
        std::vector<term> terms;
        std::deque<std::string> texts;
        rules.collect(e, terms, texts);
        if (segment.summary().events != 1) segment.begin_frame();
        segment.add(e, terms);
    }
    std::string text;
    index_codec::for_each_entry(segment, [&](std::string_view key, std::string_view value) {
        text += "key\n" + to_hex(key) + "value\n" + to_hex(value) + "\n";
    });
    for (const auto& key : index_codec::stream_keys(segment))
        text += "stream\n" + to_hex(key) + "\n";
    EXPECT_EQ(compare_with_golden("index_v1.txt", text), "");
}

}  // namespace
}  // namespace daybook::test
