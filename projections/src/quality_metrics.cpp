// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/quality_metrics.hpp>

#include "event_facts.hpp"
#include "share_of.hpp"

#include <algorithm>

namespace daybook::projections {
namespace {

using enum event_kind;

constexpr std::size_t severities_max = 16;
// More tests in one run than this are a mistake, and would spoil the sums.
constexpr std::uint64_t tests_per_run_max = 1'000'000'000;

bool is_gap_event(event_kind kind) { return kind >= gap_identified && kind <= gap_escalated; }
bool is_test_event(event_kind kind) { return kind >= test_run_started && kind <= test_run_failed; }
bool is_quality_event(event_kind kind) {
    return kind >= quality_check_started && kind <= test_run_failed;
}

outcome outcome_of(event_kind kind) {
    if (kind == quality_check_started || kind == test_run_started) return outcome::started;
    const bool passed = kind == quality_check_completed || kind == test_run_completed;
    return passed ? outcome::completed : outcome::failed;
}

/// One event being applied to one row.
class quality_change {
public:
    quality_change(quality_metrics_row& row, const json_event& event)
        : row_{row}, event_{event.view()}, at_{event_.occurred_at()}, fields_{event} {}

    void apply() {
        const auto kind = event_kind_of(event_.type());
        row_.first_at = row_.first_at ? std::min(*row_.first_at, at_) : at_;
        row_.last_at = row_.last_at ? std::max(*row_.last_at, at_) : at_;
        if (is_gap_event(kind)) {
            apply_gap(kind);
        } else {
            apply_check(is_test_event(kind) ? row_.test_runs : row_.checks, kind);
            if (is_test_event(kind)) add_tests(kind);
            note_figures();
        }
        row_.odd_fields += fields_.odd();
    }

private:
    void apply_check(check_series& series, event_kind kind);
    void add_tests(event_kind kind);
    std::optional<std::uint64_t> tests(payload_reader::names of);
    void note_figures();
    void apply_gap(event_kind kind);
    void open_gap(const std::string& id);
    void resolve_gap(std::vector<open_quality_gap>::iterator gap);
    std::string severity() { return one_line(fields_.word({"severity", "gap_severity"}), 40); }
    gap_record& gaps_of(const std::string& severity) {
        return entry_in(row_.gaps, severity.empty() ? "unknown" : severity, severities_max);
    }

    quality_metrics_row& row_;
    const event_view& event_;
    timestamp at_;
    payload_reader fields_;
};

void quality_change::apply_check(check_series& series, event_kind kind) {
    const bool tests = is_test_event(kind);
    const auto name = tests
                          ? fields_.word({"test_suite", "suite", "suite_name", "test_type", "name"})
                          : fields_.word({"check_name", "check_type", "check", "gate", "name"});
    auto run = one_line(fields_.word({"run_id", "check_id", "test_run_id"}), text_kept_max);
    if (run.empty()) run = one_line(name, text_kept_max);
    const auto what = outcome_of(kind);
    if (what == outcome::started) {
        series.runs.begin(event_.stream(), run, at_);
        return series.counts.record(what);
    }
    series.counts.record(what, series.runs.end(event_.stream(), run, at_));
    auto& record =
        entry_in(series.by_name, name.empty() ? "unnamed" : name, quality_metrics::names_max);
    record.last_passed = what == outcome::completed;
    record.last_at = at_;
    ++(record.last_passed ? record.passed : record.failed);
}

std::optional<std::uint64_t> quality_change::tests(payload_reader::names of) {
    const auto count = fields_.amount(of);
    if (!count || *count <= tests_per_run_max) return count;
    ++row_.odd_fields;
    return std::nullopt;
}

void quality_change::add_tests(event_kind kind) {
    if (kind == test_run_started) return;
    const auto passed = tests({"tests_passed", "passed_tests", "passed", "pass_count"});
    const auto failed = tests({"tests_failed", "failed_tests", "failed", "fail_count"});
    const auto skipped = tests({"tests_skipped", "skipped_tests", "skipped"});
    const auto total = tests({"tests_total", "total_tests", "tests_run", "total"});
    row_.tests_failed += failed.value_or(0);
    row_.tests_skipped += skipped.value_or(0);
    if (passed) {
        row_.tests_passed += *passed;
    } else if (total) {
        const auto others = failed.value_or(0) + skipped.value_or(0);
        row_.tests_passed += *total - std::min(*total, others);
    }
}

void quality_change::note_figures() {
    if (const auto coverage =
            fields_.number({"coverage_percent", "coverage", "line_coverage", "test_coverage"})) {
        if (*coverage >= 0 && *coverage <= 100) {
            row_.coverage_percent = *coverage;
        } else {
            ++row_.odd_fields;
        }
    }
    if (const auto score = fields_.number({"quality_score", "score"})) row_.score = *score;
}

void quality_change::apply_gap(event_kind kind) {
    const auto id = one_line(fields_.word({"gap_id", "id"}), text_kept_max);
    auto& open = row_.gaps_open;
    const auto gap = std::find_if(open.begin(), open.end(), [&](const auto& g) {
        return g.id == id && g.stream == event_.stream();
    });
    if (kind == gap_identified) {
        if (gap != open.end()) {
            ++row_.gaps_repeated;
            return;
        }
        return open_gap(id);
    }
    // What the gap was found with counts; an end seldom repeats it.
    auto& record = gaps_of(gap != open.end() ? gap->severity : severity());
    if (kind == gap_escalated) {
        ++record.escalated;
        if (gap != open.end()) gap->escalated = true;
        return;
    }
    ++record.resolved;
    if (gap == open.end()) {
        ++row_.resolved_unknown;
        return;
    }
    resolve_gap(gap);
}

void quality_change::open_gap(const std::string& id) {
    auto& open = row_.gaps_open;
    if (open.size() == quality_metrics::gaps_max) {
        open.erase(open.begin());
        ++row_.gaps_forgotten;
    }
    auto& gap = open.emplace_back();
    gap.stream.assign(event_.stream());
    gap.id = id;
    gap.type = one_line(fields_.text({"gap_type", "type"}), text_kept_max);
    gap.severity = severity();
    gap.since = at_;
    gap.blocking = fields_.flag({"blocking"}).value_or(false);
    ++gaps_of(gap.severity).found;
}

void quality_change::resolve_gap(std::vector<open_quality_gap>::iterator gap) {
    const auto took = (at_ - gap->since).count();
    if (took < 0) {
        ++row_.resolved_before_found;
    } else {
        gaps_of(gap->severity).resolved_us.record(static_cast<std::uint64_t>(took));
    }
    row_.gaps_open.erase(gap);
}

check_summary summary_of(const check_series& series) {
    const auto counts = summarise(series.counts);
    check_summary shown;
    shown.started = counts.started;
    shown.passed = counts.completed;
    shown.failed = counts.failed;
    shown.running = series.runs.open.size();
    shown.pass_rate = counts.success_rate;
    shown.duration = counts.duration;
    shown.by_name = series.by_name;
    for (const auto& [name, record] : series.by_name) {
        if (!record.last_passed) shown.failing.push_back(name);
    }
    shown.oddities = oddities_of(series.runs);
    return shown;
}

double age_ms(timestamp since, timestamp until) {
    return std::max(0.0, static_cast<double>((until - since).count()) / 1000.0);
}

std::map<std::string, gap_summary> gaps_of(const quality_metrics_row& row) {
    std::map<std::string, gap_summary> shown;
    for (const auto& [severity, record] : row.gaps) {
        auto& one = shown[severity];
        one.found = record.found;
        one.resolved = record.resolved;
        one.escalated = record.escalated;
        one.time_to_resolve = summarise(record.resolved_us);
    }
    std::map<std::string, double> age_sums_ms;
    for (const auto& gap : row.gaps_open) {
        auto name = gap.severity.empty() ? std::string{"unknown"} : gap.severity;
        if (!shown.contains(name)) name = other_name;
        auto& one = shown[name];
        ++one.open;
        if (gap.blocking) ++one.blocking;
        if (!one.oldest_since || gap.since < *one.oldest_since) one.oldest_since = gap.since;
        age_sums_ms[name] += age_ms(gap.since, row.last_at.value_or(gap.since));
    }
    for (const auto& [name, sum] : age_sums_ms) {
        auto& one = shown[name];
        one.oldest_age_ms = age_ms(*one.oldest_since, row.last_at.value_or(*one.oldest_since));
        one.mean_age_ms = sum / static_cast<double>(one.open);
    }
    return shown;
}

}  // namespace

query quality_metrics::wants() {
    return query_of_kinds(
        [](event_kind kind) { return is_gap_event(kind) || is_quality_event(kind); });
}

std::vector<std::string> quality_metrics::key(const json_event& event) {
    return {"all", named_key("stream", event.view().stream())};
}

quality_metrics_row quality_metrics::apply(row current, const json_event& event) {
    quality_change{current, event}.apply();
    return current;
}

quality_summary quality_metrics::present(const row& current) {
    quality_summary shown;
    shown.checks = summary_of(current.checks);
    shown.test_runs = summary_of(current.test_runs);
    shown.tests_passed = current.tests_passed;
    shown.tests_failed = current.tests_failed;
    shown.tests_skipped = current.tests_skipped;
    shown.test_pass_rate =
        share_of(current.tests_passed, current.tests_passed + current.tests_failed);
    shown.coverage_percent = current.coverage_percent;
    shown.score = current.score;
    shown.gaps = gaps_of(current);
    for (const auto& [severity, record] : current.gaps) {
        shown.gaps_found += record.found;
        shown.gaps_resolved += record.resolved;
    }
    shown.gaps_open = current.gaps_open.size();
    shown.open_gaps = current.gaps_open;
    std::stable_sort(shown.open_gaps.begin(), shown.open_gaps.end(),
                     [](const auto& a, const auto& b) { return a.since < b.since; });
    shown.gaps_forgotten = current.gaps_forgotten;
    shown.gaps_repeated = current.gaps_repeated;
    shown.resolved_unknown = current.resolved_unknown;
    shown.resolved_before_found = current.resolved_before_found;
    shown.odd_fields = current.odd_fields;
    shown.first_at = current.first_at;
    shown.last_at = current.last_at;
    return shown;
}

}  // namespace daybook::projections
