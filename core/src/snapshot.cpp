// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/snapshot.hpp>

#include "snapshot_shelf.hpp"

#include <algorithm>
#include <tuple>

namespace daybook {
namespace {

using snapshots::stored_snapshot;

snapshot_info info_of(const stored_snapshot& of) {
    return snapshots::info_of(of.key, of.record ? *of.record : snapshots::snapshot_record{});
}

result<std::vector<stored_snapshot>> stored(store& log, std::string_view stream) {
    auto area = snapshots::open_existing(log);
    if (!area) return area.error();
    if (!*area) return std::vector<stored_snapshot>{};
    return snapshots::read_all(**area, stream);
}

/// What the log says of snapshots of one stream, `those` in any order.
result<void> judge_stream(const store& log, std::vector<snapshot_finding>& findings,
                          const std::vector<const stored_snapshot*>& those) {
    std::vector<const stored_snapshot*> sound;
    for (const auto* one : those) {
        if (one->record) sound.push_back(one);
        if (!one->record) findings.push_back({info_of(*one), snapshot_verdict::damaged});
    }
    std::sort(sound.begin(), sound.end(),
              [](const auto* a, const auto* b) { return a->key.last < b->key.last; });
    if (sound.empty()) return {};
    auto events = log.read_stream(sound.front()->key.stream);
    if (!events) return events.error();
    snapshots::past_digest past;
    sequence reached;
    for (const auto* one : sound) {
        while (reached < one->key.last) {
            const auto more = events->next();
            if (!more) return more.error();
            if (!*more) break;
            past.add((*events)->record());
            reached = (*events)->sequence();
        }
        const bool same = reached == one->key.last && past == one->record->past;
        findings.push_back(
            {info_of(*one), same ? snapshot_verdict::sound : snapshot_verdict::other_past});
    }
    return {};
}

}  // namespace

result<std::vector<snapshot_info>> list_snapshots(store& log, std::string_view stream) {
    const auto all = stored(log, stream);
    if (!all) return all.error();
    std::vector<snapshot_info> told;
    for (const auto& one : *all) told.push_back(info_of(one));
    return told;
}

result<std::vector<snapshot_finding>> verify_snapshots(store& log, std::string_view stream) {
    const auto all = stored(log, stream);
    if (!all) return all.error();
    std::vector<snapshot_finding> findings;
    for (auto at = all->begin(); at != all->end();) {
        std::vector<const stored_snapshot*> those;
        const auto& name = at->key.stream;
        for (; at != all->end() && at->key.stream == name; ++at) those.push_back(&*at);
        if (auto judged = judge_stream(log, findings, those); !judged) return judged.error();
    }
    return findings;
}

result<std::uint64_t> drop_snapshots(store& log, std::string_view stream, std::uint64_t keep) {
    auto area = snapshots::open_existing(log);
    if (!area) return area.error();
    if (!*area) return std::uint64_t{0};
    const auto all = snapshots::read_all(**area, stream);
    if (!all) return all.error();
    keyspace_batch batch;
    const snapshots::snapshot_key* last = nullptr;
    std::uint64_t of_these = 0;
    for (const auto& one : *all) {
        const auto& key = one.key;
        const bool same = last != nullptr && std::tie(last->stream, last->state, last->version) ==
                                                 std::tie(key.stream, key.state, key.version);
        of_these = same ? of_these + 1 : 1;
        last = &key;
        if (of_these > keep) batch.erase(snapshots::encode_key(key));
    }
    const std::uint64_t dropped = batch.size();
    if (dropped == 0) return dropped;
    if (auto written = (*area)->write(batch); !written) return written.error();
    return dropped;
}

}  // namespace daybook
