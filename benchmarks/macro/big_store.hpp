// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "support/bare_log.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace daybook::bench {

/// One store that many rows read, and the same records in bare RocksDB.
///
/// The first half is uniform: streams of 50 events, each scattered evenly over the whole half, and
/// with a correlation of its own. The event at position p belongs to the same stream as those at
/// p + streams(), p + 2 * streams() ... The second half is sprints of agents, as they happen.
/// Written 100 events a commit.
class big_store {
public:
    static constexpr std::uint64_t events_per_stream = 50;
    static constexpr std::size_t events_per_commit = 100;

    /// Made when it is first asked for; or taken, if `directory` holds one that is complete.
    big_store(const std::filesystem::path& directory, std::uint64_t events);

    store& log();
    bare_log& bare();
    /// Both closed: their caches are empty when they are asked for again.
    void close();
    /// As `close`, and the files are in the page cache of the system, if it has room.
    void close_and_warm();

    const std::filesystem::path& log_directory() const noexcept { return log_directory_; }
    const std::filesystem::path& bare_directory() const noexcept { return bare_directory_; }

    std::uint64_t events() const noexcept { return events_; }
    std::uint64_t uniform_events() const noexcept { return streams() * events_per_stream; }
    std::uint64_t streams() const noexcept { return events_ / 2 / events_per_stream; }

    /// What every store of this program is opened with.
    static store_options usual_options();

private:
    void make_log();
    void make_bare();

    std::uint64_t events_;
    std::filesystem::path log_directory_;
    std::filesystem::path bare_directory_;
    std::optional<store> log_;
    std::optional<bare_log> bare_;
};

}  // namespace daybook::bench
