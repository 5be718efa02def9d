// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/options.hpp>
#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

/// The type of the events that stand where others were lost. Their payload is
/// `{"lost":<position>}`.
inline constexpr std::string_view lost_event_type = "daybook.lost";

/// What a repair took over and what it could not.
struct repair_report {
    std::uint64_t events_kept = 0;
    position end{};  ///< Of the repaired log.

    /// Positions whose events are lost, both ends included, in order.
    struct range {
        position first{};
        position last{};
    };
    std::vector<range> lost{};

    /// Lost events of streams that go on after them, in order of position. Of the other lost events
    /// nobody knows the stream.
    struct stream_loss {
        std::string stream{};
        sequence first{};
        sequence last{};
    };
    std::vector<stream_loss> lost_of_streams{};
    std::uint64_t lost_of_unknown_streams = 0;

    std::vector<std::string> keyspaces_kept{};
    std::vector<std::string> keyspaces_lost{};  ///< Views among them are built again.
    std::vector<std::string> findings{};        ///< One line for each damaged file or part.
};

/// Copies everything sound of the store in `damaged` into a new store in `into`, which must be
/// missing or empty; `damaged` is only read, whatever files of it are left.
///
/// Events keep position, sequence, id, times and bytes. Where events were lost, others of
/// `lost_event_type` take their positions and, where it is known, their place in their stream, so
/// that the new store is whole: `store::check` passes. Indexes are made new. The new store has the
/// old one's id.
///
/// Fails with `not_found` (no files of a store there), `locked`, `invalid_argument` (`into` is not
/// empty), `corrupt` (what is left contradicts itself), `io`. Cost: reads and writes the whole log.
result<repair_report> repair_store(const std::filesystem::path& damaged,
                                   const std::filesystem::path& into,
                                   const progress_callback& progress = {});

}  // namespace daybook
