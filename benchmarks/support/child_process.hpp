// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace daybook::bench {

/// This program, started again with other arguments, and what it prints.
///
/// Throws `std::system_error` if it cannot be started. The destructor kills it.
class child_process {
public:
    explicit child_process(const std::vector<std::string>& arguments);
    ~child_process();
    child_process(const child_process&) = delete;
    child_process& operator=(const child_process&) = delete;

    /// The next line it prints, without its end; nothing once it has ended.
    std::optional<std::string> read_line();

    /// kill -9, and waits until it is gone.
    void kill();

private:
    pid_t id_ = -1;
    std::unique_ptr<FILE, int (*)(FILE*)> output_;
};

}  // namespace daybook::bench
