// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/context.hpp>
#include <daybook/query.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace daybook::orchestration {

/// Undertakings that may be nested; see `event_of`.
inline constexpr std::size_t undertakings_max = 32;

/// Makes a correlation the current one of this thread, within the one that is current already,
/// until it goes out of scope: a task within a sprint within a release.
///
/// What is appended meanwhile has the innermost correlation (as with `context_scope`, which this
/// is one of), and `event_of` notes the outer ones. Scopes end in the reverse order of their
/// beginning, on the thread where they began.
class undertaking {
public:
    explicit undertaking(std::string correlation);
    /// Goes on with the undertaking that `event` belongs to, and those around it; as with
    /// `context::of`, what follows is caused by the event and in its session.
    explicit undertaking(event_view event);
    ~undertaking();
    undertaking(const undertaking&) = delete;
    undertaking& operator=(const undertaking&) = delete;

private:
    std::vector<std::string> outer_;
    context_scope scope_;
};

/// The ids of the undertakings that go on in this thread, the outermost first and the current
/// correlation last; empty outside of any.
std::vector<std::string> correlation_chain();

/// Finds what belongs to an undertaking and to those nested in it, of events made by `event_of`.
query within_undertaking(std::string_view correlation);

}  // namespace daybook::orchestration
