// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What every part of an open store works on.

#include <daybook/store.hpp>

#include "admission_desk.hpp"
#include "database.hpp"
#include "fair_shared_mutex.hpp"
#include "log_reader.hpp"
#include "log_watcher.hpp"
#include "meters.hpp"
#include "name_claims.hpp"
#include "schema_registry.hpp"
#include "segments.hpp"
#include "slow_log.hpp"
#include "terms.hpp"
#include "watermark_bell.hpp"

#include <atomic>
#include <functional>

namespace daybook {

/// What was once found out about a stream. It stays true: what came later lies at `as_of` or above.
struct stream_place {
    stream_head head;
    position start;  ///< No event of the stream lies before it.
    position as_of;
};

struct engine {
    engine(std::shared_ptr<database> opened, const store_options& chosen)
        : options{chosen},
          db{std::move(opened)},
          log{*db, all, chosen.frame_cache_bytes},
          heads{heads_kept},
          places{places_kept},
          admissions{chosen.admissions},
          slow{options} {}

    position end() const noexcept { return {watermark.load(std::memory_order_acquire)}; }

    /// The database for those who do not hold `index_mutex`. It has all events up to the watermark
    /// of before the call, and what it has is not beyond the watermark of after it.
    std::shared_ptr<database> database_now() const {
        const std::lock_guard lock{db_mutex};
        return db;
    }

    static constexpr std::size_t heads_kept = 1U << 18U;
    static constexpr std::size_t places_kept = 1U << 16U;

    const store_options options;
    /// Replaced only in a reader, under `index_mutex` and, with the watermark, `db_mutex`; so it
    /// may be looked at under either. See `follower`.
    std::shared_ptr<database> db;
    mutable std::mutex db_mutex;
    segments all;
    term_rules rules;
    event_id store_id;
    std::string required_participant;  ///< As the store was opened.
    log_store log;
    std::atomic<std::uint64_t> watermark{0};
    /// Last known events of streams, acknowledged or about to be.
    generation_cache<std::string, stream_head, text_hash> heads;
    /// Of streams that were read: the next reading looks at what came since.
    generation_cache<std::string, stream_place, text_hash> places;

    admission_desk admissions;

    /// Counted by whoever does it, also by what only reads.
    mutable daybook::meters meters;
    const slow_log slow;

    /// Shared by every call that reads an index (taken at the surface, never inside), exclusive for
    /// rebuilding it; see `store::reindex`. Commits are kept out by the committer.
    fair_shared_mutex index_mutex;
    std::uint64_t index_generation = 0;

    /// Whoever moves the watermark rings it.
    watermark_bell bell;
    name_claims subscription_names;
    /// Of a writer; a catalog of a reader has one of its own.
    const std::shared_ptr<schema_registry> schemas = std::make_shared<schema_registry>();
    log_watcher watcher{watermark, bell};  ///< Last: its thread uses the others.
};

/// For what works on a store from outside its class.
struct engine_access {
    static engine& of(const store& opened) noexcept;
    /// Runs `write` with no commit, no sealing and no read by an index under way; then nothing
    /// that was kept in memory of events is used any more, and the tail is indexed again if it
    /// says so. If it fails the store takes no more writes until it is opened again.
    static result<void> alone(const store& opened, const std::function<result<bool>()>& write);
};

}  // namespace daybook
