// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "scalar.hpp"

#include <daybook/raw_json.hpp>

#include "json_scanner.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <limits>
#include <utility>

namespace daybook {
namespace {

using order = std::partial_ordering;

// Numbers ----------------------------------------------------------------------------------------

// How many digits of a nonzero number stand before its point, were it written without exponent:
// 3 for 123.4, 0 for 0.5, -2 for 0.005.
std::int64_t magnitude(std::string_view number) {
    const auto exponent_at = std::min(number.find_first_of("eE"), number.size());
    std::int64_t exponent = 0;
    if (exponent_at < number.size()) {
        auto digits = number.substr(exponent_at + 1);
        if (digits.front() == '+') digits.remove_prefix(1);
        std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    }
    const auto mantissa = number.substr(0, exponent_at);
    const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
    const auto first = static_cast<std::int64_t>(mantissa.find_first_of("123456789"));
    return exponent + point - first + (first > point ? 1 : 0);
}

double read_double(std::string_view written) {
    double number = 0;
    const auto read = std::from_chars(written.data(), written.data() + written.size(), number);
    if (read.ec == std::errc{}) return number;
    const bool huge = magnitude(written) > 0;
    const double size = huge ? std::numeric_limits<double>::infinity() : 0.0;
    return written.front() == '-' ? -size : size;
}

template <std::integral Integer>
bool read_integer(std::string_view written, Integer& number) {
    const char* end = written.data() + written.size();
    const auto read = std::from_chars(written.data(), end, number);
    return read.ec == std::errc{} && read.ptr == end;
}

scalar read_number(std::string_view written) {
    if (std::int64_t number = 0; read_integer(written, number)) return number;
    if (std::uint64_t number = 0; read_integer(written, number)) return number;
    return read_double(written);
}

// Comparison -------------------------------------------------------------------------------------

// bool is integral; it is a kind of its own here.
template <class T>
concept whole = std::integral<T> && !std::same_as<T, bool>;

// Exact: the double is split into its whole part, compared as an integer, and the rest.
template <whole Integer>
order compare_to_double(Integer a, double b) {
    constexpr double above = std::is_signed_v<Integer> ? 0x1p63 : 0x1p64;
    constexpr double lowest = std::is_signed_v<Integer> ? -0x1p63 : 0.0;
    if (std::isnan(b)) return order::unordered;
    if (b >= above) return order::less;
    if (b < lowest) return order::greater;
    const double truncated = std::trunc(b);
    if (const auto parts = a <=> static_cast<Integer>(truncated); parts != 0) return parts;
    return truncated <=> b;
}

struct comparer {
    template <class A, class B>
    order operator()(A, B) const {
        return order::unordered;
    }
    order operator()(std::nullptr_t, std::nullptr_t) const { return order::equivalent; }
    order operator()(bool a, bool b) const { return a <=> b; }
    order operator()(double a, double b) const { return a <=> b; }
    // `compare` of char_traits<char> is bytewise, as unsigned.
    order operator()(std::string_view a, std::string_view b) const { return a.compare(b) <=> 0; }

    template <whole A, whole B>
    order operator()(A a, B b) const {
        if (std::cmp_less(a, b)) return order::less;
        return std::cmp_equal(a, b) ? order::equivalent : order::greater;
    }
    template <whole Integer>
    order operator()(Integer a, double b) const {
        return compare_to_double(a, b);
    }
    template <whole Integer>
    order operator()(double a, Integer b) const {
        return 0 <=> compare_to_double(b, a);
    }
};

bool is_scalar_alone(std::string_view text) {
    if (text.empty() || kind_of(text) == json_kind::object || kind_of(text) == json_kind::array) {
        return false;
    }
    json_scanner in{text};
    return in.skip_value() && in.at_end();
}

}  // namespace

scalar read_scalar(std::string_view written, std::string& unescaped) {
    switch (kind_of(written)) {
        case json_kind::null: return nullptr;
        case json_kind::boolean: return written.front() == 't';
        case json_kind::number: return read_number(written);
        case json_kind::string: break;
        case json_kind::array:
        case json_kind::object: return {};
    }
    const auto inside = written.substr(1, written.size() - 2);
    if (inside.find('\\') == std::string_view::npos) return inside;
    unescaped = unescape_checked(inside);
    return std::string_view{unescaped};
}

std::partial_ordering compare_scalars(const scalar& a, const scalar& b) noexcept {
    return std::visit(comparer{}, a, b);
}

scalar condition_value(std::string_view text, std::string& unescaped) {
    return is_scalar_alone(text) ? read_scalar(text, unescaped) : scalar{text};
}

}  // namespace daybook
