// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_report.hpp>
#include <daybook/store.hpp>

#include <boost/describe.hpp>

#include <string>
#include <vector>

/// What regulations ask of records, as ten requirements on a log, and what of it a log can show.
namespace daybook::compliance {

/// One requirement and what this log has for it. The requirements and where they come from are in
/// compliance/docs/report.md.
struct requirement {
    std::string id{};       ///< "R1" to "R10".
    std::string asks{};     ///< What is asked for, in a few words.
    std::string state{};    ///< "met", "partly" or "missing".
    std::string found{};    ///< The evidence: counts, positions, times.
    std::string missing{};  ///< What is not there, and what to do; empty if it is met.
};
BOOST_DESCRIBE_STRUCT(requirement, (), (id, asks, state, found, missing))

/// Looks for the evidence of R1 to R10, in this order. Says what is in the store, not what somebody
/// promises: what is not recorded is missing.
///
/// Any thread. Cost: a count by actor, and one reading of the audit trail. Fails with `corrupt` or
/// `io` as reading does.
result<std::vector<requirement>> check_requirements(const store& log,
                                                    const report_evidence& evidence = {});

}  // namespace daybook::compliance
