// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Compares states as of random instants of a store with a naive fold; see as_of_campaign.sh.

#include <daybook/projections/orchestration_state.hpp>
#include <daybook/replay/as_of.hpp>

#include "support/randomness.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace daybook;
using projections::orchestration_row;
using projections::orchestration_state;

/// Of each instant; all of them would take hours.
constexpr std::size_t streams_compared = 100;

/// A moment, and what a naive fold of the whole log made of it.
struct look {
    timestamp time{};
    position last{};
    std::map<std::string, orchestration_row> occurred;
    std::map<std::string, orchestration_row> there;
};

void fold(std::map<std::string, orchestration_row>& rows, const json_event& event) {
    auto& row = rows[std::string{event->stream()}];
    row = orchestration_state::apply(std::move(row), event);
}

/// How many streams have another state at this point than the naive fold says.
std::uint64_t differences(const store& log, const std::vector<std::string>& streams,
                          const std::map<std::string, orchestration_row>& naive,
                          replay::point when) {
    std::uint64_t found = 0;
    for (const auto& stream : streams) {
        const auto expected = naive.find(stream);
        const auto state = replay::state_at<orchestration_state>(log, stream, when).value();
        const bool same = expected == naive.end() ? !state.row : state.row == expected->second;
        if (same) continue;
        ++found;
        std::printf("stream %s: another state\n", stream.c_str());
    }
    return found;
}

std::vector<std::string> some_streams(const std::vector<std::string>& all,
                                      test::randomness& random) {
    std::set<std::string> some;
    for (std::size_t i = 0; i < streams_compared; ++i) some.insert(random.pick(all));
    return {some.begin(), some.end()};
}

int run(const char* directory, std::uint64_t instants, std::uint64_t seed) {
    const auto log = store::open(directory, {.read_only = true}).value();
    std::vector<std::string> streams;
    std::vector<timestamp> times;
    for (auto events = log.read_all().value(); events.next().value();) {
        if (events->sequence() == sequence{1}) streams.emplace_back(events->stream());
        times.push_back(events->occurred_at());
    }
    if (times.empty()) throw std::runtime_error{"the store has no events"};
    const auto [first, last] = std::minmax_element(times.begin(), times.end());
    const auto span = static_cast<std::uint64_t>((*last - *first).count()) + 1;
    test::randomness random{seed};
    std::uint64_t wrong = 0;
    std::uint64_t compared = 0;
    for (std::uint64_t i = 0; i < instants; ++i) {
        look one;
        one.time = *first + std::chrono::microseconds{random.below(span)};
        one.last = position{random.below(times.size())};
        json_event current;
        for (auto events = log.read_all().value(); events.next().value();) {
            const bool occurred = events->occurred_at() <= one.time;
            const bool there = events->position() <= one.last;
            if (!occurred && !there) continue;
            current.move_to(*events);
            if (occurred) fold(one.occurred, current);
            if (there) fold(one.there, current);
        }
        const auto some = some_streams(streams, random);
        compared += 2 * some.size();
        wrong += differences(log, some, one.occurred, replay::point::occurred_by(one.time));
        wrong += differences(log, some, one.there, replay::point::at(one.last));
    }
    std::printf("%llu instants, %llu states compared, %llu differ\n",
                static_cast<unsigned long long>(instants),
                static_cast<unsigned long long>(compared), static_cast<unsigned long long>(wrong));
    return wrong == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: as_of_campaign STORE INSTANTS SEED\n", stderr);
        return 2;
    }
    try {
        return run(argv[1], std::stoull(argv[2]), std::stoull(argv[3]));
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "as_of_campaign: %s\n", failure.what());
        return 2;
    }
}
