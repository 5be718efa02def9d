// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "names.hpp"

#include <daybook/limits.hpp>

#include "support/matchers.hpp"

namespace daybook {
namespace {

using test::FailsWith;
using test::HoldsValue;

auto Refuses(std::string part) { return FailsWith(errc::invalid_argument, std::move(part)); }

TEST(StreamName, IsCategoryDashId) {
    for (const char* name : {"task-42", "a-b", "task-42-sub", "issue-1-364285768", "t--",
                             "gr\xC3\xBC\xC3\x9F-1", "a b-c:d/e"}) {
        EXPECT_THAT(names::check_stream_name(name), HoldsValue()) << name;
    }
    EXPECT_THAT(names::check_stream_name(""), Refuses("stream name is empty"));
    EXPECT_THAT(names::check_stream_name("task"), Refuses("stream name \"task\" has no '-'"));
    EXPECT_THAT(names::check_stream_name("-42"), Refuses("\"-42\" has no category before"));
    EXPECT_THAT(names::check_stream_name("task-"), Refuses("\"task-\" has no id after"));
    EXPECT_THAT(names::check_stream_name("-"), Refuses("no category"));
}

TEST(StreamName, HasABoundedSize) {
    const std::string longest = "t-" + std::string(limits::stream_bytes_max - 2, 'x');
    EXPECT_THAT(names::check_stream_name(longest), HoldsValue());
    EXPECT_THAT(names::check_stream_name(longest + "x"), Refuses("has 513 bytes, at most 512"));
}

TEST(StreamName, HasNoControlCharacterAnywhere) {
    for (std::size_t place = 0; place < 20; ++place) {
        for (int byte = 0; byte < 128; ++byte) {
            std::string name = "category-identifiers";
            if (name[place] == '-') continue;
            name[place] = static_cast<char>(byte);
            const bool control = byte < 0x20 || byte == 0x7F;
            const bool dash_first = byte == '-' && place == 0;
            ASSERT_EQ(names::check_stream_name(name).has_value(), !control && !dash_first)
                << place << ' ' << byte;
        }
    }
    EXPECT_THAT(names::check_stream_name("task-\n1"),
                Refuses("\"task-\\x0a1\" has a control character at byte 6"));
    EXPECT_THAT(names::check_stream_name("task-\xC2\x85 1"),
                Refuses("control character at byte 6"));
    EXPECT_THAT(names::check_stream_name("task-\xC2\xA0 1"), HoldsValue());
}

TEST(StreamName, IsUtf8) {
    EXPECT_THAT(names::check_stream_name("task-\xFF"),
                Refuses("\"task-\\xff\" is not UTF-8: byte 6"));
    EXPECT_THAT(names::check_stream_name("a-long-enough-name-\xC3"), Refuses("byte 20 is wrong"));
}

TEST(Category, IsANameWithoutDash) {
    EXPECT_THAT(names::check_category("task"), HoldsValue());
    EXPECT_THAT(names::check_category(""), Refuses("category is empty"));
    EXPECT_THAT(names::check_category("task-42"), Refuses("category \"task-42\" has a '-'"));
    EXPECT_THAT(names::check_category(std::string(513, 'x')), Refuses("at most 512"));
}

TEST(EventType, IsNotEmptyAndBounded) {
    EXPECT_THAT(names::check_type("AgentSpawned"), HoldsValue());
    EXPECT_THAT(names::check_type("agent.started"), HoldsValue());
    EXPECT_THAT(names::check_type(""), Refuses("event type is empty"));
    EXPECT_THAT(names::check_type(std::string(256, 'x')), HoldsValue());
    EXPECT_THAT(names::check_type(std::string(257, 'x')), Refuses("has 257 bytes, at most 256"));
    EXPECT_THAT(names::check_type("\x01"), Refuses("control character"));
}

TEST(Tag, IsKeyColonValue) {
    for (const char* tag : {"phase:CODE", "url:https://x.y/z", "empty:", "a:b:c"}) {
        EXPECT_THAT(names::check_tag(tag), HoldsValue()) << tag;
    }
    EXPECT_THAT(names::check_tag(""), Refuses("tag is empty"));
    EXPECT_THAT(names::check_tag("phase"), Refuses("tag \"phase\" has no ':'"));
    EXPECT_THAT(names::check_tag(":CODE"), Refuses("tag \":CODE\" has no key"));
    EXPECT_THAT(names::check_tag("a:" + std::string(510, 'x')), HoldsValue());
    EXPECT_THAT(names::check_tag("a:" + std::string(511, 'x')), Refuses("at most 512"));
    EXPECT_THAT(names::check_tag("a:\t"), Refuses("control character"));
}

TEST(Tag, MayOnlyBeAskedForWithAReservedKey) {
    EXPECT_THAT(names::check_tag("daybook.kind:x"), Refuses("reserved key"));
    EXPECT_THAT(names::check_tag("daybook:x"), HoldsValue());
    EXPECT_THAT(names::check_tag_filter("daybook.kind:x"), HoldsValue());
    EXPECT_THAT(names::check_tag_filter("phase"), Refuses("no ':'"));
}

TEST(Text, MayBeEmptyAndIsBounded) {
    EXPECT_THAT(names::check_text("correlation", "", 3), HoldsValue());
    EXPECT_THAT(names::check_text("correlation", "abc", 3), HoldsValue());
    EXPECT_THAT(names::check_text("correlation", "abcd", 3),
                Refuses("correlation \"abcd\" has 4 bytes, at most 3 are allowed"));
    EXPECT_THAT(names::check_text("actor id", "\xC3(", 3),
                Refuses("actor id \"\\xc3(\" is not UTF-8"));
}

TEST(Time, IsInTheYears1To9999) {
    const std::chrono::microseconds tick{1};
    EXPECT_THAT(names::check_time("occurred_at", timestamp_min), HoldsValue());
    EXPECT_THAT(names::check_time("occurred_at", timestamp_max), HoldsValue());
    EXPECT_THAT(names::check_time("occurred_at", timestamp_min - tick),
                Refuses("occurred_at is -62"));
    EXPECT_THAT(names::check_time("since", timestamp_max + tick),
                Refuses("since is 253402300800000000 microseconds"));
}

TEST(Pointer, IsEmptyOrBeginsWithSlashAndEscapesOnlySlashAndTilde) {
    for (const char* pointer : {"", "/", "/a", "/a/b", "/a~0b~1c", "//", "/0"}) {
        EXPECT_THAT(names::check_pointer(pointer), HoldsValue()) << pointer;
    }
    EXPECT_THAT(names::check_pointer("a"), Refuses("\"a\" does not begin with '/'"));
    EXPECT_THAT(names::check_pointer("/a~"), Refuses("has a '~'"));
    EXPECT_THAT(names::check_pointer("/~2"), Refuses("has a '~'"));
    EXPECT_THAT(names::check_pointer("/~0~"), Refuses("has a '~'"));
    EXPECT_THAT(names::check_pointer("/\xFF"), Refuses("not UTF-8"));
}

}  // namespace
}  // namespace daybook
