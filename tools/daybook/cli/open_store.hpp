// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "cli/command.hpp"

#include <filesystem>

namespace daybook::cli {

enum class access {
    read,   ///< Must exist. Changes nothing in it; another process may be writing.
    write,  ///< Must exist.
    create  ///< Made if it is missing.
};

/// The directory that --store or DAYBOOK_STORE names. Fails with `invalid_argument` if none does.
result<std::filesystem::path> store_directory(const arguments& given);

/// Opens the store that the command line names. Fails as `store::open` does; `locked` says who
/// writes and what to do.
result<store> open_store(const invocation& call, access how, store_options options = {});

/// The same for a store whose directory is known.
result<store> open_store_at(const invocation& call, const std::filesystem::path& directory,
                            access how, store_options options = {});

}  // namespace daybook::cli
