// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: times and ids are read and written exactly as the standards say, over their whole range.
// Method: known answers; a calendar counted month by month from year 1; random round trips.
#include <daybook/types.hpp>

#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace daybook {
namespace {

using std::chrono::microseconds;
using test::FailsWith;
using test::Holds;

timestamp at(std::int64_t micros) { return timestamp{microseconds{micros}}; }

// Times ------------------------------------------------------------------------------------------

TEST(TimestampText, ShowsMillisecondsAndMicrosecondsWhereTheyAreNotZero) {
    EXPECT_EQ(to_string(at(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_string(at(1'766'399'400'123'000)), "2025-12-22T10:30:00.123Z");
    EXPECT_EQ(to_string(at(1'766'399'400'123'456)), "2025-12-22T10:30:00.123456Z");
    EXPECT_EQ(to_string(at(1'766'399'400'000'001)), "2025-12-22T10:30:00.000001Z");
    EXPECT_EQ(to_string(at(-1)), "1969-12-31T23:59:59.999999Z");
    EXPECT_EQ(to_string(timestamp_min), "0001-01-01T00:00:00.000Z");
    EXPECT_EQ(to_string(timestamp_max), "9999-12-31T23:59:59.999999Z");
}

TEST(TimestampText, SaysMicrosecondsOutsideTheRangeOfTimes) {
    EXPECT_EQ(to_string(timestamp_max + microseconds{1}),
              "253402300800000000 microseconds since 1970");
    EXPECT_EQ(to_string(timestamp::min()), "-9223372036854775808 microseconds since 1970");
}

TEST(ParseTimestamp, ReadsRfc3339) {
    const std::map<std::string, std::int64_t> texts{
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T00:00:00.000001Z", 1},
        {"2025-12-22T10:30:00.123Z", 1'766'399'400'123'000},
        {"2025-12-22T11:30:00.123+01:00", 1'766'399'400'123'000},
        {"2025-12-22T05:00:00.123-05:30", 1'766'399'400'123'000},
        {"2025-12-22T10:30:00.123-00:00", 1'766'399'400'123'000},
        {"2025-12-23T10:29:00.123+23:59", 1'766'399'400'123'000},
        {"2025-12-22t10:30:00.123z", 1'766'399'400'123'000},
        {"2025-12-22 10:30:00.123Z", 1'766'399'400'123'000},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"2000-02-29T00:00:00Z", 951'782'400'000'000},
        {"0001-01-01T00:00:00Z", timestamp_min.time_since_epoch().count()},
        {"9999-12-31T23:59:59.999999Z", timestamp_max.time_since_epoch().count()}};
    for (const auto& [text, micros] : texts) {
        EXPECT_THAT(parse_timestamp(text), Holds(at(micros))) << text;
    }
}

TEST(ParseTimestamp, LetsSecondsAndFractionAndTimeBeLeftOut) {
    EXPECT_THAT(parse_timestamp("2025-12-22T10:30Z"), Holds(at(1'766'399'400'000'000)));
    EXPECT_THAT(parse_timestamp("2025-12-22T11:30+01:00"), Holds(at(1'766'399'400'000'000)));
    EXPECT_THAT(parse_timestamp("2025-12-22"), Holds(at(1'766'361'600'000'000)));
}

TEST(ParseTimestamp, ReadsFractionsOfAnyLengthWhoseDigitsBeyondMicrosecondsAreZero) {
    const std::map<std::string, std::int64_t> fractions{
        {"1", 100'000},       {"12", 120'000},           {"123", 123'000},
        {"1234", 123'400},    {"12345", 123'450},        {"123456", 123'456},
        {"1234560", 123'456}, {"123456000000", 123'456}, {"000000", 0}};
    for (const auto& [digits, micros] : fractions) {
        EXPECT_THAT(parse_timestamp("1970-01-01T00:00:00." + digits + "Z"), Holds(at(micros)))
            << digits;
    }
    EXPECT_THAT(parse_timestamp("1970-01-01T00:00:00.1234567Z"),
                FailsWith(errc::invalid_argument, "finer than microseconds"));
}

TEST(ParseTimestamp, SaysWhatIsWrong) {
    const std::map<std::string, std::string> faults{
        {"", "expected 4 digits of the year, found the end"},
        {"yesterday", "found \"yesterday\""},
        {"0000-01-01", "the year is 0000, must be 1 to 9999"},
        {"-001-01-01", "4 digits of the year"},
        {"12025-01-01", "expected '-', found \"5-01-01\""},
        {"2025-13-01", "the month is 13, must be 1 to 12"},
        {"2025-00-01", "the month is 00"},
        {"2025-12-32", "the day is 32"},
        {"2025-12-00", "the day is 00"},
        {"2025-04-31", "the month has no day 31"},
        {"2025-02-29", "the month has no day 29"},
        {"1900-02-29", "the month has no day 29"},
        {"2025-2-1", "2 digits of the month"},
        {"2025/12/22", "expected '-', found \"/12/22\""},
        {"2025-12-22X", "expected 'T' and a time, found \"X\""},
        {"2025-12-22T", "2 digits of the hour, found the end"},
        {"2025-12-22T24:00:00Z", "the hour is 24"},
        {"2025-12-22T10:60:00Z", "the minute is 60"},
        {"2025-12-22T10:30:60Z", "the second is 60"},
        {"2025-12-22T10:30:00", "expected 'Z' or an offset like +01:00, found the end"},
        {"2025-12-22T10:30:00.Z", "expected digits after '.', found \"Z\""},
        {"2025-12-22T10:30:00,5Z", "found \",5Z\""},
        {"2025-12-22T10:30:00+0100", "expected ':', found \"00\""},
        {"2025-12-22T10:30:00+24:00", "the offset's hour is 24"},
        {"2025-12-22T10:30:00+01:60", "the offset's minute is 60"},
        {"2025-12-22T10:30:00Z ", "found \" \" after its end"},
        {"2025-12-22T10:30:00Zulu", "found \"ulu\" after its end"},
        {"0001-01-01T00:00:00+00:01", "outside the years 0001 to 9999"},
        {"9999-12-31T23:59:59-00:01", "outside the years 0001 to 9999"},
        {"2025-12-22T10:30:00\nZ", "found \"\\x0aZ\""}};
    for (const auto& [text, part] : faults) {
        EXPECT_THAT(parse_timestamp(text), FailsWith(errc::invalid_argument, part)) << text;
        EXPECT_THAT(parse_timestamp(text), FailsWith(errc::invalid_argument, "time \""));
    }
}

TEST(ParseTimestamp, AgreesWithACalendarCountedMonthByMonth) {
    constexpr std::int64_t day_micros = 86'400'000'000;
    std::int64_t midnight = timestamp_min.time_since_epoch().count();
    for (int year = 1; year <= 9999; ++year) {
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; ++month) {
            const int days =
                month == 2 ? 28 + (leap ? 1 : 0) : 30 + ((month < 8 ? month : month + 1) % 2);
            char first[32];
            char last[40];
            std::snprintf(first, sizeof first, "%04d-%02d-01", year, month);
            std::snprintf(last, sizeof last, "%04d-%02d-%02dT23:59:59.999999Z", year, month, days);
            ASSERT_THAT(parse_timestamp(first), Holds(at(midnight))) << first;
            ASSERT_EQ(to_string(at(midnight)), std::string{first} + "T00:00:00.000Z");
            midnight += days * day_micros;
            ASSERT_THAT(parse_timestamp(last), Holds(at(midnight - 1))) << last;
            ASSERT_EQ(to_string(at(midnight - 1)), last);
        }
    }
    EXPECT_EQ(at(midnight - 1), timestamp_max);
}

TEST(ParseTimestamp, ReadsBackEveryTimeThatIsWritten) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    const auto span = static_cast<std::uint64_t>((timestamp_max - timestamp_min).count());
    for (int i = 0; i < 50'000; ++i) {
        auto time = timestamp_min + microseconds{random.between(0, span)};
        if (random.chance(50)) time = std::chrono::floor<std::chrono::milliseconds>(time);
        ASSERT_THAT(parse_timestamp(to_string(time)), Holds(time)) << to_string(time);
    }
}

TEST(ParseTimestamp, NeverTakesAChangedTextForAnotherSpelling) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    constexpr std::string_view characters = "0123456789-+:.TtZz \0x";
    for (int i = 0; i < 50'000; ++i) {
        std::string text = "2024-02-29T23:59:58.123456+05:30";
        for (std::uint64_t edits = random.between(1, 3); edits > 0; --edits) {
            const auto place = random.below(text.size());
            if (random.chance(30)) {
                text.erase(place, 1);
            } else {
                text[place] = random.pick(characters);
            }
        }
        const auto read = parse_timestamp(text);
        if (!read) continue;
        ASSERT_THAT(parse_timestamp(to_string(*read)), Holds(*read)) << text;
        ASSERT_LE(*read, timestamp_max);
        ASSERT_GE(*read, timestamp_min);
    }
}

// Ids --------------------------------------------------------------------------------------------

event_id random_id(test::randomness& random) {
    event_id id;
    for (auto& byte : id.bytes) byte = static_cast<std::uint8_t>(random.next());
    return id;
}

std::uint64_t milliseconds_of(const event_id& id) {
    std::uint64_t time = 0;
    for (std::size_t i = 0; i < 6; ++i) time = time << 8U | id.bytes[i];
    return time;
}

std::uint64_t milliseconds_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

TEST(EventId, IsMadeAsUuidVersion7OfTheCurrentTime) {
    const auto before = milliseconds_now();
    const auto id = event_id::make();
    const auto after = milliseconds_now();
    EXPECT_EQ(id.bytes[6] >> 4U, 7);
    EXPECT_EQ(id.bytes[8] >> 6U, 2);
    EXPECT_GE(milliseconds_of(id), before);
    EXPECT_LE(milliseconds_of(id), after + 1);  // A burst of ids may run ahead of the clock.
}

TEST(EventId, IncreasesWithinAThread) {
    auto last = event_id::make();
    for (int i = 0; i < 20'000; ++i) {
        const auto next = event_id::make();
        ASSERT_LT(last, next);
        last = next;
    }
}

TEST(EventId, IsUniqueAndIncreasingInEachOfManyThreads) {
    constexpr std::size_t each = 20'000;
    std::vector<std::vector<event_id>> made(4);
    std::vector<std::thread> threads;
    const auto before = event_id::make();
    for (auto& mine : made) {
        threads.emplace_back([&mine] {
            for (std::size_t i = 0; i < each; ++i) mine.push_back(event_id::make());
        });
    }
    for (auto& thread : threads) thread.join();
    const auto after = event_id::make();

    std::vector<event_id> all;
    for (const auto& mine : made) {
        EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
        all.insert(all.end(), mine.begin(), mine.end());
    }
    std::sort(all.begin(), all.end());
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
    EXPECT_LT(before, all.front());
    EXPECT_LT(all.back(), after);
}

TEST(EventId, HasRandomBitsThatAllVary) {
    event_id ever_set;
    event_id ever_clear;
    for (int i = 0; i < 1'000; ++i) {
        const auto id = event_id::make();
        for (std::size_t b = 8; b < 16; ++b) {
            ever_set.bytes[b] = static_cast<std::uint8_t>(ever_set.bytes[b] | id.bytes[b]);
            ever_clear.bytes[b] = static_cast<std::uint8_t>(ever_clear.bytes[b] | ~id.bytes[b]);
        }
    }
    EXPECT_EQ(ever_set.bytes[8], 0xBF);  // The variant is 10.
    EXPECT_EQ(ever_clear.bytes[8], 0x7F);
    for (std::size_t b = 9; b < 16; ++b) {
        EXPECT_EQ(ever_set.bytes[b], 0xFF);
        EXPECT_EQ(ever_clear.bytes[b], 0xFF);
    }
}

TEST(EventId, HasOtherRandomnessInAForkedChild) {
    (void)event_id::make();  // The parent's generator is seeded before the fork.
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    const auto child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto made = event_id::make();
        const auto written = write(ends[1], made.bytes.data(), made.bytes.size());
        _exit(written == 16 ? 0 : 1);
    }
    const auto ours = event_id::make();
    event_id theirs;
    EXPECT_EQ(read(ends[0], theirs.bytes.data(), theirs.bytes.size()), 16);
    EXPECT_FALSE(std::equal(ours.bytes.begin() + 8, ours.bytes.end(), theirs.bytes.begin() + 8));
    close(ends[0]);
    close(ends[1]);
    EXPECT_EQ(waitpid(child, nullptr, 0), child);
}

TEST(EventIdText, IsLowerCaseAndReadBackInEitherCase) {
    constexpr std::string_view text = "0190163d-8694-739b-aea5-966c26f8ad91";
    const auto id = parse_event_id(text);
    ASSERT_TRUE(id);
    EXPECT_EQ(id->bytes[0], 0x01);
    EXPECT_EQ(id->bytes[15], 0x91);
    EXPECT_EQ(to_string(*id), text);
    EXPECT_EQ(parse_event_id("0190163D-8694-739B-AEA5-966C26F8AD91"), id);
    EXPECT_EQ(to_string(event_id{}), "00000000-0000-0000-0000-000000000000");
}

TEST(EventIdText, RefusesEverythingElse) {
    const std::string text = "0190163d-8694-739b-aea5-966c26f8ad91";
    EXPECT_FALSE(parse_event_id(""));
    EXPECT_FALSE(parse_event_id(text.substr(1)));
    EXPECT_FALSE(parse_event_id(text + "0"));
    EXPECT_FALSE(parse_event_id("{" + text.substr(1)));
    EXPECT_FALSE(parse_event_id("0190163d08694-739b-aea5-966c26f8ad91"));
    for (std::size_t place = 0; place < text.size(); ++place) {
        for (int byte = 0; byte < 256; ++byte) {
            auto changed = text;
            changed[place] = static_cast<char>(byte);
            const bool dash = text[place] == '-';
            const bool sound = dash ? byte == '-' : byte < 128 && std::isxdigit(byte) != 0;
            ASSERT_EQ(parse_event_id(changed).has_value(), sound) << changed;
        }
    }
}

TEST(EventIdText, SortsAsTheIdsDoAndIsReadBack) {
    const auto seed = test::seed_from_environment();
    SCOPED_TRACE(test::how_to_repeat(seed));
    test::randomness random{seed};
    for (int i = 0; i < 10'000; ++i) {
        const auto a = random_id(random);
        const auto b = random_id(random);
        ASSERT_EQ(a < b, to_string(a) < to_string(b));
        ASSERT_EQ(parse_event_id(to_string(a)), a);
    }
}

// Places and names -------------------------------------------------------------------------------

TEST(Places, AreOrderedByValue) {
    EXPECT_LT(position{1}, position{2});
    EXPECT_EQ(sequence{}, sequence{0});
    EXPECT_GT(sequence{3}, sequence{2});
}

TEST(CategoryOf, IsWhatComesBeforeTheFirstDash) {
    EXPECT_EQ(category_of("task-42"), "task");
    EXPECT_EQ(category_of("task-42-1"), "task");
    EXPECT_EQ(category_of("task"), "task");
    EXPECT_EQ(category_of("-42"), "");
}

}  // namespace
}  // namespace daybook
