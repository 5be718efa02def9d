// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Wanted: it needs a row type
#include <daybook/projections/projection.hpp>

#include <string>
#include <variant>

using namespace daybook::projections;

struct wrong {
    static constexpr std::string_view name = "wrong";
    static constexpr std::uint32_t version = 1;
    static std::string_view key(const daybook::event_view& e) { return e.type(); }
};

static_assert(check_projection<wrong>());
