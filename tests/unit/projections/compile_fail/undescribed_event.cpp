// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Wanted: must be a std::variant of structs described
#include <daybook/projections/projection.hpp>

#include <string>
#include <variant>

using namespace daybook::projections;

struct opened {
    std::string id;
};

struct wrong {
    static constexpr std::string_view name = "wrong";
    static constexpr std::uint32_t version = 1;
    using row = std::uint64_t;
    using events = std::variant<opened>;
    static std::string key(const auto& event) { return event.id; }
    static row apply(row n, const opened&) { return n + 1; }
};

static_assert(check_projection<wrong>());
