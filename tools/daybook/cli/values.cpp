// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/values.hpp"

#include "cli/text.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace daybook::cli {
namespace {

error bad_value(std::string_view option, std::string_view text, std::string_view wanted) {
    return fail(errc::invalid_argument,
                std::string{option} + ": '" + printable(text) + "' is not " + std::string{wanted});
}

struct amount {
    std::uint64_t number = 0;
    std::string_view unit;
};

/// "500MB" as 500 and "MB"; nothing if there are no digits or too many.
std::optional<amount> split_amount(std::string_view text) {
    amount a;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), a.number);
    if (problem != std::errc{}) return std::nullopt;
    a.unit = text.substr(static_cast<std::size_t>(end - text.data()));
    return a;
}

struct unit_size {
    std::string_view unit;
    std::uint64_t size;
};

template <std::size_t N>
std::optional<std::uint64_t> in_units(std::string_view text,
                                      const std::array<unit_size, N>& units) {
    const auto a = split_amount(text);
    if (!a) return std::nullopt;
    for (const auto& u : units) {
        if (u.unit != a->unit) continue;
        std::uint64_t total = 0;
        if (__builtin_mul_overflow(a->number, u.size, &total)) return std::nullopt;
        return total;
    }
    return std::nullopt;
}

constexpr std::array age_units{unit_size{"s", 1}, unit_size{"m", 60}, unit_size{"h", 3600},
                               unit_size{"d", 86'400}, unit_size{"w", 604'800}};

constexpr std::array duration_units{unit_size{"ms", 1}, unit_size{"s", 1000},
                                    unit_size{"m", 60'000}, unit_size{"h", 3'600'000},
                                    unit_size{"d", 86'400'000}};

constexpr std::array byte_units{unit_size{"", 1},
                                unit_size{"B", 1},
                                unit_size{"k", 1000},
                                unit_size{"kB", 1000},
                                unit_size{"KB", 1000},
                                unit_size{"K", 1000},
                                unit_size{"M", 1'000'000},
                                unit_size{"MB", 1'000'000},
                                unit_size{"G", 1'000'000'000},
                                unit_size{"GB", 1'000'000'000},
                                unit_size{"Ki", 1U << 10U},
                                unit_size{"KiB", 1U << 10U},
                                unit_size{"Mi", 1U << 20U},
                                unit_size{"MiB", 1U << 20U},
                                unit_size{"Gi", 1U << 30U},
                                unit_size{"GiB", 1U << 30U}};

}  // namespace

result<timestamp> parse_time(std::string_view option, std::string_view text, timestamp now) {
    if (const auto age = in_units(text, age_units)) {
        constexpr std::uint64_t age_s_max = 315'576'000'000;  // 10 000 years: before year 1.
        if (*age < age_s_max) {
            const timestamp then = now - std::chrono::seconds{static_cast<std::int64_t>(*age)};
            if (then >= timestamp_min) return then;
        }
        return fail(errc::invalid_argument, std::string{option} + ": '" + printable(text) +
                                                "' is before the year 1, the earliest time");
    }
    const auto time = parse_timestamp(text);
    if (time) return *time;
    return fail(errc::invalid_argument,
                std::string{option} + ": " + printable(time.error().message) +
                    "; give RFC 3339 (2025-12-22T10:30:00Z), a date, or an age like 10m, 2h, 7d");
}

result<std::uint64_t> parse_number(std::string_view option, std::string_view text) {
    const auto a = split_amount(text);
    if (a && a->unit.empty()) return a->number;
    return bad_value(option, text, "a whole number");
}

result<std::chrono::milliseconds> parse_duration(std::string_view option, std::string_view text) {
    constexpr std::uint64_t duration_ms_max = 315'576'000'000;  // Ten years.
    const auto found = in_units(text, duration_units);
    if (found && *found <= duration_ms_max)
        return std::chrono::milliseconds{static_cast<std::int64_t>(*found)};
    return bad_value(option, text, "a duration such as 500ms, 10s, 5m or 1h, ten years at most");
}

result<std::uint64_t> parse_size(std::string_view option, std::string_view text) {
    if (const auto bytes = in_units(text, byte_units)) return *bytes;
    return bad_value(option, text, "a size such as 4096, 500MB or 64MiB");
}

result<event_id> parse_id(std::string_view option, std::string_view text) {
    if (const auto id = parse_event_id(text)) return *id;
    return bad_value(option, text, "an event id (36 characters, 8-4-4-4-12)");
}

timestamp current_time() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

}  // namespace daybook::cli
