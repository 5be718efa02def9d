// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/detail/state_loader.hpp>

#include "snapshot_shelf.hpp"

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace daybook {

/// The snapshots of one kind of state: finds one to begin at, and keeps new ones, also on a thread
/// of its own.
class snapshot_keeper {
public:
    snapshot_keeper(store& log, const detail::state_kind& kind, std::uint64_t kept)
        : log_{log}, kind_{kind}, kept_max_{kept} {}
    ~snapshot_keeper();
    snapshot_keeper(const snapshot_keeper&) = delete;
    snapshot_keeper& operator=(const snapshot_keeper&) = delete;

    struct candidate {
        sequence last;
        std::uint64_t last_record;  ///< Use it only if the event at `last` has this hash.
        std::shared_ptr<void> state;
    };
    /// The newest that may be used, of those that end at `last` or before; older ones if it was
    /// refused: those below `last` then. Nothing if there is none, or none can be read.
    std::optional<candidate> newest(const std::string& stream, sequence last);
    void count_passed_over() { ++passed_over_; }

    /// Writes one, with the digest of the events before. Fails as reading and writing do.
    result<snapshot_info> keep(const std::string& stream, const void* state, sequence last);

    /// The same, soon, on another thread. One that waits for the same stream is replaced. If
    /// there are too many, nothing: it will be due again.
    void schedule(const std::string& stream, std::shared_ptr<const void> state, sequence last);
    void finish();

    /// All of the stream's of this kind, newest first.
    result<std::vector<snapshots::stored_snapshot>> all(const std::string& stream);

    /// Is the event at `last` of the stream there, and its record of this hash?
    static result<bool> ends_with(const store& log, const std::string& stream, sequence last,
                                  std::uint64_t record);

    void add_counts(repository_counts& to) const;

private:
    struct waiting {
        std::shared_ptr<const void> state;
        sequence last;
    };
    keyspace* area();
    result<snapshots::past_digest> past_of(const std::string& stream, sequence last,
                                           snapshots::snapshot_record& made);
    result<void> write(const snapshots::snapshot_key& key,
                       const snapshots::snapshot_record& record);
    void work();

    store& log_;
    const detail::state_kind& kind_;
    const std::uint64_t kept_max_;

    std::mutex opening_;
    std::optional<keyspace> area_;

    std::mutex lock_;
    std::condition_variable changed_;
    std::map<std::string, waiting> queue_;
    bool working_ = false;
    bool stopping_ = false;
    std::thread worker_;

    std::atomic<std::uint64_t> taken_ = 0;
    std::atomic<std::uint64_t> passed_over_ = 0;
    std::atomic<std::uint64_t> failed_ = 0;
};

}  // namespace daybook
