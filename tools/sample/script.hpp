// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sample/random.hpp"
#include "sample/vocabulary.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace daybook::sample {

/// Which of the streams of an undertaking an event goes to.
enum class target : std::uint8_t { issue, task, agent, session, sprint };

/// One event of an undertaking, before it is written out.
struct step {
    static constexpr std::size_t causes_max = 6;

    std::uint32_t at_ms = 0;  ///< After the undertaking's start.
    sample::kind kind{};
    sample::target target = target::issue;
    sample::phase phase = phase::none;
    std::uint8_t agent = 0;  ///< In `agent_roles`, or in `activity_agents`.
    std::uint8_t run = 0;    ///< Counts what the undertaking has several of: agents, gaps, runs.
    std::uint8_t cause_count = 0;
    std::uint16_t amount = 0;  ///< Whatever the kind counts: percent, tests, files.
    std::uint32_t lasted_ms = 0;
    std::array<std::uint16_t, causes_max> causes{};  ///< Earlier steps.
};

/// All events of one undertaking, in order of time.
using script = std::vector<step>;

/// The script of an issue that agents work on, from its start to its end: 40 to 160 events.
void plan_issue(script& to, random_numbers& random);

/// The script of one planned task: 12 to 40 events. The first and the last task of a sprint also
/// open and close it.
struct task_place {
    bool first_of_sprint = false;
    bool last_of_sprint = false;
};
void plan_task(script& to, random_numbers& random, task_place place);

}  // namespace daybook::sample
