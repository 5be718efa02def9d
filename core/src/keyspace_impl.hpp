// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/keyspace.hpp>

#include <rocksdb/db.h>

namespace daybook {

struct keyspace::impl {
    std::string name;
    rocksdb::DB* db = nullptr;
    std::shared_ptr<rocksdb::ColumnFamilyHandle> family;
};

}  // namespace daybook
