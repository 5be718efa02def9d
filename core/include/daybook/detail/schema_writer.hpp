// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/detail/compound_codec.hpp>

#include <boost/mp11.hpp>

#include <array>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>

/// The JSON Schema of what the codecs write and `event_as` reads; see json_schema.hpp.
namespace daybook::detail {

/// `"type":"integer"`, or `"type":["integer","null"]`.
void schema_type(std::string& to, std::string_view name, bool nullable);
void schema_integer(std::string& to, std::int64_t least, std::int64_t most, bool nullable);
void schema_formatted(std::string& to, std::string_view type, std::string_view format,
                      bool nullable);
void schema_names(std::string& to, std::span<const std::string_view> names, bool nullable);

/// Writes the keywords for values of one type, or also null, without the braces around them. Not
/// defined for what an event struct cannot hold.
template <class T>
struct schema_writer;

template <class T>
concept has_schema = requires(std::string& to) {
    schema_writer<T>::write(to, false);
};

template <>
struct schema_writer<bool> {
    static void write(std::string& to, bool nullable) { schema_type(to, "boolean", nullable); }
};

/// 64 bits are told by a format: bounds that large are not exact in every validator.
template <std::integral T>
struct schema_writer<T> {
    static void write(std::string& to, bool nullable) {
        if constexpr (sizeof(T) == 8) {
            schema_formatted(to, "integer", std::is_signed_v<T> ? "int64" : "uint64", nullable);
        } else {
            schema_integer(to, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(),
                           nullable);
        }
    }
};

template <std::floating_point T>
struct schema_writer<T> {
    static void write(std::string& to, bool nullable) {
        if constexpr (std::same_as<T, float>) {
            schema_formatted(to, "number", "float", nullable);
        } else {
            schema_type(to, "number", nullable);
        }
    }
};

template <class T>
requires(std::is_enum_v<T>&&
             boost::describe::has_describe_enumerators<T>::value) struct schema_writer<T> {
    static void write(std::string& to, bool nullable) {
        using all = boost::describe::describe_enumerators<T>;
        std::array<std::string_view, boost::mp11::mp_size<all>::value> names;
        std::size_t at = 0;
        boost::mp11::mp_for_each<all>([&](auto one) { names[at++] = one.name; });
        schema_names(to, names, nullable);
    }
};

template <>
struct schema_writer<std::string> {
    static void write(std::string& to, bool nullable) { schema_type(to, "string", nullable); }
};

template <>
struct schema_writer<timestamp> {
    static void write(std::string& to, bool nullable) {
        schema_formatted(to, "string", "date-time", nullable);
    }
};

template <>
struct schema_writer<event_id> {
    static void write(std::string& to, bool nullable) {
        schema_formatted(to, "string", "uuid", nullable);
    }
};

template <class T>
requires(std::same_as<T, position> || std::same_as<T, sequence>) struct schema_writer<T>
    : schema_writer<std::uint64_t> {
};

template <has_schema Rep, class Period>
struct schema_writer<std::chrono::duration<Rep, Period>> : schema_writer<Rep> {};

template <has_schema T>
struct schema_writer<std::optional<T>> {
    static void write(std::string& to, bool) { schema_writer<T>::write(to, true); }
};

template <has_schema T>
struct schema_writer<std::vector<T>> {
    static void write(std::string& to, bool nullable) {
        schema_type(to, "array", nullable);
        to += R"(,"items":{)";
        schema_writer<T>::write(to, false);
        to += '}';
    }
};

/// Elements need not differ: texts that are not UTF-8 may become the same when they are written.
template <has_schema T>
struct schema_writer<std::set<T>> : schema_writer<std::vector<T>> {};

template <has_schema T>
struct schema_writer<std::map<std::string, T>> {
    static void write(std::string& to, bool nullable) {
        schema_type(to, "object", nullable);
        to += R"(,"additionalProperties":{)";
        schema_writer<T>::write(to, false);
        to += '}';
    }
};

/// What any of the alternatives fits, one of them can hold.
template <has_schema... T>
struct schema_writer<std::variant<T...>> {
    static void write(std::string& to, bool nullable) {
        std::string_view separator = R"("anyOf":[{)";
        const auto alternative = [&]<class One>(std::type_identity<One>) {
            to += std::exchange(separator, "},{");
            schema_writer<One>::write(to, false);
        };
        (alternative(std::type_identity<T>{}), ...);
        to += nullable ? R"(},{"type":"null"}])" : "}]";
    }
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// Members that are not named may be there; those that are not optional must.
template <described T>
struct schema_writer<T> {
    static void write(std::string& to, bool nullable) {
        schema_type(to, "object", nullable);
        write_members(to);
        write_required(to);
    }

private:
    static void write_members(std::string& to) {
        std::string_view separator = R"(,"properties":{)";
        boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
            using type = member_type<T, decltype(member)>;
            static_assert(has_schema<type>,
                          "a member of an event struct must be bool, a number, a described "
                          "enumeration, std::string, timestamp, event_id, position, sequence, a "
                          "std::chrono duration, another described struct, or an optional, "
                          "vector, set, map<std::string, ...> or variant of these");
            to += separator;
            json_text(to, member.name);
            to += ":{";
            schema_writer<type>::write(to, false);
            to += '}';
            separator = ",";
        });
        if (separator == ",") to += '}';
    }

    static void write_required(std::string& to) {
        std::string_view separator = R"(,"required":[)";
        boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
            if (is_optional<member_type<T, decltype(member)>>) return;
            to += separator;
            json_text(to, member.name);
            separator = ",";
        });
        if (separator == ",") to += ']';
    }
};

}  // namespace daybook::detail
