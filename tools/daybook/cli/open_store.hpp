// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/audit_recorder.hpp>
#include <daybook/compliance/ledger.hpp>
#include <daybook/store.hpp>

#include "cli/command.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace daybook::cli {

enum class access {
    read,   ///< Must exist. Changes nothing in it; another process may be writing.
    write,  ///< Must exist.
    create  ///< Made if it is missing.
};

/// An open store, with its ledger if it is in compliance mode; or why there is none. Reads like a
/// `result<store>`. May be moved: references into it stay valid.
class opened_store {
public:
    opened_store(daybook::error why) : why_{std::move(why)} {}  // NOLINT: as a result is made.
    opened_store(store opened, std::unique_ptr<compliance::audit_recorder> audit)
        : parts_{
              std::make_unique<parts>(parts{std::move(opened), std::nullopt, std::move(audit)})} {}

    explicit operator bool() const noexcept { return parts_ != nullptr; }
    const daybook::error& error() const noexcept { return why_; }
    store& operator*() noexcept { return parts_->log; }
    const store& operator*() const noexcept { return parts_->log; }
    store* operator->() noexcept { return &parts_->log; }
    const store* operator->() const noexcept { return &parts_->log; }

    /// Nothing if the store is not in compliance mode.
    std::optional<compliance::ledger>& ledger() noexcept { return parts_->book; }
    /// The same, null if there is none.
    const compliance::ledger* book() const noexcept {
        return parts_->book ? &*parts_->book : nullptr;
    }

    /// Records what is done to a log in compliance mode that is open for writing.
    compliance::audit_recorder& audit() noexcept { return *parts_->audit; }

private:
    struct parts {
        store log;
        std::optional<compliance::ledger> book;             ///< Goes before the store,
        std::unique_ptr<compliance::audit_recorder> audit;  ///< and this before both.
    };
    std::unique_ptr<parts> parts_;
    daybook::error why_;
};

/// The directory that --store or DAYBOOK_STORE names. Fails with `invalid_argument` if none does.
result<std::filesystem::path> store_directory(const arguments& given);

/// Opens the store that the command line names, and its ledger as the environment says (see
/// cli/ledger_choices.hpp). Fails as `store::open` does; `locked` says who writes and what to do.
opened_store open_store(const invocation& call, access how, store_options options = {});

/// The same for a store whose directory is known.
opened_store open_store_at(const invocation& call, const std::filesystem::path& directory,
                           access how, store_options options = {});

}  // namespace daybook::cli
