// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Compresses complete parts of a rotated log on a thread of its own. A part is there whole at any
// time: the compressed file gets its name when it is complete and synced, then the plain one goes.

#include <daybook/jsonl_sink.hpp>
#include <daybook/output_file.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace daybook {

class part_compressor {
public:
    /// `log` is the file without a number. Takes up what an earlier process left.
    part_compressor(const std::filesystem::path& log, part_compression how);
    /// Breaks off; what is not done stays as it is.
    ~part_compressor();
    part_compressor(const part_compressor&) = delete;
    part_compressor& operator=(const part_compressor&) = delete;

    /// Starts the thread, if there is something to be done ever. May throw `std::system_error`.
    void start();
    void add(std::uint64_t part);
    /// Waits until there is nothing to do, trying again what failed.
    result<void> finish();

    std::size_t waiting() const;
    std::optional<error> last_error() const;

private:
    void run() noexcept;
    result<void> compress(std::uint64_t part);
    result<void> copy(int from, output_file& to, const std::filesystem::path& name);
    bool stopping() const;

    const part_compression how_;
    const rotation_names plain_;
    const rotation_names compressed_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::uint64_t> parts_;
    std::deque<std::uint64_t> failed_;  // Tried again with the next part.
    bool working_ = false;
    bool stopping_ = false;
    std::optional<error> error_;
    std::thread thread_;
};

}  // namespace daybook
