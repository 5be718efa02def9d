// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/logging.hpp>

#include <gtest/gtest.h>

namespace daybook {
namespace {

TEST(LogEntry, IsOneLineOfNamesAndValues) {
    const log_entry entry{
        log_level::warning, "slow query: 1.2 s", {{"operation", "query"}, {"took_us", "1200000"}}};
    EXPECT_EQ(to_string(entry),
              R"(level=warning message="slow query: 1.2 s" operation=query took_us=1200000)");
}

TEST(LogEntry, PutsValuesInQuotesThatWouldNotBeToldApart) {
    const log_entry entry{
        log_level::info, "m", {{"a", ""}, {"b", "x=y"}, {"c", "line\nbreak"}, {"d", "\"q\""}}};
    EXPECT_EQ(to_string(entry), R"(level=info message=m a="" b="x=y" c="line\nbreak" d="\"q\"")");
}

TEST(LogLevel, HasAName) {
    EXPECT_EQ(to_string(log_level::info), "info");
    EXPECT_EQ(to_string(log_level::warning), "warning");
    EXPECT_EQ(to_string(log_level::error), "error");
}

}  // namespace
}  // namespace daybook
