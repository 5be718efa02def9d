// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/event_codec.hpp>

#include <boost/json/serialize.hpp>

#include <cmath>
#include <limits>

namespace daybook::detail {
namespace {

// Above this, not every whole number is a double of its own.
constexpr double whole_double_max = 9'007'199'254'740'992.0;
constexpr std::size_t shown_bytes_max = 60;

bool whole(const boost::json::value& from, double& into) {
    if (!from.is_double()) return false;
    into = from.get_double();
    return std::abs(into) <= whole_double_max && std::trunc(into) == into;
}

}  // namespace

bool from_json(const boost::json::value& from, bool& into) {
    if (!from.is_bool()) return false;
    into = from.get_bool();
    return true;
}

bool from_json(const boost::json::value& from, std::int64_t& into) {
    double number = 0;
    if (from.is_int64()) {
        into = from.get_int64();
        return true;
    }
    if (!whole(from, number)) return false;  // An unsigned value here is above the signed ones.
    into = static_cast<std::int64_t>(number);
    return true;
}

bool from_json(const boost::json::value& from, std::uint64_t& into) {
    double number = 0;
    if (from.is_uint64()) {
        into = from.get_uint64();
        return true;
    }
    if (from.is_int64() && from.get_int64() >= 0) {
        into = static_cast<std::uint64_t>(from.get_int64());
        return true;
    }
    if (!whole(from, number) || number < 0) return false;
    into = static_cast<std::uint64_t>(number);
    return true;
}

bool from_json(const boost::json::value& from, double& into) {
    if (!from.is_number()) return false;
    into = from.to_number<double>();
    return std::isfinite(into);  // Not 1e400, which nothing could be written as again.
}

bool from_json(const boost::json::value& from, std::string& into) {
    if (!from.is_string()) return false;
    into.assign(from.get_string().data(), from.get_string().size());
    return true;
}

bool from_json(const boost::json::value& from, timestamp& into) {
    if (!from.is_string()) return false;
    const auto time = parse_timestamp(from.get_string());
    if (!time) return false;
    into = *time;
    return true;
}

bool from_json(const boost::json::value& from, event_id& into) {
    if (!from.is_string()) return false;
    const auto id = parse_event_id({from.get_string().data(), from.get_string().size()});
    if (!id) return false;
    into = *id;
    return true;
}

bool from_json(const boost::json::value& from, position& into) {
    return from_json(from, into.value);
}

bool from_json(const boost::json::value& from, sequence& into) {
    return from_json(from, into.value);
}

void throw_mismatch(std::string_view field, const boost::json::value& found,
                    const std::string& allowed) {
    auto shown = boost::json::serialize(found);
    if (shown.size() > shown_bytes_max) {
        shown.resize(shown_bytes_max);
        shown += "...";
    }
    throw payload_mismatch{"payload field \"" + std::string{field} + "\" is " + shown +
                           (allowed.empty() ? ", which the event struct's member cannot hold"
                                            : ", which is none of: " + allowed)};
}

}  // namespace daybook::detail
