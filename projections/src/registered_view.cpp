// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "registered_view.hpp"

#include "checkpoint_store.hpp"

#include <algorithm>

namespace daybook::projections {
namespace {

using catalog::generation_record;
using catalog::view_record;

// Reads of the newest version by name; an older one only if there is nothing else, or when told.
void activate_if_newest(view_record& record, std::uint32_t version) {
    if (record.active_version.value_or(version) <= version) record.active_version = version;
}

}  // namespace

result<void> registered_view::check_stored(store& log, const any_projection& of) {
    const auto record = catalog::read(log, of.name());
    if (!record) return record.error();
    const auto names = log.keyspaces();
    if (!names) return names.error();
    for (const auto place : {generation_place::serving, generation_place::building}) {
        const auto* stored = record->find(of.version(), place);
        if (stored == nullptr) continue;
        const auto name = catalog::keyspace_of(of.name(), *stored);
        if (std::find(names->begin(), names->end(), name) == names->end()) continue;
        const auto rows = log.open_keyspace(name);
        if (!rows) return rows.error();
        const auto cursor = layout::read_cursor(*rows);
        if (!cursor) return cursor.error();
        if (!*cursor) continue;
        if (auto changed = layout::check_cursor(**cursor, of)) return *std::move(changed);
    }
    return {};
}

result<std::unique_ptr<registered_view>> registered_view::open(store& log, any_projection of,
                                                               const settings& chosen) {
    auto right = claim::take(log, of.keyspace_name());
    if (!right) {
        return fail(errc::locked,
                    "view \"" + of.name() + "\": another runner of this program has it");
    }
    const auto version = of.version();
    const auto begin_if_new = [&](view_record& record) -> result<void> {
        if (record.find(version, generation_place::serving) != nullptr ||
            record.find(version, generation_place::building) != nullptr) {
            return {};
        }
        if (record.anything_serves()) {
            record.add(version, generation_place::building).switches_over = chosen.switches_over;
        } else {
            record.add(version, generation_place::serving);
            record.active_version = version;
        }
        return {};
    };
    const auto record = catalog::change(log, of.name(), begin_if_new);
    if (!record) return record.error();
    std::unique_ptr<registered_view> made{
        new registered_view{log, std::move(of), *std::move(right), chosen}};
    if (auto opened = made->open_recorded(*record); !opened) return opened.error();
    return made;
}

result<void> registered_view::open_recorded(const view_record& record) {
    if (auto dropped = drop_unrecorded(record); !dropped) return dropped;
    auto serving = open_rows(record.find(projection_.version(), generation_place::serving));
    if (!serving) return serving.error();
    serving_ = *std::move(serving);
    if (serving_) serving_->rows->serve_as(right_to_write_.name());
    auto beside = open_rows(record.find(projection_.version(), generation_place::building));
    if (!beside) return beside.error();
    beside_ = *std::move(beside);
    return {};
}

result<std::optional<kept_generation>> registered_view::open_rows(const generation_record* of) {
    std::optional<kept_generation> opened;
    if (of == nullptr) return opened;
    auto rows = kept_view::open(log_, projection_, catalog::keyspace_of(projection_.name(), *of),
                                chosen_.rows);
    if (!rows) return rows.error();
    opened.emplace(kept_generation{.record = *of, .rows = *std::move(rows)});
    return opened;
}

// A crash between a change of the record and the drop that it asks for leaves rows nobody knows.
result<void> registered_view::drop_unrecorded(const view_record& record) {
    const auto names = log_.keyspaces();
    if (!names) return names.error();
    for (const auto& name : *names) {
        const auto found = layout::parse_keyspace_name(name);
        if (!found || found->name != projection_.name() ||
            found->version != projection_.version()) {
            continue;
        }
        const bool recorded = std::any_of(
            record.generations.begin(), record.generations.end(),
            [&](const auto& one) { return catalog::keyspace_of(found->name, one) == name; });
        if (recorded) continue;
        if (auto dropped = catalog::drop_if_there(log_, name); !dropped) return dropped;
    }
    return checkpoints::drop_unrecorded(log_, projection_.name(), projection_.version(), record);
}

error registered_view::nothing_beside(std::string_view doing) const {
    return fail(errc::not_found, std::string{doing} + " view \"" + projection_.name() +
                                     "\": no generation of it is being built");
}

std::vector<kept_view*> registered_view::generations() const {
    std::vector<kept_view*> all;
    if (serving_) all.push_back(serving_->rows.get());
    if (beside_) all.push_back(beside_->rows.get());
    return all;
}

const std::optional<error>& registered_view::failure() const noexcept {
    static const std::optional<error> none;
    const auto* rows = serving_ ? serving() : beside();
    return rows == nullptr ? none : rows->failure();
}

// A projection that fails at everything builds quickly, and no reader shall lose rows to it.
bool registered_view::parks_no_more() const {
    if (!beside_ || !serving_ || was_asked_for_) return true;
    const auto keys = [](const kept_generation& of) {
        return of.rows->steps()->parks().counts().keys;
    };
    return keys(*beside_) <= keys(*serving_);
}

result<void> registered_view::begin_beside() {
    const auto version = projection_.version();
    const auto begin = [&](view_record& record) -> result<void> {
        std::erase_if(record.generations, [&](const auto& one) {
            return one.version == version && one.place != generation_place::serving;
        });
        record.add(version, generation_place::building).switches_over = chosen_.switches_over;
        return {};
    };
    const auto record = catalog::change(log_, projection_.name(), begin);
    if (!record) return record.error();
    beside_.reset();
    was_asked_for_ = false;
    if (auto dropped = drop_unrecorded(*record); !dropped) return dropped;
    auto begun = open_rows(record->find(version, generation_place::building));
    if (!begun) return begun.error();
    beside_ = *std::move(begun);
    return {};
}

result<void> registered_view::bring_back(std::uint32_t generation) {
    const auto version = projection_.version();
    const auto choose = [&](view_record& record) -> result<void> {
        auto* found = record.find(generation);
        if (found == nullptr || found->version != version) {
            return fail(errc::not_found, "switch view \"" + projection_.name() + "\": version " +
                                             std::to_string(version) + " has no generation " +
                                             std::to_string(generation));
        }
        if (found->place == generation_place::serving) {
            record.active_version = version;
            return {};
        }
        const auto* building = record.find(version, generation_place::building);
        if (building != nullptr && building != found) {
            return fail(errc::invalid_argument,
                        "switch view \"" + projection_.name() + "\": generation " +
                            std::to_string(building->generation) +
                            " is being built; switch to it or abandon it first");
        }
        *found = {.version = version,
                  .generation = generation,
                  .place = generation_place::building,
                  .paused = false,
                  .switches_over = true};
        return {};
    };
    const auto record = catalog::change(log_, projection_.name(), choose);
    if (!record) return record.error();
    const auto* building = record->find(version, generation_place::building);
    was_asked_for_ = building != nullptr;
    if (beside_ && building != nullptr) {
        beside_->record = *building;
        return {};
    }
    auto opened = open_rows(building);
    if (!opened) return opened.error();
    beside_ = *std::move(opened);
    return {};
}

result<void> registered_view::abandon() {
    if (!beside_) return nothing_beside("abandon");
    const auto generation = beside_->record.generation;
    const auto forget = [&](view_record& record) -> result<void> {
        record.erase(generation);
        return {};
    };
    const auto record = catalog::change(log_, projection_.name(), forget);
    if (!record) return record.error();
    beside_.reset();
    return drop_unrecorded(*record);
}

result<void> registered_view::pause(bool wait) {
    if (!beside_) return nothing_beside(wait ? "pause" : "resume");
    const auto generation = beside_->record.generation;
    const auto mark = [&](view_record& record) -> result<void> {
        if (auto* found = record.find(generation)) found->paused = wait;
        return {};
    };
    const auto record = catalog::change(log_, projection_.name(), mark);
    if (!record) return record.error();
    beside_->record.paused = wait;
    beside_->speed.reset();
    return {};
}

result<void> registered_view::switch_over() {
    if (!beside_) return nothing_beside("switch");
    const auto version = projection_.version();
    const auto swap = [&](view_record& record) -> result<void> {
        if (auto* before = record.find(version, generation_place::serving))
            before->place = generation_place::kept;
        if (auto* now = record.find(beside_->record.generation)) {
            now->place = generation_place::serving;
            now->paused = now->switches_over = false;
        }
        activate_if_newest(record, version);
        return {};
    };
    const auto record = catalog::change(log_, projection_.name(), swap);
    if (!record) return record.error();
    serving_ = std::move(beside_);
    beside_.reset();
    was_asked_for_ = false;
    serving_->record = *record->find(version, generation_place::serving);
    serving_->rows->serve_as(right_to_write_.name());
    return {};
}

result<void> registered_view::keep_checkpoints(std::uint64_t every_events, std::size_t keep) {
    for (auto* each : {&serving_, &beside_}) {
        if (!*each) continue;
        auto& one = **each;
        const auto cursor = one.rows->steps()->cursor();
        if (!one.last_checkpoint) {
            const auto last = checkpoints::newest(log_, projection_.name(), one.record.generation);
            if (!last) return last.error();
            one.last_checkpoint = *last;
        }
        if (cursor.value < one.last_checkpoint->value + every_events) continue;
        if (one.rows->steps()->parks().counts().keys > 0) continue;
        const auto kept = checkpoints::keep(log_, projection_, one.record);
        if (!kept && kept.error().code == errc::locked) continue;  // One is being made: no less.
        if (!kept) return kept.error();
        one.last_checkpoint = kept->cursor;
        if (auto pruned = prune_checkpoints(log_, projection_.name(), keep); !pruned) return pruned;
    }
    return {};
}

void registered_view::note_pace(pace::time now) {
    if (beside_) beside_->speed.note(beside_->rows->steps()->cursor().value, now);
}

}  // namespace daybook::projections
