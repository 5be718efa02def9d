// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: whatever state a copy of a store's directory is in, opening it gives a sound store or an
// error that explains it. Method: copies of a closed store, of an open one, and of an open one with
// files from different moments.

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <algorithm>
#include <fstream>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class StoreCopy : public testing::Test {
protected:
    StoreCopy() { fill(*opened_, 0, 5'000); }

    fs::path copy_now(const std::string& name) const {
        fs::copy(opened_.directory(), home_ / name, fs::copy_options::recursive);
        return home_ / name;
    }
    static std::vector<fs::path> files(const fs::path& in, std::string_view extension) {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator{in}) {
            if (entry.path().extension() == extension) found.push_back(entry.path());
        }
        std::sort(found.begin(), found.end());
        return found;
    }
    static std::uint64_t sound_events(const fs::path& directory) {
        auto opened = store::open(directory, quick_options()).value();
        opened.check().value();
        return opened.watermark().value;
    }

    temp_directory home_;
    fresh_store opened_;
};

TEST_F(StoreCopy, OfAClosedStoreIsAStore) {
    opened_.close();
    EXPECT_EQ(sound_events(copy_now("copy")), 5'000U);
    fs::rename(home_ / "copy", home_ / "moved");
    EXPECT_EQ(sound_events(home_ / "moved"), 5'000U);
}

TEST_F(StoreCopy, OfAnOpenStoreIsAStoreIfItFitsTogether) {
    const auto copy = copy_now("copy");
    fill(*opened_, 5'000, 1'000);
    EXPECT_EQ(sound_events(copy), 5'000U);
    EXPECT_EQ(sound_events(copy), 5'000U) << "and from then on it is a store of its own";
    // Bytes at the end of the log file that were not there yet: a prefix.
    const auto shorter = copy_now("shorter");
    const auto log = files(shorter, ".log").back();
    fs::resize_file(log, fs::file_size(log) - 100);
    const auto events = sound_events(shorter);
    EXPECT_LT(events, 6'000U);
    EXPECT_GE(events, 4'000U);
}

TEST_F(StoreCopy, WithFilesFromDifferentMomentsIsExplained) {
    // The copying began with everything but the log files, and came to these much later.
    const auto copy = copy_now("copy");
    const auto first = files(copy, ".log");
    for (const auto& file : first) fs::remove(file);
    std::uint64_t number = 5'000;
    const auto first_is_there = [&] {
        return fs::exists(opened_.directory() / first.front().filename());
    };
    while (first_is_there() && number < 1'000'000) {
        fill(*opened_, number, 20'000);
        number += 20'000;
    }
    ASSERT_FALSE(first_is_there());
    for (const auto& file : files(opened_.directory(), ".log")) {
        fs::copy_file(file, copy / file.filename());
    }
    EXPECT_THAT(store::open(copy, quick_options()), FailsWith(errc::corrupt, "looks like a copy"));
    auto reading = quick_options();
    reading.read_only = true;
    EXPECT_THAT(store::open(copy, reading), FailsWith(errc::corrupt, "backup"));
    // It is no power cut: nothing is set aside.
    EXPECT_EQ(files(copy, ".unsynced").size(), 0U);
}

TEST_F(StoreCopy, WithoutATableIsExplainedOrMended) {
    fill(*opened_, 5'000, 130'000);
    ASSERT_THAT(opened_->finish_background_work(), HoldsValue());
    const auto whole = copy_now("whole");
    ASSERT_FALSE(files(whole, ".sst").empty());
    std::size_t refused = 0;
    for (const auto& table : files(whole, ".sst")) {
        const auto copy = home_ / ("without-" + table.filename().string());
        fs::copy(whole, copy);
        fs::remove(copy / table.filename());
        const auto opened = store::open(copy, quick_options());
        if (opened) {
            // One of the index, which the log can give again.
            EXPECT_THAT(opened->status().mended, HasSubstr(table.filename().string()));
            EXPECT_EQ(opened->watermark().value, 135'000U);
            EXPECT_THAT(opened->check(), HoldsValue());
            continue;
        }
        ++refused;
        EXPECT_THAT(opened, AnyOf(FailsWith(errc::corrupt, "looks like a copy"),
                                  FailsWith(errc::io, "looks like a copy")));
        EXPECT_THAT(opened.error().message, Not(HasSubstr("--repair"))) << "copy it again";
    }
    EXPECT_GT(refused, 0U);
}

TEST_F(StoreCopy, OfAClosedStoreWithoutItsLogFilesIsFoundOut) {
    opened_.close();
    const auto copy = copy_now("copy");
    for (const auto& file : files(copy, ".log")) fs::remove(file);
    const auto opened = store::open(copy, quick_options());
    EXPECT_THAT(opened, AnyOf(FailsWith(errc::corrupt, "5000 events when it was closed"),
                              FailsWith(errc::io), FailsWith(errc::corrupt)));
}

TEST_F(StoreCopy, ANoteThatCannotBeReadSaysNothing) {
    opened_.close();
    for (const auto* text : {"", "daybook owner 1\n", "daybook owner 9\nevents 7000\nend\n",
                             "daybook owner 1\nevents 70", "\n\n\n"}) {
        std::ofstream{opened_.directory() / "OWNER", std::ios::trunc} << text;
        EXPECT_EQ(sound_events(opened_.directory()), 5'000U) << text;
    }
    fs::remove(opened_.directory() / "OWNER");
    EXPECT_EQ(sound_events(opened_.directory()), 5'000U);
}

}  // namespace
}  // namespace daybook::test
