// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/digest.hpp>
#include <daybook/compliance/erasure.hpp>
#include <daybook/projections/generations.hpp>
#include <daybook/raw_json.hpp>
#include <daybook/snapshot.hpp>

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

namespace daybook::compliance {
namespace {

constexpr std::size_t canary_bytes_min = 4;

/// The same for the same erasure, so that telling it twice is recognised. Of version 8 (RFC 9562).
event_id id_of(const subject_erasure& erased) {
    const auto hash = sha256("daybook subject erased 1 ", erased.key_ids.back());
    event_id id;
    std::memcpy(id.bytes.data(), hash.bytes.data(), id.bytes.size());
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x80U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
    return id;
}

std::string payload_of(const subject_erasure& erased, const std::string& reason) {
    std::string json{R"({"subject":")" + erased.pseudonym + R"(","keys":[)"};
    for (const auto& key : erased.key_ids) {
        if (!json.ends_with('[')) json += ',';
        json += '"' + key + '"';
    }
    json += R"(],"epoch":)" + std::to_string(erased.epoch) + R"(,"reason":)";
    append_json_string(json, reason);
    return json + '}';
}

/// Tells it, once: whoever finishes an erasure finds it told already.
result<position> tell(store& in, const subject_erasure& erased, const erasure_options& options) {
    const auto id = id_of(erased);
    const auto known = in.read_one(id);
    if (known) return known->position();
    if (known.error().code != errc::not_found) return known.error();
    const auto told = in.append(compliance_stream, expected::any(),
                                {{.type = std::string{subject_erased_type},
                                  .payload = payload_of(erased, options.reason),
                                  .actor = options.actor,
                                  .occurred_at = erased.erased_at,
                                  .id = id}},
                                durability::synced);
    if (!told) return told.error();
    return told->first;
}

result<void> drop_views(store& in, erasure_report& report) {
    const auto views = projections::built_views(in);
    if (!views) return views.error();
    std::set<std::pair<std::string, std::uint32_t>> versions;
    for (const auto& one : *views) versions.emplace(one.name, one.version);
    for (const auto& [name, version] : versions) {
        const auto shown = name + " version " + std::to_string(version);
        const auto dropped = projections::drop_version(in, name, version);
        if (dropped) {
            report.views_dropped.push_back(shown);
        } else if (dropped.error().code == errc::locked) {
            report.not_reached.push_back("the view " + shown +
                                         " is in use: stop what runs it and erase again");
        } else if (dropped.error().code != errc::not_found) {
            return dropped.error();
        }
    }
    return {};
}

/// Areas of programs may hold anything; only they know what to do with it.
result<void> tell_other_areas(store& in, erasure_report& report) {
    const auto names = in.keyspaces();
    if (!names) return names.error();
    for (const auto& name : *names) {
        if (name.starts_with("view.") || name.starts_with("daybook.")) continue;
        report.not_reached.push_back("the area " + name +
                                     " is no view: its program has to remove what it keeps there");
    }
    return {};
}

/// A fork links to the same files: what is removed here stays there.
void tell_shared_files(const std::filesystem::path& directory, erasure_report& report) {
    std::error_code wrong;
    std::size_t shared = 0;
    for (std::filesystem::directory_iterator at{directory, wrong}, end; !wrong && at != end;
         at.increment(wrong)) {
        std::error_code gone;
        if (at->is_regular_file(gone) && std::filesystem::hard_link_count(at->path(), gone) > 1) {
            ++shared;
        }
    }
    if (shared == 0) return;
    report.not_reached.push_back(
        std::to_string(shared) +
        " files of the store are shared with a fork or a copy: erase the subject's views there");
}

result<void> look_elsewhere(const erasure_options& options, erasure_report& report) {
    for (const auto& place : options.other_places) {
        const auto found = find_in_files(place, options.canaries);
        if (!found) {
            report.not_reached.push_back(place.string() + ": " + found.error().message);
            continue;
        }
        for (const auto& one : found->found) {
            report.not_reached.push_back("canary " + std::to_string(one.which + 1) + " is in " +
                                         place.string() + ", " + one.where);
        }
    }
    return {};
}

result<void> prove(const store& in, const erasure_options& options, erasure_report& report) {
    if (options.canaries.empty()) return {};
    auto searched = find_in_store(in, options.canaries);
    if (!searched) return searched.error();
    report.searched = std::move(*searched);
    for (const auto& one : report.searched.found) {
        auto line = "canary " + std::to_string(one.which + 1) + " is in " + one.where;
        if (one.where.starts_with("file MANIFEST")) {
            line += ": it goes when the store is opened next; erase again then";
        } else if (one.where == "a row of the log") {
            line += ": it was appended in the clear, before it was to be encrypted";
        }
        report.not_reached.push_back(std::move(line));
    }
    report.proven = report.searched.found.empty();
    return {};
}

}  // namespace

result<erasure_report> erase_subject(store& from, subject_keys& keys, std::string_view subject,
                                     const erasure_options& options) {
    for (const auto& one : options.canaries) {
        if (one.size() < canary_bytes_min) {
            return fail(errc::invalid_argument,
                        "erase a subject: a canary has at least 4 bytes, found " +
                            std::to_string(one.size()));
        }
    }
    erasure_report report;
    auto erased = keys.erase(subject);
    if (!erased) return erased.error();
    report.keys = std::move(*erased);
    const auto told = tell(from, report.keys, options);
    if (!told) return told.error();
    report.told_at = *told;
    if (auto ok = drop_views(from, report); !ok) return ok.error();
    const auto snapshots = drop_snapshots(from);
    if (!snapshots) return snapshots.error();
    report.snapshots_dropped = *snapshots;
    if (auto ok = purge_store(from); !ok) return ok.error();
    if (auto ok = tell_other_areas(from, report); !ok) return ok.error();
    tell_shared_files(from.status().directory, report);
    if (auto ok = look_elsewhere(options, report); !ok) return ok.error();
    if (auto ok = prove(from, options, report); !ok) return ok.error();
    return report;
}

}  // namespace daybook::compliance
