// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/types.hpp>

#include <cstddef>
#include <string_view>

/// What a name may be. Every function fails with `invalid_argument` and a sentence that begins with
/// what was checked and shows what was found, e.g. `stream name "task" has no '-': ...`.
namespace daybook::names {

/// What the tags begin with that say in which replay an event was appended.
inline constexpr std::string_view replay_tag_start = "replay:";

/// 1 to 512 bytes of UTF-8 without control characters; a '-' that is neither first nor last
/// separates category and id.
result<void> check_stream_name(std::string_view name);

/// What comes before the first '-' of a stream's name: not empty, no '-'.
result<void> check_category(std::string_view category);

/// Not empty, at most `limits::type_bytes_max`.
result<void> check_type(std::string_view type);

/// A tag that a caller puts on an event: "key:value" with a key, which must not begin with
/// "daybook." (reserved); the value may be empty.
result<void> check_tag(std::string_view tag);
/// A tag that a query asks for: as above, and the reserved keys too.
result<void> check_tag_filter(std::string_view tag);

/// Any other short text of an event: UTF-8, no control characters, at most `bytes_max`; may be
/// empty. `what` names it: "correlation", "actor id".
result<void> check_text(std::string_view what, std::string_view text, std::size_t bytes_max);

/// `timestamp_min` to `timestamp_max`. `what` names it: "occurred_at".
result<void> check_time(std::string_view what, timestamp time);

/// A JSON Pointer: empty, or parts that each begin with '/'; '~' only as "~0" and "~1".
result<void> check_pointer(std::string_view pointer);

}  // namespace daybook::names
