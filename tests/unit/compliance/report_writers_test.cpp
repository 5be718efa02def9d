// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what a report is written as is what it says it is, whatever stands in events. Method: a log
// in which every text that a caller may choose is hostile; the page is read by a strict reader of
// tags, the JSON is held against its schema.

#include <daybook/compliance/report_writers.hpp>
#include <daybook/schema_catalog.hpp>

#include "support/fresh_store.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace daybook::compliance {
namespace {

using test::fresh_store;
using test::test_time;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string hostile = "</td></title><script>alert(1)</script>\"'&<img src=x onerror=a>";
const std::string turning = "admin\xE2\x80\xAEtxt.exe";

audit_report hostile_report() {
    fresh_store log;
    const auto add = [&](std::string type, std::string payload) {
        new_event made;
        made.type = std::move(type);
        made.payload = std::move(payload);
        made.actor = {hostile.substr(0, 60), hostile + turning, hostile.substr(0, 100)};
        made.correlation = hostile;
        made.tags = {"phase:" + hostile};
        made.occurred_at = test_time();
        log->append("issue-" + hostile, expected::any(), {made}).value();
    };
    const auto quoted = boost::json::serialize(boost::json::value(hostile));
    add("PhaseStarted", R"({"phase":)" + quoted + "}");
    add("AgentSpawned", R"({"agent_name":)" + quoted + R"(,"agent_type":)" + quoted + "}");
    add("GapIdentified",
        R"({"gap_id":)" + quoted + R"(,"severity":)" + quoted + R"(,"gap_type":)" + quoted + "}");
    add("QualityCheckFailed", R"({"check_name":)" + quoted + "}");
    add("AgentFailed", R"({"agent_name":)" + quoted + R"(,"error_message":)" + quoted +
                           R"(,"error_type":)" + quoted + "}");
    add("ErrorOccurred", R"({"error_message":)" + quoted + "}");
    add(hostile, "{}");
    add("OrchestrationStarted", R"({"issue_type":)" + quoted + "}");
    new_event action;
    action.type = hostile;
    action.payload = R"({"x":)" + quoted + "}";
    log->append("daybook.compliance-log", expected::any(), {action}).value();

    report_evidence evidence{.is_signed = true, .origin = hostile, .checkpoint = hostile};
    evidence.checked = verification{
        .findings = {{verdict::tampered, hostile, position{1}, hostile}}, .origin = hostile};
    evidence.policy = evidence.clock = hostile;
    evidence.keys = {{hostile, hostile, hostile, hostile, position{1}, {}, hostile}};
    evidence.anchors = {hostile};
    evidence.leaf_of = [](position) { return result<std::optional<digest>>{sha256("x")}; };
    return make_audit_report(*log, {.title = hostile, .tool = hostile}, evidence).value();
}

/// Reads tags and fails where one is not closed, where an attribute has no quotes, and for elements
/// and attributes that do something.
void expect_sound_page(std::string_view page) {
    static const std::set<std::string, std::less<>> alone{"meta", "br"};
    static const std::set<std::string, std::less<>> active{"script", "iframe", "object", "embed",
                                                           "link",   "img",    "form",   "base"};
    std::vector<std::string> open;
    ASSERT_TRUE(page.starts_with("<!DOCTYPE html>\n"));
    std::size_t at = page.find('\n');
    while ((at = page.find('<', at)) != std::string_view::npos) {
        const auto end = page.find('>', at);
        ASSERT_NE(end, std::string_view::npos);
        const auto tag = page.substr(at + 1, end - at - 1);
        at = end;
        const auto name = std::string{tag.substr(0, tag.find_first_of(" /", 1))};
        if (tag.starts_with("/")) {
            ASSERT_FALSE(open.empty());
            ASSERT_EQ("/" + open.back(), name);
            open.pop_back();
            continue;
        }
        EXPECT_FALSE(active.contains(name)) << tag;
        EXPECT_EQ(std::count(tag.begin(), tag.end(), '"') % 2, 0) << tag;
        EXPECT_EQ(tag.find(" on"), std::string_view::npos) << tag;
        EXPECT_EQ(tag.find(" src="), std::string_view::npos) << tag;
        if (!alone.contains(name) && !tag.ends_with("/")) open.push_back(name);
        if (name == "style") at = page.find("</style>", at) - 1;
    }
    EXPECT_THAT(open, IsEmpty());
}

TEST(ReportPage, KeepsTextTextWhateverStandsInEvents) {
    const auto page = report_html(hostile_report());
    expect_sound_page(page);
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("<img")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
    EXPECT_THAT(page, Not(HasSubstr("\xE2\x80\xAE"))) << "it turns what follows";
    EXPECT_THAT(page, HasSubstr("admin&lt;U+202E&gt;txt.exe"));
}

TEST(ReportPage, AsksNothingOfOthers) {
    const auto page = report_html(hostile_report());
    EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    for (const std::string_view outside :
         {"url(http", "@import", "href=\"http", "src=\"", "//cdn"}) {
        EXPECT_THAT(page, Not(HasSubstr(outside)));
    }
    std::size_t links = 0;
    for (auto at = page.find("href="); at != std::string::npos; at = page.find("href=", at + 1)) {
        EXPECT_EQ(page.substr(at, 7), "href=\"#");
        ++links;
    }
    EXPECT_GT(links, 5U);
}

TEST(ReportPage, EveryLinkHasItsPlace) {
    const auto page = report_html(hostile_report());
    for (auto at = page.find("href=\"#"); at != std::string::npos;
         at = page.find("href=\"#", at + 1)) {
        const auto id = page.substr(at + 7, page.find('"', at + 7) - at - 7);
        EXPECT_THAT(page, HasSubstr(" id=\"" + id + "\""));
    }
}

TEST(ReportPage, ShowsControlsAndBadBytesAsReplaced) {
    audit_report report;
    report.title = std::string{"a\x01"} + "b\xFF" + "c\x7F" + "d\xED\xA0\x80" + "e\xC0\xAF" +
                   "f\xF0\x9F\x98\x80" + "g\xE2\x82";
    const auto page = report_html(report);
    EXPECT_THAT(page, HasSubstr("<h1>a\xEF\xBF\xBD"
                                "b\xEF\xBF\xBD"
                                "c\xEF\xBF\xBD"
                                "d\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
                                "e\xEF\xBF\xBD\xEF\xBF\xBD"
                                "f\xF0\x9F\x98\x80g\xEF\xBF\xBD\xEF\xBF\xBD</h1>"));
}

TEST(ReportPage, SaysTheVerdictFirst) {
    const auto page = report_html(hostile_report());
    const auto verdict = page.find("Tampered with");
    ASSERT_NE(verdict, std::string::npos);
    EXPECT_LT(verdict, page.find("<h2"));
    EXPECT_THAT(page, HasSubstr("class=\"verdict bad\""));
    EXPECT_THAT(report_html(audit_report{.verification = {.verdict = "verified"}}),
                HasSubstr("class=\"verdict good\""));
    EXPECT_THAT(report_html(audit_report{.verification = {.verdict = "not signed"}}),
                HasSubstr("Not signed"));
}

TEST(ReportPage, TellsDurationsSharesAndCountsForPeople) {
    audit_report report;
    report.scope.events_in_report = 1'234'567;
    report.agent_runs.success_rate = 0.9333;
    report.agents.resize(7);
    const double busy[] = {0.4, 350, 12'500, 200'000, 7'500'000, 273'600'000, 59'999.9};
    for (std::size_t i = 0; i < report.agents.size(); ++i) report.agents[i].busy_ms = busy[i];
    const auto page = report_html(report);
    for (const auto* text : {"1,234,567", "93.3 %", ">0.4 ms<", ">350 ms<", ">12.5 s<",
                             ">3 min 20 s<", ">2 h 5 min<", ">3 d 4 h<", ">60 s<"}) {
        EXPECT_THAT(page, HasSubstr(text));
    }
}

TEST(ReportJson, FitsItsSchema) {
    fresh_store store;
    auto schemas = schema_catalog::open(*store).value();
    schemas.add<audit_report>().value();
    for (const auto& report : {hostile_report(), audit_report{}}) {
        new_event event;
        event.type = audit_report::type_name;
        event.schema = audit_report::schema_version;
        event.payload = report_json(report);
        const auto violations = schemas.check(event).value();
        for (const auto& one : violations) ADD_FAILURE() << to_string(one);
        EXPECT_EQ(boost::json::parse(event.payload).at("title").as_string(), report.title);
    }
}

TEST(ReportJson, HasTheSchemaThatIsDocumented) {
    std::ifstream file{DAYBOOK_SOURCE_DIR "/compliance/docs/audit_report.schema.json"};
    const std::string documented{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(documented, report_schema() + "\n")
        << "the shape changed: raise audit_report::schema_version and write the file again";
}

TEST(ReportCsv, QuotesAndKeepsFormulasOutOfSpreadsheets) {
    const auto field = [](std::string_view text) {
        std::string to;
        append_csv_text(to, text);
        return to;
    };
    EXPECT_EQ(field("plain"), "plain");
    EXPECT_EQ(field(""), "");
    EXPECT_EQ(field("a,b"), "\"a,b\"");
    EXPECT_EQ(field("say \"x\"\n"), "\"say \"\"x\"\"\n\"");
    EXPECT_EQ(field("=1+1"), "'=1+1");
    EXPECT_EQ(field("+1"), "'+1");
    EXPECT_EQ(field("-1"), "'-1");
    EXPECT_EQ(field("@x"), "'@x");
    EXPECT_EQ(field("\tx"), "'\tx");
    EXPECT_EQ(field("\rx"), "\"'\rx\"");
    EXPECT_EQ(field("=a,b"), "\"'=a,b\"");
    EXPECT_EQ(field("a=b"), "a=b");
}

TEST(ReportCsv, HasEveryTableUnderItsName) {
    const auto report = hostile_report();
    for (const auto name : report_table_names()) {
        const auto table = report_table_named(name);
        ASSERT_TRUE(table.has_value()) << name;
        const auto text = report_csv(report, *table);
        EXPECT_TRUE(text.ends_with("\r\n")) << name;
        EXPECT_GT(std::count(text.begin(), text.end(), '\n'), 1) << name << ": no rows";
        EXPECT_EQ(report_csv({}, *table).substr(0, 8), text.substr(0, 8)) << name;
    }
    EXPECT_EQ(report_table_named("nothing"), std::nullopt);
}

TEST(ReportCsv, ListsEventsOneByOneAsTheTableDoes) {
    const auto report = hostile_report();
    auto text = event_csv_header();
    for (const auto& event : report.events) text += event_csv_line(event);
    EXPECT_EQ(text, report_csv(report, report_table::events));
    EXPECT_TRUE(
        text.starts_with("position,time,recorded,type,stream,sequence,id,actor_type,actor,"
                         "phase,severity,summary,leaf_hash\r\n"));
}

}  // namespace
}  // namespace daybook::compliance
