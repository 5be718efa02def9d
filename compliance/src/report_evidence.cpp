// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/report_evidence.hpp>

#include "hex.hpp"

#include <utility>

namespace daybook::compliance {
namespace {

std::string state_of(const known_key& key) {
    if (key.revoked) return "revoked: " + std::string{to_string(*key.revoked)};
    return key.to ? "rotated" : "in use";
}

report_key told(const known_key& known) {
    const auto& key = known.key;
    return {.name = key.name(),
            .id = to_hex(key.id()),
            .algorithm = std::string{to_string(key.type())},
            .key = key.text(),
            .valid_from = known.from,
            .valid_to = known.to,
            .state = state_of(known)};
}

}  // namespace

result<report_evidence> evidence_of(const ledger& from, std::optional<verification> checked) {
    report_evidence evidence{.is_signed = true, .checked = std::move(checked)};
    evidence.origin = from.origin();
    auto checkpoint = from.newest_checkpoint();
    if (checkpoint) {
        evidence.checkpoint = *std::move(checkpoint);
    } else if (checkpoint.error().code != errc::not_found) {
        return checkpoint.error();
    }
    const auto keys = from.keys();
    for (const auto& key : keys.keys()) evidence.keys.push_back(told(key));
    evidence.leaf_of = [&from](position at) -> result<std::optional<digest>> {
        if (at.value >= from.size()) return std::optional<digest>{};
        const auto leaf = from.leaf(at);
        if (!leaf) return leaf.error();
        return std::optional{*leaf};
    };
    return evidence;
}

}  // namespace daybook::compliance
