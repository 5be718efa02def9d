// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/detail/upcast_payload.hpp>
#include <daybook/event_codec.hpp>
#include <daybook/limits.hpp>
#include <daybook/query.hpp>
#include <daybook/reader.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// Old events read as if they had been written today. What is stored stays as it was written.
///
///     upcaster_builder chain;
///     chain.add({"TaskOpened", "1.0.0"}, {"TaskOpened", "1.1.0"},
///               [](boost::json::object& payload) { payload["priority"] = "normal"; });
///     chain.add<task_opened_v1_1, task_opened>(
///         [](const task_opened_v1_1& old) { return task_opened{old.task, rank_of(old.priority)};
///         });
///     const auto to_today = chain.build().value();
///
///     repository<task> tasks{log, {.upcasters = to_today}};
///
/// An upcaster leads from one version of one type to the next, and they are followed from wherever
/// an event begins to where no other does. It may also rename the type, split the event into
/// several or drop it. Types that no upcaster names pass untouched. See core/docs/upcasting.md.
namespace daybook {

class payload_opener;

/// A type of events and the version of its payload. A stored event without a version counts as
/// "1.0.0", which is what `make_event` writes for structs that name none.
struct versioned_type {
    std::string type{};
    std::string version = "1.0.0";
    friend bool operator==(const versioned_type&, const versioned_type&) = default;
};

/// What a struct stands for.
template <class E>
versioned_type versioned_type_of() {
    return {std::string{event_type_name<E>()}, std::string{event_schema_version<E>()}};
}

/// One of the events that an old one is split into.
struct upcast_part {
    versioned_type kind{};
    boost::json::object payload{};
};

namespace detail {

/// An upcaster as it was declared. One that leads to no kinds drops, and has no function.
struct upcast_step {
    versioned_type from;
    std::vector<versioned_type> to;
    upcast_function run;
};

}  // namespace detail

/// What may become of one stored event at most.
struct upcast_limits {
    std::size_t parts_max = 1'000;
    std::size_t steps_max = 10'000;  ///< Of all its parts together.
    /// Of the records of its parts together; at most `limits::commit_bytes_max_ceiling`.
    std::size_t bytes_max = limits::commit_bytes_max_ceiling;
};

/// Declared upcasters, made ready by `upcaster_builder`. Immutable: one object serves all threads.
class upcasters {
public:
    ~upcasters();
    upcasters(const upcasters&) = delete;
    upcasters& operator=(const upcasters&) = delete;

    /// The other types, sorted, whose stored events may be read as events of `type`.
    std::vector<std::string> sources_of(std::string_view type) const;

    /// A query that finds every stored event of which something comes that `asked` matches. It
    /// finds others, too: ask `asked` again of what is upcast. Conditions on the payload are left
    /// out of it where upcasters may change the payload.
    query widen(query asked) const;

private:
    friend class upcaster_builder;
    friend class event_upcaster;
    struct graph;
    explicit upcasters(std::unique_ptr<const graph> of);
    std::unique_ptr<const graph> graph_;
};

/// Declares upcasters.
///
/// The functions are pure: what they do depends on the event alone. They are called with the
/// payload and, if they take it, with the event as it is stored (a `const event_view&`), by any
/// number of threads at a time. What they throw becomes an error that names the event.
class upcaster_builder {
public:
    explicit upcaster_builder(const upcast_limits& limits = {}) : limits_{limits} {}

    /// Changes the payload in place: `change(boost::json::object&)`. The type may be another one.
    template <class Change>
    requires detail::upcasts_with<Change, boost::json::object&> upcaster_builder& add(
        versioned_type from, versioned_type to, Change change) {
        static_assert(!detail::upcasts_with<Change, boost::json::object&&>,
                      "daybook upcaster: it changes a copy of the payload; take it as "
                      "`boost::json::object&`");
        return declare({std::move(from),
                        {std::move(to)},
                        [change = std::move(change)](detail::upcast_payload&& payload,
                                                     const event_view& stored,
                                                     std::vector<detail::upcast_product>& made) {
                            detail::call_upcast(change, payload.object(), stored);
                            made.push_back({0, std::move(payload)});
                        }});
    }

    /// From struct to struct: `New upcast(const Old&)`. They differ in their `schema_version` or
    /// in their `type_name`. A payload that does not fit `Old` is an error.
    template <detail::readable_event Old, detail::readable_event New, class Upcast>
    requires detail::upcasts_with<Upcast, const Old&> upcaster_builder& add(Upcast upcast) {
        static_assert(event_type_name<Old>() != event_type_name<New>() ||
                          event_schema_version<Old>() != event_schema_version<New>(),
                      "daybook upcaster: both structs stand for one version of one type; give "
                      "each its `schema_version`");
        return declare({versioned_type_of<Old>(),
                        {versioned_type_of<New>()},
                        [upcast = std::move(upcast)](detail::upcast_payload&& payload,
                                                     const event_view& stored,
                                                     std::vector<detail::upcast_product>& made) {
                            const auto& old = payload.as<Old>();
                            New next = detail::call_upcast(upcast, old, stored);
                            made.push_back({0, detail::upcast_payload::of(std::move(next))});
                        }});
    }

    /// Into any number of events, in order, none too: `std::vector<upcast_part>
    /// parts(const boost::json::object&)`. Each is one of `to`, which is not empty.
    template <class Parts>
    requires detail::upcasts_with<Parts, const boost::json::object&> upcaster_builder& split(
        versioned_type from, std::vector<versioned_type> to, Parts parts) {
        auto kinds = to;
        return declare({std::move(from), std::move(to),
                        [parts = std::move(parts), kinds = std::move(kinds)](
                            detail::upcast_payload&& payload, const event_view& stored,
                            std::vector<detail::upcast_product>& made) {
                            const auto& object = payload.object();
                            std::vector<upcast_part> all =
                                detail::call_upcast(parts, object, stored);
                            for (auto& one : all) {
                                made.push_back({place_of(one.kind, kinds),
                                                detail::upcast_payload{std::move(one.payload)}});
                            }
                        }});
    }

    /// The same with structs: `std::vector<std::variant<New...>> parts(const Old&)`.
    template <detail::readable_event Old, detail::readable_event... New, class Parts>
    requires(sizeof...(New) > 0) && detail::upcasts_with<Parts, const Old&> upcaster_builder& split(
                                        Parts parts) {
        return declare(
            {versioned_type_of<Old>(),
             {versioned_type_of<New>()...},
             [parts = std::move(parts)](detail::upcast_payload&& payload, const event_view& stored,
                                        std::vector<detail::upcast_product>& made) {
                 const auto& old = payload.as<Old>();
                 std::vector<std::variant<New...>> all = detail::call_upcast(parts, old, stored);
                 for (auto& one : all) {
                     const auto to = one.index();
                     std::visit(
                         [&](auto& part) {
                             made.push_back({to, detail::upcast_payload::of(std::move(part))});
                         },
                         one);
                 }
             }});
    }

    /// Nobody gets to see such an event. Its payload is not read.
    upcaster_builder& drop(versioned_type from) { return declare({std::move(from), {}, nullptr}); }
    template <detail::readable_event Old>
    upcaster_builder& drop() {
        return drop(versioned_type_of<Old>());
    }

    /// This version is read as it is, though no upcaster leads to it. Needed for types that
    /// upcasters name: a version of one that nothing names is refused when it is read.
    upcaster_builder& accept(versioned_type known);
    template <detail::readable_event E>
    upcaster_builder& accept() {
        return accept(versioned_type_of<E>());
    }

    /// Payloads are opened before anything else is done with an event, those of types that no
    /// upcaster names too. One that cannot be opened is an error of the code that `by` gives.
    upcaster_builder& open_with(std::shared_ptr<const payload_opener> by);

    /// Fails with `invalid_argument`: two upcasters from one version, a way that leads back to
    /// where it began, an accepted version that is upcast, a bad name or version.
    result<std::shared_ptr<const upcasters>> build() const;

private:
    upcaster_builder& declare(detail::upcast_step step);
    static std::size_t place_of(const versioned_type& kind, const std::vector<versioned_type>& in);

    upcast_limits limits_;
    std::vector<detail::upcast_step> steps_;
    std::vector<versioned_type> accepted_;
    std::shared_ptr<const payload_opener> opener_;
};

/// Upcasts one event after the other, in memory that it uses again. One for each thread; cheap to
/// make until something is to be upcast.
class event_upcaster {
public:
    /// With none, everything passes as it is.
    explicit event_upcaster(std::shared_ptr<const upcasters> by = nullptr);
    event_upcaster(event_upcaster&&) noexcept;
    event_upcaster& operator=(event_upcaster&&) noexcept;
    ~event_upcaster();

    /// What `stored` is read as: the same view if no upcaster begins at its version; else any
    /// number of events, in order, that differ from it in type, schema and payload alone. Its parts
    /// share its position, sequence, id, times, tags and whatever else it has. Valid until the next
    /// call, and as long as `stored`.
    ///
    /// All of it, or an error that names the event:
    ///   - `unsupported`: upcasters name its type, and nothing names its version;
    ///   - `projection_failed`: its payload is no JSON object or does not fit a struct, or an
    ///     upcaster threw, gave a part that it did not declare, or what is no JSON, such as
    ///     infinity, which numbers are read as that no double holds (1e400);
    ///   - `too_large`: more parts, steps or bytes than `upcast_limits`.
    ///
    /// Cost: for an event that is not upcast one look into a table, no allocation. Else one
    /// parse, the steps, and one encoding of each part with a look over it; between steps nothing
    /// is encoded.
    result<std::span<const event_view>> upcast(const event_view& stored);

private:
    struct impl;
    std::shared_ptr<const upcasters> by_;
    std::unique_ptr<impl> impl_;
    event_view plain_;
};

/// Calls `visit` with what the rest of `from` is read as. A failure of `visit` ends it and is
/// given back. Fails as `event_reader::next` and `event_upcaster::upcast`; then nothing of that
/// event was visited.
result<void> for_each_upcast(event_reader& from, const std::shared_ptr<const upcasters>& by,
                             const std::function<result<void>(const event_view&)>& visit);

namespace detail {

/// The event as it would be stored, as the first one of the log and of `stream`. For tests of what
/// reads events. Fails as `store::append` for an event that it does not take.
result<event> as_stored(const new_event& event, std::string_view stream = "given-1");

}  // namespace detail
}  // namespace daybook
