// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Wanted: without .events. there must be .static std::string key
#include <daybook/projections/projection.hpp>

#include <string>
#include <variant>

using namespace daybook::projections;

struct wrong {
    static constexpr std::string_view name = "wrong";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static row apply(row n, const daybook::event_view&) { return n + 1; }
};

static_assert(check_projection<wrong>());
