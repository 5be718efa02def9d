// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace daybook {

/// A JSON scalar with its exact value: whole numbers that 64 bits hold as integers, other numbers
/// as the nearest double, text borrowed. `monostate` stands for arrays and objects.
///
/// Why not boost::json::value: Boost 1.81 rounds a long decimal differently in different places of
/// a document, so that a number would not always be found by its own spelling.
using scalar = std::variant<std::monostate, std::nullptr_t, bool, std::int64_t, std::uint64_t,
                            double, std::string_view>;

/// Reads one value as it is written. Text borrows from `written`, or from `unescaped` if it has
/// escapes. Requires: `written` is sound JSON without space around it.
scalar read_scalar(std::string_view written, std::string& unescaped);

/// How two scalars stand: null, booleans (false first), numbers, and texts (bytewise) among
/// themselves; anything else, and different kinds, are unordered. Numbers compare without rounding,
/// whatever their types.
std::partial_ordering compare_scalars(const scalar& a, const scalar& b) noexcept;

/// What a condition's text stands for: a JSON scalar, or the text itself. Borrows as `read_scalar`.
scalar condition_value(std::string_view text, std::string& unescaped);

}  // namespace daybook
