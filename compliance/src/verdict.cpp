// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/verdict.hpp>

#include <algorithm>
#include <array>

namespace daybook::compliance {

std::string_view to_string(verdict what) noexcept {
    switch (what) {
        case verdict::verified: return "verified";
        case verdict::tampered: return "tampered";
        case verdict::rolled_back: return "rolled back";
        case verdict::unverifiable: return "unverifiable";
        case verdict::malformed: return "malformed";
    }
    return "unverifiable";
}

verdict verification::what() const noexcept {
    static constexpr std::array gravest_first{verdict::tampered, verdict::rolled_back,
                                              verdict::malformed, verdict::unverifiable};
    for (const auto grave : gravest_first) {
        if (std::any_of(findings.begin(), findings.end(),
                        [&](const finding& one) { return one.what == grave; })) {
            return grave;
        }
    }
    return verdict::verified;
}

}  // namespace daybook::compliance
