// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/keyspace.hpp>

#include "engine.hpp"

#include <rocksdb/write_batch.h>

namespace daybook {

struct keyspace::impl {
    std::string name;
    engine* of = nullptr;
    std::shared_ptr<view_family> family;  ///< Null in a reader; see `now`.

    /// Where the rows are now, kept alive for the time of a call.
    struct place {
        std::shared_ptr<database> db;
        std::shared_ptr<view_family> family;

        rocksdb::ColumnFamilyHandle* handle() const noexcept { return family->handle.get(); }
    };
    /// Adds the operations of `from` to a batch of RocksDB's.
    static void add(const keyspace_batch& from, rocksdb::ColumnFamilyHandle* into,
                    rocksdb::WriteBatch& to);

    /// Fails with `not_found` in a reader whose writer has dropped the area.
    result<place> now() const;
};

}  // namespace daybook
