// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/replay/bookmark.hpp>
#include <daybook/replay/replay_target.hpp>

#include "formats/line_format.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace daybook::cli {

struct line_file_options {
    formats::line_format format = formats::line_format::native;
    formats::render_options render = {};
    bool resume = false;     ///< Go on with what an interrupted replay left.
    bool overwrite = false;  ///< Replace the file, and what was left.
};

/// A file of lines that is replayed into. It is FILE.partial, with its bookmark in FILE.bookmark,
/// until it is complete; only then there is a FILE. What was written behind the bookmark is cut
/// off when the replay goes on, so every event is there once.
class line_file final : public replay::replay_target {
public:
    /// "-" is standard output, which has no bookmark.
    /// Fails with `refused` (FILE is there, or an interrupted replay left one), `locked` (another
    /// process replays into it), `invalid_argument` (a name that asks for compression; standard
    /// output and resume), `not_found` (no such directory) or `io`.
    static result<std::unique_ptr<line_file>> open(const std::filesystem::path& file,
                                                   const line_file_options& options);

    ~line_file() override;
    line_file(const line_file&) = delete;
    line_file& operator=(const line_file&) = delete;

    result<void> take(const event_view& event) override;
    result<std::string> settle() override;
    result<void> resume(std::string_view settled) override;
    result<std::string> foresee(const event_view& event) override;

    /// Null for standard output.
    replay::bookmark* bookmark() noexcept { return bookmark_ ? &*bookmark_ : nullptr; }

    /// No more events come: gives the file its name and removes the bookmark.
    result<void> finish();

    std::uint64_t bytes() const noexcept { return bytes_; }

private:
    line_file(std::filesystem::path file, const line_file_options& options, int descriptor);

    result<void> write_out();
    error failed(const char* doing, int number) const;
    bool is_named() const noexcept { return file_ != "-"; }

    std::filesystem::path file_;
    std::filesystem::path partial_;
    line_file_options options_;
    int descriptor_;
    std::optional<replay::bookmark> bookmark_;
    std::string waiting_;
    std::uint64_t bytes_ = 0;  // With what is waiting.
};

}  // namespace daybook::cli
