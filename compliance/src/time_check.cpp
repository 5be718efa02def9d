// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/time_check.hpp>

#include "text.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace daybook::compliance {

using daybook::to_string;

namespace {

timestamp system_time() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

finding about_time(position at, std::string message, verdict what = verdict::tampered) {
    return {what, "time", at,
            "the event at position " + std::to_string(at.value) + " " + std::move(message)};
}

finding cannot_tell_age(std::string message) {
    return {verdict::unverifiable, "age", {}, std::move(message)};
}

/// "1 d 2 h", "5 min": the two largest units.
std::string in_words(std::chrono::microseconds span) {
    constexpr std::pair<std::int64_t, const char*> units[] = {
        {86'400, " d"}, {3'600, " h"}, {60, " min"}, {1, " s"}};
    auto left = std::chrono::duration_cast<std::chrono::seconds>(span).count();
    std::string text;
    int shown = 0;
    for (const auto& [seconds, name] : units) {
        if (left < seconds || shown == 2) continue;
        text += (shown++ > 0 ? " " : "") + std::to_string(left / seconds) + name;
        left %= seconds;
    }
    return text.empty() ? "0 s" : text;
}

/// The times at which witnesses that are believed signed.
result<void> add_cosignatures(const verified_checkpoint& seen, const time_trust& trust,
                              std::vector<witnessed_size>& to) {
    const auto note = signed_note::parse(seen.note());
    if (!note) return note.error();
    for (const auto& one : trust.witnesses) {
        const auto key = one.as_witness();
        if (!key) return key.error();
        const auto good = note->verified_by(std::span{&*key, 1});
        if (good) {
            to.push_back({seen.size(), time_of_cosignature(*good->front().time),
                          "witness " + key->name(), true});
        } else if (good.error().code != errc::not_found) {
            return good.error();
        }
    }
    return {};
}

/// The time of the stamp, unless it leads to nobody who is believed.
result<void> add_stamp(const anchor_evidence& evidence, std::uint64_t size, const time_trust& trust,
                       std::vector<witnessed_size>& to) {
    if (!evidence.stamp || !trust.time_stamp_roots) return {};
    const auto stamp = verify_time_stamp(*evidence.stamp, sha256(evidence.note),
                                         {*trust.time_stamp_roots, evidence.certificates});
    if (stamp) {
        to.push_back({size, stamp->at, stamp->authority, false});
    } else if (stamp.error().code != errc::refused) {
        return stamp.error();
    }
    return {};
}

}  // namespace

timestamp time_of_cosignature(std::chrono::sys_seconds at) noexcept {
    // In seconds: as microseconds, many would not fit.
    const bool fits = at <= std::chrono::floor<std::chrono::seconds>(timestamp_max);
    return fits ? timestamp{at} : timestamp_max;
}

result<checkpoint_times> times_of(const anchor_evidence& evidence, std::string_view origin,
                                  std::span<const verifier_key> log_keys, const time_trust& trust) {
    auto seen = verified_checkpoint::verify(evidence.note, origin, log_keys);
    if (!seen) return seen.error();
    std::vector<witnessed_size> times;
    if (auto added = add_cosignatures(*seen, trust, times); !added) return added.error();
    if (auto added = add_stamp(evidence, seen->size(), trust, times); !added) return added.error();
    return checkpoint_times{*std::move(seen), std::move(times)};
}

std::optional<finding> find_stale(std::span<const witnessed_size> known,
                                  const time_limits& limits) {
    if (!limits.max_age) return std::nullopt;
    const auto now = limits.now.value_or(system_time());
    const bool by_witness =
        std::any_of(known.begin(), known.end(), [](const auto& one) { return one.as_newest; });
    const witnessed_size* newest = nullptr;
    for (const auto& one : known) {
        if (by_witness && !one.as_newest) continue;
        if (newest == nullptr || one.at > newest->at) newest = &one;
    }
    if (newest == nullptr) {
        return cannot_tell_age(
            "nobody who is believed says when the log was so far, so it may be "
            "an old one");
    }
    const auto word = newest->by + " at " + to_string(newest->at) + " for " +
                      std::to_string(newest->size) + " events";
    if (newest->at > now + limits.skew) {
        return cannot_tell_age("the newest word is in the future: " + word + ", and it is " +
                               to_string(now) + "; is the clock right?");
    }
    if (now - newest->at <= *limits.max_age) return std::nullopt;
    return cannot_tell_age("the newest word is " + in_words(now - newest->at) + " old (" + word +
                           "), and at most " + in_words(*limits.max_age) +
                           " are allowed: this may be an old checkpoint, shown as the present "
                           "one; ask for a newer one");
}

time_check::time_check(std::span<const witnessed_size> known, std::chrono::microseconds skew)
    : skew_{skew} {
    // Of one size, the first time that it was seen: it may be stamped again later.
    std::map<std::uint64_t, const witnessed_size*> first;
    for (const auto& one : known) {
        auto& at = first[one.size];
        if (at == nullptr || one.at < at->at) at = &one;
    }
    for (const auto& [size, one] : first) {
        not_before_.push_back({size, one->at, one->by});
        not_after_.push_back({size, one->at, one->by});
    }
    for (std::size_t i = 1; i < not_before_.size(); ++i) {
        auto& one = not_before_[i];
        const auto& before = not_before_[i - 1];
        if (before.at > one.at) one = {one.size, before.at, before.by};
    }
    for (std::size_t i = not_after_.size(); i-- > 1;) {
        auto& one = not_after_[i - 1];
        const auto& behind = not_after_[i];
        if (behind.at < one.at) one = {one.size, behind.at, behind.by};
    }
}

std::optional<finding> time_check::take(position at, timestamp recorded_at, timestamp occurred_at) {
    const auto before = std::exchange(last_, recorded_at);
    if (before && recorded_at < *before) {
        return about_time(at, "says that it was recorded at " + to_string(recorded_at) +
                                  ", before the one before it (" + to_string(*before) + ")");
    }
    // The last of the sizes up to its position, and the first above.
    const auto above = std::upper_bound(
        not_before_.begin(), not_before_.end(), at.value,
        [](std::uint64_t position, const bound& one) { return position < one.size; });
    if (above != not_before_.begin()) {
        const auto& lower = *std::prev(above);
        if (recorded_at < lower.at - skew_) {
            return about_time(at, "is backdated: it says " + to_string(recorded_at) + ", but at " +
                                      to_string(lower.at) + " the log ended before it (" +
                                      lower.by + ")");
        }
    }
    if (above == not_before_.end()) return std::nullopt;
    const auto& upper = not_after_[static_cast<std::size_t>(above - not_before_.begin())];
    const auto seen = ", but at " + to_string(upper.at) + " the log had it (" + upper.by + ")";
    if (recorded_at > upper.at + skew_) {
        return about_time(at, "is dated forward: it says that it was recorded at " +
                                  to_string(recorded_at) + seen);
    }
    if (occurred_at <= upper.at + skew_) return std::nullopt;
    return about_time(at,
                      "says that it happened at " + to_string(occurred_at) + seen +
                          ": the clock of whoever made it is wrong, or this is made up",
                      verdict::unverifiable);
}

}  // namespace daybook::compliance
