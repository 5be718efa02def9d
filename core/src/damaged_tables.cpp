// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "damaged_tables.hpp"

#include "bytes.hpp"
#include "database.hpp"
#include "log_reader.hpp"
#include "subscription_rows.hpp"
#include "text.hpp"

#include <rocksdb/metadata.h>
#include <rocksdb/sst_file_reader.h>

#include <algorithm>
#include <memory>

namespace daybook {
namespace {

std::string what_is_wrong(const rocksdb::LiveFileMetaData& table, const rocksdb::Options& options) {
    const auto path = table.db_path + table.name;
    std::uint64_t size = 0;
    // Only what is certain: a disk that fails to read now may read later.
    if (options.env->FileExists(path).IsNotFound()) return "missing";
    if (!options.env->GetFileSize(path, &size).ok()) return {};
    if (size != table.size) return cat("has ", size, " bytes instead of ", table.size);
    rocksdb::SstFileReader reader{options};
    const auto opened = reader.Open(path);
    return opened.IsCorruption() ? to_error(opened, "unreadable").message : std::string{};
}

/// A database that opens although tables are damaged.
class lenient_database {
public:
    lenient_database(const std::filesystem::path& directory, rocksdb::Options options,
                     std::vector<rocksdb::ColumnFamilyDescriptor> families, bool to_write) {
        options.paranoid_checks = false;
        for (auto& one : families) one.options.disable_auto_compactions = true;
        rocksdb::DB* raw = nullptr;
        status_ = to_write
                      ? rocksdb::DB::Open(options, directory.string(), families, &handles_, &raw)
                      : rocksdb::DB::OpenForReadOnly(options, directory.string(), families,
                                                     &handles_, &raw);
        db_.reset(raw);
    }
    ~lenient_database() {
        for (auto* handle : handles_) (void)db_->DestroyColumnFamilyHandle(handle).ok();
        if (db_) (void)db_->Close().ok();
    }
    lenient_database(const lenient_database&) = delete;
    lenient_database& operator=(const lenient_database&) = delete;

    const rocksdb::Status& status() const { return status_; }
    rocksdb::DB& db() { return *db_; }
    const std::vector<rocksdb::ColumnFamilyHandle*>& handles() const { return handles_; }

private:
    rocksdb::Status status_;
    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

std::string positions_in(const rocksdb::LiveFileMetaData& table) {
    if (table.column_family_name != "log" || table.smallestkey.size() != 8 ||
        table.largestkey.size() != 8) {
        return {};
    }
    return cat(", with positions ", position_of_key(table.smallestkey), " to at least ",
               position_of_key(table.largestkey));
}

}  // namespace

bool damaged_table::is_derived() const {
    if (family == "index" || family == "streams") return true;
    constexpr std::string_view view = "view:";
    // Where named subscriptions stand is known nowhere else.
    return family.starts_with(view) &&
           family.substr(view.size()) != subscription_rows::keyspace_name;
}

std::string describe(const std::vector<damaged_table>& tables) {
    std::string all;
    for (const auto& one : tables) {
        all += cat(all.empty() ? "" : "; ", one.name, " of ", one.family, ": ", one.found);
    }
    return all;
}

std::vector<damaged_table> find_damaged_tables(
    const std::filesystem::path& directory, const rocksdb::Options& options,
    const std::vector<rocksdb::ColumnFamilyDescriptor>& families) {
    std::vector<damaged_table> damaged;
    lenient_database lenient{directory, options, families, false};
    if (!lenient.status().ok()) return damaged;
    std::vector<rocksdb::LiveFileMetaData> live;
    lenient.db().GetLiveFilesMetaData(&live);
    for (const auto& table : live) {
        const auto wrong = what_is_wrong(table, options);
        if (wrong.empty()) continue;
        damaged.push_back({std::filesystem::path{table.name}.filename().string(),
                           table.column_family_name, wrong + positions_in(table)});
    }
    return damaged;
}

rocksdb::Status drop_families_of(const std::vector<damaged_table>& tables,
                                 const std::filesystem::path& directory,
                                 const rocksdb::Options& options,
                                 const std::vector<rocksdb::ColumnFamilyDescriptor>& families) {
    const auto hurt = [&](const std::string& family) {
        return std::any_of(tables.begin(), tables.end(), [&](const auto& one) {
            // An index without its streams is no index.
            const bool both = family == "index" || family == "streams";
            return one.family == family ||
                   (both && (one.family == "index" || one.family == "streams"));
        });
    };
    lenient_database lenient{directory, options, families, true};
    if (!lenient.status().ok()) return lenient.status();
    for (auto* handle : lenient.handles()) {
        if (!hurt(handle->GetName())) continue;
        // Indexes come back empty; see `database::families`.
        if (auto dropped = lenient.db().DropColumnFamily(handle); !dropped.ok()) return dropped;
    }
    return rocksdb::Status::OK();
}

}  // namespace daybook
