// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/aggregate.hpp>
#include <daybook/upcasters.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// For tests of aggregates and deciders. Needs no store and no test framework.
namespace daybook {

/// What a command comes to after given events.
///
///     EXPECT_EQ(command_spec<sprint>()
///                   .given(task_added{"T-1"}, task_added{"T-2"})
///                   .when(complete_task{"T-1"})
///                   .then(task_completed{"T-1"})
///                   .failures(),
///               "");
///
/// Events go through their stored form, as they would through a store. The command is decided
/// twice: a decider that answers otherwise the second time is not pure. What was decided must
/// apply.
///
/// Old events are given as they were appended once, and upcast as in a repository:
///
///     command_spec<sprint>(to_today).given(make_event(task_added_v1{"T-1"}))
template <aggregate A>
class command_spec {
public:
    explicit command_spec(std::shared_ptr<const upcasters> by = nullptr) : by_{std::move(by)} {}

    /// Events of the aggregate, or any as they are appended (`new_event`).
    template <class... E>
    requires((std::constructible_from<typename A::events, const E&> ||
              std::same_as<E, new_event>)&&...) command_spec& given(const E&... events) {
        (given_.push_back(as_appended(events)), ...);
        return *this;
    }

    template <class Command>
    requires decides<A, Command> command_spec& when(Command command) {
        decide_ = [command = std::move(command)](const A& state) -> decision<A> {
            return decide(state, command);
        };
        return *this;
    }

    /// Expects these events, in this order, and no others.
    template <class... E>
    command_spec& then(const E&... events) {
        events_of<A> wanted;
        (wanted.push_back(events), ...);
        wanted_ = shown(wanted);
        return *this;
    }
    /// Expects no events.
    command_spec& then_nothing() { return then(); }

    /// Expects that the command is rejected with a message that has `why` in it.
    command_spec& then_rejected(std::string_view why = {}) {
        rejected_ = std::string{why};
        return *this;
    }

    /// The state after what was given, and what was decided. Throws what `apply` throws.
    A state() const {
        auto now = state_given();
        if (decide_) {
            if (const auto decided = decide_(now)) apply(now, make_events<A>(*decided));
        }
        return now;
    }

    /// Empty if all holds, else what does not, on lines.
    [[nodiscard]] std::string failures() const {
        if (!decide_) return "no command was given: call when()\n";
        try {
            return compare();
        } catch (const std::exception& thrown) {
            return std::string{"threw: "} + thrown.what() + '\n';
        }
    }

private:
    static const new_event& as_appended(const new_event& event) { return event; }
    static new_event as_appended(const typename A::events& event) {
        return make_events<A>({event}).front();
    }

    /// As a repository would apply them.
    void apply(A& to, const std::vector<new_event>& events) const {
        event_upcaster upcaster{by_};
        json_event current;
        for (const auto& one : events) {
            const auto stored = detail::as_stored(one, stream_of<A>("given"));
            const auto parts = upcaster.upcast(stored.value());
            for (const auto& part : parts.value()) {
                current.move_to(part);
                detail::aggregate_events<A, typename A::events>::apply(to, current);
            }
        }
    }

    static std::string shown(const events_of<A>& events) {
        std::string text;
        for (const auto& event : make_events<A>(events))
            text += "  " + event.type + ' ' + event.payload + '\n';
        return text.empty() ? "  nothing\n" : text;
    }

    static std::string shown(const decision<A>& of) {
        return of ? shown(*of)
                  : "  " + std::string{to_string(of.error().code)} + ": " + of.error().message +
                        '\n';
    }

    A state_given() const {
        A now{};
        apply(now, given_);
        return now;
    }

    std::string compare() const {
        const auto now = state_given();
        const auto decided = decide_(now);
        const auto again = decide_(now);
        if (shown(decided) != shown(again))
            return "decided twice:\n" + shown(decided) + "and then:\n" + shown(again);
        if (decided) {
            auto next = now;
            apply(next, make_events<A>(*decided));
        }
        if (rejected_) {
            const bool is = !decided && decided.error().code == errc::rejected &&
                            decided.error().message.find(*rejected_) != std::string::npos;
            return is ? "" : "wanted:\n  rejected: " + *rejected_ + "\nfound:\n" + shown(decided);
        }
        if (!wanted_) return "nothing was expected: call then() or then_rejected()\n";
        return shown(decided) == *wanted_ ? ""
                                          : "wanted:\n" + *wanted_ + "found:\n" + shown(decided);
    }

    std::shared_ptr<const upcasters> by_;
    std::vector<new_event> given_;
    std::function<decision<A>(const A&)> decide_;
    std::optional<std::string> wanted_;
    std::optional<std::string> rejected_;
};

}  // namespace daybook
