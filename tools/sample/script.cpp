// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "sample/script.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace daybook::sample {
namespace {

using number = std::uint16_t;

constexpr std::uint32_t second = 1000;
constexpr std::uint32_t minute = 60 * second;

// Writes steps in any order of time and puts them in order at the end.
class script_writer {
public:
    script_writer(script& to, random_numbers& random) : steps_{to}, random_{random} { to.clear(); }

    random_numbers& random() { return random_; }
    std::uint32_t at(number which) const { return steps_[which].at_ms; }
    step& operator[](number which) { return steps_[which]; }
    number last() const { return static_cast<number>(steps_.size() - 1); }

    number add(step what, std::initializer_list<number> causes) {
        return add(what, causes.begin(), causes.size());
    }
    number add(step what, const std::vector<number>& causes) {
        return add(what, causes.data(), causes.size());
    }

    /// Sorts by time, and puts a summary after each 25 events of a phase and each 100 in all.
    void finish(bool with_summaries);

private:
    number add(step what, const number* causes, std::size_t count);
    void put(step what, bool with_summaries);
    void add_summary(kind what, phase in, std::uint32_t at_ms, number first);

    script& steps_;
    random_numbers& random_;
    script sorted_;
    number phase_begin_ = 0;
    number phase_events_ = 0;
};

// An effect never comes before its causes. If there are too many causes, the last ones count.
number script_writer::add(step what, const number* causes, std::size_t count) {
    const auto skipped = count > step::causes_max ? count - step::causes_max : 0;
    for (std::size_t i = skipped; i < count; ++i) {
        what.causes[what.cause_count++] = causes[i];
        what.at_ms = std::max(what.at_ms, at(causes[i]) + 1);
    }
    steps_.push_back(what);
    return static_cast<number>(steps_.size() - 1);
}

void script_writer::add_summary(kind what, phase in, std::uint32_t at_ms, number first) {
    const auto last = static_cast<number>(sorted_.size() - 1);
    step summary{.at_ms = at_ms, .kind = what, .phase = in};
    summary.amount = first;
    summary.cause_count = 2;
    summary.causes = {last, first};
    sorted_.push_back(summary);
}

void script_writer::put(step what, bool with_summaries) {
    constexpr number phase_summary_events = 25;
    constexpr number whole_summary_events = 100;
    const auto at_ms = what.at_ms;
    const auto in = what.phase;
    if (what.kind == kind::phase_started) {
        phase_begin_ = static_cast<number>(sorted_.size());
        phase_events_ = 0;
    }
    sorted_.push_back(what);
    if (!with_summaries) return;
    if (++phase_events_ == phase_summary_events && in != phase::none) {
        add_summary(kind::phase_summary_created, in, at_ms, phase_begin_);
        phase_begin_ = static_cast<number>(sorted_.size());
        phase_events_ = 0;
    }
    if (sorted_.size() % whole_summary_events == 0) {
        const auto first = static_cast<number>(sorted_.size() - whole_summary_events);
        add_summary(kind::orchestration_summary_created, in, at_ms, first);
    }
}

void script_writer::finish(bool with_summaries) {
    std::vector<number> order(steps_.size());
    std::iota(order.begin(), order.end(), number{0});
    std::sort(order.begin(), order.end(), [&](number a, number b) {
        return std::pair{steps_[a].at_ms, a} < std::pair{steps_[b].at_ms, b};
    });
    std::vector<number> new_place(steps_.size());
    sorted_.reserve(steps_.size() + 8);
    for (const auto old : order) {
        new_place[old] = static_cast<number>(sorted_.size());
        auto what = steps_[old];
        for (std::size_t i = 0; i < what.cause_count; ++i) {
            what.causes[i] = new_place[what.causes[i]];
        }
        put(what, with_summaries);
    }
    steps_.swap(sorted_);
}

// An issue ---------------------------------------------------------------------------------------

class issue_writer {
public:
    issue_writer(script& to, random_numbers& random) : script_{to, random}, random_{random} {}

    void write();

private:
    struct agent_work {
        number spawned = 0;
        number done = 0;
        std::vector<number> commits;
    };

    number begin_phase(phase which, std::initializer_list<number> causes);
    number end_phase(phase which, number begun, const std::vector<number>& done);
    agent_work work(phase in, std::uint8_t role, std::uint32_t at_ms, number cause);
    void add_commits(agent_work& by, phase in, std::uint8_t role, std::uint32_t lasted_ms);
    std::vector<number> work_together(phase in, number begun, std::uint32_t agents);
    void explore_and_plan();
    void code();
    bool test();
    void check_quality(number begun, std::vector<number>& done);
    void find_gap(phase in, number cause, std::vector<number>& done);
    bool fix(number failed_run, number failed_phase);
    number attempt_recovery(number cause);
    void document();
    void complete();
    void give_up(number cause);
    step make(kind what, phase in, std::uint32_t at_ms) const {
        return {.at_ms = at_ms, .kind = what, .phase = in};
    }
    std::uint8_t role_for(phase in) {
        const auto& [first, count] = phase_roles[static_cast<std::size_t>(in)];
        return static_cast<std::uint8_t>(first + random_.below(count));
    }

    script_writer script_;
    random_numbers& random_;
    number started_ = 0;
    number last_ = 0;  // What the next phase follows from.
    number pull_request_ = 0;
    number tests_passed_ = 0;
    std::vector<number> commits_;
    std::uint8_t runs_ = 0;
    std::uint8_t gaps_ = 0;
    std::uint8_t attempts_ = 0;
    std::uint8_t checkpoints_ = 0;
    std::uint8_t checks_ = 0;
};

number issue_writer::begin_phase(phase which, std::initializer_list<number> causes) {
    auto begun =
        make(kind::phase_started, which, script_.at(last_) + random_.between(1, 90) * second);
    begun.amount = static_cast<number>(random_.between(1, 4));
    return script_.add(begun, causes);
}

number issue_writer::end_phase(phase which, number begun, const std::vector<number>& done) {
    auto ended = make(kind::phase_completed, which, 0);
    for (const auto one : done) ended.at_ms = std::max(ended.at_ms, script_.at(one) + second);
    ended.lasted_ms = ended.at_ms - script_.at(begun);
    ended.amount = static_cast<number>(done.size());
    return last_ = script_.add(ended, done);
}

issue_writer::agent_work issue_writer::work(phase in, std::uint8_t role, std::uint32_t at_ms,
                                            number cause) {
    agent_work by;
    auto spawned = make(kind::agent_spawned, in, at_ms);
    spawned.agent = role;
    spawned.run = ++runs_;
    by.spawned = script_.add(spawned, {cause});
    const auto lasted = random_.between(4 * minute, 38 * minute);
    if (in == phase::code || in == phase::fix) add_commits(by, in, role, lasted);
    auto done = make(kind::agent_completed, in, script_.at(by.spawned) + lasted);
    done.agent = role;
    done.run = spawned.run;
    done.lasted_ms = lasted;
    done.amount = static_cast<number>(random_.between(60, 99));
    by.done = by.commits.empty() ? script_.add(done, {by.spawned})
                                 : script_.add(done, {by.spawned, by.commits.back()});
    return by;
}

void issue_writer::add_commits(agent_work& by, phase in, std::uint8_t role,
                               std::uint32_t lasted_ms) {
    const auto count = random_.between(1, in == phase::code ? 5 : 2);
    auto cause = by.spawned;
    for (std::uint32_t i = 1; i <= count; ++i) {
        auto commit =
            make(kind::commit_created, in, script_.at(by.spawned) + lasted_ms / (count + 1) * i);
        commit.agent = role;
        commit.run = runs_;
        commit.amount = static_cast<number>(random_.between(1, 400));
        cause = script_.add(commit, {cause});
        by.commits.push_back(cause);
        commits_.push_back(cause);
    }
}

// Several agents at once; one in twenty fails and is replaced, one in eight waits for another.
std::vector<number> issue_writer::work_together(phase in, number begun, std::uint32_t agents) {
    std::vector<number> done;
    for (std::uint32_t i = 0; i < agents; ++i) {
        const auto at = script_.at(begun) + random_.between(1, 240) * second;
        auto one = work(in, role_for(in), at, begun);
        auto& end = script_[one.done];
        if (random_.percent(5)) {
            end.kind = kind::agent_failed;
            end.amount = static_cast<number>(random_.below(failures.size()));
            one = work(in, end.agent, end.at_ms + 20 * second, one.done);
        } else if (!done.empty() && random_.percent(12)) {
            auto blocked = make(kind::agent_blocked, in, (script_.at(one.spawned) + end.at_ms) / 2);
            blocked.agent = end.agent;
            blocked.run = end.run;
            // It waits for the one before, and goes on when that is done.
            const auto freed_by = done.back();
            const auto waits = script_.add(blocked, {one.spawned});
            auto& later = script_[one.done];
            const auto free_at = std::max(script_.at(waits), script_.at(freed_by)) + 30 * second;
            later.at_ms = std::max(later.at_ms, free_at);
            later.lasted_ms = later.at_ms - script_.at(one.spawned);
            later.cause_count = 3;
            later.causes = {one.spawned, waits, freed_by};
        }
        done.push_back(one.done);
    }
    return done;
}

void issue_writer::explore_and_plan() {
    auto begun = begin_phase(phase::explore, {last_});
    end_phase(phase::explore, begun, work_together(phase::explore, begun, random_.between(1, 3)));
    begun = begin_phase(phase::plan, {last_});
    auto done = work_together(phase::plan, begun, random_.between(1, 2));
    auto checkpoint = make(kind::checkpoint_created, phase::plan, script_.at(done.back()) + second);
    checkpoint.run = ++checkpoints_;
    done.push_back(script_.add(checkpoint, {done.back()}));
    end_phase(phase::plan, begun, done);
}

void issue_writer::code() {
    const auto begun = begin_phase(phase::code, {last_});
    const auto done = work_together(phase::code, begun, random_.between(2, 6));
    auto request = make(kind::pr_created, phase::code, 0);
    for (const auto one : done) {
        request.at_ms = std::max(request.at_ms, script_.at(one) + 5 * second);
    }
    request.amount = static_cast<number>(commits_.size());
    request.run = 1;
    pull_request_ = script_.add(request, commits_);
    auto all = done;
    all.push_back(pull_request_);
    end_phase(phase::code, begun, all);
}

void issue_writer::find_gap(phase in, number cause, std::vector<number>& done) {
    auto found = make(kind::gap_identified, in, script_.at(cause) + 20 * second);
    found.run = ++gaps_;
    found.agent = role_for(in);
    found.amount = static_cast<number>(random_.below(16));
    const auto gap = script_.add(found, {cause});
    auto go_on = gap;
    if (random_.percent(15)) {
        auto escalated = make(kind::gap_escalated, in, script_.at(gap) + 3 * minute);
        escalated.run = gaps_;
        go_on = script_.add(escalated, {gap});
        auto paused = make(kind::orchestration_paused, in, script_.at(go_on) + second);
        const auto stop = script_.add(paused, {go_on});
        auto resumed = make(kind::orchestration_resumed, in,
                            script_.at(stop) + random_.between(10, 90) * minute);
        resumed.lasted_ms = resumed.at_ms - script_.at(stop);
        go_on = script_.add(resumed, {stop});
    }
    const auto by = work(phase::fix, role_for(phase::fix), script_.at(go_on) + 15 * second, go_on);
    auto resolved = make(kind::gap_resolved, in, script_.at(by.done) + 2 * second);
    resolved.run = gaps_;
    resolved.agent = script_[by.done].agent;
    resolved.amount = found.amount;
    done.push_back(script_.add(resolved, {gap, by.commits.back(), by.done}));
}

void issue_writer::check_quality(number begun, std::vector<number>& done) {
    auto check = make(kind::quality_check_started, phase::test, script_.at(begun) + 10 * second);
    check.run = ++checks_;
    check.amount = static_cast<number>(random_.below(check_types.size()));
    const auto begun_check = script_.add(check, {begun, pull_request_});
    const bool passes = random_.percent(80);
    check.kind = passes ? kind::quality_check_completed : kind::quality_check_failed;
    check.lasted_ms = random_.between(20 * second, 6 * minute);
    check.at_ms = script_.at(begun_check) + check.lasted_ms;
    const auto ended = script_.add(check, {begun_check});
    if (passes) {
        done.push_back(ended);
        if (random_.percent(25)) find_gap(phase::test, ended, done);
    } else {
        find_gap(phase::test, ended, done);
    }
}

// False if the run of tests failed and could not be repaired.
bool issue_writer::test() {
    for (std::uint32_t round = 0;; ++round) {
        const auto begun = begin_phase(phase::test, {last_});
        auto done = work_together(phase::test, begun, random_.between(1, 2));
        if (round == 0) check_quality(begun, done);
        auto run = make(kind::test_run_started, phase::test, script_.at(begun) + minute);
        run.run = static_cast<std::uint8_t>(round + 1);
        run.amount = static_cast<number>(random_.between(80, 900));
        const auto running = script_.add(run, {begun, commits_.back()});
        const bool passes = !random_.percent(round == 0 ? 35 : 15);
        run.kind = passes ? kind::test_run_completed : kind::test_run_failed;
        run.lasted_ms = random_.between(30 * second, 12 * minute);
        run.at_ms = script_.at(running) + run.lasted_ms;
        const auto ended = script_.add(run, {running});
        if (passes) {
            tests_passed_ = ended;
            done.push_back(ended);
            end_phase(phase::test, begun, done);
            return true;
        }
        done.push_back(ended);
        auto failed = make(kind::phase_failed, phase::test, 0);
        for (const auto one : done) failed.at_ms = std::max(failed.at_ms, script_.at(one) + second);
        failed.lasted_ms = failed.at_ms - script_.at(begun);
        failed.amount = static_cast<number>(random_.below(failures.size()));
        last_ = script_.add(failed, {ended});
        if (!fix(ended, last_)) return false;
    }
}

number issue_writer::attempt_recovery(number cause) {
    auto attempt = make(kind::recovery_attempted, phase::fix, script_.at(cause) + 30 * second);
    attempt.run = ++attempts_;
    return script_.add(attempt, {cause});
}

// What a failed run of tests leads to. False if it is given up.
bool issue_writer::fix(number failed_run, number failed_phase) {
    const auto begun = begin_phase(phase::fix, {failed_phase});
    auto error = make(kind::error_occurred, phase::fix, script_.at(begun) + second);
    error.amount = static_cast<number>(random_.below(failures.size()));
    const auto happened = script_.add(error, {failed_run, begun});
    auto attempt = attempt_recovery(happened);
    for (std::uint32_t tries = 0; random_.percent(30); ++tries) {
        auto failed = make(kind::recovery_failed, phase::fix,
                           script_.at(attempt) + random_.between(1, 8) * minute);
        failed.run = attempts_;
        failed.amount = error.amount;
        const auto lost = script_.add(failed, {attempt});
        if (tries == 2) {
            give_up(lost);
            return false;
        }
        auto restored = make(kind::checkpoint_restored, phase::fix, script_.at(lost) + 20 * second);
        restored.run = 1;
        attempt = attempt_recovery(script_.add(restored, {lost}));
    }
    const auto by = work(phase::fix, role_for(phase::fix), script_.at(attempt) + second, attempt);
    auto recovered = make(kind::recovery_succeeded, phase::fix, script_.at(by.done) + second);
    recovered.run = attempts_;
    recovered.lasted_ms = recovered.at_ms - script_.at(happened);
    const auto good = script_.add(recovered, {attempt, by.commits.back(), by.done});
    end_phase(phase::fix, begun, {by.done, good});
    return true;
}

void issue_writer::document() {
    const auto begun = begin_phase(phase::document, {last_});
    auto done = work_together(phase::document, begun, 1);
    const auto role = script_[done.back()].agent;
    auto page = make(kind::documentation_created, phase::document,
                     script_.at(begun) + random_.between(2, 10) * minute);
    page.agent = role;
    page.run = runs_;
    done.push_back(script_.add(page, {begun, pull_request_}));
    if (random_.percent(50)) {
        page.kind = kind::confluence_page_created;
        page.at_ms += minute;
        done.push_back(script_.add(page, {done.back()}));
    }
    end_phase(phase::document, begun, done);
}

void issue_writer::give_up(number cause) {
    auto failed = make(kind::orchestration_failed, phase::fix, script_.at(cause) + minute);
    failed.lasted_ms = failed.at_ms;
    failed.amount = static_cast<number>(random_.below(failures.size()));
    const auto ended = script_.add(failed, {cause});
    auto closed = make(kind::pr_closed, phase::none, script_.at(ended) + 10 * second);
    closed.run = 1;
    script_.add(closed, {ended, pull_request_});
    auto back = make(kind::issue_transitioned, phase::none, script_.at(ended) + 30 * second);
    back.amount = 0;
    script_.add(back, {ended});
}

void issue_writer::complete() {
    auto merged =
        make(kind::pr_merged, phase::none, script_.at(last_) + random_.between(1, 20) * minute);
    merged.run = 1;
    if (random_.percent(6)) {
        // The first pull request is closed; a second one with the same commits takes its place.
        auto closed = make(kind::pr_closed, phase::none, script_.at(last_) + minute);
        closed.run = 1;
        const auto gone = script_.add(closed, {pull_request_, last_});
        auto again = make(kind::pr_created, phase::none, script_.at(gone) + minute);
        again.run = merged.run = 2;
        again.amount = static_cast<number>(commits_.size());
        pull_request_ = script_.add(again, {gone});
    }
    const auto merge = script_.add(merged, {pull_request_, tests_passed_, last_});
    auto log = make(kind::worklog_added, phase::none, script_.at(merge) + 40 * second);
    log.amount = static_cast<number>(random_.between(1, 16));
    script_.add(log, {merge});
    auto completed = make(kind::orchestration_completed, phase::none, script_.at(merge) + minute);
    completed.lasted_ms = completed.at_ms;
    completed.amount = static_cast<number>(commits_.size());
    const auto end = script_.add(completed, {merge, last_});
    auto moved = make(kind::issue_transitioned, phase::none, script_.at(end) + second);
    moved.amount = 2;
    script_.add(moved, {end});
}

void issue_writer::write() {
    started_ = last_ = script_.add(make(kind::orchestration_started, phase::none, 0), {});
    auto moved = make(kind::issue_transitioned, phase::none, second);
    moved.amount = 1;
    script_.add(moved, {started_});
    if (random_.percent(40)) {
        script_.add(make(kind::comment_posted, phase::none, 4 * second), {started_});
    }
    explore_and_plan();
    code();
    if (test()) {
        document();
        complete();
    }
    script_.finish(true);
}

// A task -----------------------------------------------------------------------------------------

class task_writer {
public:
    task_writer(script& to, random_numbers& random)
        : script_{to, random},
          random_{random},
          agent_{static_cast<std::uint8_t>(random.below(activity_agents.size()))} {}

    void write(task_place place);

private:
    number add(kind what, target where, std::uint32_t after_ms,
               std::initializer_list<number> causes, number amount = 0) {
        step one{.at_ms = now_ + after_ms, .kind = what, .target = where};
        one.agent = agent_;
        one.run = run_;
        one.amount = amount;
        const auto added = script_.add(one, causes);
        now_ = script_.at(added);
        return added;
    }
    number begin_session(kind what, std::initializer_list<number> causes) {
        const auto session = add(what, target::session, 20 * second, causes);
        return add(kind::context_assembled, target::session, 2 * second, {session},
                   static_cast<number>(random_.between(3, 40)));
    }
    number stop_for_conflict(number cause, number percent);
    number fail_and_retry(number cause);
    void work(number cause);

    script_writer script_;
    random_numbers& random_;
    std::uint8_t agent_;
    std::uint8_t run_ = 1;
    std::uint32_t now_ = 0;
};

number task_writer::stop_for_conflict(number cause, number percent) {
    const auto conflict = add(kind::activity_conflict_detected, target::agent, 15 * second, {cause},
                              static_cast<number>(random_.below(4)));
    const auto paused = add(kind::activity_paused, target::agent, second, {conflict}, percent);
    const auto blocked = add(kind::task_blocked, target::task, second, {conflict, paused});
    const auto context = begin_session(kind::session_resumed, {blocked});
    ++run_;
    return add(kind::activity_started, target::agent, 30 * second, {context, blocked});
}

number task_writer::fail_and_retry(number cause) {
    const auto error = add(kind::activity_error, target::agent, minute, {cause},
                           static_cast<number>(random_.below(failures.size())));
    ++run_;
    return add(kind::activity_started, target::agent, 30 * second, {error});
}

void task_writer::work(number cause) {
    constexpr std::uint32_t steps_max = 10;
    const auto steps = random_.between(3, steps_max);
    auto last = add(kind::activity_started, target::agent, 5 * second, {cause});
    auto begun_ms = script_.at(last);
    for (std::uint32_t i = 1; i < steps; ++i) {
        const auto percent = static_cast<number>(100 * i / steps);
        const auto pause = random_.between(30 * second, 15 * minute);
        last = add(kind::activity_progress, target::agent, pause, {last}, percent);
        if (random_.percent(50)) {
            add(kind::task_progress_updated, target::task, second, {last}, percent);
        }
        if (random_.percent(6)) last = stop_for_conflict(last, percent);
        if (random_.percent(5)) last = fail_and_retry(last);
        if (script_[last].kind == kind::activity_started) begun_ms = script_.at(last);
    }
    const auto done = add(kind::activity_completed, target::agent, minute, {last}, 100);
    script_[done].lasted_ms = script_.at(done) - begun_ms;
    const auto whole = add(kind::task_progress_updated, target::task, second, {done}, 100);
    add(kind::sprint_metadata_updated, target::sprint, second, {whole});
}

void task_writer::write(task_place place) {
    number cause = 0;
    if (place.first_of_sprint) {
        cause = add(kind::sprint_status_changed, target::sprint, 0, {}, 1);
        cause = add(kind::session_started, target::session, 20 * second, {cause});
        cause = add(kind::context_assembled, target::session, 2 * second, {cause}, 12);
    } else {
        cause = begin_session(kind::session_started, {});
    }
    const auto assigned = add(kind::task_assigned, target::task, 3 * second, {cause});
    if (random_.percent(20)) {
        add(kind::task_priority_changed, target::task, minute, {assigned},
            static_cast<number>(random_.below(3)));
    }
    work(assigned);
    if (place.last_of_sprint) {
        add(kind::sprint_status_changed, target::sprint, minute, {script_.last()}, 2);
    }
    script_.finish(false);
}

}  // namespace

void plan_issue(script& to, random_numbers& random) { issue_writer{to, random}.write(); }

void plan_task(script& to, random_numbers& random, task_place place) {
    task_writer{to, random}.write(place);
}

}  // namespace daybook::sample
