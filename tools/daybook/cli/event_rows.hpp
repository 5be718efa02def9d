// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>

#include "cli/record.hpp"

#include <span>

namespace daybook::cli {

/// How commands show events: position, time, place (STREAM#SEQUENCE), type, actor and payload in
/// tables; every field in CSV.
std::span<const field<event_view>> event_fields();

/// Events as records; in the JSON formats as `daybook::to_json` writes them.
rows<event_view> event_rows(record_sink& to, shape s = shape::list);

}  // namespace daybook::cli
