// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/past_reading.hpp"

#include <daybook/projections/orchestration_state.hpp>

#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/text.hpp"
#include "cli/views.hpp"

namespace daybook::cli {
namespace {

using projections::any_projection;

result<any_projection> projection_of(const arguments& given) {
    const auto known = known_projections(given);
    if (!known) return known.error();
    const auto name =
        given.value_or("projection", std::string{projections::orchestration_state::name});
    const auto named = projections_named(*known, {&name, 1});
    if (!named) return named.error();
    return named->front();
}

}  // namespace

std::vector<option> with_projection(std::vector<option> own) {
    own.push_back({.name = "projection",
                   .value = "NAME",
                   .help = "The row that this projection has for KEY, instead of the state of a "
                           "stream; 'daybook projection list' tells the names."});
    return own;
}

result<past_row> open_past_row(const invocation& call) {
    auto of = projection_of(call.given);
    if (!of) return of.error();
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    auto key = key_of_row(*of, *call.given.operand(0));
    if (of->keyed_by_stream()) {
        if (auto there = check_stream(*log, key); !there) return there.error();
    }
    return past_row{*std::move(of), std::move(key), std::move(log)};
}

result<void> check_stream(const store& log, const std::string& stream) {
    const auto head = log.head(stream);
    if (!head) return head.error();
    if (head->last > sequence{0}) return {};
    return fail(errc::not_found, "no stream " + printable(stream) + " in this store");
}

}  // namespace daybook::cli
