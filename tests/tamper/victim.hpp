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

/// A closed store in compliance mode, to be attacked: 600 events in 7 streams. The payload of the
/// event at position 300 is {"eur":100}, and of the last but one {"eur":555}; no others are.
class victim {
public:
    static constexpr std::uint64_t events = 600;
    static constexpr std::uint64_t paid = 300;
    static constexpr std::uint64_t paid_last = 598;

    victim();

    std::filesystem::path directory() const { return home_ / "store"; }
    /// A copy of its files, taken while it was open and half of the events were there.
    std::filesystem::path older() const { return home_ / "older"; }
    /// What remembers how far it had come, outside of the store.
    std::filesystem::path anchors() const { return home_ / "anchors"; }

private:
    temp_directory home_;
};

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
