// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/replay/as_of.hpp>
#include <daybook/store.hpp>

#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace daybook::replay {

/// What a point means to a walk over events in the order of the log.
class boundary {
public:
    enum class answer {
        take,  ///< It is there by then.
        skip,  ///< It is not; a later one may be.
        stop   ///< It is not, and neither is any after it.
    };

    /// `stream`: whose sequences are meant, if any. Fails with `invalid_argument` if what the point
    /// shows is not known: a time that has not come, a place that is not there. `what` is what it
    /// is the boundary of, for the message.
    static result<boundary> of(const point& when, const store& log,
                               std::optional<std::string_view> stream, const std::string& what);

    answer judge(const event_view& event) const noexcept {
        if (event.position() >= end_) return answer::stop;
        if (last_ && event.sequence() > *last_) return answer::stop;
        if (occurred_ && event.occurred_at() > *occurred_) return answer::skip;
        return answer::take;
    }

    /// Events are there by their own times, not by their places.
    bool by_occurrence() const noexcept { return occurred_.has_value(); }
    /// Events are there by their places in one stream.
    bool by_sequence() const noexcept { return last_.has_value(); }

private:
    position end_{std::numeric_limits<std::uint64_t>::max()};  ///< The first that is not there.
    std::optional<sequence> last_;
    std::optional<timestamp> occurred_;
};

}  // namespace daybook::replay
