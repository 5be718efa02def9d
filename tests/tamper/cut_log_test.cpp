// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: a log whose end is missing so that RocksDB does not see it is told by what remembers it
// outside. Method: row 7 of the catalogue: the write-ahead file of a store that was running, cut
// exactly between two records, and every note of the store's own taken away.

#include "tamper/victim.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using compliance::verdict;

std::string bytes_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// Where records end in a write-ahead file of RocksDB: blocks of 32 KiB with pieces, each with a
/// checksum (4 bytes), a length (2), a kind (1) and, if the file may be recycled, a number (4).
std::vector<std::size_t> record_ends(const std::string& log) {
    constexpr std::size_t block = 32U << 10U;
    std::vector<std::size_t> ends;
    for (std::size_t at = 0; at + 7 <= log.size();) {
        const auto left = block - at % block;
        const auto kind = static_cast<unsigned char>(log[at + 6]);
        if (left < 7 || kind == 0) {
            at += left;
            continue;
        }
        const std::size_t length = static_cast<unsigned char>(log[at + 4]) |
                                   static_cast<std::size_t>(static_cast<unsigned char>(log[at + 5]))
                                       << 8U;
        at += (kind >= 5 && kind <= 8 ? 11U : 7U) + length;
        if (kind == 1 || kind == 4 || kind == 5 || kind == 8) ends.push_back(at);
    }
    return ends;
}

fs::path write_ahead_file(const fs::path& directory) {
    fs::path largest;
    for (const auto& entry : fs::directory_iterator{directory}) {
        if (entry.path().extension() != ".log") continue;
        if (largest.empty() || entry.file_size() > fs::file_size(largest)) largest = entry.path();
    }
    return largest;
}

class CutLog : public testing::Test {
protected:
    /// A copy of the store as it was half way, whose log has lost what `change` takes.
    fs::path cut(const std::function<void(const fs::path& log)>& change) const {
        const auto copy = home_ / "copy";
        fs::remove_all(copy);
        fs::copy(victim_.older(), copy);
        change(write_ahead_file(copy));
        forget_notes(copy);
        return copy;
    }
    inquiry look_without_anchor(const fs::path& copy) const {
        fs::copy(copy, home_ / "looked at");
        const auto found = inquire(home_ / "looked at");
        fs::remove_all(home_ / "looked at");
        return found;
    }
    victim victim_;
    temp_directory home_;
};

TEST_F(CutLog, BetweenTwoRecordsIsRolledBackByItsAnchor) {  // 7
    const auto log = write_ahead_file(victim_.older());
    const auto ends = record_ends(bytes_of(log));
    ASSERT_GT(ends.size(), 100U);
    for (std::size_t i = ends.size() / 10; i + 1 < ends.size(); i += ends.size() / 8) {
        const auto copy = cut([&](const fs::path& file) { fs::resize_file(file, ends[i]); });
        const auto alone = look_without_anchor(copy);
        EXPECT_EQ(alone.refusal, "");
        EXPECT_EQ(alone.what, verdict::verified)
            << "it is what it was at an earlier moment: " << alone.findings;
        const auto found = inquire(copy, victim_.anchors());
        EXPECT_EQ(found.what, verdict::rolled_back) << found.refusal << found.findings;
        EXPECT_EQ(found.kind, "anchor");
        EXPECT_LT(found.at, position{victim::events / 2}) << "cut at " << ends[i];
    }
}

TEST_F(CutLog, WithinARecordIsRolledBackByItsAnchor) {  // 7
    const auto copy =
        cut([](const fs::path& file) { fs::resize_file(file, fs::file_size(file) - 3); });
    const auto found = inquire(copy, victim_.anchors());
    EXPECT_TRUE(!found.refusal.empty() || found.what == verdict::rolled_back) << found.findings;
}

TEST_F(CutLog, ThatIsGoneAltogetherIsNoticed) {  // 7
    const auto copy = cut([](const fs::path& file) { fs::remove(file); });
    const auto found = inquire(copy, victim_.anchors());
    EXPECT_TRUE(!found.refusal.empty() || found.what == verdict::rolled_back) << found.findings;
}

}  // namespace
}  // namespace daybook::test
