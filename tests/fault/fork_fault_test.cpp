// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a fork is whole or not there, wherever the process or the power goes while it is made, and
// the store it is made from stays as it was. Method: a file system that goes wrong at one of the
// calls that making one takes; then both stores are opened again and looked at.
//
// A sample of calls, or all of them, see each_call.hpp. All of them take 5 minutes.

#include <daybook/fork.hpp>

#include "each_call.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "testing_hooks.hpp"

#include <rocksdb/db.h>

#include <memory>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;

class ForkFault : public each_call {
protected:
    static constexpr std::uint64_t all = 40;
    static constexpr std::uint64_t shared = 25;

    void prepare(const fs::path& directory) {
        auto log = store::open(directory, quick_options()).value();
        for (std::uint64_t i = 0; i < all; ++i) {
            log.append("task-1", expected::any(), {filler_event(i)}).value();
        }
    }
    static std::string contents_of(const fs::path& directory) {
        const auto opened = store::open(directory, quick_options());
        if (!opened) return opened.error().message;
        if (const auto sound = opened->check(); !sound) return sound.error().message;
        std::string found;
        for (const auto& e : read_everything(opened->read_all())) found += facts(e) + "\n\n";
        return found;
    }

    /// Makes a fork while the call number `call` goes wrong (0: none); how many calls there were.
    std::uint64_t strike(std::uint64_t call) override {
        const temp_directory home;
        prepare(home / "store");
        const auto files = std::make_shared<faulty_file_system>();
        const auto environment = rocksdb::NewCompositeEnv(files);
        const auto before = contents_of(home / "store");
        testing_hooks::environment = environment.get();
        bool made = false;
        {
            auto log = store::open(home / "store", quick_options()).value();
            files->arm(call == 0 ? fault::none : GetParam(), call);
            made = fork_store(log, home / "fork", {.end = position{shared}}).has_value();
        }
        testing_hooks::environment = nullptr;
        const auto calls = files->calls();
        struck_at_ = files->struck_at();
        if (GetParam() == fault::cut) files->lose_unsynced(random_, call % 2 == 0);
        files->heal();
        EXPECT_EQ(contents_of(home / "store"), before) << "the original changed";
        EXPECT_EQ(fs::exists(home / "fork"), made);
        if (made) {
            EXPECT_EQ(contents_of(home / "fork"), first_part_of(before));
        }
        return calls;
    }
    static std::string first_part_of(const std::string& before) {
        std::size_t end = 0;
        for (std::uint64_t i = 0; i < shared; ++i) end = before.find("\n\n", end) + 2;
        return before.substr(0, end);
    }
};

TEST_P(ForkFault, LeavesAWholeForkOrNone) { strike_some(2); }

INSTANTIATE_TEST_SUITE_P(, ForkFault,
                         testing::Values(fault::kill, fault::cut, fault::error, fault::no_space),
                         each_call_name);

TEST(ForkOrigin, IsToldAsDamagedIfItCannotBeUnderstood) {
    const temp_directory home;
    {
        auto log = store::open(home / "store", quick_options()).value();
        log.append("task-1", expected::any(), {filler_event(1)}).value();
        fork_store(log, home / "fork").value();
    }
    std::vector<std::string> names;
    ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, (home / "fork").string(), &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, (home / "fork").string(), families, &handles, &raw).ok());
    std::unique_ptr<rocksdb::DB> db{raw};
    for (auto* handle : handles) {
        const bool meta = handle->GetName() == "meta";
        EXPECT_TRUE(!meta || db->Put({}, handle, "origin", "x").ok());
        EXPECT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    }
    db.reset();
    const auto fork = store::open(home / "fork", quick_options()).value();
    EXPECT_THAT(origin_of(fork), FailsWith(errc::corrupt));
    EXPECT_EQ(fork.watermark(), position{1});
}

}  // namespace
}  // namespace daybook::test
