// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Wanted: .from. must be one of the .kinds., and stand before
#include <daybook/projections/projection.hpp>

#include <string>
#include <tuple>

using namespace daybook::projections;

struct counts {
    static constexpr std::string_view name = "counts";
    using row = std::uint64_t;
    static std::string_view key(const daybook::event_view& e) { return e.type(); }
    static row apply(row n, const daybook::event_view&) { return n + 1; }
};

struct sizes {
    static constexpr std::string_view name = "sizes";
    using from = counts;
    using row = std::uint64_t;
    static std::string key(const row_changed<counts>&) { return "all"; }
    static row apply(row n, const row_changed<counts>&) { return n + 1; }
};

struct wrong {
    static constexpr std::string_view name = "wrong";
    static constexpr std::uint32_t version = 1;
    using kinds = std::tuple<sizes, counts>;
};

static_assert(check_projection<wrong>());
