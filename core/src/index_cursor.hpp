// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Looking up one term, segment by segment, in the sealed index.

#include "database.hpp"
#include "engine.hpp"
#include "index_codec.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace daybook {

/// Walks over the segments that have a value for one term. Ask for segments in one direction; a
/// segment without a value costs a comparison. Not thread safe.
class index_cursor {
public:
    index_cursor(database& db, const term& wanted, bool backwards);

    /// The value in `segment`, or nothing; valid until the next call.
    result<std::optional<std::string_view>> find(std::uint32_t segment);

private:
    void seek(std::uint32_t segment);
    void settle();

    std::shared_ptr<database> db_;  ///< Outlives the iterator.
    std::unique_ptr<rocksdb::Iterator> entries_;
    term wanted_;
    bool backwards_;
    std::string key_;  ///< Of the term in the current group.
    std::size_t prefix_size_ = 0;
    std::optional<std::uint32_t> group_;
    std::optional<std::uint32_t> found_;  ///< The segment the iterator stands on, in this group.
};

error damaged_index(std::uint32_t segment);
error incomplete_index();

/// How the callers below read a candidate; appending passes one that knows what is not written yet.
using record_reader = std::function<result<event_view>(position)>;

struct segment_range {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
};

/// The newest event below `end` that has the packed term and passes `is_it` (which sorts out
/// equal hashes). Looks at segments of `where`, the last first, at sealed ones only where
/// `may_have` says so, if it is given. Fails with `corrupt` or `io`.
result<std::optional<position>> find_newest(
    engine& e, const term& wanted, position end, segment_range where,
    const std::function<bool(event_view)>& is_it, const record_reader& read,
    const std::function<bool(std::uint32_t)>& may_have = {});

/// Where the event with this id is, if it is below `end`. `near` is where it is looked for first.
result<std::optional<position>> find_id(engine& e, const event_id& id, position end, position near);

/// Where the stream begins and ends, looking below `end` only.
result<stream_place> find_stream(engine& e, std::string_view stream, position end,
                                 const record_reader& read = {});

/// The stream's last event below `end`; sequence 0 if there is none.
result<stream_head> find_head(engine& e, std::string_view stream, position end,
                              const record_reader& read = {});

/// The position of the stream's first event if it is sealed: a lower bound where hashes collide.
result<std::optional<position>> find_sealed_start(engine& e, std::uint64_t stream_hash);

}  // namespace daybook
