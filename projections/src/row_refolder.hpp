// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lone_reader.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace daybook::projections {

/// Folds the rows of some keys again from the first event, as a clean build would: how an event
/// whose key was not known takes its place in the order.
///
/// Cost: one pass over what the view wants of the log, and one more for each of the keys that
/// throws in it. Memory: the rows of these keys.
class row_refolder {
public:
    explicit row_refolder(const view_work& work) : work_{work} {}

    /// The keys of an event, distinct. Fails with `projection_failed` as long as they cannot be
    /// told.
    result<std::set<std::string>> keys_of(const event_view& given) const;

    /// A key that could not be folded to the end.
    struct parked_again {
        layout::park_record head;
        layout::park_note note;
        std::vector<position> held;
    };
    struct folded {
        std::map<std::string, std::string, std::less<>> rows;
        std::map<std::string, parked_again, std::less<>> parked;
    };
    /// The rows of `keys` up to the cursor, with the parked events at the positions `freed`.
    /// Changes nothing. Fails with `projection_failed` if another event cannot be read, with
    /// `too_large` if too many would be held, or as the log does.
    result<folded> fold(const std::set<std::string>& keys, const std::set<position>& freed) const;

    /// Puts `made` in the place of the rows of `keys` and of what was parked for them, and forgets
    /// the parked events at `freed`, in one batch.
    result<void> store(const folded& made, const std::set<std::string>& keys,
                       const std::set<position>& freed) const;

private:
    class gate;
    result<folded> fold_once(gate& at, const std::set<position>& freed) const;
    result<std::vector<std::string>> stored_keys_of_lanes(const std::set<std::string>& keys) const;

    view_work work_;
};

}  // namespace daybook::projections
