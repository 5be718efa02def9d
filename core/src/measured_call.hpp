// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// How long a call takes: into its recorder, and into the slow log if it took long.

#include "engine.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace daybook {

/// From its making to the end of the scope. Made before the call locks anything, so that nothing is
/// locked any more when the slow log is told.
class measured_call {
public:
    using clock = latency_recorder::clock;

    measured_call(const engine& e, latency_recorder& into, std::string_view operation)
        : engine_{e}, into_{into}, operation_{operation} {}
    ~measured_call() {
        const auto took = clock::now() - began_;
        into_.record(took);
        if (engine_.slow.applies(took)) engine_.slow.tell(operation_, took, std::move(fields_));
    }
    measured_call(const measured_call&) = delete;
    measured_call& operator=(const measured_call&) = delete;

    /// Calls `describe(fields)` if the slow log will want to know.
    template <class Describe>
    void explain(Describe&& describe) {
        if (engine_.slow.applies(clock::now() - began_)) describe(fields_);
    }

private:
    const engine& engine_;
    latency_recorder& into_;
    std::string_view operation_;
    clock::time_point began_ = clock::now();
    std::vector<log_field> fields_;
};

}  // namespace daybook
