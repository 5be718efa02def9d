// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/park.hpp>

#include "park_layout.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What the park stream of a view says. The payloads are described in projections/docs/parking.md.
namespace daybook::projections::park_events {

inline constexpr std::string_view parked_type = "event_parked";
inline constexpr std::string_view retried_type = "event_retried";
inline constexpr std::string_view skipped_type = "event_skipped";

/// Who asked for a retry.
enum class asked_by { policy, request };

struct retried {
    asked_by by{};
    std::uint32_t attempts = 0;
    std::uint64_t events_applied = 0;
    std::uint64_t events_skipped = 0;
    std::optional<std::string> reason{};  ///< The event was not taken: why.
};

layout::park_note parked(const any_projection& of, std::string_view lane, const event_view& event,
                         std::string_view reason, timestamp now);
layout::park_note retried_note(const any_projection& of, std::string_view lane,
                               const event_view& event, const retried& what, timestamp now);
new_event skipped(const any_projection& of, std::string_view lane, const event_view& event,
                  std::string_view reason, timestamp now);

new_event to_event(const layout::park_note& note);

/// The decision that a stored event tells: which lane is not to get which event. Nothing if it is
/// something else, or of another version of the view.
struct skip {
    std::string lane;
    position at;
};
std::optional<skip> read_skip(const any_projection& of, const event_view& event);

}  // namespace daybook::projections::park_events
