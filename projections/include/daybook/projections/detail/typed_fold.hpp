// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/detail/kinds_fold.hpp>
#include <daybook/projections/detail/row_folder.hpp>

#include <memory>

/// Folds with their types forgotten.
namespace daybook::projections::detail {

template <projection P>
class typed_fold final : public fold {
public:
    typed_fold(row_source rows, const fold_options& options) : rows_{std::move(rows), options} {}

    result<bool> apply(const json_event& event) override {
        return caught(P::name, event.view(), [&]() -> result<bool> {
            const bool applied = rows_.apply(event);
            if (auto failed = rows_.take_failure()) return *std::move(failed);
            return applied;
        });
    }

    void collect(const row_sink& sink) override { rows_.collect(sink); }
    void discard() override { rows_.discard(); }
    std::optional<oversized_row> find_oversized(std::size_t bytes_max) override {
        return rows_.find_oversized(bytes_max);
    }
    std::size_t rows_changed() const noexcept override { return rows_.rows_changed(); }
    std::size_t rows_cached() const noexcept override { return rows_.rows_cached(); }

private:
    row_folder<P> rows_;
};

template <projection P>
std::unique_ptr<fold> make_typed_fold(const query& wants, row_source rows, fold_options options) {
    if constexpr (has_kinds<P>) {
        return std::make_unique<kinds_fold<P>>(wants, std::move(rows), options);
    } else {
        return std::make_unique<typed_fold<P>>(std::move(rows), options);
    }
}

template <class P>
concept has_present = requires(const projections::row_of<P>& row) {
    { value_to_json(P::present(row)) } -> std::same_as<std::string>;
};

/// The row as it is shown.
template <projection P>
result<std::string> print_row(std::string_view bytes) {
    const auto row = decode_value<projections::row_of<P>>(bytes);
    if (!row) return row.error();
    if constexpr (has_present<P>) {
        return value_to_json(P::present(*row));
    } else {
        return value_to_json(*row);
    }
}

/// Tells views with secondary keys from those without, in the fingerprint of their rows.
inline constexpr std::uint64_t with_secondary_keys = 0x9E3779B97F4A7C15;

template <projection P>
result<std::vector<secondary_key>> find_secondary_keys(std::string_view bytes) {
    const auto row = decode_value<projections::row_of<P>>(bytes);
    if (!row) return row.error();
    const auto failed = [](std::string_view what) {
        return fail(errc::projection_failed,
                    "view \"" + std::string{P::name} + "\": secondary: " + std::string{what});
    };
    try {
        return P::secondary(*row);
    } catch (const std::exception& thrown) {
        return failed(thrown.what());
    } catch (...) {
        return failed("threw something that is no std::exception");
    }
}

}  // namespace daybook::projections::detail
