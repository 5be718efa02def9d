// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "event_check.hpp"

#include <utility>

namespace daybook::compliance {
namespace {

class event_check final : public read_check {
public:
    event_check(std::shared_ptr<signed_log> signed_side, bool follows)
        : signed_{std::move(signed_side)}, follows_{follows} {}

    result<void> look(std::span<const event_view> events) const override {
        auto tree = signed_->tree();
        if (follows_ && events.back().position().value >= tree->size()) {
            if (auto ok = signed_->refresh(); !ok) return ok;
            tree = signed_->tree();
        }
        leaf_check check{std::move(tree), signed_->origin()};
        for (const auto& event : events) {
            if (const auto found = check.look(event)) {
                return fail(errc::corrupt,
                            "tampered: " + found->message + "; run `daybook verify`");
            }
        }
        return {};
    }

private:
    const std::shared_ptr<signed_log> signed_;
    const bool follows_;
};

}  // namespace

std::shared_ptr<const read_check> make_event_check(std::shared_ptr<signed_log> signed_side,
                                                   bool follows) {
    return std::make_shared<event_check>(std::move(signed_side), follows);
}

}  // namespace daybook::compliance
