// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/options.hpp>

#include <string_view>

// Words for the choices that a store offers. The parser has checked them: an unknown name gives the
// default.
namespace daybook::cli {

inline constexpr std::string_view compression_names[] = {"none", "lz4", "zstd"};
compression compression_named(std::string_view name) noexcept;

inline constexpr std::string_view durability_names[] = {"buffered", "written", "synced"};
durability durability_named(std::string_view name) noexcept;

}  // namespace daybook::cli
