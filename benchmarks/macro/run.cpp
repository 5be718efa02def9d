// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "macro/run.hpp"

#include <system_error>
#include <utility>

namespace daybook::bench {

macro_run::macro_run(macro_options chosen, report::context where)
    : options_{std::move(chosen)},
      report_{std::move(where)},
      big_{options_.directory, options_.events} {
    std::filesystem::create_directories(options_.directory);
}

macro_run::~macro_run() {
    big_.close();
    if (options_.keep) return;
    std::error_code ignored;
    for (const auto& made : {big_.log_directory(), big_.bare_directory()}) {
        std::filesystem::remove_all(made, ignored);
        std::filesystem::remove(made.string() + ".complete", ignored);
    }
    std::filesystem::remove(options_.directory, ignored);  // Only if nothing else is in it.
}

}  // namespace daybook::bench
