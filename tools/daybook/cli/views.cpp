// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/views.hpp"

#include <daybook/json.hpp>
#include <daybook/projections/built_in.hpp>
#include <daybook/projections/runner.hpp>

#include "cli/progress.hpp"
#include "cli/suggest.hpp"
#include "cli/text.hpp"
#include "cli/timeline_rows.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <tuple>

namespace daybook::cli {
namespace {

namespace json = boost::json;
using projections::any_projection;

tone tone_of_state(std::string_view state) {
    if (state == "current") return tone::good;
    return state == "behind" ? tone::warning : tone::faint;
}

const field<view_progress> progress_fields[] = {
    {{.name = "name", .colour = tone::accent},
     [](const view_progress& v) { return text_cell(v.name); }},
    {{.name = "version"}, [](const view_progress& v) { return cell{std::uint64_t{v.version}}; }},
    {{.name = "state", .colour_of = tone_of_state},
     [](const view_progress& v) { return text_cell(v.state); }},
    {{.name = "cursor"}, [](const view_progress& v) { return cell{v.cursor.value}; }},
    {{.name = "lag_events"}, [](const view_progress& v) { return cell{v.lag_events}; }},
    {{.name = "events_applied"}, [](const view_progress& v) { return cell{v.events_applied}; }},
};

cell cell_of(const json::value& v) {
    switch (v.kind()) {
        case json::kind::null: return {};
        case json::kind::bool_: return v.get_bool();
        case json::kind::int64: return v.get_int64();
        case json::kind::uint64: return v.get_uint64();
        case json::kind::double_: return v.get_double();
        case json::kind::string: return text_cell(v.get_string());
        default: return json_text{json::serialize(v)};
    }
}

/// Milliseconds as a span of time for people.
cell span_of(const cell& ms) {
    double count = 0;
    if (const auto* d = std::get_if<double>(&ms)) {
        count = *d;
    } else if (const auto* i = std::get_if<std::int64_t>(&ms)) {
        count = static_cast<double>(*i);
    } else {
        return ms;
    }
    const std::chrono::duration<double, std::milli> span{count};
    return duration_text(std::chrono::duration_cast<std::chrono::microseconds>(span));
}

/// Cells that are known beforehand.
class ready_record final : public record {
public:
    ready_record(std::vector<cell> cells, std::string whole)
        : cells_{std::move(cells)}, whole_{std::move(whole)} {}
    cell at(std::size_t column) const override { return cells_[column]; }
    std::string json() const override { return whole_; }

private:
    std::vector<cell> cells_;
    std::string whole_;
};

/// A member of a row as a column.
struct member_column {
    column header;
    std::string_view pointer;
    bool is_ms = false;  ///< Milliseconds, to be told as a span of time.
};

result<any_projection> projection_named(const std::string& name) {
    if (auto found = projections::find_built_in(name)) return *std::move(found);
    std::vector<std::string> known;
    for (const auto& p : projections::built_in_projections()) known.push_back(p.name());
    return fail(errc::not_found, "no projection '" + printable(name) + "'" +
                                     did_you_mean(name, known) + " (there are " +
                                     listed(known, " and ") + ")");
}

view_progress progress_of(const projections::built_view& v, position end) {
    view_progress p{.name = v.name,
                    .version = v.version,
                    .state = "current",
                    .cursor = v.cursor,
                    .lag_events = end.value - std::min(end.value, v.cursor.value),
                    .events_applied = v.events_applied};
    if (p.lag_events > 0) p.state = "behind";
    const auto known = projections::find_built_in(v.name);
    if (!known || known->version() != v.version) p.state = "left over";
    if (v.cursor > end) p.state = "ahead";
    return p;
}

}  // namespace

struct view_rows::layout {
    std::string_view view;
    std::string_view key;  ///< The column of the key; empty: the row says it all.
    std::vector<member_column> members;
};

namespace {

std::vector<view_rows::layout> layouts_of_work() {
    return {
        {"orchestration_state",
         "stream",
         {{{.name = "status"}, "/status"},
          {{.name = "phase"}, "/phase"},
          {{.name = "title", .cut = cut::early}, "/title"},
          {{.name = "events"}, "/events"},
          {{.name = "commits"}, "/counts/commits"},
          {{.name = "gaps_identified", .seen_in = seen_in::others}, "/counts/gaps_identified"},
          {{.name = "gaps_resolved", .seen_in = seen_in::others}, "/counts/gaps_resolved"},
          {{.name = "errors"}, "/counts/errors"},
          {{.name = "last_event_at", .colour = tone::faint}, "/last_event_at"}}},
        {"agent_metrics",
         "agent",
         {{{.name = "spawned"}, "/spawned"},
          {{.name = "succeeded", .colour = tone::good}, "/succeeded"},
          {{.name = "failed"}, "/failed"},
          {{.name = "blocked"}, "/blocked"},
          {{.name = "success_rate"}, "/success_rate"},
          {{.name = "mean", .seen_in = seen_in::tables}, "/duration/mean_ms", true},
          {{.name = "p95", .seen_in = seen_in::tables}, "/duration/p95_ms", true},
          {{.name = "mean_ms", .seen_in = seen_in::others}, "/duration/mean_ms"},
          {{.name = "p50_ms", .seen_in = seen_in::others}, "/duration/p50_ms"},
          {{.name = "p95_ms", .seen_in = seen_in::others}, "/duration/p95_ms"},
          {{.name = "p99_ms", .seen_in = seen_in::others}, "/duration/p99_ms"},
          {{.name = "outputs", .cut = cut::early}, "/outputs"}}},
        {"timeline",
         "",
         {{{.name = "at", .colour = tone::faint}, "/at"},
          {{.name = "severity", .colour_of = tone_of_severity}, "/severity"},
          {{.name = "stream", .cut = cut::late, .colour = tone::accent}, "/stream"},
          {{.name = "actor", .cut = cut::late}, "/actor"},
          {{.name = "summary", .cut = cut::late}, "/summary"}}},
        {"sprint_board",
         "of",
         {{{.name = "sprint", .cut = cut::late}, "/sprint"},
          {{.name = "phase", .cut = cut::late}, "/phase"},
          {{.name = "state"}, "/state"},
          {{.name = "state_since", .colour = tone::faint}, "/state_since"},
          {{.name = "assignee", .cut = cut::late, .colour = tone::accent}, "/assignee"},
          {{.name = "priority"}, "/priority"},
          {{.name = "progress_percent"}, "/progress_percent"},
          {{.name = "blocked_by", .cut = cut::late}, "/blocked_by"},
          {{.name = "title", .cut = cut::early}, "/title"}}},
        {"entity_history",
         "stream",
         {{{.name = "events"}, "/events"},
          {{.name = "status", .cut = cut::late}, "/fields/status/value"},
          {{.name = "changes", .seen_in = seen_in::others}, "/changes"},
          {{.name = "first_at", .colour = tone::faint}, "/first_at"},
          {{.name = "last_at", .colour = tone::faint}, "/last_at"}}},
    };
}

std::vector<view_rows::layout> layouts_of_figures() {
    return {
        {"quality_metrics",
         "of",
         {{{.name = "checks_passed", .colour = tone::good}, "/checks/passed"},
          {{.name = "checks_failed"}, "/checks/failed"},
          {{.name = "test_runs_passed", .colour = tone::good}, "/test_runs/passed"},
          {{.name = "test_runs_failed"}, "/test_runs/failed"},
          {{.name = "test_pass_rate"}, "/test_pass_rate"},
          {{.name = "coverage_percent"}, "/coverage_percent"},
          {{.name = "gaps_open"}, "/gaps_open"},
          {{.name = "gaps_resolved", .seen_in = seen_in::others}, "/gaps_resolved"},
          {{.name = "last_at", .colour = tone::faint}, "/last_at"}}},
        {"workflow_metrics",
         "of",
         {{{.name = "health"}, "/health"},
          {{.name = "total"}, "/total"},
          {{.name = "running"}, "/running"},
          {{.name = "paused"}, "/paused"},
          {{.name = "completed", .colour = tone::good}, "/completed"},
          {{.name = "failed"}, "/failed"},
          {{.name = "success_rate"}, "/success_rate"},
          {{.name = "p50", .seen_in = seen_in::tables}, "/duration/p50_ms", true},
          {{.name = "p95", .seen_in = seen_in::tables}, "/duration/p95_ms", true},
          {{.name = "p50_ms", .seen_in = seen_in::others}, "/duration/p50_ms"},
          {{.name = "p95_ms", .seen_in = seen_in::others}, "/duration/p95_ms"},
          {{.name = "p99_ms", .seen_in = seen_in::others}, "/duration/p99_ms"},
          {{.name = "last_at", .colour = tone::faint}, "/last_at"}}},
        {"activity_feed",
         "",
         {{{.name = "at", .colour = tone::faint}, "/at"},
          {{.name = "severity", .colour_of = tone_of_severity}, "/severity"},
          {{.name = "project", .cut = cut::late}, "/project"},
          {{.name = "agent", .cut = cut::late, .colour = tone::accent}, "/agent"},
          {{.name = "alert", .seen_in = seen_in::others}, "/alert"},
          {{.name = "message", .cut = cut::late}, "/message"}}},
        {"activity_statistics",
         "of",
         {{{.name = "events"}, "/events"},
          {{.name = "alerts"}, "/alerts"},
          {{.name = "completed", .colour = tone::good}, "/completed"},
          {{.name = "failed"}, "/failed"},
          {{.name = "success_rate"}, "/success_rate"},
          {{.name = "by_severity", .cut = cut::early}, "/by_severity"},
          {{.name = "last_at", .colour = tone::faint}, "/last_at"}}},
        {"daily_summary",
         "day",
         {{{.name = "events"}, "/events"},
          {{.name = "streams_begun"}, "/streams_begun"},
          {{.name = "done", .cut = cut::early}, "/done"},
          {{.name = "by_severity", .cut = cut::early}, "/by_severity"}}},
        {"usage",
         "of",
         {{{.name = "responses"}, "/responses"},
          {{.name = "repeated"}, "/repeated"},
          {{.name = "input_tokens"}, "/input_tokens"},
          {{.name = "cache_read_tokens"}, "/cache_read_tokens"},
          {{.name = "output_tokens"}, "/output_tokens"},
          {{.name = "cost_micro_usd"}, "/cost_micro_usd"}}},
    };
}

/// The last one is for views that are not listed.
const std::vector<view_rows::layout>& layouts() {
    static const auto all = [] {
        auto joined = layouts_of_work();
        for (auto& one : layouts_of_figures()) joined.push_back(std::move(one));
        joined.push_back({"", "key", {{{.name = "row", .cut = cut::late}, ""}}});
        return joined;
    }();
    return all;
}

const view_rows::layout& layout_of(std::string_view view) {
    const auto found = std::find_if(layouts().begin(), layouts().end(),
                                    [&](const auto& l) { return l.view == view; });
    return found == layouts().end() ? layouts().back() : *found;
}

/// The row with its key as its first member.
std::string with_key(std::string_view name, std::string_view key, const std::string& row) {
    if (name.empty()) return row;
    const std::string member = "{" + json_quoted(name) + ":" + json_quoted(key);
    if (!row.starts_with('{')) return member + ",\"row\":" + row + "}";
    return row == "{}" ? member + "}" : member + "," + row.substr(1);
}

}  // namespace

result<std::vector<any_projection>> projections_named(std::span<const std::string> names) {
    if (names.empty()) return projections::built_in_projections();
    std::vector<any_projection> found;
    for (const auto& name : names) {
        auto one = projection_named(name);
        if (!one) return one.error();
        found.push_back(*std::move(one));
    }
    return found;
}

result<void> catch_up(store& log, const std::vector<any_projection>& which, bool rebuild,
                      console& at) {
    auto views = projections::runner::open(log, which);
    if (!views) return views.error();
    if (rebuild) {
        for (const auto& p : which) {
            if (auto begun = views->rebuild(p.name()); !begun) return begun.error();
        }
    }
    progress_bar bar{at, rebuild ? "rebuilding views" : "bringing views up to date"};
    return views->catch_up([&](std::uint64_t done, std::uint64_t total) {
        bar.update(done, total, grouped(done) + " events");
    });
}

result<std::vector<view_progress>> view_progress_of(store& log) {
    const auto built = projections::built_views(log);
    if (!built) return built.error();
    const position end = log.watermark();
    std::vector<view_progress> all;
    for (const auto& v : *built) all.push_back(progress_of(v, end));
    for (const auto& p : projections::built_in_projections()) {
        const bool known = std::any_of(all.begin(), all.end(), [&](const view_progress& v) {
            return v.name == p.name() && v.version == p.version();
        });
        if (known) continue;
        all.push_back({.name = p.name(),
                       .version = p.version(),
                       .state = "not built",
                       .lag_events = end.value});
    }
    std::sort(all.begin(), all.end(), [](const view_progress& a, const view_progress& b) {
        return std::tie(a.name, a.version) < std::tie(b.name, b.version);
    });
    return all;
}

void tell_progress(const std::vector<view_progress>& views, record_sink& to) {
    rows<view_progress> told{to, progress_fields};
    for (const auto& v : views) told.add(v);
    to.end();
}

view_rows::view_rows(std::string_view view, record_sink& to) : layout_{layout_of(view)}, to_{to} {
    std::vector<column> columns;
    if (!layout_.key.empty())
        columns.push_back({.name = layout_.key, .cut = cut::late, .colour = tone::accent});
    for (const auto& m : layout_.members) columns.push_back(m.header);
    to_.begin(std::move(columns), shape::list);
}

void view_rows::add(std::string_view key, const std::string& row) {
    ++count_;
    boost::system::error_code problem;
    const json::value document = json::parse(row, problem);
    std::vector<cell> cells;
    if (!layout_.key.empty()) cells.push_back(text_cell(key));
    for (const auto& m : layout_.members) {
        const json::value* found = problem ? nullptr : find_pointer(document, m.pointer);
        const cell value = found == nullptr ? cell{} : cell_of(*found);
        cells.push_back(m.is_ms ? span_of(value) : value);
    }
    to_.add(ready_record{std::move(cells), with_key(layout_.key, key, row)});
}

void tell_row(std::string_view view, std::string_view key, const std::string& row,
              record_sink& to) {
    const std::string_view key_name = layout_of(view).key;
    std::vector<column> columns{{.name = key_name.empty() ? "key" : key_name}};
    std::vector<cell> cells{text_cell(key)};
    boost::system::error_code problem;
    const json::value document = json::parse(row, problem);
    if (const auto* members = document.if_object()) {
        for (const auto& m : *members) {
            columns.push_back({.name = m.key()});
            cells.push_back(cell_of(m.value()));
        }
    } else {
        columns.push_back({.name = "row"});
        cells.push_back(problem ? cell{json_text{row}} : cell_of(document));
    }
    to.begin(std::move(columns), shape::one);
    to.add(ready_record{std::move(cells), with_key(key_name, key, row)});
    to.end();
}

}  // namespace daybook::cli
