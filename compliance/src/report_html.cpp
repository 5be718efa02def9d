// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "html_text.hpp"
#include "report_style.hpp"
#include "report_svg.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace daybook::compliance {
namespace {

/// How a verdict looks. The word is always there; colour and mark come to it.
struct look {
    std::string_view verdict, style, mark, word;
};

constexpr look looks[] = {
    {"verified", "good", "&#10003;", "Verified"},
    {"tampered", "bad", "&#10007;", "Tampered with"},
    {"rolled back", "bad", "&#8630;", "Rolled back"},
    {"malformed", "bad", "!", "Malformed"},
    {"unverifiable", "warn", "?", "Cannot be verified"},
    {"not verified", "warn", "?", "Signed, not verified"},
    {"not signed", "flat", "&#8211;", "Not signed"},
};

const look& look_of(std::string_view verdict) {
    const auto* const found = std::find_if(std::begin(looks), std::end(looks),
                                           [&](const look& one) { return one.verdict == verdict; });
    return found == std::end(looks) ? looks[4] : *found;
}

class page_writer {
public:
    explicit page_writer(const audit_report& report) : report_{report} {}

    std::string write();

private:
    /// Pieces of markup; what stands in events is escaped by `html_text` before.
    void put(std::initializer_list<std::string_view> parts) {
        for (const auto part : parts) page_ += part;
    }
    void head();
    void verdict();
    void facts();
    void fact(std::string_view name, std::string_view value, std::string_view small = {});
    void contents();
    void section(std::string_view id, std::string_view title);
    void table(const table_data& data, std::string_view caption);
    void table(report_table which, std::string_view caption) {
        table(table_of(report_, which), caption);
    }
    void counts(const std::vector<named_count>& list, std::string_view caption);
    void completeness();
    void timeline();
    void legend();
    void work();
    void quality();
    void errors();
    void error(std::string_view lead, const report_error& one);
    void people();
    void signatures();
    void pair(std::string_view name, std::string_view value);
    void events();
    void notes();

    const audit_report& report_;
    std::string page_;
};

void page_writer::head() {
    const auto title = html_text(report_.title);
    put({"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'\">\n",
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
         "<meta name=\"referrer\" content=\"no-referrer\">\n<title>", title, "</title>\n<style>",
         report_style,
         "</style>\n</head>\n<body>\n<header>\n<p class=\"kicker\">Audit report</p>\n", "<h1>",
         title, "</h1>\n<p class=\"about\">Asked for: ", html_text(report_.scope.filter),
         "<br>Made ", time_text(report_.made_at), " UTC by ", html_text(report_.tool),
         " from store <code>", html_text(report_.store), "</code></p>\n</header>\n<main>\n"});
}

void page_writer::verdict() {
    const auto& one = look_of(report_.verification.verdict);
    put({"<div class=\"verdict ", one.style,
         "\" role=\"status\"><span class=\"mark\" "
         "aria-hidden=\"true\">",
         one.mark, "</span><strong>", one.word, "</strong><span class=\"said\">",
         html_text(report_.verification.statement), "</span>"});
    put({"</div>\n"});
}

void page_writer::fact(std::string_view name, std::string_view value, std::string_view small) {
    put({"<div><dt>", name, "</dt><dd>", value});
    if (!small.empty()) put({"<small>", small, "</small>"});
    put({"</dd></div>\n"});
}

std::string ended_of(const projections::outcome_summary& outcomes) {
    return grouped_digits(outcomes.completed) + " completed, " + grouped_digits(outcomes.failed) +
           " failed";
}

void page_writer::facts() {
    const auto& scope = report_.scope;
    put({"<dl class=\"facts\">\n"});
    fact("Events", grouped_digits(scope.events_in_report),
         "of " + grouped_digits(scope.events_in_range) + " in the range");
    if (scope.first) {
        fact("Positions",
             std::to_string(scope.first->value) + " &#8211; " + std::to_string(scope.last->value),
             "first and last in the report");
        const auto lasted = static_cast<double>((*scope.last_at - *scope.first_at).count()) / 1000;
        fact("Period", span_text(lasted),
             time_text(*scope.first_at) + " to " + time_text(*scope.last_at) + " UTC");
    }
    fact("Streams", (scope.streams_exact ? "" : "over ") + grouped_digits(scope.streams));
    fact("Actors", grouped_digits(report_.actors.size()));
    const auto& flows = report_.workflows;
    if (flows.success_rate) fact("Workflows", share_text(*flows.success_rate), ended_of(flows));
    const auto& runs = report_.agent_runs;
    if (runs.success_rate) fact("Agents' runs", share_text(*runs.success_rate), ended_of(runs));
    const auto& quality = report_.quality;
    if (quality.gaps_found + quality.gaps_resolved > 0) {
        fact("Gaps", grouped_digits(quality.gaps_found) + " found",
             grouped_digits(quality.gaps_resolved) + " resolved, " +
                 grouped_digits(quality.gaps_open) + " open");
    }
    fact("Errors", grouped_digits(report_.errors.total),
         grouped_digits(report_.errors.critical) + " critical");
    put({"</dl>\n"});
}

void page_writer::contents() {
    static constexpr std::pair<std::string_view, std::string_view> places[] = {
        {"completeness", "Completeness"},
        {"timeline", "Timeline"},
        {"work", "Work"},
        {"quality", "Quality"},
        {"errors", "Errors"},
        {"people", "Who did what"},
        {"actions", "Administration"},
        {"signatures", "Signatures"},
        {"events", "Events"},
        {"notes", "Notes"}};
    put({"<nav aria-label=\"Contents\"><ul>\n"});
    for (const auto& [id, title] : places) {
        put({"<li><a href=\"#", id, "\">", title, "</a></li>\n"});
    }
    put({"</ul></nav>\n"});
}

void page_writer::section(std::string_view id, std::string_view title) {
    put({"<h2 id=\"", id, "\">", title, "</h2>\n"});
}

std::string_view class_of(const table_column& column) {
    if (is_figure(column.as)) return "figure";
    if (column.as == shown_as::time) return "time";
    if (column.as == shown_as::code) return "code";
    static constexpr std::string_view long_ones[] = {"summary", "did", "message", "preceded_by"};
    const bool wide =
        std::find(std::begin(long_ones), std::end(long_ones), column.name) != std::end(long_ones);
    return wide ? "long" : "text";
}

/// Columns in which any row has something to show.
std::vector<std::size_t> columns_with_values(const table_data& data) {
    std::vector<std::size_t> shown;
    for (std::size_t i = 0; i < data.columns.size(); ++i) {
        const bool any = std::any_of(data.rows.begin(), data.rows.end(), [&](const auto& row) {
            return !std::holds_alternative<std::monostate>(row[i]);
        });
        if (any) shown.push_back(i);
    }
    return shown;
}

void page_writer::table(const table_data& data, std::string_view caption) {
    const auto shown = columns_with_values(data);
    put({"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"", caption,
         "\"><table><caption>", caption, "</caption>\n<thead><tr>"});
    for (const auto i : shown) {
        const auto& column = data.columns[i];
        put({"<th scope=\"col\" class=\"", class_of(column), "\">", column.heading, "</th>"});
    }
    put({"</tr></thead>\n<tbody>\n"});
    for (const auto& row : data.rows) {
        put({"<tr>"});
        for (const auto i : shown) {
            const auto& column = data.columns[i];
            put({"<td class=\"", class_of(column), "\">"});
            append_cell_html(page_, row[i], column.as);
            put({"</td>"});
        }
        put({"</tr>\n"});
    }
    put({"</tbody></table></div>\n"});
}

void page_writer::counts(const std::vector<named_count>& list, std::string_view caption) {
    put({"<h3>", caption, "</h3>\n<ul class=\"counts\">\n"});
    for (const auto& [name, count] : list) {
        put({"<li><span>", html_text(name), "</span> <b>", grouped_digits(count), "</b></li>\n"});
    }
    put({"</ul>\n"});
}

void page_writer::completeness() {
    const auto& scope = report_.scope;
    section("completeness", "Completeness");
    put({"<p>The log has ", grouped_digits(scope.events_in_log), " events. Positions ",
         std::to_string(scope.from.value), " up to, not including, ",
         std::to_string(scope.to.value), " were looked at: ", grouped_digits(scope.events_in_range),
         " events, for positions have no gaps. Of these, ", grouped_digits(scope.events_in_report),
         " match what was asked for and are in this report, and ",
         grouped_digits(scope.events_not_asked), " do not.</p>\n<p>Every figure counts all ",
         grouped_digits(scope.events_in_report), " events; ", grouped_digits(scope.events_listed),
         " of them are listed at the end, and ", grouped_digits(scope.events_not_listed),
         " are not.</p>\n"});
    if (report_.by_type.empty()) return;
    counts(report_.by_type, "Events by type");
    counts(report_.by_severity, "Events by severity");
}

void page_writer::legend() {
    const auto item = [&](std::string_view style, std::string_view text) {
        put({"<li><svg viewBox=\"0 0 26 13\" aria-hidden=\"true\"><rect class=\"", style,
             R"(" x="1" y="1" width="24" height="11" rx="1.5"/></svg>)", text, "</li>\n"});
    };
    const auto has = [&](std::string_view kind) {
        const auto& lanes = report_.picture.lanes;
        return std::any_of(lanes.begin(), lanes.end(),
                           [&](const auto& lane) { return lane.kind == kind; });
    };
    put({"<ul class=\"legend\">\n"});
    if (has("phase")) item("phase", "phase");
    if (has("agent")) item("agent", "agent at work");
    if (has("phase") || has("agent")) item("agent open", "not ended");
    if (has("type")) item("type", "events of the type");
    item("failed", "failed, or an error");
    item("count", "number of events");
    put({"</ul>\n"});
}

void page_writer::timeline() {
    section("timeline", "Timeline");
    if (!report_.scope.first_at) {
        put({"<p>There are no events.</p>\n"});
        return;
    }
    put({"<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Timeline\">\n"});
    append_picture(page_, report_);
    put({"</div>\n"});
    legend();
    put(
        {"<p class=\"soft\">Times are UTC, as events tell them. Bars that lie too close to be told "
         "apart are drawn as one, and long times without events are cut out.</p>\n"});
}

void page_writer::work() {
    section("work", "Work");
    if (report_.workflow_types.empty() && report_.phases.empty() && report_.agents.empty()) {
        put({"<p>No event tells of workflows, phases or agents.</p>\n"});
        return;
    }
    if (!report_.workflow_types.empty()) {
        put({"<h3>Workflows</h3>\n"});
        table(report_table::workflows, "How workflows ended, and how long they took");
        if (report_.workflows_open > 0) {
            put({"<p>", grouped_digits(report_.workflows_open), " have not ended.</p>\n"});
        }
    }
    if (!report_.phases.empty()) {
        put({"<h3>Phases</h3>\n"});
        table(report_table::phases, "How phases ended, and how long they took");
    }
    if (!report_.agents.empty()) {
        put({"<h3>Agents</h3>\n"});
        table(report_table::agents, "What agents did, and how busy they were");
        put(
            {"<p class=\"soft\">Busy is the time in which at least one run was under way; "
             "utilisation is its share of the time in which any agent was at work.</p>\n"});
    }
}

void page_writer::quality() {
    section("quality", "Quality");
    const auto& quality = report_.quality;
    put({"<p>Gaps: ", grouped_digits(quality.gaps_found), " found, ",
         grouped_digits(quality.gaps_resolved), " resolved, ", grouped_digits(quality.gaps_open),
         " open. Checks: ", grouped_digits(quality.checks.passed), " passed, ",
         grouped_digits(quality.checks.failed),
         " failed. Test runs: ", grouped_digits(quality.test_runs.passed), " passed, ",
         grouped_digits(quality.test_runs.failed), " failed.</p>\n"});
    if (!quality.gaps.empty()) table(report_table::gaps, "Gaps by severity");
    if (!quality.open_gaps.empty()) {
        table_data open{{{"gap", "Gap", shown_as::code},
                         {"stream", "Stream", shown_as::code},
                         {"type", "Type"},
                         {"severity", "Severity"},
                         {"since", "Since (UTC)", shown_as::time},
                         {"blocking", "Blocking"}},
                        {}};
        for (const auto& gap : quality.open_gaps) {
            open.rows.push_back({gap.id, gap.stream, gap.type, gap.severity, gap.since,
                                 std::string{gap.blocking ? "yes" : "no"}});
        }
        table(open, "Gaps that are open");
    }
    if (!quality.checks.by_name.empty() || !quality.test_runs.by_name.empty()) {
        table(report_table::checks, "Checks and test runs");
    }
}

void page_writer::error(std::string_view lead, const report_error& one) {
    put({"<p>", lead, " at position ", std::to_string(one.position.value), ", <time>",
         time_text(one.at), "</time>, in <code>", html_text(one.stream), "</code>"});
    if (!one.agent.empty()) put({", agent ", html_text(one.agent)});
    if (!one.phase.empty()) put({", phase ", html_text(one.phase)});
    put({": ", html_text(one.summary), "</p>\n"});
    if (!one.causes.empty()) {
        put({"<p class=\"soft\">Caused by"});
        for (const auto& cause : one.causes) {
            put({" <code>", daybook::to_string(cause), "</code>"});
        }
        put({"</p>\n"});
    }
    if (one.before.empty()) return;
    put(
        {"<p class=\"soft\">Before it in the stream, the newest first:</p>\n<ol "
         "class=\"steps\">\n"});
    for (const auto& step : one.before) {
        put({"<li><time>", time_text(step.at), "</time> ", html_text(step.type)});
        if (!step.summary.empty()) put({": ", html_text(step.summary)});
        put({" <span class=\"soft\">(position ", std::to_string(step.position.value)});
        if (!step.actor.empty()) put({", ", html_text(step.actor)});
        put({")</span></li>\n"});
    }
    put({"</ol>\n"});
}

void page_writer::errors() {
    constexpr std::size_t kinds_told = 10;
    section("errors", "Errors");
    if (report_.errors.total == 0) {
        put({"<p>No event is of severity error or critical.</p>\n"});
        return;
    }
    table(report_table::errors, "Errors by kind");
    counts(report_.errors.by_agent, "Errors by agent");
    counts(report_.errors.by_phase, "Errors by phase");
    const auto& kinds = report_.errors.by_kind;
    for (std::size_t i = 0; i < std::min(kinds.size(), kinds_told); ++i) {
        const auto& kind = kinds[i];
        put({"<div class=\"error\"><h3>", html_text(kind.name), "</h3>\n"});
        error(kind.count == 1 ? "The only one" : "The first", kind.first);
        if (kind.count > 1) error("The last", kind.last);
        put({"</div>\n"});
    }
    if (kinds.size() > kinds_told) {
        put({"<p class=\"soft\">What came before the other ",
             std::to_string(kinds.size() - kinds_told), " kinds is in the JSON.</p>\n"});
    }
}

void page_writer::people() {
    section("people", "Who did what");
    if (report_.actors.empty()) put({"<p>There are no events.</p>\n"});
    if (!report_.actors.empty()) table(report_table::actors, "Actors, the most active first");
    section("actions", "Administration");
    if (report_.actions.empty()) {
        put({"<p>In this range, nothing was recorded of what was done to the log itself.</p>\n"});
        return;
    }
    table(report_table::actions, "What was done to the log itself in this range");
    if (report_.actions_left_out > 0) {
        put({"<p>", grouped_digits(report_.actions_left_out), " later ones are not listed.</p>\n"});
    }
}

void page_writer::pair(std::string_view name, std::string_view value) {
    if (!value.empty()) put({"<dt>", name, "</dt><dd>", html_text(value), "</dd>\n"});
}

void page_writer::signatures() {
    const auto& found = report_.verification;
    section("signatures", "Signatures");
    put({"<p>", html_text(found.statement), "</p>\n<dl class=\"pairs\">\n"});
    const auto up_to = [](const std::optional<position>& at) {
        return at ? std::to_string(at->value) + " events" : std::string{};
    };
    pair("Verdict", found.verdict);
    pair("Log", found.origin);
    if (found.from && found.to) {
        pair("Verified", "positions " + std::to_string(found.from->value) +
                             " up to, not including, " + std::to_string(found.to->value));
    }
    pair("Signed up to", up_to(found.signed_to));
    pair("Anchored up to", up_to(found.anchored_to));
    pair("Clock", found.clock);
    put({"</dl>\n"});
    if (!found.findings.empty()) table(report_table::findings, "What was found");
    if (found.findings_left_out > 0) {
        put({"<p>", grouped_digits(found.findings_left_out),
             " more findings are not listed.</p>\n"});
    }
    if (!found.keys.empty()) table(report_table::keys, "Keys");
    const auto block = [&](std::string_view name, std::string_view text) {
        if (!text.empty()) put({"<h3>", name, "</h3>\n<pre>", html_text(text), "</pre>\n"});
    };
    block("Newest checkpoint", found.checkpoint);
    block("Policy", found.policy);
    std::string anchors;
    for (const auto& anchor : found.anchors) anchors.append(anchor).append(1, '\n');
    block("Anchors", anchors);
}

void page_writer::events() {
    section("events", "Events");
    const auto& scope = report_.scope;
    put({"<p>", grouped_digits(scope.events_listed), " of ", grouped_digits(scope.events_in_report),
         " events, by position."});
    if (scope.events_not_listed > 0) {
        put({" The other ", grouped_digits(scope.events_not_listed),
             " come later; as CSV, the report lists every one."});
    }
    put({"</p>\n"});
    if (report_.events.empty()) return;
    auto data = table_of(report_, report_table::events);
    // What the page has no room for is in the JSON and in the CSV.
    static constexpr std::string_view left_out[] = {"recorded", "id", "actor_type", "sequence"};
    for (std::size_t i = 0; i < data.columns.size(); ++i) {
        const auto name = data.columns[i].name;
        if (std::find(std::begin(left_out), std::end(left_out), name) == std::end(left_out))
            continue;
        for (auto& row : data.rows) row[i] = {};
    }
    table(data, "Events by position");
}

void page_writer::notes() {
    section("notes", "Notes");
    put(
        {"<ul class=\"notes\">\n<li>This page was made from the log alone, by one reading of it. "
         "It is a picture of the log; the proof is the log itself, or a bundle of it.</li>\n",
         "<li>An error is an event of severity error or critical: by its tag, its payload, or its "
         "type.</li>\n<li>Percentiles are within 1.1 %; counts, means and extremes are "
         "exact.</li>\n"});
    for (const auto& note : report_.notes) put({"<li>", html_text(note), "</li>\n"});
    put({"</ul>\n</main>\n<footer>Store <code>", html_text(report_.store), "</code>, positions ",
         std::to_string(report_.scope.from.value), " to ", std::to_string(report_.scope.to.value),
         ". ", html_text(report_.tool), ".</footer>\n</body>\n</html>\n"});
}

std::string page_writer::write() {
    head();
    verdict();
    facts();
    contents();
    completeness();
    timeline();
    work();
    quality();
    errors();
    people();
    signatures();
    events();
    notes();
    return std::move(page_);
}

}  // namespace

std::string report_html(const audit_report& report) { return page_writer{report}.write(); }

}  // namespace daybook::compliance
