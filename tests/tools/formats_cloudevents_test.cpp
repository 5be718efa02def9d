// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: CloudEvents of any producer come in, keep every attribute and every byte of data, and go
// out again; the store's own events are CloudEvents that another store takes completely; and what
// CloudEvents 1.0 forbids is refused.
// Method: lines through a real store; attributes are compared as parsed JSON, data as bytes.

#include "formats_support.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace daybook::test {
namespace {

using formats::line_format;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

formats::parsed_line parse(std::string_view line) {
    auto parsed = formats::parse_line(line_format::cloudevents, line);
    EXPECT_TRUE(parsed) << parsed.error().reason << " in " << line;
    return parsed ? std::move(*parsed) : formats::parsed_line{};
}

std::string refusal(std::string_view line) {
    const auto parsed = formats::parse_line(line_format::cloudevents, line);
    return parsed ? "accepted"
                  : std::to_string(parsed.error().column) + ": " + parsed.error().reason;
}

// A foreign event with these further members.
std::string foreign(std::string_view members = {}) {
    return R"({"specversion":"1.0","id":"A234-1234","source":"/ci/build","type":"com.ci.done")" +
           std::string{members} + "}";
}

std::string round_trip(std::string_view line) {
    fresh_store log;
    const auto report = import_text(*log, std::string{line} + '\n', line_format::cloudevents);
    if (!report) return report.error().message;
    auto back = exported(*log, line_format::cloudevents);
    back.pop_back();
    return back;
}

TEST(CloudeventsFormat, BecomesTheEventThatTheLineDescribes) {
    const auto id = to_string(numbered_id(1));
    const auto cause = to_string(numbered_id(2));
    const auto line =
        parse(R"({"specversion":"1.0","id":")" + id +
              R"(","source":"/ci","type":"task.done","subject":"task-42",)"
              R"("time":"2025-12-22T10:30:00.123Z","correlationid":"c-1","causationid":")" +
              cause + R"(","authtype":"user","authid":"me","datacontenttype":"application/json",)" +
              R"("data":{ "n" : 1 }})");
    EXPECT_EQ(line.stream, "task-42");
    EXPECT_EQ(line.event.id, numbered_id(1));
    EXPECT_EQ(line.event.type, "task.done");
    EXPECT_EQ(to_string(line.event.occurred_at.value()), "2025-12-22T10:30:00.123Z");
    EXPECT_EQ(line.event.correlation, "c-1");
    EXPECT_THAT(line.event.causes, ElementsAre(numbered_id(2)));
    EXPECT_EQ(line.event.actor, (actor{"user", "me", ""}));
    EXPECT_EQ(line.event.payload, "{ \"n\" : 1 }");
    EXPECT_EQ(line.event.extensions, R"({"cloudevents":{"source":"/ci"}})");
}

TEST(CloudeventsFormat, NamesEventsOfOtherProducersBySourceAndId) {
    EXPECT_EQ(parse(foreign()).event.id, formats::id_of_text("A234-1234", "/ci/build"));
    EXPECT_THAT(parse(foreign(R"(,"causationid":"A233")")).event.causes,
                ElementsAre(formats::id_of_text("A233", "/ci/build")));
}

TEST(CloudeventsFormat, TakesTheSubjectForTheStreamIfItCanBeOne) {
    const auto stream_of = [](std::string_view subject) {
        return parse(foreign(",\"subject\":\"" + std::string{subject} + "\"")).stream;
    };
    EXPECT_EQ(stream_of("task-42"), "task-42");
    EXPECT_EQ(stream_of("task/42"), "task-42");
    EXPECT_EQ(stream_of("task/42/step-1"), "task-42/step-1");
    EXPECT_EQ(stream_of("a-b/c"), "a-b/c");
    const auto digest = to_string(formats::id_of_text("picture.png", "/ci/build"));
    EXPECT_EQ(stream_of("picture.png"), "events-" + digest);
    EXPECT_EQ(parse(foreign()).stream, "events-" + to_string(formats::id_of_text("", "/ci/build")));
}

TEST(CloudeventsFormat, RestoresEveryAttributeOfAForeignEvent) {
    const std::vector<std::string> lines{
        foreign(),
        foreign(R"(,"subject":"picture.png","time":"2025-12-22T11:30:00.123456789+01:00")"),
        foreign(
            R"(,"time":"2025-12-22T10:30:00.123Z","traceparent":"00-0af7-b7ad-01","data":null)"),
        foreign(
            R"(,"dataschema":"https://x/y","sequence":"0007","flag":true,"count":-7,"data":[1])"),
        foreign(R"(,"sequence":7,"recordedtime":"2025-12-22T10:30:01Z","streamrevision":"9")"),
        foreign(R"(,"datacontenttype":"text/plain","data":"hello \"you\"\n")"),
        foreign(R"(,"datacontenttype":"image/png","data_base64":"iVBORw0KGgo=")"),
        foreign(R"(,"datacontenttype":"text/plain","data_base64":"aGVsbG8=")"),
        foreign(R"(,"datacontenttype":"application/json","data_base64":"eyJhIjoxfQ==")"),
        foreign(R"(,"data_base64":"AP8=")"),
        foreign(R"(,"datacontenttype":"application/vnd.x+json","data":{"a": 1.0})"),
        foreign(R"(,"subject":"task-1","causationid":"A1","causationids":"A1 A2","tags":"mine")"),
        foreign(R"(,"subject":"\u0074ask-1","authid":"me","actormodel":"opus")"),
    };
    for (const auto& line : lines) {
        const auto back = round_trip(line);
        EXPECT_EQ(boost::json::parse(back), boost::json::parse(line)) << back;
        // What was written once is a fixed point.
        EXPECT_EQ(round_trip(back), back);
        const auto data = line.find("\"data");
        if (data != std::string::npos && line.find("\"data_base64") == std::string::npos) {
            const auto value = line.substr(line.rfind("\"data\":"));
            EXPECT_THAT(back, HasSubstr(value));
        }
    }
}

TEST(CloudeventsFormat, TakesAValidTraceAndWritesItBack) {
    const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const auto line = foreign(R"(,"traceparent":")" + parent + R"(","tracestate":"a=1","data":1)");
    const auto parsed = parse(line);
    EXPECT_THAT(parsed.event.extensions,
                HasSubstr(R"(,"traceparent":")" + parent + R"(","tracestate":"a=1"})"));
    const auto back = round_trip(line);
    EXPECT_EQ(boost::json::parse(back), boost::json::parse(line)) << back;
    EXPECT_EQ(round_trip(back), back);
}

TEST(CloudeventsFormat, KeepsATraceThatIsNotValidAndIsNotMisledByIt) {
    const auto parsed = parse(foreign(R"(,"traceparent":"00-0af7-b7ad-01","tracestate":"a=1")"));
    EXPECT_THAT(parsed.event.extensions, HasSubstr(R"("traceparent":"00-0af7-b7ad-01")"));
    EXPECT_THAT(parsed.event.extensions, testing::EndsWith("}}"));  // Among the kept ones only.
    const auto half =
        parse(foreign(R"(,"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",)"
                      R"("tracestate":"A")"));
    EXPECT_THAT(half.event.extensions, HasSubstr(R"("tracestate":"A")"));
    EXPECT_THAT(half.event.extensions, testing::EndsWith(R"(b7-01"})"));
}

TEST(CloudeventsFormat, TreatsNullAttributesAsAbsent) {
    const auto line = foreign(R"(,"subject":null,"time":null,"traceparent":null,"data":1)");
    EXPECT_EQ(boost::json::parse(round_trip(line)), boost::json::parse(foreign(R"(,"data":1)")));
}

TEST(CloudeventsFormat, TellsNoDataFromNullData) {
    EXPECT_EQ(parse(foreign()).event.payload, "{}");
    EXPECT_EQ(parse(foreign(R"(,"data":null)")).event.payload, "null");
    EXPECT_THAT(round_trip(foreign()), Not(HasSubstr("data\"")));
}

TEST(CloudeventsFormat, KeepsTheBytesOfData) {
    EXPECT_EQ(parse(foreign(R"(,"datacontenttype":"text/plain","data":"a\n\u20ac")")).event.payload,
              "a\n\u20ac");
    EXPECT_EQ(parse(foreign(R"(,"data_base64":"AP8=")")).event.payload, std::string("\0\xff", 2));
    EXPECT_EQ(parse(foreign(R"(,"data_base64":"AP8=")")).event.content_type,
              "application/octet-stream");
}

TEST(CloudeventsFormat, RefusesWhatCloudeventsForbid) {
    EXPECT_EQ(refusal("[]"), "1: expected '{', found \"[\"");
    EXPECT_THAT(refusal(R"({"id":"1"})"), HasSubstr("specversion is missing"));
    EXPECT_THAT(refusal(R"({"specversion":"0.3","id":"1","source":"/s","type":"t"})"),
                HasSubstr("specversion is \"0.3\", only \"1.0\" is read"));
    EXPECT_THAT(refusal(R"({"specversion":"1.0","id":"","source":"/s","type":"t"})"),
                HasSubstr("id is empty"));
    EXPECT_THAT(refusal(R"({"specversion":"1.0","id":"1","type":"t"})"),
                HasSubstr("source is missing"));
    EXPECT_THAT(refusal(R"({"specversion":"1.0","id":"1","source":"/s","type":null})"),
                HasSubstr("type is missing"));
    EXPECT_THAT(refusal(R"({"specversion":"1.0","id":1,"source":"/s","type":"t"})"),
                HasSubstr("id is a number, must be a string"));
    EXPECT_THAT(refusal(foreign(R"(,"bad_name":"x")")), HasSubstr("attribute name \"bad_name\""));
    EXPECT_THAT(refusal(foreign(R"(,"Upper":"x")")), HasSubstr("not 1 to 20 of a-z and 0-9"));
    EXPECT_THAT(refusal(foreign(R"(,"abcdefghijklmnopqrstu":"x")")), HasSubstr("not 1 to 20"));
    EXPECT_THAT(refusal(foreign(R"(,"deep":{"x":1})")), HasSubstr("deep is an object"));
    EXPECT_THAT(refusal(foreign(R"(,"list":[])")), HasSubstr("list is an array"));
    EXPECT_THAT(refusal(foreign(R"(,"big":2147483648)")), HasSubstr("fit in 32 bits"));
    EXPECT_THAT(refusal(foreign(R"(,"part":1.5)")), HasSubstr("must be whole"));
    EXPECT_THAT(refusal(foreign(R"(,"x":1,"x":2)")), HasSubstr("x is there twice"));
    EXPECT_THAT(refusal(foreign(R"(,"time":"yesterday")")), HasSubstr("year"));
    EXPECT_THAT(refusal(foreign(R"(,"data":1,"data_base64":"AA==")")), HasSubstr("both there"));
    EXPECT_THAT(refusal(foreign(R"(,"data_base64":"*")")), HasSubstr("not base64"));
    EXPECT_THAT(refusal(foreign(R"(,"datacontenttype":"text/plain","data":{})")),
                HasSubstr("data is an object, must be a string"));
    EXPECT_THAT(refusal(foreign(R"(,"datacontenttype":"application/json","data_base64":"AA==")")),
                HasSubstr("data_base64 is not JSON"));
    EXPECT_THAT(refusal(foreign(R"(,"daybooktags":"[1]")")), HasSubstr("daybooktags"));
    EXPECT_THAT(refusal(foreign(R"(,"daybookextensions":"[]")")), HasSubstr("not a JSON object"));
    EXPECT_EQ(refusal(foreign(R"(,"max":2147483647,"min":-2147483648)")), "accepted");
}

TEST(CloudeventsFormat, WritesAllThatTheStoreKnowsOfItsOwnEvents) {
    fresh_store log;
    new_event one;
    one.type = "task.done";
    one.id = numbered_id(1);
    one.occurred_at = test_time();
    one.schema = "1.2.0";
    one.correlation = "c";
    one.causes = {numbered_id(2), numbered_id(3)};
    one.actor = {"agent", "explorer", "opus"};
    one.tags = {"phase:CODE"};
    one.payload = R"({"n":1})";
    ASSERT_THAT(log->append("task-42", expected::any(), {one}), HoldsValue());
    const auto stored = log->read_one(position{0}).value();
    const auto causes = to_string(numbered_id(2)) + " " + to_string(numbered_id(3));
    const boost::json::value wanted{
        {"specversion", "1.0"},
        {"id", to_string(numbered_id(1))},
        {"source", "urn:uuid:" + to_string(log->status().store_id)},
        {"type", "task.done"},
        {"subject", "task-42"},
        {"time", "2025-12-22T00:00:00.000Z"},
        {"recordedtime", daybook::to_string(stored.view().recorded_at())},
        {"datacontenttype", "application/json"},
        {"schemaversion", "1.2.0"},
        {"correlationid", "c"},
        {"causationid", to_string(numbered_id(2))},
        {"causationids", causes},
        {"authtype", "agent"},
        {"authid", "explorer"},
        {"actormodel", "opus"},
        {"sequence", "00000000000000000000"},
        {"storeposition", "0"},
        {"streamrevision", "1"},
        {"daybooktags", "[\"phase:CODE\"]"},
        {"data", {{"n", 1}}}};
    EXPECT_EQ(boost::json::parse(exported(*log, line_format::cloudevents)), wanted);
}

TEST(CloudeventsFormat, TakesEveryEventToAnotherStoreAndBack) {
    fresh_store from;
    event_maker maker{seed_from_environment()};
    for (int i = 0; i < 40; ++i) {
        ASSERT_THAT(from->append(maker.stream(), expected::any(), maker.events(6)), HoldsValue());
    }
    new_event spread;
    spread.type = "spread";
    spread.payload = " [1,\n2] ";
    ASSERT_THAT(from->append("task-1", expected::any(), {spread}), HoldsValue());
    const auto lines = exported(*from, line_format::cloudevents);
    fresh_store to;
    ASSERT_THAT(import_text(*to, lines, line_format::cloudevents), HoldsValue());
    EXPECT_EQ(exported(*to, line_format::cloudevents), lines);
    const auto before = read_everything(from->read_all());
    const auto after = read_everything(to->read_all());
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(before[i].stream(), after[i].stream());
        EXPECT_EQ(before[i].id(), after[i].id());
        EXPECT_EQ(before[i].payload(), after[i].payload());
        EXPECT_EQ(before[i].view().content_type(), after[i].view().content_type());
        EXPECT_TRUE(std::ranges::equal(before[i].view().tags(), after[i].view().tags()));
        EXPECT_TRUE(std::ranges::equal(before[i].view().causes(), after[i].view().causes()));
        EXPECT_EQ(before[i].view().actor().model, after[i].view().actor().model);
    }
}

TEST(NativeFormat, TakesEveryEventToAnotherStoreAndBack) {
    fresh_store from;
    event_maker maker{seed_from_environment()};
    for (int i = 0; i < 40; ++i) {
        ASSERT_THAT(from->append(maker.stream(), expected::any(), maker.events(6)), HoldsValue());
    }
    const auto lines = exported(*from, line_format::native);
    fresh_store to;
    const auto report = import_text(*to, lines, line_format::native);
    ASSERT_THAT(report, HoldsValue());
    EXPECT_EQ(report->added, from->status().events);
    const auto before = read_everything(from->read_all());
    const auto after = read_everything(to->read_all());
    for (std::size_t i = 0; i < before.size(); ++i) {
        expected_event wanted{std::string{before[i].stream()},
                              before[i].position().value,
                              before[i].sequence().value,
                              {}};
        EXPECT_EQ(before[i].id(), after[i].id());
        EXPECT_EQ(before[i].payload(), after[i].payload());
        EXPECT_EQ(before[i].view().extensions(), after[i].view().extensions());
    }
    const auto again = import_text(*to, lines, line_format::native);
    ASSERT_THAT(again, HoldsValue());
    EXPECT_EQ(again->repeated, from->status().events);
}

TEST(NativeFormat, SaysWhereALineIsWrong) {
    const auto parsed = formats::parse_line(line_format::native, R"({"type":"t","stream")");
    ASSERT_FALSE(parsed);
    EXPECT_GT(parsed.error().column, 10U);
    EXPECT_THAT(parsed.error().reason, Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace daybook::test
