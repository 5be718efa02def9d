// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// How far the log was on the disk when the store was last closed, in a file of its own: so that the
// loss of write-ahead files is noticed with all that they say. See core/docs/damage.md.

#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <rocksdb/env.h>

#include <filesystem>

namespace daybook::synced_mark {

/// Everything below `synced` is on the disk. If this fails the mark stays as it was, which is
/// still true.
void write(rocksdb::Env& env, const std::filesystem::path& directory, position synced) noexcept;

/// What the last mark says: 0 if there is none, or none that is whole.
result<position> read(rocksdb::Env& env, const std::filesystem::path& directory);

}  // namespace daybook::synced_mark
