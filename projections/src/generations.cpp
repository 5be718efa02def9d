// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/generations.hpp>

#include "checkpoint_store.hpp"
#include "claims.hpp"
#include "view_catalog.hpp"
#include "view_layout.hpp"

#include <algorithm>
#include <tuple>

namespace daybook::projections {
namespace {

error no_generation(std::string_view view, std::uint32_t generation) {
    return fail(errc::not_found, "view \"" + std::string{view} + "\" has no generation " +
                                     std::to_string(generation) + " in this store");
}

built_view describe(std::string_view view, const catalog::view_record& record,
                    const catalog::generation_record& one) {
    built_view told;
    told.name = view;
    told.version = one.version;
    told.generation = one.generation;
    told.keyspace = catalog::keyspace_of(view, one);
    told.place = one.place;
    told.active = one.place == generation_place::serving && record.active_version == one.version;
    told.paused = one.paused;
    told.switches_over = one.place == generation_place::building && one.switches_over;
    return told;
}

// A generation that is recorded and has no rows yet was begun just before a crash.
result<void> read_cursor_of(store& log, const std::vector<std::string>& keyspaces,
                            built_view& into) {
    if (std::find(keyspaces.begin(), keyspaces.end(), into.keyspace) == keyspaces.end()) return {};
    const auto rows = log.open_keyspace(into.keyspace);
    if (!rows) return rows.error();
    const auto stored = layout::read_cursor(*rows);
    if (!stored) return stored.error();
    const auto cursor = stored->value_or(layout::cursor_record{});
    into.cursor = cursor.next;
    into.events_applied = cursor.events_applied;
    into.query_fingerprint = cursor.query_fingerprint;
    into.row_fingerprint = cursor.row_fingerprint;
    return {};
}

}  // namespace

result<std::vector<built_view>> built_views(store& log) {
    const auto names = catalog::names(log);
    if (!names) return names.error();
    const auto keyspaces = log.keyspaces();
    if (!keyspaces) return keyspaces.error();
    std::vector<built_view> found;
    for (const auto& name : *names) {
        const auto record = catalog::read(log, name);
        if (!record) return record.error();
        for (const auto& one : record->generations) {
            auto told = describe(name, *record, one);
            if (auto read = read_cursor_of(log, *keyspaces, told); !read) return read.error();
            found.push_back(std::move(told));
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return std::tie(a.name, a.version, a.generation) <
               std::tie(b.name, b.version, b.generation);
    });
    return found;
}

result<built_view> find_generation(store& log, std::string_view view, std::uint32_t generation) {
    auto all = built_views(log);
    if (!all) return all.error();
    for (auto& one : *all) {
        if (one.name == view && one.generation == generation) return std::move(one);
    }
    return no_generation(view, generation);
}

result<std::optional<std::uint32_t>> active_version(store& log, std::string_view view) {
    const auto record = catalog::read(log, view);
    if (!record) return record.error();
    return record->active_version;
}

result<void> activate_version(store& log, std::string_view view, std::uint32_t version) {
    const auto changed = catalog::change(log, view, [&](auto& record) -> result<void> {
        if (record.find(version, generation_place::serving) == nullptr) {
            return fail(errc::not_found, "view \"" + std::string{view} + "\": nothing of version " +
                                             std::to_string(version) + " serves in this store");
        }
        record.active_version = version;
        return {};
    });
    if (!changed) return changed.error();
    return {};
}

// First out of the record, then off the disk: after a crash in between the next runner drops it.
result<void> drop_generation(store& log, std::string_view view, std::uint32_t generation) {
    std::optional<claim> right;
    std::string keyspace;
    const auto changed = catalog::change(log, view, [&](auto& record) -> result<void> {
        const auto* found = record.find(generation);
        if (found == nullptr) return no_generation(view, generation);
        if (found->place == generation_place::serving) {
            return fail(errc::invalid_argument,
                        "view \"" + std::string{view} + "\": generation " +
                            std::to_string(generation) +
                            " is what readers get; switch to another one first");
        }
        if (found->place == generation_place::building) {
            right = claim::take(log, layout::keyspace_stem(view, found->version));
            if (!right) {
                return fail(errc::locked, "view \"" + std::string{view} + "\": generation " +
                                              std::to_string(generation) +
                                              " is being built by a runner of this program");
            }
        }
        keyspace = catalog::keyspace_of(view, *found);
        record.erase(generation);
        return {};
    });
    if (!changed) return changed.error();
    if (auto dropped = checkpoints::drop_of(log, view, generation); !dropped) return dropped;
    return catalog::drop_if_there(log, keyspace);
}

result<void> drop_version(store& log, std::string_view view, std::uint32_t version) {
    const auto right = claim::take(log, layout::keyspace_stem(view, version));
    if (!right) {
        return fail(errc::locked,
                    "view \"" + std::string{view} + "\": a runner of this program has it");
    }
    std::vector<std::string> keyspaces;
    const auto forget = [&](catalog::view_record& record) -> result<void> {
        for (const auto& one : record.generations) {
            if (one.version == version) keyspaces.push_back(catalog::keyspace_of(view, one));
        }
        if (keyspaces.empty()) {
            return fail(errc::not_found, "view \"" + std::string{view} + "\" version " +
                                             std::to_string(version) +
                                             " was never built in this store");
        }
        record.erase_version(version);
        return {};
    };
    const auto record = catalog::change(log, view, forget);
    if (!record) return record.error();
    if (auto dropped = checkpoints::drop_unrecorded(log, view, version, *record); !dropped)
        return dropped;
    for (const auto& keyspace : keyspaces) {
        if (auto dropped = catalog::drop_if_there(log, keyspace); !dropped) return dropped;
    }
    return {};
}

result<std::pair<built_view, built_view>> generations_to_compare(store& log,
                                                                 std::string_view view) {
    auto all = built_views(log);
    if (!all) return all.error();
    std::erase_if(*all, [&](const auto& one) { return one.name != view; });
    const auto active =
        std::find_if(all->begin(), all->end(), [](const auto& one) { return one.active; });
    if (active == all->end() || all->size() < 2) {
        return fail(errc::not_found, "compare view \"" + std::string{view} + "\": there are not " +
                                         "two generations of it in this store; rebuild it first");
    }
    const auto serves = *active;
    all->erase(active);
    const auto less = [](const auto& a, const auto& b) {
        const auto rank = [](const auto& one) {
            return std::pair{one.place == generation_place::building, one.generation};
        };
        return rank(a) < rank(b);
    };
    const auto other = *std::max_element(all->begin(), all->end(), less);
    return other.generation < serves.generation ? std::pair{other, serves}
                                                : std::pair{serves, other};
}

}  // namespace daybook::projections
