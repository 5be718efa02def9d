// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "leaf_check.hpp"

#include <daybook/compliance/statement.hpp>

#include <utility>

namespace daybook::compliance {
namespace {

std::string place_of(const event_view& event) {
    return "the event at position " + std::to_string(event.position().value) + " (" +
           std::string{event.stream()} + " " + std::to_string(event.sequence().value) + ", " +
           std::string{event.type()} + ")";
}

}  // namespace

finding tampered(std::string kind, std::optional<position> at, std::string message) {
    return {verdict::tampered, std::move(kind), at, std::move(message)};
}

result<const std::string*> leaf_check::statement(const event_view& event, std::uint64_t link) {
    std::optional<digest> previous;
    if (link > event.position().value) return fail(errc::corrupt, "its link points before the log");
    if (link > 0) {
        const auto before = leaves_.at({event.position().value - link});
        if (!before) return before.error();
        previous = before->leaf;
    }
    text_.clear();
    append_statement(text_, origin_, event, previous ? &*previous : nullptr);
    return &text_;
}

result<const std::string*> leaf_check::statement(const event_view& event) {
    const auto signed_leaf = leaves_.at(event.position());
    if (!signed_leaf) return signed_leaf.error();
    return statement(event, signed_leaf->link);
}

std::optional<finding> leaf_check::look(const event_view& event) {
    const auto signed_leaf = leaves_.at(event.position());
    if (!signed_leaf) {
        return tampered("tile", event.position(),
                        place_of(event) + ": its leaf: " + signed_leaf.error().message);
    }
    link_ = signed_leaf->link;
    leaf_ = signed_leaf->leaf;
    const auto text = statement(event, link_);
    if (!text) {
        return tampered("event", event.position(),
                        place_of(event) + " is not what was signed: " + text.error().message);
    }
    if (leaf_hash(**text) == leaf_) return std::nullopt;
    return tampered("event", event.position(), place_of(event) + " is not what was signed");
}

}  // namespace daybook::compliance
