// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include <functional>
#include <optional>

namespace daybook::projections {

/// The union of what several views want: everything if one wants everything.
query union_of(const std::vector<const query*>& wanted);

/// Reads the log onwards from a position, for somebody who wants the events of a query (and does
/// not mind others), over as many calls as it takes.
///
/// Goes through the indexes if the query wants a small part of a long stretch, else reads
/// everything, which is faster per event.
class log_feed {
public:
    explicit log_feed(const store& log) : log_{&log} {}

    /// Makes ready to read `wanted` from `from` on. Free of cost if that is where it stands.
    result<void> seek(const query& wanted, position from);

    /// The next event; null at the end of the log, after which `seek` must be called again.
    result<const event_view*> next();

    /// Whether it goes through the indexes from where it was last sent by `seek`.
    bool reads_by_index() const noexcept { return by_index_; }

    /// All wanted events before this position have been returned.
    position reached() const noexcept { return reached_; }

private:
    result<bool> worth_an_index(const query& wanted, std::uint64_t distance) const;

    const store* log_;
    std::optional<event_reader> reader_;
    std::uint64_t wanted_fingerprint_ = 0;
    bool by_index_ = false;
    position reached_;
    position end_;  ///< The watermark when the reader was made.
};

/// Calls `take` for the events from `from` to before `end` that are in `wanted`, and maybe others,
/// until it fails. Fails as the reader does, or as `take`.
result<void> for_each_between(const store& log, const query& wanted, position from, position end,
                              const std::function<result<void>(const event_view&)>& take);

}  // namespace daybook::projections
