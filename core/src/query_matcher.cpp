// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/query_matcher.hpp>

#include "predicate.hpp"

namespace daybook {

struct query_matcher::ready_query {
    std::vector<criteria> any_of;
    compiled_conditions where;
};

query_matcher::query_matcher() : query_matcher{query{}} {}

query_matcher::query_matcher(const query& q)
    : ready_{std::make_shared<const ready_query>(
          ready_query{q.any_of, compiled_conditions{q.where}})} {}

bool query_matcher::matches(event_view event) const {
    return any_criteria_match(ready_->any_of, event) &&
           (ready_->where.empty() || ready_->where.match(event));
}

}  // namespace daybook
