// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/ledger.hpp>

#include "ledger_impl.hpp"

#include <utility>

namespace daybook::compliance {

ledger::ledger(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
ledger::ledger(ledger&&) noexcept = default;
ledger& ledger::operator=(ledger&&) noexcept = default;
ledger::~ledger() = default;

const std::string& ledger::origin() const noexcept { return impl_->signed_side->origin(); }
const verification& ledger::opened() const noexcept { return impl_->opened; }

std::uint64_t ledger::size() const {
    return impl_->writer ? impl_->writer->settled() : impl_->signed_side->tree()->size();
}

result<std::string> ledger::newest_checkpoint() const { return impl_->signed_side->newest_note(); }

result<std::vector<std::string>> ledger::checkpoints() const {
    std::vector<std::string> all;
    auto scanned = impl_->signed_side->rows.scan(ledger_rows::checkpoints_start, {},
                                                 [&](std::string_view, std::string_view value) {
                                                     all.emplace_back(value);
                                                     return true;
                                                 });
    if (!scanned) return scanned.error();
    return all;
}

result<digest> ledger::leaf(position at) const {
    const auto found = impl_->signed_side->tree()->leaf(at);
    if (!found) return found.error();
    return found->leaf;
}

result<digest> ledger::computed_leaf(const event_view& event) const {
    const auto& side = *impl_->signed_side;
    leaf_check check{side.tree(), side.origin()};
    const auto text = check.statement(event);
    if (!text) return text.error();
    return leaf_hash(**text);
}

result<std::string> ledger::statement(position at) const {
    auto events = impl_->log.read_all({.from = at.value, .limit = 1, .unchecked = true});
    if (!events) return events.error();
    const auto there = events->next();
    if (!there) return there.error();
    if (!*there) return fail(errc::not_found, "no event at position " + std::to_string(at.value));
    const auto& side = *impl_->signed_side;
    leaf_check check{side.tree(), side.origin()};
    const auto text = check.statement(**events);
    if (!text) return text.error();
    return **text;
}

result<position> ledger::anchor_now() {
    if (!impl_->anchors) {
        return fail(errc::refused, "the log " + origin() + " has no anchors here to be told");
    }
    return impl_->anchors->anchor_now();
}

std::optional<error> ledger::anchor_failure() const {
    return impl_->anchors ? impl_->anchors->failure() : std::nullopt;
}

key_history ledger::keys() const { return *impl_->signed_side->now().keys; }

result<append_receipt> ledger::rotate_key(std::shared_ptr<const signer> next, const actor& who) {
    auto* const writer = impl_->writer.get();
    if (writer == nullptr)
        return fail(errc::refused, "rotate the key: the log cannot be signed here");
    const auto old_key = writer->key();
    auto rotated = key_rotated({.name = origin(), .old_key = *old_key, .new_key = *next});
    if (!rotated) return rotated.error();
    rotated->actor = who;
    writer->offer(next);
    auto done = impl_->log.append(compliance_stream, expected::any(), {*std::move(rotated)},
                                  durability::synced);
    if (!done) writer->withdraw(*next);
    return done;
}

result<append_receipt> ledger::revoke_key(const verifier_key& key, revocation_reason reason,
                                          position from, const actor& who) {
    if (impl_->writer == nullptr) {
        return fail(errc::refused, "revoke a key: the log cannot be signed here");
    }
    auto revoked = key_revoked(key, reason, from);
    revoked.actor = who;
    return impl_->log.append(compliance_stream, expected::any(), {std::move(revoked)},
                             durability::synced);
}

result<digest> ledger::root(std::uint64_t size) const {
    return tree_root(size, impl_->signed_side->tree()->subtrees(size));
}

result<proof_path> ledger::inclusion(position at, std::uint64_t size) const {
    return inclusion_path(at, size, impl_->signed_side->tree()->subtrees(size));
}

result<proof_path> ledger::consistency(const tree_sizes& sizes) const {
    return consistency_path(sizes, impl_->signed_side->tree()->subtrees(sizes.newer));
}

}  // namespace daybook::compliance
