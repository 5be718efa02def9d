// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace daybook::replay {

/// Where two values differ, by JSON Pointer, as people read it: `/status: "open" -> "done"`.
/// At most `count_max`, the last of which then says that there are more.
std::vector<std::string> json_difference(const boost::json::value& before,
                                         const boost::json::value& now, std::size_t count_max);

}  // namespace daybook::replay
