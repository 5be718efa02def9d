// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/anchor_evidence.hpp>
#include <daybook/compliance/note.hpp>
#include <daybook/compliance/verdict.hpp>
#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// What the word of others about time says of a log: whether what is shown is the present, and
/// whether events are from when they say. Signatures of the log cannot: who has its key can date
/// an event as he likes, and an old checkpoint is signed as well as a new one.
namespace daybook::compliance {

/// Who is believed about time.
struct time_trust {
    std::vector<verifier_key> witnesses{};          ///< In either form of their keys.
    std::optional<std::string> time_stamp_roots{};  ///< PEM.
};

/// What is still well.
struct time_limits {
    /// How old the newest word about the log may be. Nothing: any age.
    std::optional<std::chrono::microseconds> max_age{};
    /// How far the clocks of the log and of those who are believed may be apart.
    std::chrono::microseconds skew = std::chrono::minutes{1};
    /// When it is checked. Default: what the system says.
    std::optional<timestamp> now{};
};

/// The log was so far at that time, says somebody who is believed.
struct witnessed_size {
    std::uint64_t size = 0;
    timestamp at{};
    std::string by{};  ///< "witness example.com/w1", "CN = Time, O = Example".
    /// A witness says that it had seen nothing larger; a time stamp does not.
    bool as_newest = false;
};

/// What a cosignature says, which may be any time, as a time of ours: the last one there is
/// instead of a later one.
timestamp time_of_cosignature(std::chrono::sys_seconds at) noexcept;

/// A checkpoint, and who says when it was there.
struct checkpoint_times {
    verified_checkpoint checkpoint;
    std::vector<witnessed_size> times{};
};
/// What `evidence` says to somebody who believes `trust`, of the log whose keys are `log_keys`. The
/// word of others is passed over. Fails as `verified_checkpoint::verify` does, and with `corrupt`
/// for a line of a witness that is believed, or a time stamp, that is false.
result<checkpoint_times> times_of(const anchor_evidence& evidence, std::string_view origin,
                                  std::span<const verifier_key> log_keys, const time_trust& trust);

/// An old checkpoint that is replayed as the present one (a freeze) has no fresh word: nothing if
/// the newest word is at most `limits.max_age` old, or none is asked for. Otherwise a finding
/// "age", unverifiable. Where a witness is among `known` only witnesses count, for a time stamp can
/// be had for an old checkpoint, too.
std::optional<finding> find_stale(std::span<const witnessed_size> known, const time_limits& limits);

/// Holds the times of events against the sizes that the log had at times that others tell: an event
/// was recorded after the last such time at which the log ended before it, and before the first
/// at which it had the event. One thread at a time.
class time_check {
public:
    time_check(std::span<const witnessed_size> known, std::chrono::microseconds skew);

    /// The next event, in the order of positions; some may be left out. A finding "time": tampered
    /// if it says that it was recorded earlier than could be (backdated), later than it was seen
    /// (dated forward), or before the one before it; unverifiable if it says that it happened after
    /// it was seen, for that is the word of whoever made it, whose clock may be wrong.
    std::optional<finding> take(position at, timestamp recorded_at, timestamp occurred_at);

private:
    struct bound {
        std::uint64_t size = 0;
        timestamp at{};
        std::string by{};
    };

    std::vector<bound> not_before_;  ///< By size; the latest time of this size and smaller ones.
    std::vector<bound> not_after_;   ///< By size; the earliest time of this size and larger ones.
    std::chrono::microseconds skew_;
    std::optional<timestamp> last_{};
};

}  // namespace daybook::compliance
