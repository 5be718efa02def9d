// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/ledger.hpp>

#include "anchoring.hpp"
#include "ledger_writer.hpp"
#include "signed_log.hpp"

#include <memory>
#include <utility>

namespace daybook::compliance {

struct ledger::impl {
    impl(store& of, std::shared_ptr<signed_log> believed, ledger_options chosen)
        : log{of}, signed_side{std::move(believed)}, options{std::move(chosen)} {}
    ~impl() {
        anchors.reset();
        log.check_reads(nullptr);
    }

    store& log;
    const std::shared_ptr<signed_log> signed_side;
    const ledger_options options;
    verification opened;
    std::unique_ptr<ledger_writer> writer;
    std::unique_ptr<commit_participant> refuser;
    commit_seat seat;                    ///< Left before those who sit on it go.
    std::unique_ptr<anchoring> anchors;  ///< Of a writer.
};

/// The keys that are believed without anything in the store.
std::vector<verifier_key> keys_of(const ledger_options& options, const std::string& origin);

/// What `ledger::open` looks at. `of` believes what it finds. Fails with `io`.
result<verification> look_at_everything_near(const store& log, signed_log& of,
                                             const anchor_policy& anchors);

}  // namespace daybook::compliance
