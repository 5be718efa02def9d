// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <sys/resource.h>

namespace daybook::test {

/// While this lives, no file of this process can grow beyond `bytes`.
class file_size_limit {
public:
    explicit file_size_limit(::rlim_t bytes) : old_handler_{std::signal(SIGXFSZ, SIG_IGN)} {
        ::getrlimit(RLIMIT_FSIZE, &old_);
        const ::rlimit lowered{bytes, old_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &lowered);
    }
    ~file_size_limit() {
        ::setrlimit(RLIMIT_FSIZE, &old_);
        std::signal(SIGXFSZ, old_handler_);
    }
    file_size_limit(const file_size_limit&) = delete;
    file_size_limit& operator=(const file_size_limit&) = delete;

private:
    using handler = void (*)(int);
    handler old_handler_;
    ::rlimit old_{};
};

}  // namespace daybook::test
