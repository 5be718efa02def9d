// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "formats/fields.hpp"
#include "formats/line_format.hpp"

#include <string>
#include <string_view>

namespace daybook::formats {

line_result parse_cloudevent(std::string_view line);
void append_cloudevent(std::string& to, event_view event, const render_options& options);

}  // namespace daybook::formats
