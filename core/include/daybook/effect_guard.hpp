// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace daybook {

/// What is done about an effect that was begun and of which nobody knows whether it happened: the
/// process was killed meanwhile, or the effect timed out or threw.
enum class unknown_policy {
    ask,   ///< `once` fails with `refused` until somebody calls `settle`.
    skip,  ///< It does not run again: it happens at most once.
    retry  ///< It runs again: it happens at least once.
};

enum class replay_policy {
    suppress,  ///< Nothing runs in a replay.
    run        ///< What is not done runs, as outside.
};

struct effect_options {
    unknown_policy if_unknown = unknown_policy::ask;
    replay_policy in_replay = replay_policy::suppress;
    /// Of what is recorded. With `written` the promise holds after kill -9, not after a power cut.
    daybook::durability durable = durability::synced;
};

enum class effect_outcome {
    ran,          ///< Now.
    done_before,  ///< It ran earlier, or somebody settled that it happened.
    skipped,      ///< Unknown, and the policy is to skip.
    suppressed    ///< Not done, and this is a replay.
};

/// How somebody who looked settles an effect of which nobody knew.
enum class settled_as { done, not_done };

/// Makes effects on the world outside happen once, however often the events that cause them are
/// handled: after a crash, by a durable subscription that repeats, in a replay.
///
///     auto mails = effect_guard::open(log, "mails").value();
///     mails.once("order-7/confirmation", [&] { return mailer.send(letter); }).value();
///
/// Before an effect runs, that it is begun is recorded in the log, and afterwards what became of
/// it: events in the stream "daybook.effects-NAME", caused by what is being handled (see
/// core/docs/effects.md). An effect with the same id never runs again once it is done, in this
/// process or a later one. Only when the process ended between the two does nobody know, and
/// `unknown_policy` decides.
///
/// One guard at a time has a name. Members may be called from any thread: effects with different
/// ids run side by side; who comes with the id of one that is running waits for it. Must not
/// outlive the store. Cost: two lookups by id, and for an effect that runs two appends.
class effect_guard {
public:
    /// Fails with `invalid_argument` (a name is 1 to 100 of a-z 0-9 _ -), `locked` (another guard
    /// in this process has the name) or `io`.
    static result<effect_guard> open(store& log, std::string_view name,
                                     const effect_options& options = {});

    effect_guard(effect_guard&&) noexcept;
    effect_guard& operator=(effect_guard&&) noexcept;
    ~effect_guard();

    /// Runs `effect`, which returns nothing or a `result<void>`, unless it was done before.
    ///
    /// An error that it returns says that it did not happen: that is recorded and returned, and the
    /// next call runs it again. `errc::timed_out`, and what it throws (`projection_failed`), say
    /// that nobody knows. Fails with `invalid_argument` (an id is 1 to 400 bytes of UTF-8 without
    /// control characters; or the effect calls for itself), with `refused` (unknown, and the policy
    /// is to ask), or as `store::append`: then nothing ran, or the message says that it did.
    template <std::invocable Effect>
    requires std::is_void_v<std::invoke_result_t<Effect&>> ||
        std::convertible_to<std::invoke_result_t<Effect&>, result<void>>
            result<effect_outcome> once(std::string_view id, Effect&& effect) {
        return run_once(id, [&]() -> result<void> {
            if constexpr (std::is_void_v<std::invoke_result_t<Effect&>>) {
                effect();
                return {};
            } else {
                return effect();
            }
        });
    }

    /// Says what became of an unknown effect: `done` never runs, `not_done` runs when it is asked
    /// for again. Waits while it is running. Fails with `not_found` (it was never begun),
    /// `conflict` (it is known: the message says what) or as `store::append`.
    result<void> settle(std::string_view id, settled_as what);

    const std::string& name() const noexcept;

private:
    struct impl;
    explicit effect_guard(std::unique_ptr<impl> opened);
    result<effect_outcome> run_once(std::string_view id,
                                    const std::function<result<void>()>& effect);

    std::unique_ptr<impl> impl_;
};

/// An effect that was begun, and of which the log does not say what became of it.
struct unknown_effect {
    std::string id{};
    std::uint64_t attempt = 1;
    position begun{};  ///< The event that says so.
    timestamp begun_at{};
};

/// Those of the guard `name`, by position; one that is running at this moment is among them. Cost:
/// reads all that the guard recorded. Fails with `corrupt` or `io`.
result<std::vector<unknown_effect>> unknown_effects(const store& log, std::string_view name);

}  // namespace daybook
