// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the native JSON of an event is as core/docs/json.md says, and nothing is lost in it.
// Method: texts written out, every refusal, and random payloads that must come back byte for byte.
#include <daybook/json.hpp>
#include <daybook/raw_json.hpp>

#include "random_json.hpp"
#include "stored_event.hpp"
#include "support/matchers.hpp"

#include <boost/json/parse.hpp>

#include <map>

namespace daybook {
namespace {

using test::event_with_payload;
using test::FailsWith;
using test::HoldsValue;
using test::stored_event;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

event_id id_of(std::uint8_t last_byte) {
    event_id id;
    id.bytes[15] = last_byte;
    return id;
}

new_event full_event() {
    new_event e;
    e.type = "CodeCommitted";
    e.payload = R"({"lines": 12,"file":"a\u002fb"})";
    e.tags = {"phase:CODE", "session:s-1"};
    e.correlation = "sprint-7";
    e.causes = {id_of(2), id_of(3)};
    e.actor = {"agent", "coder-1", "m-2"};
    e.occurred_at = test::stored_time - std::chrono::microseconds{1};
    e.schema = "1.0.0";
    e.id = id_of(1);
    e.extensions = R"({"git_sha":"abc"})";
    return e;
}

void expect_same(const new_event& read, const new_event& written) {
    EXPECT_EQ(read.type, written.type);
    EXPECT_EQ(read.payload, written.payload);
    EXPECT_EQ(read.tags, written.tags);
    EXPECT_EQ(read.correlation, written.correlation);
    EXPECT_EQ(read.causes, written.causes);
    EXPECT_EQ(read.actor, written.actor);
    EXPECT_EQ(read.occurred_at, written.occurred_at);
    EXPECT_EQ(read.schema, written.schema);
    EXPECT_EQ(read.id, written.id);
    EXPECT_EQ(read.content_type, written.content_type);
    EXPECT_EQ(read.extensions, written.extensions);
}

// Payloads ---------------------------------------------------------------------------------------

TEST(PayloadJson, IsTheParsedPayload) {
    const auto read = payload_json(event_with_payload(R"({"a":[1,2.5,"x"]})"));
    ASSERT_THAT(read, HoldsValue());
    EXPECT_EQ(*read, boost::json::parse(R"({"a":[1,2.5,"x"]})"));
}

TEST(PayloadJson, FailsForWhatIsNotJsonAndSaysWhere) {
    EXPECT_THAT(payload_json(event_with_payload(R"({"a":})")),
                FailsWith(errc::corrupt, "at position 41 is not JSON: byte 6: expected a value"));
    EXPECT_THAT(payload_json(event_with_payload("")), FailsWith(errc::corrupt, "found the end"));
}

const boost::json::value& rfc_document() {
    static const auto document = boost::json::parse(
        R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,)"
        R"("m~n":8,"~1":9,"deep":{"list":[[10]]},"many":[0,1,2,3,4,5,6,7,8,9,10]})");
    return document;
}

TEST(FindPointer, FollowsTheExamplesOfRfc6901) {
    const std::map<std::string, std::string> found{{"/foo", R"(["bar","baz"])"},
                                                   {"/foo/0", R"("bar")"},
                                                   {"/", "0"},
                                                   {"/a~1b", "1"},
                                                   {"/c%d", "2"},
                                                   {"/e^f", "3"},
                                                   {"/g|h", "4"},
                                                   {"/i\\j", "5"},
                                                   {"/k\"l", "6"},
                                                   {"/ ", "7"},
                                                   {"/m~0n", "8"},
                                                   {"/~01", "9"},
                                                   {"/deep/list/0/0", "10"},
                                                   {"/many/10", "10"},
                                                   {"/foo/1", R"("baz")"}};
    for (const auto& [pointer, value] : found) {
        const auto* at = find_pointer(rfc_document(), pointer);
        ASSERT_NE(at, nullptr) << pointer;
        EXPECT_EQ(*at, boost::json::parse(value)) << pointer;
    }
    EXPECT_EQ(find_pointer(rfc_document(), ""), &rfc_document());
}

TEST(FindPointer, FindsNothingElse) {
    for (const char* pointer : {"foo",
                                "/fo",
                                "/foo/2",
                                "/foo/-",
                                "/foo/01",
                                "/foo/+1",
                                "/foo/-1",
                                "/foo/ 1",
                                "/foo/1x",
                                "/foo/",
                                "/foo/99999999999999999999",
                                "/foo/0/x",
                                "/foo//",
                                "//",
                                "/m~n",
                                "/m~2n",
                                "/m~0",
                                "/~",
                                "/~1",
                                "/a~1bc",
                                "/a~1",
                                "/deep/list/0/0/",
                                "/many/010",
                                "#/foo"}) {
        EXPECT_EQ(find_pointer(rfc_document(), pointer), nullptr) << pointer;
    }
    EXPECT_EQ(find_pointer(boost::json::value(7), "/a"), nullptr);
    EXPECT_EQ(find_pointer(boost::json::value(nullptr), "/0"), nullptr);
}

// Writing ----------------------------------------------------------------------------------------

TEST(ToJson, WritesEveryMemberInOrderOnOneLine) {
    EXPECT_EQ(
        to_json(stored_event(full_event())),
        R"({"id":"00000000-0000-0000-0000-000000000001","type":"CodeCommitted","schema":"1.0.0",)"
        R"("stream":"task-42","sequence":3,"position":41,)"
        R"("occurred_at":"2025-12-22T10:30:00.499999Z","recorded_at":"2025-12-22T10:30:00.500Z",)"
        R"("correlation":"sprint-7","causes":["00000000-0000-0000-0000-000000000002",)"
        R"("00000000-0000-0000-0000-000000000003"],)"
        R"("actor":{"type":"agent","id":"coder-1","model":"m-2"},)"
        R"("tags":["phase:CODE","session:s-1"],"payload":{"lines": 12,"file":"a\u002fb"},)"
        R"("extensions":{"git_sha":"abc"}})");
}

TEST(ToJson, LeavesOutWhatIsEmpty) {
    new_event least;
    least.type = "Started";
    EXPECT_EQ(to_json(stored_event(least)),
              R"({"id":"00000000-0000-0000-0000-000000000000","type":"Started","stream":"task-42",)"
              R"("sequence":3,"position":41,"occurred_at":"2025-12-22T10:30:00.500Z",)"
              R"("recorded_at":"2025-12-22T10:30:00.500Z","payload":{}})");
    least.actor.id = "ann";
    EXPECT_THAT(to_json(stored_event(least)), HasSubstr(R"("actor":{"id":"ann"},)"));
}

TEST(ToJson, EscapesTexts) {
    new_event quoted;
    quoted.type = "say \"hi\"\\";
    EXPECT_THAT(to_json(stored_event(quoted)), HasSubstr(R"("type":"say \"hi\"\\")"));
}

TEST(ToJson, PutsJsonThatDoesNotFitInALineIntoAString) {
    EXPECT_THAT(to_json(event_with_payload("{\"a\":\n1}")),
                EndsWith(R"(,"payload_text":"{\"a\":\n1}"})"));
    EXPECT_THAT(to_json(event_with_payload(" 1")), EndsWith(R"(,"payload_text":" 1"})"));
    EXPECT_THAT(to_json(event_with_payload("1\t")), EndsWith(R"(,"payload_text":"1\t"})"));
    EXPECT_THAT(to_json(event_with_payload("[1,\t2]")), EndsWith(",\"payload\":[1,\t2]}"));
}

TEST(ToJson, WritesTextAndBytesOfOtherContentTypes) {
    new_event other;
    other.type = "Attached";
    other.content_type = "text/plain";
    other.payload = "5 > 4\n";
    EXPECT_THAT(to_json(stored_event(other)),
                EndsWith(R"("content_type":"text/plain","payload_text":"5 > 4\n"})"));
    other.payload = "5";
    EXPECT_THAT(to_json(stored_event(other)), EndsWith(R"("payload_text":"5"})"));
    other.content_type = "image/png";
    other.payload = "\x89PNG\r\n";
    EXPECT_THAT(to_json(stored_event(other)),
                EndsWith(R"("content_type":"image/png","payload_base64":"iVBORw0K"})"));
}

TEST(ToJson, TakesJsonUnderItsOtherNamesAsItIs) {
    for (const char* type :
         {"application/json; charset=utf-8", "application/ld+json", "application/geo+json;v=2"}) {
        new_event other;
        other.type = "Located";
        other.content_type = type;
        other.payload = "[1]";
        EXPECT_THAT(to_json(stored_event(other)), EndsWith(R"(,"payload":[1]})")) << type;
    }
}

TEST(ToJson, IsValidJsonEvenIfTheRecordHoldsBytesThatAreNot) {
    new_event odd;
    odd.type = "\xFF\n";
    odd.tags = {"\xC3"};
    odd.payload = "{";
    odd.extensions = "[\xFF";
    const auto text = to_json(stored_event(odd, "\x01"));
    EXPECT_THAT(check_json(text), HoldsValue()) << text;
    EXPECT_THAT(text, Not(HasSubstr("\n")));
}

// Reading ----------------------------------------------------------------------------------------

TEST(EventFromJson, ReadsWhatToJsonWrote) {
    const auto read = event_from_json(to_json(stored_event(full_event(), "issue-1-2")));
    ASSERT_THAT(read, HoldsValue());
    EXPECT_EQ(read->stream, "issue-1-2");
    expect_same(read->event, full_event());
}

TEST(EventFromJson, NeedsOnlyTypeAndStream) {
    const auto read = event_from_json(R"( { "stream" : "task-1", "type":"Started" } )");
    ASSERT_THAT(read, HoldsValue());
    new_event least;
    least.type = "Started";
    expect_same(read->event, least);
    EXPECT_THAT(event_from_json(R"({"stream":"task-1"})"),
                FailsWith(errc::invalid_argument, R"(event JSON: member "type" is missing)"));
    EXPECT_THAT(event_from_json(R"({"type":"Started"})"),
                FailsWith(errc::invalid_argument, R"(event JSON: member "stream" is missing)"));
}

TEST(EventFromJson, KeepsPayloadAndExtensionsByteForByte) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    test::random_json json{random};
    for (int i = 0; i < 5'000; ++i) {
        auto written = full_event();
        written.payload = json.space() + json.value() + json.space();
        written.extensions = json.object();
        if (random.chance(30)) written.payload = test::damaged(written.payload, random);
        if (random.chance(20)) written.content_type = "text/plain";
        const auto text = to_json(stored_event(written));
        ASSERT_THAT(text, Not(HasSubstr("\n")));
        const auto read = event_from_json(text);
        ASSERT_THAT(read, HoldsValue()) << text;
        ASSERT_EQ(read->event.payload, written.payload) << text;
        ASSERT_EQ(read->event.extensions, written.extensions) << text;
        ASSERT_EQ(read->event.content_type, written.content_type);
    }
}

TEST(EventFromJson, KeepsADeepPayload) {
    auto written = full_event();
    written.payload = std::string(json_depth_max, '[') + std::string(json_depth_max, ']');
    const auto read = event_from_json(to_json(stored_event(written)));
    ASSERT_THAT(read, HoldsValue());
    EXPECT_EQ(read->event.payload, written.payload);
}

TEST(EventFromJson, ReadsEveryFormOfPayload) {
    const auto payload_of = [](std::string_view members) {
        return event_from_json(R"({"type":"A","stream":"a-1",)" + std::string{members} + '}')
            .value()
            .event.payload;
    };
    EXPECT_EQ(payload_of(R"("payload":  { "a" : 1.0 } )"), R"({ "a" : 1.0 })");
    EXPECT_EQ(payload_of(R"("payload":null)"), "null");
    EXPECT_EQ(payload_of(R"("payload_text":"a\nb")"), "a\nb");
    EXPECT_EQ(payload_of(R"("payload_base64":"iVBORw0K")"), "\x89PNG\r\n");
}

// A line of two sound members and `member`.
result<native_event> with(std::string_view member) {
    return event_from_json(R"({"type":"A","stream":"a-1",)" + std::string{member} + '}');
}

TEST(EventFromJson, ChecksPlacesAndTimesButDoesNotTakePlacesOver) {
    EXPECT_THAT(with(R"("position":0,"sequence":1,"recorded_at":"2025-12-22T10:30:00Z")"),
                HoldsValue());
    EXPECT_THAT(with(R"("position":18446744073709551615)"), HoldsValue());
    const std::map<std::string, std::string> faults{
        {R"("position":-1)", R"(member "position": expected a whole number from 0 on, found -1)"},
        {R"("position":1.0)", R"(member "position": expected a whole number from 0 on, found 1.0)"},
        {R"("position":18446744073709551616)",
         R"(member "position": expected a whole number from 0 on, found 18446744073709551616)"},
        {R"("position":"7")",
         R"(member "position": expected a whole number from 0 on, found a string)"},
        {R"("sequence":0)", R"(member "sequence": expected a whole number from 1 on, found 0)"},
        {R"("recorded_at":"now")", R"(member "recorded_at": time "now": expected 4 digits)"},
        {R"("occurred_at":"2025-13-01")", R"(member "occurred_at": time "2025-13-01": the month)"},
        {R"("occurred_at":7)", R"(member "occurred_at": expected a string, found a number)"}};
    for (const auto& [member, part] : faults) {
        EXPECT_THAT(with(member), FailsWith(errc::invalid_argument, "event JSON: " + part))
            << member;
    }
}

TEST(EventFromJson, NamesTheMemberThatIsWrong) {
    const std::map<std::string, std::string> faults{
        {R"("colour":1)", R"(unknown member "colour")"},
        {R"("type":"B")", R"(member "type" is given twice)"},
        {R"("id":"x")", R"(member "id": expected a UUID, found "x")"},
        {R"("id":null)", R"(member "id": expected a string, found null)"},
        {R"("schema":1)", R"(member "schema": expected a string, found a number)"},
        {R"("correlation":{})", R"(member "correlation": expected a string, found an object)"},
        {R"("causes":"x")", R"(member "causes": expected an array, found a string)"},
        {R"("causes":["x"])", R"(member "causes": expected a UUID, found "x")"},
        {R"("causes":[1])", R"(member "causes": expected a string, found a number)"},
        {R"("tags":{})", R"(member "tags": expected an array, found an object)"},
        {R"("tags":["a:b",true])", R"(member "tags": expected a string, found a boolean)"},
        {R"("actor":"ann")", R"(member "actor": expected an object, found a string)"},
        {R"("actor":{"name":"ann"})", R"(member "actor" has an unknown member "name")"},
        {R"("actor":{"id":1})", R"(member "actor/id": expected a string, found a number)"},
        {R"("actor":{"id":"a","id":"b"})", R"(member "actor/id" is given twice)"},
        {R"("content_type":[])", R"(member "content_type": expected a string, found an array)"},
        {R"("payload_text":{})", R"(member "payload_text": expected a string, found an object)"},
        {R"("payload_base64":"a")", R"(member "payload_base64": expected base64, found "a")"},
        {R"("payload":1,"payload_text":"1")", "the payload is given twice"},
        {R"("payload_base64":"","payload_text":"")", "the payload is given twice"},
        {R"("extensions":[])", R"(member "extensions": expected an object, found an array)"},
        {R"("extensions":{},"extensions_text":"{}")", "the extensions are given twice"}};
    for (const auto& [member, part] : faults) {
        EXPECT_THAT(with(member), FailsWith(errc::invalid_argument, "event JSON: " + part))
            << member;
    }
}

TEST(EventFromJson, SaysWhereTheTextIsNotJson) {
    EXPECT_THAT(event_from_json(""), FailsWith(errc::invalid_argument, "byte 1: expected '{'"));
    EXPECT_THAT(event_from_json("[]"), FailsWith(errc::invalid_argument, "byte 1: expected '{'"));
    EXPECT_THAT(event_from_json(R"({"type":"A","stream":"a-1","payload":{"a":tru}})"),
                FailsWith(errc::invalid_argument, "event JSON: byte 43: expected a value, found"));
    EXPECT_THAT(event_from_json(R"({"type":"A","stream":"a-1"} x)"),
                FailsWith(errc::invalid_argument, "byte 29: expected nothing more"));
}

TEST(NewEventJson, IsReadBackAsItWas) {
    new_event event;
    event.type = "CodeCommitted";
    event.payload = R"({"lines": 12})";
    std::string text = "before ";
    append_json(text, "task-42", event);
    EXPECT_EQ(text,
              R"(before {"type":"CodeCommitted","stream":"task-42","payload":{"lines": 12}})");

    event.id = event_id::make();
    event.occurred_at = timestamp{std::chrono::microseconds{1'766'399'400'000'123}};
    event.schema = "1.0.0";
    event.correlation = "sprint-7";
    event.causes = {event_id::make(), event_id::make()};
    event.actor = {"agent", "coder-1", "m-2"};
    event.tags = {"phase:CODE", "note:\"quoted\""};
    event.content_type = "text/plain";
    event.payload = "two\nlines";
    event.extensions = R"({"git_sha":"abc"})";
    text.clear();
    append_json(text, "task-42", event);
    const auto read = event_from_json(text);
    ASSERT_THAT(read, test::HoldsValue());
    EXPECT_EQ(read->stream, "task-42");
    EXPECT_EQ(read->event.id, event.id);
    EXPECT_EQ(read->event.occurred_at, event.occurred_at);
    EXPECT_EQ(read->event.schema, event.schema);
    EXPECT_EQ(read->event.correlation, event.correlation);
    EXPECT_EQ(read->event.causes, event.causes);
    EXPECT_EQ(read->event.actor, event.actor);
    EXPECT_EQ(read->event.tags, event.tags);
    EXPECT_EQ(read->event.content_type, event.content_type);
    EXPECT_EQ(read->event.payload, event.payload);
    EXPECT_EQ(read->event.extensions, event.extensions);
}

}  // namespace
}  // namespace daybook
