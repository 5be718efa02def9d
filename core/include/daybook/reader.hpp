// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/query.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace daybook {

enum class direction { forwards, backwards };

/// Where a read starts and how far it goes. The default is everything, oldest first.
struct read_options {
    daybook::direction direction = daybook::direction::forwards;
    /// Positions (for `read_stream`: sequences) from here on, in reading direction, inclusive.
    /// Default: the first or, backwards, the last.
    std::optional<std::uint64_t> from{};
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
    /// For `store::read_all` by those who check what they read themselves: without asking the
    /// store's `read_check`.
    bool unchecked = false;
};

/// A walk over events, one at a time. Sees the log as of its making (the watermark then).
///
///     auto events = store.read_stream("task-42").value();
///     while (events.next().value()) std::cout << events->type() << '\n';
///
/// Not thread safe, movable. Must not outlive the store. Memory: one frame (4 KiB or one event)
/// and, for indexed reads, one segment's candidates, whatever is read.
class event_reader {
public:
    event_reader(event_reader&&) noexcept;
    event_reader& operator=(event_reader&&) noexcept;
    ~event_reader();

    /// Moves to the next event; false at the end. Fails with `corrupt` or `io`, and with `refused`
    /// if it reads by an index and the store was reindexed meanwhile; then it stays failed.
    result<bool> next();

    /// The event last moved to; valid until the next call of `next`.
    const event_view& operator*() const noexcept { return current_; }
    const event_view* operator->() const noexcept { return &current_; }

    /// Reads what is left into owned events. Mind the memory.
    result<std::vector<event>> collect();

    struct source;  ///< Private: where events come from.
    explicit event_reader(std::unique_ptr<source> from);

private:
    std::unique_ptr<source> source_;
    event_view current_;
};

/// One page of a query and where the next one starts.
struct event_page {
    std::vector<event> events{};
    std::string next{};  ///< Opaque; empty when there is no more.
};

/// How a query is answered: per part of the log by which index, and what was estimated and read.
struct query_plan {
    struct step {
        std::string what{};  ///< e.g. "type=AgentSpawned".
        std::string how{};   ///< "postings", "packed postings", "times", "read and check".
        std::uint64_t candidates = 0;  ///< Events that this term alone leaves.
    };
    std::vector<step> steps{};
    std::uint64_t segments = 0;       ///< In the log.
    std::uint64_t segments_read = 0;  ///< With at least one candidate.
    std::uint64_t candidates = 0;     ///< After all indexes.
    std::uint64_t matches = 0;        ///< After reading the candidates.
    bool exact_from_index = false;    ///< No candidate had to be read to be sure.
    bool scans_log = false;           ///< No index narrows this query.
};

}  // namespace daybook
