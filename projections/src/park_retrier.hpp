// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lone_reader.hpp"
#include "park_events.hpp"
#include "row_refolder.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::projections {

/// Tries parked events of one view again, between its batches.
///
/// Every step is one batch: rows, what is parked then, and the note that tells of it.
class park_retrier {
public:
    park_retrier(const view_work& work, park_events::asked_by by)
        : work_{work}, by_{by}, refolder_{work} {}

    /// Tries what waits in `lanes`, each until it is empty or its head fails again.
    /// Fails as the log and the keyspace do; a projection that throws again is in the outcome.
    result<retry_outcome> retry(const std::vector<std::string>& lanes);

    /// Gives the event at `at` up, for all keys for which it is parked or held, and tries what
    /// waits behind it. Fails with `not_found`, `too_large`, or as `retry` and the append do.
    result<retry_outcome> skip(position at, std::string_view reason);

private:
    stepped_view& steps() const { return *work_.view.steps(); }
    park_ledger& parks() const { return steps().parks(); }
    const any_projection& projection() const { return work_.view.projection(); }

    // A lane with a key: events are applied to its row, in order.
    struct attempt {
        std::size_t done = 0;  ///< Applied or skipped, from the first on.
        std::uint64_t applied = 0;
        std::uint64_t skipped = 0;
        std::optional<error> why{};  ///< The next one failed.
    };
    result<void> retry_key(const std::string& lane);
    result<std::vector<position>> waiting(const std::string& lane, std::size_t count) const;
    result<attempt> apply_in_order(const std::string& lane, std::span<const position> events);
    result<attempt> apply_first(const std::string& lane, std::span<const position> events);
    result<std::optional<layout::park_record>> next_head(const std::string& lane,
                                                         std::span<const position> events,
                                                         const attempt& tried);
    result<void> store_step(const std::string& lane, std::span<const position> events,
                            std::size_t done, const std::optional<layout::park_record>& head);
    void count(const attempt& tried, park_events::retried& told);

    // Events without a key: when they can be read, the rows of their keys are folded again.
    result<void> retry_keyless(const std::vector<std::string>& lanes);
    result<void> refold(const std::vector<event>& freed, const std::set<std::string>& keys,
                        std::uint64_t counted);
    result<void> fail_again(const event& given, const error& why);

    result<std::vector<std::string>> held_lanes(const event& given) const;
    result<void> drop_held(const std::string& lane, position at);
    void note(const std::string& lane, const event& given, const park_events::retried& what);

    view_work work_;
    park_events::asked_by by_;
    row_refolder refolder_;
    retry_outcome outcome_;
    json_event current_;
};

}  // namespace daybook::projections
