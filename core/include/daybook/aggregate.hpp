// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event_codec.hpp>
#include <daybook/value_codec.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What an aggregate is: a plain struct that events make into a state, and functions that decide
/// commands over it.
///
///     struct sprint {
///         static constexpr std::string_view name = "sprint";  // Its streams are "sprint-ID".
///         static constexpr std::uint32_t version = 1;  // Raise it when members or `apply` change.
///         using events = std::variant<task_added, task_completed, sprint_completed>;
///
///         std::set<std::string> open_tasks;
///         bool completed = false;
///
///         void apply(const task_added& e) { open_tasks.insert(e.task); }
///         void apply(const task_completed& e) { open_tasks.erase(e.task); }
///         void apply(const sprint_completed&) { completed = true; }
///     };
///     BOOST_DESCRIBE_STRUCT(sprint, (), (open_tasks, completed))
///
///     struct complete_task { std::string task; };
///     decision<sprint> decide(const sprint& now, const complete_task& command) {
///         if (!now.open_tasks.contains(command.task)) return reject(command.task + " is not
///         open"); return events_of<sprint>{task_completed{command.task}};
///     }
///
/// `apply` and `decide` are pure: what they do depends on their arguments alone, so that what was
/// decided once can be decided again. `decide` is found beside the aggregate or the command. Events
/// in a stream that `events` does not name are passed over.
///
/// Commands are run by a `repository`, and tested by <daybook/command_spec.hpp>.
namespace daybook {

/// What a command came to: events, in order, that a variant of the aggregate holds.
template <class A>
using events_of = std::vector<typename A::events>;

/// Events (none: the command changes nothing), or why not; see `reject`.
template <class A>
using decision = result<events_of<A>>;

/// The answer of a decider to a command that a rule of the domain does not allow.
inline error reject(std::string why) { return fail(errc::rejected, std::move(why)); }

namespace detail {

template <class A>
concept has_aggregate_name = requires {
    { A::name } -> std::convertible_to<std::string_view>;
};

template <class A>
concept has_aggregate_version = requires {
    { A::version } -> std::convertible_to<std::uint32_t>;
};

template <class A>
concept has_aggregate_events = requires {
    typename A::events;
};

template <class A, class E>
concept applies_event = requires(A& state, const E& event) {
    state.apply(event);
};

template <class A, class Events>
struct aggregate_events {
    static constexpr bool readable = false;
    static constexpr bool applied = false;
};

template <class A, class... E>
struct aggregate_events<A, std::variant<E...>> {
    static constexpr bool readable = (readable_event<E> && ...);
    static constexpr bool applied = (applies_event<A, E> && ...);

    /// False if no type of `A` stands for the event's. Throws what `apply` throws, and
    /// `payload_mismatch`.
    static bool apply(A& to, const json_event& event) {
        const auto type = event.view().type();
        return ((type == event_type_name<E>() && (to.apply(read_event<E>(event)), true)) || ...);
    }
};

/// No '-' and no control characters: it begins the names of streams.
constexpr bool good_aggregate_name(std::string_view name) {
    if (name.empty() || name.size() > 100) return false;
    for (const char c : name) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c == '.';
        if (!good) return false;
    }
    return true;
}

template <class A>
constexpr bool well_named_aggregate() {
    if constexpr (has_aggregate_name<A>) {
        return good_aggregate_name(A::name);
    } else {
        return false;
    }
}

template <class A>
constexpr bool events_fit() {
    if constexpr (has_aggregate_events<A>) {
        using check = aggregate_events<A, typename A::events>;
        return check::readable && check::applied;
    } else {
        return false;
    }
}

}  // namespace detail

/// A type that a `repository` can load. For a sentence that says what is missing, write
/// `static_assert(daybook::check_aggregate<A>());`.
template <class A>
concept aggregate = detail::well_named_aggregate<A>() && detail::has_aggregate_version<A> &&
    detail::events_fit<A>() && stored_value<A> && std::copyable<A>;

/// True for an aggregate; for anything else, a compile error that says what is missing.
template <class A>
constexpr bool check_aggregate() {
    static_assert(detail::well_named_aggregate<A>(),
                  "daybook aggregate: it needs a name, the category of its streams: `static "
                  "constexpr std::string_view name`, 1 to 100 of A-Z a-z 0-9 _ .");
    static_assert(
        detail::has_aggregate_version<A>,
        "daybook aggregate: it needs a version: `static constexpr std::uint32_t version`");
    static_assert(detail::has_aggregate_events<A>,
                  "daybook aggregate: it needs its events: `using events = std::variant<...>`");
    if constexpr (detail::has_aggregate_events<A>) {
        using check = detail::aggregate_events<A, typename A::events>;
        static_assert(check::readable,
                      "daybook aggregate: `events` must be a std::variant of structs described "
                      "with BOOST_DESCRIBE_STRUCT and default constructible");
        static_assert(!check::readable || check::applied,
                      "daybook aggregate: for every type in `events` there must be `void "
                      "apply(const event&)`");
    }
    static_assert(stored_value<A>,
                  "daybook aggregate: the state cannot be kept in snapshots; describe it with "
                  "BOOST_DESCRIBE_STRUCT, and see value_codec.hpp for what its members may be");
    static_assert(std::copyable<A>, "daybook aggregate: it must be copyable");
    return true;
}

/// Is there `decide(const A&, const C&)`?
template <class A, class C>
concept decides = aggregate<A> && requires(const A& state, const C& command) {
    { decide(state, command) } -> std::convertible_to<decision<A>>;
};

/// The stream of the aggregate with this id: "sprint-7".
template <aggregate A>
std::string stream_of(std::string_view id) {
    std::string name{A::name};
    name += '-';
    name += id;
    return name;
}

/// The events as they are appended.
template <aggregate A>
std::vector<new_event> make_events(const events_of<A>& decided) {
    std::vector<new_event> made;
    made.reserve(decided.size());
    for (const auto& one : decided)
        made.push_back(std::visit([](const auto& event) { return make_event(event); }, one));
    return made;
}

/// `state` with what was decided applied to it.
template <aggregate A>
void apply_all(A& state, const events_of<A>& decided) {
    for (const auto& one : decided) std::visit([&](const auto& event) { state.apply(event); }, one);
}

}  // namespace daybook
