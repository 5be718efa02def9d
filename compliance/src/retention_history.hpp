// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What the compliance log says of retention, read from beginning to end.

#include <daybook/compliance/retention.hpp>

#include <utility>
#include <vector>

namespace daybook::compliance {

/// Positions from one to another, both included.
struct position_range {
    position first{};
    position last{};
};

struct retention_history {
    struct hold_period {
        legal_hold hold;
        std::optional<position> lifted_at{};
    };
    struct deletion {
        position at{};
        std::uint32_t segment = 0;
        event_id proposal{};
        std::vector<position_range> ranges{};  ///< Ascending.
        std::optional<digest> leaves{};        ///< See `hash_of_leaves`.
        bool covers(position deleted) const;
    };
    /// A file that came to be, by archiving or by deleting from an archive.
    struct file {
        position at{};
        std::uint32_t segment = 0;
        std::optional<event_id> proposal{};
        std::string name{};
        std::string sha256{};
        bool archiving = false;  ///< Of a SegmentArchived.
    };

    std::vector<policy_in_force> policies{};
    std::vector<hold_period> holds{};
    std::vector<retention_proposal> proposals{};
    std::vector<timestamp> proposed_at{};  ///< By the store's clock; one for each proposal.
    std::vector<deletion> deletions{};
    std::vector<file> files{};
    std::uint64_t events = 0;  ///< Of the compliance log, of whatever type.

    /// Fails with `corrupt` if an event of the compliance log cannot be understood.
    static result<retention_history> read(const store& log);

    /// In force for what is done at `at`; null if there was none yet.
    const policy_in_force* policy_at(position at) const;
    bool is_held(const event_view& event, position at) const;
    const legal_hold* find_hold(std::string_view name) const;  ///< In force now.
    const retention_proposal* find(const event_id& proposal) const;
};

/// Does one policy delete the event at `as_of`, and none before it promised to keep it longer?
struct age_verdict {
    bool over = false;   ///< The policy says so.
    bool bound = false;  ///< And an earlier one does not allow it.
};
age_verdict judge_age(const retention_history& known, const policy_in_force& now,
                      const event_view& event, timestamp as_of);

std::string to_json(const std::vector<position_range>& ranges);
std::vector<position_range> ranges_of(const std::vector<position>& ascending);

/// Appends to the compliance log.
result<append_receipt> write_down(store& log, std::string type, std::string payload,
                                  const actor& by);
/// Fails unless it names somebody.
result<void> check_actor(const actor& by, std::string_view doing);

}  // namespace daybook::compliance
