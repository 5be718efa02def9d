// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/result.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::formats {

/// How one event is written on one line. tools/formats/README.md says what becomes what.
enum class line_format {
    orchestration,  ///< The JSONL of agent orchestrators: event_id, issue_key, metadata, ...
    cloudevents,    ///< CloudEvents 1.0, JSON, one per line.
    native          ///< `daybook::to_json`.
};

/// "orchestration", "cloudevents" or "native".
std::string_view to_string(line_format format) noexcept;

/// The format of that name. Fails with `invalid_argument` and lists the names.
result<line_format> parse_line_format(std::string_view name);

/// A line, understood.
struct parsed_line {
    std::string stream;
    new_event event;             ///< With its id; without a time only if the line has none.
    std::optional<sequence> at;  ///< The place in the stream that the line claims.
};

/// Why a line could not be read.
struct bad_line {
    std::size_t column = 1;  ///< In bytes, from 1.
    std::string reason;
};

using line_result = boost::system::result<parsed_line, bad_line>;

/// Reads one line without its newline. Checks everything that the store would refuse.
/// Cost: one pass over the bytes, no tree. Thread safe.
line_result parse_line(line_format format, std::string_view line);

/// When the event on this line happened; nothing if the line does not say.
/// Looks at top-level members only; cheaper than `parse_line`, and checks less.
std::optional<timestamp> time_of_line(line_format format, std::string_view line);

struct render_options {
    /// CloudEvents `source` of events that were not imported with one: an absolute URI. An export
    /// takes "urn:uuid:" and the store's id if it is empty.
    std::string source;
};

/// Appends the line of `event` to `to`, without a newline. What `parse_line` has read from a line
/// of the same format gives that line again: byte for byte in `orchestration`, attribute for
/// attribute and payload byte for payload byte in `cloudevents`.
void append_line(std::string& to, line_format format, event_view event,
                 const render_options& options = {});

/// The id of an event that is known by some other text (a ULID, a number): UUID version 5 of
/// `scope`, a newline and `text`, or of `text` alone if there is no scope. In `orchestration`
/// there is no scope, in `cloudevents` it is the source. The namespace is fixed:
/// d20eee14-ddf8-510a-a65f-cc9d8302a5ad.
event_id id_of_text(std::string_view text, std::string_view scope = {});

}  // namespace daybook::formats
