// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "plan_text.hpp"

#include "text.hpp"

namespace daybook {
namespace {

constexpr std::size_t text_bytes_max = 1000;

std::string describe(const term& t, const term_rules& rules) {
    switch (t.in) {
        case field::category: return cat("category=", t.text);
        case field::type: return cat("type=", t.text);
        case field::actor: return cat("actor=", t.text);
        case field::tag: return cat("tag=", t.text);
        case field::correlation: return cat("correlation=", t.text);
        case field::stream: return cat("stream=", t.text);
        case field::id: return cat("id=", bytes::load<event_id>(t.text.data()));
        case field::cause: return cat("cause=", bytes::load<event_id>(t.text.data()));
        default: break;
    }
    const auto place = static_cast<std::size_t>(t.in) - static_cast<std::size_t>(field::payload);
    // A reindex since the walk began may have changed the fields.
    if (place >= rules.indexed_fields.size()) return "a field that is not indexed any more";
    return cat(rules.indexed_fields[place], "=", t.text.substr(1));
}

void append_list(std::string& out, std::string_view name, const std::vector<std::string>& any,
                 char between) {
    if (any.empty()) return;
    out += cat(out.empty() ? "" : " ", name, "=");
    for (const auto& one : any) {
        if (&one != &any.front()) out += between;
        out += one;
    }
}

void append_part(std::string& out, std::string_view name, std::string_view value) {
    if (!value.empty()) out += cat(out.empty() ? "" : " ", name, "=", value);
}

std::string to_text(const criteria& c) {
    std::string out;
    append_list(out, "types", c.types, '|');
    append_list(out, "tags", c.tags, '&');
    append_part(out, "stream", c.stream);
    append_part(out, "category", c.category);
    append_part(out, "correlation", c.correlation);
    append_part(out, "actor", c.actor);
    append_part(out, "actor_type", c.actor_type);
    if (c.id) append_part(out, "id", to_string(*c.id));
    if (c.cause) append_part(out, "cause", to_string(*c.cause));
    if (c.since) append_part(out, "since", to_string(*c.since));
    if (c.until) append_part(out, "until", to_string(*c.until));
    return out.empty() ? "everything" : out;
}

std::string_view spelling_of(comparison op) {
    switch (op) {
        case comparison::equal: return "=";
        case comparison::not_equal: return "!=";
        case comparison::less: return "<";
        case comparison::less_equal: return "<=";
        case comparison::greater: return ">";
        case comparison::greater_equal: return ">=";
        case comparison::exists: return "";
        case comparison::prefix: return "^=";
        case comparison::contains: return "*=";
    }
    return "";
}

std::string cut(std::string text) {
    if (text.size() > text_bytes_max) text = text.substr(0, text_bytes_max) + "...";
    return text;
}

}  // namespace

query_plan plan_of(const query_walk& walk, const term_rules& rules) {
    const auto& q = walk.asked();
    query_plan plan;
    for (const auto& leaf : walk.index().leaves()) {
        plan.steps.push_back({describe(leaf.wanted, rules),
                              is_packed(leaf.wanted.in) ? "packed postings" : "postings",
                              leaf.found});
    }
    if (q.timed()) plan.steps.push_back({"since/until", "times", walk.counts().candidates});
    if (q.needs_check()) {
        plan.steps.push_back({"the rest", "read and check", walk.counts().candidates});
    }
    plan.segments = walk.segments();
    plan.segments_read = walk.counts().segments_read;
    plan.candidates = walk.counts().candidates;
    plan.matches = walk.counts().matches;
    plan.exact_from_index = !q.needs_check();
    plan.scans_log = q.scans();
    return plan;
}

std::string to_text(const query_plan& plan) {
    std::string out;
    for (const auto& step : plan.steps) {
        out += cat(out.empty() ? "" : ", ", step.what, ' ', step.how, ' ', step.candidates);
    }
    out += cat(out.empty() ? "" : "; ", plan.scans_log ? "the whole log, " : "", plan.segments_read,
               " of ", plan.segments, " segments, ", plan.candidates, " candidates, ", plan.matches,
               " matches");
    return cut(std::move(out));
}

std::string to_text(const query& q) {
    std::string out;
    for (const auto& one : q.any_of) out += cat(out.empty() ? "" : " or ", to_text(one));
    if (out.empty()) out = "everything";
    for (const auto& one : q.where) {
        out += cat(&one == &q.where.front() ? " where " : " and ", one.pointer, spelling_of(one.op),
                   one.value);
    }
    return cut(std::move(out));
}

}  // namespace daybook
