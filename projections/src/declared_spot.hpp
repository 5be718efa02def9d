// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/projections/declared_view.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daybook::projections {

/// A value of a declaration and where it stands; every error it makes begins with that place.
class declared_spot {
public:
    declared_spot(const boost::json::value& value, std::string pointer, const place_namer& place)
        : value_{&value}, pointer_{std::move(pointer)}, place_{&place} {}

    const boost::json::value& value() const noexcept { return *value_; }

    error wrong(const std::string& what) const;
    /// "must be WANTED, found ...".
    error must_be(std::string_view wanted) const;

    /// The member, if it is there. Requires: an object.
    std::optional<declared_spot> member(std::string_view name) const;
    /// The member; fails if it is missing.
    result<declared_spot> needed(std::string_view name) const;
    /// Requires: an object.
    std::vector<std::pair<std::string, declared_spot>> members() const;
    /// The elements of an array, or the value itself.
    std::vector<declared_spot> elements() const;

    /// Fails unless this is an object with none but these members, `$schema` at the top left aside.
    result<void> check_members(const std::vector<std::string_view>& allowed) const;

    /// Fails unless it is a text that is not empty.
    result<std::string> text() const;
    result<std::uint64_t> whole_number(std::uint64_t least, std::uint64_t most) const;

private:
    const boost::json::value* value_;
    std::string pointer_;
    const place_namer* place_;
};

/// `names` with commas and, before the last, " and ".
std::string any_of_names(const std::vector<std::string_view>& names);

/// The filters of `daybook query`, as members: type, tag, category, stream, actor, actor-type,
/// correlation, cause, since, until, where.
const std::vector<std::string_view>& filter_names();

/// What the filters among the members of an object ask for.
result<query> read_filters(const declared_spot& from);

}  // namespace daybook::projections
