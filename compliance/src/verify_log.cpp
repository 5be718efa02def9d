// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/verify_log.hpp>
#include <daybook/limits.hpp>

#include "deletion_check.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace daybook::compliance {
namespace {

/// The segments whose files cannot be read for now.
result<std::set<std::uint64_t>> segments_away(const store& log) {
    const auto all = archived_segments(log);
    if (!all) return all.error();
    std::set<std::uint64_t> away;
    for (const auto& one : *all) {
        if (one.directory.empty()) away.insert(one.segment);
    }
    return away;
}

}  // namespace

result<log_verification> verify_log(const store& log, const ledger& book,
                                    const verify_options& options) {
    auto verified = book.verify(options);
    if (!verified) return verified.error();
    log_verification made{.all = *std::move(verified), .deleted = {}};
    auto& findings = made.all.findings;
    const auto away = segments_away(log);
    if (!away) return away.error();
    // What is in a file elsewhere is no hole. That somebody says so is looked at below.
    std::erase_if(findings, [&](const finding& one) {
        return one.kind == "hole" && one.at &&
               away->count(one.at->value / limits::segment_events) > 0;
    });

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
