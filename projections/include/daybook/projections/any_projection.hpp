// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/detail/typed_fold.hpp>
#include <daybook/projections/fold.hpp>
#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::projections {

/// A projection whose C++ type is forgotten: what a runner runs and a command line lists.
///
/// A value; cheap to copy.
class any_projection {
public:
    /// The type-erased form of `P`. A wrong `P` fails to compile and says what is missing.
    template <class P>
    static any_projection of();

    const std::string& name() const noexcept { return name_; }
    std::uint32_t version() const noexcept { return version_; }
    const query& wants() const noexcept { return wants_; }
    bool keyed_by_stream() const noexcept { return keyed_by_stream_; }

    /// What was asked of the log, and the shape of the rows: a change of either needs a new
    /// version.
    std::uint64_t query_fingerprint() const noexcept { return query_fingerprint_; }
    std::uint64_t row_fingerprint() const noexcept { return row_fingerprint_; }

    /// The keyspace of this version: "view.NAME.vN".
    std::string keyspace_name() const;

    /// A fold that reads rows it does not know from `rows`.
    std::unique_ptr<fold> make_fold(row_source rows, fold_options options = {}) const {
        return make_fold_(wants_, std::move(rows), std::move(options));
    }

    /// Whether rows are found by other keys too, and by which. Fails with `corrupt`, or with
    /// `projection_failed` if `secondary` throws.
    bool has_secondary_keys() const noexcept { return secondary_keys_ != nullptr; }
    result<std::vector<secondary_key>> secondary_keys(std::string_view row) const {
        if (secondary_keys_ == nullptr) return std::vector<secondary_key>{};
        return secondary_keys_(row);
    }

    /// Stored bytes of a row, as it is shown, as JSON. Fails with `corrupt`.
    result<std::string> row_json(std::string_view row) const { return row_json_(row); }

private:
    using fold_maker = std::unique_ptr<fold> (*)(const query&, row_source, fold_options);
    using row_printer = result<std::string> (*)(std::string_view);
    using key_finder = result<std::vector<secondary_key>> (*)(std::string_view);

    any_projection(std::string_view name, std::uint32_t version, query wants);

    std::string name_;
    std::uint32_t version_ = 0;
    query wants_;
    bool keyed_by_stream_ = false;
    std::uint64_t query_fingerprint_ = 0;
    std::uint64_t row_fingerprint_ = 0;
    fold_maker make_fold_ = nullptr;
    row_printer row_json_ = nullptr;
    key_finder secondary_keys_ = nullptr;  ///< Null: none.
};

namespace detail {
/// Fails with `invalid_argument` if the rows have no secondary keys.
result<void> check_secondary_keys(const any_projection& of);
result<bool> has_secondary_key(const any_projection& of, std::string_view row,
                               std::string_view index, std::string_view value);
}  // namespace detail

template <class P>
any_projection any_projection::of() {
    static_assert(check_projection<P>());
    if constexpr (projection<P>) {
        any_projection made{P::name, P::version, query_of<P>()};
        made.keyed_by_stream_ = !detail::has_kinds<P> && detail::keyed_by_stream<P>();
        made.row_fingerprint_ = projections::row_fingerprint<row_of<P>>();
        made.make_fold_ = &detail::make_typed_fold<P>;
        made.row_json_ = &detail::print_row<P>;
        if constexpr (detail::has_secondary<P>) {
            made.secondary_keys_ = &detail::find_secondary_keys<P>;
            // Rows that were stored without entries cannot be found by them.
            made.row_fingerprint_ ^= detail::with_secondary_keys;
        }
        return made;
    }
}

}  // namespace daybook::projections
