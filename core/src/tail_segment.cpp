// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "tail_segment.hpp"

#include <algorithm>

namespace daybook {
namespace {

constexpr std::size_t bucket_count = 65'536;
std::size_t bucket_of(std::uint64_t hash) noexcept { return hash >> 48U; }

}  // namespace

tail_segment::tail_segment(std::uint32_t number) : number_{number} {
    times_.reserve(limits::segment_events);
    for (auto& chains : packed_) {
        chains.heads.assign(bucket_count, -1);
        chains.entries.reserve(limits::segment_events);
    }
}

void tail_segment::add(event_view event, std::span<const term> terms) {
    const auto offset = static_cast<std::uint16_t>(summary_.events);
    for (const auto& t : terms) {
        if (is_packed(t.in)) {
            if (t.in == field::stream && event.sequence().value == 1) {
                new_streams_.push_back({t.hash, event.position().value});
            }
            add_packed(t, offset);
        } else {
            add_keyed(t, offset);
        }
    }
    const auto occurred = event.occurred_at();
    times_.push_back(occurred.time_since_epoch().count());
    summary_.occurred_min = std::min(summary_.occurred_min, occurred);
    summary_.occurred_max = std::max(summary_.occurred_max, occurred);
    if (summary_.events == 0) summary_.recorded_first = event.recorded_at();
    summary_.recorded_last = event.recorded_at();
    ++summary_.events;
}

void tail_segment::add_keyed(const term& t, std::uint16_t offset) {
    // Two texts of one hash stand side by side: the second takes the next free number.
    auto key = t.hash;
    auto at = slot_of_.find(key);
    while (at != slot_of_.end() &&
           (keyed_[at->second].in != t.in || text(keyed_[at->second]) != t.text)) {
        at = slot_of_.find(++key);
    }
    if (at == slot_of_.end()) {
        at = slot_of_.emplace(key, static_cast<std::uint32_t>(keyed_.size())).first;
        keyed_.push_back({.text_at = static_cast<std::uint32_t>(texts_.size()),
                          .text_size = static_cast<std::uint32_t>(t.text.size()),
                          .in = t.in});
        texts_.append(t.text);
    }
    auto& known = keyed_[at->second];
    // A tag given twice is one term.
    if (known.last >= 0 && links_[static_cast<std::size_t>(known.last)].offset == offset) return;
    links_.push_back({known.last, offset});
    known.last = static_cast<std::int32_t>(links_.size() - 1);
    ++known.count;
}

void tail_segment::add_packed(const term& t, std::uint16_t offset) {
    auto& chains = packed_[packed_place(t.in)];
    auto& head = chains.heads[bucket_of(t.hash)];
    chains.entries.push_back({t.hash, head, offset});
    head = static_cast<std::int32_t>(chains.entries.size() - 1);
}

const tail_segment::keyed_term* tail_segment::find(const term& wanted) const {
    for (auto key = wanted.hash;; ++key) {
        const auto at = slot_of_.find(key);
        if (at == slot_of_.end()) return nullptr;
        const auto& known = keyed_[at->second];
        if (known.in == wanted.in && text(known) == wanted.text) return &known;
    }
}

void tail_segment::load(const term& wanted, offset_set& out) const {
    if (!is_packed(wanted.in)) {
        if (const auto* known = find(wanted)) collect(*known, out);
        return;
    }
    const auto& chains = packed_[packed_place(wanted.in)];
    for (auto at = chains.heads[bucket_of(wanted.hash)]; at >= 0;) {
        const auto& one = chains.entries[static_cast<std::size_t>(at)];
        if (one.hash == wanted.hash) out.add(one.offset);
        at = one.previous;
    }
}

void tail_segment::load_packed(const term& wanted, std::vector<std::uint16_t>& out) const {
    const auto& chains = packed_[packed_place(wanted.in)];
    for (auto at = chains.heads[bucket_of(wanted.hash)]; at >= 0;) {
        const auto& one = chains.entries[static_cast<std::size_t>(at)];
        const bool again = !out.empty() && out.back() == one.offset;
        if (one.hash == wanted.hash && !again) out.push_back(one.offset);
        at = one.previous;
    }
    std::reverse(out.begin(), out.end());
}

std::int32_t tail_segment::newest(const term& wanted, std::uint32_t end) const {
    const auto& chains = packed_[packed_place(wanted.in)];
    for (auto at = chains.heads[bucket_of(wanted.hash)]; at >= 0;) {
        const auto& one = chains.entries[static_cast<std::size_t>(at)];
        if (one.hash == wanted.hash && one.offset < end) return one.offset;
        at = one.previous;
    }
    return -1;
}

void tail_segment::collect(const keyed_term& of, offset_set& out) const {
    for (auto at = of.last; at >= 0; at = links_[static_cast<std::size_t>(at)].previous) {
        out.add(links_[static_cast<std::size_t>(at)].offset);
    }
}

void tail_segment::collect(const keyed_term& of, std::vector<std::uint16_t>& out) const {
    out.resize(of.count);
    auto place = out.rbegin();
    for (auto at = of.last; at >= 0; at = links_[static_cast<std::size_t>(at)].previous) {
        *place++ = links_[static_cast<std::size_t>(at)].offset;
    }
}

std::size_t tail_segment::memory_bytes() const noexcept {
    const auto size_of = [](const auto& list) {
        return list.capacity() * sizeof(typename std::decay_t<decltype(list)>::value_type);
    };
    auto bytes = sizeof *this + size_of(texts_) + size_of(keyed_) + size_of(links_) +
                 size_of(times_) + size_of(frame_starts_) + size_of(new_streams_);
    bytes += slot_of_.size() * 2 * sizeof(std::pair<std::uint64_t, std::uint32_t>);
    for (const auto& chains : packed_) bytes += size_of(chains.heads) + size_of(chains.entries);
    return bytes;
}

}  // namespace daybook
