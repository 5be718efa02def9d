// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Which lost position held which missing event of which stream, as far as it can be told.

#include <daybook/repair.hpp>

#include <map>
#include <string>
#include <vector>

namespace daybook {

struct lost_event {
    position at;
    std::string stream;
    sequence in_stream;
};

/// Fed with what is left of a log in order, collects what is missing.
class lost_places {
public:
    /// The next event that is left. False if it contradicts the ones before.
    bool saw(std::string_view stream, sequence in_stream, position at);
    /// Nothing is left of `first` to `last`.
    void lost(position first, position last) { ranges_.push_back({first, last}); }
    const std::vector<repair_report::range>& ranges() const noexcept { return ranges_; }

    /// A stream and sequence for each lost position, in order of position. Fails with `corrupt` if
    /// more events are missing somewhere than positions.
    result<std::vector<lost_event>> assign(repair_report& report) const;

private:
    struct head {
        std::uint64_t sequence = 0;
        std::uint64_t next_position = 0;
    };
    /// One sequence is missing between two positions.
    struct missing {
        std::uint64_t from;    ///< The lowest position where it can have been.
        std::uint64_t before;  ///< It was below this one.
        std::uint64_t sequence;
        std::string stream;
    };

    std::map<std::string, head, std::less<>> heads_;
    std::vector<missing> missing_;
    std::vector<repair_report::range> ranges_;
};

}  // namespace daybook
