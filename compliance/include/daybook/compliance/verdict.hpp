// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/types.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::compliance {

/// What a verification says. "Bad" and "cannot tell" are never mixed.
enum class verdict {
    verified,      ///< Everything that was looked at is what was signed.
    tampered,      ///< Something is not what was signed.
    rolled_back,   ///< The log ends before what an anchor outside of it remembers.
    unverifiable,  ///< Cannot tell: a key, an anchor, a quorum or a payload is missing.
    malformed      ///< What was given to be verified is not what it says it is.
};

/// "verified", "tampered", "rolled back", "unverifiable" or "malformed".
std::string_view to_string(verdict what) noexcept;

/// One thing that is not as it should be.
struct finding {
    verdict what = verdict::tampered;
    /// A word for programs. Of a log: "event" (not what was signed), "tile" (a hash of the tree),
    /// "hole", "unsigned" (behind the end), "order", "checkpoint", "signature", "key", "anchor",
    /// "age", "time", "index", "archive", "snapshot", "view", "format"; of a bundle also
    /// "envelope", "payload".
    std::string kind{};
    std::optional<position> at{};  ///< The first position concerned, if it is about one.
    std::string message{};         ///< One line: what, where, what was found, what to do.
};

/// The verdict over everything that was looked at.
struct verification {
    std::vector<finding> findings{};        ///< By position; those without one come first.
    position from{};                        ///< The events that were looked at: from here
    position to{};                          ///< up to, not including, this.
    std::string origin{};                   ///< Of the log.
    std::optional<position> signed_to{};    ///< The size that the newest signed checkpoint covers.
    std::optional<position> anchored_to{};  ///< The size that the newest anchor covers.

    /// The gravest of the findings: tampered, rolled back, malformed, unverifiable, verified.
    verdict what() const noexcept;
};

}  // namespace daybook::compliance
