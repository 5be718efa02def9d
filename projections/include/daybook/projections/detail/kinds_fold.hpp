// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/detail/row_folder.hpp>

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>
#include <utility>

/// Several kinds of rows in one view, some of them made from others.
namespace daybook::projections::detail {

template <class P, class Places>
class kinds_fold_of;

/// Keys are the kind's name, '/' and its own key; rows are those of the variant `row_of<P>`.
template <class P, std::size_t... I>
class kinds_fold_of<P, std::index_sequence<I...>> final : public fold {
public:
    kinds_fold_of(const query& wants, const row_source& rows, const fold_options& options)
        : filter_{wants},
          only_key_{options.only_key},
          folders_{folder<I>{source_of<I>(rows), options_of<I>(options), listener<I>{this}}...} {
        std::iota(by_name_.begin(), by_name_.end(), std::size_t{0});
        std::sort(by_name_.begin(), by_name_.end(),
                  [](std::size_t a, std::size_t b) { return prefixes()[a] < prefixes()[b]; });
    }

    result<bool> apply(const json_event& event) override {
        if (has_query<P> && !filter_.wants(event.view())) return false;
        return caught(P::name, event.view(), [&]() -> result<bool> {
            applied_.fill(false);
            ((applied_[I] |= std::get<I>(folders_).apply(event)), ...);
            std::optional<error> failed;
            ((failed = failed ? std::move(failed) : std::get<I>(folders_).take_failure()), ...);
            if (failed) return *std::move(failed);
            return (... || (applied_[I] && is_asked_for(I)));
        });
    }

    void collect(const row_sink& sink) override {
        for (const auto place : by_name_)
            ((place == I ? collect_kind<I>(sink) : static_cast<void>(0)), ...);
    }
    void discard() override { (std::get<I>(folders_).discard(), ...); }
    std::optional<oversized_row> find_oversized(std::size_t bytes_max) override {
        std::optional<oversized_row> found;
        for (const auto place : by_name_)
            ((place == I && !found ? look_for_oversized<I>(bytes_max, found) : void()), ...);
        return found;
    }
    std::size_t rows_changed() const noexcept override {
        return (... + std::get<I>(folders_).rows_changed());
    }
    std::size_t rows_cached() const noexcept override {
        return (... + std::get<I>(folders_).rows_cached());
    }

private:
    using kinds = typename P::kinds;
    template <std::size_t Place>
    using kind = std::tuple_element_t<Place, kinds>;

    template <std::size_t Stage, std::size_t Source>
    static constexpr bool reads_from() {
        if constexpr (is_stage<kind<Stage>>) {
            return std::same_as<typename kind<Stage>::from, kind<Source>>;
        } else {
            return false;
        }
    }

    template <std::size_t Place>
    struct listener {
        static constexpr bool listens = (... || reads_from<I, Place>());
        kinds_fold_of* owner;
        void operator()(const row_changed<kind<Place>>& change, const event_view& envelope) const {
            owner->template pass_on<Place>(change, envelope);
        }
    };

    template <std::size_t Place>
    using folder = row_folder<kind<Place>, listener<Place>>;

    template <std::size_t Source, class Change>
    void pass_on(const Change& change, const event_view& envelope) {
        (pass_to<I, Source>(change, envelope), ...);
    }

    template <std::size_t Stage, std::size_t Source, class Change>
    void pass_to(const Change& change, const event_view& envelope) {
        if constexpr (reads_from<Stage, Source>()) {
            applied_[Stage] |= std::get<Stage>(folders_).apply_change(change, envelope);
        }
    }

    static const std::array<std::string, sizeof...(I)>& prefixes() {
        static const std::array<std::string, sizeof...(I)> all{kind_key<kind<I>>("")...};
        return all;
    }

    bool is_asked_for(std::size_t place) const {
        return !only_key_ || only_key_->starts_with(prefixes()[place]);
    }

    /// Other kinds are kept up to date for those made from them.
    template <std::size_t Place>
    static fold_options options_of(fold_options options) {
        const auto& prefix = prefixes()[Place];
        if (options.only_key && options.only_key->starts_with(prefix)) {
            options.only_key->erase(0, prefix.size());
        } else {
            options.only_key.reset();
        }
        return options;
    }

    template <std::size_t Place>
    static row_source source_of(const row_source& rows) {
        return [rows](std::string_view key) -> result<std::optional<std::string>> {
            auto stored = rows(kind_key<kind<Place>>(key));
            if (!stored || !*stored) return stored;
            daybook::detail::byte_source from{**stored};
            std::uint64_t place = 0;
            if (!daybook::detail::take_varint(from.left, place) || place != Place) {
                return fail(errc::corrupt, "row \"" + kind_key<kind<Place>>(key) +
                                               "\": it is not of the kind that its key names");
            }
            return std::optional{std::string{from.left}};
        };
    }

    template <std::size_t Place>
    void collect_kind(const row_sink& sink) {
        std::get<Place>(folders_).collect(
            [&](std::string_view key, const std::optional<std::string_view>& row) {
                if (!is_asked_for(Place)) return;
                key_.assign(prefixes()[Place]);
                key_ += key;
                if (!row) {
                    sink(key_, std::nullopt);
                    return;
                }
                row_.clear();
                daybook::detail::append_varint(row_, Place);
                row_ += *row;
                sink(key_, std::optional<std::string_view>{row_});
            });
    }

    template <std::size_t Place>
    void look_for_oversized(std::size_t bytes_max, std::optional<oversized_row>& found) {
        constexpr std::size_t number_max = 1;  // Of the kind, which stands before the row.
        found = std::get<Place>(folders_).find_oversized(bytes_max - number_max);
        if (!found) return;
        found->key.insert(0, prefixes()[Place]);
        found->bytes += number_max;
    }

    event_filter filter_;
    std::optional<std::string> only_key_;
    std::tuple<folder<I>...> folders_;
    std::array<bool, sizeof...(I)> applied_{};
    std::array<std::size_t, sizeof...(I)> by_name_{};
    std::string key_;
    std::string row_;
};

template <class P>
using kinds_fold = kinds_fold_of<P, std::make_index_sequence<std::tuple_size_v<typename P::kinds>>>;

}  // namespace daybook::projections::detail
