// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What tests put in the place of the world outside: the file system under RocksDB, and the clock.
// Private to this library and its tests. Set before a store is opened, cleared after it is closed.

#include <daybook/types.hpp>

#include <rocksdb/env.h>

#include <atomic>

namespace daybook::testing_hooks {

/// Where stores opened from now on keep their files; null is the machine's file system.
inline std::atomic<rocksdb::Env*> environment{nullptr};

/// The store's clock; null is the machine's.
inline std::atomic<timestamp (*)()> clock{nullptr};

}  // namespace daybook::testing_hooks
