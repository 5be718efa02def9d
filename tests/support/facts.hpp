// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/query.hpp>
#include <daybook/reader.hpp>
#include <daybook/store.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::test {

/// What a test knows that must be stored: an event as it was handed in, and its place.
struct expected_event {
    std::string stream;
    std::uint64_t position = 0;
    std::uint64_t sequence = 0;
    new_event event;
};

/// Every field of a stored event as text, one per line: equal exactly if the events are.
std::string facts(event_view e);

/// How `stored` differs from `wanted`; empty if it does not. An id or time that the caller left
/// open may be anything.
std::string difference(event_view stored, const expected_event& wanted);

/// All that a reader gives. Throws `daybook::exception` if reading fails.
std::vector<event> read_everything(result<event_reader> reader);
/// The same, positions alone; far less memory.
std::vector<std::uint64_t> positions_of(result<event_reader> reader);
std::vector<std::uint64_t> positions_of(const std::vector<event>& events);
std::vector<std::uint64_t> sequences_of(const std::vector<event>& events);
std::vector<std::string> types_of(const std::vector<event>& events);

/// A query as one line, for failure messages.
std::string describe(const query& q);
std::string describe(const grouping& by);
std::string describe(const read_options& options);

}  // namespace daybook::test
