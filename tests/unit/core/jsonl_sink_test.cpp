// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: the files of a sink hold whole lines, each event once and in order, whatever happens:
// rotation at any place, writes that fail half way, half a line left by another process.
// What an import makes of them is in tests/tools, kill -9 in tests/crash.

#include <daybook/emitter.hpp>
#include <daybook/json.hpp>
#include <daybook/jsonl_sink.hpp>
#include <daybook/output_file.hpp>

#include "support/event_maker.hpp"
#include "support/file_size_limit.hpp"
#include "support/matchers.hpp"
#include "support/temp_directory.hpp"

#include <fstream>
#include <iterator>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string read_file(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write_file(const fs::path& file, std::string_view bytes) {
    std::ofstream{file, std::ios::binary}.write(bytes.data(),
                                                static_cast<std::streamsize>(bytes.size()));
}

/// Events `first` to `last`, one part each.
commit_request batch(int first, int last) {
    commit_request made;
    for (int i = first; i <= last; ++i) {
        auto event = simple_event("A", std::to_string(i));
        event.id = numbered_id(static_cast<std::uint64_t>(i));
        event.occurred_at = test_time(i);
        made.streams.push_back({.stream = "task-1", .events = {event}});
    }
    return made;
}

/// Payloads of the lines; a line that is not a whole event fails the test.
std::vector<int> numbers_in(std::string_view text) {
    std::vector<int> numbers;
    EXPECT_TRUE(text.empty() || text.ends_with('\n')) << "half a line at the end";
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        const auto event = event_from_json(line);
        EXPECT_THAT(event, HoldsValue()) << line;
        if (event) numbers.push_back(std::stoi(event->event.payload));
        text.remove_prefix(line.size() + 1);
    }
    return numbers;
}

std::vector<int> range(int first, int last) {
    std::vector<int> all;
    for (int i = first; i <= last; ++i) all.push_back(i);
    return all;
}

struct JsonlSink : testing::Test {
    fs::path file() const { return home / "events.jsonl"; }
    fs::path part(std::uint64_t number) const { return rotation_names{file()}.part(number); }

    /// Everything in the order of the files.
    std::vector<int> numbers() const {
        std::string all;
        for (const auto& one : rotation_names{file()}.existing()) all += read_file(one.file);
        return numbers_in(all + read_file(file()));
    }
    temp_directory home;
};

TEST_F(JsonlSink, WritesTheNativeForm) {
    auto sink = jsonl_sink::open(file()).value();
    auto event = simple_event("CodeCommitted", R"({"lines": 12})");
    event.id = numbered_id(7);
    event.occurred_at = test_time(500'000);
    event.tags = {"phase:CODE", "level:ACTION"};
    event.causes = {numbered_id(6)};
    event.actor = {"agent", "coder-1", ""};
    event.correlation = "sprint-7";
    event.schema = "1.0.0";
    event.extensions = R"({"git_sha":"abc"})";
    ASSERT_THAT(sink.write({.streams = {{.stream = "task-42", .events = {event}}}}), HoldsValue());
    const auto text = read_file(file());
    EXPECT_EQ(text, R"({"id":")" + to_string(numbered_id(7)) +
                        R"(","type":"CodeCommitted","schema":"1.0.0","stream":"task-42",)"
                        R"("occurred_at":"2025-12-22T00:00:00.500Z","correlation":"sprint-7",)"
                        R"("causes":[")" +
                        to_string(numbered_id(6)) +
                        R"("],"actor":{"type":"agent","id":"coder-1"},)"
                        R"("tags":["phase:CODE","level:ACTION"],"payload":{"lines": 12},)"
                        R"("extensions":{"git_sha":"abc"}})"
                        "\n");
    EXPECT_EQ(sink.status().file_bytes, text.size());
    EXPECT_EQ(sink.status().file, file());
}

TEST_F(JsonlSink, BeginsANewFileAtAWholeLine) {
    auto sink = jsonl_sink::open(file(), {.rotate_bytes = 1'000}).value();
    ASSERT_THAT(sink.write(batch(1, 30)), HoldsValue());
    ASSERT_THAT(sink.write(batch(31, 31)), HoldsValue());
    const auto parts = rotation_names{file()}.existing();
    EXPECT_GT(parts.size(), 3U);
    EXPECT_EQ(sink.status().parts, parts.size());
    for (const auto& one : parts) {
        const auto text = read_file(one.file);
        EXPECT_LE(text.size(), 1'000U);
        EXPECT_GT(text.size(), 800U) << "filled";
        EXPECT_FALSE(numbers_in(text).empty());
    }
    EXPECT_EQ(numbers(), range(1, 31));
}

TEST_F(JsonlSink, GivesALineAboveTheLimitAFileOfItsOwn) {
    auto sink = jsonl_sink::open(file(), {.rotate_bytes = 10}).value();
    ASSERT_THAT(sink.write(batch(1, 3)), HoldsValue());
    EXPECT_EQ(numbers_in(read_file(part(1))), range(1, 1));
    EXPECT_EQ(numbers_in(read_file(part(2))), range(2, 2));
    EXPECT_EQ(numbers_in(read_file(file())), range(3, 3));
}

TEST_F(JsonlSink, NeverRotatesWhenToldSo) {
    auto sink = jsonl_sink::open(file(), {.rotate_bytes = 0}).value();
    ASSERT_THAT(sink.write(batch(1, 100)), HoldsValue());
    EXPECT_THAT(rotation_names{file()}.existing(), IsEmpty());
    EXPECT_EQ(numbers(), range(1, 100));
}

TEST_F(JsonlSink, GoesOnWhereItStopped) {
    for (int round = 0; round < 4; ++round) {
        auto sink = jsonl_sink::open(file(), {.rotate_bytes = 1'000}).value();
        ASSERT_THAT(sink.write(batch(10 * round + 1, 10 * round + 10)), HoldsValue());
    }
    EXPECT_EQ(numbers(), range(1, 40));
}

// Half lines -------------------------------------------------------------------------------------

TEST_F(JsonlSink, SetsHalfALineAside) {
    {
        auto sink = jsonl_sink::open(file()).value();
        ASSERT_THAT(sink.write(batch(1, 3)), HoldsValue());
    }
    const auto whole = read_file(file());
    const auto last = whole.rfind('\n', whole.size() - 2) + 1;
    for (auto kept = whole.size() - 1; kept > last; --kept) {
        SCOPED_TRACE(kept);
        write_file(file(), std::string_view{whole}.substr(0, kept));
        fs::remove(home / "events.jsonl.torn");
        auto sink = jsonl_sink::open(file()).value();
        // All but its newline is a whole event.
        const bool complete = kept == whole.size() - 1;
        EXPECT_EQ(numbers(), range(1, complete ? 3 : 2));
        EXPECT_EQ(sink.status().bytes_set_aside, complete ? 0 : kept - last);
        EXPECT_EQ(read_file(home / "events.jsonl.torn"),
                  complete ? "" : whole.substr(last, kept - last) + "\n");
        ASSERT_THAT(sink.write(batch(4, 4)), HoldsValue());
        EXPECT_EQ(numbers().back(), 4);
    }
}

TEST_F(JsonlSink, SetsAsideAFileThatIsHalfALineOnly) {
    write_file(file(), "{\"id\":");
    auto sink = jsonl_sink::open(file()).value();
    EXPECT_EQ(sink.status().bytes_set_aside, 6U);
    ASSERT_THAT(sink.write(batch(1, 1)), HoldsValue());
    EXPECT_EQ(numbers(), range(1, 1));
}

TEST_F(JsonlSink, RefusesAFileWithoutLines) {
    const std::string bytes((17U << 20U) + 5, 'x');
    write_file(file(), bytes);
    EXPECT_THAT(jsonl_sink::open(file()), FailsWith(errc::corrupt, "events.jsonl"));
    EXPECT_EQ(read_file(file()), bytes) << "untouched";
}

// Writes that fail -------------------------------------------------------------------------------

TEST_F(JsonlSink, LeavesNothingOfAWriteThatFails) {
    auto sink = jsonl_sink::open(file()).value();
    ASSERT_THAT(sink.write(batch(1, 5)), HoldsValue());
    const auto before = read_file(file());
    {
        const file_size_limit limit{before.size() + 500};
        EXPECT_THAT(sink.write(batch(6, 30)), FailsWith(errc::io, "events.jsonl"));
        EXPECT_EQ(read_file(file()), before);
    }
    ASSERT_THAT(sink.write(batch(6, 30)), HoldsValue());
    EXPECT_EQ(numbers(), range(1, 30));
}

TEST_F(JsonlSink, WritesNothingTwiceWhenABatchFailsBetweenFiles) {
    auto sink = jsonl_sink::open(file(), {.rotate_bytes = 1'000}).value();
    // A directory stands where the second part would go.
    fs::create_directories(part(2) / "in the way");
    EXPECT_THAT(sink.write(batch(1, 30)), FailsWith(errc::io, "events.2.jsonl"));
    EXPECT_THAT(sink.write(batch(1, 30)), FailsWith(errc::io));
    fs::remove_all(part(2));
    ASSERT_THAT(sink.write(batch(1, 30)), HoldsValue());
    EXPECT_EQ(numbers(), range(1, 30));
}

TEST_F(JsonlSink, WritesABatchAnewThatComesAgainLater) {
    auto sink = jsonl_sink::open(file()).value();
    ASSERT_THAT(sink.write(batch(1, 3)), HoldsValue());
    ASSERT_THAT(sink.write(batch(1, 3)), HoldsValue());
    EXPECT_EQ(numbers(), (std::vector<int>{1, 2, 3, 1, 2, 3})) << "it remembers failures only";
}

TEST_F(JsonlSink, RefusesWhatAStoreWouldRefuse) {
    auto sink = jsonl_sink::open(file()).value();
    const auto one = [](std::string stream, new_event event) {
        commit_request made = batch(1, 1);
        made.streams.push_back({.stream = std::move(stream), .events = {std::move(event)}});
        return made;
    };
    EXPECT_THAT(sink.write(one("nodash", simple_event("A"))),
                FailsWith(errc::invalid_argument, "nodash"));
    EXPECT_THAT(sink.write(one("task-1", simple_event(""))), FailsWith(errc::invalid_argument));
    EXPECT_THAT(sink.write(one("task-1", simple_event("A", "{"))),
                FailsWith(errc::invalid_argument, "payload is not JSON"));
    auto tagged = simple_event("A");
    tagged.tags = {"no colon"};
    EXPECT_THAT(sink.write(one("task-1", tagged)), FailsWith(errc::invalid_argument));
    const auto large = simple_event("A", '"' + std::string(17U << 20U, 'x') + '"');
    EXPECT_THAT(sink.write(one("task-1", large)), FailsWith(errc::too_large, "16777216"));
    EXPECT_EQ(read_file(file()), "") << "nor what stood beside it";
    EXPECT_THAT(sink.write({}), HoldsValue());
}

// Opening ----------------------------------------------------------------------------------------

TEST_F(JsonlSink, BelongsToOneAtATime) {
    auto sink = jsonl_sink::open(file(), {.rotate_bytes = 300}).value();
    EXPECT_THAT(jsonl_sink::open(file()), FailsWith(errc::locked, "events.jsonl"));
    ASSERT_THAT(sink.write(batch(1, 10)), HoldsValue());
    EXPECT_THAT(jsonl_sink::open(file()), FailsWith(errc::locked)) << "after rotation, too";
}

TEST_F(JsonlSink, NamesWhatIsWrongWithAFile) {
    EXPECT_THAT(jsonl_sink::open(home / "events.log"),
                FailsWith(errc::invalid_argument, "NAME.jsonl"));
    EXPECT_THAT(jsonl_sink::open(home / "no" / "events.jsonl"),
                FailsWith(errc::not_found, "events.jsonl"));
    fs::create_directory(file());
    EXPECT_THAT(jsonl_sink::open(file()), FailsWith(errc::io));
    EXPECT_THAT(jsonl_sink::open("/dev/null.jsonl/x.jsonl"), testing::Not(HoldsValue()));
}

// Compression ------------------------------------------------------------------------------------

TEST_F(JsonlSink, CompressesCompleteParts) {
    for (const auto how : {part_compression::gzip, part_compression::zstd}) {
        const auto log = home / (how == part_compression::gzip ? "g.jsonl" : "z.jsonl");
        const auto* ending = how == part_compression::gzip ? ".gz" : ".zst";
        auto sink = jsonl_sink::open(log, {.rotate_bytes = 1'000, .parts = how}).value();
        ASSERT_THAT(sink.write(batch(1, 30)), HoldsValue());
        ASSERT_THAT(sink.finish_background_work(), HoldsValue());
        EXPECT_EQ(sink.status().parts_to_compress, 0U);
        EXPECT_FALSE(sink.status().compression_error);
        EXPECT_THAT(rotation_names{log}.existing(), IsEmpty());
        auto compressed = log;
        EXPECT_EQ(rotation_names{compressed += ending}.existing().size(), sink.status().parts);
        EXPECT_FALSE(numbers_in(read_file(log)).empty()) << "the last one is plain";
    }
}

TEST_F(JsonlSink, CompressesWhatAnEarlierOneLeft) {
    {
        auto sink = jsonl_sink::open(file(), {.rotate_bytes = 1'000}).value();
        ASSERT_THAT(sink.write(batch(1, 30)), HoldsValue());
    }
    const auto parts = rotation_names{file()}.existing();
    ASSERT_GE(parts.size(), 3U);
    // One was compressed, but the plain one not yet removed; of another there is a beginning.
    write_file(home / "events.1.jsonl.zst", "as if complete");
    write_file(home / ".events.2.jsonl.zst.partial", "a beginning");
    auto sink =
        jsonl_sink::open(file(), {.rotate_bytes = 1'000, .parts = part_compression::zstd}).value();
    ASSERT_THAT(sink.finish_background_work(), HoldsValue());
    EXPECT_THAT(rotation_names{file()}.existing(), IsEmpty());
    EXPECT_EQ(rotation_names{home / "events.jsonl.zst"}.existing().size(), parts.size());
    EXPECT_EQ(read_file(home / "events.1.jsonl.zst"), "as if complete") << "not made again";
    EXPECT_FALSE(fs::exists(home / ".events.2.jsonl.zst.partial"));
    EXPECT_EQ(sink.status().parts, parts.size()) << "numbers go on";
}

TEST_F(JsonlSink, KeepsAPartThatCannotBeCompressedAndTriesAgain) {
    auto sink =
        jsonl_sink::open(file(), {.rotate_bytes = 300, .parts = part_compression::gzip}).value();
    const auto in_the_way = home / ".events.1.jsonl.gz.partial";
    fs::create_directory(in_the_way);
    ASSERT_THAT(sink.write(batch(1, 3)), HoldsValue()) << "writing goes on";
    EXPECT_THAT(sink.finish_background_work(), FailsWith(errc::io, "events.1.jsonl.gz"));
    EXPECT_TRUE(sink.status().compression_error);
    EXPECT_GE(sink.status().parts_to_compress, 1U);
    EXPECT_TRUE(fs::exists(part(1)));
    fs::remove(in_the_way);
    EXPECT_THAT(sink.finish_background_work(), HoldsValue());
    EXPECT_FALSE(sink.status().compression_error);
    EXPECT_FALSE(fs::exists(part(1)));
}

// With an emitter --------------------------------------------------------------------------------

TEST_F(JsonlSink, IsATargetOfAnEmitter) {
    auto sink = jsonl_sink::open(file(), {.rotate_bytes = 5'000}).value();
    emitter_options options;
    options.linger = 1ms;
    options.retry_first = 1ms;
    auto emitting = emitter::start(sink, options).value();
    const auto emit = [&](int first, int last) {
        for (int i = first; i <= last; ++i) {
            emitting.emit(event_level::action, "task-1", simple_event("A", std::to_string(i)));
        }
    };
    emit(1, 100);
    emitting.emit(event_level::action, "nodash", simple_event("bad"));
    ASSERT_THAT(emitting.flush(), HoldsValue());
    {
        const file_size_limit limit{0};
        emit(101, 200);
        EXPECT_THAT(emitting.flush(5ms), FailsWith(errc::refused));
    }
    ASSERT_THAT(emitting.stop(), HoldsValue());
    EXPECT_EQ(numbers(), range(1, 200));
    EXPECT_EQ(emitting.stats().stored, 200U);
    EXPECT_EQ(emitting.stats().rejected, 1U);
    EXPECT_THAT(read_file(file()), HasSubstr("level:ACTION"));
}

TEST_F(JsonlSink, SyncsWhenAskedTo) {
    auto sink = jsonl_sink::open(file(), {.rotate_bytes = 1'000}).value();
    auto synced = batch(1, 30);
    synced.durability = durability::synced;
    ASSERT_THAT(sink.write(synced), HoldsValue());
    EXPECT_EQ(numbers(), range(1, 30));
}

}  // namespace
}  // namespace daybook::test
