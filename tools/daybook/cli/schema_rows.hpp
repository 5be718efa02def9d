// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/schema_catalog.hpp>

#include "cli/record.hpp"

#include <span>

namespace daybook::cli {

/// A version of a schema and what it changed.
std::span<const field<schema_step>> schema_step_fields() noexcept;

}  // namespace daybook::cli
