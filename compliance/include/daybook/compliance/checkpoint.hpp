// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/merkle.hpp>
#include <daybook/compliance/note.hpp>
#include <daybook/result.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::compliance {

inline constexpr std::size_t origin_bytes_max = 200;

/// May a log of ours be called so? A key's name of at most `origin_bytes_max` bytes.
bool is_origin(std::string_view name) noexcept;

/// How large a log is and what its tree is: the text of a checkpoint, c2sp.org/tlog-checkpoint.
/// By itself it is a claim. What counts is a `verified_checkpoint`.
struct checkpoint {
    std::string origin{};  ///< The name of the log.
    std::uint64_t size = 0;
    digest root{};
    /// Further lines, that only the signer knows the meaning of. daybook writes none.
    std::vector<std::string> extensions{};

    /// The text, with the line feed at its end.
    std::string text() const;
    tree_head head() const { return {size, root}; }

    /// Reads exactly what `text` writes. Fails with `invalid_argument` for anything else: a size
    /// with a sign, a leading zero or above 2^63 - 1, a root that is not 32 bytes in base64, an
    /// empty line, CR LF.
    static result<checkpoint> parse(std::string_view text);

    friend bool operator==(const checkpoint&, const checkpoint&) = default;
};

/// `what` as a note that `signer` signs under the name of the log. Fails as `sign_note` does, and
/// with `invalid_argument` if the origin is empty or an extension is not a line of text.
result<std::string> sign_checkpoint(const checkpoint& what, const signer& signer);

/// A checkpoint that a trusted key of its log has signed. Nothing but `verify` makes one, and
/// proofs are held against one, so that nobody believes a proof for a root that came along with it.
class verified_checkpoint {
public:
    /// `note` is the whole signed note; `log_keys` are keys that the caller knows from elsewhere to
    /// be those of the log, never from `note` or what it came with. Keys of witnesses among them do
    /// not count. Fails as `signed_note::parse`, `signed_note::verified_by` and `checkpoint::parse`
    /// do, and with `invalid_argument` if the checkpoint is of another log than `origin`.
    static result<verified_checkpoint> verify(std::string_view note, std::string_view origin,
                                              std::span<const verifier_key> log_keys);

    const std::string& origin() const noexcept { return contents_.origin; }
    std::uint64_t size() const noexcept { return contents_.size; }
    const digest& root() const noexcept { return contents_.root; }
    tree_head head() const { return contents_.head(); }
    const checkpoint& contents() const noexcept { return contents_; }
    /// The note that was verified, byte for byte.
    const std::string& note() const noexcept { return note_; }
    /// The key that signed it; if several did, the first of them by line.
    const verifier_key& signed_by() const noexcept { return key_; }

    /// Does `path` show that the leaf with hash `leaf` is at `at` in this log?
    bool includes(std::span<const digest> path, const digest& leaf, position at) const;
    /// Does `path` show that this log at `older` was the beginning of this one? False if they are
    /// of two origins, or `older` has no leaves (see `proves_consistency`).
    bool continues(const verified_checkpoint& older, std::span<const digest> path) const;

private:
    verified_checkpoint(checkpoint contents, std::string_view note, verifier_key key);

    checkpoint contents_;
    std::string note_;
    verifier_key key_;
};

}  // namespace daybook::compliance
