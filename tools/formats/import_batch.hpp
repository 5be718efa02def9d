// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include "formats/importer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace daybook::formats {

/// A line that was read, until it is known what becomes of it.
struct pending_line {
    enum class fate { open, added, repeated, bad };

    std::string text;  ///< As it stood in the file; only kept if bad lines are set aside.
    std::string_view file;
    std::uint64_t number = 0;
    parsed_line line;
    fate becomes = fate::open;
    bad_line problem;  ///< If bad.
    /// Set if the line can be read but disagrees with the store.
    std::shared_ptr<const daybook::conflict> conflict;
};

struct hash_event_id {
    std::size_t operator()(const event_id& id) const noexcept;
};

/// Decides which of some lines are new, which are in the store and which disagree with it, and
/// commits the new ones together. Remembers where streams are from batch to batch.
class import_batches {
public:
    import_batches(store& into, std::optional<durability> durable)
        : into_{into}, durable_{durable} {}

    /// Appends the new ones of `lines`, which get their fate. If there are bad ones, nothing is
    /// appended unless `go_on`, and then everything else is.
    /// Fails as `store::commit`, except for what is the fault of one line.
    result<void> store_lines(std::vector<pending_line>& lines, bool go_on);

private:
    struct stream_place {
        sequence stored;               // The stream's head in the store.
        std::vector<event_id> staged;  // In this batch, after it.
        bool growing = false;          // This import added to it: the next lines are new too.
    };
    struct stored_check {
        std::string_view stream;
        sequence at;
        pending_line* line;
    };

    result<void> stage(std::vector<pending_line>& lines, bool go_on);
    result<void> stage_line(pending_line& line);
    result<void> stage_placed(pending_line& line, stream_place& place);
    result<void> stage_unplaced(pending_line& line, stream_place& place);
    void add(pending_line& line, stream_place& place);
    result<void> check_stored();
    result<void> check_stream(std::span<stored_check> checks);
    result<stream_place*> place_of(const std::string& stream);
    result<void> commit();
    result<bool> settle(std::vector<pending_line>& lines, const error& why);
    void unstage();
    void forget_places();

    store& into_;
    std::optional<durability> durable_;
    std::unordered_map<std::string, stream_place> places_;
    std::vector<stream_place*> touched_;
    std::unordered_set<event_id, hash_event_id> staged_ids_;
    std::vector<stored_check> checks_;
    std::vector<pending_line*> staged_lines_;
    commit_request request_;
    bool look_up_all_ids_ = false;
    int attempts_ = 0;
};

}  // namespace daybook::formats
