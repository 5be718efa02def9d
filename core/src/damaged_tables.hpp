// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Tables that RocksDB should have and that are missing, cut short, or unreadable as files.

#include <daybook/result.hpp>

#include <rocksdb/db.h>

#include <filesystem>
#include <string>
#include <vector>

namespace daybook {

struct damaged_table {
    std::string name;    ///< Of the file.
    std::string family;  ///< "log", "index", "view:NAME" ...
    std::string found;   ///< One line: what is wrong, and for the log which positions are hurt.

    /// What it holds can be made again from the log.
    bool is_derived() const;
};

/// "000012.sst of index: ..., 000014.sst of log: ..."
std::string describe(const std::vector<damaged_table>& tables);

/// Looks at each table of a store that does not open. Changes nothing; returns none if the store
/// does not even open so far that its tables are known.
std::vector<damaged_table> find_damaged_tables(
    const std::filesystem::path& directory, const rocksdb::Options& options,
    const std::vector<rocksdb::ColumnFamilyDescriptor>& families);

/// Drops the indexes and views that have one of `tables`, all of which are derived.
rocksdb::Status drop_families_of(const std::vector<damaged_table>& tables,
                                 const std::filesystem::path& directory,
                                 const rocksdb::Options& options,
                                 const std::vector<rocksdb::ColumnFamilyDescriptor>& families);

}  // namespace daybook
