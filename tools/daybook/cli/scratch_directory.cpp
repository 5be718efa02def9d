// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/scratch_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace daybook::cli {

namespace fs = std::filesystem;

result<scratch_directory> scratch_directory::make(std::string_view name) {
    std::error_code problem;
    const fs::path parent = fs::temp_directory_path(problem);
    if (problem) return fail(errc::io, "no temporary directory: " + problem.message());
    std::string made = (parent / (std::string{name} + "-XXXXXX")).string();
    if (::mkdtemp(made.data()) != nullptr) return scratch_directory{fs::path{made}};
    return fail(errc::io, "cannot make " + made + ": " + std::generic_category().message(errno));
}

scratch_directory::~scratch_directory() {
    if (path_.empty()) return;
    std::error_code ignored;  // What is left behind is in the temporary directory.
    fs::remove_all(path_, ignored);
}

}  // namespace daybook::cli
