// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/as_of.hpp>
#include <daybook/query.hpp>
#include <daybook/store.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

/// Two branches of a log, or two runs of the same thing, step by step.
///
///     const auto found = compare_events({a}, {b}, {}, [](const compared_step& step) {
///         if (step.kind == step_kind::only_b) std::puts("an event that only b has");
///     }).value();
///
/// How events are aligned, and where that is not the shortest answer: replay/docs/fork.md.
namespace daybook::replay {

/// The events of one side, in the order of its log. The store must outlive the call.
struct compared_side {
    store& log;
    query which{};  ///< Default: all of them. A stream, a correlation, ...
};

enum class step_kind {
    same,    ///< Both have it, with the same payload, schema, content type, actor and tags.
    only_a,  ///< The other side has nothing that stands for it.
    only_b,
    changed  ///< Both have an event of this type and key here; they are not the same.
};

struct compared_step {
    step_kind kind{};
    std::optional<position> a{};  ///< In the log of the side; nothing if the side has none.
    std::optional<position> b{};
};

struct event_compare_options {
    /// Events are for the same thing only if their streams have the same name. Off for two runs,
    /// whose streams have other names.
    bool by_stream = true;
    /// And only if this field of the payload, by JSON Pointer, is the same. Empty: none.
    std::string key{};
    /// Of each side, from where they part; 24 bytes of memory each.
    std::uint64_t events_max = 4'000'000;
};

struct event_comparison {
    std::uint64_t shared = 0;  ///< The same from the beginning: told in one, not step by step.
    std::uint64_t same = 0;    ///< After that.
    std::uint64_t only_a = 0;
    std::uint64_t only_b = 0;
    std::uint64_t changed = 0;
    /// Where the sides part: the first event that is not shared, if there is one.
    std::optional<position> parts_a{};
    std::optional<position> parts_b{};

    bool equal() const noexcept { return only_a + only_b + changed == 0; }
};

/// Compares the events of two sides; calls `visit`, if there is one, for each after the shared
/// beginning, in an order that keeps that of both. Ids, places, times, causes and correlations are
/// not compared: they differ between runs.
///
/// Cost: both sides are read once. Then steps proportional to the events times the differences, but
/// at most some thousand for each event.
/// Fails with `invalid_argument` (a query, or `key` is no JSON Pointer), `too_large` (more than
/// `events_max` from where they part), `corrupt` or `io`.
result<event_comparison> compare_events(
    const compared_side& a, const compared_side& b, const event_compare_options& options = {},
    const std::function<void(const compared_step& step)>& visit = {});

/// How the rows of a view differ between two stores, each at the end of its log. Nothing is
/// written, and neither store needs to have built the view. `added` and `removed` are as seen from
/// `a`. Cost: both logs are folded. Fails as `projections::as_of_view`.
result<projections::view_comparison> compare_views(
    store& a, store& b, const projections::any_projection& of,
    const projections::compare_options& options = {});

}  // namespace daybook::replay
