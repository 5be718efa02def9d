// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a full disk, a file system that became read-only, too many open files: each is told by its
// name, reading goes on, and a full disk is recovered from without opening the store again. Method:
// the file system under the store says so from a given call on.

#include "fault/faulty_file_system.hpp"
#include "support/event_maker.hpp"
#include "support/facts.hpp"
#include "support/matchers.hpp"
#include "support/temp_directory.hpp"
#include "testing_hooks.hpp"

#include <gmock/gmock.h>

namespace daybook::test {
namespace {

using testing::HasSubstr;

class Trouble : public testing::Test {
protected:
    result<store> opened(store_options options = {}) {
        testing_hooks::environment = environment_.get();
        auto made = store::open(home_ / "store", options);
        testing_hooks::environment = nullptr;
        return made;
    }
    static result<append_receipt> append(store& to) {
        return to.append("task-1", expected::any(), {simple_event("A")});
    }

    temp_directory home_;
    std::shared_ptr<faulty_file_system> files_ = std::make_shared<faulty_file_system>();
    std::unique_ptr<rocksdb::Env> environment_ = rocksdb::NewCompositeEnv(files_);
};

TEST_F(Trouble, AFullDiskRefusesWritesKeepsReadsAndIsRecoveredFrom) {
    auto log = opened().value();
    auto view = log.open_keyspace("rows").value();
    keyspace_batch row;
    row.put("a", "1");
    append(log).value();
    files_->arm(fault::no_space, 1);
    EXPECT_THAT(append(log), FailsWith(errc::io, "no space"));
    EXPECT_THAT(append(log), FailsWith(errc::refused, "the disk is full"));
    EXPECT_THAT(append(log), FailsWith(errc::refused, "bytes are free"));
    EXPECT_THAT(log.sync(), FailsWith(errc::refused, "the disk is full"));
    EXPECT_THAT(log.status().refuses_writes.value_or(""), HasSubstr("until there is room"));
    EXPECT_THAT(view.write(row), FailsWith(errc::io, "no space"));
    EXPECT_EQ(positions_of(log.read_all()).size(), log.watermark().value);

    files_->heal();
    const auto receipt = append(log);
    ASSERT_THAT(receipt, HoldsValue());
    EXPECT_FALSE(log.status().refuses_writes);
    EXPECT_THAT(view.write(row), HoldsValue());
    // The append that failed may be there or not, those that were refused are not.
    EXPECT_LE(receipt->first.value, 2U);
    EXPECT_EQ(log.watermark().value, receipt->first.value + 1);
    EXPECT_EQ(positions_of(log.read(query::types({"A"}))).size(), log.watermark().value);
    EXPECT_THAT(log.check(), HoldsValue());
}

TEST_F(Trouble, AFullDiskFoundWhenAKeyspaceIsMadeIsRecoveredFrom) {
    auto log = opened().value();
    append(log).value();
    files_->arm(fault::no_space, 1);
    EXPECT_THAT(log.open_keyspace("rows"), FailsWith(errc::io, "no space"));
    EXPECT_THAT(append(log), FailsWith(errc::io));
    files_->heal();
    EXPECT_THAT(append(log), HoldsValue());
    EXPECT_THAT(log.open_keyspace("rows"), HoldsValue());
}

TEST_F(Trouble, AnAppendAfterAViewMetTheFullDiskLooksForRoomFirst) {
    auto log = opened().value();
    auto view = log.open_keyspace("rows").value();
    keyspace_batch row;
    row.put("a", "1");
    append(log).value();
    files_->arm(fault::no_space, 1);
    EXPECT_THAT(view.write(row), FailsWith(errc::io, "no space"));
    EXPECT_THAT(append(log), FailsWith(errc::refused, "the disk is full"));
    files_->heal();
    const auto receipt = append(log);
    ASSERT_THAT(receipt, HoldsValue());
    EXPECT_EQ(receipt->first.value, 1U) << "nothing that was refused is there";
}

TEST_F(Trouble, AFileSystemThatBecomesReadOnlyStopsWritesUntilTheStoreIsOpenedAgain) {
    {
        auto log = opened().value();
        append(log).value();
        files_->arm(fault::read_only, 1);
        EXPECT_THAT(append(log), FailsWith(errc::io, "Read-only file system"));
        EXPECT_THAT(append(log), FailsWith(errc::refused, "until it is opened again"));
        EXPECT_EQ(positions_of(log.read_all()).size(), 1U);
    }
    EXPECT_THAT(opened(), FailsWith(errc::io, "Read-only file system"));
    {
        const auto log = opened({.read_only = true}).value();
        EXPECT_GE(positions_of(log.read_all()).size(), 1U);
        EXPECT_THAT(log.check(), HoldsValue());
    }
    files_->heal();
    auto log = opened().value();
    EXPECT_THAT(append(log), HoldsValue());
}

TEST_F(Trouble, TooManyOpenFilesAreToldAtOpening) {
    {
        auto log = opened().value();
        append(log).value();
    }
    files_->arm(fault::no_files, 1);
    EXPECT_THAT(opened(), FailsWith(errc::io, "Too many open files"));
    EXPECT_THAT(opened({.read_only = true}), FailsWith(errc::io, "Too many open files"));
    files_->heal();
    EXPECT_EQ(opened().value().watermark().value, 1U);
}

}  // namespace
}  // namespace daybook::test
