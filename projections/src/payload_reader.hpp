// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/json_event.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::projections {

/// Reads payload fields that may be missing, of another type or of another name.
///
/// Each getter takes the names that a field is known by and uses the first that is there. A field
/// that is there, is not null and is of a wrong type counts as odd, and reads as missing.
class payload_reader {
public:
    using names = std::initializer_list<std::string_view>;

    explicit payload_reader(const json_event& event) : fields_{event.fields()} {}
    /// Of an object within the payload.
    explicit payload_reader(const boost::json::object& fields) : fields_{fields} {}

    /// A string; empty if there is none.
    std::string_view text(names of);
    /// A string, or a whole number as text; empty if there is none.
    std::string word(names of);
    std::optional<bool> flag(names of);
    std::optional<double> number(names of);
    /// The elements of a list, or the value of a whole number.
    std::optional<std::uint64_t> amount(names of);
    /// What a field was changed to, where that is said beyond doubt: "new_FIELD",
    /// "changes.FIELD.after" (or "to", "new"), "changes.after".
    std::string_view change_of(std::string_view field);
    /// The same, or else "to", "after", or FIELD itself.
    std::string_view changed_to(std::string_view field);

    std::uint64_t odd() const noexcept { return odd_; }
    const boost::json::object& fields() const noexcept { return fields_; }

private:
    const boost::json::value* find(names of) const;
    std::string_view text_of(const boost::json::value* found);

    const boost::json::object& fields_;
    std::uint64_t odd_ = 0;
};

/// `text` on one line (control characters become spaces), at most `bytes_max` long, cut between
/// characters with "..." at the end.
std::string one_line(std::string_view text, std::size_t bytes_max);

}  // namespace daybook::projections
