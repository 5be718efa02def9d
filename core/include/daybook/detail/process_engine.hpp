// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/repository.hpp>
#include <daybook/subscription.hpp>

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <typeindex>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace daybook {

/// A command that a rule did not allow.
struct rejection {
    std::string stream{};  ///< Of the aggregate.
    std::string why{};
};

struct process_options {
    start_from from = start_from::beginning();  ///< Where a new process begins.
    /// Old events are handled as what they are upcast to, and the commands' repositories upcast
    /// likewise; see upcasters.hpp. When types come to lead to those in `events`, raise `version`.
    std::shared_ptr<const daybook::upcasters> upcasters{};
};

/// What a process manager did since it was opened.
struct process_counts {
    std::uint64_t events = 0;
    std::uint64_t commands = 0;  ///< Executed; those that were executed before are counted, too.
    std::uint64_t rejected = 0;
    std::uint64_t passed_over = 0;  ///< Events for instances that are not there.
};

namespace detail {

/// Did an append fail because the event was appended before? What it says may differ: it was made
/// of what was so then.
inline bool is_stored(const error& why) {
    return why.code == errc::conflict && why.conflict->what == conflict::kind::id;
}

/// Repositories by type, made when first needed.
class repositories {
public:
    repositories(store& log, std::shared_ptr<const upcasters> by)
        : log_{log}, upcasters_{std::move(by)} {}

    template <aggregate A>
    repository<A>& of() {
        auto& made = all_[std::type_index{typeid(A)}];
        if (!made) {
            made =
                std::make_shared<repository<A>>(log_, repository_options{.upcasters = upcasters_});
        }
        return *static_cast<repository<A>*>(made.get());
    }
    store& log() const noexcept { return log_; }

private:
    store& log_;
    std::shared_ptr<const upcasters> upcasters_;
    std::unordered_map<std::type_index, std::shared_ptr<void>> all_;
};

}  // namespace detail

/// What a process wants done about an event, in order.
class reactions {
public:
    /// Decides a command of the aggregate with this id, and appends.
    template <aggregate A, class Command>
    requires decides<A, Command>
    void execute(std::string_view id, Command command) {
        auto run = [id = std::string{id}, command = std::move(command)](
                       detail::repositories& in, const event_id& once) -> result<void> {
            const auto done = in.of<A>().execute_once(id, once, command);
            return done ? result<void>{} : done.error();
        };
        calls_.push_back({stream_of<A>(id), std::move(run)});
    }

    /// Appends an event as it is: a notification, an alert.
    template <detail::readable_event E>
    void append(std::string_view stream, const E& event) {
        auto run = [stream = std::string{stream}, made = make_event(event)](
                       detail::repositories& in, const event_id& once) -> result<void> {
            std::vector<new_event> events{made};
            detail::give_ids(events, once);
            const auto done = in.log().append(stream, expected::any(), events);
            return done || detail::is_stored(done.error()) ? result<void>{} : done.error();
        };
        calls_.push_back({std::string{stream}, std::move(run)});
    }

    /// The instance ends.
    void stop() noexcept { stops_ = true; }

    struct call {
        std::string stream;
        std::function<result<void>(detail::repositories&, const event_id& once)> run;
    };
    const std::vector<call>& calls() const noexcept { return calls_; }
    bool stops() const noexcept { return stops_; }

private:
    std::vector<call> calls_;
    bool stops_ = false;
};

namespace detail {

template <class P, class E>
concept process_keys = requires(const E& event) {
    { P::key(event) } -> std::convertible_to<std::optional<std::string>>;
};
template <class P, class E>
concept process_keys_stored = requires(const E& event, const event_view& at) {
    { P::key(event, at) } -> std::convertible_to<std::optional<std::string>>;
};
template <class P, class E>
concept process_reacts = requires(P& state, const E& event, reactions& then) {
    state.on(event, then);
};
template <class P, class E>
concept process_takes = readable_event<E> &&
    (process_keys<P, E> || process_keys_stored<P, E>)&&process_reacts<P, E>;
template <class P>
concept process_hears_rejections = requires(P& state, const rejection& of, reactions& then) {
    state.rejected(of, then);
};

/// A process is named as a subscription is: 1 to 100 of a-z 0-9 _ -.
constexpr bool good_process_name(std::string_view name) {
    if (name.empty() || name.size() > 100) return false;
    for (const char c : name) {
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
            return false;
    }
    return true;
}

template <class P>
constexpr bool well_named_process() {
    if constexpr (has_aggregate_name<P>) {
        return good_process_name(P::name);
    } else {
        return false;
    }
}

template <class P, class Events>
struct process_events {
    static constexpr bool fit = false;
};

template <class P, class... E>
struct process_events<P, std::variant<E...>> {
    static constexpr bool fit = (process_takes<P, E> && ...);

    static std::vector<std::string> types() { return {std::string{event_type_name<E>()}...}; }

    template <class One>
    static std::optional<std::string> key_of(const One& event, const event_view& at) {
        if constexpr (process_keys_stored<P, One>) {
            return P::key(event, at);
        } else {
            return P::key(event);
        }
    }
    template <class One>
    static bool starts() {
        if constexpr (requires { typename P::starts_with; }) {
            return in_list<One>(static_cast<const typename P::starts_with*>(nullptr));
        } else {
            return true;
        }
    }
    template <class One, class... Listed>
    static constexpr bool in_list(const std::variant<Listed...>*) {
        return (std::same_as<One, Listed> || ...);
    }

    /// Calls `visit` with the event as its struct, if it is one of ours.
    template <class Visit>
    static void visit(const json_event& event, const Visit& visit) {
        const auto type = event.view().type();
        static_cast<void>(
            ((type == event_type_name<E>() && (visit(read_event<E>(event)), true)) || ...));
    }
};

template <class P>
constexpr bool process_events_fit() {
    if constexpr (has_aggregate_events<P>) {
        return process_events<P, typename P::events>::fit;
    } else {
        return false;
    }
}

/// What the engine must know of a type of process.
struct process_kind {
    std::string_view name;
    std::uint32_t version;
    std::vector<std::string> types;
    struct place {
        std::optional<std::string> key;
        bool starts = false;
    };
    place (*find)(const json_event& event);                                       ///< May throw.
    void (*react)(std::string& state, const json_event& event, reactions& then);  ///< May throw.
    /// Null if it does not listen. May throw.
    void (*rejected)(std::string& state, const rejection& of, reactions& then);
};

template <class P, class Do>
void with_state(std::string& bytes, const Do& change) {
    P state{};
    if (!bytes.empty()) state = decode_value<P>(bytes).value();
    change(state);
    bytes.clear();
    encode_value(state, bytes);
}

template <class P>
const process_kind& process_kind_of() {
    using events = process_events<P, typename P::events>;
    static const process_kind kind{
        .name = P::name,
        .version = P::version,
        .types = events::types(),
        .find =
            [](const json_event& event) {
                process_kind::place found;
                events::visit(event, [&]<class E>(const E& one) {
                    found = {events::key_of(one, event.view()), events::template starts<E>()};
                });
                return found;
            },
        .react =
            [](std::string& state, const json_event& event, reactions& then) {
                with_state<P>(state, [&](P& now) {
                    events::visit(event, [&](const auto& one) { now.on(one, then); });
                });
            },
        .rejected = []() -> void (*)(std::string&, const rejection&, reactions&) {
            if constexpr (process_hears_rejections<P>) {
                return [](std::string& state, const rejection& of, reactions& then) {
                    with_state<P>(state, [&](P& now) { now.rejected(of, then); });
                };
            } else {
                return nullptr;
            }
        }()};
    return kind;
}

/// The half of a process manager that does not know the type.
class process_engine {
public:
    static result<std::unique_ptr<process_engine>> open(store& log, const process_kind& kind,
                                                        const process_options& options);
    ~process_engine();
    process_engine(const process_engine&) = delete;
    process_engine& operator=(const process_engine&) = delete;

    result<bool> step(std::chrono::milliseconds patience);
    result<void> catch_up();
    result<void> run(const std::stop_token& stop);
    result<std::optional<std::string>> instance(std::string_view key) const;
    process_counts counts() const noexcept;

private:
    struct impl;
    explicit process_engine(std::unique_ptr<impl> opened);
    std::unique_ptr<impl> impl_;
};

}  // namespace detail
}  // namespace daybook
