// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/aggregate.hpp>
#include <daybook/detail/state_loader.hpp>
#include <daybook/store.hpp>

#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace daybook {

/// An aggregate as it was at one moment.
template <aggregate A>
struct loaded {
    std::shared_ptr<const A> state{};  ///< Never null; `A{}` for a stream that does not exist.
    sequence last{};                   ///< Of the stream; 0 if it does not exist.

    const A& operator*() const noexcept { return *state; }
    const A* operator->() const noexcept { return state.get(); }
};

/// What became of a command.
template <aggregate A>
struct executed {
    loaded<A> now{};                          ///< With what was decided.
    events_of<A> events{};                    ///< Decided and appended; none: nothing changed.
    std::optional<append_receipt> receipt{};  ///< Nothing if nothing was appended.
    std::uint32_t retries = 0;                ///< How often somebody else was faster.
};

/// Loads aggregates, decides commands and appends what was decided.
///
///     repository<sprint> sprints{log};
///     auto done = sprints.execute("7", complete_task{"T-12"});
///     if (!done && done.error().code == errc::rejected) tell(done.error().message);
///
/// What is appended expects the sequence that was loaded, so that no decision rests on a state that
/// has changed meanwhile: who is second loads what is new, decides again, and tries again. Commands
/// of one repository to one aggregate wait for each other, so that this is left for other
/// repositories and processes. A decider must not wait for another thread's command.
/// Correlation, cause, actor and session come from the ambient `context`.
///
/// States are kept in memory (`repository_options::states_cached_max`), and snapshots of them in
/// the store, made in the background. Every member may be called from any thread. Must not outlive
/// its store. Several repositories of one type and store agree with each other.
template <aggregate A>
class repository {
public:
    explicit repository(store& log, const repository_options& options = {})
        : log_{&log},
          options_{options},
          loader_{
              std::make_unique<detail::state_loader>(log, detail::state_kind_of<A>(), options)} {}

    /// The state that everything in the stream makes. Cost: a look at memory if nothing was
    /// appended since; else the events that are new, or from the newest snapshot on.
    ///
    /// Fails with `projection_failed` (an event cannot be upcast, a payload does not fit its type,
    /// or `apply` threw; the message names the position), `corrupt` or `io`.
    result<loaded<A>> load(std::string_view id) const { return typed(loader_->load(stream(id))); }

    /// The state that the first `last` events of the stream make. Never from memory.
    /// Fails with `invalid_argument` (the stream is shorter), or as `load`.
    result<loaded<A>> load_at(std::string_view id, sequence last) const {
        return typed(loader_->load_at(stream(id), last));
    }

    /// Decides `command`, by `decide(state, command)`, and appends the events.
    ///
    /// Fails with what the decider fails with (`rejected`), `projection_failed` if it throws,
    /// `conflict` if others were faster `conflict_retries_max` times, or as `load` and
    /// `store::append`.
    template <class Command>
    requires decides<A, Command> result<executed<A>> execute(std::string_view id,
                                                             const Command& command) {
        return run(id, [&](const A& state) -> decision<A> { return decide(state, command); }, {});
    }

    /// The same with a function in place of a command: `decision<A>(const A&)`.
    template <class Decider>
    requires std::is_invocable_r_v < decision<A>, Decider,
    const A& > result<executed<A>> execute(std::string_view id, const Decider& decider) {
        return run(id, decider, {});
    }

    /// The same, once for all times: if a command with this id was executed before, also by a
    /// process that died, what it appended then is the answer (with `receipt->repeated`, and no
    /// `events`) and nothing is decided. Ids of the events are made from `command_id`.
    template <class Command>
    requires decides<A, Command> result<executed<A>> execute_once(std::string_view id,
                                                                  const event_id& command_id,
                                                                  const Command& command) {
        return run(
            id, [&](const A& state) -> decision<A> { return decide(state, command); }, command_id);
    }

    /// Keeps a snapshot now, of the stream's end or as of `last`. Fails as `load_at`, or with
    /// `refused`.
    result<snapshot_info> take_snapshot(std::string_view id, std::optional<sequence> last = {}) {
        return loader_->take_snapshot(stream(id), last);
    }

    /// Folds the whole stream again and compares every snapshot of it with what that makes.
    /// Fails as `load`.
    result<std::vector<snapshot_finding>> verify_snapshots(std::string_view id) const {
        return loader_->verify_snapshots(stream(id));
    }

    /// Waits until snapshots that are due are kept. For tests, and before a store is copied.
    void finish_snapshots() { loader_->finish_snapshots(); }

    repository_counts counts() const { return loader_->counts(); }

private:
    static std::string stream(std::string_view id) { return stream_of<A>(id); }

    static loaded<A> typed(detail::loaded_state from) {
        return {std::static_pointer_cast<const A>(std::move(from.state)), from.last};
    }
    static result<loaded<A>> typed(result<detail::loaded_state> from) {
        if (!from) return from.error();
        return typed(*std::move(from));
    }

    template <class Decider>
    result<executed<A>> run(std::string_view id, const Decider& decider,
                            const std::optional<event_id>& once) {
        const auto name = stream(id);
        const auto turn = loader_->turn(name);
        if (once) {
            auto before = loader_->appended_before(name, *once);
            if (!before) return before.error();
            if (*before) return repeated(name, **before);
        }
        for (std::uint32_t retries = 0;; ++retries) {
            auto from = loader_->load(name);
            if (!from) return from.error();
            auto now = typed(*std::move(from));
            auto decided = guarded(decider, *now.state);
            if (!decided) return decided.error();
            if (decided->empty()) return executed<A>{std::move(now), {}, {}, retries};
            auto done = append(name, now, *std::move(decided), once);
            if (done) {
                done->retries = retries;
                return done;
            }
            if (done.error().code != errc::conflict) return done.error();
            if (once) {
                auto before = loader_->appended_before(name, *once);
                if (before && *before) return repeated(name, **before);
            }
            loader_->count_conflict();
            if (retries >= options_.conflict_retries_max) return done.error();
        }
    }

    result<executed<A>> append(const std::string& name, const loaded<A>& from, events_of<A> decided,
                               const std::optional<event_id>& once) {
        auto events = make_events<A>(decided);
        if (once) detail::give_ids(events, *once);
        auto next = std::make_shared<A>(*from.state);
        if (auto applied = detail::guard_apply(name, [&] { apply_all(*next, decided); }); !applied)
            return applied.error();
        auto receipt = log_->append(name, expected::at(from.last), events, options_.durability);
        if (!receipt) return receipt.error();
        loaded<A> now{std::move(next), receipt->last_sequence};
        loader_->appended(name, {now.state, now.last}, *receipt);
        return executed<A>{std::move(now), std::move(decided), *receipt, 0};
    }

    result<executed<A>> repeated(const std::string& name, const append_receipt& before) const {
        auto now = loader_->load(name);
        if (!now) return now.error();
        return executed<A>{typed(*std::move(now)), {}, before, 0};
    }

    template <class Decider>
    static decision<A> guarded(const Decider& decider, const A& state) {
        try {
            return decider(state);
        } catch (const std::exception& thrown) {
            return detail::decider_threw(A::name, thrown.what());
        } catch (...) {
            return detail::decider_threw(A::name, "something that is no std::exception");
        }
    }

    store* log_;
    repository_options options_;
    std::unique_ptr<detail::state_loader> loader_;
};

}  // namespace daybook
