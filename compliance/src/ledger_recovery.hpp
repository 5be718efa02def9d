// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_trail.hpp>
#include <daybook/keyspace.hpp>
#include <daybook/store.hpp>

#include <boost/describe.hpp>

#include <optional>
#include <string>

namespace daybook::compliance {

/// A recovery that was decided, from before the old ledger is given up until the new one records
/// it: what is lost with the rows of the old one is kept here.
struct kept_recovery {
    std::string origin{};  ///< The new one.
    log_recovered what{};
    std::string by_type{};
    std::string by_id{};
    std::string by_model{};

    static result<std::optional<kept_recovery>> read(const keyspace& rows);
    result<void> keep(keyspace& rows) const;
    /// Appends LogRecovered, unless it was, and forgets.
    result<void> record(store& log, keyspace& rows) const;
    /// Why the store has no ledger now.
    std::string unfinished() const;
};
BOOST_DESCRIBE_STRUCT(kept_recovery, (), (origin, what, by_type, by_id, by_model))

}  // namespace daybook::compliance
