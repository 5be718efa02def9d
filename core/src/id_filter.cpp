// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "id_filter.hpp"

#include "index_codec.hpp"
#include "text.hpp"

namespace daybook {
namespace {

/// Only what the sealed index keeps of a hash may be used.
constexpr std::uint64_t print_of(std::uint64_t hash) noexcept { return hash >> 20U; }

struct probe_sequence {
    explicit probe_sequence(std::uint64_t print) noexcept
        : at{print * 0x9E3779B97F4A7C15U}, step{(print * 0xC2B2AE3D27D4EB4FU) | 1U} {}
    std::uint64_t next() noexcept { return (at += step) >> 44U; }  // 20 bits: a row.
    std::uint64_t at;
    std::uint64_t step;
};

}  // namespace

id_filter::table& id_filter::table_of(std::uint32_t group) {
    while (tables_.size() <= group) tables_.push_back(std::make_unique<table>());
    return *tables_[group];
}

void id_filter::set(std::uint32_t segment, std::uint64_t print) noexcept {
    auto& in = *tables_[segment >> index_codec::group_bits];
    const auto bit = std::uint64_t{1} << (segment % index_codec::group_segments);
    probe_sequence sequence{print};
    for (unsigned i = 0; i < probes; ++i) in[sequence.next()] |= bit;
}

result<void> id_filter::activate(database& db, const segment_list& list) {
    clear();
    const std::unique_ptr<rocksdb::Iterator> entries{db.db().NewIterator({}, db.index())};
    for (std::uint32_t first = 0; first < list.sealed.size();
         first += index_codec::group_segments) {
        const auto group = first >> index_codec::group_bits;
        table_of(group);
        const auto prefix = index_codec::key_prefix(group, field::id);
        for (entries->Seek(prefix); entries->Valid(); entries->Next()) {
            const auto key = to_view(entries->key());
            if (!key.starts_with(prefix)) break;
            const auto segment = index_codec::segment_of(key);
            if (segment >> index_codec::group_bits != group) continue;  // Damage; `check` tells.
            index_codec::for_each_print(key, to_view(entries->value()),
                                        [&](std::uint64_t print) { set(segment, print); });
        }
        if (!entries->status().ok()) return to_error(entries->status(), "read ids");
    }
    active_ = true;
    for (const auto& tail : list.tail) {
        if (tail->full()) add(*tail);
    }
    return {};
}

void id_filter::add(const tail_segment& full) {
    if (!active_) return;
    table_of(full.number() >> index_codec::group_bits);
    for (const auto& one : full.packed(field::id)) set(full.number(), print_of(one.hash));
}

void id_filter::clear() noexcept {
    tables_.clear();
    active_ = false;
}

std::uint64_t id_filter::candidates(std::uint32_t group, std::uint64_t id_hash) const noexcept {
    if (group >= tables_.size()) return 0;
    const auto& in = *tables_[group];
    probe_sequence sequence{print_of(id_hash)};
    std::uint64_t mask = ~std::uint64_t{0};
    for (unsigned i = 0; i < probes; ++i) mask &= in[sequence.next()];
    return mask;
}

}  // namespace daybook
