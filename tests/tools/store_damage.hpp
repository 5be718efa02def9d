// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

// What can happen to the files of a closed store. Throw if a file is not as they know it.
namespace daybook::test {

/// Turns a store that was only initialised into one of a format that is not known yet.
void make_store_newer(const std::filesystem::path& directory);

/// Makes a store with events in its tables and flips bits in the middle of the largest one.
void make_damaged_store(const std::filesystem::path& directory);

}  // namespace daybook::test
