// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "support/child_process.hpp"

#include <cerrno>
#include <csignal>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace daybook::bench {

child_process::child_process(const std::vector<std::string>& arguments)
    : output_{nullptr, std::fclose} {
    int ends[2];
    if (::pipe(ends) != 0) throw std::system_error{errno, std::generic_category(), "pipe"};
    output_.reset(::fdopen(ends[0], "r"));

    std::vector<std::string> words{"daybook_bench"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addclose(&actions, ends[0]);
    ::posix_spawn_file_actions_addclose(&actions, ends[1]);
    const auto failure =
        ::posix_spawn(&id_, "/proc/self/exe", &actions, nullptr, pointers.data(), ::environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failure != 0) throw std::system_error{failure, std::generic_category(), "start a child"};
}

child_process::~child_process() { kill(); }

std::optional<std::string> child_process::read_line() {
    std::string line;
    for (int c = std::fgetc(output_.get()); c != EOF; c = std::fgetc(output_.get())) {
        if (c == '\n') return line;
        line.push_back(static_cast<char>(c));
    }
    return std::nullopt;
}

void child_process::kill() {
    if (id_ < 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
    id_ = -1;
}

}  // namespace daybook::bench
