// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/histogram.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace daybook {
namespace {

constexpr auto buckets_per_doubling = histogram_buckets_per_doubling;

// 2^63 * 2^(i/32), rounded up: where the buckets of one doubling begin, for numbers whose highest
// bit is bit 63.
constexpr std::array<std::uint64_t, buckets_per_doubling> bucket_starts{
    0x8000000000000000U, 0x82CD8698AC2BA1D8U, 0x85AAC367CC487B15U, 0x88980E8092DA8528U,
    0x8B95C1E3EA8BD6E7U, 0x8EA4398B45CD53C1U, 0x91C3D373AB11C337U, 0x94F4EFA8FEF70962U,
    0x9837F0518DB8A970U, 0x9B8D39B9D54E5539U, 0x9EF5326091A111AEU, 0xA27043030C496819U,
    0xA5FED6A9B15138EBU, 0xA9A15AB4EA7C0EF9U, 0xAD583EEA42A14AC7U, 0xB123F581D2AC2590U,
    0xB504F333F9DE6485U, 0xB8FBAF4762FB9EEAU, 0xBD08A39F580C36BFU, 0xC12C4CCA66709457U,
    0xC5672A115506DADEU, 0xC9B9BD866E2F27A3U, 0xCE248C151F8480E4U, 0xD2A81D91F12AE45BU,
    0xD744FCCAD69D6AF5U, 0xDBFBB797DAF23756U, 0xE0CCDEEC2A94E112U, 0xE5B906E77C8348A9U,
    0xEAC0C6E7DD24392FU, 0xEFE4B99BDCDAF5CCU, 0xF5257D152486CC2DU, 0xFA83B2DB722A033BU,
};

std::uint64_t add_saturating(std::uint64_t a, std::uint64_t b) {
    const auto room = std::numeric_limits<std::uint64_t>::max() - a;
    return a + std::min(b, room);
}

bool below(const histogram_bucket& bucket, std::uint32_t index) { return bucket.index < index; }

void add_to_bucket(std::vector<histogram_bucket>& buckets, std::uint32_t index,
                   std::uint64_t count) {
    const auto at = std::lower_bound(buckets.begin(), buckets.end(), index, below);
    if (at != buckets.end() && at->index == index) {
        at->count += count;
        return;
    }
    buckets.insert(at, {index, count});
}

/// The geometric middle of a bucket: equally far, in relation, from both ends.
double middle_of(std::uint32_t index) {
    return std::exp2((static_cast<double>(index) + 0.5) / buckets_per_doubling);
}

}  // namespace

std::uint32_t histogram_index(std::uint64_t value) noexcept {
    const auto top_bit = static_cast<std::uint32_t>(std::bit_width(value)) - 1;
    const auto aligned = value << (63U - top_bit);
    const auto next = std::upper_bound(bucket_starts.begin(), bucket_starts.end(), aligned);
    const auto place = static_cast<std::uint32_t>(next - bucket_starts.begin()) - 1;
    return top_bit * buckets_per_doubling + place;
}

void exponential_histogram::record(std::uint64_t value) {
    min = count == 0 ? value : std::min(min, value);
    max = std::max(max, value);
    sum = add_saturating(sum, value);
    ++count;
    if (value == 0) {
        ++zeros;
        return;
    }
    add_to_bucket(buckets, histogram_index(value), 1);
}

void exponential_histogram::merge(const exponential_histogram& other) {
    if (other.count == 0) return;
    min = count == 0 ? other.min : std::min(min, other.min);
    max = std::max(max, other.max);
    sum = add_saturating(sum, other.sum);
    count += other.count;
    zeros += other.zeros;
    for (const auto& bucket : other.buckets) add_to_bucket(buckets, bucket.index, bucket.count);
}

double exponential_histogram::mean() const noexcept {
    return count == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(count);
}

double exponential_histogram::quantile(double q) const noexcept {
    if (count == 0) return 0.0;
    const auto wanted = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(count));
    const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
    if (rank <= zeros) return 0.0;
    auto seen = zeros;
    for (const auto& bucket : buckets) {
        seen += bucket.count;
        if (seen < rank) continue;
        return std::clamp(middle_of(bucket.index), static_cast<double>(min),
                          static_cast<double>(max));
    }
    return static_cast<double>(max);
}

}  // namespace daybook
