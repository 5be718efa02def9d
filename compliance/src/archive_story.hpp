// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What archiving and retention have in common: telling the log of a file, and not before the file
// is what was signed.

#include <daybook/compliance/archiving.hpp>
#include <daybook/compliance/retention.hpp>

#include <boost/json.hpp>

#include <optional>

namespace daybook::compliance {

/// Read once, whole: what is hashed is what was read.
result<std::string> sha256_of_file(const std::filesystem::path& path);

/// Fails with `invalid_argument` if the log is signed and no ledger is given.
result<void> check_ledger(const store& log, const ledger* book, std::string_view doing);

/// Fails with `corrupt` if the file is not what was signed, `refused` if that cannot be told.
result<void> check_file(const store& log, const ledger& book, const std::filesystem::path& file,
                        std::string_view doing);

/// By what right a step of retention is done.
struct authority {
    const policy_in_force& policy;
    const retention_proposal* proposal = nullptr;
};

/// Adds policy, proposal and both people.
void add_authority(boost::json::object& to, const authority& right);

/// Checks what was written and tells of it (SegmentArchived), to be called before anything goes.
archive_witness writing_archived(store& log, const ledger* book, const actor& by,
                                 std::optional<authority> right = {});

}  // namespace daybook::compliance
