// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The hash that tells whether bytes of files are still those that were written. It finds damage; it
// keeps nobody from writing other bytes with the same hash.

#include <memory>
#include <string>
#include <string_view>

namespace daybook {

/// XXH3 with 128 bits, of bytes that come piece by piece.
class content_hash {
public:
    content_hash();
    content_hash(content_hash&&) noexcept;
    content_hash& operator=(content_hash&&) noexcept;
    ~content_hash();

    void add(std::string_view bytes);
    /// Of all that was added so far, as 32 hexadecimal digits.
    std::string hex() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace daybook
