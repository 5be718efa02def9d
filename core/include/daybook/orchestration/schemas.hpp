// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <cstddef>

namespace daybook {
class schema_catalog;
}

namespace daybook::orchestration {

/// Keeps the schema of every event struct of the kit, so that `schema_mode::strict` refuses what
/// none of them can hold, from whoever writes to the store. Says how many were new: none when it is
/// called again.
///
///     auto schemas = daybook::schema_catalog::open(log).value();
///     daybook::orchestration::register_schemas(schemas).value();
///     schemas.set_mode(daybook::schema_mode::strict).value();
///
/// Cost: one sync for each that is new. Fails as `schema_catalog::add`, with `rejected` if the
/// store has another schema under a type and version of the kit. Those before it in the kit's order
/// are then kept; calling again goes on.
result<std::size_t> register_schemas(schema_catalog& to);

}  // namespace daybook::orchestration
