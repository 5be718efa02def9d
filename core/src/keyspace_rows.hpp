// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/store.hpp>

#include <functional>
#include <string>
#include <string_view>

/// The rows of a keyspace in one piece, for backups: each key and each value with its length before
/// it (LEB128).
namespace daybook::keyspace_rows {

/// Those of `name`, as of one moment; empty if there is no such keyspace.
result<std::string> take(store& from, std::string_view name);

/// Calls `visit(key, value)` for each of `all`. Fails with `corrupt`.
result<void> visit(std::string_view all,
                   const std::function<void(std::string_view, std::string_view)>& each);

/// Writes `all`, if there are any, into the keyspace `name`, at once.
result<void> put(store& into, std::string_view name, std::string_view all);

}  // namespace daybook::keyspace_rows
