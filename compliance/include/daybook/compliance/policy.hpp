// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/checkpoint.hpp>
#include <daybook/result.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::compliance {

inline constexpr std::size_t policy_bytes_max = 256U << 10U;

/// A witness that has cosigned a checkpoint, and when, as it says.
struct cosigned_by {
    std::string witness{};  ///< As the policy calls it.
    std::chrono::sys_seconds at{};
};

/// A checkpoint that enough witnesses have seen.
struct witnessed_checkpoint {
    verified_checkpoint checkpoint;
    std::vector<cosigned_by> witnesses{};  ///< In the order of the policy.
};

/// Which logs and which witnesses to trust, and how many of them: c2sp.org/tlog-policy.
///
///     log <vkey> [<url>]
///     witness <name> <vkey> [<url>]
///     group <name> all|any|<k> <name>...
///     quorum <name>|none
///
/// A value; any thread may read it.
class policy {
public:
    struct log {
        verifier_key key;
        std::string url{};  ///< Empty if there is none.
    };
    struct witness {
        std::string name{};  ///< In the policy, not that of its key.
        verifier_key key;    ///< Of the type `cosignature`, also where the text has the other form.
        std::string url{};
    };

    /// Reads a policy. Fails with `too_large` above `policy_bytes_max`, with `unsupported` for a
    /// key of a type that is not known here, and with `invalid_argument`, naming the line, for
    /// whatever else does not follow the format: two logs or two witnesses with one key, a name
    /// that is not defined above, that is defined twice or is a member twice, not exactly one
    /// quorum.
    static result<policy> parse(std::string_view text);

    /// What was parsed, byte for byte.
    const std::string& text() const noexcept { return text_; }
    std::span<const log> logs() const noexcept { return logs_; }
    std::span<const witness> witnesses() const noexcept { return witnesses_; }
    /// The keys of the logs called `origin`; a log is called as its key is.
    std::vector<verifier_key> keys_of(std::string_view origin) const;

    /// Is it enough that the witnesses with these indexes, in the order of `witnesses`, cosigned?
    /// Cost: linear in the policy.
    bool is_quorum(std::span<const std::size_t> cosigners) const;

    /// Holds the signed note of a checkpoint against the policy: one of its logs has signed it, and
    /// the quorum of its witnesses has cosigned it. Fails as `verified_checkpoint::verify` does,
    /// and with `not_found` if the log is not one of the policy or the quorum is not reached.
    result<witnessed_checkpoint> verify(std::string_view note) const;

    /// The same for a log whose keys are known from elsewhere; those of the policy do not count.
    result<witnessed_checkpoint> verify(std::string_view note, std::string_view origin,
                                        std::span<const verifier_key> log_keys) const;

private:
    class reader;

    /// Something with a name: a witness, or a group of what was named before it.
    struct member {
        std::string name;
        bool is_group = false;
        std::size_t witness = 0;           // Which, of a witness.
        std::size_t needed = 0;            // How many of `members`, of a group.
        std::vector<std::size_t> members;  // In `members_`.
        bool taken = false;                // It is in a group.
    };

    std::string text_;
    std::vector<log> logs_;
    std::vector<witness> witnesses_;
    std::vector<member> members_;
    std::optional<std::size_t> quorum_;  // Nothing: `quorum none`.
};

}  // namespace daybook::compliance
