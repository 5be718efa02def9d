// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/keyspace.hpp>

#include "database.hpp"

namespace daybook {

struct keyspace::impl {
    std::string name;
    database* db = nullptr;
    std::shared_ptr<view_family> family;

    rocksdb::ColumnFamilyHandle* handle() const noexcept { return family->handle.get(); }
};

}  // namespace daybook
