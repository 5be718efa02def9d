// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Wanted: must take the same kind of event
#include <daybook/projections/projection.hpp>

#include <string>
#include <variant>

using namespace daybook::projections;

struct wrong {
    static constexpr std::string_view name = "wrong";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    static std::string_view key(const daybook::event_view& e) { return e.type(); }
    static row apply(row n, const daybook::json_event&) { return n + 1; }
};

static_assert(check_projection<wrong>());
