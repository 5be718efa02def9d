// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a subject has one key until it is erased, and then none, in no copy of the files and after
// no crash.
// Method: the steps on the disk are counted; each test of crashes lets them fail from the nth on,
// for every n, and opens the files again as the next process would.

#include <daybook/compliance/subject_keys.hpp>

#include "durable_files.hpp"
#include "subject_key_shelf.hpp"
#include "support/matchers.hpp"
#include "support/temp_directory.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace daybook::compliance {
namespace {

using test::FailsWith;
using test::HoldsValue;
using testing::HasSubstr;
namespace fs = std::filesystem;

std::string contents(const fs::path& file) {
    std::ostringstream all;
    all << std::ifstream{file, std::ios::binary}.rdbuf();
    return all.str();
}

std::string all_contents(const fs::path& directory) {
    std::string all;
    for (const auto& one : fs::recursive_directory_iterator{directory}) {
        if (one.is_regular_file()) all += contents(one.path());
    }
    return all;
}

class SubjectKeys : public testing::Test {
protected:
    ~SubjectKeys() override { durable_files::steps_left = -1; }
    fs::path directory() const { return home_ / "keys"; }
    std::shared_ptr<subject_keys> open() const { return subject_keys::open(directory()).value(); }

    test::temp_directory home_;
};

TEST_F(SubjectKeys, OneForEachSubjectThatSurvivesReopening) {
    std::string ann;
    {
        auto keys = open();
        EXPECT_EQ(keys->epoch(), 1U);
        ann = keys->ensure("ann").value();
        EXPECT_EQ(ann.size(), 32U);
        EXPECT_EQ(keys->ensure("ann").value(), ann);
        EXPECT_NE(keys->ensure("bob").value(), ann);
        EXPECT_EQ(keys->size(), 2U);
    }
    auto keys = open();
    EXPECT_EQ(keys->ensure("ann").value(), ann);
    EXPECT_EQ(keys->size(), 2U);
    ASSERT_TRUE(keys->internals().find(ann).key);
    const auto before = keys->internals().find(ann).key->commitment.view();
    EXPECT_EQ(std::string{before},
              std::string{keys->internals().take("ann").value()->commitment.view()});
}

TEST_F(SubjectKeys, FilesNameNobodyAndAreForTheirOwnerAlone) {
    auto keys = open();
    ASSERT_THAT(keys->ensure("ann@example.com"), HoldsValue());
    EXPECT_EQ(all_contents(directory()).find("ann@"), std::string::npos);
    for (const auto& one : fs::recursive_directory_iterator{directory()}) {
        EXPECT_EQ(one.status().permissions() & (fs::perms::group_all | fs::perms::others_all),
                  fs::perms::none)
            << one.path();
    }
    const auto other = subject_keys::open(home_ / "other").value();
    EXPECT_NE(other->pseudonym("ann@example.com"), keys->pseudonym("ann@example.com"));
}

TEST_F(SubjectKeys, WhatIsErasedIsGoneAlsoFromCopiesOfTheFiles) {
    std::string ann;
    std::string bob;
    {
        auto keys = open();
        ann = keys->ensure("ann").value();
        bob = keys->ensure("bob").value();
        fs::copy(directory(), home_ / "backup", fs::copy_options::recursive);
        // What is backed up has no key of an epoch in it.
        fs::remove_all(home_ / "backup" / "epoch");
        const auto erased = keys->erase("ann").value();
        EXPECT_EQ(erased.pseudonym, keys->pseudonym("ann"));
        EXPECT_EQ(erased.key_ids, std::vector<std::string>{ann});
        EXPECT_EQ(erased.epoch, 2U);
        EXPECT_FALSE(erased.repeated);
        EXPECT_TRUE(keys->internals().find(ann).erased);
        EXPECT_FALSE(keys->internals().find(ann).key);
        EXPECT_TRUE(keys->internals().find(bob).key);
        EXPECT_FALSE(fs::exists(directory() / "epoch" / "epoch-1"));
        EXPECT_FALSE(fs::exists(directory() / "keys-1"));
    }
    {
        auto keys = open();
        EXPECT_TRUE(keys->internals().find(ann).erased);
        EXPECT_TRUE(keys->internals().find(bob).key);
        const auto again = keys->erase("ann").value();
        EXPECT_TRUE(again.repeated);
        EXPECT_EQ(again.key_ids, std::vector<std::string>{ann});
        EXPECT_EQ(again.epoch, 2U);
        EXPECT_EQ(keys->epoch(), 2U);
    }
    // The copy of before, with the key of today's epoch.
    fs::create_directory(home_ / "backup" / "epoch");
    fs::permissions(home_ / "backup" / "epoch", fs::perms::owner_all);
    fs::copy_file(directory() / "epoch" / "epoch-2", home_ / "backup" / "epoch" / "epoch-2");
    EXPECT_THAT(subject_keys::open(home_ / "backup"), FailsWith(errc::not_found));
    EXPECT_TRUE(fs::exists(home_ / "backup" / "epoch" / "epoch-2")) << "nothing was cleared";
}

TEST_F(SubjectKeys, WhoWasErasedComesBackOnlyWhenReadmitted) {
    auto keys = open();
    const auto first = keys->ensure("ann").value();
    EXPECT_THAT(keys->readmit("ann"), FailsWith(errc::not_found));
    ASSERT_THAT(keys->erase("ann"), HoldsValue());
    EXPECT_THAT(keys->ensure("ann"), FailsWith(errc::rejected));
    ASSERT_THAT(keys->readmit("ann"), HoldsValue());
    ASSERT_THAT(keys->readmit("ann"), HoldsValue());
    ASSERT_THAT(keys->rotate(), HoldsValue());
    keys.reset();
    keys = open();
    const auto second = keys->ensure("ann").value();
    EXPECT_NE(second, first);
    EXPECT_TRUE(keys->internals().find(first).erased);
    const auto erased = keys->erase("ann").value();
    EXPECT_EQ(erased.key_ids, (std::vector<std::string>{first, second}));
    EXPECT_THAT(keys->ensure("ann"), FailsWith(errc::rejected));
}

TEST_F(SubjectKeys, ErasingIsWholeOrNotAtAllWhereverItIsInterrupted) {
    bool ended = false;
    for (int n = 0; !ended; ++n) {
        ASSERT_LT(n, 100);
        const auto place = home_ / ("keys-" + std::to_string(n));
        auto keys = subject_keys::open(place).value();
        const auto ann = keys->ensure("ann").value();
        const auto bob = keys->ensure("bob").value();
        durable_files::steps_left = n;
        ended = keys->erase("ann").has_value();
        if (!ended) {
            EXPECT_THAT(keys->erase("ann"), FailsWith(errc::io)) << "it must be opened again";
        }
        keys.reset();
        durable_files::steps_left = -1;
        keys = subject_keys::open(place).value();
        EXPECT_TRUE(keys->internals().find(bob).key) << n;
        const auto found = keys->internals().find(ann);
        EXPECT_NE(found.erased, found.key != nullptr) << n;
        const auto again = keys->erase("ann").value();
        EXPECT_EQ(again.repeated, found.erased);
        EXPECT_EQ(again.key_ids, std::vector<std::string>{ann});
        EXPECT_TRUE(keys->internals().find(bob).key) << n;
        std::size_t files = 0;
        for (const auto& one : fs::recursive_directory_iterator{place}) {
            if (one.is_regular_file()) ++files;
        }
        EXPECT_EQ(files, 4U) << "CURRENT, LOCK, the keys and the key of their epoch";
    }
}

TEST_F(SubjectKeys, MakingThemIsRepeatedWhereverItIsInterrupted) {
    bool ended = false;
    for (int n = 0; !ended; ++n) {
        ASSERT_LT(n, 100);
        const auto place = home_ / ("keys-" + std::to_string(n));
        durable_files::steps_left = n;
        {
            auto keys = subject_keys::open(place);
            ended = keys && (*keys)->ensure("ann").has_value();
        }
        durable_files::steps_left = -1;
        auto keys = subject_keys::open(place).value();
        EXPECT_THAT(keys->ensure("ann"), HoldsValue()) << n;
    }
}

TEST_F(SubjectKeys, ATornLastLineIsNoKeyAndOtherDamageIsTold) {
    std::string ann;
    {
        auto keys = open();
        ann = keys->ensure("ann").value();
    }
    const auto file = directory() / "keys-1";
    const auto whole = contents(file);
    const auto write = [&](const std::string& bytes) {
        std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes;
    };
    write(whole + "key 00");
    {
        auto keys = open();
        EXPECT_EQ(keys->ensure("ann").value(), ann);
        EXPECT_THAT(keys->ensure("bob"), HoldsValue());
    }
    EXPECT_EQ(contents(file).find("key 00\n"), std::string::npos);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        write(changed);
        const auto opened = subject_keys::open(directory());
        // The last line break makes the line a torn one; every other byte is missed.
        if (at + 1 < whole.size()) {
            EXPECT_THAT(opened, FailsWith(errc::corrupt)) << at;
        }
        write(whole);
    }
    write("");
    EXPECT_THAT(subject_keys::open(directory()), FailsWith(errc::corrupt));
    write(whole);
    fs::remove(directory() / "CURRENT");
    EXPECT_THAT(subject_keys::open(directory()), FailsWith(errc::corrupt));
}

TEST_F(SubjectKeys, TellWhyTheyDoNotOpen) {
    EXPECT_THAT(subject_keys::open(directory(), {.create_if_missing = false}),
                FailsWith(errc::not_found));
    EXPECT_THAT(subject_keys::open(directory(), {.read_only = true}), FailsWith(errc::not_found));
    auto keys = open();
    EXPECT_THAT(subject_keys::open(directory()), FailsWith(errc::locked));
    ASSERT_THAT(keys->ensure("ann"), HoldsValue());
    auto reader = subject_keys::open(directory(), {.read_only = true}).value();
    EXPECT_THAT(reader->ensure("ann"), HoldsValue());
    EXPECT_THAT(reader->ensure("bob"), FailsWith(errc::refused));
    EXPECT_THAT(reader->erase("ann"), FailsWith(errc::refused));
    EXPECT_THAT(reader->rotate(), FailsWith(errc::refused));
    EXPECT_THAT(keys->erase("nobody"), FailsWith(errc::not_found));
    EXPECT_THAT(keys->ensure(""), FailsWith(errc::invalid_argument));
    EXPECT_THAT(keys->ensure(std::string(1025, 'a')), FailsWith(errc::invalid_argument));
    keys.reset();
    fs::permissions(directory() / "epoch" / "epoch-1", fs::perms::others_read,
                    fs::perm_options::add);
    EXPECT_THAT(subject_keys::open(directory()), FailsWith(errc::refused));
    fs::permissions(directory() / "epoch" / "epoch-1", fs::perms::owner_read);
    fs::permissions(directory(), fs::perms::group_read, fs::perm_options::add);
    EXPECT_THAT(subject_keys::open(directory()), FailsWith(errc::refused));
}

TEST_F(SubjectKeys, TheKeyOfTheEpochMayLieElsewhere) {
    const subject_keys_options options{.epoch_directory = home_ / "elsewhere"};
    {
        auto keys = subject_keys::open(directory(), options).value();
        ASSERT_THAT(keys->ensure("ann"), HoldsValue());
        EXPECT_FALSE(fs::exists(directory() / "epoch"));
    }
    EXPECT_THAT(subject_keys::open(directory()), FailsWith(errc::not_found));
    EXPECT_THAT(subject_keys::open(directory(), options), HoldsValue());
}

}  // namespace
}  // namespace daybook::compliance
