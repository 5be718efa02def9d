// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/digest.hpp>
#include <daybook/event.hpp>
#include <daybook/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::compliance {

/// What C2SP tlog-tiles allows for a leaf: the size stands in 16 bits. An append whose statement
/// would be larger is refused with `too_large`; only dozens of long tags make one.
inline constexpr std::size_t statement_bytes_max = 65'535;

/// The statement of an event: one line of JSON that says everything the envelope does, the digests
/// of payload and extensions, and the leaf of the event before in its stream. It is the data of the
/// event's leaf. A function of the stored event alone, so it is never stored.
///
/// The form is that of RFC 8785 for what occurs in it (strings, integers up to 2^53 - 1, arrays and
/// objects of these): members sorted, no spaces. See compliance/docs/statement.md.
struct statement {
    daybook::actor actor{};
    std::vector<event_id> causes{};
    std::string content_type{};
    std::string correlation{};
    std::optional<digest> extensions{};  ///< Of their bytes; nothing if there are none.
    event_id id{};
    timestamp occurred_at{};
    std::string origin{};
    digest payload{};  ///< Of the stored bytes: of the ciphertext if it is encrypted.
    daybook::position position{};
    std::optional<digest>
        previous{};  ///< The leaf of the stream's event before; of the first, none.
    timestamp recorded_at{};
    std::string schema{};
    daybook::sequence sequence{};
    std::string stream{};
    std::vector<std::string> tags{};
    std::string type{};
};

std::string to_string(const statement& s);

/// Reads what `to_string` writes, to the byte: another spelling of the same fails too, with
/// `invalid_argument`, and so does a longer one than `statement_bytes_max`.
result<statement> parse_statement(std::string_view text);

/// Appends the statement of `e` in the log `origin`, whose stream's event before has the leaf
/// `previous` (null for the first). About 0.5 us and a hash of the payload; allocates nothing once
/// `out` is large enough.
void append_statement(std::string& out, std::string_view origin, const event_view& e,
                      const digest* previous);

}  // namespace daybook::compliance
