// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Wanted: what may be returned: a row, an optional row, or .removed.
#include <daybook/projections/projection.hpp>

#include <string>
#include <variant>

using namespace daybook::projections;

struct opened {
    std::string id;
};
BOOST_DESCRIBE_STRUCT(opened, (), (id))

struct wrong {
    static constexpr std::string_view name = "wrong";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    using events = std::variant<opened>;
    static std::string key(const auto& event) { return event.id; }
    static std::string apply(row, const opened& e) { return e.id; }
};

static_assert(check_projection<wrong>());
