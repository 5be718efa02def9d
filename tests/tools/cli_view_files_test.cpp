// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a view file works in every command as a built-in view does, and a wrong one gives one clear
// line and changes nothing. Method: the program on the store of the demo; the example of
// projections/docs/declarative_views.md as it stands there.

#include <daybook/store.hpp>

#include "cli/yaml_document.hpp"
#include "support/matchers.hpp"
#include "tools/cli_run.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string content_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

const fs::path source{DAYBOOK_SOURCE_DIR};

// Reading YAML ---------------------------------------------------------------------------------

json::value yaml(std::string_view text) { return cli::read_yaml(text).value().value; }

TEST(CliYaml, ReadsWordsAsJsonAndYamlDo) {
    EXPECT_EQ(yaml("{a: 1, b: -2.5, c: true, d: null, e: ~, f: , g: yes, h: '1', i: \"x\\n\"}"),
              json::parse(R"({"a":1,"b":-2.5,"c":true,"d":null,"e":null,"f":null,"g":"yes",
                              "h":"1","i":"x\n"})"));
    EXPECT_EQ(
        yaml("- 0x10\n- 1e3\n- 012a\n- +1\n- .5\n- 99999999999999999999\n- 1e999\n- -\n- .inf"),
        json::parse(R"(["0x10",1000.0,"012a","+1",".5",1e20,"1e999",[null],".inf"])"));
}

TEST(CliYaml, ReadsJson) {
    const std::string text = "{\"a\":{\"b\":[1,2.5,\"\\u00e4\\/\"]},\n\t\"c\":\"\"}\n";
    EXPECT_EQ(yaml(text), json::parse(text));
}

TEST(CliYaml, KnowsTheLinesOfEverything) {
    const auto read = cli::read_yaml("# words\na: 1\nb/c:\n  - x\n  - y: 2\n").value();
    EXPECT_EQ(read.lines.at(""), 2U);
    EXPECT_EQ(read.lines.at("/a"), 2U);
    EXPECT_EQ(read.lines.at("/b~1c"), 3U);
    EXPECT_EQ(read.lines.at("/b~1c/0"), 4U);
    EXPECT_EQ(read.lines.at("/b~1c/1/y"), 5U);
}

TEST(CliYaml, RefusesWhatIsNotOnePlainDocument) {
    const auto refused = [](const std::string& text, errc code, const char* told) {
        EXPECT_THAT(cli::read_yaml(text), FailsWith(code, told)) << text;
    };
    const auto invalid = errc::invalid_argument;
    refused("", invalid, "nothing in it");
    refused("# words\n", invalid, "nothing in it");
    refused("a: 1\nb: [1\n", invalid, "line 3: column 1");
    refused("a: 1\n\tb: 2\n", invalid, "line 2");
    refused("a: 1\nb: 2\na: 3\n", invalid, "line 3: 'a' appears twice");
    refused("{\"a\":1,\n\"a\":2}", invalid, "line 2: 'a' appears twice");
    refused("a: &x 1\nb: *x\n", invalid, "line 1: anchors");
    refused("b: *x\n", invalid, "line 1: anchors");
    refused("a: !!str 1\n", invalid, "line 1: tags");
    refused("a: 1\n---\nb: 2\n", invalid, "line 2: a second document");
    refused("? [a]\n: 1\n", invalid, "must be text");
    refused("a: \xFF\n", invalid, "byte 4");
    refused(std::string(40, '[') + std::string(40, ']'), errc::too_large, "32 levels");
    refused(std::string(cli::yaml_bytes_max + 1, ' '), errc::too_large, "at most 1048576");
    EXPECT_THAT(cli::read_yaml(std::string(31, '[') + std::string(31, ']')), HoldsValue());
}

// Commands with a view file --------------------------------------------------------------------

class CliViewFile : public testing::Test {
protected:
    fs::path file(const std::string& name, const std::string& text) const {
        const auto path = home_.home / name;
        fs::create_directories(path.parent_path());
        std::ofstream{path, std::ios::binary} << text;
        return path;
    }

    /// A view that counts events by type.
    fs::path by_type(const std::string& more = "", const std::string& file_name = "v.yaml") const {
        return file(file_name,
                    "name: by_type\nversion: 1\nkey: $type\ncolumns:\n  n: count\n" + more);
    }

    json::value answer(std::vector<std::string> words) const {
        words.insert(words.end(), {"-o", "json"});
        const auto ran = home_.run(words);
        EXPECT_EQ(ran.code, 0) << ran.err;
        return json_of(ran.out);
    }

    json::array items(const std::vector<std::string>& words) const {
        return answer(words).at("items").as_array();
    }

    demo_home home_;
};

TEST_F(CliViewFile, CountsTheSameAsStats) {
    const auto view = by_type().string();
    std::map<std::string, std::uint64_t> counted;
    for (const auto& group : items({"stats", "--by", "type"}))
        counted[std::string{group.at("group").as_string()}] =
            group.at("events").to_number<std::uint64_t>();
    std::map<std::string, std::uint64_t> shown;
    for (const auto& row : items({"--view", view, "projection", "show", "by_type"}))
        shown[std::string{row.at("type").as_string()}] = row.at("n").to_number<std::uint64_t>();
    EXPECT_GT(counted.size(), 10U);
    EXPECT_EQ(shown, counted);
}

TEST_F(CliViewFile, MakesARowForEachValueOfAList) {
    std::map<std::string, std::uint64_t> counted;
    for (const auto& event : items({"query", "--where", "/outputs", "--limit", "100000"})) {
        std::set<std::string> files;
        for (const auto& one : event.at("payload").at("outputs").as_array())
            files.emplace(one.as_string());
        for (const auto& name : files) ++counted[name];
    }
    const auto view = file("v.yaml",
                           "name: by_file\nversion: 1\nkey: {file: /outputs}\n"
                           "columns:\n  n: count\n")
                          .string();
    std::map<std::string, std::uint64_t> shown;
    for (const auto& row :
         items({"--view", view, "projection", "show", "by_file", "--limit", "100000"}))
        shown[std::string{row.at("file").as_string()}] = row.at("n").to_number<std::uint64_t>();
    EXPECT_GT(counted.size(), 10U);
    EXPECT_EQ(shown, counted);
}

TEST_F(CliViewFile, IsListedRunAndFollowedLikeABuiltInView) {
    const auto view = by_type().string();
    const auto listed = json_of(run_cli({"projection", "list", "--view", view, "-o", "json"}).out);
    const auto& last = listed.at("items").as_array().back();
    EXPECT_EQ(last.at("name").as_string(), "by_type");
    EXPECT_EQ(last.at("from").as_string(), view);
    EXPECT_EQ(last.at("keyed_by").as_string(), "type");
    EXPECT_EQ(listed.at("items").at(0).at("from").as_string(), "built-in");

    const auto state = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"projection", "status"});
        for (const auto& v : items(words))
            if (v.at("name").as_string() == "by_type")
                return std::string{v.at("state").as_string()};
        return std::string{};
    };
    EXPECT_EQ(state({"--view", view}), "not built");
    EXPECT_EQ(home_.run({"projection", "run", "by_type", "--view", view}).code, 0);
    EXPECT_EQ(state({"--view", view}), "current");
    EXPECT_EQ(state({}), "left over");
    EXPECT_EQ(home_.run({"projection", "rebuild", "by_type", "--view", view}).code, 0);
    EXPECT_EQ(home_.run({"doctor", "--view", view}).code, 0);
}

TEST_F(CliViewFile, ShowsColumnsByNameInEveryFormat) {
    const auto view = file("v.yaml",
                           "name: v\nversion: 1\nkey: {kind: $category, of: $type}\n"
                           "query: {type: AgentSpawned}\ncolumns:\n"
                           "  n: count\n  who: {set: /agent_name, limit: 1}\n")
                          .string();
    const auto show = [&](const std::string& format) {
        return home_.run({"--view", view, "projection", "show", "v", "-o", format}).out;
    };
    EXPECT_THAT(lines_of(show("table")).at(0),
                testing::MatchesRegex("KIND +OF +N +WHO +OVER LIMIT *"));
    EXPECT_THAT(csv_of(show("csv")).at(0),
                ElementsAre("kind", "of", "n", "who", "odd_fields", "over_limit"));
    EXPECT_THAT(csv_of(show("csv")).at(1).at(1), "AgentSpawned");
    const auto row = json_of(lines_of(show("jsonl")).at(0));
    EXPECT_EQ(row.at("kind").as_string(), "issue");
    EXPECT_EQ(row.at("over_limit"), json_of(R"(["who"])"));
    EXPECT_EQ(json_of(show("json")).at("items").at(0), row);

    const auto one = answer({"--view", view, "projection", "show", "v", "issue/AgentSpawned"});
    EXPECT_EQ(one, row);
    EXPECT_EQ(home_.run({"--view", view, "projection", "show", "v", "none"}).code, 3);
    EXPECT_EQ(
        answer({"projection", "show", "v", "--prefix", "issue/", "--view", view}).at("items").at(0),
        row);
}

TEST_F(CliViewFile, ShowsAViewWithoutRows) {
    const auto view =
        file("v.yaml", "name: v\nversion: 1\nkey: /none\ncolumns: {n: count}\n").string();
    for (const char* format : {"table", "json", "jsonl", "csv"}) {
        const auto ran = home_.run({"--view", view, "projection", "show", "v", "-o", format});
        EXPECT_EQ(ran.code, 1) << format << ran.err;
    }
}

TEST_F(CliViewFile, ReadsAllFilesOfADirectory) {
    file("views/b.yml", "name: b\nversion: 1\nkey: $type\ncolumns: {n: count}\n");
    file("views/a.json", R"({"name":"a","version":1,"key":"$type","columns":{"n":"count"}})");
    file("views/README.md", "no view");
    const auto listed = json_of(
        run_cli({"projection", "list", "-o", "json", "--view", (home_.home / "views").string()})
            .out);
    std::vector<std::string> names;
    for (const auto& p : listed.at("items").as_array())
        if (p.at("from") != "built-in") names.emplace_back(p.at("name").as_string());
    EXPECT_THAT(names, ElementsAre("a", "b"));
}

TEST_F(CliViewFile, MayStandOnStandardInput) {
    const cli_setup setup{.input = content_of(by_type())};
    const auto ran = home_.run({"--view", "-", "projection", "run", "by_type"}, setup);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("by_type"));
    EXPECT_THAT(home_.run({"--view", "-", "projection", "run"}).err,
                HasSubstr("-: line 1: there is nothing in it"));
}

TEST_F(CliViewFile, IsRefusedWhenItChangedAndItsVersionDidNot) {
    const auto view = by_type().string();
    ASSERT_EQ(home_.run({"--view", view, "projection", "run", "by_type"}).code, 0);
    by_type("  m: count\n");
    const auto refused = home_.run({"--view", view, "projection", "show", "by_type"});
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("view \"by_type\" version 1"));
    EXPECT_THAT(refused.err, HasSubstr("raise the version"));
    by_type("# words\nabout: more words\n");
    EXPECT_EQ(home_.run({"--view", view, "projection", "show", "by_type"}).code, 0);
}

struct wrong_file {
    std::string name;
    std::string text;
    std::string told;  ///< What the message has behind the file's name.
    int code = 2;
};

void PrintTo(const wrong_file& w, std::ostream* out) { *out << w.name; }

std::vector<wrong_file> wrong_files() {
    const std::string sound = "name: v\nversion: 1\nkey: /k\n";
    return {
        {"Empty", "", "line 1: there is nothing in it"},
        {"NotYaml", "name: [\n", "line 2: column 1"},
        {"NameTwice", "name: a\nname: b\n", "line 2: 'name' appears twice"},
        {"UnknownMember", sound + "colums:\n  n: count\n",
         "line 4 (/colums): 'colums' is not known"},
        {"NoColumns", sound, "line 1: 'columns' is missing"},
        {"WrongType", "name: v\nversion: one\n", "line 2 (/version): must be a whole number"},
        {"OddName", "name: v 1\nversion: 1\n", "line 1 (/name): must be 1 to 100 of a-z 0-9 _ -"},
        {"ControlCharacters", "\"na\\x1bme\": v\n", "line 1 (/na\\x1bme): 'na me' is not known"},
        {"BadPointer", sound + "columns:\n  n: {sum: minutes}\n",
         "line 5 (/columns/n/sum): 'minutes' names no value"},
        {"BadCondition", sound + "columns:\n  n:\n    count: all\n    where:\n      - state\n",
         "line 8 (/columns/n/where/0): "},
        {"DuplicateColumn", sound + "columns:\n  n: count\n  n: count\n",
         "line 6: 'n' appears twice"},
        {"RowTooLarge",
         sound + "columns:\n  a: {set: /a, limit: 1000}\n  b: {set: /b, limit: 1000}\n",
         "line 4 (/columns): a row may grow to 20"},
        {"TooLarge", std::string((1U << 20U) + 1, '#'), "1048577 bytes, at most 1048576", 4},
        {"NameOfABuiltIn", "name: timeline\nversion: 1\nkey: /k\ncolumns: {n: count}\n",
         "is there twice: built-in and "},
    };
}

class CliWrongViewFile : public testing::TestWithParam<wrong_file> {};

TEST_P(CliWrongViewFile, GivesOneLineAndChangesNothing) {
    const auto& wrong = GetParam();
    const demo_home home;
    const auto bad = (home.home / "bad.yaml").string();
    const auto good = (home.home / "good.yaml").string();
    std::ofstream{bad, std::ios::binary} << wrong.text;
    std::ofstream{good} << "name: good\nversion: 1\nkey: $type\ncolumns: {n: count}\n";
    const auto before = home.run({"projection", "status", "--json"}).out;
    for (const char* command : {"list", "run", "status", "rebuild"}) {
        const std::vector<std::string> words{"--view", good, "--view", bad, "projection", command};
        const auto ran = command == std::string_view{"list"} ? run_cli(words) : home.run(words);
        EXPECT_EQ(ran.code, wrong.code) << ran.err;
        EXPECT_EQ(ran.out, "");
        ASSERT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
        EXPECT_THAT(ran.err, HasSubstr(bad));
        EXPECT_THAT(ran.err, HasSubstr(wrong.told));
    }
    EXPECT_EQ(home.run({"projection", "status", "--json"}).out, before);
}

std::string test_name(const testing::TestParamInfo<wrong_file>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Files, CliWrongViewFile, testing::ValuesIn(wrong_files()), test_name);

TEST_F(CliViewFile, IsNamedIfItIsNotThere) {
    const auto missing =
        home_.run({"projection", "run", "--view", (home_.home / "no.yaml").string()});
    EXPECT_EQ(missing.code, 3) << missing.err;
    EXPECT_THAT(missing.err, HasSubstr("no.yaml"));
    fs::create_directories(home_.home / "empty");
    const auto none = home_.run({"projection", "run", "--view", (home_.home / "empty").string()});
    EXPECT_EQ(none.code, 3);
    EXPECT_THAT(none.err, HasSubstr("no view file in this directory"));
}

TEST_F(CliViewFile, IsNamedWithTheOtherOneIfTwoHaveOneName) {
    const auto one = by_type().string();
    const auto other = by_type("", "w.yaml").string();
    const auto ran = home_.run({"projection", "run", "--view", one, "--view", other});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("'by_type' is there twice: " + one + " and " + other));
}

TEST_F(CliViewFile, IsSuggestedForASlip) {
    const auto ran = home_.run({"projection", "show", "by_tpe", "--view", by_type().string()});
    EXPECT_EQ(ran.code, 3);
    EXPECT_THAT(ran.err, HasSubstr("did you mean by_type?"));
}

// Documents ------------------------------------------------------------------------------------

/// What stands between the first fence that begins with `begin` behind `from`, and its end.
std::string fenced(const std::string& page, const std::string& begin, std::size_t& from) {
    const auto start = page.find(begin, from);
    if (start == std::string::npos) return {};
    const auto text = start + begin.size();
    from = page.find("\n```", text) + 1;
    return page.substr(text, from - text);
}

TEST_F(CliViewFile, ShowsWhatThePageSays) {
    const auto page = content_of(source / "projections/docs/declarative_views.md");
    std::size_t at = 0;
    file("coding.yaml", fenced(page, "```yaml\n", at));
    const auto line = page.find("    daybook --view coding.yaml", at);
    ASSERT_NE(line, std::string::npos);
    const auto command = page.substr(line, page.find('\n', line) - line);
    const auto wanted = fenced(page, "\n```\n", at += 4);
    const cli_setup setup{.environment = {{"DAYBOOK_STORE", home_.store.string()}},
                          .directory = home_.home.path()};
    const auto ran = run_shell(command, setup);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, wanted);
}

TEST_F(CliViewFile, HasExamplesThatRun) {
    const auto views = (source / "tools/examples/views").string();
    const auto ran = home_.run({"--view", views, "projection", "run", "-o", "json"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    for (const char* name : {"agent_runs", "events_by_day"}) {
        EXPECT_FALSE(items({"--view", views, "projection", "show", name}).empty()) << name;
    }
}

std::set<std::string> names_in(const json::value& schema, const char* pointer) {
    std::set<std::string> names;
    for (const auto& member : schema.at_pointer(pointer).as_object())
        names.insert(std::string{member.key()});
    names.erase("$schema");
    return names;
}

/// The names that daybook says it knows where `text` has a wrong member.
std::set<std::string> names_known(const CliViewFile&, const std::string& told) {
    std::set<std::string> names;
    const std::string mark = "known are ";
    std::string word;
    const auto list = told.substr(told.find(mark) + mark.size());
    for (const char c : list + ",") {
        if (c != ',' && c != ' ' && c != '\n') {
            word += c;
        } else {
            if (!word.empty() && word != "and") names.insert(word);
            word.clear();
        }
    }
    return names;
}

TEST_F(CliViewFile, IsDescribedByTheSchema) {
    const auto schema = json_of(content_of(source / "projections/docs/view_file.schema.json"));
    const auto told = [&](const std::string& text) {
        return run_cli({"projection", "list", "--view", file("wrong.yaml", text).string()}).err;
    };
    const std::string sound = "name: v\nversion: 1\nkey: /k\n";
    EXPECT_EQ(names_known(*this, told("wrong: 1\n")), names_in(schema, "/properties"));
    EXPECT_EQ(names_known(*this, told(sound + "query: {wrong: 1}\n")),
              names_in(schema, "/$defs/query/properties"));
    EXPECT_EQ(names_known(*this, told(sound + "columns: {n: {wrong: 1}}\n")),
              names_in(schema, "/$defs/column/properties"));
    const std::string sources{schema.at_pointer("/$defs/source/pattern").as_string()};
    const auto known = told("name: v\nversion: 1\nkey: $wrong\n");
    std::size_t count = 0;
    for (std::size_t at = known.find('$', known.find("one of")); at != std::string::npos;
         at = known.find('$', at + 1), ++count) {
        const auto name = known.substr(at + 1, known.find_first_of(" :\n", at) - at - 1);
        EXPECT_THAT(sources, HasSubstr(name));
    }
    EXPECT_EQ(count, 16U);
}

}  // namespace
}  // namespace daybook::test
