// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/retention.hpp>

#include "retention_plan.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <fstream>
#include <set>

namespace daybook::compliance {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string digest_of_payload(std::string_view payload) {
    return std::string{sha256(payload).view()};
}

/// Read once, whole: what is hashed is what was read.
result<std::string> sha256_of_file(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    if (!in) return fail(errc::io, "read " + path.string() + ": it cannot be read");
    return sha256(bytes).hex();
}

json::object story_of(const archived_segment& segment) {
    return {{"segment", segment.segment},    {"first", segment.first.value},
            {"last", segment.end.value - 1}, {"deleted", segment.deleted},
            {"file", segment.file},          {"bytes", segment.bytes},
            {"xxh3", segment.xxh3},          {"records_xxh3", segment.content}};
}

json::object json_of(const actor& by) {
    return {{"type", by.type}, {"id", by.id}, {"model", by.model}};
}

void add_authority(json::object& to, const policy_in_force& policy,
                   const retention_proposal* proposal) {
    to["policy"] = policy.policy.name;
    to["policy_at"] = policy.since.value;
    if (proposal == nullptr) return;
    to["proposal"] = to_string(proposal->id);
    to["proposed_by"] = json_of(proposal->proposed_by);
    to["approved_by"] = json_of(*proposal->approved_by);
}

archive_witness write_archived(store& log, const actor& by, const policy_in_force* policy,
                               const retention_proposal* proposal) {
    return [&log, by, policy, proposal](const archived_segment& written) -> result<void> {
        const auto hash = sha256_of_file(written.directory / written.file);
        if (!hash) return hash.error();
        auto story = story_of(written);
        story["sha256"] = *hash;
        if (policy != nullptr) add_authority(story, *policy, proposal);
        auto wrote = write_down(log, "SegmentArchived", json::serialize(story), by);
        return wrote ? result<void>{} : wrote.error();
    };
}

/// One run, step by step.
class running {
public:
    running(store& log, const retention_run& how) : log_{log}, how_{how} {}

    result<retention_done> run() {
        if (auto ok = check_actor(how_.by, "run retention"); !ok) return ok.error();
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
        if (!what.file_before.empty()) story["file_before"] = what.file_before;
        if (!what.file_after.empty()) {
            for (const auto& directory : archive_directories(log_)) {
                if (!fs::exists(directory / what.file_after)) continue;
                const auto hash = sha256_of_file(directory / what.file_after);
                if (!hash) return hash.error();
                story["file"] = what.file_after;
                story["sha256"] = *hash;
            }
        }
        add_authority(story, policy_, proposal_);
        auto wrote = write_down(log_, "SegmentDeleted", json::serialize(story), how_.by);
        return wrote ? result<void>{} : wrote.error();
    }

    result<void> archive(const retention_step& step) {
        if (how_.archives.empty()) return {};
        if (how_.tell) how_.tell(step);
        archive_options options{.directory = how_.archives};
        if (how_.notes) options.notes = how_.notes(step.segment);
        options.before = write_archived(log_, how_.by, &policy_, proposal_);
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

/// Everything that is missing, against what was written down about it.
class checking {
public:
    checking(const store& log, retention_history known) : log_{log}, known_{std::move(known)} {}

    result<std::vector<finding>> run(const progress_callback& progress) {
        if (auto ok = look_at_events(progress); !ok) return ok.error();
        if (auto ok = look_at_archives(); !ok) return ok.error();
        return std::move(found_);
    }

private:
    static constexpr std::size_t findings_max = 1000;

    void tell(verdict what, std::string kind, std::optional<position> at, std::string message) {
        if (found_.size() < findings_max) {
            found_.push_back({what, std::move(kind), at, std::move(message)});
        }
    }

    result<void> look_at_events(const progress_callback& progress) {
        const auto end = log_.watermark();
        auto events = log_.read_all();
        if (!events) return events.error();
        position next;
        for (;;) {
            const auto more = events->next();
            if (!more) {
                const auto& why = more.error();
                const bool away = why.code == errc::not_found;
                if (!away && why.code != errc::corrupt) return why;
                tell(away ? verdict::unverifiable : verdict::tampered, away ? "archive" : "hole",
                     next, why.message);
                if (!away) return {};
                // The rest can be looked at.
                next = {(next.value / limits::segment_events + 1) * limits::segment_events};
                events = log_.read_all({.from = next.value});
                if (!events) return events.error();
                continue;
            }
            if (!*more) return {};
            next = {(*events)->position().value + 1};
            if ((*events)->deleted_payload()) look_at(**events);
            if (progress && next.value % 16'384 == 0) progress(next.value, end.value);
        }
    }

    void look_at(const event_view& event) {
        std::string why = "no SegmentDeleted names it";
        for (const auto& one : known_.deletions) {
            if (!one.covers(event.position())) continue;
            why = fault_of(one, event);
            if (why.empty()) return;
        }
        tell(verdict::tampered, "hole", event.position(),
             "the payload at position " + std::to_string(event.position().value) + " (" +
                 std::string{event.stream()} + ") was deleted, and " + why);
    }

    /// Why it was not allowed; empty if it was.
    std::string fault_of(const retention_history::deletion& deletion,
                         const event_view& event) const {
        const auto where = " (position " + std::to_string(deletion.at.value) + ")";
        const auto* proposal = known_.find(deletion.proposal);
        if (proposal == nullptr) return "nobody proposed it" + where;
        const auto written =
            known_.proposed_at[static_cast<std::size_t>(proposal - known_.proposals.data())];
        if (proposal->as_of > written) return "it was proposed as of a time to come" + where;
        if (!proposal->approved_at || *proposal->approved_at > deletion.at) {
            return "nobody else had approved it" + where;
        }
        const auto* policy = known_.policy_at(proposal->at);
        const auto age =
            policy == nullptr ? age_verdict{} : judge_age(known_, *policy, event, proposal->as_of);
        if (!age.over) return "the policy in force did not allow it" + where;
        if (age.bound) return "the policy it was recorded under keeps it longer" + where;
        if (known_.is_held(event, deletion.at)) return "a legal hold covered it" + where;
        return {};
    }

    result<void> look_at_archives() {
        const auto archived = archived_segments(log_);
        if (!archived) return archived.error();
        for (const auto& one : *archived) {
            const auto first = one.first;
            const auto written =
                std::find_if(known_.files.rbegin(), known_.files.rend(), [&](const auto& file) {
                    return file.segment == one.segment && file.name == one.file;
                });
            if (written == known_.files.rend()) {
                tell(verdict::tampered, "archive", first,
                     "segment " + std::to_string(one.segment) + " is in " + one.file +
                         ", and nothing says that it was archived there");
                continue;
            }
            if (one.directory.empty()) continue;  // Its events told it.
            const auto hash = sha256_of_file(one.directory / one.file);
            if (!hash) return hash.error();
            if (*hash == written->sha256) continue;
            tell(verdict::tampered, "archive", first,
                 "archive " + one.file + " has the SHA-256 " + *hash + ", and " + written->sha256 +
                     " when it was written");
        }
        return {};
    }

    const store& log_;
    retention_history known_;
    std::vector<finding> found_;
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

result<archived_segment> archive_and_write_down(store& log, std::uint32_t segment,
                                                const archive_options& options, const actor& by) {
    if (auto ok = check_actor(by, "archive segment " + std::to_string(segment)); !ok) {
        return ok.error();
    }
    auto how = options;
    how.before = [&](const archived_segment& written) -> result<void> {
        if (options.before) {
            if (auto ok = options.before(written); !ok) return ok;
        }
        return write_archived(log, by, nullptr, nullptr)(written);
    };
    return archive_segment(log, segment, how);
}

result<archived_segment> restore_and_write_down(store& log, std::uint32_t segment,
                                                const restore_segment_options& options,
                                                const actor& by) {
    if (auto ok = check_actor(by, "restore segment " + std::to_string(segment)); !ok) {
        return ok.error();
    }
    auto how = options;
    how.before = [&](const archived_segment& known) -> result<void> {
        if (options.before) {
            if (auto ok = options.before(known); !ok) return ok;
        }
        auto wrote = write_down(log, "SegmentRestored", json::serialize(story_of(known)), by);
        return wrote ? result<void>{} : wrote.error();
    };
    return restore_segment(log, segment, how);
}

result<std::vector<finding>> check_retention(const store& log, const progress_callback& progress) {
    auto known = retention_history::read(log);
    if (!known) return known.error();
    return checking{log, std::move(*known)}.run(progress);
}

}  // namespace daybook::compliance
