// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>
#include <daybook/subscription.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace daybook::orchestration {

struct summarizer_options {
    std::uint64_t phase_events = 25;           ///< Events of a phase to a summary; 0: none.
    std::uint64_t orchestration_events = 100;  ///< Events of a stream to a summary; 0: none.
    query which{};                             ///< What is summed up: one category of streams, say.
    start_from from = start_from::beginning();  ///< Where a new name begins.
    std::string name = "summaries";             ///< 1 to 100 of a-z 0-9 _ . -
};

/// What a summarizer did since it was opened.
struct summarizer_counts {
    std::uint64_t events = 0;  ///< Read; its own and other summaries are not counted.
    std::uint64_t phase_summaries = 0;
    std::uint64_t orchestration_summaries = 0;
    std::uint64_t repeated = 0;  ///< Of these, how many were there already.
};

/// Sums streams up as they grow: a `PhaseSummaryCreated` after so many events of one phase of a
/// stream, an `OrchestrationSummaryCreated` after so many events of the stream, each appended to
/// that stream, caused by the last event of its range, and dated as that.
///
///     auto summaries = summarizer::open(log).value();
///     summaries.run(stop).value();
///
/// An event is of the phase that its tag or its member `phase` names, else of the one that began
/// last in its stream and has not ended. Phases that begin again go on where they were. Summaries,
/// whoever made them, are neither counted nor summed up.
///
/// Exactly once: what was read is kept in the store, and the ids of summaries are made from what
/// they sum up, so that one that was appended before a crash is not appended again.
///
/// Bounds: 64 phases of a stream (what has no room is summed up as "(other)"), names of 200 bytes.
/// Cost: some microseconds an event, and two small writes every 256 events or whenever there is
/// nothing more to read. One holder at a time has a name. Not thread safe; must not outlive its
/// store.
class summarizer {
public:
    /// Goes on where it was left, or begins at `options.from`. Fails with `invalid_argument` (a bad
    /// name or query, or no kind of summary is wanted), `locked` (somebody in this program has the
    /// name), `corrupt` or `io`.
    static result<summarizer> open(store& log, const summarizer_options& options = {});

    summarizer(summarizer&&) noexcept;
    summarizer& operator=(summarizer&&) noexcept;
    ~summarizer();

    /// Reads the next event; false if none came in time. Fails with `corrupt`, `io` or as
    /// `store::append`; it must then be opened anew.
    result<bool> step(std::chrono::milliseconds patience = {});
    /// Reads all events that are there. Fails as `step`.
    result<void> catch_up();
    /// Reads until `stop` is asked for; it must then be opened anew. Fails as `step`.
    result<void> run(std::stop_token stop);

    summarizer_counts counts() const noexcept;

private:
    struct impl;
    explicit summarizer(std::unique_ptr<impl> opened);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook::orchestration
