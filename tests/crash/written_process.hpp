// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crash/crash_batch.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace daybook::test {

/// A commit that the writer tried, and where it went if that was acknowledged.
struct tried_batch {
    batch_name name;
    std::optional<std::uint64_t> acknowledged_at;
};

/// What a writer said until it was killed.
struct written_record {
    std::vector<tried_batch> batches;
    std::uint64_t view_at_most = 0;  ///< No keyspace batch was made above this watermark.
    std::string complaint;           ///< Why the writer ended before it was killed, if it did.
};

/// When to kill: after so many lines, and then so much later. The delay hits moments at which the
/// writer says nothing.
struct kill_moment {
    std::uint64_t lines = 0;
    std::chrono::microseconds delay{0};
};

/// A writer that goes on until it is killed, at the latest by the destructor. It stops for want of
/// listeners now and then: call `hear`.
class running_writer {
public:
    running_writer(const std::filesystem::path& directory, const char* task, std::uint64_t number);
    ~running_writer();
    running_writer(const running_writer&) = delete;
    running_writer& operator=(const running_writer&) = delete;

    /// Listens until so many lines more were said, for a minute at most. All that was ever heard.
    const std::string& hear(std::uint64_t lines);
    /// Why it had ended before it was killed, if it had.
    std::string kill();

private:
    struct process;
    std::unique_ptr<process> process_;
    std::string heard_;
};

/// Starts the writer, listens, kills it with SIGKILL at that moment, and returns what it said.
written_record run_and_kill(const std::filesystem::path& directory, std::uint64_t seed,
                            const kill_moment& when);

/// What a process said until it was killed, and why it ended before, if it did.
struct said_words {
    std::string said;
    std::string complaint;
};
said_words run_task_and_kill(const std::filesystem::path& directory, const char* task,
                             std::uint64_t number, const kill_moment& when);

/// Lets the writer append `events` events, buffered, seal what is full, and kills it then. Returns
/// its complaint, if any.
std::string fill_and_kill(const std::filesystem::path& directory, std::uint64_t events);

/// What a writer that emits into a file of lines said until it was killed.
struct emitted_record {
    std::uint64_t flushed_to = 0;  ///< The last number known to be in the file; 0: none.
    std::string complaint;
};

/// Lets the writer emit events numbered from `first`, which is not 0, and kills it at that moment.
emitted_record emit_and_kill(const std::filesystem::path& directory, std::uint64_t first,
                             const kill_moment& when);

}  // namespace daybook::test
