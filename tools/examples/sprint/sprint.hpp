// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/aggregate.hpp>
#include <daybook/process_manager.hpp>

#include <optional>
#include <set>
#include <string>
#include <variant>

// A sprint, its tasks, and the rule "when all tasks of a sprint are completed, the sprint is".
namespace example {

using daybook::decision;
using daybook::events_of;
using daybook::reject;

// What happens to a task -------------------------------------------------------------------------

struct task_created {
    std::string task;
    std::string sprint;
};
BOOST_DESCRIBE_STRUCT(task_created, (), (task, sprint))

struct task_completed {
    std::string task;
    std::string sprint;
};
BOOST_DESCRIBE_STRUCT(task_completed, (), (task, sprint))

/// Streams "task-ID".
struct task {
    static constexpr std::string_view name = "task";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<task_created, task_completed>;

    std::string sprint;
    bool created = false;
    bool completed = false;

    void apply(const task_created& e) {
        created = true;
        sprint = e.sprint;
    }
    void apply(const task_completed&) { completed = true; }
};
BOOST_DESCRIBE_STRUCT(task, (), (sprint, created, completed))

struct create_task {
    std::string task;
    std::string sprint;
};
struct complete_task {
    std::string task;
};

inline decision<task> decide(const task& now, const create_task& command) {
    if (now.created) return reject("task " + command.task + " is there already");
    return events_of<task>{task_created{command.task, command.sprint}};
}

inline decision<task> decide(const task& now, const complete_task& command) {
    if (!now.created) return reject("there is no task " + command.task);
    if (now.completed) return events_of<task>{};
    return events_of<task>{task_completed{command.task, now.sprint}};
}

// What happens to a sprint -----------------------------------------------------------------------

struct sprint_started {
    std::string goal;
};
BOOST_DESCRIBE_STRUCT(sprint_started, (), (goal))

struct sprint_completed {};
BOOST_DESCRIBE_STRUCT(sprint_completed, (), ())

/// Streams "sprint-ID".
struct sprint {
    static constexpr std::string_view name = "sprint";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<sprint_started, sprint_completed>;

    bool started = false;
    bool completed = false;

    void apply(const sprint_started&) { started = true; }
    void apply(const sprint_completed&) { completed = true; }
};
BOOST_DESCRIBE_STRUCT(sprint, (), (started, completed))

struct start_sprint {
    std::string goal;
};
struct complete_sprint {};

inline decision<sprint> decide(const sprint& now, const start_sprint& command) {
    if (now.started) return reject("the sprint was started before");
    return events_of<sprint>{sprint_started{command.goal}};
}

inline decision<sprint> decide(const sprint& now, const complete_sprint&) {
    if (!now.started) return reject("the sprint was not started");
    if (now.completed) return reject("the sprint is completed already");
    return events_of<sprint>{sprint_completed{}};
}

// The rule ---------------------------------------------------------------------------------------

/// One for each sprint: from its first task until all of them are completed.
struct sprint_closing {
    static constexpr std::string_view name = "sprint_closing";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<task_created, task_completed>;
    using starts_with = std::variant<task_created>;

    std::set<std::string> open_tasks;

    static std::string key(const auto& event) { return event.sprint; }

    void on(const task_created& e, daybook::reactions&) { open_tasks.insert(e.task); }
    void on(const task_completed& e, daybook::reactions& then) {
        open_tasks.erase(e.task);
        if (!open_tasks.empty()) return;
        then.execute<sprint>(e.sprint, complete_sprint{});
        then.stop();
    }
};
BOOST_DESCRIBE_STRUCT(sprint_closing, (), (open_tasks))

}  // namespace example
