// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <cstddef>
#include <regex>
#include <string_view>

namespace daybook {

/// A regular expression of a schema, whose time is bounded whatever it and its subject are: no
/// back references, no look-ahead, a limited number of states, a limited subject. It works on
/// bytes; so it is ASCII itself, and `.` stands for one byte.
///
/// Why not plain std::regex: that of libstdc++ calls itself for each byte of the subject, and
/// `(a+)+$` takes it forever.
class schema_pattern {
public:
    /// Fails with `invalid_argument` or `too_large`.
    static result<schema_pattern> make(std::string_view text);

    /// Whether it matches somewhere. Not in subjects above `pattern_subject_bytes_max`.
    bool found_in(std::string_view subject) const;

    /// How many states a byte of the subject may go through, at most.
    std::size_t states() const noexcept { return states_; }

private:
    schema_pattern() = default;

    std::regex regex_;
    std::size_t states_ = 0;
};

}  // namespace daybook
