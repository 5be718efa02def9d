// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sample/generator.hpp"
#include "sample/vocabulary.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// What a story told by hand is written with: payloads field by field, events by their place and
/// their causes, and the turns that every issue takes.
namespace daybook::sample {

using std::chrono::minutes;

inline constexpr std::string_view product_owner = "product-owner@example.com";
inline constexpr std::string_view developer = "reviewer@example.com";

using list = std::vector<std::string_view>;

struct field {
    std::string_view name;
    std::variant<std::string, std::int64_t, bool, list> value;

    field(std::string_view n, std::string_view text) : name{n}, value{std::string{text}} {}
    field(std::string_view n, const char* text) : name{n}, value{std::string{text}} {}
    field(std::string_view n, std::int64_t number) : name{n}, value{number} {}
    field(std::string_view n, int number) : name{n}, value{std::int64_t{number}} {}
    field(std::string_view n, bool flag) : name{n}, value{flag} {}
    field(std::string_view n, list texts) : name{n}, value{std::move(texts)} {}
};
using fields = std::vector<field>;

std::string to_payload(const fields& of);

/// What was before and what is after, as planning events tell it.
struct change {
    std::string_view what;
    std::string_view before;
    std::string_view after;
};

std::string to_payload(const fields& of, const change& made);

using index = std::size_t;
using causes = std::vector<index>;

/// A line of work: what its events have in common.
struct line_of_work {
    std::string stream;
    std::string correlation;
    std::string session;
    std::string key;
};

/// With a correlation and a session that follow from `number`.
line_of_work begin_work(std::string stream, std::string key, std::uint64_t number);

actor user(std::string_view id);
actor orchestrator();
actor agent(const agent_role& role);
const agent_role& role_named(std::string_view name);

/// Puts events in order of time, whatever order the story is told in.
class demo_writer {
public:
    /// `at` counts from Monday, nine o'clock; some seconds are added so that it looks like life,
    /// and more if a cause would come later. Returns the place of the event.
    index add(const line_of_work& of, minutes at, kind what, const causes& of_these, actor by,
              std::string payload, std::vector<std::string> tags = {});

    timestamp time_of(index which) const { return *events_[which].event.occurred_at; }
    event_id id_of(index which) const { return *events_[which].event.id; }

    /// The events in order of time, with summaries after each 25 events of a phase and each 100.
    std::vector<sample_event> finish();

private:
    void add_summaries();
    sample_event summary(const sample_event& after, kind what, std::string_view phase,
                         std::pair<std::size_t, std::size_t> range);

    std::vector<sample_event> events_;
};

/// What an agent is spawned for.
struct job {
    std::string_view agent;
    std::string_view task;
    std::string_view file;
    minutes begins;
    minutes lasts;
    std::vector<std::string_view> commits = {};
    int quality_score = 90;
};

struct done_job {
    index spawned = 0;
    index ended = 0;
    causes commits;
};

struct test_run {
    int number = 1;
    std::string_view suite;
    int tests = 0;
    int failed = 0;
    minutes begins;
    minutes lasts;
};

struct quality_check {
    std::string_view type;
    int score = 0;
    int issues_found = 0;
    minutes begins;
    minutes lasts;
};

std::int64_t in_ms(minutes time);

/// Writes what issues have in common; the plot is told by `demo_sprint`.
class issue_story {
public:
    issue_story(demo_writer& to, line_of_work about) : to_{to}, of_{std::move(about)} {}

    index start(minutes at, std::string_view summary, std::string_view priority, index cause);
    index transition(minutes at, std::string_view from, std::string_view towards, index cause);
    index begin_phase(phase which, minutes at, const causes& of_these, int agents);
    index end_phase(index begun, const causes& of_these);
    index fail_phase(index begun, std::string_view reason, const causes& of_these);

    index spawn(const job& what, index cause);
    index commit(std::string_view by, std::string_view message, minutes at, index cause);
    index complete(const job& what, index spawned, const causes& of_these);
    /// Spawned, its commits, completed.
    done_job run(const job& what, index cause);

    index checkpoint(minutes at, int number, std::string_view reason, index cause);
    index open_pull_request(minutes at, int number, std::string_view title, const causes& commits);
    /// Begun and ended; the end is returned.
    index test(const test_run& what, const causes& of_these);
    index check(const quality_check& what, const causes& of_these);
    index attempt(minutes at, int number, std::string_view strategy, index cause);
    index write_page(kind what, minutes at, std::string_view title, const causes& of_these);
    /// Merged, logged, completed, moved to Done; the merge is returned.
    index finish(minutes at, int pull_request, const causes& of_these, index last_phase);

    /// Any event of the current phase.
    index add(minutes at, kind what, const causes& of_these, actor by, const fields& payload,
              std::string_view severity = "info", std::vector<std::string> more_tags = {});

    const line_of_work& about() const { return of_; }
    std::string agent_id(int run) const { return of_.key + "-a" + std::to_string(run); }

private:
    std::int64_t lasted_ms(index begun, const causes& until) const;

    demo_writer& to_;
    line_of_work of_;
    phase in_ = phase::none;
    std::map<index, int> runs_;  // The number of an agent's run, by its AgentSpawned.
    timestamp started_at_{};
    int commits_ = 0;
};

}  // namespace daybook::sample
