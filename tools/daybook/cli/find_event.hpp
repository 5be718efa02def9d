// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>
#include <daybook/store.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace daybook::cli {

/// A place in a stream, as text: STREAM#SEQUENCE.
struct stream_place {
    std::string stream;
    daybook::sequence sequence;
};

/// How an event is named on the command line.
using event_name = std::variant<event_id, position, stream_place>;

inline constexpr std::string_view event_name_help =
    "An event's id, its position, or its place in a stream: STREAM#SEQUENCE.";

/// Fails with `invalid_argument`.
result<event_name> parse_event_name(std::string_view text);

/// Fails with `not_found`.
result<event> find_event(const store& log, const event_name& name);

}  // namespace daybook::cli
