// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Where an `event_reader` gets its events from.

#include <daybook/logging.hpp>
#include <daybook/reader.hpp>

#include "planner.hpp"
#include "record.hpp"

namespace daybook {

struct event_reader::source {
    virtual ~source() = default;
    /// The next event, or nothing at the end; valid until the next call.
    virtual result<std::optional<event_view>> next() = 0;
    /// What the slow log is told of this read, besides how long it took.
    virtual void describe(std::vector<log_field>& fields) const { (void)fields; }

    /// Set for reads that users asked for: they are counted.
    struct watch {
        engine* at = nullptr;
        latency_recorder* into = nullptr;
        std::string_view operation;
        latency_recorder::clock::time_point began;
    };
    std::optional<watch> watched;
    std::uint64_t given = 0;  ///< Events so far.

    /// The read is over: counts it, once. Nothing may be locked.
    void finish() noexcept;
};

/// What a query's walk has done so far.
struct walk_counts {
    std::uint64_t segments_read = 0;
    std::uint64_t candidates = 0;
    std::uint64_t matches = 0;
};

/// Records that have a place already and are not written yet; only appending sees them.
struct staged_records {
    position first;
    std::vector<std::string_view> records;

    std::optional<event_view> find(position at) const {
        if (at < first || at.value - first.value >= records.size()) return std::nullopt;
        return record_access::trusted(records[at.value - first.value]);
    }
};

/// Walks over the matches of a query by position.
class query_walk {
public:
    /// `from` as in `read_options`; sees positions below `end`.
    query_walk(engine& e, std::shared_ptr<const compiled_query> q, direction dir,
               std::optional<std::uint64_t> from, position end,
               const staged_records* staged = nullptr);

    result<std::optional<event_view>> next();

    /// Leaves out the next `count` candidates, without reading them.
    void skip(std::uint64_t count) { to_skip_ = count; }

    const walk_counts& counts() const noexcept { return counts_; }
    const evaluator& index() const noexcept { return evaluator_; }
    const compiled_query& asked() const noexcept { return *query_; }
    std::uint32_t segments() const noexcept { return list_->size(); }

private:
    result<bool> next_segment();
    std::optional<std::uint16_t> next_offset();
    void skip_in_segment();
    result<event_view> read(position at);

    engine& engine_;
    std::shared_ptr<const compiled_query> query_;
    std::shared_ptr<const segment_list> list_;
    evaluator evaluator_;
    log_reader reader_;
    std::optional<log_scanner> scanner_;  ///< Set where most of a segment is wanted.
    const staged_records* staged_;
    bool backwards_;
    position end_;
    std::uint64_t from_ = 0;
    std::uint32_t segment_ = 0;
    std::uint32_t segments_left_ = 0;
    bool started_ = false;
    candidates candidates_;
    std::uint32_t cursor_ = 0;  ///< The next offset to look at, plus one backwards.
    bool in_segment_ = false;
    std::uint64_t to_skip_ = 0;
    walk_counts counts_;
};

std::unique_ptr<event_reader::source> make_all_source(engine& e, const read_options& options);
std::unique_ptr<event_reader::source> make_query_source(engine& e,
                                                        std::shared_ptr<const compiled_query> q,
                                                        const read_options& options);
result<std::unique_ptr<event_reader::source>> make_stream_source(engine& e, std::string_view stream,
                                                                 const read_options& options);

}  // namespace daybook
