// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: projections of a shared library work as those of the program do, and a library that does
// not fit is refused with one line. Method: shared libraries built beside this test; one of them
// does wrong what an environment variable says.

#include <daybook/projections/plugin.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/view.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/temp_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string_view>

namespace daybook::projections {
namespace {

using test::FailsWith;
using test::Holds;
using test::HoldsValue;
using testing::HasSubstr;
using testing::StartsWith;

const std::filesystem::path good{DAYBOOK_GOOD_PLUGIN};
const std::filesystem::path contrary{DAYBOOK_CONTRARY_PLUGIN};

TEST(Plugin, GivesProjectionsThatRunAsAnyOther) {
    test::fresh_store store;
    for (const char* type : {"A", "B", "A"})
        store->append("task-1", expected::any(), {test::simple_event(type)}).value();
    const auto loaded = load_plugin(good).value();
    ASSERT_EQ(loaded.size(), 2U);
    EXPECT_EQ(loaded[0].name(), "plugged_types");
    EXPECT_EQ(loaded[0].version(), 3U);
    EXPECT_TRUE(loaded[1].keyed_by_stream());

    auto views = runner::open(*store, loaded).value();
    ASSERT_THAT(views.catch_up(), HoldsValue());
    const auto types = json_view::open(*store, loaded[0]).value();
    EXPECT_THAT(types.get("A"), Holds(testing::Optional(std::string{"2"})));
    const auto streams = json_view::open(*store, loaded[1]).value();
    EXPECT_THAT(streams.get("task-1"),
                Holds(testing::Optional(std::string{R"({"events":3,"last":"A"})"})));
}

TEST(Plugin, ThrowsIntoTheViewAndNotIntoTheProgram) {
    test::fresh_store store;
    store->append("task-1", expected::any(), {test::simple_event("Poison")}).value();
    auto views = runner::open(*store, load_plugin(good).value()).value();
    ASSERT_THAT(views.catch_up(), HoldsValue());
    const auto parked = views.parked("plugged_streams").value();
    ASSERT_EQ(parked.size(), 1U);
    EXPECT_THAT(parked[0].reason, HasSubstr("cannot take poison"));
}

TEST(Plugin, StaysLoadedWhileItsProjectionsLiveAndMayBeLoadedAgain) {
    std::optional<any_projection> kept;
    {
        auto loaded = load_plugin(good).value();
        kept = std::move(loaded.front());
    }
    EXPECT_THAT(kept->row_json("\x05"), Holds(std::string{"5"}));
    EXPECT_EQ(load_plugin(good).value().size(), 2U);
}

TEST(Plugin, IsFoundByANameWithoutADirectory) {
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(good.parent_path());
    const auto loaded = load_plugin(good.filename());
    std::filesystem::current_path(before);
    EXPECT_THAT(loaded, HoldsValue());
}

TEST(Plugin, HasTheStampOfTheProjectsVersion) {
    EXPECT_THAT(std::string{plugin_table{}.stamp},
                StartsWith("daybook " DAYBOOK_TEST_VERSION ", "));
}

// Refusals -------------------------------------------------------------------------------------

TEST(PluginFile, IsRefusedIfItIsNoSharedLibrary) {
    const test::temp_directory home;
    EXPECT_THAT(load_plugin(home / "none.so"), FailsWith(errc::not_found, "there is no such file"));
    EXPECT_THAT(load_plugin(home.path()),
                FailsWith(errc::invalid_argument, "cannot be loaded as a shared library"));
    std::ofstream{home / "text.so"} << "no library at all, but long enough to be looked at closely";
    EXPECT_THAT(load_plugin(home / "text.so"),
                FailsWith(errc::invalid_argument, "cannot be loaded as a shared library"));
    std::ofstream{home / "empty.so"};
    EXPECT_THAT(load_plugin(home / "empty.so"),
                FailsWith(errc::invalid_argument, (home / "empty.so").string()));
}

TEST(PluginFile, IsRefusedIfItHasNoEntryPoint) {
    EXPECT_THAT(load_plugin(DAYBOOK_NO_PLUGIN),
                FailsWith(errc::invalid_argument, "no entry point 'daybook_plugin'"));
}

struct wrong_plugin {
    const char* what;
    errc code;
    const char* told;
};

void PrintTo(const wrong_plugin& w, std::ostream* out) { *out << w.what; }

class ContraryPlugin : public testing::TestWithParam<wrong_plugin> {
protected:
    void TearDown() override { ::unsetenv("DAYBOOK_TEST_PLUGIN"); }
};

TEST_P(ContraryPlugin, IsRefusedInOneLine) {
    ::setenv("DAYBOOK_TEST_PLUGIN", GetParam().what, 1);
    const auto loaded = load_plugin(contrary);
    ASSERT_THAT(loaded, FailsWith(GetParam().code, GetParam().told));
    EXPECT_THAT(loaded.error().message, StartsWith("plugin " + contrary.string() + ": "));
}

INSTANTIATE_TEST_SUITE_P(
    Ways, ContraryPlugin,
    testing::Values(
        wrong_plugin{"throws", errc::invalid_argument, "threw: no licence for this host"},
        wrong_plugin{"throws_a_number", errc::invalid_argument, "no std::exception"},
        wrong_plugin{"returns_nothing", errc::invalid_argument, "returned nothing"},
        wrong_plugin{"other_format", errc::unsupported, "its table has format 2"},
        wrong_plugin{"other_size", errc::unsupported, "and 8 bytes, this program takes format 1"},
        wrong_plugin{"other_stamp", errc::unsupported,
                     "was built with daybook 9.9.9, gcc 99; this program with daybook "},
        wrong_plugin{"no_stamp", errc::unsupported, "was built with something unknown"},
        wrong_plugin{"other_classes", errc::unsupported, "other sizes"},
        wrong_plugin{"no_function", errc::invalid_argument, "no function"},
        wrong_plugin{"adds_nothing", errc::invalid_argument, "has no projections"},
        wrong_plugin{"adds_twice", errc::invalid_argument, "two projections named 'timeline'"},
        wrong_plugin{"adds_and_throws", errc::invalid_argument, "threw: half way"}),
    [](const auto& one) { return std::string{one.param.what}; });

TEST(ContraryPluginItself, LoadsIfItDoesNothingWrong) {
    EXPECT_THAT(load_plugin(contrary), HoldsValue());
}

}  // namespace
}  // namespace daybook::projections
