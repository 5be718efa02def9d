// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// From a policy and a log to what is to be done.

#include "retention_history.hpp"

namespace daybook::compliance {

struct planned {
    retention_plan plan;
    std::vector<retention_step> left;  ///< Of its steps, what was not done yet.
};

/// As `plan_retention`, of the log as it was when it ended at `end`. What `proposal` did already
/// counts as still to be done, so that the plan is that which was proposed.
struct plan_request {
    timestamp as_of{};
    position end{};
    std::optional<event_id> proposal{};
};
result<planned> make_plan(const store& log, const retention_history& known,
                          const plan_request& request, const progress_callback& progress);

}  // namespace daybook::compliance
