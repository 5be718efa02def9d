// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What an event must be to be stored, wherever that is. Everything fails with `invalid_argument` or
// `too_large` and a sentence about the event.

#include <daybook/event.hpp>

#include "record.hpp"

namespace daybook::event_rules {

/// Everything but stream, payload and extensions.
result<void> check_envelope(const record::draft& event);

/// Empty, or a JSON object within the limit.
result<void> check_extensions(std::string_view extensions);

/// Content type, payload and extensions.
result<void> check_bodies(std::string_view content_type, std::string_view payload,
                          std::string_view extensions);

/// All of it, for an event that goes to `stream` as it is.
result<void> check(std::string_view stream, const new_event& event);

}  // namespace daybook::event_rules
