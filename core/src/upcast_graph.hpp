// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/payload_opener.hpp>
#include <daybook/upcasters.hpp>

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace daybook {

/// What a stored event without a version counts as.
inline constexpr std::string_view unversioned = "1.0.0";

/// Versions of types, and what leads from one to the others. Without ways back: whoever follows it
/// arrives.
struct upcasters::graph {
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    struct node {
        versioned_type kind;
        detail::upcast_function run{};  ///< Empty: nothing leads on, or it drops.
        std::vector<std::size_t> to{};  ///< What `run` declares, by its order.
        bool is_upcast = false;
        bool is_accepted = false;
        bool is_made = false;  ///< By an upcaster.
    };

    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    upcast_limits limits;
    std::shared_ptr<const payload_opener> opener;  ///< Null: payloads are read as they are stored.
    std::vector<node> nodes;
    /// The nodes of a type.
    std::unordered_map<std::string, std::vector<std::size_t>, text_hash, std::equal_to<>> types;

    const std::vector<std::size_t>* versions_of(std::string_view type) const {
        const auto found = types.find(type);
        return found == types.end() ? nullptr : &found->second;
    }
    std::size_t find(const std::vector<std::size_t>& among, std::string_view version) const {
        if (version.empty()) version = unversioned;
        for (const auto at : among) {
            if (nodes[at].kind.version == version) return at;
        }
        return none;
    }
    std::size_t find_or_add(const versioned_type& kind);
};

/// "TaskOpened 1.0.0".
std::string shown(const versioned_type& kind);

}  // namespace daybook
