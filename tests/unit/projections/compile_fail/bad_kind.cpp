// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Wanted: there must be .static row apply
#include <daybook/projections/projection.hpp>

#include <string>
#include <tuple>

using namespace daybook::projections;

struct counts {
    static constexpr std::string_view name = "counts";
    using row = std::uint64_t;
    static std::string_view key(const daybook::event_view& e) { return e.type(); }
};

struct wrong {
    static constexpr std::string_view name = "wrong";
    static constexpr std::uint32_t version = 1;
    using kinds = std::tuple<counts>;
};

static_assert(check_projection<wrong>());
