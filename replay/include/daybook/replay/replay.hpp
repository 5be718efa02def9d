// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

/// Everything of the replay component.
#include <daybook/replay/as_of.hpp>
#include <daybook/replay/compare.hpp>
#include <daybook/replay/what_if.hpp>
