// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/orchestration/event_of.hpp>
#include <daybook/orchestration/undertaking.hpp>

#include "text.hpp"

#include <boost/json/parse.hpp>

#include <utility>

namespace daybook::orchestration {
namespace {

constexpr std::string_view chain_key = "chain:";

// Of the undertakings of this thread. The current correlation may be another, if somebody made it
// so with a plain `context_scope`.
thread_local std::vector<std::string> nested;

std::vector<std::string> nested_within(const std::string& correlation) {
    auto chain = correlation_chain();
    const bool is_new = !correlation.empty() && (chain.empty() || chain.back() != correlation);
    if (is_new) chain.push_back(correlation);
    return chain;
}

// Those around the event's own undertaking are in its tags, the outermost first.
std::vector<std::string> chain_of(event_view event, const std::string& correlation) {
    std::vector<std::string> chain;
    for (const auto tag : event.tags()) {
        if (tag.starts_with(chain_key)) chain.emplace_back(tag.substr(chain_key.size()));
    }
    chain.push_back(correlation);
    return chain;
}

}  // namespace

undertaking::undertaking(std::string correlation)
    : outer_{std::exchange(nested, nested_within(correlation))},
      scope_{context{.correlation = std::move(correlation)}} {}

undertaking::undertaking(event_view event)
    : outer_{std::exchange(nested, chain_of(event, context::of(event).correlation))},
      scope_{context::of(event)} {}

undertaking::~undertaking() { nested = std::move(outer_); }

std::vector<std::string> correlation_chain() {
    const auto& current = context_scope::current().correlation;
    auto chain = nested;
    if (!current.empty() && (chain.empty() || chain.back() != current)) chain.push_back(current);
    return chain;
}

query within_undertaking(std::string_view correlation) {
    query found;
    found.any_of.push_back(criteria{.correlation = std::string{correlation}});
    found.any_of.push_back(criteria{.tags = {cat(chain_key, correlation)}});
    return found;
}

namespace detail {

result<new_event> finish_event(new_event made, payload_check check) {
    const auto cannot = [&](std::string_view why) {
        return fail(errc::invalid_argument, cat("event of type \"", made.type, "\": ", why));
    };
    boost::system::error_code wrong;
    const auto payload = boost::json::parse(made.payload, wrong);
    if (wrong) return cannot(cat("its texts do not make JSON: ", wrong.message()));
    try {
        check(payload);
    } catch (const payload_mismatch& thrown) {
        return cannot(thrown.what());
    }
    const auto chain = correlation_chain();
    if (chain.empty()) return made;
    if (chain.size() > undertakings_max) {
        return cannot(cat(chain.size(), " undertakings are nested; ", undertakings_max,
                          " is the most there may be"));
    }
    made.correlation = chain.back();
    for (std::size_t i = 0; i + 1 < chain.size(); ++i)
        made.tags.push_back(cat(chain_key, chain[i]));
    return made;
}

}  // namespace detail
}  // namespace daybook::orchestration
