// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "commands/diff_stores.hpp"

#include <daybook/json.hpp>
#include <daybook/replay/compare.hpp>

#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/view_comparison.hpp"

namespace daybook::cli {
namespace {

using replay::compared_step;
using replay::event_comparison;
using replay::step_kind;

constexpr std::uint64_t steps_shown = 1000;

struct both_stores {
    opened_store a;
    opened_store b;
};

result<both_stores> open_both(const invocation& call) {
    const auto& directories = call.given.values("store");
    if (directories.size() != 2) {
        return fail(errc::invalid_argument,
                    "diff compares two stores: give --store twice, first for A, then for B");
    }
    auto a = open_store_at(call, directories[0], access::read);
    if (!a) return a.error();
    auto b = open_store_at(call, directories[1], access::read);
    if (!b) return b.error();
    return both_stores{std::move(a), std::move(b)};
}

/// One step with its events.
struct told_step {
    step_kind kind{};
    std::optional<event> a;
    std::optional<event> b;
};

std::string_view name_of(step_kind kind) {
    switch (kind) {
        case step_kind::same: return "same";
        case step_kind::only_a: return "only a";
        case step_kind::only_b: return "only b";
        case step_kind::changed: return "changed";
    }
    return "";
}

tone tone_of_step(std::string_view text) {
    if (text == "same") return tone::plain;
    return text == "changed" ? tone::warning : text == "only a" ? tone::bad : tone::good;
}

const event& either(const told_step& s) { return s.a ? *s.a : *s.b; }

cell position_cell(const std::optional<event>& of) {
    return of ? cell{of->position().value} : cell{};
}

/// The payload as it is, if it is JSON.
cell payload_cell(const std::optional<event>& of) {
    if (!of) return {};
    if (!payload_json(*of)) return text_cell(of->payload());
    return json_text{std::string{of->payload()}, {}};
}

const field<told_step> fields[] = {
    {{.name = "step", .colour_of = tone_of_step},
     [](const told_step& s) { return text_cell(name_of(s.kind)); }},
    {{.name = "a"}, [](const told_step& s) { return position_cell(s.a); }},
    {{.name = "b"}, [](const told_step& s) { return position_cell(s.b); }},
    {{.name = "stream", .cut = cut::late},
     [](const told_step& s) { return text_cell(either(s).stream()); }},
    {{.name = "type", .colour = tone::accent},
     [](const told_step& s) { return text_cell(either(s).type()); }},
    {{.name = "payload_a", .cut = cut::early},
     [](const told_step& s) { return payload_cell(s.a); }},
    {{.name = "payload_b", .cut = cut::early},
     [](const told_step& s) { return payload_cell(s.kind == step_kind::same ? s.a : s.b); }},
};

/// What --stream and --correlation choose of each side.
struct chosen {
    query a;
    query b;
    bool by_stream = true;
};

result<chosen> choose(const arguments& given) {
    const auto& streams = given.values("stream");
    const auto& correlations = given.values("correlation");
    if (!streams.empty() && !correlations.empty()) {
        return fail(errc::invalid_argument, "--stream and --correlation are given both");
    }
    const auto& names = streams.empty() ? correlations : streams;
    if (names.size() > 2) {
        return fail(errc::invalid_argument,
                    "there are two stores: give --stream or --correlation once or twice");
    }
    chosen made;
    if (names.empty()) return made;
    const auto only = [&](const std::string& name) {
        criteria one;
        (streams.empty() ? one.correlation : one.stream) = name;
        return query{std::move(one)};
    };
    made.a = only(names.front());
    made.b = only(names.back());
    made.by_stream = names.front() == names.back();
    return made;
}

/// Reads the events of steps and shows them.
class step_rows {
public:
    step_rows(const both_stores& from, rows<told_step>& to, bool all, std::uint64_t limit)
        : from_{from}, to_{to}, all_{all}, limit_{limit} {}

    void add(const compared_step& step) {
        if (failed_ || (!all_ && step.kind == step_kind::same)) return;
        if (to_.count() >= limit_) {
            ++left_out_;
            return;
        }
        told_step told{step.kind, {}, {}};
        load(*from_.a, step.a, told.a);
        load(*from_.b, step.b, told.b);
        if (!failed_) to_.add(told);
    }
    const std::optional<error>& failed() const noexcept { return failed_; }
    std::uint64_t left_out() const noexcept { return left_out_; }

private:
    void load(const store& log, std::optional<position> at, std::optional<event>& into) {
        if (!at) return;
        auto found = log.read_one(*at);
        if (found) {
            into = *std::move(found);
        } else {
            failed_ = found.error();
        }
    }

    const both_stores& from_;
    rows<told_step>& to_;
    bool all_;
    std::uint64_t limit_;
    std::uint64_t left_out_ = 0;
    std::optional<error> failed_;
};

void tell_counts(const event_comparison& found, std::uint64_t left_out, record_sink& to) {
    std::string line = grouped(found.shared) + " events shared, then " + grouped(found.same) +
                       " the same, " + grouped(found.changed) + " changed, " +
                       grouped(found.only_a) + " only in A, " + grouped(found.only_b) +
                       " only in B";
    if (left_out > 0) line += "; " + grouped(left_out) + " steps are not shown (--limit)";
    to.note("equal", found.equal(), line);
    to.note("shared", found.shared, "");
    to.note("same", found.same, "");
    to.note("changed", found.changed, "");
    to.note("only_a", found.only_a, "");
    to.note("only_b", found.only_b, "");
    const auto place = [](const std::optional<position>& at) {
        return at ? cell{at->value} : cell{};
    };
    to.note("parts_a", place(found.parts_a), "");
    to.note("parts_b", place(found.parts_b), "");
}

result<answer> diff_events(invocation& call) {
    const auto which = choose(call.given);
    if (!which) return which.error();
    std::uint64_t limit = steps_shown;
    if (const auto text = call.given.value("limit")) {
        const auto number = parse_number("--limit", *text);
        if (!number) return number.error();
        limit = *number;
    }
    auto both = open_both(call);
    if (!both) return both.error();
    const auto sink = call.sink();
    rows<told_step> table{*sink, fields};
    step_rows shown{*both, table, call.given.has("all"), limit};
    const auto found = replay::compare_events(
        {*both->a, which->a}, {*both->b, which->b},
        {.by_stream = which->by_stream, .key = call.given.value_or("key", "")},
        [&](const compared_step& step) { shown.add(step); });
    if (!found) return found.error();
    if (shown.failed()) return *shown.failed();
    tell_counts(*found, shown.left_out(), *sink);
    sink->end();
    return found->equal() ? answer::yes : answer::no;
}

result<answer> diff_rows(invocation& call, const std::string& name) {
    for (const auto* other : {"stream", "correlation", "key", "all", "limit"}) {
        if (!call.given.has(other)) continue;
        return fail(errc::invalid_argument,
                    "--rows compares rows; leave out --" + std::string{other});
    }
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    const auto of = projections_named(*known, {&name, 1});
    if (!of) return of.error();
    auto both = open_both(call);
    if (!both) return both.error();
    const auto found = replay::compare_views(*both->a, *both->b, of->front());
    if (!found) return found.error();
    projections::built_view rows_of;
    rows_of.name = name;
    rows_of.version = of->front().version();
    rows_of.row_fingerprint = of->front().row_fingerprint();
    return tell_comparison(call, {rows_of, rows_of, *found, *known});
}

}  // namespace

result<answer> diff_stores(invocation& call) {
    const auto view = call.given.value("rows");
    return view ? diff_rows(call, *view) : diff_events(call);
}

}  // namespace daybook::cli
