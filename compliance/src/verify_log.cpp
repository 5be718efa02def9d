// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/verify_log.hpp>

#include "deletion_check.hpp"

#include <algorithm>
#include <iterator>

namespace daybook::compliance {
result<log_verification> verify_log(const store& log, const ledger& book,
                                    const verify_options& options) {
    auto verified = book.verify(options);
    if (!verified) return verified.error();
    log_verification made{.all = *std::move(verified), .deleted = {}};
    auto& findings = made.all.findings;
    const auto known = retention_history::read(log);
    if (!known) {
        if (known.error().code != errc::corrupt) return known.error();
        findings.push_back({verdict::tampered, "format", {}, known.error().message});
    } else {
        auto missing =
            check_deletions(log, *known, {.from = made.all.from, .to = made.all.to, .book = &book});
        if (!missing) return missing.error();
        std::move(missing->findings.begin(), missing->findings.end(), std::back_inserter(findings));
        made.deleted = std::move(missing->lawful);
    }
    std::stable_sort(findings.begin(), findings.end(),
                     [](const finding& a, const finding& b) { return a.at < b.at; });
    return made;
}

}  // namespace daybook::compliance
