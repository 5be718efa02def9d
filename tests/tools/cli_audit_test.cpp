// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: `audit report` writes what it is asked for, where it is asked to, and says how it went.

#include <daybook/store.hpp>

#include "tools/cli_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace daybook::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

class CliAuditReport : public testing::Test {
protected:
    cli_result report(std::vector<std::string> words) const {
        words.insert(words.begin(), {"audit", "report"});
        return home_.run(words);
    }
    std::string content(const std::filesystem::path& file) const {
        std::ifstream from{file};
        return {std::istreambuf_iterator<char>{from}, {}};
    }
    std::uint64_t events() const {
        return store::open(home_.store, {.read_only = true}).value().watermark().value;
    }

    demo_home home_;
};

TEST_F(CliAuditReport, WritesAPageToStandardOutput) {
    const auto ran = report({});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, StartsWith("<!DOCTYPE html>"));
    EXPECT_TRUE(ran.out.ends_with("</html>\n"));
    EXPECT_THAT(ran.out, HasSubstr("Not signed"));
    EXPECT_THAT(ran.out, HasSubstr("<svg"));
    EXPECT_THAT(ran.err, HasSubstr("not signed; "));
}

TEST_F(CliAuditReport, RefusesANumberThatIsNone) {
    const auto ran = report({"--events", "x"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr("--events"));
}

TEST_F(CliAuditReport, ChoosesTheFormByTheFile) {
    for (const auto* const name : {"report.html", "report.json", "report.csv"}) {
        const auto file = home_.home / name;
        const auto ran = report({"-O", file.string()});
        EXPECT_EQ(ran.code, 0) << ran.err;
        EXPECT_EQ(ran.out, "");
        EXPECT_THAT(ran.err, HasSubstr("wrote " + file.string()));
    }
    EXPECT_THAT(content(home_.home / "report.html"), StartsWith("<!DOCTYPE html>"));
    const auto document = json_of(content(home_.home / "report.json"));
    EXPECT_EQ(document.at("scope").at("events_in_report").to_number<std::uint64_t>(), events());
    EXPECT_EQ(csv_of(content(home_.home / "report.csv")).size(), events() + 1);
    const auto again = report({"-O", (home_.home / "report.json").string()});
    EXPECT_EQ(again.code, 4) << "it is there";
    EXPECT_EQ(report({"-O", (home_.home / "report.json").string(), "--overwrite"}).code, 0);
    EXPECT_EQ(report({"-O", (home_.home / "packed.html.gz").string()}).code, 0);
    EXPECT_THAT(content(home_.home / "packed.html.gz"), StartsWith("\x1f\x8b"));
}

TEST_F(CliAuditReport, IsOfWhatTheFiltersSay) {
    const auto document = json_of(report({"--stream", "issue-SHOP-102", "-f", "json"}).out);
    EXPECT_EQ(document.at("scope").at("filter").as_string(), "stream issue-SHOP-102");
    EXPECT_EQ(document.at("scope").at("streams").to_number<int>(), 1);
    const auto range =
        json_of(report({"--from", "10", "--to", "19", "-f", "json", "--events", "4"}).out);
    EXPECT_EQ(range.at("scope").at("events_in_range").to_number<int>(), 10);
    EXPECT_EQ(range.at("scope").at("first").to_number<int>(), 10);
    EXPECT_EQ(range.at("scope").at("last").to_number<int>(), 19);
    EXPECT_EQ(range.at("events").as_array().size(), 4U);
    EXPECT_EQ(range.at("scope").at("events_not_listed").to_number<int>(), 6);
    const auto past = json_of(report({"--to", "2001-01-01", "-f", "json"}).out);
    EXPECT_EQ(past.at("scope").at("events_in_range").to_number<int>(), 0);
    const auto title = report({"--title", "Sprint <7>"});
    EXPECT_THAT(title.out, HasSubstr("<h1>Sprint &lt;7&gt;</h1>"));
}

TEST_F(CliAuditReport, WritesOneTableAsCsv) {
    const auto agents = csv_of(report({"-f", "csv", "--table", "agents"}).out);
    EXPECT_EQ(agents[0][0], "agent");
    EXPECT_GT(agents.size(), 2U);
    std::vector<std::string> measures;
    for (const auto& row : csv_of(report({"-f", "csv", "--table", "summary"}).out)) {
        measures.push_back(row[0]);
    }
    EXPECT_THAT(measures, Contains("agent_run_success_rate"));
    EXPECT_EQ(report({"--table", "agents"}).code, 2);
    EXPECT_EQ(report({"-f", "csv", "--table", "nothing"}).code, 2);
}

TEST_F(CliAuditReport, SaysWhenNothingMatches) {
    const auto ran = report({"--type", "Nothing"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.err, HasSubstr("no match"));
    EXPECT_THAT(ran.out, StartsWith("<!DOCTYPE html>"));
}

TEST_F(CliAuditReport, RefusesWhatIsNoMoment) {
    const auto refused = [&](std::vector<std::string> words, const std::string& part) {
        const auto ran = report(std::move(words));
        EXPECT_EQ(ran.code, 2);
        EXPECT_EQ(ran.out, "");
        EXPECT_THAT(ran.err, HasSubstr(part));
        EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    };
    refused({"--from", "9999999"}, "none at position 9999999");
    refused({"--to", "yesterday"}, "yesterday");
    refused({"--from", "5", "--to", "3"}, "5 to 4");
    refused({"--events", "many"}, "--events");
    refused({"--events", "1000001"}, "1000000");
    refused({"-f", "pdf"}, "'pdf' is not one of html, json or csv");
}

}  // namespace
}  // namespace daybook::test
