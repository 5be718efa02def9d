// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

/// The orchestration kit: the event types of sprints, tasks, phases, agents, gaps and quality as
/// structs, and what fills in their metadata. See core/docs/orchestration.md.
#include <daybook/orchestration/activity.hpp>
#include <daybook/orchestration/agents.hpp>
#include <daybook/orchestration/change.hpp>
#include <daybook/orchestration/event_of.hpp>
#include <daybook/orchestration/event_types.hpp>
#include <daybook/orchestration/gaps.hpp>
#include <daybook/orchestration/lifecycle.hpp>
#include <daybook/orchestration/planning.hpp>
#include <daybook/orchestration/quality.hpp>
#include <daybook/orchestration/recovery.hpp>
#include <daybook/orchestration/schemas.hpp>
#include <daybook/orchestration/summaries.hpp>
#include <daybook/orchestration/summarizer.hpp>
#include <daybook/orchestration/tags.hpp>
#include <daybook/orchestration/undertaking.hpp>
#include <daybook/orchestration/vocabulary.hpp>
#include <daybook/orchestration/work.hpp>
#include <daybook/orchestration/workflow.hpp>
