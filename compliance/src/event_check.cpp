// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "event_check.hpp"

#include <utility>

namespace daybook::compliance {
namespace {

error bad_event(const std::string& why) {
    return fail(errc::corrupt, "tampered: " + why + "; run `daybook verify`");
}

class event_check final : public read_check {
public:
    event_check(std::shared_ptr<signed_log> signed_side, read_verification reads, bool follows)
        : signed_{std::move(signed_side)}, reads_{reads}, follows_{follows} {}

    result<void> look(std::span<const event_view> events) const override {
        if (reads_ == read_verification::full) return look_fully(events);
        auto tree = signed_->tree();
        if (follows_ && events.back().position().value >= tree->size()) {
            if (auto ok = signed_->refresh(); !ok) return ok;
            tree = signed_->tree();
        }
        leaf_check check{std::move(tree), signed_->origin()};
        for (const auto& event : events) {
            if (const auto found = check.look(event)) return bad_event(found->message);
        }
        return {};
    }

private:
    result<void> look_fully(std::span<const event_view> events) const {
        auto edge = signed_->now();
        const auto head = believed_head(edge);
        if (!head) return bad_event(head.error().message);
        leaf_check check{edge.tree, signed_->origin()};
        for (const auto& event : events) {
            if (const auto found = check.look(event)) return bad_event(found->message);
            if (auto ok = check_path(*edge.tree, *head, check.leaf(), event.position()); !ok) {
                return ok;
            }
        }
        return {};
    }

    /// The newest checkpoint as it is stored now, by a key that may sign it. `edge` is moved on to
    /// what it covers.
    result<verified_checkpoint> believed_head(signed_edge& edge) const {
        const auto note = signed_->newest_note();
        if (!note) return note.error();
        auto head = signed_->verify(*note, *edge.keys);
        const bool behind = follows_ && (!head || head->size() > edge.tree->size());
        if (!behind) return head;
        if (auto ok = signed_->refresh(); !ok) return ok.error();
        edge = signed_->now();
        return signed_->verify(*note, *edge.keys);
    }

    static result<void> check_path(const ledger_tree& tree, const verified_checkpoint& head,
                                   const digest& leaf, position at) {
        const auto path = inclusion_path(at, head.size(), tree.subtrees(head.size()));
        if (path && head.includes(*path, leaf, at)) return {};
        return bad_event("the event at position " + std::to_string(at.value) +
                         " is not under the newest checkpoint, of " + std::to_string(head.size()) +
                         " events");
    }

    const std::shared_ptr<signed_log> signed_;
    const read_verification reads_;
    const bool follows_;
};

}  // namespace

std::string_view to_string(read_verification how) noexcept {
    switch (how) {
        case read_verification::off: return "off";
        case read_verification::hash: return "hash";
        case read_verification::full: return "full";
    }
    return "off";
}

std::shared_ptr<const read_check> make_event_check(std::shared_ptr<signed_log> signed_side,
                                                   read_verification reads, bool follows) {
    return std::make_shared<event_check>(std::move(signed_side), reads, follows);
}

}  // namespace daybook::compliance
