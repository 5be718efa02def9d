// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "id_table.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <random>
#include <utility>

namespace daybook::replay {
namespace {

constexpr std::size_t slots_first = 64;

/// The finaliser of splitmix64: every bit of the result depends on every bit of `x`.
constexpr std::uint64_t mix(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
}

std::uint64_t random_number() {
    std::random_device device;
    return std::uint64_t{device()} << 32U | device();
}

}  // namespace

id_table::id_table(std::size_t ids_max)
    : ids_max_{std::min<std::size_t>(ids_max, std::numeric_limits<std::uint32_t>::max())},
      seeds_{random_number(), random_number()} {}

std::uint64_t id_table::hash_of(const event_id& id) const noexcept {
    std::uint64_t halves[2];
    std::memcpy(halves, id.bytes.data(), sizeof halves);
    const auto hash = mix((mix(halves[0] ^ seeds_[0]) + seeds_[1]) ^ mix(halves[1] + seeds_[0]));
    return hash == 0 ? 1 : hash;
}

// The low bits choose the shard, the high ones the slot.
std::size_t id_table::shard::slot_of(std::uint64_t hash) const noexcept {
    const auto high = hash >> 32U;
    return static_cast<std::size_t>(high * hashes.size() >> 32U);
}

void id_table::shard::put(std::uint64_t hash, std::uint32_t ordinal) noexcept {
    auto slot = slot_of(hash);
    while (hashes[slot] != 0) slot = slot + 1 == hashes.size() ? 0 : slot + 1;
    hashes[slot] = hash;
    ordinals[slot] = ordinal;
    ++used;
}

void id_table::shard::grow() {
    const auto size = hashes.empty() ? slots_first : hashes.size() + hashes.size() / 2;
    shard larger;
    larger.hashes.resize(size);
    larger.ordinals.resize(size);
    for (std::size_t slot = 0; slot < hashes.size(); ++slot) {
        if (hashes[slot] != 0) larger.put(hashes[slot], ordinals[slot]);
    }
    *this = std::move(larger);
}

std::optional<std::uint32_t> id_table::find(const event_id& id) const noexcept {
    const auto hash = hash_of(id);
    const auto& in = shards_[hash % shards];
    if (in.used == 0) return std::nullopt;
    auto slot = in.slot_of(hash);
    while (in.hashes[slot] != 0) {
        if (in.hashes[slot] == hash) return in.ordinals[slot];
        slot = slot + 1 == in.hashes.size() ? 0 : slot + 1;
    }
    return std::nullopt;
}

bool id_table::add(const event_id& id, std::uint32_t ordinal) {
    if (size_ >= ids_max_) return false;
    const auto hash = hash_of(id);
    auto& in = shards_[hash % shards];
    if (in.used * 5 >= in.hashes.size() * 4) in.grow();
    in.put(hash, ordinal);
    ++size_;
    return true;
}

}  // namespace daybook::replay
