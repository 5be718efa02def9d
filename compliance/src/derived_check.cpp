// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/derived_check.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

namespace daybook::compliance {
namespace {

finding of_snapshot(verdict what, const snapshot_info& which, const std::string& why) {
    finding made{what, "snapshot", {}, {}};
    // One whose bytes are damaged does not know its position.
    if (which.at > position{} || which.bytes > 0) made.at = which.at;
    made.message = "the snapshot of " + which.stream + " after sequence " +
                   std::to_string(which.last.value) + " (" + which.state + ", version " +
                   std::to_string(which.version) + ") " + why;
    return made;
}

/// Nothing if the snapshot is sound and its state was made again.
std::optional<finding> judged(const snapshot_finding& found, bool made_again) {
    const auto tampered = [&](const char* why) {
        return of_snapshot(verdict::tampered, found.which, why);
    };
    switch (found.verdict) {
        case snapshot_verdict::damaged: return tampered("is not what was written; drop it");
        case snapshot_verdict::other_past:
            return tampered("is of events that are not those of this log; drop it");
        case snapshot_verdict::other_state:
            return tampered(
                "is not what the events make; drop it, or raise the version of the state if its "
                "code changed");
        case snapshot_verdict::stale: made_again = false; break;
        case snapshot_verdict::sound: break;
    }
    if (made_again) return std::nullopt;
    return of_snapshot(verdict::unverifiable, found.which,
                       "cannot be compared: nothing that is known here makes this state; drop it, "
                       "or verify with the program that keeps it");
}

/// Judges the snapshots of one stream after the other.
class snapshot_judge {
public:
    snapshot_judge(store& log, std::span<const known_state> states) : log_{log} {
        for (const auto& one : states) {
            const repository_options by_hand{
                .states_cached_max = 1, .snapshot_every = 0, .upcasters = one.upcasters};
            makers_.push_back({one.kind, std::make_unique<daybook::detail::state_loader>(
                                             log, *one.kind, by_hand)});
        }
    }

    result<void> judge(const std::string& stream, derived_check& to) const {
        const auto past = verify_snapshots(log_, stream);
        if (!past) return past.error();
        std::map<place, snapshot_verdict> made_again;
        for (const auto& one : makers_) {
            if (!has_some(*past, one)) continue;
            const auto states = one.states->verify_snapshots(stream);
            if (!states) return states.error();
            for (const auto& told : *states) made_again.emplace(place_of(told), told.verdict);
        }
        for (auto one : *past) {
            const auto again = made_again.find(place_of(one));
            const bool is_made = again != made_again.end();
            if (is_made && one.verdict == snapshot_verdict::sound) one.verdict = again->second;
            if (auto found = judged(one, is_made)) to.findings.push_back(*std::move(found));
            ++to.looked_at;
        }
        return {};
    }

private:
    using place = std::tuple<std::string, std::uint32_t, sequence>;
    struct maker {
        const daybook::detail::state_kind* kind;
        std::unique_ptr<daybook::detail::state_loader> states;
    };

    static place place_of(const snapshot_finding& of) {
        return {of.which.state, of.which.version, of.which.last};
    }
    static bool has_some(const std::vector<snapshot_finding>& all, const maker& of) {
        return std::any_of(all.begin(), all.end(), [&](const auto& one) {
            return one.which.state == of.kind->name && one.which.version == of.kind->version;
        });
    }

    store& log_;
    std::vector<maker> makers_;
};

}  // namespace

result<derived_check> check_snapshots(store& log, std::span<const known_state> states) {
    const auto all = list_snapshots(log);
    if (!all) return all.error();
    std::set<std::string> streams;
    for (const auto& one : *all) streams.insert(one.stream);
    const snapshot_judge judge{log, states};
    derived_check made;
    for (const auto& stream : streams) {
        const auto done = judge.judge(stream, made);
        if (done) continue;
        if (done.error().code == errc::io) return done.error();
        ++made.looked_at;
        made.findings.push_back(
            {verdict::unverifiable,
             "snapshot",
             {},
             "the snapshots of " + stream + " cannot be compared: " + done.error().message});
    }
    return made;
}

void add_findings(verification& to, std::vector<finding> more) {
    to.findings.insert(to.findings.end(), std::make_move_iterator(more.begin()),
                       std::make_move_iterator(more.end()));
    std::stable_sort(to.findings.begin(), to.findings.end(),
                     [](const finding& a, const finding& b) { return a.at < b.at; });
}

}  // namespace daybook::compliance
