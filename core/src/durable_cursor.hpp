// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// A name and its cursor, held by one.

#include "name_claims.hpp"
#include "subscription_impl.hpp"
#include "subscription_rows.hpp"

namespace daybook {

/// Thread safe.
class durable_cursor {
public:
    /// Takes `name` and reads its cursor, or writes the first one. As `durable_subscription::open`.
    static result<durable_cursor> open(store& log, std::string_view name,
                                       subscription_rows::holder of,
                                       const subscription_options& wanted, bool create_if_missing);

    const std::string& name() const noexcept { return name_; }
    keyspace& rows() noexcept { return rows_; }
    const keyspace& rows() const noexcept { return rows_; }
    engine& of() const noexcept { return *engine_; }
    position next() const noexcept { return {next_->load(std::memory_order_acquire)}; }
    std::uint64_t lag() const noexcept;

    /// Adds the cursor at `next` to `batch` and writes it.
    result<void> move_to(position next, keyspace_batch& batch);

private:
    durable_cursor(engine& e, keyspace rows, name_claims::claim claimed, std::string name)
        : engine_{&e}, rows_{std::move(rows)}, claim_{std::move(claimed)}, name_{std::move(name)} {}

    engine* engine_;
    keyspace rows_;
    name_claims::claim claim_;
    std::string name_;
    subscription_rows::cursor row_;
    std::unique_ptr<std::atomic<std::uint64_t>> next_ =
        std::make_unique<std::atomic<std::uint64_t>>(0);
};

}  // namespace daybook
