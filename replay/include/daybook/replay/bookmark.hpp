// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::replay {

/// Where a replay is kept that may be interrupted, so that it goes on from there: a name in a
/// store, or a file.
///
/// Written as a whole or not at all. One replay at a time may use it. The text is JSON, for people
/// to look at; replay/docs/replay.md tells what it says. A bookmark in a store must not outlive
/// the store.
class bookmark {
public:
    /// In `log`, which may be the store that is replayed into or the one that is replayed. It
    /// survives kill -9, and is never ahead of what the same store was given before. Fails with
    /// `invalid_argument` (a name is 1 to 200 of a-z 0-9 _ . -), `refused` (open for reading) or
    /// `io`.
    static result<bookmark> in_store(store& log, std::string_view name);

    /// A file of its own, which need not be there. It survives a power cut.
    static bookmark in_file(std::filesystem::path file);

    bookmark(bookmark&&) noexcept;
    bookmark& operator=(bookmark&&) noexcept;
    ~bookmark();

    /// What was written last, or nothing. Fails with `io`, `corrupt` or `too_large` (no bookmark
    /// has a MiB).
    result<std::optional<std::string>> read() const;
    result<void> write(std::string_view text);
    /// Forgets it; there need be none.
    result<void> remove();

    /// For messages: the file's path, or the name in quotes.
    const std::string& where() const noexcept;

private:
    struct impl;
    explicit bookmark(std::unique_ptr<impl> made);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook::replay
