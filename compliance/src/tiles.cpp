// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/tiles.hpp>

#include "text.hpp"

#include <algorithm>
#include <utility>

namespace daybook::compliance {
namespace {

/// Leaves below one hash of the level: 256^level, as a shift.
unsigned leaf_bits(unsigned level) { return tile_height * level; }

std::string three_digits(std::uint64_t value) {
    auto digits = std::to_string(value);
    return std::string(3 - digits.size(), '0') + digits;
}

std::string path_below(std::string_view folder, const tile& one) {
    std::string path = three_digits(one.index % 1000);
    for (auto rest = one.index / 1000; rest > 0; rest /= 1000) {
        path.insert(0, "x" + three_digits(rest % 1000) + "/");
    }
    path.insert(0, "tile/" + std::string{folder} + "/");
    if (!one.full()) path += ".p/" + std::to_string(one.width);
    return path;
}

error not_a_tile(std::string_view path, std::string_view why) {
    return fail(errc::invalid_argument, "tile path " + in_quotes(path) + ": " + std::string{why});
}

std::optional<std::string_view> take_folder(std::string_view& path) {
    const auto end = path.find('/');
    if (end == std::string_view::npos) return std::nullopt;
    const auto folder = path.substr(0, end);
    path.remove_prefix(end + 1);
    return folder;
}

/// "x001/x234/067" as it stands; that it is spelled right is for the caller to find out.
std::optional<std::uint64_t> parse_index(std::string_view text) {
    constexpr std::size_t digits_max =
        18;  // All tiles of all trees have fewer, and 64 bits hold it.
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') digits += c;
    }
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.size() > digits_max) return std::nullopt;
    return digits.empty() ? 0 : parse_decimal(digits);
}

/// Does some tree of up to `tree_size_max` leaves have all hashes of the tile?
bool exists(const tile& one) {
    const auto hashes_max = tree_size_max >> leaf_bits(one.level);
    return one.width <= hashes_max && one.index <= (hashes_max - one.width) / tile_width;
}

}  // namespace

std::uint64_t tile::begin() const noexcept { return (index * tile_width) << leaf_bits(level); }

std::uint64_t tile::end() const noexcept {
    return (index * tile_width + width) << leaf_bits(level);
}

unsigned partial_width(unsigned level, std::uint64_t size) noexcept {
    return static_cast<unsigned>((size >> leaf_bits(level)) % tile_width);
}

std::optional<tile> tile_in(std::uint64_t size, unsigned level, std::uint64_t index) noexcept {
    const auto hashes = size >> leaf_bits(level);
    const auto full_tiles = hashes / tile_width;
    if (index < full_tiles) return tile{level, index, tile_width};
    const auto rest = partial_width(level, size);
    if (index > full_tiles || rest == 0) return std::nullopt;
    return tile{level, index, rest};
}

std::string tile_path(const tile& one) { return path_below(std::to_string(one.level), one); }

std::string entries_path(const tile& one) { return path_below("entries", one); }

result<tile_name> parse_tile_path(std::string_view path) {
    constexpr std::size_t path_bytes_max = 64;
    if (path.size() > path_bytes_max) return not_a_tile(path, "longer than any");
    auto rest = path;
    if (take_folder(rest) != "tile") return not_a_tile(path, "it does not begin with \"tile/\"");
    const auto folder = take_folder(rest);
    if (!folder) return not_a_tile(path, "nothing behind the level");
    tile_name name;
    name.entries = *folder == "entries";
    const auto level = name.entries ? 0 : parse_decimal(*folder);
    if (!level || *level > tile_level_max) return not_a_tile(path, "the level is not 0 to 7");
    name.which.level = static_cast<unsigned>(*level);
    if (const auto partial = rest.find(".p/"); partial != std::string_view::npos) {
        const auto width = parse_decimal(rest.substr(partial + 3));
        if (!width || *width == 0 || *width >= tile_width) {
            return not_a_tile(path, "the width of a partial tile is not 1 to 255");
        }
        name.which.width = static_cast<unsigned>(*width);
        rest = rest.substr(0, partial);
    }
    const auto index = parse_index(rest);
    if (!index) return not_a_tile(path, "no tree is that large");
    name.which.index = *index;
    // One spelling for each tile: what the others would be is all refused here.
    if (path != (name.entries ? entries_path(name.which) : tile_path(name.which))) {
        return not_a_tile(path, "the index is not in groups of three digits like x001/x234/067");
    }
    if (!exists(name.which)) return not_a_tile(path, "no tree is that large");
    return name;
}

result<std::vector<digest>> parse_tile(const tile& one, std::string_view bytes) {
    if (bytes.size() != std::size_t{one.width} * digest::size) {
        return fail(errc::invalid_argument,
                    tile_path(one) + ": " + std::to_string(bytes.size()) + " bytes, not " +
                        std::to_string(std::size_t{one.width} * digest::size));
    }
    std::vector<digest> hashes;
    hashes.reserve(one.width);
    for (std::size_t at = 0; at < bytes.size(); at += digest::size) {
        hashes.push_back(*digest::from_bytes(bytes.substr(at, digest::size)));
    }
    return hashes;
}

std::string tile_bytes(std::span<const digest> hashes) {
    std::string bytes;
    bytes.reserve(hashes.size() * digest::size);
    for (const auto& hash : hashes) bytes += hash.view();
    return bytes;
}

result<void> append_entry(std::string& bundle, std::string_view entry) {
    if (entry.size() > entry_bytes_max) {
        return fail(errc::too_large, "an entry of " + std::to_string(entry.size()) +
                                         " bytes: a bundle takes at most 65535 of each");
    }
    bundle += static_cast<char>(static_cast<unsigned char>(entry.size() >> 8U));
    bundle += static_cast<char>(static_cast<unsigned char>(entry.size() & 0xFFU));
    bundle += entry;
    return {};
}

result<std::vector<std::string_view>> parse_entries(const tile& one, std::string_view bytes) {
    const auto wrong = [&](std::size_t entry, std::string_view what) {
        return fail(errc::invalid_argument, entries_path(one) + ": entry " + std::to_string(entry) +
                                                " of " + std::to_string(one.width) + " " +
                                                std::string{what});
    };
    std::vector<std::string_view> entries;
    entries.reserve(one.width);
    while (entries.size() < one.width) {
        if (bytes.size() < 2) return wrong(entries.size(), "is missing");
        const auto size = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) << 8U |
                          static_cast<unsigned char>(bytes[1]);
        bytes.remove_prefix(2);
        if (bytes.size() < size) return wrong(entries.size(), "ends too early");
        entries.push_back(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
    if (!bytes.empty()) return wrong(entries.size(), "begins where the bundle has to end");
    return entries;
}

subtree_source subtrees_of_tiles(std::uint64_t size, tile_source tiles) {
    return [size, tiles = std::move(tiles)](subtree wanted) -> result<digest> {
        const auto level = wanted.level / tile_height;
        const auto height = wanted.level % tile_height;
        if (level > tile_level_max || wanted.index >= size >> wanted.level) {
            return fail(errc::invalid_argument, "subtree " + std::to_string(wanted.index) +
                                                    " of level " + std::to_string(wanted.level) +
                                                    ": a tree of " + std::to_string(size) +
                                                    " leaves has no such");
        }
        const auto first = wanted.index << height;
        const auto place = tile_in(size, level, first / tile_width);
        auto hashes = tiles(*place);
        if (!hashes) return hashes.error();
        if (hashes->size() != place->width) {
            return fail(errc::corrupt, tile_path(*place) + ": " + std::to_string(hashes->size()) +
                                           " hashes, not " + std::to_string(place->width));
        }
        return tree_root(std::span{*hashes}.subspan(first % tile_width, std::size_t{1} << height));
    };
}

}  // namespace daybook::compliance
