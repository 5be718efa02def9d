// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/audit_report.hpp>
#include <daybook/compliance/audit_trail.hpp>
#include <daybook/limits.hpp>

#include "report_parts.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <utility>

namespace daybook::compliance {
namespace {

constexpr std::uint64_t progress_every = 4096;

/// Everything that is told of events, gathered in one pass.
class gathering {
public:
    void take(const seen_event& seen) {
        scope_.take(seen);
        workflows_.take(seen);
        phases_.take(seen);
        agents_.take(seen);
        if (quality_wanted_.matches(seen.event.view())) {
            quality_ = projections::quality_metrics::apply(std::move(quality_), seen.event);
        }
        errors_.take(seen);
        actors_.take(seen);
        time_.take(seen);
    }

    void tell(audit_report& to) const {
        scope_.tell(to);
        workflows_.tell(to);
        phases_.tell(to);
        agents_.tell(to);
        to.quality = projections::quality_metrics::present(quality_);
        errors_.tell(to);
        actors_.tell(to);
        time_.tell(to);
    }

private:
    scope_part scope_;
    workflow_part workflows_;
    phase_part phases_;
    agent_part agents_;
    projections::quality_metrics_row quality_;
    query_matcher quality_wanted_{projections::quality_metrics::wants()};
    error_part errors_;
    actor_part actors_;
    time_part time_;
};

result<std::optional<std::string>> leaf_at(const report_evidence& evidence, position at) {
    if (!evidence.leaf_of) return std::optional<std::string>{};
    const auto leaf = evidence.leaf_of(at);
    if (!leaf) return leaf.error();
    return *leaf ? std::optional{(*leaf)->hex()} : std::nullopt;
}

report_event told(const seen_event& seen, std::optional<std::string> leaf) {
    const auto& event = seen.event.view();
    return {.position = event.position(),
            .at = event.occurred_at(),
            .recorded_at = event.recorded_at(),
            .type = seen.line.type,
            .stream = seen.line.stream,
            .sequence = event.sequence(),
            .id = event.id(),
            .actor_type = seen.line.actor_type,
            .actor = seen.line.actor,
            .phase = seen.line.phase,
            .severity = boost::describe::enum_to_string(seen.line.severity, "unknown"),
            .summary = seen.line.summary,
            .leaf_hash = std::move(leaf)};
}

/// A part of the log, and how it is read.
struct range {
    position from, to;  // Not including `to`.
    bool unchecked = false;

    /// What was verified is read as it is: the verdict tells what is wrong with it.
    static range of(const report_scope& scope, const report_evidence& evidence) {
        return {scope.from, scope.to, evidence.checked.has_value()};
    }
};

/// Calls `visit` for what matches in the range.
template <class Visitor>
result<void> read_range(const store& log, const query& which, const range& in, Visitor visit) {
    auto events = log.read(which, {.from = in.from.value, .unchecked = in.unchecked});
    if (!events) return events.error();
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more || (*events)->position() >= in.to) return {};
        if (auto visited = visit(**events); !visited) return visited.error();
    }
}

result<void> gather(const store& log, const report_request& what, const report_evidence& evidence,
                    audit_report& to, gathering& all) {
    const auto in = range::of(to.scope, evidence);
    json_event event;
    std::uint64_t count = 0;
    return read_range(log, what.which, in, [&](event_view at) -> result<void> {
        event.move_to(at);
        const auto seen = seen_event::of(event);
        all.take(seen);
        if (what.progress && count % progress_every == 0) {
            what.progress(at.position().value - in.from.value, in.to.value - in.from.value);
        }
        const bool listed = count++ < what.events_max;
        if (!listed && !what.on_event) return {};
        auto leaf = leaf_at(evidence, at.position());
        if (!leaf) return leaf.error();
        auto line = told(seen, *std::move(leaf));
        if (what.on_event) {
            if (auto taken = what.on_event(line); !taken) return taken.error();
        }
        if (listed) to.events.push_back(std::move(line));
        return {};
    });
}

/// What was done to the log in the range, whatever the report is about.
result<void> gather_actions(const store& log, const report_evidence& evidence, audit_report& to) {
    const query trail{criteria{.stream = std::string{compliance_stream}}};
    return read_range(log, trail, range::of(to.scope, evidence),
                      [&](event_view at) -> result<void> {
                          if (to.actions.size() == report_limits::actions_max) {
                              ++to.actions_left_out;
                              return {};
                          }
                          auto leaf = leaf_at(evidence, at.position());
                          if (!leaf) return leaf.error();
                          const auto line = projections::timeline::entry_of(at);
                          to.actions.push_back({at.position(), at.occurred_at(), line.type,
                                                line.actor, line.summary, *std::move(leaf)});
                          return {};
                      });
}

/// The events before an error in its stream, the newest first.
result<void> look_before(const store& log, report_error& error, bool unchecked) {
    if (error.sequence.value <= 1) return {};
    auto events = log.read_stream(error.stream, {.direction = direction::backwards,
                                                 .from = error.sequence.value - 1,
                                                 .limit = report_limits::steps_before_max,
                                                 .unchecked = unchecked});
    if (!events) return events.error();
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) return {};
        auto line = projections::timeline::entry_of(**events);
        error.before.push_back({line.position, line.at, std::move(line.type), std::move(line.actor),
                                std::move(line.summary)});
    }
}

result<void> look_before_errors(const store& log, audit_report& to, bool unchecked) {
    for (auto& kind : to.errors.by_kind) {
        if (auto looked = look_before(log, kind.first, unchecked); !looked) return looked;
        if (auto looked = look_before(log, kind.last, unchecked); !looked) return looked;
    }
    return {};
}

std::string sentence_of(const report_evidence& evidence, const report_scope& scope) {
    if (!evidence.is_signed) {
        return "Nothing in this log is signed: that it is what was written then is not proved.";
    }
    if (!evidence.checked) return "The log is signed. For this report, nobody verified it.";
    switch (evidence.checked->what()) {
        case verdict::verified: break;
        case verdict::tampered: return "Something is not what was signed.";
        case verdict::rolled_back:
            return "The log ends before what an anchor outside of it remembers.";
        case verdict::unverifiable: return "Whether the log is what was signed cannot be told.";
        case verdict::malformed: return "What was to be verified is not what it says it is.";
    }
    const bool whole = evidence.checked->from <= scope.from && evidence.checked->to >= scope.to;
    return whole ? "Everything in this range is what was signed."
                 : "What was verified is what was signed; that is not all of this report's range.";
}

report_verification tell_evidence(const report_evidence& evidence, const report_scope& scope) {
    report_verification told{.verdict = evidence.is_signed ? "not verified" : "not signed",
                             .statement = sentence_of(evidence, scope),
                             .origin = evidence.origin,
                             .keys = evidence.keys,
                             .policy = evidence.policy,
                             .checkpoint = evidence.checkpoint,
                             .anchors = evidence.anchors,
                             .clock = evidence.clock};
    if (!evidence.is_signed || !evidence.checked) return told;
    const auto& checked = *evidence.checked;
    told.verdict = to_string(checked.what());
    if (told.origin.empty()) told.origin = checked.origin;
    told.from = checked.from;
    told.to = checked.to;
    told.signed_to = checked.signed_to;
    told.anchored_to = checked.anchored_to;
    for (const auto& one : checked.findings) {
        if (told.findings.size() == report_limits::findings_max) {
            ++told.findings_left_out;
        } else {
            told.findings.push_back(
                {std::string{to_string(one.what)}, one.kind, one.at, one.message});
        }
    }
    return told;
}

result<void> check_request(const report_request& what, position from, position to,
                           position end_of_log) {
    if (what.events_max > report_limits::events_max) {
        return fail(errc::invalid_argument,
                    "audit report: at most " + std::to_string(report_limits::events_max) +
                        " events can be listed, asked for were " + std::to_string(what.events_max));
    }
    if (to > end_of_log || from > to) {
        return fail(errc::invalid_argument,
                    "audit report: positions " + std::to_string(from.value) + " to " +
                        std::to_string(to.value) + " are no range of a log of " +
                        std::to_string(end_of_log.value) + " events");
    }
    return validate(what.which);
}

}  // namespace

result<audit_report> make_audit_report(const store& log, const report_request& what,
                                       const report_evidence& evidence) {
    const auto end = log.watermark();
    const auto to = what.to.value_or(end);
    if (auto good = check_request(what, what.from, to, end); !good) return good.error();

    audit_report report{.title = what.title,
                        .tool = what.tool,
                        .store = to_string(log.status().store_id),
                        .made_at = what.made_at};
    report.scope.from = what.from;
    report.scope.to = to;
    gathering all;
    if (auto read = gather(log, what, evidence, report, all); !read) return read.error();
    all.tell(report);
    auto& scope = report.scope;
    scope.filter = in_words(what.which);
    scope.from = what.from;
    scope.to = to;
    scope.events_in_log = end.value;
    scope.events_in_range = to.value - what.from.value;
    scope.events_not_asked = scope.events_in_range - scope.events_in_report;
    scope.events_listed = report.events.size();
    scope.events_not_listed = scope.events_in_report - scope.events_listed;
    report.verification = tell_evidence(evidence, scope);
    if (auto read = gather_actions(log, evidence, report); !read) return read.error();
    if (auto looked = look_before_errors(log, report, evidence.checked.has_value()); !looked)
        return looked.error();
    return report;
}

}  // namespace daybook::compliance
