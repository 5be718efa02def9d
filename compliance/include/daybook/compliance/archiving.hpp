// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Archives that are written down in the log they come from, and held against what it signed.
//
//     archive_and_write_down(log, 0, {.directory = "/cold"}, alice, &book).value();
//     check_archive(log, book, "/mnt/cold/segment-0.archive").value().what();  // verified?
//     attach_checked(log, book, "/mnt/cold").value();  // not unless all in it is what was signed
//
// A segment has 65 536 events, and so many leaves are exactly one full subtree, 16 levels high: one
// hash, an entry of a tile of level 2, stands for all of it. An archive of a log that is signed
// carries it, with the log's name. It is a claim; what counts is that every event in the file has
// the leaf that the tree has, up to the root that the newest checkpoint signs.
//
// `book` is the ledger of `log`; it must be given where the log is signed. These functions may be
// called from any thread. Errors are those of <daybook/archive.hpp>, and `corrupt` for an archive
// that is not what was signed, `refused` where that cannot be told; nothing was done then.

#include <daybook/archive.hpp>
#include <daybook/compliance/ledger.hpp>
#include <daybook/compliance/verdict.hpp>
#include <daybook/store.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace daybook::compliance {

// What is noted in an archive of a signed log.
inline constexpr std::string_view origin_note = "origin";              ///< The name of the log.
inline constexpr std::string_view subtree_root_note = "subtree_root";  ///< 64 hexadecimal digits.

/// The notes for an archive of `segment`. Fails with `invalid_argument` unless all of it is signed,
/// `corrupt` if the tree is damaged.
result<std::map<std::string, std::string>> archive_notes(const ledger& book, std::uint32_t segment);

/// Reads `file` and holds each event in it against its leaf. Of the findings: "archive" for a file
/// that is not what it or the store says it is (of another log, of another segment, cut, damaged),
/// "event" for events that are not what was signed; and what was found when `book` was opened.
/// A damaged file that the store does not know is malformed. About 2 us for each event.
/// Fails with `not_found`, `unsupported` or `io`.
result<verification> check_archive(const store& log, const ledger& book,
                                   const std::filesystem::path& file);

/// `archive_segment`, written down (SegmentArchived, without a policy). The file is held against
/// what was signed before anything goes from the log. Fails with `invalid_argument` if `by` names
/// nobody, or without a ledger where there must be one.
result<archived_segment> archive_and_write_down(store& log, std::uint32_t segment,
                                                const archive_options& options, const actor& by,
                                                const ledger* book = nullptr);

/// `restore_segment`, written down (SegmentRestored). The file is held against what was signed
/// first.
result<archived_segment> restore_and_write_down(store& log, std::uint32_t segment,
                                                const restore_segment_options& options,
                                                const actor& by, const ledger* book = nullptr);

/// `attach_archives`, after every archive of this store that is in `directory` was held against
/// what was signed. Reads all of them.
result<void> attach_checked(store& log, const ledger& book, const std::filesystem::path& directory);

}  // namespace daybook::compliance
