// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: the table of README.md has every row of the attack catalogue, and each test that it names
// is there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;

constexpr int rows_of_the_catalogue = 41;

const fs::path folder = fs::path{DAYBOOK_SOURCE_DIR} / "tests/tamper";

std::string text_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    EXPECT_TRUE(in) << file << " is not there";
    return {std::istreambuf_iterator<char>{in}, {}};
}

struct named_test {
    std::string file;  ///< From this folder.
    std::string name;  ///< Suite.Test, or an attack of a table of attacks, in quotes.
};

/// What is named in a row; by the number of the row.
std::map<int, std::vector<named_test>> named_tests() {
    std::map<int, std::vector<named_test>> all;
    std::istringstream lines{text_of(folder / "README.md")};
    const std::regex row{R"(\| (\d+) \|.*)"};
    const std::regex test{R"re(`([^`:]+\.cpp): ([^`]+)`)re"};
    std::smatch found;
    for (std::string line; std::getline(lines, line);) {
        if (!std::regex_match(line, found, row)) continue;
        auto& named = all[std::stoi(found[1])];
        for (std::sregex_iterator at{line.begin(), line.end(), test}, end; at != end; ++at)
            named.push_back({(*at)[1], (*at)[2]});
    }
    return all;
}

bool has_test(const std::string& source, const std::string& name) {
    if (name.starts_with('"')) return source.find(name) != std::string::npos;
    const auto dot = name.find('.');
    const std::regex declared{"TEST(_F|_P)?\\(" + name.substr(0, dot) + ",\\s+" +
                              name.substr(dot + 1) + "\\)"};
    return std::regex_search(source, declared);
}

TEST(Table, HasEveryRowOfTheCatalogueWithATest) {
    const auto all = named_tests();
    for (int row = 1; row <= rows_of_the_catalogue; ++row) {
        const auto named = all.find(row);
        EXPECT_TRUE(named != all.end() && !named->second.empty()) << "row " << row;
    }
    EXPECT_EQ(all.size(), std::size_t{rows_of_the_catalogue});
}

TEST(Table, NamesTestsThatAreThere) {
    std::map<std::string, std::string> sources;
    for (const auto& [row, named] : named_tests()) {
        for (const auto& one : named) {
            auto& source = sources[one.file];
            if (source.empty()) source = text_of(folder / one.file);
            EXPECT_TRUE(has_test(source, one.name))
                << "row " << row << ": " << one.file << " has no " << one.name;
        }
    }
}

TEST(Table, WouldTellATestThatIsNotThere) {
    EXPECT_TRUE(has_test("TEST_F(One, Two) {", "One.Two"));
    EXPECT_FALSE(has_test("TEST_F(One, TwoThree) {", "One.Two"));
    EXPECT_TRUE(has_test("{\"1 edit\", ...", "\"1 edit\""));
    EXPECT_FALSE(has_test("{\"1 edit more\", ...", "\"1 edit\""));
}

}  // namespace
}  // namespace daybook::test
