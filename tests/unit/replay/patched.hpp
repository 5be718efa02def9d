// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>

#include <string_view>

namespace daybook::test {

/// The document after a JSON Patch of the operations add, remove and replace, done as RFC 6902 has
/// it. Throws std::runtime_error for an operation that it forbids.
boost::json::value patched(boost::json::value document, std::string_view patch);

}  // namespace daybook::test
