// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/any_projection.hpp>
#include <daybook/projections/row_reader.hpp>

namespace daybook::projections::detail {

/// `row_reader::scan_by` of rows without entries for their secondary keys: looks at every row.
inline result<void> scan_for(const row_reader& rows, const any_projection& of,
                             std::string_view index, std::string_view value,
                             const row_visitor& visit) {
    if (auto ok = check_secondary_keys(of); !ok) return ok;
    std::optional<error> failed;
    auto scanned = rows.scan({}, [&](std::string_view key, std::string_view row) {
        const auto has = has_secondary_key(of, row, index, value);
        if (!has) failed = has.error();
        return has && (!*has || visit(key, row));
    });
    if (failed) return *std::move(failed);
    return scanned;
}

}  // namespace daybook::projections::detail
