// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/histogram.hpp>
#include <daybook/types.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace daybook {

/// What an open store tells about itself: counts and latencies since it was opened, sizes as they
/// are. Made by `store::metrics`; core/docs/metrics.md says what each figure is good for.
///
/// Rates come from two looks: `rates_between(before, after)`.
struct store_metrics {
    std::filesystem::path directory{};
    std::chrono::nanoseconds open_for{};  ///< Since the store was opened.

    /// Only growing, from 0 at opening.
    struct counts {
        std::uint64_t commits = 0;    ///< Stored; one for each `append` or `commit`.
        std::uint64_t events = 0;     ///< In them.
        std::uint64_t bytes = 0;      ///< Handed to RocksDB for them, before compression.
        std::uint64_t groups = 0;     ///< Commits written together; one write, at most one sync.
        std::uint64_t repeated = 0;   ///< Appends that were stored already.
        std::uint64_t conflicts = 0;  ///< Appends that failed with `errc::conflict`.
        std::uint64_t rejected = 0;   ///< With `invalid_argument` or `too_large`.
        std::uint64_t refused = 0;    ///< With `refused`.
        std::uint64_t failed = 0;     ///< With anything else: `io`, `corrupt`.
        /// Events that were stored though they do not fit their schema; see `schema_mode::warn`.
        std::uint64_t schema_misfits = 0;
        std::uint64_t stalls = 0;     ///< Groups that waited for a segment to be sealed.
        std::chrono::nanoseconds stalled{};  ///< How long they waited in all.
        std::uint64_t events_read = 0;       ///< Given by readers and pages that have ended.
    };
    counts count{};

    /// How long calls took, in nanoseconds. What fails before it is looked at (a bad name, a
    /// read-only store) is not in them.
    struct latencies {
        exponential_histogram append{};  ///< `append` and `commit`, from call to return.
        exponential_histogram sync{};    ///< One fsync of the log.
        /// `read_all`, `read_stream` and `read`: from the call until the reader ended or was
        /// destroyed, so with what its user did between the events.
        exponential_histogram read{};
        exponential_histogram load{};
        exponential_histogram query{};
        exponential_histogram page{};    ///< `read_page`.
        exponential_histogram lookup{};  ///< `read_one` and `head`.
        exponential_histogram count{};   ///< `store::count`.
        exponential_histogram walk{};    ///< `causes`, `effects`, `correlation_tree`, ...
        exponential_histogram seal{};    ///< Sealing one segment, in the background.
    };
    latencies took{};

    /// Bytes on disk, by part. `index` and `streams` are 0 while the store is being reindexed.
    struct sizes {
        std::uint64_t log = 0;
        std::uint64_t index = 0;
        std::uint64_t streams = 0;
        std::uint64_t views = 0;
        std::uint64_t wal = 0;  ///< What is written and not yet in files of the parts above.
    };
    sizes disk{};

    /// Bytes in this process, by part.
    struct memory {
        std::uint64_t memtables = 0;
        std::uint64_t tail = 0;  ///< The index of the segments that are not sealed.
        std::uint64_t frame_cache = 0;
        std::uint64_t block_cache = 0;
    };
    memory held{};

    struct cache {
        std::uint64_t hits = 0;
        std::uint64_t misses = 0;
        /// 0 to 1; 0 if nothing was looked for.
        double hit_rate() const noexcept {
            const auto all = hits + misses;
            return all == 0 ? 0.0 : static_cast<double>(hits) / static_cast<double>(all);
        }
    };
    cache frames{};  ///< Decoded pieces of the log, for point reads.
    // Known with `store_options::engine_statistics`.
    std::optional<cache> blocks{};  ///< RocksDB's: indexes and views, and the log where scanned.
    std::optional<std::chrono::nanoseconds> engine_stalled{};  ///< RocksDB held writes back.

    std::uint64_t events = 0;  ///< In the store: the watermark.
    std::uint64_t segments_sealed = 0;
    std::uint64_t hot_segment_events = 0;       ///< Of the segment that is being written.
    std::uint64_t queue_depth = 0;              ///< Appends that wait for their turn right now.
    std::optional<std::uint64_t> open_files{};  ///< Below the directory; nothing if not known.
    bool refuses_writes = false;                ///< After a failed write; see `store_status`.
};

/// Per second, between two looks at one store. All 0 if they are not in this order.
struct store_rates {
    double events = 0;
    double commits = 0;
    double groups = 0;
    double bytes = 0;
    double events_read = 0;
};
store_rates rates_between(const store_metrics& before, const store_metrics& after);

/// The metrics in the text format of Prometheus, version 0.0.4, each sample with the label `store`
/// (the directory). Give all stores of a process in one call: a name may be described only once.
/// Serve it as `text/plain; version=0.0.4`.
std::string metrics_text(std::span<const store_metrics> stores);
inline std::string metrics_text(const store_metrics& one) {
    return metrics_text(std::span{&one, 1});
}

}  // namespace daybook
