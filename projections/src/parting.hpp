// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/check.hpp>

#include "replay.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Where two ways to replay the same events part.
namespace daybook::projections::detail {

/// A way of `check_projection`, and how it is called in a sentence.
struct checked_way {
    check_run run{};
    replay_way way{};
    std::string_view words{};
};

/// What the plain way and another one do not have in common.
struct disagreement {
    std::optional<position> refused{};  ///< By one of them.
    std::optional<std::string> key{};   ///< Of rows that differ, if none was refused.
    std::string why_refused{};
    bool plain_refused = false;
};

/// The stretch without what `plain` refused, for ways that see only a part of its rows: an event
/// that is left out for one row is left out for all. `room` holds it, if it has to be made.
std::span<const event> taken_by(const replay& plain, std::span<const event> stretch,
                                std::vector<event>& room);

/// Nothing: they agree, in the row of `only_key` or, without it, in all.
std::optional<disagreement> compare(const replay& plain, const replay& other,
                                    const std::optional<std::string>& only_key);

/// Looks for the event after which another way and the plain one disagree.
class parting_search {
public:
    /// All must outlive it.
    parting_search(const any_projection& of, const checked_way& plain, const checked_way& other,
                   std::uint64_t seed)
        : of_{of}, plain_{plain}, other_{other}, seed_{seed} {}

    /// The first of these events after which they disagree, from rows on which they agree; nothing
    /// if they agree after all of them, too. Folds them some dozen times.
    std::optional<check_difference> among(std::span<const event> events,
                                          const rows_by_key& below) const;

    /// For a disagreement that does not come again: the first of these events that concerns it.
    check_difference somewhere_in(std::span<const event> events, const rows_by_key& below,
                                  const disagreement& found, const row_changes& plain_changes,
                                  const row_changes& other_changes) const;

private:
    const any_projection& of_;
    const checked_way& plain_;
    const checked_way& other_;
    const std::uint64_t seed_;
};

/// A row as JSON, or why it cannot be read as a JSON string.
std::string shown_row(const any_projection& of, std::string_view bytes);

/// "row "K" was A and, WORDS, is B".
std::string told_difference(const check_difference& of, std::string_view words);

}  // namespace daybook::projections::detail
