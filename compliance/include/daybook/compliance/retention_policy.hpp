// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::compliance {

/// A time by the calendar: "90 days", "6 months", "7 years". At most 1000 years.
struct calendar_time {
    enum class unit { days, months, years };
    std::uint32_t count = 0;
    unit of = unit::days;

    /// The same time of day so much later; the last day of the month where there is no such day.
    timestamp after(timestamp from) const;

    friend bool operator==(const calendar_time&, const calendar_time&) = default;
};

/// Reads "1 day", "90 days", "6 months", "7 years". Fails with `invalid_argument`.
result<calendar_time> parse_calendar_time(std::string_view text);
std::string to_string(const calendar_time& time);

/// What happens to which events. What is given must hold; of a list, any.
struct retention_rule {
    std::string name{};
    std::vector<std::string> types{};
    std::vector<std::string> tags{};  ///< "priority:P0".
    std::vector<std::string> streams{};
    std::vector<std::string> categories{};

    /// Never before this, whatever a later policy says of events recorded under this one.
    std::optional<calendar_time> minimum{};
    std::optional<calendar_time> archive_after{};
    /// Then the payload goes. Without it events are kept for ever.
    std::optional<calendar_time> delete_after{};

    bool matches(const event_view& event) const;
};

/// The first rule that matches an event decides; without one it is kept for ever. Ages count from
/// when an event was recorded, by the store's clock, for callers choose when it occurred.
struct retention_policy {
    std::string name{};
    std::vector<retention_rule> rules{};

    /// The rule that decides, or null. Events of the compliance log are always kept.
    const retention_rule* rule_for(const event_view& event) const;
};

inline constexpr std::size_t retention_rules_max = 256;
inline constexpr std::size_t retention_policy_bytes_max = 1U << 20U;

/// Reads a policy from JSON, whose form is in compliance/docs/retention.md. Fails with
/// `invalid_argument` and says where (an unknown member, a rule that deletes before its minimum or
/// before it archives), and with `too_large`.
result<retention_policy> parse_retention_policy(std::string_view json);
/// One line of JSON; `parse_retention_policy` gives the same policy back.
std::string to_string(const retention_policy& policy);

/// "6-months", "6-years", "7-years": everything is archived after 90 days and deleted after that
/// time, not before. "sprint": P0 and summaries for ever, P1 and P2 archived after 90 days and
/// deleted after a year.
const std::vector<std::string_view>& retention_presets();
/// Fails with `not_found`.
result<retention_policy> retention_preset(std::string_view name);

}  // namespace daybook::compliance
