// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace daybook::projections {

/// The digest of `view_digest`, row by row in byte order of keys.
class row_digest {
public:
    row_digest();
    row_digest(const row_digest&) = delete;
    row_digest& operator=(const row_digest&) = delete;
    ~row_digest();

    void add(std::string_view key, std::string_view row);

    std::uint64_t rows() const noexcept { return rows_; }
    std::string hex() const;

private:
    void add_piece(std::string_view piece);

    struct impl;
    std::unique_ptr<impl> impl_;
    std::string length_;
    std::uint64_t rows_ = 0;
};

}  // namespace daybook::projections
