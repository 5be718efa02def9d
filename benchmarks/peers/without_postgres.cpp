// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "peers/peer.hpp"

namespace daybook::bench {

std::unique_ptr<peer> make_postgres_peer(const std::string& /*connection*/) { return nullptr; }

}  // namespace daybook::bench
