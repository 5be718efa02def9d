// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/metrics.hpp>

#include "committer.hpp"
#include "engine.hpp"

namespace daybook {

store_metrics collect_metrics(engine& e, const committer& commits);

}  // namespace daybook
