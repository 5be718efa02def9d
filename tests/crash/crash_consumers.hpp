// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What the killed consumers and the test that looks after them have in common.

#include <daybook/consumer_group.hpp>
#include <daybook/effect_guard.hpp>
#include <daybook/orchestration/summarizer.hpp>

#include <cstdint>

namespace daybook::test {

inline constexpr const char* follower_name = "follower";
inline constexpr const char* sharers_name = "sharers";

/// Event `at` of the log is in stream `at` % 10; the handler of the group never completes these.
inline constexpr std::uint64_t consumed_streams = 10;
constexpr bool is_bad(std::uint64_t at) {
    return at % consumed_streams < 3 && at / consumed_streams % 40 == 25;
}

inline consumer_group_options sharers_options() {
    consumer_group_options options;
    options.acknowledge_every = 16;
    options.in_flight_max = 64;
    options.retries = {.attempts_max = 2,
                       .rest_first = std::chrono::milliseconds{1},
                       .rest_max = std::chrono::milliseconds{1}};
    return options;
}

/// Small numbers: many summaries.
inline orchestration::summarizer_options killed_summaries() {
    return {.phase_events = 7, .orchestration_events = 30};
}

/// Effects "0", "1", ... of one guard.
inline constexpr const char* effects_name = "killed";
inline constexpr std::uint64_t effects_count = 2000;

inline effect_options effects_options(bool retry) {
    return {.if_unknown = retry ? unknown_policy::retry : unknown_policy::skip,
            .durable = durability::written};
}

}  // namespace daybook::test
