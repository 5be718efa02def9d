// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/detail/typed_fold.hpp>
#include <daybook/projections/fold.hpp>
#include <daybook/projections/projection.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {
class upcasters;
}

namespace daybook::projections {

/// What makes a projection at run time, where there is no C++ type to say it.
struct projection_parts {
    std::string name;  ///< 1 to 100 of a-z 0-9 _ -
    std::uint32_t version = 0;
    query wants;
    /// Of everything but the query that the rows depend on: what they hold and under which keys.
    std::uint64_t row_fingerprint = 0;
    /// What that is called where a change of it is refused: "its KEY OR COLUMNS changed".
    std::string rows_depend_on = "rows";
    /// See `any_projection::key_names`.
    std::vector<std::string> key_names;
    /// Folds heed `fold_options::share`, and several of them may work at the same time.
    bool divides_by_key = false;
    /// Folds ask `fold_options::gate`, so that events may be parked; else the view is strict.
    bool parks_by_key = false;
    std::function<std::unique_ptr<fold>(const query& wants, row_source, fold_options)> make_fold;
    std::function<result<std::string>(std::string_view row)> row_json;
};

/// A projection whose C++ type is forgotten: what a runner runs and a command line lists.
///
/// A value; cheap to copy.
class any_projection {
public:
    /// The type-erased form of `P`. A wrong `P` fails to compile and says what is missing.
    template <class P>
    static any_projection of();

    /// A projection that is put together at run time; see `declared_projection`.
    /// Requires: both functions are there. Fails with `invalid_argument` for the name.
    static result<any_projection> of_parts(projection_parts parts);

    /// The same projection over what events are upcast to (<daybook/upcasters.hpp>): what it wants
    /// is asked of that. With none, itself.
    ///
    /// Its query is widened by the types that upcasters lead from to those it names; if that makes
    /// it another one, its version is to be raised as for any change of it. What cannot be upcast
    /// is a failure of the event, as if the projection had thrown. The parts of an event that is
    /// split are applied one after the other, at one position. To keep, check and read a view, give
    /// the same upcasters.
    any_projection with_upcasters(std::shared_ptr<const upcasters> by) const;

    const std::string& name() const noexcept { return name_; }
    std::uint32_t version() const noexcept { return version_; }
    const query& wants() const noexcept { return wants_; }
    bool keyed_by_stream() const noexcept { return keyed_by_stream_; }
    /// It wants to be stopped where it throws, not to have the event parked.
    bool strict() const noexcept { return strict_; }

    /// Its keys can be divided among several folds, each in a thread of its own: no row depends on
    /// another one. True for typed projections, but not if a kind is made `from` another.
    bool divides_by_key() const noexcept { return divides_by_key_; }

    /// What the parts of a key stand for, if the projection tells: each is a column of its own
    /// where rows are shown. `split_key` takes a key apart.
    const std::vector<std::string>& key_names() const noexcept { return key_names_; }

    /// What was asked of the log, and the shape of the rows: a change of either needs a new
    /// version.
    std::uint64_t query_fingerprint() const noexcept { return query_fingerprint_; }
    std::uint64_t row_fingerprint() const noexcept { return row_fingerprint_; }

    /// What people call the things in `row_fingerprint`.
    const std::string& rows_depend_on() const noexcept { return rows_depend_on_; }

    /// What the names of the keyspaces of this version start with, and the first one is called:
    /// "view.NAME.vN".
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
    using key_finder = result<std::vector<secondary_key>> (*)(std::string_view);

    any_projection(std::string_view name, std::uint32_t version, query wants);

    std::string name_;
    std::uint32_t version_ = 0;
    query wants_;
    bool keyed_by_stream_ = false;
    bool strict_ = false;
    bool divides_by_key_ = false;
    std::uint64_t query_fingerprint_ = 0;
    std::uint64_t row_fingerprint_ = 0;
    key_finder secondary_keys_ = nullptr;  ///< Null: none.
    std::string rows_depend_on_ = "row type";
    std::vector<std::string> key_names_;
    decltype(projection_parts::make_fold) make_fold_;
    decltype(projection_parts::row_json) row_json_;
};

/// A key made of several parts: they are joined by '/'; a '/' in a part is written "~1", a '~'
/// "~0", as in a JSON Pointer. A key of one part is that part, as it is.
std::string join_key(const std::vector<std::string>& parts);

/// Undoes `join_key`; `key` itself if it does not have `parts_count` parts.
std::vector<std::string> split_key(std::string_view key, std::size_t parts_count);

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
        // What is made from a row that stands still would have to stand still, too.
        made.strict_ = detail::has_kinds<P> || detail::strict<P>();
        made.divides_by_key_ = detail::divides_by_key<P>();
        made.row_fingerprint_ = daybook::value_fingerprint<row_of<P>>();
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
