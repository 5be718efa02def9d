// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "view_catalog.hpp"

#include "view_layout.hpp"

#include <algorithm>
#include <mutex>
#include <set>

namespace daybook::projections::catalog {
namespace {

/// One for all stores: changes are rare and short.
std::mutex& changing() {
    static std::mutex mutex;
    return mutex;
}

// A view without a record was built before there were any, or its record was lost with the end of
// the write-ahead log in a power cut: the first generation of the newest version is what serves.
result<view_record> record_from_keyspaces(store& log, std::string_view view) {
    const auto names = log.keyspaces();
    if (!names) return names.error();
    view_record made;
    for (const auto& name : *names) {
        const auto found = layout::parse_keyspace_name(name);
        if (!found || found->name != view) continue;
        made.generations_made = std::max(made.generations_made, found->generation);
        if (found->generation != 1 || made.active_version.value_or(0) > found->version) continue;
        made.active_version = found->version;
        made.generations = {{.version = found->version,
                             .generation = found->generation,
                             .place = generation_place::serving}};
    }
    return made;
}

}  // namespace

generation_record* view_record::find(std::uint32_t generation) {
    const auto found = std::find_if(generations.begin(), generations.end(),
                                    [&](const auto& one) { return one.generation == generation; });
    return found == generations.end() ? nullptr : &*found;
}

const generation_record* view_record::find(std::uint32_t version, generation_place place) const {
    const auto found = std::find_if(generations.begin(), generations.end(), [&](const auto& one) {
        return one.version == version && one.place == place;
    });
    return found == generations.end() ? nullptr : &*found;
}

generation_record* view_record::find(std::uint32_t version, generation_place place) {
    return const_cast<generation_record*>(std::as_const(*this).find(version, place));
}

bool view_record::anything_serves() const {
    return std::any_of(generations.begin(), generations.end(),
                       [](const auto& one) { return one.place == generation_place::serving; });
}

generation_record& view_record::add(std::uint32_t version, generation_place place) {
    return generations.emplace_back(
        generation_record{.version = version, .generation = ++generations_made, .place = place});
}

void view_record::erase(std::uint32_t generation) {
    std::erase_if(generations, [&](const auto& one) { return one.generation == generation; });
}

void view_record::erase_version(std::uint32_t version) {
    std::erase_if(generations, [&](const auto& one) { return one.version == version; });
    if (active_version != version) return;
    active_version.reset();
    for (const auto& one : generations) {
        if (one.place == generation_place::serving)
            active_version = std::max(active_version.value_or(0), one.version);
    }
}

// The first generation's name has no number: so it was called before there were others.
std::string keyspace_of(std::string_view view, const generation_record& of) {
    auto name = layout::keyspace_stem(view, of.version);
    if (of.generation > 1) name += ".g" + std::to_string(of.generation);
    return name;
}

result<std::optional<keyspace>> open(store& log) {
    const auto names = log.keyspaces();
    if (!names) return names.error();
    if (std::find(names->begin(), names->end(), keyspace_name) == names->end())
        return std::optional<keyspace>{};
    auto area = log.open_keyspace(keyspace_name);
    if (!area) return area.error();
    return std::optional{*std::move(area)};
}

result<view_record> decode(std::string_view view, std::string_view bytes) {
    daybook::detail::byte_source peek{bytes};
    std::uint64_t format = 0;
    if (daybook::detail::take_varint(peek.left, format) && format > record_format) {
        return fail(errc::unsupported, "view \"" + std::string{view} + "\": a record of format " +
                                           std::to_string(format) + "; this build reads up to " +
                                           std::to_string(record_format));
    }
    auto record = decode_value<view_record>(bytes);
    if (!record) {
        return fail(errc::corrupt, "view \"" + std::string{view} +
                                       "\": the record of its generations cannot be read");
    }
    return record;
}

result<view_record> read(store& log, std::string_view view) {
    const auto area = open(log);
    if (!area) return area.error();
    if (!*area) return record_from_keyspaces(log, view);
    const auto bytes = (*area)->get(view);
    if (!bytes) return bytes.error();
    return *bytes ? decode(view, **bytes) : record_from_keyspaces(log, view);
}

result<std::vector<std::string>> names(store& log) {
    const auto keyspaces = log.keyspaces();
    if (!keyspaces) return keyspaces.error();
    std::set<std::string> found;
    for (const auto& name : *keyspaces) {
        if (auto view = layout::parse_keyspace_name(name)) found.insert(std::move(view->name));
    }
    return std::vector<std::string>{found.begin(), found.end()};
}

result<view_record> change(store& log, std::string_view view,
                           const std::function<result<void>(view_record&)>& edit) {
    const std::lock_guard lock{changing()};
    auto area = log.open_keyspace(keyspace_name);
    if (!area) return area.error();
    auto stored = area->get(view);
    if (!stored) return stored.error();
    auto record = *stored ? decode(view, **stored) : record_from_keyspaces(log, view);
    if (!record) return record;
    const auto before = *record;
    if (auto edited = edit(*record); !edited) return edited.error();
    if (*stored && *record == before) return record;
    ++record->revision;
    std::string bytes;
    encode_value(*record, bytes);
    keyspace_batch batch;
    batch.put(view, bytes);
    if (auto written = area->write(batch); !written) return written.error();
    return record;
}

result<keyspace> open_serving(store& log, std::string_view view, std::uint32_t version) {
    const auto record = read(log, view);
    if (!record) return record.error();
    if (const auto* serving = record->find(version, generation_place::serving))
        return log.open_keyspace(keyspace_of(view, *serving));
    return fail(errc::not_found, "view \"" + std::string{view} + "\" version " +
                                     std::to_string(version) + ": it was never built");
}

result<void> drop_if_there(store& log, std::string_view keyspace) {
    auto dropped = log.drop_keyspace(keyspace);
    if (!dropped && dropped.error().code == errc::not_found) return {};
    return dropped;
}

}  // namespace daybook::projections::catalog
