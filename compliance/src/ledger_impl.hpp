// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/ledger.hpp>

#include "anchoring.hpp"
#include "ledger_writer.hpp"

#include <mutex>

namespace daybook::compliance {

struct ledger::impl {
    impl(store& of, keyspace area, ledger_options chosen)
        : log{of}, rows{std::move(area)}, options{std::move(chosen)} {}
    ~impl() {
        anchors.reset();
        log.check_reads(nullptr);
    }

    store& log;
    keyspace rows;
    const ledger_options options;
    std::string origin;
    std::vector<verifier_key> trusted;
    ledger_tree tree{rows};
    verification opened;
    std::unique_ptr<ledger_writer> writer;
    std::unique_ptr<commit_participant> refuser;
    commit_seat seat;  ///< Left before those who sit on it go.

    std::unique_ptr<anchoring> anchors;  ///< Of a writer.

    std::mutex refreshing;
    /// In a reader: takes in what was signed since.
    result<void> refresh();

    result<std::string> newest_note() const;
    /// The newest checkpoint, verified, after everything that it signs is on the disk.
    result<verified_checkpoint> durable_checkpoint() const;
    /// What is wrong with the newest checkpoint, its signature, or the tree below it.
    std::vector<finding> check_head() const;
    /// What is wrong by what the anchors remember; how far they do goes into `anchored_to`.
    std::vector<finding> check_anchors(std::optional<position>& anchored_to) const;
};

/// The hash of the statement of `event`, with the leaf before in its stream as the tree has it.
result<digest> leaf_of(const ledger_tree& tree, std::string_view origin, const event_view& event,
                       std::uint64_t link, std::string& scratch);

finding tampered(std::string kind, std::optional<position> at, std::string message);

}  // namespace daybook::compliance
