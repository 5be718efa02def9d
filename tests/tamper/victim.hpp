// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/ledger.hpp>

#include "support/signed_store.hpp"
#include "support/temp_directory.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace daybook::test {

/// A closed store in compliance mode, to be attacked: 600 events in 7 streams, or fewer. The
/// payload of the event at position N is {"n":N}, but at position 300 {"eur":100}, and of the last
/// but one
/// {"eur":555}.
class victim {
public:
    static constexpr std::uint64_t events = 600;
    static constexpr std::uint64_t paid = 300;
    static constexpr std::uint64_t paid_last = 598;

    explicit victim(std::uint64_t count = events);

    std::filesystem::path directory() const { return home_ / "store"; }
    /// A copy of its files, taken while it was open and half of the events were there.
    std::filesystem::path older() const { return home_ / "older"; }
    /// What remembers how far it had come, outside of the store.
    std::filesystem::path anchors() const { return home_ / "anchors"; }

private:
    temp_directory home_;
};

/// Where a ledger keeps what it has, as a `raw_store` calls it.
inline constexpr std::string_view ledger_rows = "view:daybook.ledger";

/// Removes what a store notes beside its log, of who had it open and how far it was synced.
void forget_notes(const std::filesystem::path& directory);

/// Changes an event, and makes the whole ledger again with `key`, so that all fits together.
void sign_again(const victim& v, const std::shared_ptr<const compliance::signer>& key);

/// What somebody finds who opens the store, believing in the key of the tests, and looks at
/// everything in it.
struct inquiry {
    std::string refusal;  ///< Why it could not be opened at all; else empty.
    compliance::verdict what{};
    std::optional<position> at;
    std::string kind;
    std::string findings;  ///< All of them, one a line.
    std::string contents;  ///< What was read without an error.

    bool noticed() const { return !refusal.empty() || what != compliance::verdict::verified; }
};
inquiry inquire(const std::filesystem::path& store, const std::filesystem::path& anchors = {});

}  // namespace daybook::test
