// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "peers/peer.hpp"

namespace daybook::bench {

std::unique_ptr<peer> make_sqlite_peer(const std::filesystem::path& /*directory*/) {
    return nullptr;
}

}  // namespace daybook::bench
