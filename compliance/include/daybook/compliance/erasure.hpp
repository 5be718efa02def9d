// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/compliance_stream.hpp>
#include <daybook/compliance/subject_keys.hpp>
#include <daybook/event.hpp>
#include <daybook/purge.hpp>
#include <daybook/store.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::compliance {

inline constexpr std::string_view subject_erased_type = "SubjectErased";

struct erasure_options {
    daybook::actor actor{};  ///< Who erases; in the event.
    std::string reason{};    ///< In the event, in the clear: no personal data.
    /// Texts of the subject that must be nowhere afterwards; looked for in every file and row of
    /// the store. They are in no message and no event. At least 4 bytes each.
    std::vector<std::string> canaries{};
    /// Files and directories elsewhere that may hold the subject's data in the clear: exports,
    /// golden histories, forks, copies. Searched for the canaries; never changed.
    std::vector<std::filesystem::path> other_places{};
};

struct erasure_report {
    subject_erasure keys{};
    position told_at{};                        ///< Of the event SubjectErased.
    std::vector<std::string> views_dropped{};  ///< "NAME version N"; they are built again when run.
    std::uint64_t snapshots_dropped = 0;
    /// What is not done, or cannot be: views that are in use, areas that are not views, files that
    /// others share, places where a canary was found. One line each.
    std::vector<std::string> not_reached{};
    text_search searched{};  ///< In the store.
    /// Every canary was looked for and found nowhere in the store. Not set without canaries.
    bool proven = false;
};

/// Erases a data subject: destroys its key (see `subject_keys::erase`), tells it in the log with
/// an event SubjectErased, which has the pseudonym and the ids of the keys, drops every view and
/// snapshot of the store, for they may hold what was decrypted, rewrites the files that held them,
/// and looks for the canaries.
///
/// What is encrypted in the log stays there and is unreadable; proofs stay valid. Interrupted, the
/// same call finishes it, and tells it once. The key goes first: whatever fails afterwards, what
/// was encrypted is erased.
/// Fails with `not_found` (the keys know no such subject), `invalid_argument` (a short canary),
/// `refused` (open for reading), `corrupt`, `io`. Cost: as `purge_store` and `find_in_store`.
result<erasure_report> erase_subject(store& from, subject_keys& keys, std::string_view subject,
                                     const erasure_options& options = {});

}  // namespace daybook::compliance
