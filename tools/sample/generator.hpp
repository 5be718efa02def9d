// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace daybook::sample {

/// An event and where it belongs. Refill one in place and its memory is used again.
struct sample_event {
    std::string stream;
    new_event event;  ///< With id, time, causes, actor and tags.
};

enum class shape {
    /// Sprints of agents: streams that live for hours and overlap. Two undertakings of three are
    /// issues (`issue-PROJ-123`, the orchestration types), one is a task (`task-PROJ-123`, with
    /// `sprint-7` and `session-...`: the planning types; `agent-...`: the activity types).
    sprint,
    /// Only issues.
    orchestration,
    /// Only tasks.
    activity,
    /// Orchestration types spread evenly: event i belongs to stream
    /// i % (events / events_per_stream). The hardest case for a read by stream.
    uniform
};

struct generator_options {
    std::uint64_t seed = 1;
    std::uint64_t events = 100'000;
    sample::shape shape = sample::shape::sprint;
    std::uint32_t streams_active = 24;     ///< Undertakings under way at once; not for `uniform`.
    std::uint32_t events_per_stream = 50;  ///< For `uniform`.
    timestamp start{std::chrono::microseconds{1'764'576'000'000'000}};  ///< 2025-12-01T08:00:00Z.
    std::string project = "PROJ";  ///< Of issue keys and the tag `project:`.
};

/// A believable log of agents at work, one event at a time, the same for the same options on every
/// machine.
///
/// Times never go back. Every cause is an earlier event of the same log. Ids are version 7 and made
/// from the seed.
/// Cost: about half a microsecond per event; memory grows with `streams_active`, not with `events`.
/// Not thread safe.
class generator {
public:
    explicit generator(const generator_options& options = {});
    generator(generator&&) noexcept;
    generator& operator=(generator&&) noexcept;
    ~generator();

    /// Puts the next event in `to`; false, and `to` untouched, when all have been made.
    bool next(sample_event& to);

    /// How many have been made.
    std::uint64_t made() const noexcept;

    struct impl;  ///< Private.

private:
    std::unique_ptr<impl> impl_;
};

/// The orchestration event types, in the order of their groups: "OrchestrationStarted", ...
std::span<const std::string_view> orchestration_types() noexcept;

/// The six activity event types: "agent.started", ...
std::span<const std::string_view> activity_types() noexcept;

/// The planning event types: "orchestration.sprint.status_changed", ...
std::span<const std::string_view> planning_types() noexcept;

}  // namespace daybook::sample
