// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/testing.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace daybook::projections::detail {

/// When a replay loses everything that it has in memory but has not written.
enum class crashes {
    never,
    always,    ///< Right before and right after every write.
    by_chance  ///< Before one in four, and after every second.
};

/// How a replay cuts the log into batches, and what it keeps between them. Whatever is chosen, the
/// same events must give the same bytes.
struct replay_way {
    std::size_t batch_events_max = 1000;
    bool odd_sizes = false;  ///< Of 1 to so many, by the seed.
    detail::crashes crashes = crashes::never;
    std::size_t rows_cached_max = 65'536;
    std::optional<std::string> only_key{};
    /// If not 1: the keys are divided among 2 to so many folds, by the seed; for projections with
    /// `any_projection::divides_by_key`.
    std::size_t shares_max = 1;
};

/// An event that the projection did not take.
struct refused_event {
    position at;
    error why;
};

/// Rows that came to be since the rows below them; nothing: there is none any more.
using row_changes = std::map<std::string, std::optional<std::string>, std::less<>>;

/// A projection at work with maps instead of a store: on rows that it shares with other replays,
/// which it does not change, and changes that are its own.
///
/// An event that the projection does not take is left out, and the batch ends before it.
class replay {
public:
    /// `of` and `below` must outlive it.
    replay(const any_projection& of, replay_way way, const rows_by_key& below,
           std::uint64_t seed = 0);
    replay(const replay&) = delete;
    replay& operator=(const replay&) = delete;

    /// Applies these events and writes. What is chosen by the seed depends on it and on the first
    /// of them alone: a part of the events, from the first on, is cut like the whole.
    void run(std::span<const event> stretch);

    /// What differs from the rows below, and what was refused, since the last `settle`.
    const row_changes& changes() const noexcept { return changes_; }
    const std::vector<refused_event>& refused() const noexcept { return refused_; }

    /// Events of which rows came to be, ever.
    std::uint64_t events_applied() const noexcept { return events_applied_; }

    /// The rows below have taken in the changes.
    void settle();

private:
    void begin();
    void discard();
    std::size_t next_batch_size();
    bool crashes_now(unsigned one_in);
    void finish_batch(std::span<const event> batch);
    /// The number of events that were applied: all of them, or those before a refused one.
    std::size_t apply(std::span<const event> batch);
    result<bool> apply_to_folds();
    /// Notes that the last event of `batch` was refused, and applies the others anew.
    void apply_before_refused(std::span<const event> batch);
    void write();
    void forget_what_is_as_below();

    const any_projection& of_;
    const replay_way way_;
    const rows_by_key& below_;
    const std::uint64_t seed_;
    std::mt19937_64 random_;
    std::size_t shares_ = 1;
    std::vector<std::unique_ptr<fold>> folds_;
    row_changes changes_;
    std::vector<refused_event> refused_;
    std::optional<error> refusal_;  ///< Of the last `apply`.
    std::uint64_t events_applied_ = 0;
    std::uint64_t applied_in_batch_ = 0;
    json_event current_;
};

/// Makes `changes` in `rows`.
void take_in(const row_changes& changes, rows_by_key& rows);

}  // namespace daybook::projections::detail
