// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What a page hands out to go on with: opaque text that only fits its own query, direction and
// store.

#include <daybook/reader.hpp>

#include "engine.hpp"

namespace daybook {

struct page_cursor {
    position next;  ///< Where the next page starts, in its direction.

    /// URL-safe base64 without padding of: version, direction, position, and a fingerprint of
    /// store, query and direction.
    std::string encode(const engine& e, const query& q, direction dir) const;
    /// Fails with `invalid_argument`.
    static result<page_cursor> decode(const engine& e, const query& q, direction dir,
                                      std::string_view text);
};

}  // namespace daybook
