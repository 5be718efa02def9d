// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// A set of offsets within one segment, as a bitmap: 8 KiB, fits the first-level cache, and joins
// and unions are a loop over words.

#include <array>
#include <bit>
#include <cstdint>
#include <optional>

namespace daybook {

class offset_set {
public:
    static constexpr std::size_t words = 1024;

    void clear() noexcept { words_.fill(0); }
    void fill() noexcept { words_.fill(~std::uint64_t{0}); }
    void add(std::uint16_t offset) noexcept { words_[offset >> 6U] |= bit(offset); }
    bool contains(std::uint16_t offset) const noexcept {
        return (words_[offset >> 6U] & bit(offset)) != 0;
    }

    bool empty() const noexcept {
        std::uint64_t any = 0;
        for (const auto word : words_) any |= word;
        return any == 0;
    }
    std::uint32_t count() const noexcept {
        std::uint32_t n = 0;
        for (const auto word : words_) n += static_cast<std::uint32_t>(std::popcount(word));
        return n;
    }
    std::uint32_t count_common(const offset_set& other) const noexcept {
        std::uint32_t n = 0;
        for (std::size_t i = 0; i < words; ++i) {
            n += static_cast<std::uint32_t>(std::popcount(words_[i] & other.words_[i]));
        }
        return n;
    }

    offset_set& operator&=(const offset_set& other) noexcept {
        for (std::size_t i = 0; i < words; ++i) words_[i] &= other.words_[i];
        return *this;
    }
    offset_set& operator|=(const offset_set& other) noexcept {
        for (std::size_t i = 0; i < words; ++i) words_[i] |= other.words_[i];
        return *this;
    }

    /// Keeps offsets in [first, last] only; nothing if first > last.
    void clip(std::uint32_t first, std::uint32_t last) noexcept {
        for (std::uint32_t i = 0; i < words; ++i) {
            const auto low = i * 64;
            if (low + 63 < first || low > last) {
                words_[i] = 0;
                continue;
            }
            if (low < first) words_[i] &= ~std::uint64_t{0} << (first - low);
            if (low + 63 > last) words_[i] &= ~std::uint64_t{0} >> (low + 63 - last);
        }
    }

    /// The smallest member >= `from`, and the largest <= `from`.
    std::optional<std::uint16_t> at_or_after(std::uint32_t from) const noexcept {
        for (std::size_t i = from >> 6U; i < words; ++i) {
            auto word = words_[i];
            if (i == from >> 6U) word &= ~std::uint64_t{0} << (from & 63U);
            if (word != 0) {
                return static_cast<std::uint16_t>(i * 64 +
                                                  static_cast<std::size_t>(std::countr_zero(word)));
            }
        }
        return std::nullopt;
    }
    std::optional<std::uint16_t> at_or_before(std::uint32_t from) const noexcept {
        for (std::size_t i = (from >> 6U) + 1; i-- > 0;) {
            auto word = words_[i];
            if (i == from >> 6U) word &= ~std::uint64_t{0} >> (63U - (from & 63U));
            if (word != 0) {
                return static_cast<std::uint16_t>(i * 64 + 63 -
                                                  static_cast<std::size_t>(std::countl_zero(word)));
            }
        }
        return std::nullopt;
    }

    /// How many members are smaller than `offset`.
    std::uint32_t rank(std::uint32_t offset) const noexcept {
        std::uint32_t n = 0;
        for (std::size_t i = 0; i < offset >> 6U; ++i) {
            n += static_cast<std::uint32_t>(std::popcount(words_[i]));
        }
        const auto rest = offset & 63U;
        if (rest != 0) {
            n += static_cast<std::uint32_t>(
                std::popcount(words_[offset >> 6U] & ~(~std::uint64_t{0} << rest)));
        }
        return n;
    }

    /// The member that `n` others are smaller than. Requires: n < count().
    std::uint16_t nth(std::uint32_t n) const noexcept {
        std::size_t i = 0;
        for (; i + 1 < words; ++i) {
            const auto here = static_cast<std::uint32_t>(std::popcount(words_[i]));
            if (n < here) break;
            n -= here;
        }
        auto word = words_[i];
        for (; n > 0; --n) word &= word - 1;
        return static_cast<std::uint16_t>(i * 64 +
                                          static_cast<std::size_t>(std::countr_zero(word)));
    }

    template <class Visit>
    void for_each(Visit&& visit) const {
        for (std::size_t i = 0; i < words; ++i) {
            for (auto word = words_[i]; word != 0; word &= word - 1) {
                visit(static_cast<std::uint16_t>(i * 64 +
                                                 static_cast<std::size_t>(std::countr_zero(word))));
            }
        }
    }

    const std::array<std::uint64_t, words>& raw() const noexcept { return words_; }
    std::array<std::uint64_t, words>& raw() noexcept { return words_; }

    friend bool operator==(const offset_set&, const offset_set&) = default;

private:
    static constexpr std::uint64_t bit(std::uint16_t offset) noexcept {
        return std::uint64_t{1} << (offset & 63U);
    }
    std::array<std::uint64_t, words> words_{};
};

}  // namespace daybook
