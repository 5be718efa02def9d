// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Which elements of two sequences stand for each other: a longest common subsequence by the
// algorithm of E. Myers ("An O(ND) difference algorithm and its variations", 1986) in its form with
// linear memory. A split whose search costs too much is made at the furthest point reached: then
// the answer is still a common subsequence, and perhaps not a longest.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace daybook::replay {

/// Places in the first and in the second sequence.
struct aligned_pair {
    std::size_t a = 0;
    std::size_t b = 0;
    friend bool operator==(const aligned_pair&, const aligned_pair&) = default;
};

/// Parts of both sequences, ends not included.
struct aligned_box {
    aligned_pair from;
    aligned_pair to;
    bool is_empty() const noexcept { return from.a == to.a || from.b == to.b; }
};

/// `Equal` is called with a place in the first and one in the second sequence.
template <class Equal>
class alignment {
public:
    /// Edits after which the search for a split is given up.
    static constexpr std::ptrdiff_t edits_max = 1024;

    explicit alignment(Equal equal) : equal_{equal} {}

    /// The pairs in `within`, ascending on both sides.
    std::vector<aligned_pair> pairs(aligned_box within) {
        found_.clear();
        align(within);
        return std::move(found_);
    }

private:
    using offset = std::ptrdiff_t;
    static constexpr offset unreached = -1;

    void align(aligned_box box) {
        std::vector<aligned_box> ends;  // Equal parts that come after what is still to be aligned.
        while (true) {
            take_front(box);
            ends.push_back(take_back(box));
            if (box.is_empty()) break;
            const auto middle = split(box);
            align({box.from, middle});
            box.from = middle;
        }
        for (auto end = ends.rbegin(); end != ends.rend(); ++end) {
            for (auto at = end->from; at.a < end->to.a; ++at.a, ++at.b) found_.push_back(at);
        }
    }

    void take_front(aligned_box& box) {
        while (!box.is_empty() && equal_(box.from.a, box.from.b)) {
            found_.push_back(box.from);
            ++box.from.a;
            ++box.from.b;
        }
    }
    aligned_box take_back(aligned_box& box) {
        const auto end = box.to;
        while (!box.is_empty() && equal_(box.to.a - 1, box.to.b - 1)) {
            --box.to.a;
            --box.to.b;
        }
        return {box.to, end};
    }

    /// How far one gets along each diagonal (a minus b) with so many edits, from one corner.
    struct reach {
        std::vector<offset> along;
        offset zero = 0;  ///< Where diagonal 0 is.

        void reset(offset edits) {
            zero = edits + 1;
            along.assign(static_cast<std::size_t>(2 * zero + 1), unreached);
        }
        offset& at(offset diagonal) { return along[static_cast<std::size_t>(zero + diagonal)]; }
    };

    /// One more edit on one diagonal: the furthest point inside the box, or `unreached`.
    template <class Same>
    static offset step(reach& from, offset diagonal, offset edits, aligned_pair size,
                       const Same& same) {
        const auto a_size = static_cast<offset>(size.a);
        const auto b_size = static_cast<offset>(size.b);
        const auto inside = [&](offset a) {
            return a >= 0 && a <= a_size && a >= diagonal && a - diagonal <= b_size;
        };
        offset a = unreached;
        if (edits == 0) a = 0;
        const auto below = edits == 0 ? unreached : from.at(diagonal - 1);
        const auto above = edits == 0 ? unreached : from.at(diagonal + 1);
        if (above != unreached && inside(above)) a = above;
        if (below != unreached && inside(below + 1)) a = std::max(a, below + 1);
        if (a == unreached) return from.at(diagonal) = unreached;
        while (a < a_size && a - diagonal < b_size &&
               same(static_cast<std::size_t>(a), static_cast<std::size_t>(a - diagonal))) {
            ++a;
        }
        return from.at(diagonal) = a;
    }

    /// A point on a shortest way through the box, or one far along it. The box begins and ends with
    /// elements that are not equal; the point is neither of its corners.
    aligned_pair split(const aligned_box& box) {
        const aligned_pair size{box.to.a - box.from.a, box.to.b - box.from.b};
        const auto a_size = static_cast<offset>(size.a);
        const auto apart = a_size - static_cast<offset>(size.b);
        const auto whole = static_cast<offset>(size.a + size.b);
        const auto most = std::min(edits_max, (whole + 1) / 2);
        forward_.reset(most);
        backward_.reset(most);
        const auto same = [&](std::size_t a, std::size_t b) {
            return equal_(box.from.a + a, box.from.b + b);
        };
        const auto same_back = [&](std::size_t a, std::size_t b) {
            return equal_(box.to.a - 1 - a, box.to.b - 1 - b);
        };
        const auto point = [&](offset a, offset diagonal) {
            return aligned_pair{box.from.a + static_cast<std::size_t>(a),
                                box.from.b + static_cast<std::size_t>(a - diagonal)};
        };
        for (offset edits = 0; edits <= most; ++edits) {
            for (auto at = -edits; at <= edits; at += 2) {
                const auto a = step(forward_, at, edits, size, same);
                const auto other = apart - at;
                const bool met = a != unreached && apart % 2 != 0 && std::abs(other) < edits &&
                                 backward_.at(other) != unreached &&
                                 a + backward_.at(other) >= a_size;
                if (met) return point(a, at);
            }
            for (auto at = -edits; at <= edits; at += 2) {
                const auto a = step(backward_, at, edits, size, same_back);
                const auto other = apart - at;
                const bool met = a != unreached && apart % 2 == 0 && std::abs(other) <= edits &&
                                 forward_.at(other) != unreached &&
                                 a + forward_.at(other) >= a_size;
                if (met) return point(a_size - a, other);
            }
        }
        return point_furthest(point, most);
    }

    template <class Point>
    aligned_pair point_furthest(const Point& point, offset most) {
        offset best = 0;
        offset best_sum = unreached;
        for (auto at = -most; at <= most; at += 2) {
            const auto a = forward_.at(at);
            if (a == unreached || 2 * a - at <= best_sum) continue;
            best = at;
            best_sum = 2 * a - at;
        }
        return point(forward_.at(best), best);
    }

    Equal equal_;
    std::vector<aligned_pair> found_;
    reach forward_;
    reach backward_;
};

}  // namespace daybook::replay
