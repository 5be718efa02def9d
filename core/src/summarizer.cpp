// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/detail/process_engine.hpp>
#include <daybook/durable_subscription.hpp>
#include <daybook/keyspace.hpp>
#include <daybook/orchestration/event_of.hpp>
#include <daybook/orchestration/summarizer.hpp>
#include <daybook/query_matcher.hpp>

#include "kept_area.hpp"
#include "range_tally.hpp"
#include "text.hpp"

#define XXH_INLINE_ALL
#include <map>
#include <optional>
#include <utility>
#include <vector>
#include <xxhash.h>

namespace daybook::orchestration {
namespace {

constexpr std::size_t phases_max = 64;
// Reading so many events again after a crash takes a millisecond or two.
constexpr std::size_t unsaved_max = 256;

/// What is kept of a stream between two readings.
struct stream_tally {
    std::uint32_t format = 1;
    position handled;   ///< Events before this one are in.
    std::string phase;  ///< That began and has not ended.
    range_tally whole;
    std::map<std::string, range_tally> phases;
};
BOOST_DESCRIBE_STRUCT(stream_tally, (), (format, handled, phase, whole, phases))

/// The id of a summary is a function of what it sums up: of the event that completes the range,
/// where the range begins, and of which kind it is.
event_id summary_id(const event_id& last, std::string_view type, std::string_view phase,
                    sequence from) {
    const auto text = cat(type, '\n', phase, '\n', from.value, '\n');
    const auto hash = XXH3_128bits(text.data(), text.size());
    event_id seed = last;
    for (std::size_t i = 0; i < 8; ++i) {
        seed.bytes[i] = static_cast<std::uint8_t>(seed.bytes[i] ^ (hash.high64 >> (8U * i)));
        seed.bytes[8 + i] = static_cast<std::uint8_t>(seed.bytes[8 + i] ^ (hash.low64 >> (8U * i)));
    }
    std::vector<new_event> one(1);
    daybook::detail::give_ids(one, seed);
    return *one.front().id;
}

template <class Summary>
Summary summary_of(const range_tally& range, std::string_view phase) {
    Summary made;
    if constexpr (requires { made.phase; }) made.phase = phase;
    made.from_sequence = range.from.value;
    made.to_sequence = range.to.value;
    made.events = range.events;
    made.summary = range.text(phase);
    made.figures = range.figures();
    return made;
}

}  // namespace

struct summarizer::impl {
    impl(store& to, const summarizer_options& chosen, durable_subscription subscribed, keyspace of)
        : log{to},
          options{chosen},
          wanted{chosen.which},
          feed{std::move(subscribed)},
          kept{std::move(of)} {}

    store& log;
    const summarizer_options options;
    const query_matcher wanted;
    durable_subscription feed;  ///< Of all events: none is passed over in silence.
    keyspace kept;
    summarizer_counts done;

    std::map<std::string, stream_tally> tallies;  ///< Of streams that were read since the saving.
    std::size_t unsaved = 0;
    position read_to;             ///< The last event that was read since.
    std::optional<error> broken;  ///< What is in memory may be half of an event.

    result<bool> step(std::chrono::milliseconds patience);
    result<bool> read_next(std::chrono::milliseconds patience);
    result<stream_tally*> tally_of(const std::string& stream);
    result<void> handle(const event_view& event);
    result<void> count_in_phase(stream_tally& in, const summed_event& event);
    template <class Summary>
    result<void> append(const summed_event& last, const range_tally& range, std::string_view phase,
                        std::uint64_t& count);
    result<void> save();
};

result<bool> summarizer::impl::step(std::chrono::milliseconds patience) {
    if (broken) return *broken;
    auto read = read_next(patience);
    if (!read) broken = read.error();
    return read;
}

result<bool> summarizer::impl::read_next(std::chrono::milliseconds patience) {
    auto next = feed.next({});
    if (!next) return next;
    if (!*next) {
        if (auto saved = save(); !saved) return saved.error();
        next = feed.next(patience);
        if (!next || !*next) return next;
    }
    if (auto handled = handle(*feed); !handled) return handled.error();
    read_to = feed->position();
    if (++unsaved < unsaved_max) return true;
    if (auto saved = save(); !saved) return saved.error();
    return true;
}

result<stream_tally*> summarizer::impl::tally_of(const std::string& stream) {
    if (const auto known = tallies.find(stream); known != tallies.end()) return &known->second;
    const auto bytes = kept.get(stream);
    if (!bytes) return bytes.error();
    stream_tally found;
    if (*bytes) {
        auto decoded = decode_value<stream_tally>(**bytes);
        if (!decoded) {
            return fail(errc::corrupt, cat("summaries \"", options.name, "\", stream ",
                                           in_quotes(stream), ": ", decoded.error().message));
        }
        found = *std::move(decoded);
    }
    return &(tallies[stream] = std::move(found));
}

result<void> summarizer::impl::handle(const event_view& event) {
    if (!wanted.matches(event)) return {};
    const json_event current{event};
    const summed_event summed{current};
    if (summed.what == summed_event::meaning::summary) return {};
    const auto tally = tally_of(std::string{event.stream()});
    if (!tally) return tally.error();
    auto& in = **tally;
    if (event.position() < in.handled) return {};  // Came again after a crash.
    ++done.events;
    if (options.phase_events > 0) {
        if (auto counted = count_in_phase(in, summed); !counted) return counted;
    }
    if (options.orchestration_events > 0) {
        in.whole.add(summed);
        if (in.whole.events >= options.orchestration_events) {
            if (auto made = append<orchestration_summary_created>(summed, in.whole, {},
                                                                  done.orchestration_summaries);
                !made)
                return made;
            in.whole = {};
        }
    }
    in.handled = position{event.position().value + 1};
    return {};
}

result<void> summarizer::impl::count_in_phase(stream_tally& in, const summed_event& event) {
    using meaning = summed_event::meaning;
    if (event.what == meaning::phase_started) in.phase = event.phase;
    auto phase = event.phase.empty() ? in.phase : event.phase;
    if (event.what == meaning::phase_ended && phase == in.phase) in.phase.clear();
    if (phase.empty()) return {};
    if (!in.phases.contains(phase) && in.phases.size() >= phases_max) phase = other_name;
    auto& range = in.phases[phase];
    range.add(event);
    if (range.events < options.phase_events) return {};
    auto made = append<phase_summary_created>(event, range, phase, done.phase_summaries);
    if (made) in.phases.erase(phase);
    return made;
}

template <class Summary>
result<void> summarizer::impl::append(const summed_event& last, const range_tally& range,
                                      std::string_view phase, std::uint64_t& count) {
    const undertaking same{last.view};
    auto made = event_of(summary_of<Summary>(range, phase));
    if (!made) return made.error();
    made->id = summary_id(last.view.id(), made->type, phase, range.from);
    made->occurred_at = last.view.occurred_at();
    made->actor = system_actor("summarizer");
    if (const auto project = last.view.tag("project"))
        made->tags.push_back(cat("project:", *project));
    const auto receipt = log.append(last.view.stream(), expected::any(), {*made});
    const bool there = !receipt && daybook::detail::is_stored(receipt.error());
    if (!receipt && !there) return receipt.error();
    ++count;
    if (there || receipt->repeated) ++done.repeated;
    return {};
}

// The tallies first: events that come again because only these were written are passed over.
result<void> summarizer::impl::save() {
    if (unsaved == 0) return {};
    keyspace_batch batch;
    for (const auto& [stream, tally] : tallies) {
        std::string bytes;
        encode_value(tally, bytes);
        batch.put(stream, bytes);
    }
    if (batch.size() > 0) {
        if (auto written = kept.write(batch); !written) return written;
    }
    tallies.clear();
    unsaved = 0;
    return feed.acknowledge(read_to);
}

summarizer::summarizer(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
summarizer::summarizer(summarizer&&) noexcept = default;
summarizer& summarizer::operator=(summarizer&&) noexcept = default;
summarizer::~summarizer() = default;

result<summarizer> summarizer::open(store& log, const summarizer_options& options) {
    if (options.phase_events == 0 && options.orchestration_events == 0) {
        return fail(errc::invalid_argument, cat("summaries \"", options.name,
                                                "\": neither of phases nor of orchestrations "
                                                "is one wanted; give a number of events"));
    }
    if (auto good = validate(options.which); !good) return good.error();
    auto kept = open_kept_area(log, cat("daybook.summaries.", options.name), options.name);
    if (!kept) return kept.error();
    auto feed = durable_subscription::open(log, options.name, {.from = options.from});
    if (!feed) return feed.error();
    return summarizer{std::make_unique<impl>(log, options, *std::move(feed), *std::move(kept))};
}

result<bool> summarizer::step(std::chrono::milliseconds patience) { return impl_->step(patience); }

result<void> summarizer::catch_up() {
    while (true) {
        const auto more = impl_->step({});
        if (!more) return more.error();
        if (!*more) return {};
    }
}

result<void> summarizer::run(std::stop_token stop) {
    const std::stop_callback wake{stop, [this] { impl_->feed.stop(); }};
    while (!stop.stop_requested()) {
        const auto more = impl_->step(std::chrono::hours{1});
        if (!more) return more.error();
    }
    return {};
}

summarizer_counts summarizer::counts() const noexcept { return impl_->done; }

}  // namespace daybook::orchestration
