// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

namespace daybook::test {

/// The seed of this test run: DAYBOOK_TEST_SEED if it is set, else a fresh one.
inline std::uint64_t seed_from_environment() {
    if (const char* given = std::getenv("DAYBOOK_TEST_SEED")) {
        return std::strtoull(given, nullptr, 10);
    }
    std::random_device fresh;
    return fresh();
}

/// What to tell the reader of a failure: how to see it again.
inline std::string how_to_repeat(std::uint64_t seed) {
    return "repeat with DAYBOOK_TEST_SEED=" + std::to_string(seed);
}

/// A number from the environment, for runs that are longer or shorter than usual.
inline std::uint64_t count_from_environment(const char* name, std::uint64_t usual) {
    const char* given = std::getenv(name);
    return given == nullptr ? usual : std::strtoull(given, nullptr, 10);
}

/// Pseudo-random choices (splitmix64): the same on every machine and standard library.
class randomness {
public:
    using result_type = std::uint64_t;

    explicit randomness(std::uint64_t seed) : state_{seed} {}

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }

    /// 0 to `n` - 1; `n` is not 0.
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    /// `low` to `high`, both included.
    std::uint64_t between(std::uint64_t low, std::uint64_t high) {
        return low + below(high - low + 1);
    }
    bool chance(std::uint64_t percent) { return below(100) < percent; }

    template <class Range>
    const auto& pick(const Range& from) {
        return *(from.begin() + static_cast<std::ptrdiff_t>(below(std::size(from))));
    }

    // What std::shuffle and friends ask for.
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return ~result_type{0}; }
    result_type operator()() { return next(); }

private:
    std::uint64_t state_;
};

}  // namespace daybook::test
