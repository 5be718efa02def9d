// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

/// Everything of the replay component.
#include <daybook/replay/as_of.hpp>
#include <daybook/replay/golden.hpp>
#include <daybook/replay/rules.hpp>
#include <daybook/replay/validate.hpp>
