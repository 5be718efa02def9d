// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/replay/rules.hpp>
#include <daybook/store.hpp>

#include <boost/describe/enum.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Is a log what it should be? Places without gaps and in order, times that go forward, causes
/// that exist and come before their effects, ids that are there once, payloads that can be read and
/// fit their schema, and nothing that happened before it could.
///
///     const auto report = validate(store, {}, {}, [](const finding& f) {
///         std::puts((std::string{to_string(f.kind)} + ": " + f.explanation).c_str());
///     }).value();
///     if (report.errors() > 0) ...
namespace daybook::replay {

/// What can be wrong. replay/docs/validation.md tells each with its causes.
enum class finding_kind {
    gap_in_positions,  ///< Positions that no event has.
    gap_in_stream,     ///< Sequences of a stream that no event has.
    out_of_order,      ///< Comes after an event with the same or a later place.
    time_runs_back,    ///< Happened, or was recorded, before the event that it follows.
    unknown_cause,     ///< Names a cause that does not exist.
    cause_later,       ///< Names a cause that comes after it.
    causal_cycle,      ///< Is, by way of others or not, its own cause.
    duplicate_id,      ///< Has the id of an earlier event.
    undecodable,       ///< Cannot be read: the line, or a payload that says it is JSON.
    schema_violation,  ///< Has a payload that its schema does not allow.
    state_machine,     ///< Cannot happen in the state that the events before it made.
    time_ahead,        ///< Warning: happened more than an hour after it was recorded.
    cause_elsewhere    ///< Warning: names a cause of another correlation.
};
BOOST_DESCRIBE_ENUM(finding_kind, gap_in_positions, gap_in_stream, out_of_order, time_runs_back,
                    unknown_cause, cause_later, causal_cycle, duplicate_id, undecodable,
                    schema_violation, state_machine, time_ahead, cause_elsewhere)

std::string_view to_string(finding_kind kind) noexcept;

/// Warnings are looked for if asked, and do not make a log a bad one.
constexpr bool is_warning(finding_kind kind) noexcept {
    return kind == finding_kind::time_ahead || kind == finding_kind::cause_elsewhere;
}

/// One thing that is wrong, and where.
struct finding {
    finding_kind kind{};
    /// Of the event; where events do not tell, its place among those that were added, from 0.
    daybook::position position{};
    std::string source{};  ///< As `checked_event::source`.
    std::string stream{};
    std::optional<daybook::sequence> sequence{};
    std::optional<event_id> id{};
    std::string type{};
    std::string rule{};         ///< Of `state_machine`: which one.
    std::string explanation{};  ///< A sentence: what was found, and what should have been.
    /// The other event of the matter: the cause, the first with this id, the one before it.
    std::optional<daybook::position> other{};
};

/// An event as a validator looks at it, stored or not. Borrows everything.
struct checked_event {
    std::optional<daybook::position> position{};
    std::optional<daybook::sequence> sequence{};
    std::optional<event_id> id{};
    std::string_view stream{};
    std::string_view type{};
    std::string_view schema{};
    std::string_view correlation{};
    std::string_view content_type{};
    std::string_view payload{};
    std::optional<timestamp> occurred_at{};
    std::optional<timestamp> recorded_at{};
    std::span<const event_id> causes{};
    std::variant<tag_range, std::span<const std::string>> tags{};
    const event_view* stored{};  ///< The event in a store, if it is one: for `check_schema`.
    std::string_view source{};   ///< Where it was read, for people: "events.jsonl:17". Or empty.

    /// `event` must outlive it.
    static checked_event of(const event_view& event);
    /// Without places.
    static checked_event of(std::string_view stream, const new_event& event);
};

/// An event that is not among those that are added, but that one of them names.
struct outside_event {
    daybook::position position{};
    std::string correlation{};
    std::vector<event_id> causes{};
};

/// Which part of a log is added, and so what may be expected of it.
enum class coverage {
    everything,  ///< All of it.
    part,        ///< A stretch: streams and rules begin anywhere, causes may lie before it.
    stream,      ///< All of one stream: positions jump.
    chain        ///< All of one correlation: positions and sequences jump.
};

struct validation_options {
    rule_set rules = rule_set::built_in();
    bool warnings = false;
    /// An event may have happened by this much before the one that it follows in its stream: the
    /// clocks of several machines never agree.
    std::chrono::microseconds back_max = std::chrono::seconds{1};
    coverage covers = coverage::everything;  ///< `validate` sets it.
    /// Says what is wrong with an event's payload, by its schema; empty if nothing is.
    std::function<std::string(const checked_event&)> check_schema{};
    /// Finds causes that were not added, where there is a log to look in; `validate` sets it.
    std::function<result<std::optional<outside_event>>(const event_id&)> find_outside{};

    // What is kept at most. Past a limit less is checked, and `validation_report::unchecked` says
    // how often; nothing wrong is said.
    std::size_t ids_max = 100'000'000;    ///< 15 to 23 bytes each, 19 with `warnings` and more.
    std::size_t streams_max = 5'000'000;  ///< About 100 bytes and the name each.
    std::size_t things_max = 5'000'000;   ///< Of state machines: about 80 bytes and the key each.
    std::size_t waiting_max = 1'000'000;  ///< Causes that did not come yet, gaps: about 200 bytes.
    std::size_t edges_max = 16'000'000;   ///< From effects to causes while one waits: 8 bytes each.
};

struct validation_report {
    std::uint64_t events = 0;
    std::map<finding_kind, std::uint64_t> findings{};  ///< How many of each kind; none with 0.
    /// What a limit kept from being checked: "ids", "streams", "things", "causes", "cycles", and
    /// for how many events.
    std::map<std::string, std::uint64_t, std::less<>> unchecked{};

    std::uint64_t errors() const noexcept;
    std::uint64_t warnings() const noexcept;
};

using finding_visitor = std::function<void(const finding&)>;

/// Takes events in the order of a log and tells what is wrong with them, most of it at once; what
/// later events can still put right (a gap, a cause that has not come) when all are there.
///
/// Ids are told apart by 64-bit hashes with a secret seed: two different ones among 10 million are
/// taken for the same with a chance of 3 in a million. Cost: one pass over each payload's text.
/// Not thread safe. What the visitor or `check_schema` throws passes through.
class validator {
public:
    validator(validation_options options, finding_visitor visit);
    validator(validator&&) noexcept;
    validator& operator=(validator&&) noexcept;
    ~validator();

    void add(const checked_event& event);

    /// Something stands where an event should, and cannot be read.
    void add_unreadable(std::string_view source, std::string_view why);

    /// Tells the rest. Nothing may be added any more. Fails as `find_outside` does.
    result<validation_report> finish();

private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

/// All events of a store, or those of one stream or one correlation.
class validation_scope {
public:
    validation_scope() = default;  ///< Everything.
    static validation_scope stream(std::string name);
    static validation_scope correlation(std::string name);

    coverage covers() const noexcept { return covers_; }
    const std::string& name() const noexcept { return name_; }

private:
    validation_scope(coverage covers, std::string name) : covers_{covers}, name_{std::move(name)} {}
    coverage covers_ = coverage::everything;
    std::string name_;
};

/// Called now and then with how many events were looked at.
using validation_progress = std::function<void(std::uint64_t events)>;

/// Validates the events of a store as of now. Writes nothing. Causes outside the scope are looked
/// up in the store. Fails with `not_found` (no such stream or correlation), or as reading does:
/// damage of the store itself is what `store::check` tells.
result<validation_report> validate(const store& log, const validation_scope& scope,
                                   validation_options options, const finding_visitor& visit,
                                   const validation_progress& progress = {});

}  // namespace daybook::replay
