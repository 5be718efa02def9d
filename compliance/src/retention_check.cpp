// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/retention.hpp>
#include <daybook/compliance/tiles.hpp>
#include <daybook/limits.hpp>

#include "archive_story.hpp"
#include "deletion_check.hpp"
#include "running_digest.hpp"

#include <algorithm>
#include <map>

namespace daybook::compliance {
namespace {

constexpr std::size_t findings_max = 1000;
constexpr std::uint64_t progress_every = 16'384;

/// Whether a payload went lawfully: the policy it went under, or why not.
struct judgement {
    const policy_in_force* policy = nullptr;
    std::string fault;
};

class checking {
public:
    checking(const store& log, const retention_history& known, const deletion_scope& scope)
        : log_{log}, known_{known}, scope_{scope} {}

    result<retention_check> run() {
        if (auto ok = look_at_events(); !ok) return ok.error();
        if (auto ok = look_at_deletions(); !ok) return ok.error();
        if (auto ok = look_at_archives(); !ok) return ok.error();
        for (auto& [since, one] : lawful_) found_.lawful.push_back(std::move(one));
        return std::move(found_);
    }

private:
    void tell(verdict what, std::string kind, std::optional<position> at, std::string message) {
        if (found_.findings.size() >= findings_max) return;
        found_.findings.push_back({what, std::move(kind), at, std::move(message)});
    }

    result<void> look_at_events() {
        auto next = scope_.from;
        std::uint64_t own = 0;
        bool complete = next == position{} && scope_.to == log_.watermark();
        while (next < scope_.to) {
            auto walked = walk(next, own);
            if (walked) break;
            if (walked.error().code != errc::not_found && walked.error().code != errc::corrupt) {
                return walked;
            }
            complete = false;
            next = behind(next, walked.error());
        }
        if (complete && own != known_.events) {
            tell(verdict::tampered, "index", {},
                 "the log has " + std::to_string(own) + " events of " +
                     std::string{compliance_stream} + ", and its index " +
                     std::to_string(known_.events) + "; run `daybook reindex`");
        }
        return {};
    }

    result<void> walk(position& next, std::uint64_t& own) {
        auto events = log_.read_all({.from = next.value,
                                     .limit = scope_.to.value - next.value,
                                     .unchecked = scope_.book != nullptr});
        if (!events) return events.error();
        for (;;) {
            const auto more = events->next();
            if (!more) return more.error();
            if (!*more) return {};
            const auto& event = **events;
            next = {event.position().value + 1};
            if (event.stream() == compliance_stream) ++own;
            if (const auto gone = event.deleted_payload()) look_at(event, gone->size_bytes);
            if (scope_.progress && next.value % progress_every == 0) {
                scope_.progress(next.value - scope_.from.value,
                                scope_.to.value - scope_.from.value);
            }
        }
    }

    /// Tells of what cannot be read at `at`; where to go on.
    position behind(position at, const error& why) {
        // A part of an archive that is away is away as a whole.
        const bool away = why.code == errc::not_found;
        const auto step = away ? limits::segment_events : std::uint64_t{tile_width};
        if (scope_.book == nullptr) {
            tell(away ? verdict::unverifiable : verdict::tampered, away ? "archive" : "hole", at,
                 why.message);
        }
        return {(at.value / step + 1) * step};
    }

    void look_at(const event_view& event, std::uint64_t bytes) {
        judgement found{.fault = "no SegmentDeleted names it"};
        for (const auto& one : known_.deletions) {
            if (!one.covers(event.position())) continue;
            found = judge(one, event);
            if (found.fault.empty()) break;
        }
        if (!found.fault.empty()) {
            return tell(verdict::tampered, "hole", event.position(),
                        "the payload at position " + std::to_string(event.position().value) + " (" +
                            std::string{event.stream()} + ") was deleted, and " + found.fault);
        }
        auto& sum = lawful_[found.policy->since];
        sum.policy = found.policy->policy.name;
        sum.policy_at = found.policy->since;
        ++sum.events;
        sum.bytes += bytes;
    }

    judgement judge(const retention_history::deletion& deletion, const event_view& event) const {
        const auto fault = [&](const std::string& what) {
            return judgement{.fault =
                                 what + " (position " + std::to_string(deletion.at.value) + ")"};
        };
        const auto* proposal = known_.find(deletion.proposal);
        if (proposal == nullptr) return fault("nobody proposed it");
        const auto written =
            known_.proposed_at[static_cast<std::size_t>(proposal - known_.proposals.data())];
        if (proposal->as_of > written) return fault("it was proposed as of a time to come");
        if (!proposal->approved_at || *proposal->approved_at > deletion.at) {
            return fault("nobody else had approved it");
        }
        const auto* policy = known_.policy_at(proposal->at);
        const auto age =
            policy == nullptr ? age_verdict{} : judge_age(known_, *policy, event, proposal->as_of);
        if (!age.over) return fault("the policy in force did not allow it");
        if (age.bound) return fault("the policy it was recorded under keeps it longer");
        if (known_.is_held(event, deletion.at)) return fault("a legal hold covered it");
        return {.policy = policy, .fault = {}};
    }

    /// Each names the leaves of what it deleted, if there was a ledger.
    result<void> look_at_deletions() {
        if (scope_.book == nullptr) return {};
        for (const auto& one : known_.deletions) {
            if (!one.leaves) continue;
            const auto hash = hash_of_leaves(*scope_.book, one.ranges);
            if (!hash && hash.error().code == errc::io) return hash.error();
            if (hash && *hash == *one.leaves) continue;
            tell(verdict::tampered, "hole", one.at,
                 "what was deleted by the event at position " + std::to_string(one.at.value) +
                     " are not the events that it tells of");
        }
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
    const retention_history& known_;
    const deletion_scope& scope_;
    retention_check found_;
    std::map<position, lawful_deletion> lawful_;  ///< By where their policy was set.
};

}  // namespace

result<digest> hash_of_leaves(const ledger& book, const std::vector<position_range>& ranges) {
    running_digest hash;
    for (const auto& range : ranges) {
        for (auto at = range.first; at <= range.last; ++at.value) {
            const auto leaf = book.leaf(at);
            if (!leaf) return leaf.error();
            hash.add(leaf->view());
        }
    }
    return hash.finish();
}

result<retention_check> check_deletions(const store& log, const retention_history& known,
                                        const deletion_scope& scope) {
    return checking{log, known, scope}.run();
}

result<retention_check> check_retention(const store& log, const progress_callback& progress) {
    const auto known = retention_history::read(log);
    if (!known) return known.error();
    return check_deletions(log, *known, {.to = log.watermark(), .progress = progress});
}

}  // namespace daybook::compliance
