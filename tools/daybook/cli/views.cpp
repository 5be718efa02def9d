// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/views.hpp"

#include <daybook/json.hpp>
#include <daybook/projections/workflow_metrics.hpp>

#include "cli/progress.hpp"
#include "cli/text.hpp"
#include "cli/timeline_rows.hpp"
#include "cli/values.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <limits>
#include <tuple>

namespace daybook::cli {
namespace {

namespace json = boost::json;
using projections::any_projection;

tone tone_of_state(std::string_view state) {
    if (state == "current") return tone::good;
    return state == "behind" || state == "building" ? tone::warning : tone::faint;
}

cell generation_cell(const view_progress& v) {
    return v.generation == 0 ? cell{} : cell{std::uint64_t{v.generation}};
}

const field<view_progress> progress_fields[] = {
    {{.name = "name", .colour = tone::accent},
     [](const view_progress& v) { return text_cell(v.name); }},
    {{.name = "version"}, [](const view_progress& v) { return cell{std::uint64_t{v.version}}; }},
    {{.name = "generation"}, generation_cell},
    {{.name = "state", .colour_of = tone_of_state},
     [](const view_progress& v) { return text_cell(v.state); }},
    {{.name = "active"}, [](const view_progress& v) { return cell{v.active}; }},
    {{.name = "cursor"}, [](const view_progress& v) { return cell{v.cursor.value}; }},
    {{.name = "lag_events"}, [](const view_progress& v) { return cell{v.lag_events}; }},
    {{.name = "behind_for", .seen_in = seen_in::tables},
     [](const view_progress& v) {
         return v.lag_time ? text_cell(duration_text(*v.lag_time)) : cell{};
     }},
    {{.name = "lag_seconds", .seen_in = seen_in::others},
     [](const view_progress& v) {
         if (!v.lag_time) return cell{};
         return cell{std::chrono::duration<double>{*v.lag_time}.count()};
     }},
    {{.name = "lag_bytes", .seen_in = seen_in::others},
     [](const view_progress& v) { return cell{v.lag_bytes}; }},
    {{.name = "events_applied"}, [](const view_progress& v) { return cell{v.events_applied}; }},
    {{.name = "parked_keys", .seen_in = seen_in::others},
     [](const view_progress& v) { return cell{v.parked.keys}; }},
    {{.name = "parked", .seen_in = seen_in::tables},
     [](const view_progress& v) { return cell{v.parked.events}; }},
    {{.name = "parked_events", .seen_in = seen_in::others},
     [](const view_progress& v) { return cell{v.parked.events}; }},
    {{.name = "rows"},
     [](const view_progress& v) { return v.digest ? cell{v.digest->rows} : cell{}; }},
    {{.name = "digest"},
     [](const view_progress& v) { return v.digest ? text_cell(v.digest->digest) : cell{}; }},
};
constexpr std::size_t digest_fields = 2;

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
    std::string name;
    std::string pointer;
    column header = {};  ///< But for its name.
    bool is_ms = false;  ///< Milliseconds, to be told as a span of time.
};

std::string_view state_of(const projections::built_view& v, position end,
                          std::span<const known_projection> known) {
    using projections::generation_place;
    if (v.place == generation_place::kept) return "kept";
    if (v.place == generation_place::building) return v.paused ? "paused" : "building";
    if (v.cursor > end) return "ahead";
    const bool has_code = std::any_of(known.begin(), known.end(), [&](const known_projection& k) {
        return k.projection.name() == v.name && k.projection.version() == v.version;
    });
    if (!has_code) return "left over";
    return v.cursor == end ? "current" : "behind";
}

result<view_progress> progress_of(store& log, const projections::built_view& v,
                                  std::span<const known_projection> known) {
    const auto status = projections::stored_status(log, v);
    if (!status) return status.error();
    view_progress told{.name = v.name,
                       .version = v.version,
                       .generation = v.generation,
                       .state = state_of(v, log.watermark(), known),
                       .active = v.active,
                       .cursor = v.cursor,
                       .lag_events = status->lag_events,
                       .lag_bytes = status->lag_bytes,
                       .events_applied = v.events_applied,
                       .parked = status->parked};
    if (status->lag_events > 0) told.lag_time = status->lag_time;
    return told;
}

/// By name and version; what readers get first.
bool comes_before(const view_progress& a, const view_progress& b) {
    const auto rank = [](const view_progress& v) {
        return v.state == "kept" ? 2 : v.state == "building" || v.state == "paused" ? 1 : 0;
    };
    return std::tuple{std::string_view{a.name}, a.version, rank(a), a.generation} <
           std::tuple{std::string_view{b.name}, b.version, rank(b), b.generation};
}

}  // namespace

struct view_rows::layout {
    std::string view;
    std::vector<std::string> keys;  ///< Columns of the key's parts; none: the row says it all.
    std::vector<member_column> members;
    std::string kind = {};  ///< What the keys of these rows start with; it is not shown.
};

namespace {

using layout = view_rows::layout;

std::vector<layout> layouts_of_work() {
    return {
        {"orchestration_state",
         {"stream"},
         {{"status", "/status"},
          {"phase", "/phase"},
          {"title", "/title", {.cut = cut::early}},
          {"events", "/events"},
          {"commits", "/counts/commits"},
          {"gaps_identified", "/counts/gaps_identified", {.seen_in = seen_in::others}},
          {"gaps_resolved", "/counts/gaps_resolved", {.seen_in = seen_in::others}},
          {"errors", "/counts/errors"},
          {"last_event_at", "/last_event_at", {.colour = tone::faint}}}},
        {"agent_metrics",
         {"agent"},
         {{"spawned", "/spawned"},
          {"succeeded", "/succeeded", {.colour = tone::good}},
          {"failed", "/failed"},
          {"blocked", "/blocked"},
          {"success_rate", "/success_rate"},
          {"mean", "/duration/mean_ms", {.seen_in = seen_in::tables}, true},
          {"p95", "/duration/p95_ms", {.seen_in = seen_in::tables}, true},
          {"mean_ms", "/duration/mean_ms", {.seen_in = seen_in::others}},
          {"p50_ms", "/duration/p50_ms", {.seen_in = seen_in::others}},
          {"p95_ms", "/duration/p95_ms", {.seen_in = seen_in::others}},
          {"p99_ms", "/duration/p99_ms", {.seen_in = seen_in::others}},
          {"outputs", "/outputs", {.cut = cut::early}}}},
        {"timeline",
         {},
         {{"at", "/at", {.colour = tone::faint}},
          {"severity", "/severity", {.colour_of = tone_of_severity}},
          {"stream", "/stream", {.cut = cut::late, .colour = tone::accent}},
          {"actor", "/actor", {.cut = cut::late}},
          {"summary", "/summary", {.cut = cut::late}}}},
        {"sprint_board",
         {"of"},
         {{"sprint", "/sprint", {.cut = cut::late}},
          {"phase", "/phase", {.cut = cut::late}},
          {"state", "/state"},
          {"state_since", "/state_since", {.colour = tone::faint}},
          {"assignee", "/assignee", {.cut = cut::late, .colour = tone::accent}},
          {"priority", "/priority"},
          {"progress_percent", "/progress_percent"},
          {"blocked_by", "/blocked_by", {.cut = cut::late}},
          {"title", "/title", {.cut = cut::early}}}},
        {"entity_history",
         {"stream"},
         {{"events", "/events"},
          {"status", "/fields/status/value", {.cut = cut::late}},
          {"changes", "/changes", {.seen_in = seen_in::others}},
          {"first_at", "/first_at", {.colour = tone::faint}},
          {"last_at", "/last_at", {.colour = tone::faint}}}},
    };
}

std::vector<layout> layouts_of_workflows() {
    return {
        {"workflow_metrics",
         {"of"},
         {{"health", "/health"},
          {"total", "/total"},
          {"running", "/running"},
          {"paused", "/paused"},
          {"completed", "/completed", {.colour = tone::good}},
          {"failed", "/failed"},
          {"success_rate", "/success_rate"},
          {"p50", "/duration/p50_ms", {.seen_in = seen_in::tables}, true},
          {"p95", "/duration/p95_ms", {.seen_in = seen_in::tables}, true},
          {"p50_ms", "/duration/p50_ms", {.seen_in = seen_in::others}},
          {"p95_ms", "/duration/p95_ms", {.seen_in = seen_in::others}},
          {"p99_ms", "/duration/p99_ms", {.seen_in = seen_in::others}},
          {"last_at", "/last_at", {.colour = tone::faint}}},
         projections::kind_key<projections::work_metrics>("")},
        {"workflow_metrics",
         {"of"},
         {{"state", "/state"},
          {"type", "/type", {.cut = cut::late}},
          {"since", "/since", {.colour = tone::faint}},
          {"open", "/open"},
          {"completed", "/completed", {.colour = tone::good}},
          {"failed", "/failed"},
          {"cancelled", "/cancelled"},
          {"took", "/took_ms", {.seen_in = seen_in::tables}, true},
          {"took_ms", "/took_ms", {.seen_in = seen_in::others}},
          {"last_at", "/last_at", {.colour = tone::faint}}},
         projections::kind_key<projections::work_in_streams>("")},
    };
}

std::vector<layout> layouts_of_figures() {
    return {
        {"quality_metrics",
         {"of"},
         {{"checks_passed", "/checks/passed", {.colour = tone::good}},
          {"checks_failed", "/checks/failed"},
          {"test_runs_passed", "/test_runs/passed", {.colour = tone::good}},
          {"test_runs_failed", "/test_runs/failed"},
          {"test_pass_rate", "/test_pass_rate"},
          {"coverage_percent", "/coverage_percent"},
          {"gaps_open", "/gaps_open"},
          {"gaps_resolved", "/gaps_resolved", {.seen_in = seen_in::others}},
          {"last_at", "/last_at", {.colour = tone::faint}}}},
        {"activity_feed",
         {},
         {{"at", "/at", {.colour = tone::faint}},
          {"severity", "/severity", {.colour_of = tone_of_severity}},
          {"project", "/project", {.cut = cut::late}},
          {"agent", "/agent", {.cut = cut::late, .colour = tone::accent}},
          {"alert", "/alert", {.seen_in = seen_in::others}},
          {"message", "/message", {.cut = cut::late}}}},
        {"activity_statistics",
         {"of"},
         {{"events", "/events"},
          {"alerts", "/alerts"},
          {"completed", "/completed", {.colour = tone::good}},
          {"failed", "/failed"},
          {"success_rate", "/success_rate"},
          {"by_severity", "/by_severity", {.cut = cut::early}},
          {"last_at", "/last_at", {.colour = tone::faint}}}},
        {"daily_summary",
         {"day"},
         {{"events", "/events"},
          {"streams_begun", "/streams_begun"},
          {"done", "/done", {.cut = cut::early}},
          {"by_severity", "/by_severity", {.cut = cut::early}}}},
        {"usage",
         {"of"},
         {{"responses", "/responses"},
          {"repeated", "/repeated"},
          {"input_tokens", "/input_tokens"},
          {"cache_read_tokens", "/cache_read_tokens"},
          {"output_tokens", "/output_tokens"},
          {"cost_micro_usd", "/cost_micro_usd"}}},
    };
}

const std::vector<layout>& layouts() {
    static const auto all = [] {
        auto joined = layouts_of_work();
        for (auto& one : layouts_of_workflows()) joined.push_back(std::move(one));
        for (auto& one : layouts_of_figures()) joined.push_back(std::move(one));
        return joined;
    }();
    return all;
}

/// The layout that was chosen for rows of a built-in view with keys like this one, or null.
const layout* chosen_layout(const any_projection& of, std::string_view key) {
    const auto found = std::find_if(layouts().begin(), layouts().end(), [&](const layout& l) {
        return l.view == of.name() && key.starts_with(l.kind);
    });
    return found == layouts().end() ? nullptr : &*found;
}

/// The key as it is shown: without the kind of the row.
std::string_view shown_key(const any_projection& of, std::string_view key) {
    const auto* chosen = chosen_layout(of, key);
    return chosen == nullptr ? key : key.substr(chosen->kind.size());
}

/// What the columns of the key are called.
std::vector<std::string> key_columns(const any_projection& of, std::string_view key) {
    if (const auto* chosen = chosen_layout(of, key)) return chosen->keys;
    return of.key_names().empty() ? std::vector<std::string>{"key"} : of.key_names();
}

/// A column for each member of a row, or for the row if it has no members.
layout layout_like(const any_projection& of, std::string_view key, const json::value& row) {
    layout made{of.name(), key_columns(of, key), {}};
    if (!row.is_object()) {
        made.members = {{"row", "", {.cut = cut::late}}};
        return made;
    }
    for (const auto& member : row.get_object()) {
        const std::string name{member.key()};
        const bool is_technical = name == "odd_fields";
        made.members.push_back({name,
                                projections::join_key({"", name}),
                                {.seen_in = is_technical ? seen_in::others : seen_in::all}});
    }
    return made;
}

/// The row with the parts of its key as its first members.
std::string with_key(const std::vector<std::string>& names, std::string_view key,
                     const std::string& row) {
    if (names.empty()) return row;
    const auto parts = projections::split_key(key, names.size());
    std::string text = "{";
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += ',';
        text += json_quoted(names[i]) + ":" + json_quoted(parts[i]);
    }
    if (!row.starts_with('{')) return text + ",\"row\":" + row + "}";
    return row == "{}" ? text + "}" : text + "," + row.substr(1);
}

std::vector<cell> key_cells(const std::vector<std::string>& names, std::string_view key) {
    std::vector<cell> cells;
    if (names.empty()) return cells;
    for (const auto& part : projections::split_key(key, names.size()))
        cells.push_back(text_cell(part));
    cells.resize(names.size());
    return cells;
}

}  // namespace

result<void> catch_up(store& log, const std::vector<any_projection>& which, console& at) {
    auto views = projections::runner::open(log, which);
    if (!views) return views.error();
    return catch_up(*views, "bringing views up to date", at);
}

result<void> catch_up(projections::runner& views, std::string label, console& at) {
    progress_bar bar{at, std::move(label)};
    return views.catch_up([&](std::uint64_t done, std::uint64_t total) {
        bar.update(done, total, grouped(done) + " events");
    });
}

result<std::uint32_t> parse_generation(const std::string& text) {
    const auto number = parse_number("GENERATION", text);
    if (!number) return number.error();
    if (*number == 0 || *number > std::numeric_limits<std::uint32_t>::max())
        return fail(errc::invalid_argument, "GENERATION: '" + text + "' is no generation's number");
    return static_cast<std::uint32_t>(*number);
}

result<std::unique_ptr<const projections::as_of_view>> open_as_of(store& log,
                                                                  const any_projection& of,
                                                                  projections::as_of when,
                                                                  console& at) {
    auto view = projections::as_of_view::open(log, of, when);
    if (!view) return view.error();
    for (const auto& why : view->checkpoints_ignored()) at.say(why);
    const auto cursor = view->cursor();
    if (!cursor) return cursor.error();
    at.say(of.name() + " as it stood after " + grouped(cursor->value) + " of " +
           grouped(log.watermark().value) + " events");
    return std::make_unique<const projections::as_of_view>(*std::move(view));
}

result<std::vector<view_progress>> view_progress_of(store& log,
                                                    std::span<const known_projection> known,
                                                    digests d) {
    const auto built = projections::built_views(log);
    if (!built) return built.error();
    const position end = log.watermark();
    std::vector<view_progress> all;
    for (const auto& v : *built) {
        auto progress = progress_of(log, v, known);
        if (!progress) return progress.error();
        all.push_back(*std::move(progress));
        if (d == digests::none) continue;
        auto digest = projections::digest_of(log, v);
        if (!digest) return digest.error();
        all.back().digest = *std::move(digest);
    }
    for (const auto& each : known) {
        const any_projection& p = each.projection;
        const bool is_built = std::any_of(all.begin(), all.end(), [&](const view_progress& v) {
            return v.name == p.name() && v.version == p.version();
        });
        if (is_built) continue;
        all.push_back({.name = p.name(),
                       .version = p.version(),
                       .state = "not built",
                       .lag_events = end.value});
    }
    std::sort(all.begin(), all.end(), comes_before);
    return all;
}

void tell_progress(const std::vector<view_progress>& views, record_sink& to) {
    std::span<const field<view_progress>> fields{progress_fields};
    const bool digested =
        std::any_of(views.begin(), views.end(), [](const auto& v) { return v.digest; });
    if (!digested) fields = fields.first(fields.size() - digest_fields);
    rows<view_progress> told{to, fields};
    for (const auto& v : views) told.add(v);
    to.end();
}

cell json_cell(const json::value& v) {
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

std::string key_of_row(const any_projection& of, std::string_view text) {
    if (chosen_layout(of, text) != nullptr) return std::string{text};
    const auto first = std::find_if(layouts().begin(), layouts().end(),
                                    [&](const layout& l) { return l.view == of.name(); });
    return first == layouts().end() ? std::string{text} : first->kind + std::string{text};
}

view_rows::view_rows(const any_projection& of, record_sink& to) : of_{of}, to_{to} {}

view_rows::~view_rows() = default;

void view_rows::begin(layout chosen) {
    layout_ = std::make_unique<layout>(std::move(chosen));
    std::vector<column> columns;
    for (const auto& name : layout_->keys)
        columns.push_back({.name = name, .cut = cut::late, .colour = tone::accent});
    for (const auto& m : layout_->members) {
        columns.push_back(m.header);
        columns.back().name = m.name;
    }
    to_.begin(std::move(columns), shape::list);
}

void view_rows::add(std::string_view key, const std::string& row) {
    ++count_;
    boost::system::error_code problem;
    const json::value document = json::parse(row, problem);
    if (!layout_) {
        const auto* chosen = chosen_layout(of_, key);
        begin(chosen != nullptr ? *chosen : layout_like(of_, key, document));
    }
    if (key.starts_with(layout_->kind)) key.remove_prefix(layout_->kind.size());
    std::vector<cell> cells = key_cells(layout_->keys, key);
    for (const auto& m : layout_->members) {
        const json::value* found = problem ? nullptr : find_pointer(document, m.pointer);
        const cell value = found == nullptr ? cell{} : json_cell(*found);
        cells.push_back(m.is_ms ? span_of(value) : value);
    }
    to_.add(ready_record{std::move(cells), with_key(layout_->keys, key, row)});
}

void view_rows::end() {
    if (!layout_) {
        const auto key = key_of_row(of_, "");
        const auto* chosen = chosen_layout(of_, key);
        begin(chosen != nullptr ? *chosen : layout{of_.name(), key_columns(of_, key), {}});
    }
    to_.end();
}

void tell_row(const any_projection& of, std::string_view key, const std::string& row,
              record_sink& to) {
    const auto names = key_columns(of, key);
    key = shown_key(of, key);
    const auto shown = names.empty() ? std::vector<std::string>{"key"} : names;
    std::vector<column> columns;
    for (const auto& name : shown) columns.push_back({.name = name});
    std::vector<cell> cells = key_cells(shown, key);
    boost::system::error_code problem;
    const json::value document = json::parse(row, problem);
    if (const auto* members = document.if_object()) {
        for (const auto& m : *members) {
            columns.push_back({.name = m.key()});
            cells.push_back(json_cell(m.value()));
        }
    } else {
        columns.push_back({.name = "row"});
        cells.push_back(problem ? cell{json_text{row}} : json_cell(document));
    }
    to.begin(std::move(columns), shape::one);
    to.add(ready_record{std::move(cells), with_key(names, key, row)});
    to.end();
}

}  // namespace daybook::cli
