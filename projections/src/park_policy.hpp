// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/park.hpp>

#include "park_layout.hpp"

/// When a parked event is tried again, and what is kept of its failures.
namespace daybook::projections::park_policy {

/// The event at the head of a new lane.
layout::park_record first_failure(const event_view& event, const error& why,
                                  const parking_options& options, timestamp now);

/// `head` after one more failure.
layout::park_record next_failure(layout::park_record head, const error& why,
                                 const parking_options& options, timestamp now);

/// An event whose turn it is because what was before it in its lane is done.
layout::park_record its_turn(position at, timestamp now);

/// The view stops before `at` because of a limit.
error limit_passed(const any_projection& of, position at, const error& limit);

}  // namespace daybook::projections::park_policy
