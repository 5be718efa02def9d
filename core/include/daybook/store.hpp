// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/causality.hpp>
#include <daybook/commit_participant.hpp>
#include <daybook/event.hpp>
#include <daybook/keyspace.hpp>
#include <daybook/metrics.hpp>
#include <daybook/options.hpp>
#include <daybook/query.hpp>
#include <daybook/read_check.hpp>
#include <daybook/reader.hpp>
#include <daybook/result.hpp>
#include <daybook/subscription.hpp>

#include <chrono>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

/// Where a stream must be for an append to happen.
class expected {
public:
    static constexpr expected any() { return expected{kind::any, {}}; }
    static constexpr expected no_stream() { return expected{kind::exact, sequence{0}}; }
    static constexpr expected stream_exists() { return expected{kind::exists, {}}; }
    /// The stream's last event is `last`; 0 is the same as `no_stream`.
    static constexpr expected at(sequence last) { return expected{kind::exact, last}; }

    constexpr bool matches(sequence head) const {
        return kind_ == kind::any || (kind_ == kind::exists ? head.value > 0 : head == last_);
    }
    /// The exact sequence asked for, if any.
    constexpr std::optional<sequence> exact() const {
        return kind_ == kind::exact ? std::optional{last_} : std::nullopt;
    }

private:
    enum class kind { any, exists, exact };
    constexpr expected(kind k, sequence last) : kind_{k}, last_{last} {}
    kind kind_;
    sequence last_;
};

/// "any", "no stream", "stream exists" or "sequence 7".
std::string to_string(const expected& e);

/// Why a commit was not made; `error::conflict` points to one.
struct conflict {
    enum class kind { expectation, condition, id };
    kind what{};
    std::string stream{};  ///< For `expectation` and `id`.
    expected wanted = expected::any();
    sequence actual{};  ///< Where the stream is.
    /// The events that came between (for `condition`: that match; for `id`: that has the id),
    /// oldest first, 32 at most.
    std::vector<event> events{};
};

/// Where an append went.
struct append_receipt {
    position first{};  ///< Position of the first event; the others follow without a gap.
    position last{};
    sequence first_sequence{};
    sequence last_sequence{};
    bool repeated = false;  ///< The same events were there already; nothing was written.
};

/// A part of a `commit_request`: events for one stream.
struct stream_events {
    std::string stream{};
    daybook::expected expected = daybook::expected::any();
    std::vector<new_event> events{};
};

/// dcb.events: the commit fails if any event after `after` (default: any event) matches.
struct append_condition {
    query fail_if_match{};
    std::optional<position> after{};
};

struct commit_request {
    std::vector<stream_events> streams{};  ///< At least one, each with at least one event.
    std::vector<append_condition> conditions{};
    std::optional<daybook::durability> durability{};
};

struct commit_receipt {
    event_id id{};  ///< Of the commit itself.
    position first{};
    position last{};
    std::vector<append_receipt> streams{};  ///< As in the request.
    bool repeated = false;
};

struct stream_head {
    sequence last{};  ///< 0 if the stream does not exist.
    position at{};    ///< Position of that event.
};

/// What a store is, cheap to ask for.
struct store_status {
    std::filesystem::path directory{};
    std::uint32_t format = 0;
    bool read_only = false;
    event_id store_id{};
    std::uint64_t events = 0;  ///< Also the next position.
    std::uint64_t segments_sealed = 0;
    std::uint64_t tail_events = 0;  ///< Indexed in memory, not sealed yet.
    std::optional<timestamp> last_recorded_at{};
    std::vector<std::string> indexed_fields{};
    std::uint64_t log_bytes = 0;  ///< On disk, as RocksDB estimates.
    std::uint64_t index_bytes = 0;
    std::uint64_t view_bytes = 0;
    std::optional<std::string> refuses_writes{};  ///< Why, after a failed sync or on a full disk.
    std::string required_participant{};  ///< The area that every commit must write, or empty.
    /// Damage that was found at opening and mended: indexes were made again, or views dropped that
    /// their projections build again. Empty if there was none.
    std::string mended{};
    /// With `store_options::salvage`: what is damaged, on one line, and where the log ends for it.
    /// Empty if opening found nothing.
    std::string salvaged{};
};

/// An append-only log of events, grouped in streams, in one total order, with its indexes.
///
/// A store owns its directory: a second open fails with `errc::locked`, unless it only reads
/// (`store_options::read_only`). Every member may be called from any thread; readers never wait for
/// writers. A moved-from store may only be destroyed. The destructor finishes what is under way and
/// closes; `buffered` events are handed over first.
class store {
public:
    /// Opens or creates the store in `directory`. Recovers by itself after a crash; reads again at
    /// most the part of the log that is not sealed, so the cost does not grow with the store.
    ///
    /// Fails with `not_found` (missing, and `create_if_missing` is off, or the directory holds
    /// something else), `locked` (the message names the process), `unsupported` (newer format),
    /// `corrupt` (see `repair_store` and `store_options::salvage`; also a copy of the directory,
    /// taken while the store was open, that does not fit together; see
    /// core/docs/reading_beside_a_writer.md), `io`, `invalid_argument` (`indexed_fields` differ
    /// from what the store has); for reading also `refused` (its indexes are being built again).
    static result<store> open(const std::filesystem::path& directory,
                              const store_options& options = {});

    store(store&&) noexcept;
    store& operator=(store&&) noexcept;
    ~store();

    // Writing ----------------------------------------------------------------------------------

    /// Appends `events` to `stream`: all of them, in this order, or none.
    ///
    /// Appends from many threads are written and synced together. If every event has an id and the
    /// same events are already there at the expected place, nothing is written and the first
    /// receipt is returned with `repeated` set.
    /// Fails with `conflict`, `invalid_argument`, `too_large`, `refused`; nothing is then stored.
    /// After `io` the events may be there or not, as a whole: repeat with given ids to be sure.
    /// The store refuses writes until it is opened again; if the disk was full, until there is
    /// room.
    result<append_receipt> append(std::string_view stream, expected at,
                                  std::span<const new_event> events,
                                  std::optional<durability> durable = {});
    result<append_receipt> append(std::string_view stream, expected at,
                                  std::initializer_list<new_event> events,
                                  std::optional<durability> durable = {}) {
        return append(stream, at, std::span{events.begin(), events.size()}, durable);
    }

    /// Appends to several streams at once, if all expectations and conditions hold. As `append`.
    result<commit_receipt> commit(const commit_request& request);

    /// Makes everything appended so far as durable as `synced`.
    result<void> sync();

    /// What appends that come later have to pass, in place of `store_options::admissions` or of
    /// what was set before. Appends under way may still pass the ones before.
    void set_admissions(std::vector<std::shared_ptr<admission>> all);

    // Reading: all up to the watermark, the end of what is acknowledged ---------------------------

    /// The next position: the number of events that can be read.
    position watermark() const noexcept;

    /// Waits until the watermark is above `seen` or the time is over; returns the watermark. A
    /// store that is open for reading refreshes meanwhile, up to 50 times a second.
    position wait_above(position seen, std::chrono::milliseconds patience) const;

    /// For a store open for reading: takes in what its writer has handed to the operating system
    /// since (`buffered` appends come later), new keyspaces too. Returns the watermark. Readers
    /// made before see the log as before. Cheap if nothing was written; else it reads what the
    /// writer has not flushed, up to two memtables. Fails with `io`, `corrupt` or `refused`; what
    /// was seen so far stays readable. Does nothing in a writer.
    result<position> refresh();

    result<event_reader> read_all(const read_options& options = {}) const;
    /// Events of one stream by sequence. A stream that does not exist has no events.
    result<event_reader> read_stream(std::string_view stream,
                                     const read_options& options = {}) const;
    /// Events that match, by position. Fails with `invalid_argument`.
    result<event_reader> read(const query& q, const read_options& options = {}) const;

    /// What is there and what comes, in order; see `subscription`. Fails with `invalid_argument`
    /// (the query, or a start that is not in this log), `corrupt` or `io`.
    result<subscription> subscribe(const subscription_options& options) const;

    /// A page of `limit` matches (1 to 10 000) after `cursor` ("" is the start). Backwards pages
    /// go on from where the first one stood; forwards ones see what was added meanwhile.
    /// Fails with `invalid_argument` for a cursor of another query, direction or store.
    result<event_page> read_page(const query& q, std::size_t limit,
                                 direction dir = direction::forwards,
                                 std::string_view cursor = {}) const;

    /// One event. Fails with `not_found`.
    result<event> read_one(const event_id& id) const;
    result<event> read_one(position at) const;

    result<stream_head> head(std::string_view stream) const;

    /// The first position recorded after `time` (the watermark if none): the log "as of" `time` is
    /// everything before it.
    result<position> position_after(timestamp time) const;

    /// How many events match, by group, largest first (time groups: in order). Answered from the
    /// postings alone where the query allows.
    result<std::vector<group_count>> count(const query& q, const grouping& by = {}) const;

    /// How `q` would be answered. Runs it once, up to `options.limit`.
    result<query_plan> explain(const query& q, const read_options& options = {}) const;

    // Causality ----------------------------------------------------------------------------------

    /// The causes of `id`, their causes, and so on. Fails with `not_found`.
    result<causal_graph> causes(const event_id& id, const causal_limits& limits = {}) const;
    /// What `id` led to, what that led to, and so on. Fails with `not_found`.
    result<causal_graph> effects(const event_id& id, const causal_limits& limits = {}) const;
    /// All events of a correlation as a forest, roots at depth 0. Empty if there are none.
    result<causal_graph> correlation_tree(std::string_view correlation,
                                          const causal_limits& limits = {}) const;
    /// The chain of causes within a correlation that ended last. Empty if there are no events.
    result<daybook::critical_path> critical_path(std::string_view correlation) const;

    // Keeping ------------------------------------------------------------------------------------

    store_status status() const;

    /// What the store did since it was opened, and how long that took; see <daybook/metrics.hpp>.
    /// Never waits for readers, appends or a reindex. Cost: well under a millisecond.
    store_metrics metrics() const;

    /// Drops every index and builds it again from the log, with other indexed fields if given.
    /// Appends and indexed reads wait meanwhile; readers by index that were made before fail with
    /// `refused`. If interrupted, the next open goes on.
    result<void> reindex(std::optional<std::vector<std::string>> indexed_fields = {},
                         const progress_callback& progress = {});

    /// Seals every full segment now instead of in the background. For tests and benchmarks.
    result<void> finish_background_work();

    /// Reads the whole log: positions and sequences without gaps, records sound, times in order;
    /// and compares the sealed indexes with it. Fails with `corrupt` and says where.
    result<void> check(const progress_callback& progress = {}) const;

    // Areas for views
    // ------------------------------------------------------------------------------

    /// Opens or makes the area `name` (1 to 200 of a-z 0-9 _ . -). It is not in backups.
    result<keyspace> open_keyspace(std::string_view name);
    result<std::vector<std::string>> keyspaces() const;
    /// Removes the area and all it holds. Fails with `not_found`, or with `locked` while somebody
    /// writes it with the commits.
    result<void> drop_keyspace(std::string_view name);

    /// From now on `who` writes into the area `name` in the batch of every commit, until the seat
    /// is given up; see `commit_participant`. A commit pays for what `who` does, and nothing if
    /// nobody has joined. Fails with `not_found`, `locked` (another does so), `refused` (open for
    /// reading), or as `who.begin`.
    result<commit_seat> join_commits(std::string_view name, commit_participant& who);

    /// From now on, whoever has opened the store, commits are refused (`errc::refused`) while
    /// nobody has joined them for the area `name`: for records that must not miss one. It cannot be
    /// taken back. Fails with `not_found`, `refused` (open for reading, or another area is required
    /// already) or `io`.
    result<void> require_participant(std::string_view name);

    /// From now on `check` looks at events as they are read from the disk, and what it fails with
    /// is what reading fails with; null: nobody looks. See <daybook/read_check.hpp>. What is
    /// in memory already was looked at before, or is read again. Not in the way of reading.
    void check_reads(std::shared_ptr<const read_check> check);

    struct impl;  ///< Private.

private:
    friend struct engine_access;
    explicit store(std::unique_ptr<impl> opened);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook
