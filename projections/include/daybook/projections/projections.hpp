// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

/// Everything of the projections component but <daybook/projections/testing.hpp>.
#include <daybook/projections/activity.hpp>
#include <daybook/projections/agent_metrics.hpp>
#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/as_of.hpp>
#include <daybook/projections/built_in.hpp>
#include <daybook/projections/change_feed.hpp>
#include <daybook/projections/check.hpp>
#include <daybook/projections/checkpoints.hpp>
#include <daybook/projections/daily_summary.hpp>
#include <daybook/projections/declared_view.hpp>
#include <daybook/projections/durations.hpp>
#include <daybook/projections/entity_history.hpp>
#include <daybook/projections/fold.hpp>
#include <daybook/projections/generations.hpp>
#include <daybook/projections/health.hpp>
#include <daybook/projections/inline_views.hpp>
#include <daybook/projections/key_gate.hpp>
#include <daybook/projections/live_view.hpp>
#include <daybook/projections/orchestration_events.hpp>
#include <daybook/projections/orchestration_state.hpp>
#include <daybook/projections/park.hpp>
#include <daybook/projections/plugin.hpp>
#include <daybook/projections/projection.hpp>
#include <daybook/projections/quality_metrics.hpp>
#include <daybook/projections/row_reader.hpp>
#include <daybook/projections/runner.hpp>
#include <daybook/projections/sprint_board.hpp>
#include <daybook/projections/timeline.hpp>
#include <daybook/projections/usage.hpp>
#include <daybook/projections/view.hpp>
#include <daybook/projections/workflow_metrics.hpp>
