// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Whether an event is the one that was signed.

#include <daybook/compliance/verdict.hpp>
#include <daybook/event.hpp>
#include <daybook/result.hpp>

#include "ledger_tree.hpp"

#include <memory>
#include <optional>
#include <string>

namespace daybook::compliance {

finding tampered(std::string kind, std::optional<position> at, std::string message);

/// For one thread, and for events in any order.
class leaf_check {
public:
    leaf_check(std::shared_ptr<const ledger_tree> tree, const std::string& origin)
        : leaves_{std::move(tree)}, origin_{origin} {}

    /// What is wrong with `event`, or nothing: "tile" if its leaf cannot be believed, "event" if it
    /// is not what was signed.
    std::optional<finding> look(const event_view& event);
    /// Of the event that was looked at last: how many positions before it the one before in its
    /// stream is, or 0.
    std::uint64_t link() const noexcept { return link_; }
    /// Its leaf, as the tree has it.
    const digest& leaf() const noexcept { return leaf_; }

    /// The statement of `event` as it is stored, with the leaf before in its stream as the tree has
    /// it; valid until the next call. Fails as `ledger_tree::leaf`.
    result<const std::string*> statement(const event_view& event);

private:
    result<const std::string*> statement(const event_view& event, std::uint64_t link);

    leaf_cursor leaves_;
    const std::string& origin_;
    std::uint64_t link_ = 0;
    digest leaf_;
    std::string text_;
};

}  // namespace daybook::compliance
