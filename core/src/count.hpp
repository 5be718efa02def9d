// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Counting matches by group: from the postings where these decide, else by reading the matches.

#include "engine.hpp"
#include "planner.hpp"

namespace daybook {

result<std::vector<group_count>> count_matches(engine& e, std::shared_ptr<const compiled_query> q,
                                               const grouping& by);

}  // namespace daybook
