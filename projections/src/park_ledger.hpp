// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/detail/row_cache.hpp>
#include <daybook/projections/key_gate.hpp>
#include <daybook/projections/park.hpp>

#include "park_layout.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace daybook::projections {

/// What is parked in one view: its lanes, what joined them in this batch, and what is skipped. No
/// store, no clock, no thread.
///
/// As a view's rows do, it changes by batches: `park` and `admits` note what is new, `collect`
/// hands it over for the batch that stores the rows, then `written` or `abandon`.
class park_ledger final : public key_gate {
public:
    explicit park_ledger(const parking_options& options) : options_{options} {}

    const parking_options& options() const noexcept { return options_; }

    // What the store has ------------------------------------------------------------------------

    void load(std::string_view lane, layout::park_record head);
    void load_note(std::uint64_t number, layout::park_note note);
    void add_skip(std::string_view lane, position at);
    /// Fails with `too_large` if no more events may be skipped.
    result<void> room_for_skips(std::size_t more) const;
    bool skips(std::string_view lane, position at) const;

    // A batch -----------------------------------------------------------------------------------

    bool admits(std::string_view key, const event_view& event) override;
    void threw_at(std::string_view key) override { key_at_fault_ = key; }
    /// The key that the projection had when it threw, if it had told one. Asking forgets it.
    std::optional<std::string> take_key_at_fault();

    /// Is this an event whose key is not known, and that is parked or skipped?
    bool withholds(position at) const;

    /// Why the event that was offered last must not be passed over after all: `too_large`.
    const std::optional<error>& trouble() const noexcept { return trouble_; }

    /// Parks an event: it is at the head of a new lane. Fails with `too_large`; nothing is then
    /// parked. Requires: the lane is not there.
    result<void> park(std::string lane, layout::park_record head, layout::park_note note);

    void collect(const layout::write_sink& sink) const;
    void written();
    void abandon();

    // Lanes -------------------------------------------------------------------------------------

    const layout::park_record* find(std::string_view lane) const;
    /// The lanes whose head is at `at`.
    std::vector<std::string> lanes_at(position at) const;
    std::vector<std::string> all_lanes() const;
    /// Those to be tried by the policy at `now`, `limit` at most.
    std::vector<std::string> due_lanes(timestamp now, std::size_t limit);
    /// As of the last `written`, `load` or `set_head`.
    parked_counts counts() const noexcept { return counts_; }

    /// The head of `lane` is now `head`, or the lane is gone. Requires: it is stored like that.
    void set_head(std::string_view lane, std::optional<layout::park_record> head);

    /// Lets events through to `key` and to no other, until it is given nothing.
    void open_only(std::optional<std::string> key);

    // Notes: what is to be told in the log ------------------------------------------------------

    /// Adds a note to this batch.
    void note(layout::park_note what);
    /// Those that are stored and not told yet, oldest first.
    const std::map<std::uint64_t, layout::park_note>& untold() const noexcept { return notes_; }
    void told(std::uint64_t number) { notes_.erase(number); }

private:
    struct waiting {
        layout::park_record head;
        std::uint64_t newly_held = 0;
        bool fresh = false;  ///< Parked in this batch.
    };
    using lane_map = std::unordered_map<std::string, waiting, detail::text_hash, std::equal_to<>>;
    using lane_entry = lane_map::value_type;
    struct hold {
        lane_entry* lane;
        position at;
    };

    void hold_back(lane_entry& lane, position at);
    void touch(lane_entry& lane);
    void watch();
    void count() { counts_ = {lanes_.size(), lanes_.size() + held_}; }
    void mind(const layout::park_record& head);

    parking_options options_;
    lane_map lanes_;
    std::uint64_t held_ = 0;
    parked_counts counts_;
    std::map<std::uint64_t, std::set<std::string, std::less<>>> skips_;  ///< Position to lanes.
    std::size_t skips_count_ = 0;
    std::optional<timestamp> next_try_;  ///< No lane is to be tried before.
    std::optional<std::string> only_;
    std::string lane_;  ///< Scratch of `admits`.

    std::vector<lane_entry*> touched_;
    std::vector<hold> newly_held_;
    std::vector<layout::park_note> new_notes_;
    std::optional<std::string> key_at_fault_;
    std::optional<error> trouble_;

    std::map<std::uint64_t, layout::park_note> notes_;
    std::uint64_t next_note_ = 0;
};

}  // namespace daybook::projections
