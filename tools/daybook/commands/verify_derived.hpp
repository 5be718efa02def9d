// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/verdict.hpp>
#include <daybook/store.hpp>

#include "cli/command.hpp"
#include "cli/known_projections.hpp"
#include "cli/record.hpp"

#include <cstdint>
#include <optional>
#include <vector>

// What `daybook verify --derived` does: snapshots and views made again, and compared.
namespace daybook::cli {

struct derived_counts {
    std::uint64_t snapshots = 0;
    std::uint64_t views = 0;
};

/// Adds what is wrong `to`, and says how many were made again.
result<derived_counts> verify_derived(store& log, const std::vector<known_projection>& known,
                                      console& at, compliance::verification& to);

/// Nothing: it was not asked for.
void tell_derived(record_sink& to, const std::optional<derived_counts>& derived);

}  // namespace daybook::cli
