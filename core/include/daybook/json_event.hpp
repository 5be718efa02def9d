// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/result.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <memory>

namespace daybook {

/// An event whose payload is parsed when somebody first asks, and then only once for all views.
///
/// The runner has one of these and moves it from event to event, so that memory is reused. What it
/// returns is valid until the next `move_to`. Not thread safe.
class json_event {
public:
    json_event();
    explicit json_event(event_view event);
    json_event(json_event&&) noexcept;
    json_event& operator=(json_event&&) noexcept;
    ~json_event();

    /// Goes on to another event; the payload of the last one is forgotten.
    void move_to(event_view event);

    const event_view& view() const noexcept { return event_; }
    const event_view* operator->() const noexcept { return &event_; }

    /// The parsed payload, or null if it is not JSON (of another content type, or damaged).
    const boost::json::value* payload() const;

    /// The members of the payload; none if it is not a JSON object. Never fails.
    const boost::json::object& fields() const;

private:
    struct impl;
    event_view event_;
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook
