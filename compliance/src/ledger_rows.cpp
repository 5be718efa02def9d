// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "ledger_rows.hpp"

#include <daybook/detail/varint.hpp>

namespace daybook::compliance::ledger_rows {
namespace {

std::string numbered(std::string_view start, std::uint64_t number) {
    std::string key{start};
    for (int shift = 56; shift >= 0; shift -= 8) {
        key += static_cast<char>(number >> static_cast<unsigned>(shift));
    }
    return key;
}

}  // namespace

std::string tiles_of_level(unsigned level) {
    return std::string{tiles_start} + static_cast<char>(level);
}
std::string tile_key(unsigned level, std::uint64_t index) {
    return numbered(tiles_of_level(level), index);
}
std::string links_key(std::uint64_t index) { return numbered("l", index); }
std::string leaves_key(std::uint64_t first) { return numbered(leaves_start, first); }
std::string checkpoint_key(std::uint64_t index) { return numbered(checkpoints_start, index); }
std::string about_keys_key(position at) { return numbered(about_keys_start, at.value); }

std::optional<std::uint64_t> index_of(std::string_view key, std::string_view start) {
    if (key.size() != start.size() + 8 || !key.starts_with(start)) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : key.substr(start.size())) {
        number = number << 8U | static_cast<unsigned char>(c);
    }
    return number;
}

void append_hashes(std::string& out, const std::vector<digest>& hashes) {
    out.reserve(out.size() + hashes.size() * digest::size);
    for (const auto& one : hashes) out += one.view();
}

std::optional<std::vector<digest>> read_hashes(std::string_view bytes) {
    if (bytes.size() % digest::size != 0) return std::nullopt;
    std::vector<digest> hashes;
    hashes.reserve(bytes.size() / digest::size);
    for (; !bytes.empty(); bytes.remove_prefix(digest::size)) {
        hashes.push_back(*digest::from_bytes(bytes.substr(0, digest::size)));
    }
    return hashes;
}

std::optional<std::vector<std::uint64_t>> read_links(std::string_view bytes, std::size_t count) {
    std::vector<std::uint64_t> links;
    links.reserve(count);
    while (links.size() < count) {
        std::uint64_t link = 0;
        if (!detail::take_varint(bytes, link)) return std::nullopt;
        links.push_back(link);
    }
    if (!bytes.empty()) return std::nullopt;
    return links;
}

void append_leaf(std::string& out, const linked_leaf& one) {
    out += one.leaf.view();
    detail::append_varint(out, one.link);
}

std::optional<std::vector<linked_leaf>> read_leaves(std::string_view bytes) {
    std::vector<linked_leaf> leaves;
    while (!bytes.empty()) {
        const auto leaf = digest::from_bytes(bytes.substr(0, digest::size));
        if (!leaf) return std::nullopt;
        bytes.remove_prefix(digest::size);
        std::uint64_t link = 0;
        if (!detail::take_varint(bytes, link)) return std::nullopt;
        leaves.push_back({*leaf, link});
    }
    return leaves;
}

}  // namespace daybook::compliance::ledger_rows
