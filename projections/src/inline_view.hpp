// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/change_feed.hpp>
#include <daybook/projections/inline_views.hpp>

#include "claims.hpp"
#include "stepped_view.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace daybook::projections {

/// A stepped view that takes part in the commits of its store.
///
/// Rows that were taken and are not stored yet are read from memory: those of the commits of this
/// group (`pending_`), and of the last one (`last_`), which may still be undone.
class inline_view final : public commit_participant {
public:
    /// The view must have been built by a runner, up to where the log ended then.
    static result<std::unique_ptr<inline_view>> open(store& log, any_projection of,
                                                     const inline_options& options);

    /// Takes part from now on. Fails as `store::join_commits`, or as the events since then do.
    result<void> join();

    /// Takes nothing any more.
    void stand_still(error why);

    result<void> begin(position next) override;
    result<void> take(std::span<const event_view> events, keyspace_batch& writes) override;
    void undo() noexcept override;
    void settle(bool stored) noexcept override;

    view_status status(position log_end) const;

private:
    using row_changes = std::map<std::string, std::optional<std::string>, std::less<>>;

    inline_view(store& log, any_projection of, claim right, const inline_options& options)
        : log_{&log}, projection_{std::move(of)}, right_{std::move(right)}, options_{options} {}

    result<void> make_steps();
    result<std::optional<layout::cursor_record>> read_cursor() const;
    result<std::optional<std::string>> read(std::string_view full_key) const;
    const std::optional<std::string>* find_taken(std::string_view full_key) const;
    result<void> read_up_to(position next);
    result<void> offer(std::span<const event_view> events);
    error at_its_event(std::span<const event_view> events, error why);
    result<void> refuse(error why);
    void go_back() noexcept;
    void show();

    store* log_;
    any_projection projection_;
    claim right_;
    inline_options options_;
    std::optional<keyspace> rows_;
    std::unique_ptr<stepped_view> steps_;
    row_changes pending_;
    row_changes last_;
    std::vector<row_change> changes_;  ///< Of this group, for listeners.
    std::size_t changes_before_last_ = 0;
    bool noted_ = true;  ///< All of them are there.
    json_event current_;
    bool stopped_ = false;  ///< Belongs to the commits, as all above does after `join`.

    mutable std::mutex seen_;  ///< Guards what follows, which `status` reads.
    position cursor_;
    std::uint64_t events_applied_ = 0;
    std::optional<error> failure_;

    commit_seat seat_;  ///< Last, so that it is given up first.
};

}  // namespace daybook::projections
