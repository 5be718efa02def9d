// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Rows that ask the indexes of the big store: counts and filtered pages.

#include <daybook/event.hpp>

#include "macro/run.hpp"
#include "support/measure.hpp"

#include <functional>
#include <random>
#include <unordered_map>

namespace daybook::bench {
namespace {

constexpr target count_target{target::kind::below, 50};
constexpr target page_target{target::kind::below, 5};

// Counts ----------------------------------------------------------------------------------------

using key_of = std::string_view (*)(event_view event);

std::string_view type_of(event_view event) { return event.type(); }
std::string_view agent_of(event_view event) { return event.tag("agent").value_or(""); }

/// What counting costs without an index: read all, and count in a table.
double count_bare_ms(const bare_log& log, std::uint64_t events, key_of key) {
    const stopwatch watch;
    std::unordered_map<std::string, std::uint64_t> counts;
    std::string text;
    log.for_each(0, events, [&](std::string_view record) {
        const auto event = event_view::parse(record).value();
        text = key(event);
        if (!text.empty()) ++counts[text];
    });
    return watch.seconds() * 1e3;
}

double count_days_bare_ms(const bare_log& log, std::uint64_t events) {
    const stopwatch watch;
    std::unordered_map<std::int64_t, std::uint64_t> counts;
    log.for_each(0, events, [&](std::string_view record) {
        const auto event = event_view::parse(record).value();
        ++counts
            [std::chrono::floor<std::chrono::days>(event.occurred_at()).time_since_epoch().count()];
    });
    return watch.seconds() * 1e3;
}

void measure_count(macro_run& run, const workload& self, const query& wanted, const grouping& by,
                   const std::function<double(const bare_log&, std::uint64_t)>& bare_ms) {
    auto& big = run.big();
    std::vector<double> own;
    static_cast<void>(big.log());
    const auto bare = bare_ms(big.bare(), big.events());
    big.close_and_warm();
    auto& log = big.log();
    std::size_t groups = 0;
    for (std::size_t round = 0; round <= run.passes(21); ++round) {
        const stopwatch watch;
        groups = log.count(wanted, by).value().size();
        own.push_back(watch.seconds() * 1e3);
    }
    const auto first = own.front();
    own.erase(own.begin());
    run.report().add({.name = std::string{self.name},
                      .value = median(own),
                      .unit = "ms",
                      .baseline = bare,
                      .baseline_is = "bare scan and count",
                      .wanted = count_target,
                      .details = {{"max", percentiles_of(own).max},
                                  {"first_after_open", first},
                                  {"groups", static_cast<double>(groups)}}});
}

void count_by_type(macro_run& run, const workload& self) {
    measure_count(run, self, query::all(), {grouping::kind::type},
                  [](const auto& log, auto events) { return count_bare_ms(log, events, type_of); });
}
void count_by_agent(macro_run& run, const workload& self) {
    measure_count(
        run, self, query::all(), {grouping::kind::tag, "agent"},
        [](const auto& log, auto events) { return count_bare_ms(log, events, agent_of); });
}
void count_by_day(macro_run& run, const workload& self) {
    measure_count(run, self, query::all(), {grouping::kind::day}, count_days_bare_ms);
}
void count_filtered(macro_run& run, const workload& self) {
    measure_count(run, self, criteria{.tags = {"severity:error"}}, {grouping::kind::type},
                  [](const auto& log, auto events) {
                      return count_bare_ms(log, events, [](event_view event) {
                          return event.tag("severity") == "error" ? event.type()
                                                                  : std::string_view{};
                      });
                  });
}

// Pages -----------------------------------------------------------------------------------------

constexpr std::size_t page_size = 50;

/// Filters as people combine them, with the properties of events that are there: type and phase,
/// actor and severity, agent and type, three tags, a stretch of time.
query some_filter(event_view like, std::uint64_t kind) {
    criteria wanted;
    const auto tag = [&](std::string_view key) {
        const auto value = like.tag(key);
        if (value) wanted.tags.push_back(std::string{key} + ":" + std::string{*value});
    };
    switch (kind % 5) {
        case 0:
            wanted.types = {std::string{like.type()}};
            tag("phase");
            break;
        case 1:
            wanted.actor = like.actor().id;
            tag("severity");
            break;
        case 2:
            wanted.types = {std::string{like.type()}};
            tag("agent");
            break;
        case 3:
            tag("phase");
            tag("agent");
            tag("severity");
            break;
        default:
            wanted.category = like.category();
            tag("severity");
            wanted.since = like.occurred_at() - std::chrono::hours{12};
            wanted.until = like.occurred_at() + std::chrono::hours{12};
    }
    return wanted;
}

/// Where there is no index: back from the end until a page is full.
double page_bare_ms(const bare_log& log, const query& wanted) {
    const stopwatch watch;
    std::size_t found = 0;
    log.for_each_backwards([&](std::string_view record) {
        const auto event = event_view::parse(record).value();
        if (wanted.matches(event)) ++found;
        return found < page_size;
    });
    return watch.seconds() * 1e3;
}

void measure_pages(macro_run& run, const workload& self, const std::vector<query>& queries,
                   std::optional<target> wanted) {
    auto& big = run.big();
    static_cast<void>(big.bare());
    big.close_and_warm();
    const auto& plain = big.bare();
    const auto& log = big.log();
    std::vector<double> own;
    std::vector<double> bare;
    double events = 0;
    for (std::size_t i = 0; i < queries.size(); ++i) {
        const stopwatch watch;
        const auto page = log.read_page(queries[i], page_size, direction::backwards).value();
        own.push_back(watch.seconds() * 1e3);
        events += static_cast<double>(page.events.size());
        // Without an index a rare match takes seconds: a few are enough to tell.
        if (i % (queries.size() / 10) == 0) bare.push_back(page_bare_ms(plain, queries[i]));
    }
    const auto mine = percentiles_of(own);
    run.report().add({.name = std::string{self.name},
                      .value = mine.p99,
                      .unit = "ms",
                      .baseline = percentiles_of(bare).p99,
                      .baseline_is = "bare scan back, slowest of 10",
                      .wanted = wanted,
                      .details = {{"p50", mine.p50},
                                  {"p90", mine.p90},
                                  {"max", mine.max},
                                  {"bare_p50", percentiles_of(bare).p50},
                                  {"events_mean", events / static_cast<double>(queries.size())}}});
}

std::vector<query> some_filters(big_store& big, std::size_t count) {
    std::mt19937_64 random{5};
    std::vector<query> queries;
    for (std::size_t i = 0; i < count; ++i) {
        const auto like = big.log().read_one(position{random() % big.events()}).value();
        queries.push_back(some_filter(like, i));
    }
    return queries;
}

void page(macro_run& run, const workload& self) {
    const auto queries = some_filters(run.big(), run.count(1'000, 20));
    measure_pages(run, self, queries, page_target);
}

/// Also asks a field of the payload that is not indexed: candidates are read and parsed.
void page_payload(macro_run& run, const workload& self) {
    std::vector<query> queries;
    for (std::size_t i = 0; i < run.count(200, 20); ++i) {
        query wanted = criteria{.types = {"AgentCompleted"}};
        wanted.where = {
            parse_payload_condition("/quality_score>=" + std::to_string(60 + i % 40)).value()};
        queries.push_back(std::move(wanted));
    }
    measure_pages(run, self, queries, page_target);
}

/// Filters of which each part is common and both together never happen: no segment can be left out.
void page_empty(macro_run& run, const workload& self) {
    std::vector<query> queries;
    for (std::size_t i = 0; i < run.count(100, 20); ++i) {
        queries.push_back(criteria{.types = {i % 2 == 0 ? "AgentCompleted" : "CommitCreated"},
                                   .tags = {"severity:error"}});
    }
    measure_pages(run, self, queries, {});
}

constexpr workload workloads[] = {
    {"count_by_type", "all events by type", count_by_type},
    {"count_by_agent", "all events by the tag agent", count_by_agent},
    {"count_by_day", "all events by day", count_by_day},
    {"count_filtered", "events with severity:error by type", count_filtered},
    {"page", "50 newest events of a filter: p99", page},
    {"page_payload", "50 newest with a condition on a payload field: p99", page_payload},
    {"page_empty", "a filter that nothing matches, though each part of it is common: p99",
     page_empty},
};

}  // namespace

std::span<const workload> query_workloads() { return workloads; }

}  // namespace daybook::bench
