// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// The rules of the sprint, tested without a store and without a test framework.
#include <daybook/command_spec.hpp>

#include "sprint.hpp"

#include <iostream>
#include <string>

namespace {

using daybook::command_spec;
using namespace example;  // NOLINT: the test is about all of it.

int failed = 0;

void expect(const char* what, const std::string& failures) {
    if (failures.empty()) return;
    ++failed;
    std::cerr << what << '\n' << failures;
}

}  // namespace

int main() {
    expect("a task is created once", command_spec<task>()
                                         .given(task_created{"T-1", "7"})
                                         .when(create_task{"T-1", "7"})
                                         .then_rejected("is there already")
                                         .failures());
    expect("completing a task names its sprint", command_spec<task>()
                                                     .given(task_created{"T-1", "7"})
                                                     .when(complete_task{"T-1"})
                                                     .then(task_completed{"T-1", "7"})
                                                     .failures());
    expect("completing it again changes nothing",
           command_spec<task>()
               .given(task_created{"T-1", "7"}, task_completed{"T-1", "7"})
               .when(complete_task{"T-1"})
               .then_nothing()
               .failures());
    expect("a sprint that was not started is not completed", command_spec<sprint>()
                                                                 .when(complete_sprint{})
                                                                 .then_rejected("not started")
                                                                 .failures());
    return failed == 0 ? 0 : 1;
}
