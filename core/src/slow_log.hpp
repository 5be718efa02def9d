// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Telling the store's program what took long. Nothing may be locked by the thread that tells.

#include <daybook/logging.hpp>
#include <daybook/options.hpp>

#include <chrono>
#include <optional>

namespace daybook {

class slow_log {
public:
    explicit slow_log(const store_options& options)
        : log_{options.log}, threshold_{log_ ? options.slow_operation : std::nullopt} {}

    bool applies(std::chrono::steady_clock::duration took) const noexcept {
        return threshold_ && took >= *threshold_;
    }

    /// Calls the callback, unless this thread is in it already. Requires: `applies(took)`.
    void tell(std::string_view operation, std::chrono::steady_clock::duration took,
              std::vector<log_field> fields) const noexcept;

    /// Tells something else, which was not slow. Requires: there is a callback.
    void tell(const log_entry& entry) const noexcept;

private:
    log_callback log_;
    std::optional<std::chrono::microseconds> threshold_;
};

}  // namespace daybook
