// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "crash/written_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <spawn.h>
#include <sstream>
#include <sys/select.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace daybook::test {
namespace {

using clock = std::chrono::steady_clock;

[[noreturn]] void raise_errno(const char* doing) {
    throw std::system_error{errno, std::generic_category(), doing};
}

/// A running writer and the pipe it speaks into.
class writer_process {
public:
    writer_process(const std::filesystem::path& directory, const char* task, std::uint64_t number) {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) raise_errno("pipe");
        read_end_ = ends[0];
        ::posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        ::posix_spawn_file_actions_addclose(&actions, ends[0]);
        ::posix_spawn_file_actions_addclose(&actions, ends[1]);
        std::array<std::string, 4> words{DAYBOOK_CRASH_WRITER, directory.string(), task,
                                         std::to_string(number)};
        std::array<char*, 5> arguments{};
        for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
        const int failed = ::posix_spawn(&process_, words[0].c_str(), &actions, nullptr,
                                         arguments.data(), environ);
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        if (failed != 0) {
            errno = failed;
            raise_errno("start crash_writer");
        }
    }
    ~writer_process() {
        kill();
        ::close(read_end_);
    }
    writer_process(const writer_process&) = delete;
    writer_process& operator=(const writer_process&) = delete;

    /// Adds what was said to `heard`; waits at most until `until`. False at the end of all speech.
    bool listen(std::string& heard, clock::time_point until) {
        const auto left =
            std::chrono::ceil<std::chrono::microseconds>(until - clock::now()).count();
        const auto wait = std::max<std::int64_t>(0, left);
        ::timeval patience{wait / 1'000'000, wait % 1'000'000};
        ::fd_set reading;
        FD_ZERO(&reading);
        FD_SET(read_end_, &reading);
        if (::select(read_end_ + 1, &reading, nullptr, nullptr, &patience) == 0) return true;
        std::array<char, 65'536> bytes{};
        const auto size = ::read(read_end_, bytes.data(), bytes.size());
        if (size < 0 && errno != EINTR) raise_errno("read from crash_writer");
        if (size > 0) heard.append(bytes.data(), static_cast<std::size_t>(size));
        return size != 0;
    }

    /// Kills the writer; how it ended if it had ended before.
    std::string kill() {
        if (process_ == 0) return {};
        ::kill(process_, SIGKILL);
        int status = 0;
        ::waitpid(process_, &status, 0);
        process_ = 0;
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return {};
        return "the writer ended by itself with status " + std::to_string(status);
    }

private:
    ::pid_t process_ = 0;
    int read_end_ = -1;
};

written_record understand(const std::string& heard, std::uint64_t seed) {
    written_record record;
    std::array<std::optional<std::size_t>, crash_threads> latest;
    std::istringstream lines{heard};
    std::string what;
    while (lines >> what) {
        if (what == "view") {
            std::uint64_t at = 0;
            lines >> at;
            record.view_at_most = std::max(record.view_at_most, at);
        }
        if (what != "try" && what != "done") continue;
        batch_name name{.seed = seed};
        std::uint64_t last = 0;
        lines >> name.thread >> name.number >> last;
        if (what == "try") {
            name.head = last;
            latest.at(name.thread) = record.batches.size();
            record.batches.push_back({name, std::nullopt});
        } else {
            record.batches.at(latest.at(name.thread).value()).acknowledged_at = last;
        }
    }
    return record;
}

// Listens until so many lines were said and the delay is over, then kills. What was heard, and why
// it went wrong, if it did.
std::pair<std::string, std::string> listen_and_kill(writer_process& writer,
                                                    const kill_moment& when) {
    std::string heard;
    const auto give_up = clock::now() + std::chrono::minutes{1};
    const auto lines_heard = [&] {
        return static_cast<std::uint64_t>(std::count(heard.begin(), heard.end(), '\n'));
    };
    bool speaks = true;
    while (speaks && lines_heard() < when.lines && clock::now() < give_up) {
        speaks = writer.listen(heard, give_up);
    }
    const bool late = clock::now() >= give_up;
    for (const auto end = clock::now() + when.delay; speaks && clock::now() < end;) {
        speaks = writer.listen(heard, end);
    }
    auto complaint = writer.kill();
    while (writer.listen(heard, give_up)) {
    }
    return {std::move(heard), late ? "the writer did not get on" : std::move(complaint)};
}

}  // namespace

struct running_writer::process : writer_process {
    using writer_process::writer_process;
};

running_writer::running_writer(const std::filesystem::path& directory, const char* task,
                               std::uint64_t number)
    : process_{std::make_unique<process>(directory, task, number)} {}
running_writer::~running_writer() = default;

const std::string& running_writer::hear(std::uint64_t lines) {
    const auto give_up = clock::now() + std::chrono::minutes{1};
    const auto before = std::count(heard_.begin(), heard_.end(), '\n');
    const auto wanted = before + static_cast<std::ptrdiff_t>(lines);
    while (std::count(heard_.begin(), heard_.end(), '\n') < wanted && clock::now() < give_up) {
        if (!process_->listen(heard_, give_up)) break;
    }
    return heard_;
}

std::string running_writer::kill() { return process_->kill(); }

written_record run_and_kill(const std::filesystem::path& directory, std::uint64_t seed,
                            const kill_moment& when) {
    writer_process writer{directory, "write", seed};
    auto [heard, complaint] = listen_and_kill(writer, when);
    auto record = understand(heard, seed);
    record.complaint = std::move(complaint);
    return record;
}

said_words run_task_and_kill(const std::filesystem::path& directory, const char* task,
                             std::uint64_t number, const kill_moment& when) {
    writer_process writer{directory, task, number};
    auto [heard, complaint] = listen_and_kill(writer, when);
    return {std::move(heard), std::move(complaint)};
}

std::string fill_and_kill(const std::filesystem::path& directory, std::uint64_t events) {
    writer_process writer{directory, "fill", events};
    auto [heard, complaint] = listen_and_kill(writer, {.lines = 1});
    return complaint.empty() && heard != "filled\n" ? "the writer said " + heard : complaint;
}

emitted_record emit_and_kill(const std::filesystem::path& directory, std::uint64_t first,
                             const kill_moment& when) {
    writer_process writer{directory, "emit", first};
    auto [heard, complaint] = listen_and_kill(writer, when);
    emitted_record record{.complaint = std::move(complaint)};
    std::istringstream lines{heard};
    for (std::string what; lines >> what;) lines >> record.flushed_to;
    return record;
}

}  // namespace daybook::test
