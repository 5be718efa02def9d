// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "commands/verify_times.hpp"

#include <daybook/compliance/ledger_times.hpp>

#include "cli/anchor_choices.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace daybook::cli {
namespace {

using compliance::verdict;

/// What anchors gave; nothing if nothing is kept.
result<std::vector<compliance::anchor_evidence>> kept_evidence(const chosen_anchors& known,
                                                               const std::string& origin) {
    if (known.folder == nullptr) return std::vector<compliance::anchor_evidence>{};
    auto all = known.folder->of(origin);
    if (!all && all.error().code == errc::not_found) {
        return std::vector<compliance::anchor_evidence>{};
    }
    return all;
}

}  // namespace

result<void> verify_times(invocation& call, opened_store& log, compliance::verification& all) {
    const auto limits = time_limits_of(call.given);
    if (!limits) return limits.error();
    auto known = anchors();
    if (!known) return known.error();
    const auto trust = time_trust_of(call.given, std::move(known->trust));
    if (!trust) return trust.error();
    if (all.what() != verdict::verified && all.what() != verdict::unverifiable) return {};
    const auto evidence = kept_evidence(*known, all.origin);
    if (!evidence) return evidence.error();
    if (evidence->empty() && !limits->max_age) return {};
    progress_bar bar{call.at, "times"};
    auto times =
        compliance::verify_times(*log, *log.ledger(),
                                 {.evidence = *evidence,
                                  .trust = *trust,
                                  .limits = *limits,
                                  .progress = [&](std::uint64_t done, std::uint64_t total) {
                                      bar.update(done, total, grouped(done) + " events");
                                  }});
    if (!times) return times.error();
    if (times->anchored_to) {
        all.anchored_to = std::max(all.anchored_to.value_or(position{}), *times->anchored_to);
    }
    std::move(times->findings.begin(), times->findings.end(), std::back_inserter(all.findings));
    return {};
}

}  // namespace daybook::cli
