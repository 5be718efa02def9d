// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "claims.hpp"

#include <mutex>
#include <set>

namespace daybook::projections {
namespace {

struct claim_table {
    std::mutex mutex;
    std::set<std::string> held;
};

claim_table& claims() {
    static claim_table table;
    return table;
}

}  // namespace

std::optional<claim> claim::take(const store& log, std::string_view keyspace_name) {
    auto name = name_of(log, keyspace_name);
    const std::lock_guard lock{claims().mutex};
    if (!claims().held.insert(name).second) return std::nullopt;
    return claim{std::move(name)};
}

std::string claim::name_of(const store& log, std::string_view keyspace_name) {
    auto name = log.status().directory.string();
    name += '\n';
    name += keyspace_name;
    return name;
}

claim& claim::operator=(claim&& other) noexcept {
    if (this != &other) {
        release();
        held_ = std::exchange(other.held_, {});
    }
    return *this;
}

void claim::release() noexcept {
    if (held_.empty()) return;
    const std::lock_guard lock{claims().mutex};
    claims().held.erase(held_);
    held_.clear();
}

}  // namespace daybook::projections
