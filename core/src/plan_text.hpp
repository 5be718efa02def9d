// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What a query asks and how it is answered, for people.

#include "sources.hpp"

#include <string>

namespace daybook {

/// How `walk` has been answered so far. Requires: `engine::index_mutex` is held.
query_plan plan_of(const query_walk& walk, const term_rules& rules);

/// One line: "type=A postings 12, the rest read and check 12; 1 of 3 segments, 12 candidates, ...".
std::string to_text(const query_plan& plan);

/// One line: "types=A|B tags=phase:CODE where /n=3". Cut where it gets long.
std::string to_text(const query& q);

}  // namespace daybook
