// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Any text as the path of a tile, and any bytes as what is in it and in a bundle of entries.
#include <daybook/compliance/tiles.hpp>

#include "fuzz.hpp"

using namespace daybook;
using namespace daybook::compliance;
using daybook::test::require;

namespace {

void try_path(std::string_view path) {
    const auto name = parse_tile_path(path);
    if (!name) {
        require(name.error().code == errc::invalid_argument, "of the kind documented");
        return;
    }
    const auto& one = name->which;
    require((name->entries ? entries_path(one) : tile_path(one)) == path, "one spelling");
    require(one.begin() < one.end() && one.end() <= tree_size_max, "some tree has it");
    require(tile_in(one.end(), one.level, one.index) == one, "the tree that ends with it has it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = daybook::test::as_text(data, size);
    try_path(text);
    if (text.empty()) return 0;
    tile one;
    one.width = 1U + static_cast<unsigned char>(text.front());
    const auto bytes = text.substr(1);
    if (const auto hashes = parse_tile(one, bytes)) {
        require(tile_bytes(*hashes) == bytes, "a tile is written as it was read");
    }
    if (const auto entries = parse_entries(one, bytes)) {
        require(entries->size() == one.width, "as many entries as there are hashes");
        std::string again;
        for (const auto entry : *entries) require(append_entry(again, entry).has_value(), "fits");
        require(again == bytes, "a bundle is written as it was read");
    }
    return 0;
}
