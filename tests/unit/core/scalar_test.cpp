// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: scalars are read to their exact values and compared without rounding.
// Method: tables of known answers; strtod for decimals; for comparisons, exact arithmetic that
// holds every 64-bit integer and every double.
#include "scalar.hpp"

#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <vector>

namespace daybook {
namespace {

using order = std::partial_ordering;

constexpr double infinity = std::numeric_limits<double>::infinity();

scalar read(std::string_view written) {
    std::string unescaped;
    return read_scalar(written, unescaped);
}

scalar text(std::string_view value) { return value; }

// Reading ----------------------------------------------------------------------------------------

TEST(ReadScalar, TellsTheKinds) {
    EXPECT_EQ(read("null"), scalar{nullptr});
    EXPECT_EQ(read("true"), scalar{true});
    EXPECT_EQ(read("false"), scalar{false});
    EXPECT_EQ(read("7"), scalar{std::int64_t{7}});
    EXPECT_EQ(read("7.0"), scalar{7.0});
    EXPECT_EQ(read("\"7\""), text("7"));
    EXPECT_EQ(read("\"\""), text(""));
    EXPECT_EQ(read("[7]"), scalar{});
    EXPECT_EQ(read("{}"), scalar{});
}

TEST(ReadScalar, KeepsWholeNumbersThat64BitsHold) {
    EXPECT_EQ(read("-0"), scalar{std::int64_t{0}});
    EXPECT_EQ(read("9223372036854775807"), scalar{std::numeric_limits<std::int64_t>::max()});
    EXPECT_EQ(read("-9223372036854775808"), scalar{std::numeric_limits<std::int64_t>::min()});
    EXPECT_EQ(read("9223372036854775808"), scalar{std::uint64_t{1} << 63U});
    EXPECT_EQ(read("18446744073709551615"), scalar{std::numeric_limits<std::uint64_t>::max()});
    EXPECT_EQ(read("18446744073709551616"), scalar{0x1p64});
    EXPECT_EQ(read("-9223372036854775809"), scalar{-0x1p63});
}

TEST(ReadScalar, TakesTheNearestDoubleAndItsLimits) {
    const std::map<std::string, double> numbers{{"0.1", 0.1},
                                                {"-2.5e-3", -0.0025},
                                                {"1E5", 1e5},
                                                {"1e400", infinity},
                                                {"-1e400", -infinity},
                                                {"1e999999999", infinity},
                                                {"1e-400", 0.0},
                                                {"1e-999999999", 0.0},
                                                {"0e400", 0.0},
                                                {"0.0e999999999", 0.0},
                                                {"5e-324", 5e-324},
                                                {"1.7976931348623157e308", 1.7976931348623157e308},
                                                {"1000.0e306", infinity},
                                                {"0.0001e400", infinity},
                                                {"0.1e309", 1e308},
                                                {"1234567.0e-400", 0.0}};
    for (const auto& [written, value] : numbers) EXPECT_EQ(read(written), scalar{value}) << written;
    EXPECT_TRUE(std::signbit(std::get<double>(read("-1e-400"))));
    EXPECT_EQ(read("0." + std::string(400, '0') + "1e401"), scalar{1.0});
    EXPECT_EQ(read("0." + std::string(400, '0') + "1"), scalar{0.0});
    EXPECT_EQ(read("1" + std::string(400, '0')), scalar{infinity});
    EXPECT_EQ(read("1" + std::string(400, '0') + "e-400"), scalar{1.0});
}

TEST(ReadScalar, ReadsDecimalsAsStrtodDoes) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    for (int i = 0; i < 50'000; ++i) {
        auto written = std::to_string(random.next() >> random.below(64)) + '.' +
                       std::to_string(random.next() >> random.below(64));
        if (random.chance(50)) {
            written += 'e' + std::to_string(static_cast<std::int64_t>(random.below(700)) - 350);
        }
        if (random.chance(50)) written.insert(0, 1, '-');
        ASSERT_EQ(read(written), scalar{std::strtod(written.c_str(), nullptr)}) << written;
    }
}

TEST(ReadScalar, UnescapesText) {
    std::string unescaped;
    EXPECT_EQ(read_scalar(R"("a\n\u00fc\"")", unescaped), text("a\n\xC3\xBC\""));
    EXPECT_EQ(read_scalar(R"("\u0000")", unescaped), text(std::string_view{"\0", 1}));
}

TEST(ConditionValue, IsAJsonScalarOrElseTheText) {
    std::string unescaped;
    EXPECT_EQ(condition_value("3", unescaped), scalar{std::int64_t{3}});
    EXPECT_EQ(condition_value("-2.5", unescaped), scalar{-2.5});
    EXPECT_EQ(condition_value("true", unescaped), scalar{true});
    EXPECT_EQ(condition_value("null", unescaped), scalar{nullptr});
    EXPECT_EQ(condition_value("\"x\"", unescaped), text("x"));
    EXPECT_EQ(condition_value("\"3\"", unescaped), text("3"));
    EXPECT_EQ(condition_value("\"\\u0033\"", unescaped), text("3"));
    for (const char* other : {"", "coder", "007", "1.2.3", "True", "3 ", " 3", "[1]", "{}", "\"x",
                              "'x'", "2025-12-22", "-", "nul", "\xFF"}) {
        EXPECT_EQ(condition_value(other, unescaped), text(other)) << other;
    }
}

// Comparing --------------------------------------------------------------------------------------

// Holds int64, uint64 and double exactly where long double has 64 bits of mantissa or more.
using exact = long double;

exact exact_of(const scalar& number) {
    if (const auto* integer = std::get_if<std::int64_t>(&number))
        return static_cast<exact>(*integer);
    if (const auto* integer = std::get_if<std::uint64_t>(&number))
        return static_cast<exact>(*integer);
    return static_cast<exact>(std::get<double>(number));
}

double neighbour(double of, test::randomness& random) {
    return std::nextafter(of, random.chance(50) ? infinity : -infinity);
}

scalar random_number(test::randomness& random) {
    const auto near_power = (std::uint64_t{1} << random.below(64)) + random.below(3) - 1;
    const auto integer = random.chance(50) ? random.next() >> random.below(64) : near_power;
    switch (random.below(4)) {
        case 0: return std::bit_cast<std::int64_t>(integer);
        case 1: return integer;
        case 2: {
            const auto whole = static_cast<double>(std::bit_cast<std::int64_t>(integer));
            return random.chance(50) ? whole : neighbour(whole, random);
        }
        default: return static_cast<double>(integer) / (random.chance(50) ? 1.0 : 4.0);
    }
}

TEST(CompareScalars, OrdersNumbersAsExactArithmeticDoes) {
    if (std::numeric_limits<exact>::digits < 64) GTEST_SKIP() << "long double is too short";
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    for (int i = 0; i < 200'000; ++i) {
        const auto a = random_number(random);
        // Independent numbers are rarely close: often compare with a neighbour or another spelling.
        auto b = random_number(random);
        if (random.chance(40)) b = static_cast<double>(exact_of(a));
        if (const auto* near = std::get_if<double>(&b); near != nullptr && random.chance(20)) {
            b = neighbour(*near, random);
        }
        const order expected = exact_of(a) <=> exact_of(b);
        ASSERT_TRUE(compare_scalars(a, b) == expected) << exact_of(a) << " and " << exact_of(b);
        ASSERT_TRUE(compare_scalars(b, a) == (0 <=> expected))
            << exact_of(a) << " and " << exact_of(b);
    }
}

TEST(CompareScalars, DoesNotRoundLargeIntegers) {
    const auto compare = [](std::string_view a, std::string_view b) {
        return compare_scalars(read(a), read(b));
    };
    EXPECT_TRUE(compare("9007199254740993", "9007199254740992.0") > 0);
    EXPECT_TRUE(compare("9223372036854775807", "9223372036854775808.0") < 0);
    EXPECT_TRUE(compare("-9223372036854775808", "-9223372036854775808.0") == 0);
    EXPECT_TRUE(compare("18446744073709551615", "18446744073709551616.0") < 0);
    EXPECT_TRUE(compare("9223372036854775808", "9223372036854775808.0") == 0);
    EXPECT_TRUE(compare("-1", "9223372036854775808") < 0);
    EXPECT_TRUE(compare("0", "-0.0") == 0);
    EXPECT_TRUE(compare("-1", "-1.5") > 0);
    EXPECT_TRUE(compare("9223372036854775808", "-0.5") > 0);
}

TEST(CompareScalars, ComparesWithInfinityAndNeverWithNan) {
    const scalar nan = std::numeric_limits<double>::quiet_NaN();
    for (const scalar& number : {read("1"), read("18446744073709551615"), read("1.5")}) {
        EXPECT_TRUE(compare_scalars(number, infinity) < 0);
        EXPECT_TRUE(compare_scalars(infinity, number) > 0);
        EXPECT_TRUE(compare_scalars(number, -infinity) > 0);
        EXPECT_TRUE(compare_scalars(number, nan) == order::unordered);
        EXPECT_TRUE(compare_scalars(nan, number) == order::unordered);
    }
    EXPECT_TRUE(compare_scalars(nan, nan) == order::unordered);
}

TEST(CompareScalars, OrdersTextBytewiseAndFalseBeforeTrue) {
    EXPECT_TRUE(compare_scalars(text("a"), text("b")) < 0);
    EXPECT_TRUE(compare_scalars(text("Z"), text("a")) < 0);
    EXPECT_TRUE(compare_scalars(text("a"), text("ab")) < 0);
    EXPECT_TRUE(compare_scalars(text("\xC3\xBC"), text("z")) > 0);
    EXPECT_TRUE(compare_scalars(text("a"), text("a")) == 0);
    EXPECT_TRUE(compare_scalars(false, true) < 0);
    EXPECT_TRUE(compare_scalars(nullptr, nullptr) == 0);
}

TEST(CompareScalars, LeavesDifferentKindsAndContainersUnordered) {
    const std::vector<scalar> kinds{nullptr, true, std::int64_t{1}, text("1"), std::monostate{}};
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        for (std::size_t j = 0; j < kinds.size(); ++j) {
            const bool comparable = i == j && i < 4;
            EXPECT_EQ(compare_scalars(kinds[i], kinds[j]) != order::unordered, comparable)
                << i << ' ' << j;
        }
    }
    for (const scalar& number : {scalar{1.0}, scalar{std::uint64_t{1}}}) {
        EXPECT_TRUE(compare_scalars(number, true) == order::unordered);
        EXPECT_TRUE(compare_scalars(nullptr, number) == order::unordered);
    }
}

}  // namespace
}  // namespace daybook
