// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "peers/workload.hpp"

#include "support/events.hpp"

#include <random>

namespace daybook::bench {
namespace {

constexpr std::uint64_t stream_spread = 100'000;  // Positions.
constexpr std::uint64_t correlation_spread = 5'000;
constexpr std::size_t chunk_events = 5'000;
constexpr std::size_t append_streams = 2'000;  // A multiple of `clients_max`.

/// Sample events with ids and times; which stream they go to is decided here.
class maker {
public:
    maker() : source_{{.seed = 1, .events = ~std::uint64_t{0}}, event_shape::figures} {}

    new_event next() {
        source_.next(made_);
        auto event = made_.event;
        event.id = event_id::make();
        return event;
    }

private:
    event_source source_;
    sample::sample_event made_;
};

/// The group of `number` when groups of 50 take turns within `spread` numbers.
std::uint64_t group_of(std::uint64_t number, std::uint64_t spread) {
    const auto groups = spread / events_per_stream;
    return number / spread * groups + number % spread % groups;
}

std::string stream_name(std::uint64_t group) { return "task-" + std::to_string(group); }
std::string correlation_name(std::uint64_t group) { return "run-" + std::to_string(group); }

}  // namespace

std::vector<batch> make_commits(std::string_view name, std::size_t commits,
                                std::size_t per_commit) {
    maker events;
    std::vector<batch> made;
    made.reserve(commits);
    for (std::size_t i = 0; i < commits; ++i) {
        batch one;
        one.stream = std::string{name} + "-" + std::to_string(i % append_streams);
        one.first_sequence = i / append_streams * per_commit + 1;
        for (std::size_t k = 0; k < per_commit; ++k) one.events.push_back(events.next());
        made.push_back(std::move(one));
    }
    return made;
}

void for_each_chunk(std::uint64_t events, const std::function<void(std::span<const batch>)>& take) {
    maker made;
    std::vector<batch> chunk;
    for (std::uint64_t i = 0; i < events; ++i) {
        const auto turn = i % stream_spread / (stream_spread / events_per_stream);
        batch one{stream_name(group_of(i, stream_spread)), turn + 1, {made.next()}};
        one.events.front().correlation = correlation_name(group_of(i, correlation_spread));
        chunk.push_back(std::move(one));
        if (chunk.size() < chunk_events && i + 1 < events) continue;
        take(chunk);
        chunk.clear();
    }
}

questions make_questions(std::uint64_t events, std::size_t of_each) {
    std::mt19937_64 random{7};
    questions asked;
    for (std::size_t i = 0; i < of_each; ++i) {
        asked.streams.push_back(stream_name(group_of(random() % events, stream_spread)));
        asked.correlations.push_back(
            correlation_name(group_of(random() % events, correlation_spread)));
    }
    maker made;
    for (std::uint64_t i = 0; i < events && asked.pages.size() < of_each; ++i) {
        const auto event = made.next();
        if (i % 97 == 0) asked.pages.emplace_back(event.type, event.actor.id);
    }
    return asked;
}

}  // namespace daybook::bench
