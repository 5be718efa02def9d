// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/fork.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What would have been if some events had not happened, or others had.
///
///     auto without = what_if{}.drop(position{17}).run(store, "/var/lib/without-17").value();
///
/// The result is a fork (<daybook/fork.hpp>) that begins before the first edit and has what follows
/// with the edits made. Its views show what would have become; `compare_events` and `compare_views`
/// (compare.hpp) tell how it differs.
namespace daybook::replay {

struct what_if_options {
    /// Where the branch begins, not after the first edit. Default: at the first edit.
    std::optional<position> fork_at{};
    std::size_t examples_max = 100;  ///< Of lost causes that the report lists.
    progress_callback progress{};    ///< Of the events after the fork.
};

/// A cause that an event of the branch cannot name any more, because it was dropped.
struct lost_cause {
    position in{};  ///< Where the event is in the branch.
    event_id event{};
    event_id cause{};
};

struct what_if_report {
    fork_report fork{};
    // Of the events after the fork:
    std::uint64_t kept = 0;
    std::uint64_t changed = 0;
    std::uint64_t dropped = 0;
    std::uint64_t injected = 0;
    /// Events of the branch, not injected, that have another place in their stream than before.
    std::uint64_t sequences_changed = 0;
    std::uint64_t causes_lost = 0;
    std::vector<lost_cause> lost{};  ///< The first of them.
};

/// Edits of a log. A value; `run` may be called many times, from any thread.
class what_if {
public:
    /// Puts an event after the one at `after`, or where the branch begins. Several at one place
    /// stand in the order of these calls.
    what_if& inject(std::optional<position> after, std::string stream, new_event event);
    what_if& drop(position at);
    what_if& drop(query which);
    /// Changes the payload as a JSON Merge Patch (RFC 7396) says: members replace those of the
    /// same name, null removes. The event keeps its id.
    what_if& change(position at, std::string merge_patch);

    /// Edits as JSON lines:
    ///
    ///     {"inject": {"stream": "task-1", "type": "TaskBlocked", "payload": {}}, "after": 16}
    ///     {"drop": 17}
    ///     {"drop": {"type": "AgentFailed", "stream": "task-1", "correlation": "c", "tag": "k:v"}}
    ///     {"change": 18, "patch": {"status": "done"}}
    ///
    /// Events are as `daybook export --format native` writes them. Fails with `invalid_argument`
    /// that names the line.
    static result<what_if> from_json_lines(std::string_view text);

    bool empty() const noexcept { return edits_.empty(); }

    /// Makes the branch in `directory`, whole or not at all, as `fork_store` does. `from` must not
    /// lose events meanwhile; those that it gets are not in the branch.
    ///
    /// Events after the fork are appended again with their ids, their own times and all else that
    /// they say, but for dropped causes; their time of recording is now, and each is a commit of
    /// its own or with neighbours of its stream.
    ///
    /// Fails with `not_found` (an edit or the fork is beyond the log), `invalid_argument` (the
    /// first edit is before `fork_at`; a patch is not a JSON object, or what it is for has no JSON;
    /// one event is both dropped and changed), or as `fork_store` and appending do.
    result<what_if_report> run(store& from, const std::filesystem::path& directory,
                               const what_if_options& options = {}) const;

    struct injected_event {
        std::optional<position> after;
        std::string stream;
        new_event event;
    };
    struct dropped_event {
        position at;
    };
    struct dropped_query {
        query which;
    };
    struct changed_event {
        position at;
        std::string merge_patch;
    };
    using edit = std::variant<injected_event, dropped_event, dropped_query, changed_event>;
    const std::vector<edit>& edits() const noexcept { return edits_; }

private:
    std::vector<edit> edits_;
};

}  // namespace daybook::replay
