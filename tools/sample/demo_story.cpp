// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "sample/demo_story.hpp"

#include <daybook/raw_json.hpp>

#include "sample/random.hpp"

#include <algorithm>

namespace daybook::sample {
namespace {

using std::chrono::milliseconds;

// 2025-12-01T09:00:00Z
constexpr timestamp monday_morning{std::chrono::microseconds{1'764'579'600'000'000}};
constexpr std::uint64_t seed = 14;

void append_value(std::string& to, const std::string& text) { append_json_string(to, text); }
void append_value(std::string& to, std::int64_t number) { to += std::to_string(number); }
void append_value(std::string& to, bool flag) { to += flag ? "true" : "false"; }
void append_value(std::string& to, const list& texts) {
    to += '[';
    for (const auto text : texts) {
        if (to.back() != '[') to += ',';
        append_json_string(to, text);
    }
    to += ']';
}

std::string sha_of(index which) {
    constexpr std::string_view symbols = "0123456789abcdef";
    std::string sha;
    for (auto bits = scramble(which + 77); sha.size() < 10; bits >>= 4U) sha += symbols[bits & 15U];
    return sha;
}

}  // namespace

std::string to_payload(const fields& of) {
    std::string json = "{";
    for (const auto& one : of) {
        if (json.size() > 1) json += ',';
        append_json_string(json, one.name);
        json += ':';
        std::visit([&](const auto& value) { append_value(json, value); }, one.value);
    }
    return json + '}';
}

std::string to_payload(const fields& of, const change& made) {
    auto json = to_payload(of);
    json.back() = ',';
    json += "\"changes\":{\"" + std::string{made.what} + "\":{\"before\":";
    append_json_string(json, made.before);
    json += ",\"after\":";
    append_json_string(json, made.after);
    return json + "}}}";
}

std::int64_t in_ms(minutes time) { return milliseconds{time}.count(); }

line_of_work begin_work(std::string stream, std::string key, std::uint64_t number) {
    const auto text = to_string(make_id(monday_morning, seed, 900'000 + number));
    return {std::move(stream), text, text.substr(24), std::move(key)};
}

actor user(std::string_view id) { return {"user", std::string{id}, ""}; }
actor orchestrator() { return {"system", "orchestrator", ""}; }
actor agent(const agent_role& role) {
    return {"agent", std::string{role.name}, std::string{role.model}};
}

const agent_role& role_named(std::string_view name) {
    return *std::find_if(agent_roles.begin(), agent_roles.end(),
                         [&](const agent_role& role) { return role.name == name; });
}

index demo_writer::add(const line_of_work& of, minutes at, kind what, const causes& of_these,
                       actor by, std::string payload, std::vector<std::string> tags) {
    const auto number = events_.size();
    auto time = monday_morning + at + milliseconds{scramble(number) % 40'000};
    sample_event made;
    for (const auto cause : of_these) {
        made.event.causes.push_back(id_of(cause));
        time = std::max(time, time_of(cause) + milliseconds{700 + scramble(number) % 3'000});
    }
    made.stream = of.stream;
    made.event.type = name_of(what);
    made.event.schema = "1.0.0";
    made.event.payload = std::move(payload);
    made.event.correlation = of.correlation;
    made.event.actor = std::move(by);
    made.event.occurred_at = time;
    made.event.id = make_id(time, seed, number);
    made.event.tags = {"session:" + of.session, "project:SHOP"};
    for (auto& tag : tags) made.event.tags.push_back(std::move(tag));
    events_.push_back(std::move(made));
    return number;
}

sample_event demo_writer::summary(const sample_event& after, kind what, std::string_view phase,
                                  std::pair<std::size_t, std::size_t> range) {
    sample_event made = after;
    made.event.type = name_of(what);
    made.event.occurred_at = *after.event.occurred_at + milliseconds{1};
    made.event.id = make_id(*made.event.occurred_at, seed, 1'000'000 + range.second);
    made.event.causes = {*after.event.id};
    made.event.actor = orchestrator();
    made.event.tags.resize(2);
    fields content{{"from_sequence", static_cast<std::int64_t>(range.first)},
                   {"to_sequence", static_cast<std::int64_t>(range.second)},
                   {"events", static_cast<std::int64_t>(range.second - range.first + 1)},
                   {"summary", phase.empty() ? "The whole issue so far" : "The phase so far"}};
    if (!phase.empty()) {
        made.event.tags.push_back("phase:" + std::string{phase});
        content.insert(content.begin(), field{"phase", phase});
    }
    made.event.payload = to_payload(content);
    return made;
}

void demo_writer::add_summaries() {
    struct progress {
        std::size_t sequence = 0;
        std::size_t phase_from = 0;
        std::string phase;
    };
    std::map<std::string, progress> of;
    std::vector<sample_event> all;
    for (auto& one : events_) {
        auto& at = of[one.stream];
        ++at.sequence;
        if (one.event.type == name_of(kind::phase_started)) {
            at.phase_from = at.sequence;
            at.phase = one.event.tags.back().substr(6);
        }
        all.push_back(std::move(one));
        if (!all.back().stream.starts_with("issue-")) continue;
        if (!at.phase.empty() && at.sequence - at.phase_from + 1 == 25) {
            all.push_back(summary(all.back(), kind::phase_summary_created, at.phase,
                                  {at.phase_from, at.sequence}));
            at.phase_from = ++at.sequence + 1;
        }
        if (at.sequence == 100) {
            all.push_back(summary(all.back(), kind::orchestration_summary_created, {}, {1, 100}));
            ++at.sequence;
        }
    }
    events_ = std::move(all);
}

std::vector<sample_event> demo_writer::finish() {
    std::stable_sort(events_.begin(), events_.end(), [](const auto& a, const auto& b) {
        return a.event.occurred_at < b.event.occurred_at;
    });
    add_summaries();
    return std::move(events_);
}

index issue_story::add(minutes at, kind what, const causes& of_these, actor by,
                       const fields& payload, std::string_view severity,
                       std::vector<std::string> more_tags) {
    std::vector<std::string> tags{"severity:" + std::string{severity}};
    for (auto& tag : more_tags) tags.push_back(std::move(tag));
    if (in_ != phase::none) tags.push_back("phase:" + std::string{name_of(in_)});
    return to_.add(of_, at, what, of_these, std::move(by), to_payload(payload), std::move(tags));
}

index issue_story::start(minutes at, std::string_view summary, std::string_view priority,
                         index cause) {
    const auto begun = add(at, kind::orchestration_started, {cause}, user(developer),
                           {{"issue_key", of_.key},
                            {"issue_summary", summary},
                            {"issue_type", "Story"},
                            {"priority", priority},
                            {"labels", list{"backend", "frontend"}},
                            {"initial_phase", "EXPLORE"}});
    started_at_ = to_.time_of(begun);
    transition(at, "To Do", "In Progress", begun);
    return begun;
}

index issue_story::transition(minutes at, std::string_view from, std::string_view towards,
                              index cause) {
    return add(at, kind::issue_transitioned, {cause}, orchestrator(),
               {{"issue_key", of_.key}, {"from_status", from}, {"to_status", towards}});
}

index issue_story::begin_phase(phase which, minutes at, const causes& of_these, int agents) {
    in_ = which;
    return add(at, kind::phase_started, of_these, orchestrator(),
               {{"phase", name_of(which)}, {"planned_agents", agents}});
}

index issue_story::end_phase(index begun, const causes& of_these) {
    const auto ended =
        add(minutes{0}, kind::phase_completed, of_these, orchestrator(),
            {{"phase", name_of(in_)}, {"duration_ms", lasted_ms(begun, of_these)}}, "success");
    in_ = phase::none;
    return ended;
}

index issue_story::fail_phase(index begun, std::string_view reason, const causes& of_these) {
    const auto failed = add(minutes{0}, kind::phase_failed, of_these, orchestrator(),
                            {{"phase", name_of(in_)},
                             {"duration_ms", lasted_ms(begun, of_these)},
                             {"failure_reason", reason},
                             {"error_message", reason}},
                            "error");
    in_ = phase::none;
    return failed;
}

index issue_story::spawn(const job& what, index cause) {
    const auto& role = role_named(what.agent);
    const auto run = static_cast<int>(runs_.size()) + 1;
    const auto spawned = add(what.begins, kind::agent_spawned, {cause}, orchestrator(),
                             {{"agent_id", agent_id(run)},
                              {"agent_name", role.name},
                              {"agent_type", role.type},
                              {"phase", name_of(in_)},
                              {"agent_model", role.model},
                              {"spawn_reason", "planned"},
                              {"assigned_task", what.task},
                              {"assigned_files", list{what.file}}},
                             "info", {"agent:" + std::string{role.name}});
    runs_[spawned] = run;
    return spawned;
}

index issue_story::commit(std::string_view by, std::string_view message, minutes at, index cause) {
    const auto& role = role_named(by);
    const auto sha = sha_of(cause + message.size());
    ++commits_;
    return add(at, kind::commit_created, {cause}, agent(role),
               {{"sha", sha},
                {"message", message},
                {"phase", name_of(in_)},
                {"files_changed", 1 + static_cast<int>(message.size() % 5)},
                {"insertions", 20 + static_cast<int>(message.size() * 3)},
                {"deletions", static_cast<int>(message.size() / 2)}},
               "info",
               {"agent:" + std::string{role.name}, "git_sha:" + sha, "branch:feature/" + of_.key});
}

index issue_story::complete(const job& what, index spawned, const causes& of_these) {
    const auto& role = role_named(what.agent);
    auto until = of_these;
    until.insert(until.begin(), spawned);
    return add(what.begins + what.lasts, kind::agent_completed, until, agent(role),
               {{"agent_id", agent_id(runs_.at(spawned))},
                {"agent_name", role.name},
                {"agent_type", role.type},
                {"phase", name_of(in_)},
                {"duration_ms", in_ms(what.lasts)},
                {"quality_score", what.quality_score},
                {"outputs", list{what.file}}},
               "success", {"agent:" + std::string{role.name}});
}

done_job issue_story::run(const job& what, index cause) {
    done_job done;
    done.spawned = spawn(what, cause);
    auto last = done.spawned;
    const auto steps = static_cast<int>(what.commits.size()) + 1;
    int step = 0;
    for (const auto message : what.commits) {
        last = commit(what.agent, message, what.begins + what.lasts * ++step / steps, last);
        done.commits.push_back(last);
    }
    done.ended = complete(what, done.spawned, done.commits.empty() ? causes{} : causes{last});
    return done;
}

std::int64_t issue_story::lasted_ms(index begun, const causes& until) const {
    auto end = to_.time_of(begun);
    for (const auto one : until) end = std::max(end, to_.time_of(one));
    return std::chrono::duration_cast<milliseconds>(end - to_.time_of(begun)).count();
}

index issue_story::checkpoint(minutes at, int number, std::string_view reason, index cause) {
    return add(at, kind::checkpoint_created, {cause}, orchestrator(),
               {{"checkpoint_id", of_.key + "-c" + std::to_string(number)},
                {"phase", name_of(in_)},
                {"reason", reason}});
}

index issue_story::open_pull_request(minutes at, int number, std::string_view title,
                                     const causes& commits) {
    return add(at, kind::pr_created, commits, orchestrator(),
               {{"pr_number", number},
                {"title", of_.key + ": " + std::string{title}},
                {"source_branch", "feature/" + of_.key},
                {"target_branch", "main"},
                {"commits", commits_}});
}

index issue_story::test(const test_run& what, const causes& of_these) {
    fields payload{{"test_run_id", of_.key + "-t" + std::to_string(what.number)},
                   {"suite", what.suite},
                   {"tests", what.tests}};
    const auto begun = add(what.begins, kind::test_run_started, of_these, orchestrator(), payload);
    payload.emplace_back("passed", what.tests - what.failed);
    payload.emplace_back("failed", what.failed);
    payload.emplace_back("duration_ms", in_ms(what.lasts));
    const auto end = what.begins + what.lasts;
    if (what.failed == 0) {
        payload.emplace_back("coverage_percent", 80 + what.tests % 15);
        return add(end, kind::test_run_completed, {begun}, orchestrator(), payload, "success");
    }
    payload.emplace_back("failing_tests",
                         list{"limiter.survives_restart", "limiter.two_nodes_agree"});
    return add(end, kind::test_run_failed, {begun}, orchestrator(), payload, "error");
}

index issue_story::check(const quality_check& what, const causes& of_these) {
    const auto begun = add(what.begins, kind::quality_check_started, of_these, orchestrator(),
                           {{"check_type", what.type}, {"target", "feature/" + of_.key}});
    const bool passed = what.issues_found == 0;
    return add(what.begins + what.lasts,
               passed ? kind::quality_check_completed : kind::quality_check_failed, {begun},
               orchestrator(),
               {{"check_type", what.type},
                {"duration_ms", in_ms(what.lasts)},
                {"issues_found", what.issues_found},
                {"score", what.score}},
               passed ? "success" : "error");
}

index issue_story::attempt(minutes at, int number, std::string_view strategy, index cause) {
    return add(at, kind::recovery_attempted, {cause}, orchestrator(),
               {{"phase", name_of(in_)},
                {"recovery_id", of_.key + "-r" + std::to_string(number)},
                {"attempt", number},
                {"strategy", strategy}},
               "warning");
}

index issue_story::write_page(kind what, minutes at, std::string_view title,
                              const causes& of_these) {
    const auto& role = role_named("technical-writer");
    fields payload{{"agent_name", role.name}, {"title", title}};
    if (what == kind::documentation_created) {
        payload.emplace_back("path", "docs/" + of_.key + ".md");
    } else {
        payload.emplace_back("page_id", 88'121);
        payload.emplace_back("space", "SHOP");
    }
    return add(at, what, of_these, agent(role), payload, "info",
               {"agent:" + std::string{role.name}});
}

index issue_story::finish(minutes at, int pull_request, const causes& of_these, index last_phase) {
    auto causes_of_merge = of_these;
    causes_of_merge.push_back(last_phase);
    const auto sha = sha_of(static_cast<index>(pull_request));
    const auto merge =
        add(at, kind::pr_merged, causes_of_merge, user(developer),
            {{"pr_number", pull_request}, {"merge_sha", sha}, {"merged_by", developer}}, "success",
            {"git_sha:" + sha, "branch:main"});
    add(at + minutes{1}, kind::worklog_added, {merge}, orchestrator(),
        {{"issue_key", of_.key}, {"time_spent_seconds", 900 * commits_}, {"comment", "agents"}});
    const auto took =
        std::chrono::duration_cast<milliseconds>(to_.time_of(merge) - started_at_).count();
    const auto end =
        add(at + minutes{2}, kind::orchestration_completed, {merge, last_phase}, orchestrator(),
            {{"duration_ms", took}, {"commits", commits_}, {"outcome", "merged"}}, "success");
    transition(at + minutes{2}, "In Progress", "Done", end);
    return merge;
}

}  // namespace daybook::sample
