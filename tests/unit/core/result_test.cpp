// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/result.hpp>

#include "support/matchers.hpp"

#include <set>

namespace daybook {
namespace {

using test::FailsWith;
using test::Holds;
using test::HoldsValue;
using testing::HasSubstr;

result<int> halved(int number) {
    if (number % 2 != 0) return fail(errc::invalid_argument, "halve 3: it is odd");
    return number / 2;
}

result<void> checked(bool sound) {
    if (!sound) return fail(errc::corrupt, "check block 7: bad checksum");
    return {};
}

TEST(Result, HoldsAValueOrTheErrorThatExplainsWhy) {
    EXPECT_THAT(halved(4), Holds(2));
    EXPECT_THAT(halved(3), FailsWith(errc::invalid_argument, "odd"));
    EXPECT_THAT(checked(true), HoldsValue());
    EXPECT_THAT(checked(false), FailsWith(errc::corrupt, "block 7"));
}

TEST(Result, ThrowsFromValueWithTheErrorAndTheCallersPlace) {
    try {
        (void)halved(3).value();
        FAIL() << "value() returned";
    } catch (const exception& thrown) {
        EXPECT_EQ(thrown.error().code, errc::invalid_argument);
        EXPECT_EQ(thrown.error().message, "halve 3: it is odd");
        EXPECT_THAT(thrown.what(), HasSubstr("invalid_argument: halve 3: it is odd"));
        EXPECT_THAT(thrown.what(), HasSubstr("result_test.cpp:"));
    }
    EXPECT_THROW(checked(false).value(), exception);
    EXPECT_NO_THROW(checked(true).value());
}

TEST(Result, FailsWithoutConflictDetails) {
    EXPECT_EQ(fail(errc::io, "write: no space").conflict, nullptr);
}

TEST(Errc, HasADifferentNameForEachCode) {
    std::set<std::string_view> names;
    for (int code = 1; code <= 12; ++code) names.insert(to_string(static_cast<errc>(code)));
    EXPECT_EQ(names.size(), 12U);
    EXPECT_EQ(to_string(errc::not_found), "not_found");
    EXPECT_EQ(to_string(errc::projection_failed), "projection_failed");
    EXPECT_EQ(to_string(errc::timed_out), "timed_out");
    EXPECT_EQ(to_string(errc::rejected), "rejected");
    EXPECT_EQ(to_string(static_cast<errc>(0)), "unknown");
    EXPECT_EQ(to_string(static_cast<errc>(13)), "unknown");
}

}  // namespace
}  // namespace daybook
