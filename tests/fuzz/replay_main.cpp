// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Gives every file of a corpus to a fuzz target once, for compilers without libFuzzer.
#include "fuzz.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {

int replay(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    const std::string input{std::istreambuf_iterator<char>{in}, {}};
    if (!in.good() && !in.eof()) return 1;
    std::fprintf(stderr, "%s: %zu bytes\n", file.c_str(), input.size());
    return LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()),
                                  input.size());
}

}  // namespace

int main(int count, char** arguments) {
    std::size_t inputs = 0;
    for (int i = 1; i < count; ++i) {
        for (const auto& file : std::filesystem::directory_iterator{arguments[i]}) {
            if (replay(file.path()) != 0) return 1;
            ++inputs;
        }
    }
    std::fprintf(stderr, "%zu inputs\n", inputs);
    return inputs > 0 ? 0 : 1;
}
