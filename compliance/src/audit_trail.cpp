// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/audit_trail.hpp>

#include <algorithm>

namespace daybook::compliance {

verification_done action_of(const verification& checked, std::string trigger) {
    verification_done done{.verdict = std::string{to_string(checked.what())},
                           .trigger = std::move(trigger),
                           .from = checked.from,
                           .to = checked.to,
                           .findings = checked.findings.size(),
                           .signed_to = checked.signed_to,
                           .anchored_to = checked.anchored_to};
    for (const auto& one : checked.findings) {
        if (one.at) done.first_bad = std::min(done.first_bad.value_or(*one.at), *one.at);
    }
    return done;
}

}  // namespace daybook::compliance
