// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/fold.hpp>
#include <daybook/value_codec.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace daybook::projections::detail {

struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};

/// The row of a key, or that there is none.
template <class Row>
struct row_place {
    Row row{};            ///< A default one while there is none.
    bool exists = false;  ///< There is a row.
    bool stored = false;  ///< There is one where rows are stored.
    bool is_changed = false;

    void put(Row next) {
        row = std::move(next);
        exists = true;
    }
    void remove() {
        row = Row{};
        exists = false;
    }
};

/// Decoded rows of one view: those that this batch changed, and some of those used lately.
///
/// Two generations: a row that is used moves to `young_`; when that is half the bound, the old
/// generation is dropped and the young one becomes the old one. Only `collect` drops rows, so
/// pointers stay valid within a batch and a changed row is never lost.
template <class Row>
class row_cache {
public:
    row_cache(row_source rows, std::size_t rows_max, bool complete)
        : source_{std::move(rows)}, rows_max_{rows_max}, complete_{complete} {}

    using place = row_place<Row>;

    /// The row of `key`, about to be changed.
    result<place*> find(std::string_view key) {
        if (const auto at = young_.find(key); at != young_.end()) return changed(*at);
        if (auto known = old_.extract_key(key)) return changed(young_.adopt(std::move(*known)));
        place found;
        if (!complete_) {
            if (auto loaded = load(key, found); !loaded) return loaded.error();
        }
        return changed(young_.add(key, std::move(found)));
    }

    /// In byte order of keys, which is the order that costs a store the least.
    void collect(const row_sink& sink) {
        std::sort(changed_.begin(), changed_.end(),
                  [](const auto* a, const auto* b) { return a->first < b->first; });
        for (auto* each : changed_) {
            hand_over(each->first, each->second, sink);
        }
        changed_.clear();
        if (young_.size() <= rows_max_ / 2) return;
        complete_ = complete_ && old_.empty();
        old_ = std::exchange(young_, {});
        if (old_.size() <= rows_max_) return;
        complete_ = false;
        old_ = {};
    }

    void discard() {
        changed_.clear();
        young_ = {};
        old_ = {};
        complete_ = false;
    }

    /// See `fold::find_oversized`.
    std::optional<oversized_row> find_oversized(std::size_t bytes_max) {
        std::optional<oversized_row> found;
        for (const auto* each : changed_) {
            if (!each->second.exists || (found && each->first > found->key)) continue;
            encoded_.clear();
            encode_value(each->second.row, encoded_);
            if (encoded_.size() > bytes_max) found = {each->first, encoded_.size()};
        }
        return found;
    }

    std::size_t changed() const noexcept { return changed_.size(); }
    std::size_t size() const noexcept { return young_.size() + old_.size(); }

private:
    struct generation : std::unordered_map<std::string, place, text_hash, std::equal_to<>> {
        using base = std::unordered_map<std::string, place, text_hash, std::equal_to<>>;
        std::optional<typename base::node_type> extract_key(std::string_view key) {
            const auto at = this->find(key);
            if (at == this->end()) return std::nullopt;
            return this->extract(at);
        }
        typename base::value_type& adopt(typename base::node_type&& extracted) {
            return *this->insert(std::move(extracted)).position;
        }
        typename base::value_type& add(std::string_view key, place found) {
            return *this->emplace(std::string{key}, std::move(found)).first;
        }
    };

    using node = typename generation::value_type;

    place* changed(node& of) {
        if (!of.second.is_changed) {
            of.second.is_changed = true;
            changed_.push_back(&of);
        }
        return &of.second;
    }

    void hand_over(std::string_view key, place& of, const row_sink& sink) {
        if (of.exists) {
            encoded_.clear();
            encode_value(of.row, encoded_);
            sink(key, std::optional<std::string_view>{encoded_});
        } else if (of.stored) {
            sink(key, std::nullopt);
        }
        of.stored = of.exists;
        of.is_changed = false;
    }

    result<void> load(std::string_view key, place& into) {
        const auto bytes = source_(key);
        if (!bytes) return bytes.error();
        if (!*bytes) return {};
        auto row = decode_value<Row>(**bytes);
        if (!row) return row.error();
        into = {.row = *std::move(row), .exists = true, .stored = true};
        return {};
    }

    row_source source_;
    std::size_t rows_max_;
    bool complete_;  ///< Every row that exists is in this cache.
    generation young_;
    generation old_;
    std::vector<node*> changed_;
    std::string encoded_;
};

}  // namespace daybook::projections::detail
