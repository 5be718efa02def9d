// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include <string_view>

namespace daybook::projections {

/// Stands between an event and the rows of its keys: what keeps later events from a key whose
/// event was parked. A fold asks it for each key; see `fold_options::gate`.
class key_gate {
public:
    virtual ~key_gate() = default;
    key_gate(const key_gate&) = delete;
    key_gate& operator=(const key_gate&) = delete;

    /// False while `admits` would say yes to everything: it is then not asked, which is what a
    /// view without parked events pays.
    bool watches() const noexcept { return watches_; }

    /// May `event` be applied to the row of `key`? If not, the row stays as it is.
    virtual bool admits(std::string_view key, const event_view& event) = 0;

    /// The projection threw while it had `key`. Called before `fold::apply` returns the error; not
    /// at all if it threw before it had told a key.
    virtual void threw_at(std::string_view key) = 0;

protected:
    key_gate() = default;
    bool watches_ = false;
};

}  // namespace daybook::projections
