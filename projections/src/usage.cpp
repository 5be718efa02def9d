// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/usage.hpp>

#include "event_facts.hpp"
#include "share_of.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

namespace daybook::projections {
namespace {

namespace json = boost::json;

// What one response cannot use: more is a mistake, and would spoil the sums.
constexpr std::uint64_t tokens_max = 1'000'000'000'000;
constexpr double cost_usd_max = 1e6;
constexpr std::string_view claude_code = "claude_code.";

constexpr std::array<std::string_view, 8> telling_names{"gen_ai.usage.input_tokens",
                                                        "gen_ai.usage.output_tokens",
                                                        "llm.token_count.prompt",
                                                        "llm.token_count.completion",
                                                        "input_tokens",
                                                        "output_tokens",
                                                        "prompt_tokens",
                                                        "completion_tokens"};
constexpr std::array<std::string_view, 5> cost_names{"cost_micro_usd", "cost_micros",
                                                     "llm.cost.total", "cost_usd", "cost"};

const json::object* object_in(const json::object* in, std::string_view name) {
    const auto* found = in == nullptr ? nullptr : in->if_contains(name);
    return found != nullptr && found->is_object() ? &found->get_object() : nullptr;
}

template <class Names>
bool has_any(const json::object* in, const Names& names) {
    return in != nullptr && std::any_of(names.begin(), names.end(),
                                        [&](std::string_view name) { return in->contains(name); });
}

/// The object of a payload that tells what was used; null if none does.
const json::object* telling_object(const json::object& payload) {
    const auto* message = object_in(&payload, "message");
    const std::array candidates{&payload, object_in(&payload, "usage"), object_in(message, "usage"),
                                object_in(&payload, "attributes")};
    for (const auto* one : candidates) {
        if (has_any(one, telling_names)) return one;
    }
    for (const auto* one : candidates) {
        if (has_any(one, cost_names)) return one;
    }
    return nullptr;
}

/// Most events tell nothing of the kind; they are not worth a parse.
bool may_tell(const event_view& event) {
    const auto type = event.type();
    if (type.starts_with(claude_code) && type != "claude_code.api_request") return false;
    const auto payload = event.payload();
    return payload.find("token") != std::string_view::npos ||
           payload.find("cost") != std::string_view::npos;
}

/// Reads what one event tells.
class usage_reader {
public:
    usage_reader(const json::object& payload, const json::object& telling)
        : payload_{payload},
          telling_{telling},
          message_{or_empty(object_in(&payload, "message"))},
          attributes_{or_empty(object_in(&payload, "attributes"))} {}

    used read();
    bool priced() const noexcept { return priced_; }
    std::uint64_t odd() const noexcept { return odd_; }

    /// A name or an id, from wherever in the payload it stands.
    std::string word(payload_reader::names of) {
        for (const auto* in : {&payload_, &attributes_, &message_, &telling_}) {
            auto found = payload_reader{*in}.word(of);
            if (!found.empty()) return one_line(found, text_kept_max);
        }
        return {};
    }

private:
    static const json::object& or_empty(const json::object* found) {
        static const json::object empty;
        return found == nullptr ? empty : *found;
    }
    std::uint64_t tokens(payload_reader::names of);
    std::uint64_t cost();

    const json::object& payload_;
    const json::object& telling_;
    const json::object& message_;
    const json::object& attributes_;
    bool priced_ = false;
    std::uint64_t odd_ = 0;
};

std::uint64_t usage_reader::tokens(payload_reader::names of) {
    payload_reader fields{telling_};
    const auto count = fields.amount(of);
    odd_ += fields.odd();
    if (!count || *count <= tokens_max) return count.value_or(0);
    ++odd_;
    return 0;
}

used usage_reader::read() {
    used all;
    all.input_tokens = tokens(
        {"gen_ai.usage.input_tokens", "llm.token_count.prompt", "input_tokens", "prompt_tokens"});
    all.output_tokens = tokens({"gen_ai.usage.output_tokens", "llm.token_count.completion",
                                "output_tokens", "completion_tokens"});
    all.cache_read_tokens =
        tokens({"gen_ai.usage.cache_read.input_tokens", "llm.token_count.prompt_details.cache_read",
                "cache_read_input_tokens", "cache_read_tokens", "cached_tokens"});
    all.cache_creation_tokens = tokens({"gen_ai.usage.cache_creation.input_tokens",
                                        "llm.token_count.prompt_details.cache_write",
                                        "cache_creation_input_tokens", "cache_creation_tokens"});
    all.reasoning_tokens =
        tokens({"gen_ai.usage.reasoning.output_tokens",
                "llm.token_count.completion_details.reasoning", "reasoning_tokens"});
    for (const auto* details : {"prompt_tokens_details", "input_tokens_details"}) {
        const auto* inner = object_in(&telling_, details);
        if (inner != nullptr && all.cache_read_tokens == 0)
            all.cache_read_tokens =
                std::min(payload_reader{*inner}.amount({"cached_tokens"}).value_or(0), tokens_max);
    }
    // Anthropic tells the input without what came from the cache or went there.
    const bool anthropic = !telling_.contains("gen_ai.usage.input_tokens") &&
                           !telling_.contains("llm.token_count.prompt") &&
                           telling_.contains("input_tokens") &&
                           !telling_.contains("input_tokens_details");
    if (anthropic) all.input_tokens += all.cache_read_tokens + all.cache_creation_tokens;
    all.cost_micro_usd = cost();
    return all;
}

std::uint64_t usage_reader::cost() {
    for (const auto* in : {&telling_, &payload_, &attributes_}) {
        payload_reader fields{*in};
        const auto micros = fields.amount({"cost_micro_usd", "cost_micros"});
        const auto usd =
            micros ? std::optional<double>{}
                   : fields.number({"cost_usd", "llm.cost.total", "total_cost_usd", "cost"});
        odd_ += fields.odd();
        if (!micros && !usd) continue;
        const bool sane = micros ? *micros <= tokens_max : *usd >= 0 && *usd <= cost_usd_max;
        if (!sane) {
            ++odd_;
            return 0;
        }
        priced_ = true;
        return micros ? *micros : static_cast<std::uint64_t>(std::llround(*usd * 1e6));
    }
    return 0;
}

std::string response_id(usage_reader& reader) {
    auto id = reader.word({"gen_ai.response.id", "response_id", "responseId"});
    if (id.empty()) id = reader.word({"request_id", "requestId", "message_id"});
    // The id of a message that is told as a whole, or of a whole response.
    if (id.empty()) id = reader.word({"id"});
    return id;
}

std::string provider_of(usage_reader& reader) {
    return reader.word({"gen_ai.provider.name", "gen_ai.system", "llm.provider", "provider"});
}

std::string model_of(usage_reader& reader) {
    return reader.word({"gen_ai.response.model", "gen_ai.request.model", "llm.model_name", "model",
                        "agent_model"});
}

constexpr std::array<std::uint64_t used::*, 6> amounts{
    &used::input_tokens,          &used::output_tokens,    &used::cache_read_tokens,
    &used::cache_creation_tokens, &used::reasoning_tokens, &used::cost_micro_usd};

void add(used& total, const used& more) {
    for (const auto amount : amounts) total.*amount += more.*amount;
}

void take_away(used& total, const used& less) {
    for (const auto amount : amounts) total.*amount -= less.*amount;
}

void count_response(usage_row& row, const counted_response& told, bool has_id) {
    auto known = row.recent.rend();
    if (has_id) {
        known = std::find_if(row.recent.rbegin(), row.recent.rend(),
                             [&](const auto& one) { return one.id_hash == told.id_hash; });
    } else {
        ++row.without_id;
    }
    add(row.total, told.used);
    if (!told.priced) ++row.unpriced;
    if (known != row.recent.rend()) {
        take_away(row.total, known->used);
        if (!known->priced) --row.unpriced;
        ++row.repeated;
        *known = told;
        return;
    }
    ++row.responses;
    if (!has_id) return;
    if (row.recent.size() == usage::recent_max) row.recent.erase(row.recent.begin());
    row.recent.push_back(told);
}

}  // namespace

std::vector<std::string> usage::key(const json_event& event) {
    const auto& view = event.view();
    if (!may_tell(view)) return {};
    const auto* telling = telling_object(event.fields());
    if (telling == nullptr) return {};
    usage_reader reader{event.fields(), *telling};
    std::vector<std::string> keys{"all",
                                  named_key("day", to_string(view.occurred_at()).substr(0, 10))};
    const auto add_key = [&](std::string_view kind, const std::string& name) {
        if (!name.empty()) keys.push_back(named_key(kind, name));
    };
    add_key("model", model_of(reader));
    auto agent = reader.word({"gen_ai.agent.name", "agent.name", "agent_name", "agentName"});
    if (agent.empty() && view.actor().type == "agent") agent.assign(view.actor().id);
    add_key("agent", agent);
    auto session = reader.word({"gen_ai.conversation.id", "session.id", "session_id", "sessionId"});
    if (session.empty()) session.assign(view.tag("session").value_or(std::string_view{}));
    add_key("session", session);
    add_key("response", response_id(reader));
    return keys;
}

usage_row usage::apply(row current, const json_event& event) {
    const auto* telling = telling_object(event.fields());
    if (telling == nullptr) return current;
    usage_reader reader{event.fields(), *telling};
    const auto at = event.view().occurred_at();
    current.first_at = current.first_at ? std::min(*current.first_at, at) : at;
    current.last_at = current.last_at ? std::max(*current.last_at, at) : at;
    const auto id = response_id(reader);
    counted_response told;
    told.used = reader.read();
    told.priced = reader.priced();
    told.id_hash = daybook::detail::hash_shape(provider_of(reader) + '\t' + id);
    count_response(current, told, !id.empty());
    current.odd_fields += reader.odd();
    if (auto table = reader.word({"price_table", "price_table_version"}); !table.empty())
        current.price_table = std::move(table);
    return current;
}

usage_summary usage::present(const row& current) {
    usage_summary shown;
    const auto& total = current.total;
    shown.responses = current.responses;
    shown.repeated = current.repeated;
    shown.input_tokens = total.input_tokens;
    shown.output_tokens = total.output_tokens;
    shown.cache_read_tokens = total.cache_read_tokens;
    shown.cache_creation_tokens = total.cache_creation_tokens;
    shown.reasoning_tokens = total.reasoning_tokens;
    shown.cost_micro_usd = total.cost_micro_usd;
    shown.cached_share = share_of(total.cache_read_tokens, total.input_tokens);
    shown.without_id = current.without_id;
    shown.unpriced = current.unpriced;
    shown.odd_fields = current.odd_fields;
    shown.price_table = current.price_table;
    shown.first_at = current.first_at;
    shown.last_at = current.last_at;
    return shown;
}

}  // namespace daybook::projections
