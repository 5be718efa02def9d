// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The index of a segment that is not sealed yet, in memory.
//
// Thread safety: `add` and `begin_frame` under `mutex` held alone, everything else under `mutex`
// shared, except when the segment is full: then nothing changes any more and no lock is needed.
// Postings are chains from the newest to the oldest entry, so adding is a few stores and allocates
// only when a vector grows; a reader collects a chain into an `offset_set`.

#include <daybook/limits.hpp>

#include "fair_shared_mutex.hpp"
#include "offset_set.hpp"
#include "terms.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

/// Where a segment stands, in it and in time. Kept for every segment, sealed or not.
struct segment_summary {
    std::uint32_t events = 0;
    timestamp occurred_min{timestamp_max};
    timestamp occurred_max{timestamp_min};
    timestamp recorded_first{timestamp_max};
    timestamp recorded_last{timestamp_min};
};

class tail_segment {
public:
    explicit tail_segment(std::uint32_t number);

    std::uint32_t number() const noexcept { return number_; }
    position first() const noexcept { return {number_ * limits::segment_events}; }
    const segment_summary& summary() const noexcept { return summary_; }
    bool full() const noexcept { return summary_.events == limits::segment_events; }

    /// Adds the next event; its offset is the number of events so far.
    void add(event_view event, std::span<const term> terms);
    /// The next event is the first of a frame.
    void begin_frame() { frame_starts_.push_back(static_cast<std::uint16_t>(summary_.events)); }

    /// Adds to `out` the offsets that have the term (for packed fields: that share its hash).
    void load(const term& wanted, offset_set& out) const;
    /// The same for a packed term, as a list: ascending, each once.
    void load_packed(const term& wanted, std::vector<std::uint16_t>& out) const;
    /// The newest offset below `end` that shares the hash of a packed term, or -1.
    std::int32_t newest(const term& wanted, std::uint32_t end) const;

    const std::vector<std::int64_t>& times() const noexcept { return times_; }
    const std::vector<std::uint16_t>& frame_starts() const noexcept { return frame_starts_; }

    /// Visits each `keyed_term` of a keyed field.
    template <class Visit>
    void for_each_term(field in, Visit&& visit) const {
        for (const auto& one : keyed_) {
            if (one.in == in) visit(one);
        }
    }

    struct keyed_term {
        std::uint32_t text_at = 0;
        std::uint32_t text_size = 0;
        std::int32_t last = -1;  ///< Newest entry of the chain.
        std::uint32_t count = 0;
        field in{};
    };
    struct packed_entry {
        std::uint64_t hash = 0;
        std::int32_t previous = -1;
        std::uint16_t offset = 0;
    };
    struct new_stream {
        std::uint64_t hash = 0;
        std::uint64_t at = 0;
    };

    std::string_view text(const keyed_term& of) const noexcept {
        return std::string_view{texts_}.substr(of.text_at, of.text_size);
    }
    void collect(const keyed_term& of, offset_set& out) const;
    void collect(const keyed_term& of, std::vector<std::uint16_t>& out) const;  ///< Ascending.
    const std::vector<keyed_term>& keyed() const noexcept { return keyed_; }
    const std::vector<packed_entry>& packed(field in) const noexcept {
        return packed_[packed_place(in)].entries;
    }
    /// Streams whose first event stands in this segment.
    const std::vector<new_stream>& new_streams() const noexcept { return new_streams_; }

    /// What it takes in memory, about.
    std::size_t memory_bytes() const noexcept;

    mutable fair_shared_mutex mutex;

private:
    struct link {
        std::int32_t previous = -1;
        std::uint16_t offset = 0;
    };
    struct packed_chains {
        std::vector<std::int32_t> heads;
        std::vector<packed_entry> entries;
    };

    void add_keyed(const term& t, std::uint16_t offset);
    void add_packed(const term& t, std::uint16_t offset);
    const keyed_term* find(const term& wanted) const;

    std::uint32_t number_;
    segment_summary summary_;
    std::string texts_;
    std::vector<keyed_term> keyed_;
    std::vector<link> links_;
    boost::unordered_flat_map<std::uint64_t, std::uint32_t> slot_of_;
    std::array<packed_chains, packed_fields> packed_;
    std::vector<std::int64_t> times_;
    std::vector<std::uint16_t> frame_starts_;
    std::vector<new_stream> new_streams_;
};

}  // namespace daybook
