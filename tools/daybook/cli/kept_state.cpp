// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/kept_state.hpp"

#include <daybook/json_event.hpp>
#include <daybook/value_codec.hpp>

#include <map>
#include <memory>
#include <utility>

namespace daybook::cli {
namespace {

using projections::orchestration_row;

/// Keeps snapshots only when asked to.
daybook::detail::state_loader states_in(store& log) {
    return {log, kept_kind(), {.states_cached_max = 16, .snapshot_every = 0}};
}

}  // namespace

const daybook::detail::state_kind& kept_kind() {
    using kept = projections::orchestration_state;
    static const daybook::detail::state_kind kind{
        .name = kept::name,
        .version = kept::version,
        .fingerprint = value_fingerprint<orchestration_row>(),
        .make = []() -> std::shared_ptr<void> { return std::make_shared<orchestration_row>(); },
        .copy = [](const void* from) -> std::shared_ptr<void> {
            return std::make_shared<orchestration_row>(
                *static_cast<const orchestration_row*>(from));
        },
        .apply =
            [](void* to, const json_event& event) {
                auto& row = *static_cast<orchestration_row*>(to);
                row = kept::apply(std::move(row), event);
                return true;
            },
        .encode =
            [](const void* from, std::string& to) {
                encode_value(*static_cast<const orchestration_row*>(from), to);
            },
        .decode = [](std::string_view bytes) -> result<std::shared_ptr<void>> {
            auto row = decode_value<orchestration_row>(bytes);
            if (!row) return row.error();
            return std::shared_ptr<void>{std::make_shared<orchestration_row>(*std::move(row))};
        }};
    return kind;
}

result<orchestration_row> state_now(store& log, const std::string& stream) {
    const auto loaded = states_in(log).load(stream);
    if (!loaded) return loaded.error();
    return *static_cast<const orchestration_row*>(loaded->state.get());
}

result<snapshot_info> keep_state(store& log, const std::string& stream,
                                 std::optional<sequence> last) {
    return states_in(log).take_snapshot(stream, last);
}

result<std::vector<snapshot_finding>> verify_states(store& log, const std::string& stream) {
    auto findings = verify_snapshots(log, stream);
    if (!findings) return findings;
    const auto& kind = kept_kind();
    auto states = states_in(log);
    std::map<std::string, std::vector<snapshot_finding>> made_again;
    for (auto& one : *findings) {
        if (one.which.state != kind.name || one.verdict != snapshot_verdict::sound) continue;
        if (one.which.version != kind.version) {
            one.verdict = snapshot_verdict::stale;
            continue;
        }
        if (!made_again.contains(one.which.stream)) {
            auto again = states.verify_snapshots(one.which.stream);
            if (!again) return again.error();
            made_again[one.which.stream] = *std::move(again);
        }
        for (const auto& other : made_again[one.which.stream]) {
            if (other.which.last == one.which.last) one.verdict = other.verdict;
        }
    }
    return findings;
}

}  // namespace daybook::cli
