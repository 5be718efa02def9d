// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/orchestration/event_types.hpp>
#include <daybook/orchestration/schemas.hpp>
#include <daybook/schema_catalog.hpp>

#include <optional>

namespace daybook::orchestration {

result<std::size_t> register_schemas(schema_catalog& to) {
    std::size_t added = 0;
    std::optional<error> failed;
    for_each_event_type([&]<class E>(std::type_identity<E>) {
        if (failed) return;
        const auto step = to.add<E>();
        if (!step) {
            failed = step.error();
        } else if (step->added) {
            ++added;
        }
    });
    if (failed) return *std::move(failed);
    return added;
}

}  // namespace daybook::orchestration
