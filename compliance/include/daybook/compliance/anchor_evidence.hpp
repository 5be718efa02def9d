// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/anchor.hpp>
#include <daybook/compliance/checkpoint.hpp>
#include <daybook/compliance/timestamp.hpp>
#include <daybook/result.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What anchors gave that can be shown to others: cosignatures of witnesses, and time stamps. An
/// anchor that only remembers is asked by whoever has access to it; evidence travels.
namespace daybook::compliance {

/// A checkpoint that somebody else has seen, and what shows it. Not verified.
struct anchor_evidence {
    /// The signed note, with the lines of witnesses if there are any.
    std::string note{};
    /// A time stamp of SHA-256 over the whole note.
    std::optional<time_stamp_evidence> stamp{};
    /// Of the stamp: certificates between it and a root, PEM. May be empty.
    std::string certificates{};
};

/// The most that a folder gives out of one log; above it `of` fails with `too_large`.
inline constexpr std::size_t evidence_max = 100'000;

/// Evidence in a folder outside of the store, beside the anchor file: each piece in files that
/// other tools read, a signed note and, of a time stamp, its request and reply. It needs no secret
/// and no trust: what is in it is verified by whoever uses it, and what is lost from it is lost
/// evidence, not a forgery.
///
/// Files are there whole or not at all: they are synced before `keep` returns. Any thread; of one
/// log, one process at a time should keep evidence, or cosignatures of one of them may get lost.
class evidence_folder {
public:
    /// The directory is made when the first evidence comes. Of cosigned checkpoints the newest is
    /// kept, and of those before it one in each stretch of `apart`. Time stamps are all kept.
    explicit evidence_folder(std::filesystem::path directory,
                             std::chrono::seconds apart = std::chrono::hours{1});

    const std::filesystem::path& directory() const noexcept { return directory_; }

    /// Keeps what witnesses signed for `seen`, together with what others signed for it before.
    /// Nothing if there are none. Fails with `io`, and as `signed_note::add` does.
    result<void> keep(const verified_checkpoint& seen,
                      std::span<const note_signature> cosignatures);
    /// Keeps a time stamp of `seen.note()`. Fails with `io`.
    result<void> keep(const verified_checkpoint& seen, const time_stamp_evidence& stamp,
                      std::string_view certificates);

    /// What is there of the log, by size; of one size, cosigned checkpoints first. Nothing was
    /// verified. Fails with `not_found` if there is no such folder, with `corrupt` for a file that
    /// is larger than evidence can be, with `too_large`, and with `io`.
    result<std::vector<anchor_evidence>> of(std::string_view origin) const;

private:
    std::filesystem::path directory_;
    std::chrono::seconds apart_;
};

/// `inner`, whose cosignatures go into `folder` as well. If they cannot be kept, `remember` fails
/// with the reason, although `inner` remembers.
std::unique_ptr<anchor> evidence_keeping_anchor(std::shared_ptr<anchor> inner,
                                                std::shared_ptr<evidence_folder> folder);

struct time_stamp_anchor_options {
    std::string name{};                         ///< "time stamps of http://tsa.example.com".
    time_stamp_transport transport{};           ///< Called by one thread at a time.
    time_stamp_trust trust{};                   ///< Of the authority.
    std::shared_ptr<evidence_folder> folder{};  ///< Where the stamps go; its memory, too.
    /// The least time between two stamps: authorities count requests. `remember` succeeds without
    /// a new one while the last is younger; what came since is then not remembered here.
    std::chrono::seconds every = std::chrono::hours{1};
    /// What time it is; by default, what the system says.
    std::function<timestamp()> clock{};
};

/// A time stamp authority (RFC 3161) as an anchor: it stamps the signed notes of checkpoints, and
/// the stamps are kept in the folder. Shows that the log was so far at that time. As a memory it is
/// worth what the folder is worth, for an authority does not remember: whoever can remove the
/// stamps can roll back the log unnoticed by it, but not make an older stamp say something else.
///
/// `remember` fails with `rejected` if a stamp for a larger checkpoint is there, with `corrupt` if
/// the log does not continue the last one that was stamped, and as `obtain_time_stamp` and
/// `evidence_folder::keep` do. `newest` is the largest checkpoint whose stamp verifies; `corrupt`
/// if stamps are there and none does. Fails with `invalid_argument` without transport, roots or
/// folder.
result<std::unique_ptr<anchor>> time_stamp_anchor(time_stamp_anchor_options options);

}  // namespace daybook::compliance
