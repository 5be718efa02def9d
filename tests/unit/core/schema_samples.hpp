// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event_codec.hpp>

#include "support/randomness.hpp"

#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace daybook {

enum class weather { sunny, wet };
BOOST_DESCRIBE_ENUM(weather, sunny, wet)

struct spot {
    std::string name;
    std::optional<std::int16_t> height;
};
BOOST_DESCRIBE_STRUCT(spot, (), (name, height))

/// One member of every kind that an event struct may have.
struct everything_happened {
    static constexpr std::string_view type_name = "EverythingHappened";
    bool yes = false;
    std::int8_t tiny = 0;
    std::uint16_t small = 0;
    std::int32_t whole = 0;
    std::uint32_t count = 0;
    std::int64_t large = 0;
    std::uint64_t huge = 0;
    double real = 0;
    float half = 0;
    std::string text;
    timestamp at{};
    event_id id{};
    position place{};
    std::chrono::milliseconds took{};
    weather sky{};
    spot where;
    std::optional<std::string> maybe;
    std::optional<weather> maybe_sky;
    std::optional<spot> maybe_where;
    std::optional<timestamp> maybe_at;
    std::vector<spot> spots;
    std::set<std::string> names;
    std::map<std::string, std::optional<std::uint8_t>> levels;
    std::variant<std::int64_t, spot, std::vector<std::string>, std::string> told;
    std::optional<std::variant<bool, weather>> maybe_told;
};
BOOST_DESCRIBE_STRUCT(everything_happened, (),
                      (yes, tiny, small, whole, count, large, huge, real, half, text, at, id, place,
                       took, sky, where, maybe, maybe_sky, maybe_where, maybe_at, spots, names,
                       levels, told, maybe_told))

namespace test {

template <class T>
T random_integer(randomness& random) {
    using limits = std::numeric_limits<T>;
    if (random.chance(20)) return limits::max();
    if (random.chance(20)) return limits::min();
    return static_cast<T>(random.next() >> random.below(64));
}

inline std::string random_text(randomness& random) {
    constexpr std::string_view bytes = "ab \"\\\n\xC3\xBC\x01/~";
    std::string text;
    for (auto more = random.below(8); more > 0; --more) text += random.pick(bytes);
    return text;
}

inline timestamp random_time(randomness& random) {
    if (random.chance(10)) return timestamp_min;
    if (random.chance(10)) return timestamp_max;
    const auto span = static_cast<std::uint64_t>((timestamp_max - timestamp_min).count());
    return timestamp_min + std::chrono::microseconds{random.below(span)};
}

inline spot random_spot(randomness& random) {
    spot made{random_text(random), {}};
    if (random.chance(50)) made.height = random_integer<std::int16_t>(random);
    return made;
}

inline everything_happened random_everything(randomness& random) {
    everything_happened made;
    made.yes = random.chance(50);
    made.tiny = random_integer<std::int8_t>(random);
    made.small = random_integer<std::uint16_t>(random);
    made.whole = random_integer<std::int32_t>(random);
    made.count = random_integer<std::uint32_t>(random);
    made.large = random_integer<std::int64_t>(random);
    made.huge = random_integer<std::uint64_t>(random);
    made.real = static_cast<double>(random_integer<std::int64_t>(random)) / 1024;
    made.half = random.chance(30) ? std::numeric_limits<float>::max()
                                  : static_cast<float>(random_integer<std::int32_t>(random)) / 8;
    made.text = random_text(random);
    made.at = random_time(random);
    for (auto& byte : made.id.bytes) byte = static_cast<std::uint8_t>(random.next());
    made.place = {random.next()};
    made.took = std::chrono::milliseconds{random_integer<std::int64_t>(random)};
    made.sky = random.chance(50) ? weather::sunny : weather::wet;
    made.where = random_spot(random);
    if (random.chance(50)) made.maybe = random_text(random);
    if (random.chance(50)) made.maybe_sky = weather::wet;
    if (random.chance(50)) made.maybe_where = random_spot(random);
    if (random.chance(50)) made.maybe_at = random_time(random);
    for (auto more = random.below(3); more > 0; --more) made.spots.push_back(random_spot(random));
    for (auto more = random.below(3); more > 0; --more) made.names.insert(random_text(random));
    for (auto more = random.below(3); more > 0; --more) {
        made.levels[random_text(random)] =
            random.chance(50) ? std::optional{random_integer<std::uint8_t>(random)} : std::nullopt;
    }
    switch (random.below(4)) {
        case 0: made.told = random_integer<std::int64_t>(random); break;
        case 1: made.told = random_spot(random); break;
        case 2: made.told = std::vector{random_text(random)}; break;
        default: made.told = random_text(random); break;
    }
    if (random.chance(50)) made.maybe_told = weather::wet;
    return made;
}

}  // namespace test
}  // namespace daybook
