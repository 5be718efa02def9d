// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "support/raw_store.hpp"

#include <rocksdb/db.h>

#include <map>
#include <stdexcept>

namespace daybook::test {
namespace {

void need(const rocksdb::Status& status) {
    if (!status.ok()) throw std::runtime_error{status.ToString()};
}

}  // namespace

struct raw_store::impl {
    std::unique_ptr<rocksdb::DB> db;
    std::map<std::string, rocksdb::ColumnFamilyHandle*, std::less<>> families;

    rocksdb::ColumnFamilyHandle* family(std::string_view name) const {
        const auto found = families.find(name);
        if (found == families.end()) throw std::runtime_error{"no family " + std::string{name}};
        return found->second;
    }
};

raw_store::raw_store(const std::filesystem::path& directory) : impl_{std::make_unique<impl>()} {
    std::vector<std::string> names;
    const rocksdb::Options options;
    need(rocksdb::DB::ListColumnFamilies(options, directory.string(), &names));
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
    for (const auto& name : names) wanted.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    need(rocksdb::DB::Open(options, directory.string(), wanted, &handles, &opened));
    impl_->db.reset(opened);
    for (auto* handle : handles) impl_->families.emplace(handle->GetName(), handle);
}

raw_store::~raw_store() {
    for (const auto& [name, handle] : impl_->families) {
        (void)impl_->db->DestroyColumnFamilyHandle(handle);
    }
    (void)impl_->db->Close();
}

std::vector<std::string> raw_store::families() const {
    std::vector<std::string> names;
    for (const auto& [name, handle] : impl_->families) names.push_back(name);
    return names;
}

std::vector<raw_store::row> raw_store::rows(std::string_view family) const {
    std::vector<row> all;
    const std::unique_ptr<rocksdb::Iterator> walk{
        impl_->db->NewIterator({}, impl_->family(family))};
    for (walk->SeekToFirst(); walk->Valid(); walk->Next()) {
        all.emplace_back(walk->key().ToString(), walk->value().ToString());
    }
    need(walk->status());
    return all;
}

void raw_store::put(std::string_view family, std::string_view key, std::string_view value) {
    need(impl_->db->Put({}, impl_->family(family), rocksdb::Slice{key.data(), key.size()},
                        rocksdb::Slice{value.data(), value.size()}));
}

void raw_store::erase(std::string_view family, std::string_view key) {
    need(impl_->db->Delete({}, impl_->family(family), rocksdb::Slice{key.data(), key.size()}));
}

std::size_t raw_store::replace(std::string_view family, std::string_view what,
                               std::string_view by) {
    std::size_t count = 0;
    for (auto& [key, value] : rows(family)) {
        const auto before = count;
        for (auto at = value.find(what); at != std::string::npos; at = value.find(what, at + 1)) {
            value.replace(at, what.size(), by);
            ++count;
        }
        if (count > before) put(family, key, value);
    }
    return count;
}

void raw_store::drop(std::string_view family) {
    need(impl_->db->DropColumnFamily(impl_->family(family)));
}

}  // namespace daybook::test
