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
    if (tree_->size() != next.value) {
        return fail(errc::corrupt, "the ledger of " + signed_->origin() + " has " +
                                       std::to_string(tree_->size()) + " leaves, the log " +
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
        return fail(errc::corrupt, "the ledger of " + signed_->origin() +
                                       " misses the event before " + std::string{event.stream()} +
                                       " " + std::to_string(event.sequence().value));
    }
    const auto at = (**stored).position();
    const auto leaf = tree_->leaf(at);
    if (!leaf) return leaf.error();
    return std::optional{stream_tip{at, leaf->leaf}};
}

result<void> ledger_writer::stage(const event_view& event) {
    const auto tip = tip_before(event);
    if (!tip) return tip.error();
    text_.clear();
    append_statement(text_, signed_->origin(), event, *tip ? &(*tip)->leaf : nullptr);
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

/// The store takes writes again after a full disk: what it has now is what counts.
result<void> ledger_writer::load_again() {
    staged_.clear();
    staged_tips_.clear();
    staged_keys_.reset();
    staged_about_keys_.clear();
    tips_.clear();
    if (auto ok = signed_->start_again(); !ok) {
        lost_ = true;
        return ok;
    }
    tree_ = signed_->tree();
    settled_ = tree_->size();
    return {};
}

// Keys ------------------------------------------------------------------------------------------

bool is_key_of(const signer& key, const verifier_key& known) noexcept {
    return key.public_key() == known.key().bytes();
}

void ledger_writer::offer(std::shared_ptr<const signer> key) {
    const std::lock_guard lock{signers_mutex_};
    signers_.push_back(std::move(key));
}

void ledger_writer::withdraw(const signer& key) {
    const std::lock_guard lock{signers_mutex_};
    std::erase_if(signers_, [&](const auto& one) { return one.get() == &key; });
}

std::shared_ptr<const signer> ledger_writer::key() const {
    const std::lock_guard lock{signers_mutex_};
    return signers_.front();
}

std::shared_ptr<const signer> ledger_writer::signer_at(const key_history& keys, position at) const {
    const auto valid = keys.valid_at(key_purpose::log, at);
    const std::lock_guard lock{signers_mutex_};
    for (const auto& one : signers_) {
        for (const auto& key : valid) {
            if (is_key_of(*one, key)) return one;
        }
    }
    return nullptr;
}

/// Refuses what would leave a log that nobody here can sign any more.
result<void> ledger_writer::follow_keys(const event_view& event) {
    if (!is_about_keys(event)) return {};
    auto before = staged_keys_ ? staged_keys_ : signed_->now().keys;
    auto after = std::make_shared<key_history>(*before);
    if (auto ok = after->take(event); !ok) return fail(errc::refused, ok.error().message);
    if (!signer_at(*after, event.position())) {
        return fail(errc::refused, std::string{event.type()} +
                                       ": no key that may sign the log from there on is at hand; "
                                       "keys of a log are changed by `daybook keys rotate`");
    }
    if (!keys_before_) keys_before_.emplace(staged_keys_, staged_about_keys_.size());
    staged_keys_ = std::move(after);
    staged_about_keys_.push_back(event.position());
    return {};
}

// Commits ---------------------------------------------------------------------------------------

result<void> ledger_writer::take(std::span<const event_view> events, keyspace_batch&) {
    if (std::exchange(lost_, false)) {
        if (auto ok = load_again(); !ok) return ok;
    }
    if (staged_.empty()) first_ = tree_->size();
    taken_at_ = staged_.size();
    changes_.clear();
    keys_before_.reset();
    if (events.front().position().value != first_ + staged_.size()) {
        return fail(errc::corrupt, "the ledger of " + signed_->origin() + " has " +
                                       std::to_string(first_ + staged_.size()) +
                                       " leaves, the next event has position " +
                                       std::to_string(events.front().position().value));
    }
    for (const auto& event : events) {
        auto ok = stage(event);
        if (ok) ok = follow_keys(event);
        if (!ok) {
            undo();
            return ok;
        }
    }
    return {};
}

void ledger_writer::undo() noexcept {
    staged_.resize(taken_at_);
    if (keys_before_) {
        staged_keys_ = std::move(keys_before_->first);
        staged_about_keys_.resize(keys_before_->second);
        keys_before_.reset();
    }
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
    tree_->append(staged_, writes);
    lost_ = true;  // Until it is settled.
    auto key = this->key();
    if (staged_keys_) {
        key = signer_at(*staged_keys_, {tree_->size() - 1});
        if (!key) return fail(errc::refused, "the key that was to sign is no longer at hand");
        for (const auto at : staged_about_keys_) writes.put(ledger_rows::about_keys_key(at), {});
    }
    const auto note = sign_head(*tree_, signed_->origin(), *key);
    if (!note) return note.error();
    writes.put(ledger_rows::checkpoint_key((tree_->size() - 1) / tile_width), *note);
    return {};
}

void ledger_writer::settle(bool stored) noexcept {
    lost_ = !stored;
    if (stored) {
        for (const auto& [stream, tip] : staged_tips_) tips_.put(stream, tip);
        if (staged_keys_) {
            const auto now = signer_at(*staged_keys_, {tree_->size() - 1});
            signed_->believe(staged_keys_);
            const std::lock_guard lock{signers_mutex_};
            std::erase_if(signers_, [&](const auto& one) { return one != now; });
        }
        settled_.store(tree_->size(), std::memory_order_release);
    }
    staged_.clear();
    staged_tips_.clear();
    changes_.clear();
    staged_keys_.reset();
    staged_about_keys_.clear();
    keys_before_.reset();
}

result<std::string> sign_head(const ledger_tree& tree, const std::string& origin,
                              const signer& key) {
    const auto head = tree.head();
    return sign_checkpoint({.origin = origin, .size = head.size, .root = head.root}, key);
}

}  // namespace daybook::compliance
