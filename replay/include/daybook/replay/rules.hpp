// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <boost/json/value.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// What may follow what, as data: state machines that a `validator` runs over a log. The format of
/// a rule file, with examples, is in replay/docs/validation.md.
namespace daybook::replay {

/// Limits of rules; rules that pass one are refused.
namespace rule_limits {

inline constexpr std::size_t machines_max = 64;
inline constexpr std::size_t transitions_max = 256;  ///< Of one machine.
inline constexpr std::size_t types_max = 64;         ///< Of one transition.
inline constexpr std::size_t states_max = 64;        ///< That one list of states may name.
inline constexpr std::size_t key_parts_max = 8;
inline constexpr std::size_t conditions_max = 8;
inline constexpr std::size_t values_max = 64;         ///< Of one condition.
inline constexpr std::size_t name_bytes_max = 64;     ///< Of a machine or a state.
inline constexpr std::size_t text_bytes_max = 1000;   ///< Of `about` and of a value.
inline constexpr std::size_t pointer_depth_max = 16;  ///< Tokens of a JSON Pointer.

}  // namespace rule_limits

/// A field of the payload must have one of these values.
struct field_condition {
    std::string pointer;              ///< RFC 6901.
    std::vector<std::string> values;  ///< Texts; whole numbers, true and false as JSON writes them.
    friend bool operator==(const field_condition&, const field_condition&) = default;
};

/// What events of some types do to a state.
struct state_transition {
    std::vector<std::string> on;        ///< Event types.
    std::vector<field_condition> when;  ///< All must hold, or this is no such event.
    std::vector<std::string> from;      ///< Empty: any state that is not final.
    std::string to;                     ///< Empty: the state stays.
    friend bool operator==(const state_transition&, const state_transition&) = default;
};

/// The states that a kind of thing goes through.
///
/// An event is looked at if a transition names its type, its conditions hold, the stream's category
/// is one of `categories` and the event has every part of the key. Of such transitions the first
/// that may leave the present state is taken; if none may, the rule is broken.
struct state_machine {
    std::string name;
    std::string about;
    std::vector<std::string> categories;  ///< Of streams; empty: all.
    /// What tells things apart: "$stream", "$correlation", "$tag:KEY" or a pointer, "/agent_id".
    std::vector<std::string> key;
    std::string initial;              ///< The state before the first event.
    std::vector<std::string> finals;  ///< Nothing leaves these but what names them in `from`.
    std::vector<state_transition> transitions;
    friend bool operator==(const state_machine&, const state_machine&) = default;
};

/// State machines by name. A value.
class rule_set {
public:
    /// No rules.
    rule_set() = default;

    /// Those for the vocabulary of orchestrations: orchestration, phase, agent, activity, task,
    /// gap, pull_request, test_run, recovery, checkpoint and session.
    static const rule_set& built_in();

    /// Reads a rule file that was parsed. Fails with `invalid_argument` or `too_large` at the first
    /// thing that is wrong: its place as `place` tells it from its JSON Pointer (by default the
    /// pointer), what was found, what is allowed.
    using place_namer = std::function<std::string(std::string_view pointer)>;
    static result<rule_set> parse(const boost::json::value& document,
                                  const place_namer& place = {});

    /// Adds the machines of `more`; one with a name that is there already takes its place.
    /// Fails with `too_large`; nothing is then added.
    result<void> merge(const rule_set& more);

    /// The rules as `parse` reads them.
    boost::json::value to_json() const;

    const std::vector<state_machine>& machines() const noexcept { return machines_; }
    friend bool operator==(const rule_set&, const rule_set&) = default;

private:
    std::vector<state_machine> machines_;
};

}  // namespace daybook::replay
