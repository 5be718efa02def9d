// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/store_choices.hpp"

namespace daybook::cli {

compression compression_named(std::string_view name) noexcept {
    if (name == "none") return compression::none;
    return name == "zstd" ? compression::zstd : compression::lz4;
}

durability durability_named(std::string_view name) noexcept {
    if (name == "buffered") return durability::buffered;
    return name == "written" ? durability::written : durability::synced;
}

}  // namespace daybook::cli
