// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace daybook::compliance {

/// A place in payloads that a schema marks.
struct schema_mark {
    std::string at;  ///< A pattern; see `pointer_patterns`. Empty: the whole payload.
    boost::json::value mark;
};

/// Every place where the JSON Schema `text` has the member `mark`, through properties, items,
/// combinations and references within the schema. Where a schema refers to itself, the places are
/// those at any depth. Fails with `invalid_argument`.
result<std::vector<schema_mark>> marks_of(std::string_view text, std::string_view mark);

}  // namespace daybook::compliance
