// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/ledger.hpp>
#include <daybook/compliance/retention.hpp>
#include <daybook/compliance/verdict.hpp>
#include <daybook/result.hpp>

#include <vector>

namespace daybook::compliance {

/// What is there, and what is not.
struct log_verification {
    verification all{};
    std::vector<lawful_deletion> deleted{};  ///< By policy, the oldest first.
};

/// `ledger::verify`, and whether what is missing was deleted lawfully. A deleted payload leaves its
/// event as it was signed, so the ledger alone cannot tell a lawful deletion from another: that is
/// judged by the policy that was in force, the approval, and the holds of that time, all of which
/// are signed events too (see `check_retention`). A lawful deletion is no finding; any other is a
/// "hole", `tampered`. An archive that is not attached is one finding, `unverifiable`.
///
///     const auto found = verify_log(log, book).value();
///     if (found.all.what() != verdict::verified) ring_the_bell(found.all.findings);
///
/// Any thread. Cost: reads the log twice. Fails as `ledger::verify` does.
result<log_verification> verify_log(const store& log, const ledger& book,
                                    const verify_options& options = {});

}  // namespace daybook::compliance
