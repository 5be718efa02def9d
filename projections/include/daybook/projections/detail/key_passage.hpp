// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/fold.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace daybook::projections::detail {

/// Which keys a fold is asked to keep up to date, and whether an event may come to one of them.
class key_passage {
public:
    explicit key_passage(const fold_options& options)
        : only_key_{options.only_key}, gate_{options.gate}, share_{options.share} {}

    bool is_in_share(std::string_view key) const { return share_.has(key); }
    bool is_asked_for(std::string_view key) const {
        return share_.has(key) && (!only_key_ || key == *only_key_);
    }

    bool may_pass(std::string_view key, const event_view& event) const {
        return gate_ == nullptr || !gate_->watches() || gate_->admits(key, event);
    }

    /// Calls `use`; if it throws, the gate learns at which key.
    template <class Use>
    auto with_key(std::string_view key, const Use& use) const {
        try {
            return use();
        } catch (...) {
            if (gate_ != nullptr) gate_->threw_at(key);
            throw;
        }
    }

private:
    std::optional<std::string> only_key_;
    key_gate* gate_;
    key_share share_;
};

}  // namespace daybook::projections::detail
