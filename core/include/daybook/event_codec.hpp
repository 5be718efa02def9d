// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/detail/payload_writer.hpp>
#include <daybook/json_event.hpp>
#include <daybook/value_codec.hpp>

#include <boost/json/value.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Event structs, described with Boost.Describe, from and to JSON payloads.
namespace daybook {

/// Thrown while a payload is read into a struct, when a field is there but is of another kind. The
/// engine turns it into `errc::projection_failed`; it leaves no function of this library.
class payload_mismatch : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

namespace detail {

/// The identifier after the last "::" of a type's name.
template <class T>
constexpr std::string_view unqualified_name() {
    const std::string_view function{__PRETTY_FUNCTION__};
    const auto start = function.find("T = ") + 4;
    const auto whole = function.substr(start, function.find_first_of(";]", start) - start);
    const auto colon = whole.rfind("::");
    return colon == std::string_view::npos ? whole : whole.substr(colon + 2);
}

bool from_json(const boost::json::value& from, bool& into);
bool from_json(const boost::json::value& from, std::int64_t& into);
bool from_json(const boost::json::value& from, std::uint64_t& into);
bool from_json(const boost::json::value& from, double& into);
bool from_json(const boost::json::value& from, std::string& into);
bool from_json(const boost::json::value& from, timestamp& into);
bool from_json(const boost::json::value& from, event_id& into);
bool from_json(const boost::json::value& from, position& into);
bool from_json(const boost::json::value& from, sequence& into);
/// `allowed`: the values there are, if they can be listed.
[[noreturn]] void throw_mismatch(std::string_view field, const boost::json::value& found,
                                 const std::string& allowed);

template <class T>
struct json_reader;

template <class T>
bool read_value(const boost::json::value& from, T& into) {
    return json_reader<T>::read(from, into);
}

template <class T>
requires requires(const boost::json::value& from, T& into) { detail::from_json(from, into); }
struct json_reader<T> {
    static bool read(const boost::json::value& from, T& into) { return from_json(from, into); }
};

template <class T>
requires(std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, std::int64_t> &&
         !std::same_as<T, std::uint64_t>) struct json_reader<T> {
    static bool read(const boost::json::value& from, T& into) {
        std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t> wide{};
        if (!from_json(from, wide)) return false;
        into = static_cast<T>(wide);
        return into == wide;
    }
};

template <>
struct json_reader<float> {
    static bool read(const boost::json::value& from, float& into) {
        double wide = 0;
        if (!from_json(from, wide)) return false;
        into = static_cast<float>(wide);
        return true;
    }
};

template <class T>
requires std::is_enum_v<T>
struct json_reader<T> {
    static bool read(const boost::json::value& from, T& into) {
        std::string name;
        return from_json(from, name) && boost::describe::enum_from_string(name.c_str(), into);
    }
};

template <class T>
struct json_reader<std::optional<T>> {
    static bool read(const boost::json::value& from, std::optional<T>& into) {
        into.reset();
        return from.is_null() || read_value(from, into.emplace());
    }
};

template <class T>
struct json_reader<std::vector<T>> {
    static bool read(const boost::json::value& from, std::vector<T>& into) {
        into.clear();
        if (!from.is_array()) return false;
        for (const auto& element : from.get_array()) {
            if (!read_value(element, into.emplace_back())) return false;
        }
        return true;
    }
};

template <class T>
struct json_reader<std::set<T>> {
    static bool read(const boost::json::value& from, std::set<T>& into) {
        into.clear();
        if (!from.is_array()) return false;
        for (const auto& element : from.get_array()) {
            T value{};
            if (!read_value(element, value)) return false;
            into.insert(std::move(value));
        }
        return true;
    }
};

template <class Rep, class Period>
struct json_reader<std::chrono::duration<Rep, Period>> {
    static bool read(const boost::json::value& from, std::chrono::duration<Rep, Period>& into) {
        Rep count{};
        if (!read_value(from, count)) return false;
        into = std::chrono::duration<Rep, Period>{count};
        return true;
    }
};

template <class T>
struct json_reader<std::map<std::string, T>> {
    static bool read(const boost::json::value& from, std::map<std::string, T>& into) {
        into.clear();
        if (!from.is_object()) return false;
        for (const auto& [key, element] : from.get_object()) {
            if (!read_value(element, into[std::string{key}])) return false;
        }
        return true;
    }
};

/// The first of the alternatives that can hold it.
template <class... T>
struct json_reader<std::variant<T...>> {
    static bool read(const boost::json::value& from, std::variant<T...>& into) {
        return (read_as<T>(from, into) || ...);
    }

private:
    template <class One>
    static bool read_as(const boost::json::value& from, std::variant<T...>& into) {
        try {
            One held{};
            if (!read_value(from, held)) return false;
            into = std::move(held);
            return true;
        } catch (const payload_mismatch&) {
            return false;
        }
    }
};

/// What a member may hold, if that is a list: "calm, cross" of an enumeration, also if it is
/// optional; else empty.
template <class T>
struct allowed_values {
    static std::string list() {
        std::string all;
        if constexpr (std::is_enum_v<T>) {
            boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto one) {
                if (!all.empty()) all += ", ";
                all += one.name;
            });
        }
        return all;
    }
};
template <class T>
struct allowed_values<std::optional<T>> : allowed_values<T> {};

template <described T>
struct json_reader<T> {
    /// Members that the object does not have keep their defaults; others it has are skipped.
    static bool read(const boost::json::value& from, T& into) {
        if (!from.is_object()) return false;
        const auto& object = from.get_object();
        boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
            const auto* found = object.if_contains(member.name);
            if (found != nullptr && !read_value(*found, into.*member.pointer)) {
                throw_mismatch(member.name, *found,
                               allowed_values<member_type<T, decltype(member)>>::list());
            }
        });
        return true;
    }
};

template <class E>
concept readable_event = described<E> && std::default_initializable<E>;

/// Throws `payload_mismatch`.
template <readable_event E>
E read_event(const json_event& from) {
    const auto* payload = from.payload();
    if (payload == nullptr || !payload->is_object()) {
        throw payload_mismatch{"the payload is not a JSON object"};
    }
    E event{};
    read_value(*payload, event);
    return event;
}

template <class E>
concept names_its_type = requires {
    { E::type_name } -> std::convertible_to<std::string_view>;
};

template <class E>
concept names_its_schema = requires {
    { E::schema_version } -> std::convertible_to<std::string_view>;
};

template <class E>
concept has_tags = requires(const E& event) {
    { tags_of(event) } -> std::convertible_to<std::vector<std::string>>;
};

}  // namespace detail

/// The event type that a struct stands for: its `type_name` if it has one, else the struct's own
/// name without namespaces.
template <class E>
constexpr std::string_view event_type_name() {
    if constexpr (detail::names_its_type<E>) {
        return E::type_name;
    } else {
        return detail::unqualified_name<E>();
    }
}

/// The version of the payload that a struct stands for: its `schema_version`, or "1.0.0".
template <class E>
constexpr std::string_view event_schema_version() {
    if constexpr (detail::names_its_schema<E>) {
        return E::schema_version;
    } else {
        return "1.0.0";
    }
}

/// The payload of an event struct: a JSON object with its members by name. Members that are empty
/// optionals are left out.
template <detail::readable_event E>
std::string event_to_json(const E& event) {
    std::string text;
    detail::payload_writer<E>::put(text, event);
    return text;
}

/// An event to append, with the type, the payload and the schema version of its struct, and the
/// tags that `tags_of(event)` gives, if there is such a function beside the struct.
template <detail::readable_event E>
new_event make_event(const E& event) {
    new_event made;
    if constexpr (detail::has_tags<E>) made.tags = tags_of(event);
    made.type = event_type_name<E>();
    made.payload = event_to_json(event);
    made.schema = event_schema_version<E>();
    return made;
}

/// The payload of a stored event as a struct. Members that the payload does not have keep their
/// defaults; others it has are left out. The event's type is not looked at.
/// Fails with `invalid_argument` (the message names the position, the member that does not fit,
/// what was found and, of an enumeration, what is allowed).
template <detail::readable_event E>
result<E> event_as(const event_view& from) {
    try {
        return detail::read_event<E>(json_event{from});
    } catch (const payload_mismatch& thrown) {
        return fail(errc::invalid_argument, "event at position " +
                                                std::to_string(from.position().value) + " (" +
                                                std::string{from.type()} + "): " + thrown.what());
    }
}

}  // namespace daybook
