// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/consumer_group.hpp>
#include <daybook/projections/any_projection.hpp>
#include <daybook/store.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What becomes of events that a projection cannot take.
///
/// If a projection throws, or a payload does not fit its event type, the event is *parked* under
/// its key: that row stays as it was before the event, later events of the key are *held* behind
/// it, in order, and every other row goes on. Parked events are tried again by a policy, when the
/// view is opened, and when somebody says so; when one is taken at last, those held behind it
/// follow. Who gives one up says why (*skip*).
///
/// An event whose key cannot be told (the key function throws, the payload cannot be read) is
/// parked alone, for nobody knows what would have to wait behind it. When it can be read at last,
/// the rows of its keys are folded again from the log, so that it takes its place in the order. A
/// view that is keyed by the stream always knows its key.
///
/// What is parked is written in one batch with rows and cursor. Parking, retries and skips are
/// events in the stream `park_stream(NAME)`, and the rows of a view are a function of the log and
/// of its skips: a rebuild leaves out what was skipped for that key and version, and nothing else.
/// A new version begins without skips.
namespace daybook::projections {

struct parking_options {
    /// Park nothing: an event that cannot be taken stops its view. A projection asks for it with
    /// `static constexpr bool strict = true`.
    bool strict = false;
    /// How often a parked event is tried, and how long it rests after each failure; then it waits
    /// for somebody. The first failure counts.
    daybook::retry_policy retries{};
    /// Try every parked event once when the view is opened: the new program may be the mended one.
    bool retry_when_opened = true;
    /// With more keys parked than this something else is wrong: the view stops before the event,
    /// with `errc::too_large`. Memory: these keys, and a reason of 1 KiB at most for each.
    std::size_t parked_keys_max = 10'000;
    /// As many events may be held behind them, in the view's keyspace, before the view stops.
    std::uint64_t held_events_max = 1'000'000;
};

/// Bytes of a reason that are kept.
inline constexpr std::size_t park_reason_bytes_max = 1024;
/// Events that may be skipped for one version of a view.
inline constexpr std::size_t skipped_events_max = 100'000;

/// A parked event, or one that is held behind one of the same key.
struct parked_view_event {
    /// Nothing: the key could not be told.
    std::optional<std::string> key{};
    position at{};
    bool held = false;  ///< Not tried yet. What follows is then empty.
    std::string stream{};
    std::string reason{};        ///< What was thrown last.
    std::uint32_t attempts = 0;  ///< Since it was parked, the first failure included.
    timestamp first_failed_at{};
    timestamp last_failed_at{};
    std::optional<timestamp> next_try{};  ///< Nothing: it waits for somebody.
    std::uint64_t held_behind = 0;        ///< Events that wait behind it.
};

/// How many there are.
struct parked_counts {
    std::uint64_t keys = 0;    ///< Parked events: one for each key, and those without a key.
    std::uint64_t events = 0;  ///< Those, and all that are held behind them.
    friend bool operator==(const parked_counts&, const parked_counts&) = default;
};

/// What a retry or a skip came to.
struct retry_outcome {
    std::uint64_t keys_tried = 0;
    std::uint64_t keys_freed = 0;      ///< Nothing waits there any more.
    std::uint64_t events_applied = 0;  ///< Parked and held ones, to one key each.
    std::uint64_t events_skipped = 0;
    /// Why the first of the keys that are not freed still waits.
    std::optional<error> still_parked{};
};

/// The stream where parking, retries and skips of a view are told: "daybook.projection-NAME". Types
/// `event_parked`, `event_retried` and `event_skipped`; the cause is the event that was parked.
///
/// Views do not get these events unless their query names the stream, its category or their types,
/// so that telling of a failure cannot cause another.
std::string park_stream(std::string_view view_name);

/// Is `event` from the park stream of some view?
bool is_park_event(const event_view& event) noexcept;

/// What is parked in a view, by position, then what is held, by key; `limit` at most in all. Works
/// beside a writer and without the projection's code, for a view whose keyspace is
/// `keyspace_name`. Fails with `not_found`, `corrupt` or `io`.
result<std::vector<parked_view_event>> parked_events(store& log, std::string_view keyspace_name,
                                                     std::size_t limit = 1000);
result<parked_counts> count_parked(store& log, std::string_view keyspace_name);

}  // namespace daybook::projections
