// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Getting at records: by position through the frame cache, or one after the other through RocksDB.
// Either way an archived segment is read from its file.

#include <daybook/event.hpp>

#include "database.hpp"
#include "frame.hpp"
#include "frame_cursor.hpp"
#include "generation_cache.hpp"
#include "segments.hpp"

#include <memory>

namespace daybook {

/// A frame that is kept in memory.
struct kept_frame {
    std::string bytes;
    frame_view view;
    position first;
};

/// Everything that reads the log has one of these in common. Thread safe.
class log_store {
public:
    log_store(database& db, const segments& all, std::size_t cache_bytes)
        : db_{&db}, segments_{all}, frames_{cache_bytes}, directories_{directory_bytes} {}

    /// The frame that holds `at`. Fails with `corrupt` if there is none.
    result<std::shared_ptr<const kept_frame>> frame_of(position at);

    /// The id of the commit that stored the event at `at`.
    result<event_id> commit_of(position at);

    /// How the cache of frames did so far.
    auto frame_cache() const { return frames_.used(); }
    /// From now on reads through `db`. With no read under way.
    void use(database& db) noexcept { db_ = &db; }

    void forget() {
        forget_frames();
        directories_.clear();
    }
    void forget_frames() { frames_.clear(); }

private:
    static constexpr std::size_t directory_bytes = 32U << 20U;

    result<position> frame_start(position at);
    result<std::string> read_frame(position first);
    result<std::shared_ptr<const offset_set>> directory(std::uint32_t segment);

    database* db_;
    const segments& segments_;
    generation_cache<std::uint64_t, std::shared_ptr<const kept_frame>> frames_;
    generation_cache<std::uint32_t, std::shared_ptr<const offset_set>> directories_;
};

/// Reads single records; keeps the last frame, so neighbours cost nothing. Not thread safe.
class log_reader {
public:
    explicit log_reader(log_store& log) : log_{&log} {}
    /// Valid until the next call.
    result<event_view> at(position wanted);

private:
    log_store* log_;
    std::shared_ptr<const kept_frame> frame_;
};

/// Walks over all records from a position on, in one direction. Not thread safe.
class log_scanner {
public:
    /// Forwards up to, not including, `end`; backwards down to position 0.
    log_scanner(database& db, position from, position end, bool backwards, bool unchecked = false);
    /// The next record, or nothing at the end; valid until the next call. Checks that positions
    /// have no gaps.
    result<std::optional<event_view>> next();
    /// Goes on at `to`, which must lie further on in the direction of the walk.
    void skip_to(position to);
    /// Where the frame of the record last returned starts.
    position frame_first() const noexcept { return frame_first_; }

private:
    result<bool> load_frame();

    std::shared_ptr<database> db_;  ///< Outlives the iterator.
    std::shared_ptr<const read_check> check_;
    frame_cursor frames_;
    frame_view frame_;
    position frame_first_;
    bool loaded_ = false;
    position next_;
    position end_;
    bool backwards_;
    bool done_ = false;
};

/// Shows a frame that comes from the disk to whoever checks what is read. Fails as it does, and
/// with `corrupt` if a record is not sound.
result<void> look_at(const read_check& check, const frame_view& frame, position first);

std::string log_key(position first);
position position_of_key(std::string_view key) noexcept;

}  // namespace daybook
