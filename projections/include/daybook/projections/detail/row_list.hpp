// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/fold.hpp>
#include <daybook/value_codec.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::projections::detail {

/// The rows of a batch of a projection that makes one row per event: encoded at once, side by side
/// in one buffer, never looked up.
template <class Row>
class row_list {
public:
    void add(std::string_view key, const Row& row) {
        const auto start = buffer_.size();
        buffer_ += key;
        const auto middle = buffer_.size();
        encode_value(row, buffer_);
        places_.push_back({start, middle, buffer_.size()});
    }

    /// In byte order of keys, which is the order that costs a store the least.
    void collect(const row_sink& sink) {
        std::sort(places_.begin(), places_.end(),
                  [this](const place& a, const place& b) { return key_of(a) < key_of(b); });
        for (const auto& at : places_) sink(key_of(at), std::optional{part(at.middle, at.end)});
        discard();
    }

    void discard() {
        buffer_.clear();
        places_.clear();
    }

    /// See `fold::find_oversized`.
    std::optional<oversized_row> find_oversized(std::size_t bytes_max) const {
        std::optional<oversized_row> found;
        for (const auto& at : places_) {
            if (at.end - at.middle <= bytes_max || (found && key_of(at) > found->key)) continue;
            found = {std::string{key_of(at)}, at.end - at.middle};
        }
        return found;
    }

    std::size_t changed() const noexcept { return places_.size(); }
    std::size_t size() const noexcept { return places_.size(); }

private:
    /// Where a key starts, where its row starts, and where that ends.
    struct place {
        std::size_t start;
        std::size_t middle;
        std::size_t end;
    };

    std::string_view part(std::size_t from, std::size_t to) const {
        return std::string_view{buffer_}.substr(from, to - from);
    }
    std::string_view key_of(const place& at) const { return part(at.start, at.middle); }

    std::string buffer_;
    std::vector<place> places_;
};

}  // namespace daybook::projections::detail
