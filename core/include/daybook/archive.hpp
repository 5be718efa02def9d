// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Old parts of a log in files of their own, and what is left of payloads that must go.
//
//     archive_segment(store, 0, {.directory = "/cold"}).value();  // events 0 to 65 535
//     restore_segment(store, 0).value();                          // and back
//
// Whole segments are archived: 65 536 consecutive events, in one compressed file that tells what it
// is. Everything reads through to the file, and says the same as before to the byte; only the log
// gets smaller. Indexes stay in the store. The format, what a crash leaves at each step, and what
// may remain on a disk are in core/docs/archive.md.
//
// These functions may be called from any thread while the store is used; one of them runs at a
// time. They need a store that is open for writing, unless they say otherwise.

#include <daybook/event.hpp>
#include <daybook/options.hpp>
#include <daybook/result.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {

class store;

/// A segment in a file.
struct archived_segment {
    std::uint32_t segment = 0;  ///< It has positions `segment` * 65 536 and the 65 535 after it.
    event_id store_id{};        ///< Of the store that wrote the file; a fork reads it too.
    position first{};           ///< Of its events.
    position end{};             ///< One behind the last.
    std::uint64_t deleted = 0;  ///< How many of the payloads are tombstones.
    std::uint64_t record_bytes = 0;  ///< Of the events, not compressed.
    event_id last_id{};
    timestamp recorded_first{};
    timestamp recorded_last{};
    std::string content{};  ///< XXH3 (128 bits, in hexadecimal) of all records, in order.
    /// What who had it archived wants to be in the file, by name: the root of a tree over it, say.
    std::map<std::string, std::string> notes{};

    std::string file{};  ///< Its name.
    std::uint64_t bytes = 0;
    std::string xxh3{};  ///< XXH3 (128 bits, in hexadecimal) of the whole file.
    /// Where the file was found just now; empty if in none of the directories that are attached.
    std::filesystem::path directory{};
};

/// Called when what is to come is prepared and verified, and before anything changes: to write it
/// down. A failure is that of the call, which then changes nothing.
using archive_witness = std::function<result<void>(const archived_segment& segment)>;

struct archive_options {
    /// Where the file goes; made if missing. It is attached from now on. Not inside the store.
    std::filesystem::path directory{};
    std::map<std::string, std::string> notes{};
    archive_witness before{};
    progress_callback progress{};
};

/// Moves a segment into a file in `options.directory`.
///
/// The file is written, synced and read back, every record compared; then the store takes note of
/// it, synced; then the events go from the log, and the log's files that had them are rewritten.
/// Killed anywhere, the segment is in the log or in the file, as a whole.
/// Fails with `invalid_argument` (the segment is not full, has the newest event, or the directory
/// is inside the store), `refused` (it is archived already, or the store is read-only),
/// `corrupt` (the log or the file is not sound; nothing is deleted then), `io`.
/// Cost: reads the segment twice, writes it once, rewrites what shares a file with it.
result<archived_segment> archive_segment(store& of, std::uint32_t segment,
                                         const archive_options& options);

struct restore_segment_options {
    bool keep_file = false;  ///< Else the file is removed, if this store wrote it.
    archive_witness before{};
};

/// Moves a segment back into the log, after every record of the file was checked, also by the
/// store's `read_check` if it has one. Fails with `not_found` (it is not archived, or its file is
/// not attached), `corrupt`, `refused`, `io`.
result<archived_segment> restore_segment(store& of, std::uint32_t segment,
                                         const restore_segment_options& options = {});

/// The archived segments in order, with where their files are. Opens no file. Also of a store that
/// is open for reading.
result<std::vector<archived_segment>> archived_segments(const store& of);

/// The directories that are searched for files, in this order. Also of a store open for reading.
std::vector<std::filesystem::path> archive_directories(const store& of);

/// Search `directory` too, from now on and after every open. Fails with `not_found` if it is not
/// there.
result<void> attach_archives(store& of, const std::filesystem::path& directory);
/// Search it no more. Fails with `not_found` if it was not attached.
result<void> detach_archives(store& of, const std::filesystem::path& directory);

/// Called with the events of a file in order, some at a time. A failure ends the reading.
using archive_visitor = std::function<result<void>(std::span<const event_view> events)>;

/// Reads a file from beginning to end, without a store: every frame and record, the hash of them
/// all, positions without gaps. `look` sees each event, before it is known whether what follows is
/// sound. Fails with `not_found`, `corrupt`, `unsupported` or `io`, and as `look` does.
result<archived_segment> verify_archive(const std::filesystem::path& file,
                                        const archive_visitor& look = {});

/// What `delete_payloads` is about to do or did to one segment.
struct payload_deletion {
    std::uint32_t segment = 0;
    std::vector<position> deleted{};  ///< Whose payloads; ascending.
    std::uint64_t bytes = 0;          ///< Of these payloads.
    /// The file before, if the segment is archived; removed if this store wrote it.
    std::string file_before{};
    /// The file after. Empty if the segment is in the log then: it was before, or nothing but
    /// tombstones is left of it.
    std::string file_after{};
};

struct delete_options {
    /// The digest that a tombstone keeps of a payload: exactly 32 bytes. Required.
    std::function<std::string(std::string_view payload)> digest{};
    /// Called when it is prepared, before anything changes; as `archive_witness`.
    std::function<result<void>(const payload_deletion& what)> before{};
};

/// Deletes payloads of events of one segment: those for which `chosen` says true and that are not
/// tombstones already. `chosen` is called once for each event, in order.
///
/// The event stays, with everything but its payload; readers find a `tombstone` there. Index terms
/// that came from the payload go too. If nothing is left but tombstones, an archived segment comes
/// back into the log, and its file goes. All of it happens at once or not at all, whatever happens
/// meanwhile; what is deleted is then purged from the store's files, see `purge_deleted`.
/// Readers that are open for reading only see it after `store::refresh`.
/// Fails with `invalid_argument` (no such segment, a digest of another size), `refused`, `corrupt`,
/// `not_found` (its archive is not attached), `io`. Appends wait while it is done.
result<payload_deletion> delete_payloads(store& of, std::uint32_t segment,
                                         const std::function<bool(const event_view&)>& chosen,
                                         const delete_options& options);

/// Rewrites every file of the store that still has something that was deleted from it in the
/// positions from `first` to `end`, and drops the write-ahead files. The other functions here do
/// that by themselves; after a crash between deleting and purging it can be done again.
result<void> purge_deleted(store& of, position first, position end);

}  // namespace daybook
