// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace daybook::cli {

/// JSON for people: arrays and objects that do not fit in about 60 columns are spread over lines,
/// those after the first indented by `indent`. Text that is not JSON is made printable.
std::string pretty_json(std::string_view text, std::size_t indent);

}  // namespace daybook::cli
