// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace daybook::projections {

/// What one response of a model used, or several.
struct used {
    std::uint64_t input_tokens = 0;       ///< Those read from a cache or written to it included.
    std::uint64_t output_tokens = 0;      ///< Those for reasoning included.
    std::uint64_t cache_read_tokens = 0;  ///< Part of `input_tokens`.
    std::uint64_t cache_creation_tokens = 0;  ///< Part of `input_tokens`.
    std::uint64_t reasoning_tokens = 0;       ///< Part of `output_tokens`.
    std::uint64_t cost_micro_usd = 0;         ///< Millionths of a US dollar.
    friend bool operator==(const used&, const used&) = default;
};
BOOST_DESCRIBE_STRUCT(used, (),
                      (input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens,
                       reasoning_tokens, cost_micro_usd))

/// A response that was counted.
struct counted_response {
    std::uint64_t id_hash = 0;  ///< FNV-1a of provider, a tab and id.
    daybook::projections::used used;
    bool priced = false;
    friend bool operator==(const counted_response&, const counted_response&) = default;
};
BOOST_DESCRIBE_STRUCT(counted_response, (), (id_hash, used, priced))

struct usage_row {
    used total;
    std::uint64_t responses = 0;
    std::uint64_t repeated = 0;    ///< Events that told of a response again; the last one counts.
    std::uint64_t without_id = 0;  ///< Responses without an id: repeats could not be told.
    std::uint64_t unpriced = 0;    ///< Responses without a cost; `cost_micro_usd` lacks them.
    std::uint64_t odd_fields = 0;  ///< Fields of a wrong type, negative or absurdly large.
    std::string price_table;       ///< Last version told.
    std::vector<counted_response> recent;  ///< The newest `usage::recent_max`, by when first seen.
    std::optional<timestamp> first_at, last_at;  ///< Earliest and latest time of an event.
    friend bool operator==(const usage_row&, const usage_row&) = default;
};
BOOST_DESCRIBE_STRUCT(usage_row, (),
                      (total, responses, repeated, without_id, unpriced, odd_fields, price_table,
                       recent, first_at, last_at))

/// What is shown of a `usage_row`.
struct usage_summary {
    std::uint64_t responses = 0, repeated = 0, input_tokens = 0, output_tokens = 0,
                  cache_read_tokens = 0, cache_creation_tokens = 0, reasoning_tokens = 0,
                  cost_micro_usd = 0;
    std::optional<double> cached_share;  ///< cache_read_tokens / input_tokens, 0 to 1.
    std::uint64_t without_id = 0, unpriced = 0, odd_fields = 0;
    std::string price_table;
    std::optional<timestamp> first_at, last_at;
};
BOOST_DESCRIBE_STRUCT(usage_summary, (),
                      (responses, repeated, input_tokens, output_tokens, cache_read_tokens,
                       cache_creation_tokens, reasoning_tokens, cost_micro_usd, cached_share,
                       without_id, unpriced, odd_fields, price_table, first_at, last_at))

/// Tokens and money, each response of a model counted once.
///
/// Keys: "all", "day:2026-01-31" (UTC), "model:NAME", "agent:NAME", "session:ID", "response:ID".
/// Events with token counts or a cost are read, in the names of OpenTelemetry's `gen_ai.*`, of
/// OpenInference's `llm.*`, of OpenAI, Anthropic and Claude Code; from the payload, its `usage`,
/// `message.usage` or `attributes`. Of the types `claude_code.*` only `claude_code.api_request`
/// counts: the others repeat it.
///
/// The same response, told several times (per block, per retry, per replay), counts once, with what
/// was told last. A row knows its newest `recent_max` responses again; a repeat of an older one
/// counts anew, except in the rows "response:ID", which hold one response each and are exact.
struct usage {
    static constexpr std::string_view name = "usage";
    static constexpr std::uint32_t version = 1;
    static constexpr std::size_t recent_max = 1024;
    using row = usage_row;

    static query wants() { return query::all(); }
    static std::vector<std::string> key(const json_event& event);
    static row apply(row current, const json_event& event);
    static usage_summary present(const row& current);
};

}  // namespace daybook::projections
