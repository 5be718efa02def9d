// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What may go from a log, when, and who said so.
//
//     set_retention_policy(log, retention_preset("7-years").value(), alice).value();
//     const auto plan = plan_retention(log, now).value();              // nothing happens
//     const auto id = propose_retention(log, now, alice).value();
//     approve_retention(log, id, bob).value();                         // somebody else
//     run_retention(log, {.archives = "/cold", .proposal = id, .by = bob}).value();
//
// Policies, holds, proposals, approvals and what was done are events in the stream
// `compliance_stream` of the same log, with or without a ledger; so nobody changes them unnoticed.
// How it works, and what remains of what was deleted, is in compliance/docs/retention.md.
// These functions may be called from any thread.

#include <daybook/archive.hpp>
#include <daybook/compliance/compliance_stream.hpp>
#include <daybook/compliance/digest.hpp>
#include <daybook/compliance/ledger.hpp>
#include <daybook/compliance/retention_policy.hpp>
#include <daybook/compliance/verdict.hpp>
#include <daybook/store.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::compliance {

/// What nobody may delete for now. What is given must hold; at least one thing is given.
struct legal_hold {
    std::string name{};  ///< By which it is lifted; one that is not in force.
    std::string stream{};
    std::string subject{};  ///< Events with the tag "subject:" and this.
    std::string correlation{};
    std::optional<position> first{};  ///< From here on;
    std::optional<position> last{};   ///< up to here, both included.
    std::string reason{};

    actor placed_by{};     ///< Filled when read.
    position placed_at{};  ///< The same: of the event.

    bool covers(const event_view& event) const;
};

/// A policy and since when.
struct policy_in_force {
    retention_policy policy{};
    actor set_by{};
    position since{};  ///< Of the event that says so.
};

/// From now on `policy` is in force. Fails with `invalid_argument` (no actor) or as an append.
result<position> set_retention_policy(store& log, const retention_policy& policy, const actor& by);
/// The policy in force; nothing if none was ever set.
result<std::optional<policy_in_force>> current_retention_policy(const store& log);

/// Nothing that `hold` covers is deleted until it is lifted, whatever policy and approvals say.
/// Fails with `refused` if one of that name is in force, `invalid_argument` if it covers nothing
/// in particular or has no name, reason or actor.
result<position> place_hold(store& log, const legal_hold& hold, const actor& by);
/// Fails with `not_found` if none of that name is in force, `invalid_argument` without a reason.
result<position> lift_hold(store& log, std::string_view name, std::string_view reason,
                           const actor& by);
/// The holds in force, oldest first.
result<std::vector<legal_hold>> holds_in_force(const store& log);

/// What is to happen to one segment.
struct retention_step {
    enum class kind { erase, archive };
    kind what = kind::erase;
    std::uint32_t segment = 0;
    std::uint64_t events = 0;           ///< Whose payloads go, or that move.
    std::uint64_t bytes = 0;            ///< Of these payloads; of all records of the segment.
    std::vector<position> positions{};  ///< Of `erase`: whose.
};

/// What a run would do.
struct retention_plan {
    timestamp as_of{};
    position end{};  ///< Events before it were looked at.
    policy_in_force policy{};
    std::vector<retention_step> steps{};  ///< Deletions first, each kind by segment.
    std::uint64_t held = 0;               ///< Events whose time is over and that a hold keeps.
    std::uint64_t bound = 0;  ///< The same, that the minimum of an earlier policy keeps.
    /// Of all of it: two plans with the same hash do the same.
    digest hash{};

    std::uint64_t events_erased() const noexcept;
    std::uint64_t bytes_erased() const noexcept;
};

/// What the policy in force asks for of events recorded before. Changes nothing; a segment is
/// archived if every event in it that has a time for that has reached it, and one has. Fails with
/// `not_found` (no policy was set), `invalid_argument` (`as_of` is in the future), or as reading.
/// Cost: reads the log.
result<retention_plan> plan_retention(const store& log, timestamp as_of,
                                      const progress_callback& progress = {});

/// A plan that somebody wants to be carried out.
struct retention_proposal {
    event_id id{};  ///< Of the event that proposes it.
    timestamp as_of{};
    position end{};  ///< The log when it was proposed.
    digest plan{};
    std::uint64_t events = 0;  ///< Whose payloads go.
    std::uint64_t bytes = 0;
    actor proposed_by{};
    position at{};
    std::optional<actor> approved_by{};
    std::optional<position> approved_at{};
    std::uint64_t steps_done = 0;
};

/// Writes down what would be done now, for somebody else to approve. Fails as `plan_retention`, and
/// with `refused` if nothing is to be deleted.
result<event_id> propose_retention(store& log, timestamp as_of, const actor& by);
/// Fails with `refused` if `by` (an actor's id) proposed it or if it is approved already, and with
/// `not_found`.
result<position> approve_retention(store& log, const event_id& proposal, const actor& by);
/// All of them, oldest first.
result<std::vector<retention_proposal>> retention_proposals(const store& log);

struct retention_run {
    std::filesystem::path archives{};    ///< Where archives go. Without it nothing is archived.
    std::optional<event_id> proposal{};  ///< An approved one. Without it nothing is deleted.
    timestamp as_of{};                   ///< Without a proposal: as of when.
    actor by{};
    const ledger* book = nullptr;  ///< Of `log`; required where it is signed.
    /// Called before each step.
    std::function<void(const retention_step& step)> tell{};
    progress_callback progress{};  ///< Of planning.
};

struct retention_done {
    std::uint64_t segments_archived = 0;
    std::uint64_t events_erased = 0;
    std::uint64_t bytes_erased = 0;
    std::vector<std::string> files_written{};
    std::vector<std::string> files_removed{};
};

/// Does it, step by step; each step is written down (SegmentDeleted, SegmentArchived) after it was
/// prepared and verified and before anything changes. Interrupted, the same call goes on.
/// Fails with `refused` if the proposal is not approved by another, or if what would be done is not
/// what was approved, because a policy or a hold changed since: propose it again. Else as
/// `delete_payloads` and `archive_segment`.
result<retention_done> run_retention(store& log, const retention_run& how);

/// Events whose payloads went as they should, under one policy.
struct lawful_deletion {
    std::string policy{};
    position policy_at{};  ///< Of the event that set it.
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;  ///< Of their payloads.
};

/// What is missing from a log.
struct retention_check {
    std::vector<finding> findings{};        ///< What nobody explains.
    std::vector<lawful_deletion> lawful{};  ///< By policy, the oldest first.
};

/// Looks whether everything that is missing is explained: each tombstone by a SegmentDeleted that
/// an approved proposal, its policy and the holds of that time allow; each archive by a
/// SegmentArchived, its file by the SHA-256 in it. What is not is `tampered`, an archive that is
/// not attached `unverifiable`. With a ledger: `verify_log`. Cost: reads the log, and the archives.
result<retention_check> check_retention(const store& log, const progress_callback& progress = {});

}  // namespace daybook::compliance
