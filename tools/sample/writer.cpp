// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "sample/writer.hpp"

#include <charconv>

namespace daybook::sample {
namespace {

void append(std::string& to, std::string_view part) { to += part; }
void append(std::string& to, std::uint64_t part) {
    char digits[24];
    to.append(digits, std::to_chars(digits, digits + sizeof digits, part).ptr);
}

template <class... Parts>
void put(std::string& to, const Parts&... parts) {
    (append(to, parts), ...);
}

// `digits` hexadecimal digits of some bits.
struct hex {
    std::uint64_t bits;
    std::size_t digits;
};

void append(std::string& to, hex part) {
    constexpr std::string_view symbols = "0123456789abcdef";
    char text[16];
    for (std::size_t i = 0; i < part.digits; ++i) {
        text[i] = symbols[part.bits >> (60 - 4 * i) & 15U];
    }
    to.append(text, part.digits);
}

hex sha(const undertaking& of, const step& what) {
    return {scramble(of.salt ^ (std::uint64_t{what.at_ms} << 8U | what.run)), 10};
}

// The texts of the payload ------------------------------------------------------------------------

// One function for each group of kinds; each appends members after an opening brace.
class payload {
public:
    payload(std::string& to, const step& what, const undertaking& of, std::uint64_t sequence)
        : to_{to}, what_{what}, of_{of}, sequence_{sequence} {
        to_ = "{";
    }

    void write() {
        switch (what_.target) {
            case target::issue: issue(); break;
            case target::task: task(); break;
            case target::agent: activity(); break;
            case target::session: session(); break;
            case target::sprint: sprint(); break;
        }
        to_ += '}';
    }

private:
    template <class... Parts>
    void add(const Parts&... parts) {
        put(to_, parts...);
    }
    template <class... Parts>
    void text(std::string_view name, const Parts&... parts) {
        put(to_, to_.back() == '{' ? "\"" : ",\"", name, "\":\"", parts..., "\"");
    }
    void number(std::string_view name, std::uint64_t value) {
        put(to_, to_.back() == '{' ? "\"" : ",\"", name, "\":", value);
    }
    void raw(std::string_view name, std::string_view value) {
        put(to_, to_.back() == '{' ? "\"" : ",\"", name, "\":", value);
    }

    const agent_role& role() const { return agent_roles[what_.agent]; }
    const failure_text& failure() const { return failures[what_.amount % failures.size()]; }
    std::string_view topic() const { return topics[of_.topic]; }
    std::string_view file(std::size_t which) const {
        return files[(of_.topic + which) % files.size()];
    }

    void issue();
    void orchestration();
    void phases();
    void agents();
    void gaps();
    void git();
    void tracker();
    void documents();
    void quality();
    void checkpoints();
    void recovery();
    void who();
    void issue_title() { put(to_, changes[of_.change], " ", topic()); }

    void activity();
    void task();
    void session();
    void sprint();

    std::string& to_;
    const step& what_;
    const undertaking& of_;
    std::uint64_t sequence_;
};

void payload::issue() {
    if (what_.kind <= kind::orchestration_resumed) return orchestration();
    if (what_.kind <= kind::phase_failed) return phases();
    if (what_.kind <= kind::agent_blocked) return agents();
    if (what_.kind <= kind::gap_escalated) return gaps();
    if (what_.kind <= kind::pr_closed) return git();
    if (what_.kind <= kind::worklog_added) return tracker();
    if (what_.kind <= kind::confluence_page_created) return documents();
    if (what_.kind <= kind::test_run_failed) return quality();
    if (what_.kind <= kind::orchestration_summary_created) return checkpoints();
    recovery();
}

void payload::orchestration() {
    if (what_.kind == kind::orchestration_started) {
        text("issue_key", of_.key);
        text("issue_summary", changes[of_.change], " ", topic());
        text("issue_type", of_.number % 4 == 0 ? "Bug" : "Story");
        text("priority", priorities[of_.salt % priorities.size()]);
        add(",\"labels\":[\"", topic(), "\"]");
        return text("initial_phase", "EXPLORE");
    }
    if (what_.kind == kind::orchestration_completed) {
        number("duration_ms", what_.lasted_ms);
        number("commits", what_.amount);
        return text("outcome", "merged");
    }
    if (what_.kind == kind::orchestration_failed) {
        text("failure_phase", name_of(what_.phase));
        text("failure_reason", "recovery failed three times");
        text("error_message", failure().message);
        return number("duration_ms", what_.lasted_ms);
    }
    if (what_.kind == kind::orchestration_paused) {
        text("reason", "waiting for a decision by ", people[of_.person]);
        return text("paused_by", "orchestrator");
    }
    text("reason", "decision made");
    text("resumed_by", people[of_.person]);
    number("paused_ms", what_.lasted_ms);
}

void payload::phases() {
    text("phase", name_of(what_.phase));
    if (what_.kind == kind::phase_started) return number("planned_agents", what_.amount);
    number("duration_ms", what_.lasted_ms);
    if (what_.kind == kind::phase_completed) {
        add(",\"outputs\":[\"", file(0), "\",\"", file(1), "\"]");
        return;
    }
    text("failure_reason", "tests failed");
    text("error_message", failure().message);
}

void payload::who() {
    text("agent_name", role().name);
    text("agent_type", role().type);
}

void payload::agents() {
    text("agent_id", of_.key, "-a", std::uint64_t{what_.run});
    who();
    text("phase", name_of(what_.phase));
    if (what_.kind == kind::agent_spawned) {
        text("agent_model", role().model);
        text("assigned_task", changes[of_.change], " ", topic(), ": part ",
             std::uint64_t{what_.run});
        add(",\"assigned_files\":[\"", file(what_.run), "\"]");
    } else if (what_.kind == kind::agent_completed) {
        number("duration_ms", what_.lasted_ms);
        number("quality_score", what_.amount);
        add(",\"outputs\":[\"", file(what_.run), "\"]");
    } else if (what_.kind == kind::agent_failed) {
        text("error_type", failure().type);
        text("error_message", failure().message);
        number("duration_ms", what_.lasted_ms);
        raw("can_retry", "true");
    } else {
        text("reason", "needs the schema of ", topic());
        text("blocked_by", of_.key, "-a", std::uint64_t{what_.run} - 1);
    }
}

void payload::gaps() {
    text("gap_id", "gap-", of_.key, "-", std::uint64_t{what_.run});
    text("phase", name_of(what_.phase));
    if (what_.kind == kind::gap_identified) {
        text("gap_type", gap_types[what_.amount % gap_types.size()]);
        text("severity", gap_severities[what_.amount % gap_severities.size()]);
        text("description", "Nothing covers ", topic(), " without a session");
        add(",\"affected_modules\":[\"", topic(), "\"],\"recommended_actions\":[\"Write a test\"]");
        return raw("blocking", what_.amount % 3 == 0 ? "true" : "false");
    }
    if (what_.kind == kind::gap_resolved) {
        text("resolution", "Covered by a new test");
        return text("resolved_by", role().name);
    }
    text("escalated_to", people[of_.person]);
    text("reason", "touches a contract with another team");
}

void payload::git() {
    if (what_.kind == kind::commit_created) {
        text("sha", sha(of_, what_));
        text("message", commit_verbs[what_.at_ms % commit_verbs.size()], " ", topic());
        text("phase", name_of(what_.phase));
        number("files_changed", 1U + what_.amount % 7U);
        number("insertions", what_.amount);
        return number("deletions", what_.amount / 3U);
    }
    number("pr_number", of_.number * 2 + what_.run);
    if (what_.kind == kind::pr_created) {
        text("title", of_.key, ": ", changes[of_.change], " ", topic());
        text("source_branch", "feature/", of_.key);
        text("target_branch", "main");
        return number("commits", what_.amount);
    }
    if (what_.kind == kind::pr_merged) {
        text("merge_sha", sha(of_, what_));
        return text("merged_by", people[of_.person]);
    }
    text("reason", "superseded");
}

void payload::tracker() {
    constexpr std::string_view states[] = {"To Do", "In Progress", "Done"};
    text("issue_key", of_.key);
    if (what_.kind == kind::issue_transitioned) {
        text("from_status", what_.amount == 1 ? states[0] : states[1]);
        return text("to_status", states[what_.amount % 3U]);
    }
    if (what_.kind == kind::comment_posted) {
        return text("body", "Agents have taken over ", of_.key, ", follow along in the timeline");
    }
    number("time_spent_seconds", std::uint64_t{what_.amount} * 900);
    text("comment", "Work of agents on ", topic());
}

void payload::documents() {
    who();
    text("title", "How ", topic(), " works");
    if (what_.kind == kind::documentation_created) return text("path", "docs/", topic(), ".md");
    number("page_id", 100'000 + of_.number);
    text("space", of_.project);
}

void payload::quality() {
    if (what_.kind <= kind::quality_check_failed) {
        text("check_type", check_types[what_.amount % check_types.size()]);
        if (what_.kind == kind::quality_check_started) return text("target", "feature/", of_.key);
        const bool passed = what_.kind == kind::quality_check_completed;
        number("duration_ms", what_.lasted_ms);
        number("issues_found", passed ? 0U : 1U + what_.amount % 5U);
        return number("score", passed ? 80U + what_.amount : 40U + what_.amount);
    }
    text("test_run_id", of_.key, "-t", std::uint64_t{what_.run});
    text("suite", test_suites[of_.salt % test_suites.size()]);
    number("tests", what_.amount);
    if (what_.kind == kind::test_run_started) return;
    const auto failed = what_.kind == kind::test_run_failed ? 1U + what_.amount % 9U : 0U;
    number("passed", what_.amount - failed);
    number("failed", failed);
    number("duration_ms", what_.lasted_ms);
    if (failed > 0) {
        add(",\"failing_tests\":[\"", topic(), ".rejects_expired_token\"]");
    } else {
        number("coverage_percent", 70U + what_.amount % 30U);
    }
}

void payload::checkpoints() {
    if (what_.kind <= kind::checkpoint_restored) {
        text("checkpoint_id", of_.key, "-c", std::uint64_t{what_.run});
        text("phase", name_of(what_.phase));
        return text("reason",
                    what_.kind == kind::checkpoint_created ? "plan accepted" : "recovery failed");
    }
    const std::uint64_t first = what_.amount + std::uint64_t{1};
    if (what_.kind == kind::phase_summary_created) text("phase", name_of(what_.phase));
    number("from_sequence", first);
    number("to_sequence", sequence_ - 1);
    number("events", sequence_ - first);
    text("summary", "Work on ", topic(), " goes on");
}

void payload::recovery() {
    text("phase", name_of(what_.phase));
    if (what_.kind == kind::error_occurred) {
        text("error_type", failure().type);
        text("error_message", failure().message);
        return raw("recoverable", "true");
    }
    text("recovery_id", of_.key, "-r", std::uint64_t{what_.run});
    number("attempt", what_.run);
    if (what_.kind == kind::recovery_attempted) {
        return text("strategy", "find the cause, then fix it");
    }
    if (what_.kind == kind::recovery_succeeded) return number("duration_ms", what_.lasted_ms);
    text("error_message", failure().message);
}

void payload::activity() {
    constexpr std::string_view conflicts[] = {"low", "medium", "high", "critical"};
    const auto& agent = activity_agents[what_.agent];
    text("agent_type", agent.type);
    text("agent_name", agent.name);
    text("task_id", of_.key);
    text("task_description", agent.task);
    text("project_id", of_.project);
    text("phase", "Phase ", 1U + of_.number % 5U);
    text("milestone", "milestone-", topic());
    switch (what_.kind) {
        case kind::activity_started: return text("status", "started");
        case kind::activity_progress:
            text("status", "in_progress");
            return number("progress_percent", what_.amount);
        case kind::activity_completed:
            text("status", "completed");
            number("duration_ms", what_.lasted_ms);
            return add(",\"result\":{\"success\":true}");
        case kind::activity_conflict_detected:
            text("status", "conflict");
            return add(",\"conflict\":{\"type\":\"contract\",\"severity\":\"",
                       conflicts[what_.amount % 4U], "\",\"file\":\"", file(0), "\"}");
        case kind::activity_paused:
            text("status", "paused");
            return text("pause_reason", "a person must decide");
        default:
            text("status", "failed");
            text("error", failure().message);
            text("stack", failure().type, " at ", file(0), ":42");
            return raw("can_retry", "true");
    }
}

void payload::task() {
    constexpr std::string_view levels[] = {"P0", "P1", "P2"};
    text("task_code", of_.key);
    if (what_.kind == kind::task_assigned) {
        text("title", changes[of_.change], " ", topic());
        text("assignee", activity_agents[what_.agent].type);
        return add(",\"changes\":{\"status\":{\"before\":\"pending\",\"after\":\"in_progress\"}}");
    }
    if (what_.kind == kind::task_blocked) {
        text("reason", "conflict in ", file(0));
        return add(",\"changes\":{\"status\":{\"before\":\"in_progress\",\"after\":\"blocked\"}}");
    }
    if (what_.kind == kind::task_priority_changed) {
        return add(",\"changes\":{\"priority\":{\"before\":\"P2\",\"after\":\"",
                   levels[what_.amount % 3U], "\"}}");
    }
    number("progress_percent", what_.amount);
}

void payload::session() {
    text("session_key", std::string_view{of_.session}.substr(8));
    text("agent", activity_agents[what_.agent].type);
    if (what_.kind == kind::context_assembled) {
        number("documents", what_.amount);
        return number("tokens", 900U * std::uint64_t{what_.amount});
    }
    text("task_code", of_.key);
}

void payload::sprint() {
    text("sprint_code", "sprint-", of_.sprint);
    if (what_.kind == kind::sprint_status_changed) {
        const bool opens = what_.amount == 1;
        return add(",\"changes\":{\"status\":{\"before\":\"", opens ? "planned" : "active",
                   "\",\"after\":\"", opens ? "active" : "completed", "\"}}");
    }
    add(",\"changes\":{\"metadata\":{\"last_task_completed\":\"", of_.key, "\"}}");
}

// The envelope ------------------------------------------------------------------------------------

std::string_view severity_of(const step& what) {
    switch (what.kind) {
        case kind::orchestration_failed: return "severity:critical";
        case kind::phase_failed:
        case kind::agent_failed:
        case kind::gap_escalated:
        case kind::quality_check_failed:
        case kind::test_run_failed:
        case kind::error_occurred:
        case kind::recovery_failed:
        case kind::activity_error: return "severity:error";
        case kind::orchestration_paused:
        case kind::agent_blocked:
        case kind::gap_identified:
        case kind::pr_closed:
        case kind::recovery_attempted:
        case kind::activity_conflict_detected:
        case kind::activity_paused:
        case kind::task_blocked: return "severity:warning";
        case kind::orchestration_completed:
        case kind::phase_completed:
        case kind::agent_completed:
        case kind::gap_resolved:
        case kind::pr_merged:
        case kind::quality_check_completed:
        case kind::test_run_completed:
        case kind::recovery_succeeded:
        case kind::activity_completed: return "severity:success";
        default: return "severity:info";
    }
}

bool is_done_by_agent(const step& what) {
    switch (what.kind) {
        case kind::agent_completed:
        case kind::agent_failed:
        case kind::agent_blocked:
        case kind::gap_identified:
        case kind::gap_resolved:
        case kind::commit_created:
        case kind::documentation_created:
        case kind::confluence_page_created: return true;
        default: return false;
    }
}

bool is_done_by_person(const step& what) {
    switch (what.kind) {
        case kind::orchestration_started:
        case kind::orchestration_resumed:
        case kind::pr_merged:
        case kind::task_priority_changed:
        case kind::session_resumed: return true;
        default: return false;
    }
}

void set_actor(actor& to, const step& what, const undertaking& of) {
    to.model.clear();
    if (what.target == target::agent) {
        to.type = "agent";
        to.id = activity_agents[what.agent].type;
        to.model = "sonnet";
    } else if (is_done_by_person(what)) {
        to.type = "user";
        to.id = people[of.person];
    } else if (is_done_by_agent(what)) {
        to.type = "agent";
        to.id = agent_roles[what.agent].name;
        to.model = agent_roles[what.agent].model;
    } else {
        to.type = "system";
        to.id = "orchestrator";
    }
}

// Tags in place: strings that are there already keep their memory.
class tag_writer {
public:
    explicit tag_writer(std::vector<std::string>& tags) : tags_{tags} {}
    ~tag_writer() { tags_.resize(count_); }
    tag_writer(const tag_writer&) = delete;
    tag_writer& operator=(const tag_writer&) = delete;

    template <class... Parts>
    void add(const Parts&... parts) {
        if (count_ == tags_.size()) tags_.emplace_back();
        auto& tag = tags_[count_++];
        tag.clear();
        put(tag, parts...);
    }

private:
    std::vector<std::string>& tags_;
    std::size_t count_ = 0;
};

bool names_agent(const step& what) {
    return what.target == target::agent || what.kind == kind::agent_spawned ||
           is_done_by_agent(what);
}

void set_tags(std::vector<std::string>& to, const step& what, const undertaking& of) {
    tag_writer tags{to};
    tags.add(of.session);
    tags.add("project:", of.project);
    tags.add(severity_of(what));
    if (what.phase != phase::none) tags.add("phase:", name_of(what.phase));
    if (names_agent(what)) {
        tags.add("agent:", what.target == target::agent ? activity_agents[what.agent].type
                                                        : agent_roles[what.agent].name);
    }
    if (what.kind == kind::commit_created || what.kind == kind::pr_merged) {
        tags.add("git_sha:", sha(of, what));
        tags.add("branch:feature/", of.key);
    }
}

void set_stream(std::string& to, const step& what, const undertaking& of) {
    to.clear();
    switch (what.target) {
        case target::issue: return put(to, "issue-", of.key);
        case target::task: return put(to, "task-", of.key);
        case target::agent:
            return put(to, activity_agents[what.agent].type, "-", of.number, "-",
                       std::uint64_t{what.run});
        case target::session: return put(to, "session-", std::string_view{of.session}.substr(8));
        case target::sprint: return put(to, "sprint-", std::uint64_t{of.sprint});
    }
}

}  // namespace

undertaking begin_undertaking(std::uint64_t number, std::uint64_t salt, std::string_view project) {
    undertaking made;
    made.number = number;
    made.salt = salt;
    made.project = project;
    put(made.key, project, "-", number);
    const auto more = scramble(salt + 1);
    // Version 4, variant 10.
    put(made.correlation, hex{salt, 8}, "-", hex{salt << 32U, 4}, "-4", hex{salt << 48U, 3}, "-a",
        hex{more, 3}, "-", hex{more << 12U, 12});
    put(made.session, "session:", hex{scramble(salt + 2), 12});
    made.topic = salt % topics.size();
    made.change = (salt >> 8U) % changes.size();
    made.person = (salt >> 16U) % people.size();
    return made;
}

void write_event(sample_event& to, const step& what, const undertaking& of,
                 std::uint64_t sequence) {
    auto& event = to.event;
    set_stream(to.stream, what, of);
    event.type = name_of(what.kind);
    event.schema = "1.0.0";
    event.correlation = of.correlation;
    set_actor(event.actor, what, of);
    set_tags(event.tags, what, of);
    event.content_type = json_content_type;
    event.extensions.clear();
    payload{event.payload, what, of, sequence}.write();
}

}  // namespace daybook::sample
