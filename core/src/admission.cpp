// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/admission.hpp>

#include "record.hpp"

#include <utility>

namespace daybook {

std::string_view arriving_event::stream() const noexcept { return of_.stream; }
event_id arriving_event::id() const noexcept { return of_.id; }
std::string_view arriving_event::type() const noexcept { return of_.type; }
std::string_view arriving_event::schema() const noexcept { return of_.schema; }
std::string_view arriving_event::correlation() const noexcept { return of_.correlation; }
actor_view arriving_event::actor() const noexcept { return of_.actor; }
timestamp arriving_event::occurred_at() const noexcept { return of_.occurred_at; }
std::span<const std::string> arriving_event::tags() const noexcept { return of_.tags; }
std::string_view arriving_event::content_type() const noexcept { return of_.content_type; }
std::string_view arriving_event::payload() const noexcept { return of_.payload; }
std::string_view arriving_event::extensions() const noexcept { return of_.extensions; }

void arriving_event::set_payload(std::string payload) {
    payload_ = std::move(payload);
    of_.payload = payload_;
    changed_ = true;
}

void arriving_event::set_payload(std::string payload, std::string content_type) {
    content_type_ = std::move(content_type);
    of_.content_type = content_type_;
    set_payload(std::move(payload));
}

void arriving_event::set_extensions(std::string extensions) {
    extensions_ = std::move(extensions);
    of_.extensions = extensions_;
    changed_ = true;
}

void arriving_event::set_tags(std::vector<std::string> tags) {
    tags_ = std::move(tags);
    of_.tags = tags_;
    changed_ = true;
}

}  // namespace daybook
