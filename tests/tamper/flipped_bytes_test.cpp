// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: no byte of any file of a signed store can be changed so that the store passes for verified
// and says something else. Method: flips bytes, one at a time, in copies of a small store; each is
// noticed, or what can be read is what it was. DAYBOOK_TAMPER_FLIPS says how many (0: each byte),
// DAYBOOK_TAMPER_SEED which.

#include "tamper/victim.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct place {
    fs::path file;
    std::uint64_t byte;
};

std::vector<place> places_in(const fs::path& directory) {
    std::vector<place> all;
    for (const auto& entry : fs::directory_iterator{directory}) {
        if (!entry.is_regular_file()) continue;
        for (std::uint64_t i = 0; i < entry.file_size(); ++i) {
            all.push_back({entry.path().filename(), i});
        }
    }
    return all;
}

void flip(const fs::path& file, std::uint64_t at, unsigned bit) {
    std::fstream bytes{file, std::ios::in | std::ios::out | std::ios::binary};
    bytes.seekg(static_cast<std::streamoff>(at));
    const auto was = static_cast<unsigned>(bytes.get());
    bytes.seekp(static_cast<std::streamoff>(at));
    bytes.put(static_cast<char>(was ^ 1U << bit));
}

TEST(FlippedByte, IsNoticedOrDoesNotMatter) {
    const victim v;
    const auto sound = inquire(v.directory());
    ASSERT_FALSE(sound.noticed()) << sound.refusal << sound.findings;
    auto places = places_in(v.directory());
    const auto seed = setting("DAYBOOK_TAMPER_SEED", 4242);
    std::mt19937_64 random{seed};
    std::shuffle(places.begin(), places.end(), random);
    const auto wanted = setting("DAYBOOK_TAMPER_FLIPS", 60);
    if (wanted > 0 && wanted < places.size()) places.resize(wanted);
    const temp_directory copies;
    for (const auto& [file, byte] : places) {
        const auto copy = copies / "copy";
        fs::remove_all(copy);
        fs::copy(v.directory(), copy);
        const auto bit = static_cast<unsigned>(random() % 8);
        flip(copy / file, byte, bit);
        const auto found = inquire(copy);
        EXPECT_TRUE(found.noticed() || found.contents == sound.contents)
            << file << ", byte " << byte << ", bit " << bit << "; DAYBOOK_TAMPER_SEED=" << seed;
    }
}

}  // namespace
}  // namespace daybook::test
