// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/digest.hpp>
#include <daybook/compliance/verdict.hpp>
#include <daybook/projections/durations.hpp>
#include <daybook/projections/quality_metrics.hpp>
#include <daybook/store.hpp>

#include <boost/describe.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What happened, told to somebody who has to rely on it: made from the log alone, in one pass.
namespace daybook::compliance {

/// What a report holds at most of each kind. What does not fit is counted under "(other)", or in
/// a member that says how much was left out, and in `audit_report::notes`; nothing goes silently.
namespace report_limits {
inline constexpr std::size_t types_max = 100;        ///< Event types with a count of their own.
inline constexpr std::size_t phases_max = 100;       ///< And phases,
inline constexpr std::size_t agents_max = 200;       ///< agents,
inline constexpr std::size_t actors_max = 500;       ///< actors,
inline constexpr std::size_t error_kinds_max = 100;  ///< kinds of errors.
inline constexpr std::size_t actions_max = 1'000;    ///< Administrative actions.
inline constexpr std::size_t findings_max = 1'000;   ///< Findings of a verification.
inline constexpr std::size_t steps_before_max = 5;   ///< Events told before an error.
inline constexpr std::size_t lanes_max = 24;         ///< Of the picture, of phases and of agents.
inline constexpr std::size_t bars_max = 120;         ///< Of a lane.
inline constexpr std::size_t streams_max = 65'536;   ///< Streams whose state is followed at once.
/// `report_request::events_max` may not be larger.
inline constexpr std::size_t events_max = 1'000'000;
}  // namespace report_limits

/// How often something with a name was there.
struct named_count {
    std::string name{};
    std::uint64_t count = 0;
    friend bool operator==(const named_count&, const named_count&) = default;
};
BOOST_DESCRIBE_STRUCT(named_count, (), (name, count))

/// Which part of the log the report is about, and what of it is in the report: how a reader sees
/// that nothing was left out.
struct report_scope {
    std::string filter{};  ///< What was asked for, in words; "all events".
    position from{};       ///< The range that was looked at: from here
    position to{};         ///< up to, not including, this.
    std::uint64_t events_in_log = 0;
    std::uint64_t events_in_range = 0;    ///< to - from: positions have no gaps.
    std::uint64_t events_in_report = 0;   ///< Of these, those that match the filter.
    std::uint64_t events_not_asked = 0;   ///< And those that do not.
    std::uint64_t events_listed = 0;      ///< In `audit_report::events`; every figure counts all.
    std::uint64_t events_not_listed = 0;  ///< In the report and not listed.
    std::uint64_t streams = 0;            ///< Different streams; see `streams_exact`.
    bool streams_exact = true;            ///< False: there are more than `streams`.
    std::optional<position> first{}, last{};         ///< Of the events in the report.
    std::optional<timestamp> first_at{}, last_at{};  ///< Earliest and latest time of occurrence.
    std::optional<timestamp> first_recorded_at{}, last_recorded_at{};
};
BOOST_DESCRIBE_STRUCT(report_scope, (),
                      (filter, from, to, events_in_log, events_in_range, events_in_report,
                       events_not_asked, events_listed, events_not_listed, streams, streams_exact,
                       first, last, first_at, last_at, first_recorded_at, last_recorded_at))

/// A key that signatures of the log are checked with.
struct report_key {
    std::string name{};                    ///< Whose key it is, as in a signed note.
    std::string id{};                      ///< 8 hexadecimal digits, as in a signed note.
    std::string algorithm{};               ///< "Ed25519", "ECDSA P-256".
    std::string key{};                     ///< The verifier key, "name+id+base64".
    std::optional<position> valid_from{};  ///< It counts for positions from here
    std::optional<position> valid_to{};    ///< up to, not including, this; none: still valid.
    std::string state{};                   ///< "in use", "rotated", "revoked: REASON".
};
BOOST_DESCRIBE_STRUCT(report_key, (), (name, id, algorithm, key, valid_from, valid_to, state))

/// One thing that is not as it should be; see `finding`.
struct report_finding {
    std::string verdict{};
    std::string kind{};
    std::optional<position> at{};
    std::string message{};
};
BOOST_DESCRIBE_STRUCT(report_finding, (), (verdict, kind, at, message))

/// What is known about signatures. Of a store without compliance mode: that nothing is signed.
struct report_verification {
    /// "not signed", "not verified" (signed, and nobody looked), or as `to_string(verdict)`.
    std::string verdict{};
    std::string statement{};  ///< The same in a sentence.
    std::string origin{};
    std::optional<position> from{}, to{};  ///< The events that were verified.
    std::optional<position> signed_to{}, anchored_to{};
    std::vector<report_finding> findings{};
    std::uint64_t findings_left_out = 0;
    std::vector<report_key> keys{};
    std::string policy{};                ///< What witnesses and quorum were asked for; as text.
    std::string checkpoint{};            ///< The newest signed checkpoint, a signed note.
    std::vector<std::string> anchors{};  ///< Where else it is remembered; one line each.
    std::string clock{};                 ///< What the times of recording come from.
};
BOOST_DESCRIBE_STRUCT(report_verification, (),
                      (verdict, statement, origin, from, to, signed_to, anchored_to, findings,
                       findings_left_out, keys, policy, checkpoint, anchors, clock))

/// A phase, over all streams: `outcomes.duration` is from its start to its end.
struct report_phase {
    std::string name{};
    std::uint64_t events = 0, errors = 0;
    std::uint64_t open = 0;  ///< Begun and not ended.
    projections::outcome_summary outcomes{};
    projections::span_oddities unmeasured{};
    std::optional<timestamp> first_at{}, last_at{};
};
BOOST_DESCRIBE_STRUCT(report_phase, (),
                      (name, events, errors, open, outcomes, unmeasured, first_at, last_at))

/// An agent's work; see `projections::agent_metrics`.
struct report_agent {
    std::string name{}, type{}, model{};
    std::uint64_t errors = 0;
    std::uint64_t running = 0;            ///< Runs that did not end.
    projections::outcome_summary runs{};  ///< `started` are those spawned.
    double busy_ms = 0;                   ///< Time in which at least one run was under way.
    /// busy_ms / the time in which any agent was at work, 0 to 1; none if that is no time.
    std::optional<double> utilisation{};
    std::optional<timestamp> first_at{}, last_at{};
    std::string last_error{};
};
BOOST_DESCRIBE_STRUCT(report_agent, (),
                      (name, type, model, errors, running, runs, busy_ms, utilisation, first_at,
                       last_at, last_error))

/// An event that came before an error in the same stream; also one that is not in the report.
struct report_step {
    daybook::position position{};
    timestamp at{};
    std::string type{}, actor{}, summary{};
};
BOOST_DESCRIBE_STRUCT(report_step, (), (position, at, type, actor, summary))

/// One error, and what came before it in its stream, the newest first.
struct report_error {
    daybook::position position{};
    timestamp at{};
    std::string type{}, stream{}, agent{}, phase{}, summary{};
    daybook::sequence sequence{};
    std::vector<event_id> causes{};  ///< What it says that it was caused by.
    std::vector<report_step> before{};
};
BOOST_DESCRIBE_STRUCT(report_error, (),
                      (position, at, type, stream, agent, phase, summary, sequence, causes, before))

/// Errors of one kind: of one event type and, where the payload tells one, error type.
struct report_error_kind {
    std::string name{};
    std::uint64_t count = 0;
    std::vector<named_count> by_agent{}, by_phase{};  ///< "(none)" where the event does not tell.
    /// The type of the event before it in the same stream, of those in the report.
    std::vector<named_count> preceded_by{};
    report_error first{}, last{};  ///< By position.
};
BOOST_DESCRIBE_STRUCT(report_error_kind, (),
                      (name, count, by_agent, by_phase, preceded_by, first, last))

/// Errors: events of severity error or critical, by tag, payload or type.
struct report_errors {
    std::uint64_t total = 0, critical = 0;
    std::vector<report_error_kind> by_kind{};  ///< The most frequent first.
    std::vector<named_count> by_agent{}, by_phase{};
};
BOOST_DESCRIBE_STRUCT(report_errors, (), (total, critical, by_kind, by_agent, by_phase))

/// Somebody or something that did something.
struct report_actor {
    std::string type{}, id{}, model{};  ///< The model is the last one known.
    std::uint64_t events = 0, errors = 0;
    position first{}, last{};
    timestamp first_at{}, last_at{};
    std::vector<named_count> did{};  ///< By event type, the most frequent first.
};
BOOST_DESCRIBE_STRUCT(report_actor, (),
                      (type, id, model, events, errors, first, last, first_at, last_at, did))

/// What was done to the log itself: an event of the stream "daybook.compliance-log".
struct report_action {
    daybook::position position{};
    timestamp at{};
    std::string type{}, actor{}, summary{};
    std::optional<std::string> leaf_hash{};
};
BOOST_DESCRIBE_STRUCT(report_action, (), (position, at, type, actor, summary, leaf_hash))

/// One event of the report.
struct report_event {
    daybook::position position{};
    timestamp at{}, recorded_at{};
    std::string type{}, stream{};
    daybook::sequence sequence{};
    event_id id{};
    std::string actor_type{}, actor{}, phase{}, severity{}, summary{};
    std::optional<std::string> leaf_hash{};  ///< 64 hexadecimal digits; none if it is not signed.
};
BOOST_DESCRIBE_STRUCT(report_event, (),
                      (position, at, recorded_at, type, stream, sequence, id, actor_type, actor,
                       phase, severity, summary, leaf_hash))

/// A time in which something was under way.
struct report_bar {
    timestamp from{}, to{};
    std::uint64_t runs = 0;    ///< More than one: they overlap, or lie too close to be told apart.
    std::uint64_t failed = 0;  ///< Of these.
    bool open = false;         ///< At least one of them did not end.
    friend bool operator==(const report_bar&, const report_bar&) = default;
};
BOOST_DESCRIBE_STRUCT(report_bar, (), (from, to, runs, failed, open))

/// Bars of one phase or agent or, where there are neither, events of one type; by time, none
/// overlapping another.
struct report_lane {
    std::string kind{};  ///< "phase", "agent" or "type".
    std::string name{};
    std::vector<report_bar> bars{};
};
BOOST_DESCRIBE_STRUCT(report_lane, (), (kind, name, bars))

/// Events in a slice of time.
struct report_slot {
    timestamp from{};
    std::uint64_t events = 0, errors = 0;
};
BOOST_DESCRIBE_STRUCT(report_slot, (), (from, events, errors))

/// What the timeline picture shows.
struct report_picture {
    std::vector<report_lane> lanes{};
    std::uint64_t lanes_left_out = 0;
    std::uint64_t slot_us = 0;         ///< How long each slot is.
    std::vector<report_slot> slots{};  ///< By time; those without events are left out.
};
BOOST_DESCRIBE_STRUCT(report_picture, (), (lanes, lanes_left_out, slot_us, slots))

/// A report as data. Its JSON (`report_json`) has the members under these names; the schema is in
/// compliance/docs/audit_report.schema.json. Rates are 0 to 1, times are UTC.
struct audit_report {
    static constexpr std::string_view type_name = "AuditReport";
    static constexpr std::string_view schema_version = "1.0.0";

    std::string title{};
    std::string tool{};   ///< What made it, with its version.
    std::string store{};  ///< The id of the store.
    timestamp made_at{};  ///< The same request to the same log differs only here.
    report_verification verification{};
    report_scope scope{};
    std::vector<named_count> by_type{}, by_severity{};
    projections::outcome_summary workflows{};  ///< Orchestrations and workflows; not agents' runs.
    std::uint64_t workflows_open = 0;          ///< Pending, running or paused at the end.
    std::map<std::string, projections::outcome_summary> workflow_types{};
    projections::outcome_summary agent_runs{};
    std::vector<report_phase> phases{};      ///< In the order in which they came.
    std::vector<report_agent> agents{};      ///< The busiest first.
    projections::quality_summary quality{};  ///< Checks, test runs, and gaps found and resolved.
    report_errors errors{};
    std::vector<report_actor> actors{};    ///< The most active first.
    std::vector<report_action> actions{};  ///< Within the range, whatever the filter; by position.
    std::uint64_t actions_left_out = 0;    ///< The newest ones, beyond `actions_max`.
    report_picture picture{};
    std::vector<report_event> events{};  ///< By position; the first `report_request::events_max`.
    std::vector<std::string> notes{};    ///< What was cut or could not be measured, one line each.
};
BOOST_DESCRIBE_STRUCT(audit_report, (),
                      (title, tool, store, made_at, verification, scope, by_type, by_severity,
                       workflows, workflows_open, workflow_types, agent_runs, phases, agents,
                       quality, errors, actors, actions, actions_left_out, picture, events, notes))

/// What a report is to be about.
struct report_request {
    query which{};  ///< A stream, a correlation, types, times of occurrence; all events.
    position from{};
    std::optional<position> to{};  ///< Up to, not including, this; none: the end of the log.
    std::string title{"Audit report"};
    std::string tool{"daybook"};
    timestamp made_at{};
    std::size_t events_max = 1'000;  ///< How many events to list; the figures count all.
    /// Is given every event of the report, listed or not, by position. An error ends the work.
    std::function<result<void>(const report_event&)> on_event{};
    progress_callback progress{};  ///< Positions done, of all.
};

/// What is known about signatures when a report is made. The default: nothing is signed.
struct report_evidence {
    bool is_signed = false;
    std::optional<verification> checked{};  ///< None: nobody looked.
    std::string origin{};
    std::string checkpoint{};
    std::string policy{};
    std::string clock{};
    std::vector<report_key> keys{};
    std::vector<std::string> anchors{};
    /// The leaf hash of the event at a position; none if it is not signed. May be empty.
    std::function<result<std::optional<digest>>(position)> leaf_of{};
};

/// Makes a report from the log: one pass over the events that the query asks for, and one look-up
/// for what came before an error. Views are not asked: what they hold could be other than the log.
///
/// Any thread. Memory does not grow with the events but with `events_max` (some 400 bytes each).
/// Cost: 3 to 5 us an event. Fails with `invalid_argument` (the query, the range, `events_max`),
/// `corrupt` or `io` as reading does, or as `on_event` and `leaf_of` do.
result<audit_report> make_audit_report(const store& log, const report_request& what,
                                       const report_evidence& evidence = {});

/// What a query asks for, in words: "stream order-1; type A or B; since 2026-01-01T00:00:00.000Z".
std::string in_words(const query& q);

}  // namespace daybook::compliance
