// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/upcasters.hpp>

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// An account's events as they were once and as they are today (sample_aggregates.hpp).
namespace daybook::test {

struct paid_in_v1 {
    static constexpr std::string_view type_name = "PaidIn";
    std::int64_t euros = 0;
};
BOOST_DESCRIBE_STRUCT(paid_in_v1, (), (euros))

struct paid_in_v2 {
    static constexpr std::string_view type_name = "PaidIn";
    static constexpr std::string_view schema_version = "2.0.0";
    std::int64_t cents = 0;
    std::string by;
};
BOOST_DESCRIBE_STRUCT(paid_in_v2, (), (cents, by))

/// Today: two events.
struct moved_v1 {
    static constexpr std::string_view type_name = "Moved";
    std::int64_t in = 0;
    std::int64_t out = 0;
};
BOOST_DESCRIBE_STRUCT(moved_v1, (), (in, out))

struct counted_v1 {
    static constexpr std::string_view type_name = "Counted";
};
BOOST_DESCRIBE_STRUCT(counted_v1, (), ())

inline new_event event_of(versioned_type kind, std::string payload) {
    new_event made;
    made.type = std::move(kind.type);
    made.schema = std::move(kind.version);
    made.payload = std::move(payload);
    return made;
}

}  // namespace daybook::test
