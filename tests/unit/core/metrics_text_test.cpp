// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: the text is what Prometheus reads, and says what the struct says. Method: read it with a
// strict parser of our own (support/exposition.hpp).

#include <daybook/metrics.hpp>

#include "support/exposition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace daybook {
namespace {

using namespace std::chrono_literals;

store_metrics some_metrics() {
    store_metrics m;
    m.directory = "/var/lib/orders";
    m.open_for = 90s;
    m.count.events = 12;
    m.count.commits = 5;
    m.count.conflicts = 2;
    m.count.stalled = 1500ms;
    for (const std::uint64_t ns : {900U, 1023U, 1024U, 5'000'000U}) m.took.append.record(ns);
    m.took.append.record(3'600'000'000'000U);
    m.disk.log = 1U << 20U;
    m.frames = {3, 1};
    m.open_files = 17;
    return m;
}

TEST(MetricsText, IsWhatPrometheusReads) {
    const auto read = test::parse_exposition(metrics_text(some_metrics()));
    EXPECT_EQ(read.faults, "");
    EXPECT_GT(read.families.size(), 10U);
    for (const auto& family : read.families) EXPECT_TRUE(family.name.starts_with("daybook_"));
}

TEST(MetricsText, SaysWhatTheStructSays) {
    const auto read = test::parse_exposition(metrics_text(some_metrics()));
    EXPECT_EQ(read.value("daybook_events_appended_total"), 12);
    EXPECT_EQ(read.value("daybook_commits_total"), 5);
    EXPECT_EQ(read.value("daybook_appends_not_stored_total", {{"reason", "conflict"}}), 2);
    EXPECT_EQ(read.value("daybook_write_stall_seconds_total", {{"by", "sealing"}}), 1.5);
    EXPECT_EQ(read.value("daybook_disk_bytes", {{"part", "log"}}), 1 << 20);
    EXPECT_EQ(read.value("daybook_cache_requests_total", {{"cache", "frame"}, {"result", "miss"}}),
              1);
    EXPECT_EQ(read.value("daybook_open_files"), 17);
    EXPECT_EQ(read.value("daybook_open_seconds"), 90);
    EXPECT_EQ(read.find("daybook_operation_seconds")->type, "histogram");
}

TEST(MetricsText, CountsAValueInEveryBucketWhoseBoundItDoesNotPass) {
    const auto read = test::parse_exposition(metrics_text(some_metrics()));
    const auto bucket = [&](const char* le) {
        return read.value("daybook_operation_seconds_bucket",
                          {{"operation", "append"}, {"le", le}});
    };
    EXPECT_EQ(bucket("1.023e-06"), 2);  // 900 ns and 1023 ns, not 1024 ns.
    EXPECT_EQ(bucket("2.047e-06"), 3);
    EXPECT_EQ(bucket("0.008388607"), 4);
    EXPECT_EQ(bucket("+Inf"), 5);  // An hour is above all bounds.
    EXPECT_EQ(read.value("daybook_operation_seconds_count", {{"operation", "append"}}), 5);
    EXPECT_NEAR(read.value("daybook_operation_seconds_sum", {{"operation", "append"}}), 3600.005,
                1e-5);
    EXPECT_EQ(read.value("daybook_operation_seconds_count", {{"operation", "seal"}}), 0);
}

TEST(MetricsText, EscapesTheDirectory) {
    auto odd = some_metrics();
    odd.directory = "/data/a\"b\\c\nd";
    const auto read = test::parse_exposition(metrics_text(odd));
    EXPECT_EQ(read.faults, "");
    EXPECT_EQ(read.value("daybook_events", {{"store", "/data/a\"b\\c\nd"}}), 0);
}

TEST(MetricsText, TellsSeveralStoresApart) {
    std::vector<store_metrics> both{some_metrics(), some_metrics()};
    both[1].directory = "/var/lib/other";
    both[1].count.events = 99;
    const auto read = test::parse_exposition(metrics_text(both));
    EXPECT_EQ(read.faults, "");
    EXPECT_EQ(read.value("daybook_events_appended_total", {{"store", "/var/lib/orders"}}), 12);
    EXPECT_EQ(read.value("daybook_events_appended_total", {{"store", "/var/lib/other"}}), 99);
}

TEST(MetricsText, LeavesOutWhatIsNotKnown) {
    auto unknown = some_metrics();
    unknown.open_files.reset();
    const auto read = test::parse_exposition(metrics_text(unknown));
    EXPECT_EQ(read.faults, "");
    EXPECT_THAT(read.find("daybook_open_files")->samples, testing::IsEmpty());
}

TEST(RatesBetween, ArePerSecond) {
    auto before = some_metrics();
    auto after = before;
    after.open_for += 4s;
    after.count.events += 100;
    after.count.commits += 20;
    after.count.groups += 10;
    after.count.bytes += 4000;
    after.count.events_read += 8;
    const auto rates = rates_between(before, after);
    EXPECT_EQ(rates.events, 25);
    EXPECT_EQ(rates.commits, 5);
    EXPECT_EQ(rates.groups, 2.5);
    EXPECT_EQ(rates.bytes, 1000);
    EXPECT_EQ(rates.events_read, 2);
}

TEST(RatesBetween, AreZeroInTheWrongOrder) {
    const auto before = some_metrics();
    EXPECT_EQ(rates_between(before, before).events, 0);
    auto after = before;
    after.open_for += 1s;
    after.count.events += 5;
    EXPECT_EQ(rates_between(after, before).events, 0);
    // Opened again in between: the counts began anew.
    after.count.events = 1;
    EXPECT_EQ(rates_between(before, after).events, 0);
}

TEST(CacheHitRate, IsAShareOfAllLookups) {
    EXPECT_EQ(store_metrics::cache{}.hit_rate(), 0);
    EXPECT_EQ((store_metrics::cache{3, 1}.hit_rate()), 0.75);
}

}  // namespace
}  // namespace daybook
