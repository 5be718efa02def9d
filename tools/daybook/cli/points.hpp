// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/as_of.hpp>
#include <daybook/replay/as_of.hpp>

#include "cli/command.hpp"

#include <string>
#include <string_view>
#include <vector>

// How points of the past are given on the command line. All fail with `invalid_argument` and name
// the option; whether the log has the point is for what takes it to say.
namespace daybook::cli {

/// `own` and, after them, --at, --recorded-at, --sequence and --position, of which one may be
/// given.
std::vector<option> with_point(std::vector<option> own);

/// Whether one of these options is there.
bool has_point(const arguments& given);

/// The point that they name; now, if there is none of them.
result<replay::point> point_of(const arguments& given);

/// A point as one word: "start", "now", a position of the log, "sequence:N", a time by which it had
/// occurred (see `parse_time`), or "recorded:TIME".
result<replay::point> parse_point(std::string_view option, const std::string& text);

/// A point at which a view may have stood: a position of the log, or a time by which events had
/// been recorded.
result<projections::as_of> parse_moment(std::string_view option, const std::string& text);

inline constexpr std::string_view point_help =
    "A POINT is a position of the log (41), sequence:N of the stream, a time by which events had "
    "occurred (RFC 3339, a date, or an age such as 2h), recorded:TIME, start, or now.";

}  // namespace daybook::cli
