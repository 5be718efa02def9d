// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/query.hpp>
#include <daybook/replay/bookmark.hpp>
#include <daybook/replay/replay_target.hpp>
#include <daybook/store.hpp>
#include <daybook/subscription.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace daybook::replay {

/// Which events come again; always in the order of the log.
struct selection {
    query which{};
    /// A correlation: only its events and what they led to, in whatever correlation that is.
    std::string chain{};
    /// `start_from::recorded_at` may not be in the future, and `end` makes no sense here. For the
    /// events' own times see `criteria::since`.
    start_from from = start_from::beginning();
    /// Ends before this position; default: what is there when the replay begins. For a time see
    /// `store::position_after`.
    std::optional<position> until{};
};

/// How fast. Pauses are those between the events' own times (`occurred_at`); where these run
/// back there is none.
struct pace {
    double times = 0;  ///< As fast as it happened times this; 0: without pauses.
    /// Longer pauses are cut to this, as they are waited.
    std::optional<std::chrono::microseconds> longest_pause{};

    static pace unlimited() { return {}; }
    static pace original() { return {.times = 1}; }
    static pace faster(double times) { return {.times = times}; }
};

/// What pauses are waited by. Tests have one that does not wait.
class replay_clock {
public:
    using time_point = std::chrono::steady_clock::time_point;

    virtual ~replay_clock() = default;
    virtual time_point now() = 0;
    /// Comes back at `when`, or soon after a stop was asked for.
    virtual void wait_until(time_point when, const std::stop_token& stop) = 0;

    /// The machine's. Thread safe.
    static replay_clock& of_machine();
};

/// How a replay went, or goes.
struct replay_report {
    std::uint64_t events = 0;         ///< Taken by the target, in this run.
    std::uint64_t events_before = 0;  ///< In earlier runs, says the bookmark.
    std::optional<position> first{};  ///< Of this run.
    std::optional<position> last{};
    position next{};       ///< Where it goes on, or would.
    position end{};        ///< Where it ends.
    bool stopped = false;  ///< By the stop token, before the end.
};

struct replay_options {
    /// 1 to 200 of a-z 0-9 _ . -; in the context of what runs in the replay, and in its tag.
    std::string name = "replay";
    selection what{};
    replay::pace pace{};
    /// Appends to the replayed store by what runs in the replay are refused, and emitters drop
    /// what it emits, unless this is set; see `context::replay`.
    bool may_append = false;
    /// If there is one, the replay goes on where it is, and moves it along.
    replay::bookmark* bookmark = nullptr;
    /// How many events come again at most after a crash. Each time the target settles.
    std::uint64_t bookmark_every = 4096;
    std::stop_token stop{};
    std::function<void(const replay_report&)> progress{};  ///< After each event.
    replay_clock* clock = nullptr;                         ///< Default: the machine's.
};

/// What a replay would do with an event, and how long after its first one.
struct foreseen {
    std::string what{};
    std::chrono::microseconds after{0};
};

/// Hands the events of `log` once more to `into`, one after the other, on this thread.
///
///     auto done = replay_events(log, {.what = {.which = orders}, .pace = pace::faster(10)},
///                               replayable([](const event_view& e) { show(e); }));
///
/// Sees the log as of its beginning. Without a bookmark, whoever is interrupted begins again. With
/// one the target gets each event at least once, over all runs: after a stop or an error exactly
/// where it was, after a crash up to `bookmark_every` events come again. Once it is complete, a
/// later run goes on with what has come since.
///
/// Fails with `invalid_argument` (the name, query, start, pace or end; a bookmark of a replay with
/// other parameters or of another store), `too_large` (a chain of over a million events),
/// `corrupt`, `io`; or with what the target returned (`projection_failed` if it threw) and the
/// event's place in front.
result<replay_report> replay_events(const store& log, const replay_options& options,
                                    replay_target& into);

/// The same for a handler that declares that it may: see `replayable`. Another does not compile.
template <class Handler>
requires(!std::derived_from<std::remove_cvref_t<Handler>, replay_target>)
    result<replay_report> replay_events(const store& log, const replay_options& options,
                                        Handler&& handle) {
    handler_target into{handle};
    return replay_events(log, options, into);
}

/// Whether `replay_events` would begin: fails as it does about options, selection and bookmark.
/// Changes nothing.
result<void> check_replay(const store& log, const replay_options& options);

/// Tells each event that would come and what would be done with it. Nothing is done, no bookmark
/// moved, and no pause waited. Fails as `replay_events`, before anything happened.
result<replay_report> dry_run(
    const store& log, const replay_options& options, replay_target& into,
    const std::function<void(const event_view& event, const foreseen& would)>& tell);

}  // namespace daybook::replay
