// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "row_refolder.hpp"

#include "park_events.hpp"
#include "park_policy.hpp"
#include "row_writer.hpp"

#include <utility>

namespace daybook::projections {
namespace {

result<std::optional<std::string>> no_row(std::string_view) { return std::optional<std::string>{}; }

/// Lets nothing pass, and remembers the keys that were asked for.
class key_collector final : public key_gate {
public:
    key_collector() { watches_ = true; }
    bool admits(std::string_view key, const event_view&) override {
        keys.emplace(key);
        return false;
    }
    void threw_at(std::string_view key) override { keys.emplace(key); }
    std::set<std::string> keys;
};

}  // namespace

/// Lets events through to some keys, up to where they fail.
class row_refolder::gate final : public key_gate {
public:
    gate(const std::set<std::string>& keys, const park_ledger& parks) : keys_{keys}, parks_{parks} {
        watches_ = true;
    }

    bool admits(std::string_view key, const event_view& event) override {
        if (!keys_.contains(std::string{key})) return false;
        if (parks_.skips(layout::lane_of_key(key), event.position())) return false;
        const auto at = parked.find(key);
        if (at == parked.end() || event.position() < at->second.head.at) return true;
        if (event.position() > at->second.head.at) {
            at->second.held.push_back(event.position());
            ++held_;
        }
        return false;
    }
    void threw_at(std::string_view key) override { at_fault = key; }

    void begin() {
        for (auto& [key, waits] : parked) waits.held.clear();
        held_ = 0;
        at_fault.reset();
    }
    bool too_many() const { return held_ > parks_.options().held_events_max; }

    std::map<std::string, parked_again, std::less<>> parked;
    std::optional<std::string> at_fault;

private:
    const std::set<std::string>& keys_;
    const park_ledger& parks_;
    std::uint64_t held_ = 0;
};

result<std::set<std::string>> row_refolder::keys_of(const event_view& given) const {
    key_collector keys;
    const auto asking = work_.view.projection().make_fold(
        no_row,
        {.rows_cached_max = 0, .starts_empty = true, .only_key = std::nullopt, .gate = &keys});
    if (const auto asked = asking->apply(json_event{given}); !asked) return asked.error();
    return std::move(keys.keys);
}

result<row_refolder::folded> row_refolder::fold(const std::set<std::string>& keys,
                                                const std::set<position>& freed) const {
    gate at{keys, work_.view.steps()->parks()};
    while (true) {
        const auto failures = at.parked.size();
        auto made = fold_once(at, freed);
        if (made || at.parked.size() == failures) return made;
    }
}

// If a key fails, it is parked in the gate, and the caller folds once more.
result<row_refolder::folded> row_refolder::fold_once(gate& at,
                                                     const std::set<position>& freed) const {
    at.begin();
    const auto& of = work_.view.projection();
    const auto& steps = *work_.view.steps();
    const auto rows = of.make_fold(
        no_row,
        {.rows_cached_max = 65'536, .starts_empty = true, .only_key = std::nullopt, .gate = &at});
    log_feed feed{work_.log};
    if (auto sought = feed.seek(of.wants(), position{0}); !sought) return sought.error();
    json_event current;
    while (true) {
        const auto next = feed.next();
        if (!next) return next.error();
        if (*next == nullptr || (*next)->position() >= steps.cursor()) break;
        const auto& given = **next;
        if (steps.parks().withholds(given.position()) && !freed.contains(given.position()))
            continue;
        current.move_to(given);
        const auto applied = rows->apply(current);
        if (applied && !at.too_many()) continue;
        if (applied) return fail(errc::too_large, "too many events would be held behind it");
        const auto& why = applied.error();
        if (why.code == errc::projection_failed && at.at_fault) {
            const auto now = work_.now();
            parked_again waits{
                .head = park_policy::first_failure(given, why, steps.parks().options(), now),
                .note = park_events::parked(of, layout::lane_of_key(*at.at_fault), given,
                                            why.message, now),
                .held = {}};
            at.parked.insert_or_assign(*at.at_fault, std::move(waits));
        }
        return why;
    }
    folded made;
    std::optional<oversized_row> large;
    rows->collect([&](std::string_view key, const std::optional<std::string_view>& row) {
        if (!row) return;
        if (row->size() > row_bytes_max) large = {std::string{key}, row->size()};
        made.rows.emplace(key, *row);
    });
    if (large) return too_large(of, *large);
    made.parked = std::move(at.parked);
    return made;
}

// What is kept of the lanes of `keys`, under all its keys.
result<std::vector<std::string>> row_refolder::stored_keys_of_lanes(
    const std::set<std::string>& keys) const {
    std::vector<std::string> found;
    for (const auto& key : keys) {
        const auto lane = layout::lane_of_key(key);
        if (work_.view.steps()->parks().find(lane) == nullptr) continue;
        found.push_back(layout::head_key(lane));
        auto read = layout::visit_queue(work_.view.rows(), lane, position{0}, [&](position held) {
            found.push_back(layout::queue_key(lane, held));
            return true;
        });
        if (!read) return read.error();
    }
    return found;
}

result<void> row_refolder::store(const folded& made, const std::set<std::string>& keys,
                                 const std::set<position>& freed) const {
    const auto before = stored_keys_of_lanes(keys);
    if (!before) return before.error();
    const auto write = [&](const layout::write_sink& to) {
        for (const auto& key : *before) to(key, std::nullopt);
        for (const auto at : freed) to(layout::head_key(layout::lane_of_event(at)), std::nullopt);
        for (const auto& key : keys) {
            const auto row = made.rows.find(key);
            const bool there = row != made.rows.end();
            to(layout::row_key(key),
               there ? std::optional<std::string_view>{row->second} : std::nullopt);
        }
        for (const auto& [key, waits] : made.parked) {
            const auto lane = layout::lane_of_key(key);
            auto head = waits.head;
            head.held = waits.held.size();
            const auto bytes = layout::encode(head);
            to(layout::head_key(lane), std::string_view{bytes});
            for (const auto at : waits.held) to(layout::queue_key(lane, at), std::string_view{});
        }
    };
    if (auto stored = work_.close(work_.view.steps()->cursor(), write); !stored) return stored;
    const std::lock_guard lock{work_.seen};
    auto& parks = work_.view.steps()->parks();
    for (const auto at : freed) parks.set_head(layout::lane_of_event(at), std::nullopt);
    for (const auto& key : keys) parks.set_head(layout::lane_of_key(key), std::nullopt);
    for (const auto& [key, waits] : made.parked) {
        auto head = waits.head;
        head.held = waits.held.size();
        parks.set_head(layout::lane_of_key(key), std::move(head));
    }
    return {};
}

}  // namespace daybook::projections
