// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the first projection of projections/README.md compiles, runs, and is as short as it says.
// The text between the two marks is the README's, word by word; a test below compares them.

#include <daybook/projections/testing.hpp>

#include "support/fresh_store.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

// README begin
#include <daybook/projections/projections.hpp>

struct task_started {
    std::string assignee;
};
BOOST_DESCRIBE_STRUCT(task_started, (), (assignee))

struct task_finished {
    std::string assignee;
    std::int64_t points = 0;
};
BOOST_DESCRIBE_STRUCT(task_finished, (), (assignee, points))

/// What everybody has open, and has finished.
struct workload {
    static constexpr std::string_view name = "workload";
    static constexpr std::uint32_t version = 1;
    struct row {
        std::int64_t open = 0;
        std::int64_t points = 0;
    };
    using events = std::variant<task_started, task_finished>;

    static std::string key(const auto& event) { return event.assignee; }
    static row apply(row r, const task_started&) { return {r.open + 1, r.points}; }
    static row apply(row r, const task_finished& e) { return {r.open - 1, r.points + e.points}; }
};
BOOST_DESCRIBE_STRUCT(workload::row, (), (open, points))
// README end

namespace {

using namespace daybook;
using namespace daybook::projections;

TEST(FirstProjection, HasASpecInFiveLines) {
    EXPECT_EQ(projection_spec<workload>()
                  .given("task-1", task_started{"ada"})
                  .given("task-2", task_started{"ada"})
                  .given("task-1", task_finished{"ada", 5})
                  .then("ada", {.open = 1, .points = 5})
                  .failures(),
              "");
}

TEST(FirstProjection, IsBuiltAndRead) {
    test::fresh_store log;
    log->append("task-1", expected::any(),
                {{.type = "task_started", .payload = R"({"assignee":"ada"})"}})
        .value();
    auto views = runner::open(*log, {any_projection::of<workload>()}).value();
    views.catch_up().value();
    const auto row = view<workload>::open(*log).value().get("ada").value();
    ASSERT_TRUE(row);
    EXPECT_EQ(row->open, 1);
}

std::string between(const std::string& text, std::string_view begin, std::string_view end) {
    const auto start = text.find(begin);
    if (start == std::string::npos) return {};
    const auto from = start + begin.size();
    return text.substr(from, text.find(end, from) - from);
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

TEST(FirstProjection, StandsInTheReadmeAsItIsHere) {
    const std::filesystem::path root{DAYBOOK_SOURCE_DIR};
    const auto own = read_file(root / "tests/unit/projections/first_projection_test.cpp");
    const auto here = between(own, "// README begin\n", "// README end\n");
    const auto there = between(read_file(root / "projections/README.md"),
                               "<!-- first projection -->\n```cpp\n", "```");
    EXPECT_EQ(here, there);
    EXPECT_LT(std::count(here.begin(), here.end(), '\n'), 30);
}

}  // namespace
