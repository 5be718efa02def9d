// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a store of a format that this build does not know is refused and left alone.
// Method: the setting that says the format is changed behind the store's back. This is the one test
// that names RocksDB, for nothing else can write what this build would never write.

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <rocksdb/db.h>

namespace daybook::test {
namespace {

using testing::AnyOf;

/// Sets the bytes of a setting; with none, removes it.
void change_setting(const std::filesystem::path& directory, const std::string& key,
                    const std::optional<std::string>& value) {
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, directory.string(), &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, directory.string(), families, &handles, &opened).ok());
    for (auto* handle : handles) {
        if (handle->GetName() == "meta") {
            const auto status =
                value ? opened->Put({}, handle, key, *value) : opened->Delete({}, handle, key);
            EXPECT_TRUE(status.ok());
        }
        opened->DestroyColumnFamilyHandle(handle);
    }
    delete opened;
}

class StoreFormat : public testing::Test {
protected:
    StoreFormat() {
        opened_->append("task-1", expected::any(), {simple_event("A")}).value();
        before_ = opened_.contents();
        opened_.close();
    }
    void expect_whole_again() {
        opened_.open();
        EXPECT_EQ(opened_.contents(), before_);
        EXPECT_THAT(opened_->check(), HoldsValue());
    }
    fresh_store opened_;
    std::string before_;
};

TEST_F(StoreFormat, ANewerOneIsUnsupported) {
    change_setting(opened_.directory(), "format", std::string{"\2\0\0\0", 4});
    EXPECT_THAT(store::open(opened_.directory()), FailsWith(errc::unsupported, "2"));
    auto reading = store_options{};
    reading.read_only = true;
    EXPECT_THAT(store::open(opened_.directory(), reading), FailsWith(errc::unsupported));
    change_setting(opened_.directory(), "format", std::string{"\1\0\0\0", 4});
    expect_whole_again();
}

TEST_F(StoreFormat, AReaderWaitsUntilTheWriterHasResetItsIndexes) {
    change_setting(opened_.directory(), "reindex", "1");
    auto reading = quick_options();
    reading.read_only = true;
    EXPECT_THAT(store::open(opened_.directory(), reading), FailsWith(errc::refused, "indexes"));
    expect_whole_again();
    EXPECT_THAT(store::open(opened_.directory(), reading), HoldsValue());
}

TEST_F(StoreFormat, OneThatNeverWasIsRefused) {
    for (const auto& bad : {std::string{"\0\0\0\0", 4}, std::string{}, std::string{"abc"},
                            std::string{"\1\0\0\0\0", 5}}) {
        change_setting(opened_.directory(), "format", bad);
        EXPECT_THAT(store::open(opened_.directory()),
                    AnyOf(FailsWith(errc::corrupt), FailsWith(errc::unsupported)))
            << testing::PrintToString(bad);
    }
    change_setting(opened_.directory(), "format", std::string{"\1\0\0\0", 4});
    expect_whole_again();
}

TEST_F(StoreFormat, LostSettingsAreCorrupt) {
    // Events without a format were not written by a store that was interrupted while it was made.
    for (const auto* key : {"format", "store_id", "indexed_fields"}) {
        SCOPED_TRACE(key);
        fresh_store other;
        other->append("task-1", expected::any(), {simple_event("A")}).value();
        other.close();
        change_setting(other.directory(), key, std::nullopt);
        EXPECT_THAT(store::open(other.directory()), FailsWith(errc::corrupt));
    }
}

}  // namespace
}  // namespace daybook::test
