// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace daybook::projections {

/// The right to write one view of one store, held by at most one runner of this process. Other
/// processes are kept out by the store's own lock.
class claim {
public:
    /// Nothing if somebody else in this process has it.
    static std::optional<claim> take(const store& log, std::string_view keyspace_name);

    claim(claim&& other) noexcept : held_{std::exchange(other.held_, {})} {}
    claim& operator=(claim&& other) noexcept;
    ~claim() { release(); }

    /// The view's name among all stores of this process.
    const std::string& name() const noexcept { return held_; }
    static std::string name_of(const store& log, std::string_view keyspace_name);

private:
    explicit claim(std::string held) : held_{std::move(held)} {}
    void release() noexcept;

    std::string held_;  ///< Empty: nothing is held.
};

}  // namespace daybook::projections
