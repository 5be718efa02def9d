// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include <filesystem>
#include <string_view>

namespace daybook::cli {

/// What somebody with root can do to a closed store: replaces `what` by `instead`, of the same
/// length, in its write-ahead files, and makes the checksums right again, so that nothing but a
/// signature tells. For the demo. Fails with `not_found` if `what` is in none of them as a whole.
result<void> forge(const std::filesystem::path& store, std::string_view what,
                   std::string_view instead);

}  // namespace daybook::cli
