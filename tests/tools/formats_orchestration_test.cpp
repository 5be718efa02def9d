// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a line of the orchestration format becomes the event it describes, comes back byte for byte
// however it was written, and is refused with the right words where it cannot be an event.
// Method: lines go through a real store and are compared as text; the property test makes lines
// with members missing, doubled in meaning, reordered, null, unknown, and odd values, at random.

#include "formats/orchestration.hpp"
#include "formats_support.hpp"
#include "support/randomness.hpp"

#include <algorithm>
#include <map>

namespace daybook::test {
namespace {

using formats::line_format;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

formats::parsed_line parse(std::string_view line) {
    auto parsed = formats::parse_line(line_format::orchestration, line);
    EXPECT_TRUE(parsed) << parsed.error().reason << " in " << line;
    return parsed ? std::move(*parsed) : formats::parsed_line{};
}

// What the line is refused with: "column: reason".
std::string refusal(std::string_view line) {
    const auto parsed = formats::parse_line(line_format::orchestration, line);
    return parsed ? "accepted"
                  : std::to_string(parsed.error().column) + ": " + parsed.error().reason;
}

// The plain line with one part of its text replaced.
std::string with(std::string_view what, std::string_view replacement) {
    auto line = plain_line(1);
    const auto at = line.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return line.replace(at, what.size(), replacement);
}

// Through a store and back.
std::string round_trip(std::string_view text) {
    fresh_store log;
    const auto report = import_text(*log, text, line_format::orchestration);
    return report ? exported(*log, line_format::orchestration) : report.error().message;
}

TEST(OrchestrationFormat, BecomesTheEventThatTheLineDescribes) {
    const auto line = parse(plain_line(7, 3));
    EXPECT_EQ(line.stream, "issue-PROJ-1");
    EXPECT_EQ(line.at, sequence{3});
    EXPECT_EQ(line.event.id, numbered_id(7));
    EXPECT_EQ(line.event.type, "AgentSpawned");
    EXPECT_EQ(line.event.schema, "1.0.0");
    EXPECT_EQ(to_string(line.event.occurred_at.value()), "2025-12-22T10:30:00.123Z");
    EXPECT_EQ(line.event.correlation, "c-1");
    EXPECT_THAT(line.event.causes, IsEmpty());
    EXPECT_EQ(line.event.actor, (actor{"agent", "explorer", "sonnet"}));
    EXPECT_THAT(line.event.tags,
                ElementsAre("session:s-1", "git_sha:abc123", "branch:feature/PROJ-1"));
    EXPECT_EQ(line.event.payload, R"({"n": 7})");
    EXPECT_EQ(line.event.extensions, "");
}

TEST(OrchestrationFormat, TakesACausationIdForTheFirstCause) {
    const auto cause = to_string(numbered_id(9));
    EXPECT_THAT(
        parse(with("\"causation_id\":null", "\"causation_id\":\"" + cause + "\"")).event.causes,
        ElementsAre(numbered_id(9)));
}

TEST(OrchestrationFormat, PutsLinesWithoutAnIssueIntoAStreamThatNoIssueHas) {
    EXPECT_EQ(parse(with(R"("issue_key":"PROJ-1",)", "")).stream, "orchestration-global");
    EXPECT_EQ(parse(with(R"("PROJ-1")", "null")).stream, "orchestration-global");
    EXPECT_EQ(parse(with(R"("PROJ-1")", R"("global")")).stream, "issue-global");
}

TEST(OrchestrationFormat, NeedsNoExtensionsForAPlainLine) {
    fresh_store log;
    ASSERT_THAT(import_text(*log, plain_line(1) + '\n', line_format::orchestration), HoldsValue());
    EXPECT_EQ(log->read_one(position{0}).value().view().extensions(), "");
    EXPECT_EQ(exported(*log, line_format::orchestration), plain_line(1) + '\n');
}

TEST(OrchestrationFormat, GivesIdsThatAreNoUuidsAnIdOfTheirOwnAndBack) {
    const auto ulid = with(to_string(numbered_id(1)), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
    EXPECT_EQ(parse(ulid).event.id, formats::id_of_text("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
    const auto caused = with("\"causation_id\":null", R"("causation_id":"step 17")");
    EXPECT_THAT(parse(caused).event.causes, ElementsAre(formats::id_of_text("step 17")));
    EXPECT_EQ(round_trip(ulid + '\n'), ulid + '\n');
    EXPECT_EQ(round_trip(caused + '\n'), caused + '\n');
}

TEST(OrchestrationFormat, MakesIdsOfTextAsRfc9562Says) {
    // Checked with another implementation: uuid5(uuid5(DNS, "events.daybook"), ...).
    EXPECT_EQ(to_string(formats::id_of_text("01ARZ3NDEKTSV4RRFFQ69G5FAV")),
              "8e4687f2-d735-56c8-ab71-d696b0ce47ef");
    EXPECT_EQ(to_string(formats::id_of_text("7", "/ci")), "3c8b1117-c1e4-5503-a2c3-08ae2fc24030");
}

TEST(OrchestrationFormat, RestoresOddLinesByteForByte) {
    const auto id = to_string(numbered_id(1));
    const std::vector<std::string> odd{
        // Null and absent, empty and missing.
        with(R"("git_sha":"abc123")", R"("git_sha":null)"),
        with(R"(,"git_sha":"abc123","branch":"feature/PROJ-1")", ""),
        with(R"("session_id":"s-1",)", R"("session_id":"",)"),
        with(R"("correlation_id":"c-1",)", ""),
        with(R"("causation_id":null,)", ""),
        with(R"("event_version":"1.0.0",)", ""),
        with(R"("actor":{"type":"agent","id":"explorer","model":"sonnet"},)", ""),
        with(R"({"type":"agent","id":"explorer","model":"sonnet"})", "{}"),
        with(R"({"type":"agent","id":"explorer","model":"sonnet"})", "null"),
        with(R"(,"event_sequence":1)", ""),
        with(R"("event_sequence":1)", R"("event_sequence":null)"),
        with(R"(,"metadata":{"n": 1})", ""),
        // Other spellings.
        with("2025-12-22T10:30:00.123Z", "2025-12-22T11:30:00.123+01:00"),
        with("2025-12-22T10:30:00.123Z", "2025-12-22T10:30:00.123456Z"),
        with("2025-12-22T10:30:00.123Z", "2025-12-22T10:30:00.123456789Z"),
        with("2025-12-22T10:30:00.123Z", "2025-12-22T10:30:00Z"),
        with("AgentSpawned", "\\u0041gentSpawned"),
        with(id, "A" + id.substr(1)),
        with("{\"event_id\"", "  { \"event_id\""),
        plain_line(1) + " \t",
        plain_line(1) + "\r",
        // Unknown members, in all places, and another order.
        with("\"metadata\":", R"("host":"build-7","retries":[1, 2],"metadata":)"),
        with(R"(,"git_sha")", R"(,"x":{"deep":{"er":null}},"git_sha")"),
        with(R"("model":"sonnet")", R"("model":"sonnet","team":"blue")"),
        R"({"metadata":[],"branch":"b",)"
        R"("event_type":"T","timestamp":"2025-12-22T10:30:00Z","event_id":")" +
            id + "\"}",
        // Members that look like ours and are not.
        with(R"(,"git_sha")", R"(,"daybook":"diary","git_sha")"),
        with(R"(,"git_sha")", R"(,"daybook":{"unknown":1},"git_sha")"),
        // Payloads of all kinds, kept as they are.
        with(R"({"n": 1})", "null"),
        with(R"({"n": 1})", "\"text \\ud83d\\ude00 \\/ \""),
        with(R"({"n": 1})", "{ \"a\" : 1.0e5 ,\r \"a\":-0 }"),
        with(R"({"n": 1})", "{\"caf\u00e9\":\"\u20ac\"}"),
    };
    for (const auto& line : odd) EXPECT_EQ(round_trip(line + '\n'), line + '\n');
}

TEST(OrchestrationFormat, RefusesWhatCannotBeAnEventAndSaysWhere) {
    EXPECT_EQ(refusal("{"), "2: expected a string, found the end");
    EXPECT_EQ(refusal("[]"), "1: expected '{', found \"[\"");
    EXPECT_THAT(refusal(plain_line(1) + "}"), HasSubstr("expected nothing more"));
    EXPECT_THAT(refusal(plain_line(1).substr(0, 100)), HasSubstr("101: expected"));
    EXPECT_THAT(refusal(with("explorer", "\xff")), HasSubstr("UTF-8"));
    EXPECT_THAT(refusal(with("explorer", std::string_view{"\0", 1})), HasSubstr("control"));
    EXPECT_EQ(refusal(with("\"event_id\":", "\"id\":")), "1: event_id is missing");
    EXPECT_EQ(refusal(with("\"event_type\":", "\"type\":")), "1: event_type is missing");
    EXPECT_EQ(refusal(with("\"timestamp\":", "\"time\":")), "1: timestamp is missing");
    EXPECT_EQ(refusal(with("\"AgentSpawned\"", "7")),
              "65: event_type is a number, must be a string");
    EXPECT_EQ(refusal(with("AgentSpawned", "")), "65: event_type is empty");
    EXPECT_EQ(refusal(with("\"PROJ-1\"", "\"\"")), "174: issue_key is empty");
    EXPECT_THAT(refusal(with("PROJ-1", "A\\u0007")), HasSubstr("issue_key"));
    EXPECT_THAT(refusal(with("2025-12-22", "2025-13-22")), HasSubstr("month"));
    EXPECT_THAT(refusal(with("\"event_sequence\":1", "\"event_sequence\":1.5")),
                HasSubstr("event_sequence is \"1.5\", must be a whole number from 1"));
    EXPECT_THAT(refusal(with("\"event_sequence\":1", "\"event_sequence\":0")), HasSubstr("from 1"));
    EXPECT_THAT(refusal(with("\"event_sequence\":1", "\"event_sequence\":\"1\"")),
                HasSubstr("from 1"));
    EXPECT_THAT(refusal(with("\"causation_id\":null", "\"causation_id\":\"\"")),
                HasSubstr("causation_id is empty"));
    EXPECT_THAT(refusal(with("\"session_id\":", "\"event_type\":\"B\",\"session_id\":")),
                HasSubstr("event_type is there twice"));
    EXPECT_THAT(refusal(with(R"({"type":"agent","id":"explorer","model":"sonnet"})", "\"me\"")),
                HasSubstr("actor is a string, must be an object"));
    EXPECT_THAT(refusal(with("\"explorer\"", "[1]")), HasSubstr("actor.id is an array"));
    EXPECT_THAT(refusal(with("AgentSpawned", std::string(300, 'x'))),
                HasSubstr("event_type has 300 bytes, at most 256"));
    EXPECT_THAT(refusal(with("s-1", std::string(600, 'x'))), HasSubstr("session_id has 600 bytes"));
    EXPECT_THAT(refusal(with("PROJ-1", std::string(510, 'x'))), HasSubstr("issue_key has 510"));
}

TEST(OrchestrationFormat, RefusesAMemberDaybookThatMakesNoSense) {
    const auto refused = [](std::string_view member) {
        return refusal(
            with(R"(,"git_sha")", ",\"daybook\":" + std::string{member} + ",\"git_sha\""));
    };
    EXPECT_THAT(refused(R"({"stream":"nodash"})"), HasSubstr("not category-id"));
    EXPECT_THAT(refused(R"({"causes":"x"})"), HasSubstr("must be an array of ids"));
    EXPECT_THAT(refused(R"({"tags":["nocolon"]})"), HasSubstr("not key:value"));
    EXPECT_THAT(refused(R"({"tags":["daybook.x:1"]})"), HasSubstr("reserved"));
    EXPECT_THAT(refused(R"({"payload_base64":"?"})"), HasSubstr("not base64"));
    EXPECT_THAT(refused(R"({"payload_base64":"ew=="})"), HasSubstr("not JSON"));
    EXPECT_THAT(refused(R"({"extensions":[]})"), HasSubstr("must be an object"));
}

TEST(OrchestrationFormat, SaysWhatNoMemberSaysUnderDaybook) {
    fresh_store log;
    new_event odd;
    odd.type = "task.done";
    odd.id = numbered_id(1);
    odd.occurred_at = test_time(1'500);
    odd.causes = {numbered_id(2), numbered_id(3)};
    odd.tags = {"phase:CODE", "session:s"};
    odd.content_type = "text/plain";
    odd.payload = "two\nlines";
    odd.extensions = R"({"trace":{"id":"7"}})";
    ASSERT_THAT(log->append("task-42", expected::any(), {odd}), HoldsValue());
    EXPECT_EQ(exported(*log, line_format::orchestration),
              R"({"event_id":")" + to_string(numbered_id(1)) +
                  R"(","event_type":"task.done","timestamp":"2025-12-22T00:00:00.001500Z",)"
                  R"("event_sequence":1,"issue_key":"task-42","session_id":"s","causation_id":")" +
                  to_string(numbered_id(2)) +
                  R"(","metadata":null,"daybook":{"stream":"task-42",)" + R"("causes":[")" +
                  to_string(numbered_id(2)) + "\",\"" + to_string(numbered_id(3)) +
                  R"("],"tags":["phase:CODE","session:s"],"content_type":"text/plain",)"
                  R"("payload_base64":"dHdvCmxpbmVz","extensions":{"trace":{"id":"7"}}}})"
                  "\n");
}

TEST(OrchestrationFormat, TakesEveryEventToAnotherStoreAndBack) {
    fresh_store from;
    event_maker maker{seed_from_environment()};
    for (int i = 0; i < 40; ++i) {
        // Payloads with line breaks and outer space too.
        auto events = maker.events(6);
        for (auto& event : events) {
            if (event.content_type == json_content_type && maker.random().chance(20)) {
                event.payload = " {\n \"a\":\r[1]\n} ";
            }
        }
        ASSERT_THAT(from->append(maker.stream(), expected::any(), events), HoldsValue());
    }
    const auto lines = exported(*from, line_format::orchestration);
    fresh_store to;
    ASSERT_THAT(import_text(*to, lines, line_format::orchestration), HoldsValue());
    EXPECT_EQ(exported(*to, line_format::orchestration), lines);
    const auto before = read_everything(from->read_all());
    const auto after = read_everything(to->read_all());
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        // All but the recording time and how extensions are spelled.
        EXPECT_EQ(before[i].stream(), after[i].stream());
        EXPECT_EQ(before[i].id(), after[i].id());
        EXPECT_EQ(before[i].payload(), after[i].payload());
        EXPECT_EQ(before[i].view().content_type(), after[i].view().content_type());
        EXPECT_EQ(before[i].view().occurred_at(), after[i].view().occurred_at());
        EXPECT_TRUE(std::ranges::equal(before[i].view().tags(), after[i].view().tags()));
        EXPECT_TRUE(std::ranges::equal(before[i].view().causes(), after[i].view().causes()));
    }
}

// Random lines
// -------------------------------------------------------------------------------------

class line_maker {
public:
    explicit line_maker(std::uint64_t seed) : random_{seed} {}

    std::string line() {
        const std::string issue = random_.chance(10) ? "" : "P-" + std::to_string(random_.below(4));
        std::vector<std::string> members{member("event_id", id()), member("event_type", text()),
                                         member("timestamp", time())};
        if (!issue.empty()) members.push_back(member("issue_key", "\"" + issue + "\""));
        const auto place = ++places_[issue];
        if (!random_.chance(15)) members.push_back(member("event_sequence", std::to_string(place)));
        maybe(members, "event_version", text_or_null());
        maybe(members, "session_id", text_or_null());
        maybe(members, "correlation_id", text_or_null());
        maybe(members, "causation_id", random_.chance(50) ? "null" : id());
        maybe(members, "actor", actor());
        maybe(members, "metadata", value(3));
        maybe(members, "git_sha", text_or_null());
        maybe(members, "branch", text_or_null());
        if (random_.chance(20)) members.push_back(member("unknown", value(2)));
        if (random_.chance(50)) std::shuffle(members.begin(), members.end(), random_);
        std::string whole = space() + "{" + space();
        for (std::size_t i = 0; i < members.size(); ++i) whole += (i > 0 ? "," : "") + members[i];
        return whole + "}" + space();
    }

private:
    void maybe(std::vector<std::string>& members, std::string_view name, std::string value) {
        if (random_.chance(80)) members.push_back(member(name, std::move(value)));
    }
    std::string member(std::string_view name, std::string value) {
        return space() + "\"" + std::string{name} + "\"" + space() + ":" + space() + value +
               space();
    }
    std::string space() {
        if (!random_.chance(10)) return "";
        return random_.pick(std::vector<std::string>{" ", "\t", "\r", "   "});
    }
    std::string id() {
        const auto number = ++ids_;
        if (random_.chance(30)) return "\"ulid " + std::to_string(number) + "\"";
        auto id = to_string(numbered_id(number));
        if (random_.chance(20)) std::ranges::transform(id, id.begin(), ::toupper);
        return "\"" + id + "\"";
    }
    std::string text() {
        return random_.pick(std::vector<std::string>{R"("a")", R"("\u0062")", R"("c d\\")",
                                                     R"("\ud83d\ude00")", "\"\u00e9\"", R"("\/")"});
    }
    std::string text_or_null() { return random_.chance(20) ? "null" : text(); }
    std::string time() {
        return random_.pick(std::vector<std::string>{
            R"("2025-12-22T10:30:00.123Z")", R"("2025-12-22T10:30:00Z")",
            R"("2025-12-22t10:30:00.5+02:00")", R"("2025-12-22")",
            R"("2025-12-22T10:30:00.123456789Z")", R"("1999-01-01T00:00:00.000001Z")"});
    }
    std::string actor() {
        if (random_.chance(20)) return "null";
        std::string whole = "{";
        for (const auto* name : {"type", "id", "model", "other"}) {
            if (random_.chance(60)) {
                whole += (whole.size() > 1 ? "," : "") + member(name, text_or_null());
            }
        }
        return whole + "}";
    }
    std::string value(int depth) {
        switch (random_.below(depth > 0 ? 7 : 5)) {
            case 0: return "null";
            case 1: return "-1.50e+3";
            case 2: return text();
            case 3: return "false";
            case 4: return "{}";
            case 5: return "[" + value(depth - 1) + space() + "," + value(depth - 1) + "]";
            default: return "{" + member("k", value(depth - 1)) + "}";
        }
    }

    randomness random_;
    std::map<std::string, std::uint64_t> places_;
    std::uint64_t ids_ = 0;
};

TEST(OrchestrationFormat, RestoresRandomLinesByteForByte) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    line_maker maker{seed};
    std::vector<std::string> lines;
    for (int i = 0; i < 2'000; ++i) lines.push_back(maker.line());
    fresh_store log;
    const auto report = import_text(*log, joined(lines), line_format::orchestration);
    ASSERT_THAT(report, HoldsValue());
    EXPECT_EQ(report->added, lines.size());
    EXPECT_EQ(exported(*log, line_format::orchestration), joined(lines));
    const auto again = import_text(*log, joined(lines), line_format::orchestration);
    ASSERT_THAT(again, HoldsValue());
    EXPECT_EQ(again->repeated, lines.size());
}

}  // namespace
}  // namespace daybook::test
