// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::projections {

/// The fold of a view, whole or divided by keys into shares that several threads work at.
///
/// Whole or divided, the same rows come of the same events, in the same order of keys. Rows kept in
/// memory are forgotten when the division changes.
class divided_fold {
public:
    divided_fold(const any_projection& of, row_source rows, const fold_options& options);

    /// Divides the keys into so many shares; into one if the projection does not divide. Only an
    /// undivided fold has the gate of the options: it is for one thread.
    /// Requires: nothing was applied since the last `collect` or `discard`.
    void divide(std::size_t shares);
    std::size_t shares() const noexcept { return shares_.size(); }
    /// Requires: there is one share.
    fold& whole() noexcept { return *shares_.front().rows; }

    /// `fold::apply` for one share. Every share is given every event, each with the same `index`:
    /// how many came before it in the batch. Other threads may work at other shares meanwhile.
    /// After a failure only `discard` may follow.
    result<void> apply(std::size_t which, const json_event& event, std::size_t index);

    /// Encodes the changed rows of one share ahead of `collect`, which then need not. Other threads
    /// may work at other shares meanwhile.
    void gather(std::size_t which);

    /// As `fold::find_oversized`, of all shares.
    std::optional<oversized_row> find_oversized(std::size_t bytes_max);

    /// As `fold::collect`, of all shares.
    void collect(const row_sink& sink);
    void discard();

    /// Decoded rows in memory, of all shares.
    std::size_t rows_cached() const noexcept;

    /// Events of this batch of which a row came; an event with keys in two shares is one.
    std::uint64_t events_applied() const noexcept;

private:
    /// Rows that changed, encoded, in order of keys.
    class row_buffer {
    public:
        void add(std::string_view key, const std::optional<std::string_view>& row);
        void clear() noexcept;
        std::size_t size() const noexcept { return places_.size(); }
        std::string_view key(std::size_t at) const;
        std::optional<std::string_view> row(std::size_t at) const;
        std::optional<oversized_row> find_oversized(std::size_t bytes_max) const;

    private:
        struct place {
            std::size_t key_end;
            std::size_t row_end;
            bool removed;
        };
        std::size_t begin_of(std::size_t at) const { return at == 0 ? 0 : places_[at - 1].row_end; }
        std::string bytes_;
        std::vector<place> places_;
    };

    struct share {
        std::unique_ptr<fold> rows;
        std::vector<std::uint64_t> applied{};  ///< A bit per event of the batch.
        row_buffer gathered{};
        bool is_gathered = false;
    };

    void hand_over(const row_sink& sink) const;

    any_projection projection_;
    row_source rows_;
    fold_options options_;
    std::vector<share> shares_;
};

}  // namespace daybook::projections
