// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/interruption.hpp"

#include <csignal>

namespace daybook::cli {
namespace {

volatile std::sig_atomic_t was_interrupted = 0;

extern "C" void note_interruption(int signal) {
    was_interrupted = 1;
    std::signal(signal, SIG_DFL);
}

}  // namespace

void catch_interruptions() {
    std::signal(SIGINT, note_interruption);
    std::signal(SIGTERM, note_interruption);
}

bool interrupted() noexcept { return was_interrupted != 0; }

}  // namespace daybook::cli
