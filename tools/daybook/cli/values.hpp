// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>

// Values of options. All fail with `invalid_argument` and name the option they were given for.
namespace daybook::cli {

/// RFC 3339, a date, or an age before `now`: "90s", "10m", "2h", "7d", "2w".
result<timestamp> parse_time(std::string_view option, std::string_view text, timestamp now);

/// A whole number.
result<std::uint64_t> parse_number(std::string_view option, std::string_view text);

/// A stretch of time: "500ms", "10s", "5m", "1h".
result<std::chrono::milliseconds> parse_duration(std::string_view option, std::string_view text);

/// Bytes: "4096", "500MB", "64MiB"; k, M, G are powers of 1000, Ki, Mi, Gi of 1024; B may be left
/// out.
result<std::uint64_t> parse_size(std::string_view option, std::string_view text);

/// The 36 characters of an event id.
result<event_id> parse_id(std::string_view option, std::string_view text);

/// The time of the machine's clock.
timestamp current_time();

}  // namespace daybook::cli
