// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

/// Everything of the replay component.
#include <daybook/replay/as_of.hpp>
#include <daybook/replay/bookmark.hpp>
#include <daybook/replay/compare.hpp>
#include <daybook/replay/folded_rows.hpp>
#include <daybook/replay/golden.hpp>
#include <daybook/replay/history.hpp>
#include <daybook/replay/instant.hpp>
#include <daybook/replay/json_difference.hpp>
#include <daybook/replay/replay_events.hpp>
#include <daybook/replay/replay_target.hpp>
#include <daybook/replay/rules.hpp>
#include <daybook/replay/store_copy.hpp>
#include <daybook/replay/validate.hpp>
#include <daybook/replay/what_if.hpp>
