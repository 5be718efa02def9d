// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace daybook::test {

/// Where a golden file is in the source tree.
std::filesystem::path golden_path(std::string_view name);

/// Is a missing golden file to be written?
bool writes_golden_files();

/// Compares `text` with a golden file, or writes the file. Returns what differs, or nothing.
std::string compare_with_golden(std::string_view name, const std::string& text);

std::string read_file(const std::filesystem::path& file);

/// "01 05 ff ...", sixteen a line.
std::string to_hex(std::string_view bytes);
/// The bytes that such lines say; stops in each line at what is not two hexadecimal digits.
std::string from_hex(std::string_view text);

}  // namespace daybook::test
