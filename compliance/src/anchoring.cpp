// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "anchoring.hpp"

#include <utility>

namespace daybook::compliance {

anchoring::anchoring(settings chosen)
    : chosen_{std::move(chosen)}, thread_{std::in_place, chosen_.every, [this] {
                                              (void)anchor_now();
                                          }} {}

anchoring::~anchoring() {
    thread_.reset();
    (void)anchor_now();
}

result<position> anchoring::anchor_now() {
    const std::lock_guard one_at_a_time{telling_};
    if (const auto known = anchored(); known && known->value >= chosen_.size()) return *known;
    const auto seen = chosen_.newest();
    auto told = seen ? chosen_.policy.remember(*seen, chosen_.prove) : seen.error();
    const std::lock_guard lock{mutex_};
    if (!told) {
        failure_ = told.error();
        return told.error();
    }
    failure_.reset();
    anchored_ = position{seen->size()};
    return *anchored_;
}

std::optional<position> anchoring::anchored() const {
    const std::lock_guard lock{mutex_};
    return anchored_;
}

std::optional<error> anchoring::failure() const {
    const std::lock_guard lock{mutex_};
    return failure_;
}

}  // namespace daybook::compliance
