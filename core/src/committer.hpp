// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The commit path: admit (on the caller's thread) -> order -> persist -> index -> publish (by the
// leader of a group). See core/docs/design.md.

#include <daybook/context.hpp>

#include "commit_seats.hpp"
#include "engine.hpp"
#include "id_filter.hpp"
#include "planner.hpp"
#include "sealer.hpp"
#include "sources.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace daybook {

/// One stream's share of a commit, as the caller gave it.
struct commit_part {
    std::string_view stream;
    expected at;
    std::span<const new_event> events;
};

/// A commit on its way: encoded, with its terms, and at last with its outcome.
struct commit_work {
    struct prepared_event {
        std::size_t record_at = 0;
        std::size_t record_size = 0;
        std::size_t terms_at = 0;
        std::size_t terms_end = 0;
        bool id_given = false;
        bool time_given = false;
    };
    struct part {
        std::string_view stream;
        expected at = expected::any();
        std::size_t events_at = 0;
        std::size_t events_end = 0;
        stream_head head;  ///< Found when ordered.
    };
    struct condition {
        std::shared_ptr<const compiled_query> fail_if_match;
        std::optional<position> after;
    };
    /// A payload that is stored though it does not fit its schema.
    struct misfit {
        std::string_view type;
        std::string message;
    };
    enum class stage : int { waiting, leading, done };

    void clear();
    event_view event(std::size_t index) const {
        return record_access::trusted(
            std::string_view{records}.substr(events[index].record_at, events[index].record_size));
    }

    std::string records;
    std::vector<prepared_event> events;
    std::vector<term> terms;
    std::deque<std::string> texts;
    std::vector<part> parts;
    std::vector<condition> conditions;
    std::vector<misfit> misfits;
    /// While it is admitted; null if there are none.
    const admission_desk::list* admissions = nullptr;
    durability durable = durability::synced;
    event_id id;
    timestamp admitted_at;
    std::uint64_t generation = 0;  ///< Of the index rules that the terms follow.

    /// Set for work that is no commit; see `committer::run_alone`.
    const std::function<result<void>()>* alone = nullptr;

    std::atomic<stage> at{stage::waiting};
    result<commit_receipt> outcome{commit_receipt{}};
};

class committer {
public:
    committer(engine& e, sealer& s) : engine_{e}, sealer_{s} {}

    /// Where the log ends, after opening. Before any commit.
    void start_at(position next, timestamp last_recorded);

    result<commit_receipt> commit(std::span<const commit_part> parts,
                                  std::span<const append_condition> conditions,
                                  std::optional<durability> durable);
    /// Syncs what was written so far.
    result<void> sync();
    /// Shows what was written up to `next_` to readers and to everybody who waits.
    void publish();

    position wait_above(position seen, std::chrono::milliseconds patience);

    /// Runs `what` on this thread with no commit under way, in its turn among them.
    result<void> run_alone(const std::function<result<void>()>& what);
    /// From now on `who` takes part in every commit. Fails as `commit_seats::join`.
    result<void> join(commit_participant& who, std::shared_ptr<view_family> into);
    void leave(const commit_participant& who);
    /// From now on commits are refused while nobody writes into `area` with them. Before any
    /// commit, or alone.
    void require(std::string area);
    /// The area, or "".
    std::string required() const;

    /// From now on every commit is refused, because of `why`, which is given back. If the disk is
    /// `full`, commits are taken again once `recovery` succeeds.
    error refuse_after(error why, bool full = false);
    /// How to go on after the disk was full: called in the leader's turn, before `start_at`.
    void recover_with(std::function<result<void>()> recovery) { recovery_ = std::move(recovery); }
    std::optional<std::string> refuses() const;
    timestamp last_recorded() const;
    /// How many appends wait for their turn.
    std::size_t queue_depth() const;

private:
    // Admit.
    result<void> admit(commit_work& work, std::span<const commit_part> parts,
                       std::span<const append_condition> conditions) const;
    result<void> admit_part(commit_work& work, const commit_part& part) const;
    result<void> admit_event(commit_work& work, const commit_part& part, const new_event& event,
                             const context& ambient) const;
    result<void> check_schemas(commit_work& work, std::span<const commit_part> parts) const;
    void collect_terms(commit_work& work) const;
    result<void> admit_again(commit_work& work) const;
    // Lead.
    void take_turn(commit_work& work);
    void await_company(const commit_work& own);
    void lead(commit_work& own);
    void run(std::span<commit_work*> group);
    result<void> ready();
    result<void> take_writes_again();
    // Order.
    result<commit_receipt> order(commit_work& work);
    result<std::optional<commit_receipt>> check_ids(commit_work& work);
    result<std::optional<position>> find_given(const event_id& id);
    result<commit_receipt> repeated(const commit_work& work, std::span<const position> found);
    result<void> check_expectations(commit_work& work);
    result<void> check_conditions(const commit_work& work);
    result<void> check_required() const;
    result<void> ask_participants(commit_work& work);
    commit_receipt accept(commit_work& work);
    void place(commit_work& work, std::size_t index, sequence in_stream);
    result<event_view> read(position at);
    result<event_id> commit_at(position at);
    // Persist.
    void close_frame();
    result<void> persist(durability durable);
    rocksdb::Status flush(bool sync);
    // After the group, on the caller's thread.
    void explain_conflict(commit_work& work) const;

    engine& engine_;
    sealer& sealer_;

    mutable std::mutex queue_mutex_;
    std::vector<commit_work*> queue_;
    bool leading_ = false;
    std::atomic<std::size_t> queued_{0};  ///< Size of `queue_`, to look at without the lock.

    // What follows belongs to the leader, that is to one thread at a time.
    std::vector<commit_work*> group_;
    std::size_t company_ = 0;  ///< Callers of the last group, and who queued meanwhile.
    std::chrono::nanoseconds last_sync_{0};
    std::shared_ptr<tail_segment> tail_;
    position next_;
    position synced_;  ///< Everything below is known to be on the disk.
    position noted_;   ///< The last `synced_` that the write-ahead file was told.
    timestamp last_recorded_{timestamp_min};
    id_filter ids_;
    staged_records staged_;
    std::vector<frame_commit> staged_commits_;
    std::optional<log_reader> reader_;
    rocksdb::WriteBatch batch_;
    frame_builder frame_;
    position frame_first_;
    std::vector<rocksdb::Slice> frame_parts_;
    std::string frame_head_;
    commit_seats seats_;
    std::vector<event_view> shown_;  ///< To them, of one commit.

    mutable std::mutex state_mutex_;
    std::string required_;  ///< Changed by the leader alone, who reads it without the lock.
    std::optional<std::string> refused_;
    bool full_ = false;  ///< Refused for want of room.
    std::function<result<void>()> recovery_;
    std::atomic<bool> refuses_{false};
    std::atomic<std::int64_t> last_recorded_shown_{timestamp_min.time_since_epoch().count()};
};

}  // namespace daybook
