// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/emitter_target.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

namespace daybook {

enum class part_compression { none, gzip, zstd };

struct jsonl_sink_options {
    /// A new file is begun before this many bytes, at a whole line; 0 is never. An event that is
    /// longer than that gets a file of its own.
    std::uint64_t rotate_bytes = 500'000'000;
    /// Of parts that are complete, in the background: "events.1.jsonl" becomes "events.1.jsonl.gz".
    part_compression parts = part_compression::none;
};

struct jsonl_sink_status {
    std::filesystem::path file{};
    std::uint64_t file_bytes = 0;  ///< Of the file that is being written.
    std::uint64_t parts = 0;       ///< The number of the newest complete part.
    std::uint64_t parts_to_compress = 0;
    std::uint64_t bytes_set_aside = 0;  ///< Half a line that an earlier process left; see below.
    std::optional<error> compression_error{};  ///< The part stays as it is and is tried again.
};

/// A file of JSON lines, one event each in the native form (core/docs/json.md), as the target of an
/// emitter: for programs that must not, or cannot, open a store. `daybook import` reads it.
///
/// Complete parts are "events.1.jsonl", "events.2.jsonl", ...; the file being written has no
/// number. A `write` that fails leaves no half line and, tried again, writes nothing twice. Events
/// are checked as a store would. `written` (the default here) survives kill -9, `synced` a power
/// cut.
///
/// One sink at a time has a file open. Members may be called from any thread. The destructor leaves
/// parts that are not compressed yet to the next sink of that file.
class jsonl_sink final : public emitter_target {
public:
    /// Opens or creates `file`; goes on at its end. If its last line was left half written, that
    /// half is moved to "FILE.torn" first, so that every line is whole.
    ///
    /// Fails with `invalid_argument` (the name does not end in ".jsonl" or ".ndjson"), `io`,
    /// `not_found` (no such directory), `locked` (another sink has it), `corrupt` (no lines).
    static result<jsonl_sink> open(const std::filesystem::path& file,
                                   const jsonl_sink_options& options = {});

    jsonl_sink(jsonl_sink&&) noexcept;
    jsonl_sink& operator=(jsonl_sink&&) noexcept;
    ~jsonl_sink() override;

    /// Fails with `invalid_argument` or `too_large` (an event; a line may have 16 MiB) or `io`.
    result<void> write(const commit_request& events) override;

    jsonl_sink_status status() const;

    /// Waits until every complete part is compressed. Fails as the compression did.
    result<void> finish_background_work();

    struct impl;  ///< Private.

private:
    explicit jsonl_sink(std::unique_ptr<impl> opened);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook
