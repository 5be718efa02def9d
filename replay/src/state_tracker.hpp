// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/replay/validate.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace daybook::replay {

struct hash_text {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};
template <class T>
using by_text = std::unordered_map<std::string, T, hash_text, std::equal_to<>>;

/// The value of the first tag with this key.
std::optional<std::string> tag_of(const checked_event& event, std::string_view key);

/// A rule that an event breaks.
struct broken_rule {
    std::string rule;
    std::string explanation;
    std::optional<daybook::position> since;  ///< The event that made the state.
};

/// What a validator knows of an event beside what it says.
struct circumstances {
    position at{};
    bool payload_is_json = false;  ///< It was checked.
    /// How often events of its stream are missing before it, its beginning too, or come in another
    /// order. What is told apart by stream is known no more after each.
    std::uint64_t stream_jumps = 0;
};

/// The states of all things that the machines of some rules know of.
class state_tracker {
public:
    /// `covers` says what is known of a thing that is met for the first time.
    state_tracker(const rule_set& rules, coverage covers, std::size_t things_max);

    /// Moves what `event` is about, and tells the rules that it breaks, by machine. A thing goes
    /// where the transition leads also if it may not, so that one fault is told once.
    const std::vector<broken_rule>& apply(const checked_event& event, const circumstances& in);

    /// Events that were not looked at for want of room.
    std::uint64_t unchecked() const noexcept { return unchecked_; }

private:
    struct key_part {
        enum class kind { stream, correlation, tag, field } from;
        std::string tag;
        std::vector<std::string> tokens;
    };
    struct condition {
        std::vector<std::string> tokens;
        const std::vector<std::string>* values;
    };
    struct transition {
        const state_transition* what;
        std::vector<condition> when;
    };
    struct thing {
        const std::string* state;       // In `rules_`; null: not known.
        std::optional<position> since;  // Nothing: it did not move yet.
        std::uint64_t stream_jumps = 0;
    };
    struct machine {
        const state_machine* what;
        std::vector<key_part> key;
        std::vector<transition> transitions;
        by_text<std::vector<std::size_t>> by_type;  // Transitions that name the type, in order.
        bool by_stream = false;                     // The stream is a part of the key.
        by_text<thing> things;
    };

    void prepare(const state_machine& from);
    std::optional<std::string> key_of(const machine& of, const checked_event& event,
                                      bool payload_is_json) const;
    bool knows_beginning(const machine& of, const circumstances& in) const;
    void apply_to(machine& of, const checked_event& event, const circumstances& in);
    thing* find_thing(machine& of, std::string key, const circumstances& in);
    void move(machine& of, std::string_view key, thing& what, const checked_event& event,
              position at);

    rule_set rules_;
    coverage covers_;
    std::size_t things_left_;
    std::vector<machine> machines_;
    by_text<std::vector<std::size_t>> by_type_;   // Machines that name the type.
    std::vector<const state_transition*> meant_;  // By the present event.
    std::vector<broken_rule> broken_;
    std::uint64_t unchecked_ = 0;
};

}  // namespace daybook::replay
