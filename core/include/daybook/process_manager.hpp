// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/detail/process_engine.hpp>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

/// What a process is: a plain struct that reacts to events with commands.
///
///     struct sprint_closing {
///         static constexpr std::string_view name = "sprint_closing";
///         static constexpr std::uint32_t version = 1;  // Raise it to begin again from the start.
///         using events = std::variant<task_added, task_completed>;
///         using starts_with = std::variant<task_added>;  // Without: every event starts one.
///
///         std::string sprint;
///         std::set<std::string> open_tasks;
///
///         static std::string key(const auto& event) { return event.sprint; }
///         void on(const task_added& e, reactions&) { sprint = e.sprint; open_tasks.insert(e.task);
///         } void on(const task_completed& e, reactions& then) {
///             open_tasks.erase(e.task);
///             if (!open_tasks.empty()) return;
///             then.execute<daybook_sprint>(sprint, complete_sprint{});
///             then.stop();
///         }
///     };
///     BOOST_DESCRIBE_STRUCT(sprint_closing, (), (sprint, open_tasks))
///
/// `key` says which instance an event is for (a string, or an optional one: nothing skips the
/// event); `on` changes the instance and says what is to be done. Both are pure. An instance is
/// there from the first event that starts it until `then.stop()`; events for one that is not there,
/// and that do not start one, are passed over.
///
/// If there is `void rejected(const rejection&, reactions&)`, it is told of commands that were
/// rejected, and may react; else they are counted.
namespace daybook {

template <class P>
concept process = detail::well_named_process<P>() && detail::has_aggregate_version<P> &&
    detail::process_events_fit<P>() && stored_value<P> && std::copyable<P>;

/// Reacts to the events of a store with commands, each exactly once.
///
///     auto closing = process_manager<sprint_closing>::open(log).value();
///     closing.run(stop).value();
///
/// What an event led to is caused by it and in its correlation. The ids of events that commands
/// append are made from the id of the event that asked for them: after a crash, wherever it came,
/// the event is handled again and no command has its effect twice. That holds over versions, too:
/// one that begins again from the start does not do again what was done.
///
/// One holder at a time has a process. Not thread safe; must not outlive its store.
template <process P>
class process_manager {
public:
    /// Goes on where it was left, or begins at `options.from`.
    /// Fails with `locked` (somebody in this program has it), `corrupt` or `io`.
    static result<process_manager> open(store& log, const process_options& options = {}) {
        auto opened = detail::process_engine::open(log, detail::process_kind_of<P>(), options);
        if (!opened) return opened.error();
        return process_manager{*std::move(opened)};
    }

    /// Handles the next event; false if none came in time.
    ///
    /// Fails with `projection_failed` (the process threw; the message names the event), or as the
    /// commands do, but for `rejected`. The same event is then tried again by the next call.
    result<bool> step(std::chrono::milliseconds patience = {}) { return engine_->step(patience); }

    /// Handles all events that are there, those that it causes too. Fails as `step`.
    result<void> catch_up() { return engine_->catch_up(); }

    /// Handles events until `stop` is asked for; it must then be opened anew. Fails as `step`.
    result<void> run(const std::stop_token& stop) { return engine_->run(stop); }

    /// The instance of `key`, if there is one. Fails with `corrupt` or `io`.
    result<std::optional<P>> instance(std::string_view key) const {
        auto bytes = engine_->instance(key);
        if (!bytes) return bytes.error();
        if (!*bytes) return std::optional<P>{};
        auto state = decode_value<P>(**bytes);
        if (!state) return state.error();
        return std::optional<P>{*std::move(state)};
    }

    process_counts counts() const noexcept { return engine_->counts(); }

private:
    explicit process_manager(std::unique_ptr<detail::process_engine> opened)
        : engine_{std::move(opened)} {}

    std::unique_ptr<detail::process_engine> engine_;
};

}  // namespace daybook
