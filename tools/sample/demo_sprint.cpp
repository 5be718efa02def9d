// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "sample/demo_sprint.hpp"

#include "sample/demo_story.hpp"

#include <iterator>
#include <map>
#include <utility>

namespace daybook::sample {
namespace {

class sprint_story {
public:
    demo_script write();

private:
    struct task {
        line_of_work about;
        index assigned = 0;
    };

    void open_sprint();
    void assign(std::string_view code, std::string_view title, std::string_view priority,
                minutes at);
    void progress(std::string_view code, minutes at, int percent, index cause);
    const task& task_of(std::string_view code) const { return tasks_.find(code)->second; }
    void checkout_issue();
    void checkout_code(issue_story& issue, index planned);
    void checkout_tests(issue_story& issue, index coded, index request);
    void rate_limit_issue();
    void rate_limit_code(issue_story& issue, index planned);
    void rate_limit_tests(issue_story& issue, index coded, index request);
    void rate_limit_retest(issue_story& issue, index fixed, index request);
    index recover(issue_story& issue, index failed_run, index failed_phase);
    index close_gap(issue_story& issue, index check, index pull_request);
    void receipts_issue();
    void security_watch();
    void close_sprint();

    demo_writer writer_;
    demo_script script_;
    line_of_work sprint_ = begin_work("sprint-14", "sprint-14", 1);
    line_of_work session_ = begin_work("session-planning", "sprint-14", 1);
    std::map<std::string, task, std::less<>> tasks_;
    index context_ = 0;
    causes finished_;      // What ended each issue.
    index recovered_ = 0;  // Places of what the script points at.
    index failed_ = 0;
    index merged_ = 0;
    index gap_found_ = 0;
    index gap_resolved_ = 0;
};

void sprint_story::assign(std::string_view code, std::string_view title, std::string_view priority,
                          minutes at) {
    auto& one = tasks_[std::string{code}];
    one.about = begin_work("task-" + std::string{code}, std::string{code}, 1);
    one.assigned = writer_.add(one.about, at, kind::task_assigned, {context_}, orchestrator(),
                               to_payload({{"task_code", code},
                                           {"title", title},
                                           {"priority", priority},
                                           {"assignee", "agent-team"}},
                                          {"status", "pending", "in_progress"}),
                               {"priority:" + std::string{priority}});
}

void sprint_story::progress(std::string_view code, minutes at, int percent, index cause) {
    const auto& one = task_of(code);
    writer_.add(one.about, at, kind::task_progress_updated, {one.assigned, cause}, orchestrator(),
                to_payload({{"task_code", code}, {"progress_percent", percent}}));
}

void sprint_story::open_sprint() {
    const auto opened =
        writer_.add(sprint_, minutes{0}, kind::sprint_status_changed, {}, user(product_owner),
                    to_payload({{"sprint_code", "sprint-14"}}, {"status", "planned", "active"}));
    writer_.add(sprint_, minutes{1}, kind::sprint_metadata_updated, {opened}, user(product_owner),
                to_payload({{"sprint_code", "sprint-14"}},
                           {"goal", "", "Safer login, simpler checkout, friendlier receipts"}));
    const auto session =
        writer_.add(session_, minutes{2}, kind::session_started, {opened}, orchestrator(),
                    to_payload({{"session_key", session_.session}}));
    context_ = writer_.add(session_, minutes{3}, kind::context_assembled, {session}, orchestrator(),
                           to_payload({{"documents", 17}, {"tokens", 24'300}}));
    assign("SHOP-101-1", "Checkout without an account", "P1", minutes{4});
    assign("SHOP-101-2", "Keep the cart across devices", "P2", minutes{4});
    assign("SHOP-102-1", "Limit login attempts", "P1", minutes{5});
    assign("SHOP-102-2", "Tell support about locked accounts", "P2", minutes{5});
    assign("SHOP-103-1", "Translate receipts", "P2", minutes{6});
    assign("SHOP-103-2", "Ask the tax service for rates", "P2", minutes{6});
    const auto& urgent = task_of("SHOP-102-1");
    writer_.add(urgent.about, minutes{20}, kind::task_priority_changed, {urgent.assigned},
                user(product_owner),
                to_payload({{"task_code", "SHOP-102-1"}}, {"priority", "P1", "P0"}),
                {"priority:P0"});
}

// SHOP-101 goes through; in the middle it waits for the product owner.
void sprint_story::checkout_issue() {
    issue_story issue{writer_, begin_work("issue-SHOP-101", "SHOP-101", 101)};
    const auto started = issue.start(minutes{10}, "Checkout without an account", "High",
                                     task_of("SHOP-101-1").assigned);
    issue.add(minutes{10}, kind::comment_posted, {started}, orchestrator(),
              {{"issue_key", "SHOP-101"}, {"body", "Agents have taken over, follow the timeline"}});
    auto begun = issue.begin_phase(phase::explore, minutes{11}, {started}, 2);
    const auto map = issue.run({"codebase-explorer", "Find where a session is required",
                                "src/checkout/session.ts", minutes{12}, minutes{9}},
                               begun);
    const auto needs = issue.run({"requirements-analyst", "List what a guest must enter",
                                  "docs/guest.md", minutes{12}, minutes{14}},
                                 begun);
    auto ended = issue.end_phase(begun, {map.ended, needs.ended});
    begun = issue.begin_phase(phase::plan, minutes{28}, {ended}, 1);
    const auto plan = issue.run({"solution-architect",
                                 "Design the guest session",
                                 "docs/adr-031.md",
                                 minutes{29},
                                 minutes{18},
                                 {},
                                 95},
                                begun);
    const auto checkpoint = issue.checkpoint(minutes{48}, 1, "plan accepted", plan.ended);
    const auto stop = issue.add(
        minutes{49}, kind::orchestration_paused, {checkpoint}, orchestrator(),
        {{"reason", "may a guest pay by invoice?"}, {"paused_by", "orchestrator"}}, "warning");
    const auto go = issue.add(minutes{95}, kind::orchestration_resumed, {stop}, user(product_owner),
                              {{"reason", "no, cards only"}, {"resumed_by", product_owner}});
    checkout_code(issue, issue.end_phase(begun, {plan.ended, checkpoint, go}));
}

// Three agents; one has to wait for another.
void sprint_story::checkout_code(issue_story& issue, index planned) {
    const auto begun = issue.begin_phase(phase::code, minutes{97}, {planned}, 3);
    const auto api = issue.run(
        {"api-developer",
         "Guest orders endpoint",
         "src/api/orders.ts",
         minutes{98},
         minutes{42},
         {"Accept orders without a user", "Validate guest address", "Send order number by e-mail"}},
        begun);
    const auto tables = issue.run({"database-engineer",
                                   "Orders without a user",
                                   "db/0042_guest.sql",
                                   minutes{98},
                                   minutes{25},
                                   {"Make user_id optional", "Index by e-mail"}},
                                  begun);
    const job form{"react-component-architect",
                   "Guest form",
                   "src/checkout/guest.tsx",
                   minutes{100},
                   minutes{70},
                   {},
                   88};
    const auto form_spawned = issue.spawn(form, begun);
    const auto skeleton =
        issue.commit(form.agent, "Guest form, static", minutes{115}, form_spawned);
    const auto blocked =
        issue.add(minutes{120}, kind::agent_blocked, {skeleton}, agent(role_named(form.agent)),
                  {{"agent_id", issue.agent_id(6)},
                   {"agent_name", form.agent},
                   {"agent_type", "code"},
                   {"phase", "CODE"},
                   {"reason", "needs the guest orders endpoint"},
                   {"blocked_by", issue.agent_id(4)}},
                  "warning", {"agent:react-component-architect"});
    const auto wired = issue.commit(form.agent, "Guest form sends orders", minutes{160}, api.ended);
    const auto form_done = issue.complete(form, form_spawned, {blocked, api.ended, wired});
    const auto request =
        issue.open_pull_request(minutes{173}, 311, "checkout without an account",
                                {api.commits.back(), tables.commits.back(), wired});
    progress("SHOP-101-1", minutes{174}, 70, request);
    const auto ended = issue.end_phase(begun, {api.ended, tables.ended, form_done, request});
    checkout_tests(issue, ended, request);
}

void sprint_story::checkout_tests(issue_story& issue, index coded, index request) {
    auto begun = issue.begin_phase(phase::test, minutes{176}, {coded}, 1);
    const auto tester = issue.run({"integration-tester", "Order as a guest, end to end",
                                   "tests/guest.spec.ts", minutes{177}, minutes{22}},
                                  begun);
    const auto reviewed =
        issue.check({"code_review", 93, 0, minutes{178}, minutes{6}}, {begun, request});
    const auto passed = issue.test({1, "e2e", 214, 0, minutes{186}, minutes{12}}, {begun, request});
    const auto tested = issue.end_phase(begun, {tester.ended, reviewed, passed});

    begun = issue.begin_phase(phase::document, minutes{202}, {tested}, 1);
    const auto writer = issue.run({"technical-writer", "Explain guest orders",
                                   "docs/guest-orders.md", minutes{203}, minutes{12}},
                                  begun);
    const auto page = issue.write_page(kind::documentation_created, minutes{214},
                                       "Orders without an account", {begun, request});
    const auto wiki = issue.write_page(kind::confluence_page_created, minutes{216},
                                       "Orders without an account", {page});
    const auto documented = issue.end_phase(begun, {writer.ended, page, wiki});
    const auto merge = issue.finish(minutes{224}, 311, {request, passed, reviewed}, documented);
    progress("SHOP-101-1", minutes{227}, 100, merge);
    progress("SHOP-101-2", minutes{227}, 100, merge);
    finished_.push_back(merge);
}

// SHOP-102 fails in TEST, loses a first attempt at recovery, recovers, and closes a gap.
void sprint_story::rate_limit_issue() {
    issue_story issue{writer_, begin_work("issue-SHOP-102", "SHOP-102", 102)};
    script_.stream = issue.about().stream;
    script_.correlation = issue.about().correlation;
    const auto started = issue.start(minutes{22}, "Limit login attempts", "Critical",
                                     task_of("SHOP-102-1").assigned);
    auto begun = issue.begin_phase(phase::explore, minutes{23}, {started}, 3);
    const auto map = issue.run({"codebase-explorer", "Find every way to log in",
                                "src/auth/login.ts", minutes{24}, minutes{11}},
                               begun);
    const auto needs = issue.run({"dependency-mapper", "Who calls the token service",
                                  "docs/token-callers.md", minutes{24}, minutes{8}},
                                 begun);
    const auto rules = issue.run({"requirements-analyst", "What is an attempt?", "docs/attempts.md",
                                  minutes{25}, minutes{13}},
                                 begun);
    auto ended = issue.end_phase(begun, {map.ended, needs.ended, rules.ended});
    begun = issue.begin_phase(phase::plan, minutes{40}, {ended}, 2);
    const auto design = issue.run({"solution-architect",
                                   "Sliding window per account and address",
                                   "docs/adr-032.md",
                                   minutes{41},
                                   minutes{19},
                                   {},
                                   96},
                                  begun);
    const auto risks = issue.run({"risk-assessor", "Who could be locked out by others?",
                                  "docs/risks-102.md", minutes{41}, minutes{12}},
                                 begun);
    const auto checkpoint = issue.checkpoint(minutes{61}, 1, "plan accepted", design.ended);
    rate_limit_code(issue, issue.end_phase(begun, {design.ended, risks.ended, checkpoint}));
}

// Four agents; one fails and is replaced.
void sprint_story::rate_limit_code(issue_story& issue, index planned) {
    const auto begun = issue.begin_phase(phase::code, minutes{64}, {planned}, 4);
    const auto limiter = issue.run({"security-engineer",
                                    "Count attempts in a sliding window",
                                    "src/auth/limiter.ts",
                                    minutes{65},
                                    minutes{48},
                                    {"Count attempts per account", "Count attempts per address",
                                     "Forget attempts after an hour", "Lock after ten attempts"},
                                    94},
                                   begun);
    const auto api = issue.run({"api-developer",
                                "Answer 429 with Retry-After",
                                "src/auth/login.ts",
                                minutes{66},
                                minutes{40},
                                {"Answer 429 when locked", "Say when to try again",
                                 "Log locked accounts", "Keep the answer equally slow"}},
                               begun);
    const auto cache =
        issue.run({"database-engineer",
                   "A table of locked accounts",
                   "db/0043_locks.sql",
                   minutes{67},
                   minutes{33},
                   {"Table of locked accounts", "Unlock by support", "Clean up at night"},
                   91},
                  begun);
    const job form{"react-component-architect",
                   "Say how long to wait",
                   "src/auth/form.tsx",
                   minutes{66},
                   minutes{30},
                   {}};
    const auto form_spawned = issue.spawn(form, begun);
    const auto crashed =
        issue.add(minutes{81}, kind::agent_failed, {form_spawned}, agent(role_named(form.agent)),
                  {{"agent_id", issue.agent_id(9)},
                   {"agent_name", form.agent},
                   {"agent_type", "code"},
                   {"phase", "CODE"},
                   {"error_type", "RateLimitError"},
                   {"error_message", "model refused the request: 429"},
                   {"duration_ms", 902'000},
                   {"can_retry", true}},
                  "error", {"agent:react-component-architect"});
    const auto again = issue.run({form.agent,
                                  form.task,
                                  form.file,
                                  minutes{84},
                                  minutes{27},
                                  {"Show the waiting time", "Disable the button meanwhile"}},
                                 crashed);
    const auto request = issue.open_pull_request(
        minutes{116}, 312, "limit login attempts",
        {limiter.commits.back(), api.commits.back(), cache.commits.back(), again.commits.back()});
    progress("SHOP-102-1", minutes{117}, 60, request);
    const auto saved = issue.checkpoint(minutes{117}, 2, "pull request opened", request);
    const auto coded =
        issue.end_phase(begun, {limiter.ended, api.ended, cache.ended, again.ended, saved});
    rate_limit_tests(issue, coded, request);
}

void sprint_story::rate_limit_tests(issue_story& issue, index coded, index request) {
    const auto begun = issue.begin_phase(phase::test, minutes{120}, {coded}, 2);
    const auto strategist = issue.run({"test-strategist", "Attempts across a clock change",
                                       "tests/limiter.spec.ts", minutes{121}, minutes{20}},
                                      begun);
    const auto load = issue.run({"performance-tester", "Ten thousand logins a minute",
                                 "tests/load.js", minutes{121}, minutes{26}},
                                begun);
    issue.check({"lint", 99, 0, minutes{122}, minutes{3}}, {begun, request});
    failed_ = issue.test({1, "integration", 388, 7, minutes{124}, minutes{13}}, {begun, request});
    const auto failed_phase =
        issue.fail_phase(begun, "7 of 388 tests failed", {failed_, strategist.ended, load.ended});
    rate_limit_retest(issue, recover(issue, failed_, failed_phase), request);
}

void sprint_story::rate_limit_retest(issue_story& issue, index fixed, index request) {
    auto begun = issue.begin_phase(phase::test, minutes{232}, {fixed}, 1);
    const auto passed =
        issue.test({2, "integration", 394, 0, minutes{233}, minutes{13}}, {begun, recovered_});
    const auto held = issue.test({3, "performance", 12, 0, minutes{247}, minutes{12}}, {passed});
    const auto found =
        issue.check({"security_scan", 61, 1, minutes{234}, minutes{7}}, {begun, request});
    const auto closed = close_gap(issue, found, request);
    const auto tested = issue.end_phase(begun, {passed, held, closed});

    begun = issue.begin_phase(phase::document, minutes{279}, {tested}, 1);
    const auto writer = issue.run({"technical-writer", "Explain locked accounts to support",
                                   "docs/locked.md", minutes{280}, minutes{14}},
                                  begun);
    const auto page = issue.write_page(kind::documentation_created, minutes{292},
                                       "When an account is locked", {begun, request});
    const auto documented = issue.end_phase(begun, {writer.ended, page});
    merged_ = issue.finish(minutes{301}, 312, {request, passed, closed}, documented);
    progress("SHOP-102-1", minutes{304}, 100, merged_);
    progress("SHOP-102-2", minutes{304}, 100, merged_);
    finished_.push_back(merged_);
}

// Two attempts: the first one fails, the plan's checkpoint is restored, the second one succeeds.
index sprint_story::recover(issue_story& issue, index failed_run, index failed_phase) {
    const auto begun = issue.begin_phase(phase::fix, minutes{150}, {failed_phase}, 2);
    const auto error =
        issue.add(minutes{151}, kind::error_occurred, {failed_run, begun}, orchestrator(),
                  {{"phase", "FIX"},
                   {"error_type", "AssertionError"},
                   {"error_message", "attempts are lost when a node restarts"},
                   {"recoverable", true}},
                  "error");
    issue.add(minutes{151}, kind::comment_posted, {error}, user(developer),
              {{"issue_key", "SHOP-102"}, {"body", "Attempts must survive a restart, see ADR 32"}});
    const auto first = issue.attempt(minutes{152}, 1, "write attempts to disk", error);
    const auto quick = issue.run({"hotfix-engineer",
                                  "Write attempts to a file",
                                  "src/auth/limiter.ts",
                                  minutes{153},
                                  minutes{17},
                                  {"Persist attempts in a file"},
                                  58},
                                 first);
    const auto lost =
        issue.add(minutes{172}, kind::recovery_failed, {first, quick.ended}, orchestrator(),
                  {{"phase", "FIX"},
                   {"recovery_id", "SHOP-102-r1"},
                   {"attempt", 1},
                   {"error_message", "two nodes do not share a file"}},
                  "error");
    const auto restored = issue.add(
        minutes{174}, kind::checkpoint_restored, {lost}, orchestrator(),
        {{"checkpoint_id", "SHOP-102-c1"}, {"phase", "FIX"}, {"reason", "recovery failed"}});
    const auto second = issue.attempt(minutes{176}, 2, "find the cause, then fix it", restored);
    const auto analyst = issue.run({"root-cause-analyst",
                                    "Why do nodes disagree?",
                                    "docs/rca-102.md",
                                    minutes{177},
                                    minutes{16},
                                    {},
                                    97},
                                   second);
    const auto fixer =
        issue.run({"hotfix-engineer",
                   "Keep attempts in the shared cache",
                   "src/auth/limiter.ts",
                   minutes{194},
                   minutes{29},
                   {"Keep attempts in the shared cache", "Test two nodes and a restart"},
                   93},
                  analyst.ended);
    const auto hunter = issue.run({"regression-hunter",
                                   "Look for the same fault elsewhere",
                                   "src/auth/session.ts",
                                   minutes{196},
                                   minutes{24},
                                   {"Keep sessions in the shared cache too"},
                                   90},
                                  analyst.ended);
    recovered_ = issue.add(minutes{225}, kind::recovery_succeeded,
                           {second, analyst.ended, fixer.commits.back()}, orchestrator(),
                           {{"phase", "FIX"},
                            {"recovery_id", "SHOP-102-r2"},
                            {"attempt", 2},
                            {"duration_ms", in_ms(minutes{74})}},
                           "success");
    return issue.end_phase(begun, {fixer.ended, hunter.ended, recovered_});
}

index sprint_story::close_gap(issue_story& issue, index check, index pull_request) {
    gap_found_ =
        issue.add(minutes{242}, kind::gap_identified, {check, pull_request},
                  agent(role_named("test-strategist")),
                  {{"gap_id", "gap-auth-102"},
                   {"gap_type", "security"},
                   {"severity", "high"},
                   {"phase", "TEST"},
                   {"description", "The reset form has no limit, so it can be used to guess"},
                   {"affected_modules", list{"auth/login", "auth/reset"}},
                   {"recommended_actions", list{"Count resets as attempts"}},
                   {"blocking", true}},
                  "warning");
    const auto asked = issue.add(minutes{243}, kind::gap_escalated, {gap_found_}, orchestrator(),
                                 {{"gap_id", "gap-auth-102"},
                                  {"phase", "TEST"},
                                  {"escalated_to", developer},
                                  {"reason", "changes what users see"}},
                                 "error");
    const auto answer = issue.add(minutes{251}, kind::comment_posted, {asked}, user(developer),
                                  {{"issue_key", "SHOP-102"}, {"body", "Yes, count resets too"}});
    const auto closer = issue.run({"security-engineer",
                                   "Count resets as attempts",
                                   "src/auth/reset.ts",
                                   minutes{252},
                                   minutes{21},
                                   {"Limit password resets too"},
                                   95},
                                  answer);
    gap_resolved_ = issue.add(minutes{275}, kind::gap_resolved,
                              {gap_found_, closer.commits.back(), closer.ended},
                              agent(role_named("security-engineer")),
                              {{"gap_id", "gap-auth-102"},
                               {"phase", "TEST"},
                               {"resolution", "Resets count as attempts"},
                               {"resolved_by", "security-engineer"}},
                              "success");
    return gap_resolved_;
}

// SHOP-103 needs something that does not exist, and is given up.
void sprint_story::receipts_issue() {
    issue_story issue{writer_, begin_work("issue-SHOP-103", "SHOP-103", 103)};
    const auto started = issue.start(minutes{60}, "Receipts in the customer's language", "Medium",
                                     task_of("SHOP-103-1").assigned);
    auto begun = issue.begin_phase(phase::explore, minutes{61}, {started}, 1);
    const auto map = issue.run({"codebase-explorer", "Find the receipt templates",
                                "src/mail/receipt.ts", minutes{62}, minutes{10}},
                               begun);
    auto ended = issue.end_phase(begun, {map.ended});
    begun = issue.begin_phase(phase::plan, minutes{75}, {ended}, 1);
    const auto plan = issue.run(
        {"task-planner", "Split by language", "docs/receipts.md", minutes{76}, minutes{12}}, begun);
    ended = issue.end_phase(begun, {plan.ended});
    begun = issue.begin_phase(phase::code, minutes{92}, {ended}, 2);
    const auto texts = issue.run({"api-developer",
                                  "Templates per language",
                                  "src/mail/templates.ts",
                                  minutes{93},
                                  minutes{35},
                                  {"Load templates by language", "Fall back to English"}},
                                 begun);
    const auto request =
        issue.open_pull_request(minutes{130}, 313, "receipts in many languages", texts.commits);
    const auto rates =
        issue.add(minutes{134}, kind::error_occurred, {texts.ended}, orchestrator(),
                  {{"phase", "CODE"},
                   {"error_type", "TimeoutError"},
                   {"error_message", "the tax service has no rates for eleven countries"},
                   {"recoverable", false}},
                  "error");
    const auto broken = issue.fail_phase(begun, "the tax service has no rates", {rates, request});
    const auto failed =
        issue.add(minutes{140}, kind::orchestration_failed, {broken}, orchestrator(),
                  {{"failure_phase", "CODE"},
                   {"failure_reason", "missing dependency"},
                   {"error_message", "the tax service has no rates for eleven countries"},
                   {"duration_ms", in_ms(minutes{80})}},
                  "critical");
    issue.add(minutes{141}, kind::pr_closed, {failed, request}, orchestrator(),
              {{"pr_number", 313}, {"reason", "not in this sprint"}}, "warning");
    issue.transition(minutes{141}, "In Progress", "To Do", failed);
    const auto& second = task_of("SHOP-103-2");
    writer_.add(second.about, minutes{142}, kind::task_blocked, {second.assigned, failed},
                orchestrator(),
                to_payload({{"task_code", "SHOP-103-2"}, {"reason", "waiting for the tax service"}},
                           {"status", "in_progress", "blocked"}));
    finished_.push_back(failed);
}

// An agent of another kind, which reports what it does.
void sprint_story::security_watch() {
    const auto about = begin_work("agent-security-14", "SHOP-102-2", 200);
    const actor by{"agent", "agent-security", "sonnet"};
    const auto report = [&](minutes at, kind what, const causes& of_these, std::string_view status,
                            std::string_view severity, fields details) {
        fields payload{{"agent_type", "agent-security"},
                       {"agent_name", "Security Agent"},
                       {"task_id", "SHOP-102-2"},
                       {"task_description", "Scanning for vulnerabilities in API endpoints"},
                       {"project_id", "SHOP"},
                       {"phase", "Phase 4"},
                       {"milestone", "milestone-security-scan"},
                       {"status", status}};
        std::move(details.begin(), details.end(), std::back_inserter(payload));
        return writer_.add(about, at, what, of_these, by, to_payload(payload),
                           {"severity:" + std::string{severity}, "agent:agent-security"});
    };
    auto last = report(minutes{30}, kind::activity_started, {task_of("SHOP-102-2").assigned},
                       "started", "info", {{"endpoints", 46}});
    last = report(minutes{55}, kind::activity_progress, {last}, "in_progress", "info",
                  {{"progress_percent", 30}});
    last = report(minutes{71}, kind::activity_error, {last}, "failed", "error",
                  {{"error", "scanner was killed at 2048 MiB"},
                   {"stack", "OutOfMemory at scan/endpoints.ts:88"},
                   {"can_retry", true}});
    last =
        report(minutes{74}, kind::activity_started, {last}, "started", "info", {{"endpoints", 31}});
    last = report(minutes{110}, kind::activity_progress, {last}, "in_progress", "info",
                  {{"progress_percent", 65}});
    const auto conflict = report(minutes{126}, kind::activity_conflict_detected, {last}, "conflict",
                                 "warning", {{"conflict", "two answers for a locked account"}});
    last = report(minutes{127}, kind::activity_paused, {conflict}, "paused", "warning",
                  {{"pause_reason", "a person must decide"}});
    const auto session = writer_.add(
        session_, minutes{146}, kind::session_resumed, {conflict, last}, user(developer),
        to_payload({{"session_key", session_.session}, {"reason", "answer 429, never 403"}}));
    last = report(minutes{148}, kind::activity_progress, {session}, "in_progress", "info",
                  {{"progress_percent", 80}});
    last = report(minutes{190}, kind::activity_completed, {last}, "completed", "success",
                  {{"duration_ms", in_ms(minutes{116})}});
    progress("SHOP-102-2", minutes{191}, 60, last);
}

void sprint_story::close_sprint() {
    const auto counted = writer_.add(
        sprint_, minutes{310}, kind::sprint_metadata_updated, finished_, orchestrator(),
        to_payload({{"sprint_code", "sprint-14"}, {"issues_done", 2}, {"issues_failed", 1}},
                   {"carried_over", "", "SHOP-103"}));
    writer_.add(sprint_, minutes{318}, kind::sprint_status_changed, {counted}, user(product_owner),
                to_payload({{"sprint_code", "sprint-14"}}, {"status", "active", "completed"}));
}

demo_script sprint_story::write() {
    open_sprint();
    checkout_issue();
    rate_limit_issue();
    receipts_issue();
    security_watch();
    close_sprint();
    script_.sprint_stream = sprint_.stream;
    script_.failure = writer_.id_of(failed_);
    script_.recovery = writer_.id_of(recovered_);
    script_.gap_found = writer_.id_of(gap_found_);
    script_.gap_resolved = writer_.id_of(gap_resolved_);
    script_.merge = writer_.id_of(merged_);
    script_.in_trouble = writer_.time_of(failed_) + minutes{40};
    script_.events = writer_.finish();
    return std::move(script_);
}

}  // namespace

demo_script demo_sprint() { return sprint_story{}.write(); }

}  // namespace daybook::sample
