// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/limits.hpp>
#include <daybook/logging.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace daybook {

class admission;

/// When an append is acknowledged.
enum class durability {
    buffered,  ///< In this process's memory. Lost if the process dies; order is kept, no gaps.
    written,   ///< Handed to the operating system. Survives kill -9, not a power cut.
    synced     ///< On the disk (fsync). Survives a power cut.
};

enum class compression { none, lz4, zstd };

struct store_options {
    bool create_if_missing = true;
    /// Reads alone or beside the one process that writes; takes no lock and changes no file. Such a
    /// reader sees what there is when it is opened, then what `store::refresh` takes in.
    bool read_only = false;
    /// With `read_only`: opens a store whose write-ahead files are damaged or lost, and shows the
    /// log up to there; `store_status::salvaged` tells. It stays as it was opened: `refresh` takes
    /// nothing in. For other damage see `repair_store`.
    bool salvage = false;
    durability default_durability = durability::synced;
    compression log_compression = compression::lz4;
    std::size_t block_cache_bytes = 64U << 20U;   ///< RocksDB blocks: indexes and views.
    std::size_t frame_cache_bytes = 192U << 20U;  ///< Decoded pieces of the log, for point reads.
    std::size_t memtable_bytes = 32U << 20U;
    std::size_t commit_bytes_max = limits::commit_bytes_max_default;
    /// Payload fields to index, as JSON Pointers. Fixed when the store is made; `nullopt` takes
    /// what the store has. `store::reindex` changes them.
    std::optional<std::vector<std::string>> indexed_fields{};
    /// What every append has to pass, from the first one on, in this order; see
    /// <daybook/admission.hpp>. `store::set_admissions` changes them.
    std::vector<std::shared_ptr<admission>> admissions{};
    /// Where the store tells what its program may want to know; default: nowhere.
    log_callback log{};
    /// Appends, reads, queries and loads that take at least so long are told to `log`, with what
    /// they did and, for queries, the plan. Default: none. See core/docs/metrics.md.
    std::optional<std::chrono::microseconds> slow_operation{};
    /// Let RocksDB count too, for the metrics `blocks` and `engine_stalled`. It counts at every
    /// write and every block, which costs some percent of small appends.
    bool engine_statistics = false;
};

/// Called now and then by long operations: `done` of `total`, in events. May be empty; must not
/// call the store.
using progress_callback = std::function<void(std::uint64_t done, std::uint64_t total)>;

}  // namespace daybook
