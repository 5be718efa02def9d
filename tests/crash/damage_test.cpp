// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: damaged files are noticed and named, never read as if they were sound, and never crash the
// process. Method: one byte of one file changed, or a file cut short, at random places. Repeat a
// run with DAYBOOK_TEST_SEED=<seed>.

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <algorithm>
#include <fstream>
#include <functional>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;

/// A closed store with files of every kind: two sealed segments, flushed frames, a log not flushed.
class Damage : public testing::Test {
protected:
    Damage() : opened_{options()} {
        fill(*opened_, 0, 2 * limits::segment_events + 5000);
        opened_->finish_background_work().value();
        {
            auto view = opened_->open_keyspace("view").value();
            keyspace_batch rows;
            for (int i = 0; i < 1000; ++i) rows.put(std::to_string(i), std::string(100, 'x'));
            view.write(rows).value();
        }
        for (const auto& e : read_everything(opened_->read_all())) {
            sound_.emplace_back(e.view().record());
        }
        opened_.close();
    }
    static store_options options() {
        auto made = quick_options();
        made.memtable_bytes = 1U << 20U;
        return made;
    }

    std::vector<fs::path> files(std::string_view extension) const {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator{opened_.directory()}) {
            if (entry.path().extension() == extension && entry.file_size() > 0) {
                found.push_back(entry.path());
            }
        }
        std::sort(found.begin(), found.end());
        return found;
    }

    /// Opens a copy whose file was spoilt. Whatever can be read must be what was written.
    /// Returns whether anything was noticed.
    bool notices(const fs::path& file, const std::function<void(const fs::path&)>& spoil) {
        const temp_directory home;
        fs::copy(opened_.directory(), home / "store");
        spoil(home / "store" / file.filename());
        auto opened = store::open(home / "store", options());
        if (!opened) {
            EXPECT_THAT(opened, FailsWith(opened.error().code));
            return true;
        }
        // Indexes and views are mended, and that is told.
        bool noticed = !opened->status().mended.empty();
        noticed |= !read_is_sound(opened->read_all());
        for (const auto& q : {query::types({"Filled1"}), query{criteria{.stream = "filler-3"}}}) {
            noticed |= !read_is_sound(opened->read(q));
        }
        const auto checked = opened->check();
        EXPECT_TRUE(checked || !checked.error().message.empty());
        return noticed || !checked || opened->watermark().value < sound_.size();
    }
    bool read_is_sound(result<event_reader> reader) {
        if (!reader) return false;
        for (;;) {
            const auto more = reader->next();
            if (!more || !*more) return more.has_value();
            EXPECT_EQ((*reader)->record(), sound_[(*reader)->position().value]);
        }
    }

    std::uint64_t seed_ = seed_from_environment();
    randomness random_{seed_};
    fresh_store opened_;
    std::vector<std::string> sound_;
};

TEST_F(Damage, AChangedByteOfATableIsNoticed) {
    int all_noticed = 0;
    for (const auto& file : files(".sst")) {
        const auto at = random_.below(fs::file_size(file));
        const bool noticed = notices(file, [&](const fs::path& copy) {
            std::fstream bytes{copy, std::ios::in | std::ios::out | std::ios::binary};
            bytes.seekg(static_cast<std::streamoff>(at));
            const auto old = static_cast<char>(bytes.get());
            bytes.seekp(static_cast<std::streamoff>(at));
            bytes.put(static_cast<char>(old ^ 0x55));
        });
        // Bytes that nobody reads, such as a table's name for its compression, may change.
        all_noticed += noticed ? 1 : 0;
    }
    EXPECT_GT(all_noticed, 0);
    EXPECT_FALSE(HasFailure()) << how_to_repeat(seed_);
}

TEST_F(Damage, ALostTableIsNoticed) {
    for (const auto& file : files(".sst")) {
        EXPECT_TRUE(notices(file, [](const fs::path& copy) { fs::remove(copy); })) << file;
    }
}

TEST_F(Damage, ATableCutShortIsNoticed) {
    for (const auto& file : files(".sst")) {
        const auto size = random_.below(fs::file_size(file));
        EXPECT_TRUE(notices(file, [&](const fs::path& copy) { fs::resize_file(copy, size); }))
            << file << " at " << size << "; " << how_to_repeat(seed_);
    }
}

TEST_F(Damage, ALogCutShortKeepsWhatCameBefore) {
    // What a power cut may leave: it is not damage, but the end of the log.
    for (const auto& file : files(".log")) {
        const auto size = random_.below(fs::file_size(file));
        notices(file, [&](const fs::path& copy) { fs::resize_file(copy, size); });
    }
    EXPECT_FALSE(HasFailure()) << how_to_repeat(seed_);
}

}  // namespace
}  // namespace daybook::test
