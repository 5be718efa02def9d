// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "ledger_writer.hpp"

#include <daybook/compliance/checkpoint.hpp>
#include <daybook/compliance/statement.hpp>

#include <utility>

namespace daybook::compliance {

// Tips ------------------------------------------------------------------------------------------

const stream_tip* recent_tips::find(std::string_view stream) {
    if (const auto known = young_.find(stream); known != young_.end()) return &known->second;
    const auto known = old_.find(stream);
    return known == old_.end() ? nullptr : &known->second;
}

void recent_tips::put(std::string_view stream, const stream_tip& tip) {
    if (const auto known = young_.find(stream); known != young_.end()) {
        known->second = tip;
        return;
    }
    if (young_.size() >= tips_max) {
        old_ = std::move(young_);
        young_.clear();
    }
    young_.emplace(stream, tip);
}

void recent_tips::clear() {
    young_.clear();
    old_.clear();
}

// Taking part -----------------------------------------------------------------------------------

result<void> ledger_writer::begin(position next) {
    if (tree_.size() != next.value) {
        return fail(errc::corrupt, "the ledger of " + origin_ + " has " +
                                       std::to_string(tree_.size()) + " leaves, the log " +
                                       std::to_string(next.value) + " events");
    }
    settled_ = next.value;
    return {};
}

/// Where the event before in the stream is, and its leaf; nothing for a first event.
result<std::optional<stream_tip>> ledger_writer::tip_before(const event_view& event) {
    if (event.sequence().value <= 1) return std::optional<stream_tip>{};
    const auto staged = staged_tips_.find(event.stream());
    if (staged != staged_tips_.end()) return std::optional{staged->second};
    if (const auto* known = tips_.find(event.stream())) return std::optional{*known};
    auto stored = log_.read_stream(
        event.stream(),
        {.direction = direction::backwards, .from = event.sequence().value - 1, .limit = 1});
    if (!stored) return stored.error();
    const auto there = stored->next();
    if (!there) return there.error();
    if (!*there || (**stored).sequence().value + 1 != event.sequence().value) {
        return fail(errc::corrupt, "the ledger of " + origin_ + " misses the event before " +
                                       std::string{event.stream()} + " " +
                                       std::to_string(event.sequence().value));
    }
    const auto at = (**stored).position();
    const auto leaf = tree_.leaf(at);
    if (!leaf) return leaf.error();
    return std::optional{stream_tip{at, leaf->leaf}};
}

result<void> ledger_writer::stage(const event_view& event) {
    const auto tip = tip_before(event);
    if (!tip) return tip.error();
    text_.clear();
    append_statement(text_, origin_, event, *tip ? &(*tip)->leaf : nullptr);
    if (text_.size() > statement_bytes_max) {
        return fail(errc::too_large, "the statement of " + std::string{event.stream()} + " " +
                                         std::to_string(event.sequence().value) + " has " +
                                         std::to_string(text_.size()) + " bytes; the limit is " +
                                         std::to_string(statement_bytes_max) +
                                         ": use fewer or shorter tags");
    }
    const auto leaf = leaf_hash(text_);
    const auto link = *tip ? event.position().value - (*tip)->at.value : 0;
    staged_.push_back({leaf, link});
    remember(event, leaf);
    return {};
}

void ledger_writer::remember(const event_view& event, const digest& leaf) {
    const stream_tip tip{event.position(), leaf};
    auto known = staged_tips_.find(event.stream());
    if (known == staged_tips_.end()) {
        known = staged_tips_.emplace(event.stream(), tip).first;
        changes_.push_back({&*known, std::nullopt});
    } else {
        changes_.push_back({&*known, std::exchange(known->second, tip)});
    }
}

result<void> ledger_writer::take(std::span<const event_view> events, keyspace_batch&) {
    if (std::exchange(lost_, false)) {
        // The store takes writes again after a full disk: what it has now is what counts.
        staged_.clear();
        staged_tips_.clear();
        tips_.clear();
        if (auto ok = tree_.load(); !ok) return ok;
        settled_ = tree_.size();
    }
    if (staged_.empty()) first_ = tree_.size();
    taken_at_ = staged_.size();
    changes_.clear();
    if (events.front().position().value != first_ + staged_.size()) {
        return fail(errc::corrupt, "the ledger of " + origin_ + " has " +
                                       std::to_string(first_ + staged_.size()) +
                                       " leaves, the next event has position " +
                                       std::to_string(events.front().position().value));
    }
    for (const auto& event : events) {
        if (auto ok = stage(event); !ok) {
            undo();
            return ok;
        }
    }
    return {};
}

void ledger_writer::undo() noexcept {
    staged_.resize(taken_at_);
    for (; !changes_.empty(); changes_.pop_back()) {
        const auto& last = changes_.back();
        if (last.before) {
            last.tip->second = *last.before;
        } else {
            staged_tips_.erase(staged_tips_.find(last.tip->first));
        }
    }
}

result<void> ledger_writer::finish(keyspace_batch& writes) {
    tree_.append(staged_, writes);
    lost_ = true;  // Until it is settled.
    const auto note = sign_head(tree_, origin_, *key_);
    if (!note) return note.error();
    writes.put(ledger_rows::checkpoint_key((tree_.size() - 1) / tile_width), *note);
    return {};
}

void ledger_writer::settle(bool stored) noexcept {
    lost_ = !stored;
    if (stored) {
        for (const auto& [stream, tip] : staged_tips_) tips_.put(stream, tip);
        settled_.store(tree_.size(), std::memory_order_release);
    }
    staged_.clear();
    staged_tips_.clear();
    changes_.clear();
}

result<std::string> sign_head(const ledger_tree& tree, const std::string& origin,
                              const signer& key) {
    const auto head = tree.head();
    return sign_checkpoint({.origin = origin, .size = head.size, .root = head.root}, key);
}

}  // namespace daybook::compliance
