// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/query.hpp>

#include <memory>

namespace daybook {

/// A query made ready once, to be asked of many events: says what `query::matches` says, without
/// reading the conditions of `where` anew for each event.
///
///     const query_matcher wanted{q};
///     while (*reader.next()) if (wanted.matches(*reader)) ++found;
///
/// Immutable: any number of threads may ask the same one. Copies share what was made ready.
class query_matcher {
public:
    /// Matches everything.
    query_matcher();
    explicit query_matcher(const query& q);

    /// Decided from the event alone. Cost: the envelope; for each condition of `where`, one pass
    /// over the payload's text, and no more passes once a condition does not hold.
    bool matches(event_view event) const;

private:
    struct ready_query;
    std::shared_ptr<const ready_query> ready_;
};

}  // namespace daybook
