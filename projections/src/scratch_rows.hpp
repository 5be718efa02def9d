// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/keyspace.hpp>
#include <daybook/store.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace daybook::projections {

/// A store in a new directory that is removed with it: for rows that do not fit into memory.
class scratch_rows {
public:
    /// In `where`; empty: the system's temporary directory. Fails with `io`.
    static result<scratch_rows> make(std::filesystem::path where);

    scratch_rows(scratch_rows&&) noexcept;
    scratch_rows& operator=(scratch_rows&&) = delete;
    ~scratch_rows();

    /// Written soon, together with others.
    result<void> put(std::string_view key, std::string_view value);
    result<void> flush();
    const keyspace& rows() const noexcept;

private:
    struct impl;
    explicit scratch_rows(std::unique_ptr<impl> made);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook::projections
