// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "slow_log.hpp"

#include "text.hpp"

#include <iterator>
#include <utility>

namespace daybook {
namespace {

thread_local bool telling = false;

struct telling_scope {
    telling_scope() { telling = true; }
    ~telling_scope() { telling = false; }
    telling_scope(const telling_scope&) = delete;
    telling_scope& operator=(const telling_scope&) = delete;
};

/// "850 us", "12 ms", "3.4 s": as precise as a person wants it.
std::string told(std::int64_t microseconds) {
    if (microseconds < 10'000) return cat(microseconds, " us");
    if (microseconds < 1'000'000) return cat(microseconds / 1000, " ms");
    return cat(microseconds / 1'000'000, '.', microseconds / 100'000 % 10, " s");
}

}  // namespace

void slow_log::tell(std::string_view operation, std::chrono::steady_clock::duration took,
                    std::vector<log_field> fields) const noexcept {
    if (telling) return;
    try {
        const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
        log_entry entry{log_level::warning, cat("slow ", operation, ": ", told(us)), {}};
        for (const auto& field : fields) {
            entry.message += cat(", ", field.name, ' ', field.value);
        }
        entry.fields = {{"operation", std::string{operation}}, {"took_us", std::to_string(us)}};
        std::move(fields.begin(), fields.end(), std::back_inserter(entry.fields));
        tell(entry);
    } catch (...) {
        // Without memory nothing is told.
    }
}

void slow_log::tell(const log_entry& entry) const noexcept {
    if (telling) return;
    try {
        const telling_scope scope;
        log_(entry);
    } catch (...) {
        // What is told is done already, and its caller cannot mend a callback that fails.
    }
}

}  // namespace daybook
