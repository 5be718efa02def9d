// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The file OWNER in a store's directory: who has it open for writing, or how it was left. It tells
// others whom they wait for, and a copy that was taken meanwhile from the store itself.
// Everything it can and cannot tell is in core/docs/reading_beside_a_writer.md.

#include <daybook/types.hpp>

#include "database.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace daybook {

struct owner_note {
    bool open = false;         ///< Not closed properly since it was written.
    std::uint64_t events = 0;  ///< When it was closed.
    std::uint64_t process = 0;
    std::string program{};
    std::string host{};
    timestamp since{};
    std::filesystem::path directory{};
    std::string place{};  ///< What a directory keeps when it is moved and a copy does not have.

    /// The note in `directory`; nothing if there is none or it cannot be understood.
    static std::optional<owner_note> read(const std::filesystem::path& directory);
    static result<void> write_open(database& db);
    static result<void> write_closed(database& db, position end);

    /// Compares what the note, read before the log, says with a log that ends at `end`: whether it
    /// has all that it had when it was closed and, in a copy that was taken while it was open,
    /// whether it has no gap. Fails with `corrupt`.
    result<void> check(database& db, position end) const;

    /// Whether `directory` is a copy that was taken while the store was open.
    bool is_copy(const std::filesystem::path& directory) const;

    /// `why` an open failed, with what the note knows about it and what is to be done.
    static error explain(const std::filesystem::path& directory, error why);
};

}  // namespace daybook
