// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/checkpoint.hpp>
#include <daybook/compliance/policy.hpp>
#include <daybook/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace daybook::compliance {

inline constexpr std::size_t proof_extra_bytes_max = 64U << 10U;
inline constexpr std::size_t proof_file_bytes_max = 512U << 10U;

/// All that shows, offline, that a leaf is in a log: c2sp.org/tlog-proof, in files named
/// *.tlog-proof. Reading one shows nothing yet: `verify` does.
struct proof_file {
    position at{};             ///< Where the leaf is.
    proof_path path{};         ///< From the leaf's sibling up.
    std::string checkpoint{};  ///< The signed note of the tree that the path leads to.
    std::string extra{};       ///< Whatever came along. Nobody has signed it.

    /// Requires: `checkpoint` is a signed note; `extra` is not above `proof_extra_bytes_max`.
    std::string text() const;

    /// Reads exactly what `text` writes, and with it the checkpoint's form. Fails with `too_large`
    /// above `proof_file_bytes_max`, and with `invalid_argument` for what is no proof.
    static result<proof_file> parse(std::string_view text);

    /// Is the leaf with hash `leaf` in a log of `trusted`, in a tree that its quorum has seen? The
    /// checkpoint, which says how. The size of the tree comes from the checkpoint alone. Fails with
    /// `corrupt` if the path does not lead from this leaf to the root, and as `policy::verify`
    /// does.
    result<witnessed_checkpoint> verify(const policy& trusted, const digest& leaf) const;

    friend bool operator==(const proof_file&, const proof_file&) = default;
};

}  // namespace daybook::compliance
