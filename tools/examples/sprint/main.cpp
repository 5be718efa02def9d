// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// A sprint of three tasks in a store: commands, a rule that a process keeps, and what caused what.
#include <daybook/repository.hpp>
#include <daybook/store.hpp>

#include "sprint.hpp"

#include <iostream>

int main(int count, char** arguments) {
    if (count != 2) {
        std::cerr << "usage: sprint STORE-DIRECTORY\n";
        return 2;
    }
    auto log = daybook::store::open(arguments[1]).value();
    daybook::repository<example::sprint> sprints{log};
    daybook::repository<example::task> tasks{log};
    auto closing = daybook::process_manager<example::sprint_closing>::open(log).value();

    sprints.execute("7", example::start_sprint{"ship it"}).value();
    for (const auto* id : {"T-1", "T-2", "T-3"})
        tasks.execute(id, example::create_task{id, "7"}).value();
    for (const auto* id : {"T-1", "T-2", "T-3"})
        tasks.execute(id, example::complete_task{id}).value();
    closing.catch_up().value();

    const auto refused = sprints.execute("7", example::complete_sprint{});
    std::cout << "again: " << refused.error().message << '\n';

    auto events = log.read_all().value();
    while (events.next().value()) {
        std::cout << events->stream() << ' ' << events->type() << ' ' << events->payload();
        if (!events->causes().empty()) {
            const auto cause = log.read_one(events->causes().front()).value();
            std::cout << " because of " << cause.view().stream() << ' ' << cause.view().type();
        }
        std::cout << '\n';
    }
}
