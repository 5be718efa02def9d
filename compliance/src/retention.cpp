// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/retention.hpp>

#include "archive_story.hpp"
#include "deletion_check.hpp"
#include "retention_plan.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace daybook::compliance {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string digest_of_payload(std::string_view payload) {
    return std::string{sha256(payload).view()};
}

/// One run, step by step.
class running {
public:
    running(store& log, const retention_run& how) : log_{log}, how_{how} {}

    result<retention_done> run() {
        if (auto ok = check_actor(how_.by, "run retention"); !ok) return ok.error();
        if (auto ok = check_ledger(log_, how_.book, "run retention"); !ok) return ok.error();
        auto known = retention_history::read(log_);
        if (!known) return known.error();
        known_ = std::move(*known);
        const auto planned = plan();
        if (!planned) return planned.error();
        policy_ = planned->plan.policy;
        for (const auto& step : planned->left) {
            auto done = step.what == retention_step::kind::erase ? erase(step) : archive(step);
            if (!done) return done.error();
        }
        return std::move(done_);
    }

private:
    result<planned> plan() {
        plan_request request{how_.as_of, log_.watermark(), how_.proposal};
        if (how_.proposal) {
            proposal_ = known_.find(*how_.proposal);
            const auto doing = "run retention: proposal " + to_string(*how_.proposal);
            if (proposal_ == nullptr) return fail(errc::not_found, doing + ": there is none");
            if (!proposal_->approved_by) {
                return fail(errc::refused, doing + " by " + proposal_->proposed_by.id +
                                               " is not approved; somebody else has to: "
                                               "`daybook retention approve`");
            }
            request.as_of = proposal_->as_of;
            request.end = proposal_->end;
        }
        auto made = make_plan(log_, known_, request, how_.progress);
        if (!made || proposal_ == nullptr || made->plan.hash == proposal_->plan) return made;
        return fail(errc::refused,
                    "run retention: what would be done now is not what was approved, for a "
                    "policy, a hold or an archive changed since; propose it again");
    }

    result<void> erase(const retention_step& step) {
        if (proposal_ == nullptr) return {};  // Nothing goes without an approval.
        if (how_.tell) how_.tell(step);
        delete_options options;
        options.digest = digest_of_payload;
        options.before = [&](const payload_deletion& what) { return write_deleted(what); };
        const auto chosen = [&](const event_view& event) {
            return std::binary_search(step.positions.begin(), step.positions.end(),
                                      event.position());
        };
        auto done = delete_payloads(log_, step.segment, chosen, options);
        if (!done) return done.error();
        if (done->deleted.empty()) {
            // It was done before this was interrupted; perhaps it was not purged.
            const position first{step.segment * limits::segment_events};
            return purge_deleted(log_, first, {first.value + limits::segment_events});
        }
        done_.events_erased += done->deleted.size();
        done_.bytes_erased += done->bytes;
        if (!done->file_before.empty()) done_.files_removed.push_back(done->file_before);
        if (!done->file_after.empty()) done_.files_written.push_back(done->file_after);
        return {};
    }

    result<void> write_deleted(const payload_deletion& what) {
        const auto ranges = ranges_of(what.deleted);
        json::object story{{"segment", what.segment},
                           {"events", what.deleted.size()},
                           {"bytes", what.bytes},
                           {"positions", json::parse(to_json(ranges))}};
        if (how_.book != nullptr) {
            const auto leaves = hash_of_leaves(*how_.book, ranges);
            if (!leaves) return leaves.error();
            story["leaves"] = leaves->hex();
        }
        if (!what.file_before.empty()) story["file_before"] = what.file_before;
        if (!what.file_after.empty()) {
            if (auto ok = add_file_after(story, what.file_after); !ok) return ok;
        }
        add_authority(story, {policy_, proposal_});
        auto wrote = write_down(log_, "SegmentDeleted", json::serialize(story), how_.by);
        return wrote ? result<void>{} : wrote.error();
    }

    result<void> add_file_after(json::object& story, const std::string& file) {
        for (const auto& directory : archive_directories(log_)) {
            const auto path = directory / file;
            if (!fs::exists(path)) continue;
            if (how_.book != nullptr) {
                if (auto ok = check_file(log_, *how_.book, path, "run retention"); !ok) return ok;
            }
            const auto hash = sha256_of_file(path);
            if (!hash) return hash.error();
            story["file"] = file;
            story["sha256"] = *hash;
        }
        return {};
    }

    result<void> archive(const retention_step& step) {
        if (how_.archives.empty()) return {};
        if (how_.tell) how_.tell(step);
        archive_options options{.directory = how_.archives};
        if (how_.book != nullptr) {
            auto notes = archive_notes(*how_.book, step.segment);
            if (!notes) return notes.error();
            options.notes = *std::move(notes);
        }
        options.before = writing_archived(log_, how_.book, how_.by, authority{policy_, proposal_});
        const auto done = archive_segment(log_, step.segment, options);
        if (!done) return done.error();
        ++done_.segments_archived;
        done_.files_written.push_back(done->file);
        return {};
    }

    store& log_;
    const retention_run& how_;
    retention_history known_;
    policy_in_force policy_;
    const retention_proposal* proposal_ = nullptr;
    retention_done done_;
};

}  // namespace

bool legal_hold::covers(const event_view& event) const {
    if (!stream.empty() && event.stream() != stream) return false;
    if (!correlation.empty() && event.correlation() != correlation) return false;
    if (first && event.position() < *first) return false;
    if (last && event.position() > *last) return false;
    if (subject.empty()) return true;
    const auto wanted = "subject:" + subject;
    const auto tags = event.tags();
    return std::any_of(tags.begin(), tags.end(),
                       [&](std::string_view tag) { return tag == wanted; });
}

std::uint64_t retention_plan::events_erased() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& one : steps) sum += one.what == retention_step::kind::erase ? one.events : 0;
    return sum;
}
std::uint64_t retention_plan::bytes_erased() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& one : steps) sum += one.what == retention_step::kind::erase ? one.bytes : 0;
    return sum;
}

result<position> set_retention_policy(store& log, const retention_policy& policy, const actor& by) {
    if (auto ok = check_actor(by, "set the retention policy"); !ok) return ok.error();
    // What cannot be read back must not be in force.
    const auto text = to_string(policy);
    const auto parsed = parse_retention_policy(text);
    if (!parsed) return parsed.error();
    const auto wrote = write_down(log, "RetentionPolicyChanged", "{\"policy\":" + text + "}", by);
    if (!wrote) return wrote.error();
    return wrote->first;
}

result<std::optional<policy_in_force>> current_retention_policy(const store& log) {
    auto known = retention_history::read(log);
    if (!known) return known.error();
    if (known->policies.empty()) return std::optional<policy_in_force>{};
    return std::optional{std::move(known->policies.back())};
}

result<position> place_hold(store& log, const legal_hold& hold, const actor& by) {
    const std::string doing = "place a legal hold";
    if (auto ok = check_actor(by, doing); !ok) return ok.error();
    if (hold.name.empty()) return fail(errc::invalid_argument, doing + ": it has no name");
    if (hold.reason.empty()) return fail(errc::invalid_argument, doing + ": it has no reason");
    if (hold.stream.empty() && hold.subject.empty() && hold.correlation.empty() && !hold.first &&
        !hold.last) {
        return fail(errc::invalid_argument,
                    doing + ": say what it covers: a stream, a subject, a correlation, positions");
    }
    if (hold.first && hold.last && *hold.last < *hold.first) {
        return fail(errc::invalid_argument, doing + ": its last position is before its first");
    }
    const auto known = retention_history::read(log);
    if (!known) return known.error();
    if (known->find_hold(hold.name) != nullptr) {
        return fail(errc::refused, doing + ": one named " + hold.name + " is in force already");
    }
    json::object story{{"hold", hold.name}, {"reason", hold.reason}};
    if (!hold.stream.empty()) story["stream"] = hold.stream;
    if (!hold.subject.empty()) story["subject"] = hold.subject;
    if (!hold.correlation.empty()) story["correlation"] = hold.correlation;
    if (hold.first) story["first"] = hold.first->value;
    if (hold.last) story["last"] = hold.last->value;
    const auto wrote = write_down(log, "LegalHoldPlaced", json::serialize(story), by);
    if (!wrote) return wrote.error();
    return wrote->first;
}

result<position> lift_hold(store& log, std::string_view name, std::string_view reason,
                           const actor& by) {
    const std::string doing = "lift the legal hold " + std::string{name};
    if (auto ok = check_actor(by, doing); !ok) return ok.error();
    if (reason.empty()) return fail(errc::invalid_argument, doing + ": there is no reason given");
    const auto known = retention_history::read(log);
    if (!known) return known.error();
    if (known->find_hold(name) == nullptr) {
        return fail(errc::not_found, doing + ": none of that name is in force");
    }
    const json::object story{{"hold", name}, {"reason", reason}};
    const auto wrote = write_down(log, "LegalHoldLifted", json::serialize(story), by);
    if (!wrote) return wrote.error();
    return wrote->first;
}

result<std::vector<legal_hold>> holds_in_force(const store& log) {
    const auto known = retention_history::read(log);
    if (!known) return known.error();
    std::vector<legal_hold> all;
    for (const auto& one : known->holds) {
        if (!one.lifted_at) all.push_back(one.hold);
    }
    return all;
}

result<retention_plan> plan_retention(const store& log, timestamp as_of,
                                      const progress_callback& progress) {
    const auto known = retention_history::read(log);
    if (!known) return known.error();
    auto made = make_plan(log, *known, {as_of, log.watermark(), {}}, progress);
    if (!made) return made.error();
    return std::move(made->plan);
}

result<event_id> propose_retention(store& log, timestamp as_of, const actor& by) {
    if (auto ok = check_actor(by, "propose a retention run"); !ok) return ok.error();
    const auto plan = plan_retention(log, as_of);
    if (!plan) return plan.error();
    if (plan->events_erased() == 0) {
        return fail(errc::refused, "propose a retention run: nothing is to be deleted");
    }
    const json::object story{{"as_of_us", as_of.time_since_epoch().count()},
                             {"as_of", daybook::to_string(as_of)},
                             {"end", plan->end.value},
                             {"policy", plan->policy.policy.name},
                             {"policy_at", plan->policy.since.value},
                             {"plan", plan->hash.hex()},
                             {"steps", plan->steps.size()},
                             {"events", plan->events_erased()},
                             {"bytes", plan->bytes_erased()},
                             {"held", plan->held}};
    new_event made;
    made.type = "RetentionRunProposed";
    made.payload = json::serialize(story);
    made.actor = by;
    made.id = event_id::make();
    const auto wrote = log.append(compliance_stream, expected::any(), {made}, durability::synced);
    if (!wrote) return wrote.error();
    return *made.id;
}

result<position> approve_retention(store& log, const event_id& proposal, const actor& by) {
    const auto doing = "approve the retention run " + to_string(proposal);
    if (auto ok = check_actor(by, doing); !ok) return ok.error();
    const auto known = retention_history::read(log);
    if (!known) return known.error();
    const auto* found = known->find(proposal);
    if (found == nullptr) return fail(errc::not_found, doing + ": there is no such proposal");
    if (found->proposed_by.id == by.id) {
        return fail(errc::refused, doing + ": " + by.id + " proposed it; somebody else has to");
    }
    if (found->approved_by) {
        return fail(errc::refused, doing + ": " + found->approved_by->id + " did that already");
    }
    const json::object story{{"proposal", to_string(proposal)}, {"plan", found->plan.hex()}};
    const auto wrote = write_down(log, "RetentionRunApproved", json::serialize(story), by);
    if (!wrote) return wrote.error();
    return wrote->first;
}

result<std::vector<retention_proposal>> retention_proposals(const store& log) {
    auto known = retention_history::read(log);
    if (!known) return known.error();
    return std::move(known->proposals);
}

result<retention_done> run_retention(store& log, const retention_run& how) {
    return running{log, how}.run();
}

}  // namespace daybook::compliance
