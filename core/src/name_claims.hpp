// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace daybook {

/// Names that one holder at a time may have. Thread safe; must outlive its claims.
class name_claims {
public:
    /// Holds a name until it is destroyed.
    class claim {
    public:
        claim(claim&& other) noexcept
            : of_{std::exchange(other.of_, nullptr)}, name_{std::move(other.name_)} {}
        claim& operator=(claim&&) = delete;
        ~claim() {
            if (of_ == nullptr) return;
            const std::lock_guard lock{of_->mutex_};
            of_->held_.erase(name_);
        }

    private:
        friend class name_claims;
        claim(name_claims& of, std::string name) : of_{&of}, name_{std::move(name)} {}
        name_claims* of_;
        std::string name_;
    };

    /// Nothing if somebody holds `name`.
    std::optional<claim> take(std::string name) {
        const std::lock_guard lock{mutex_};
        if (!held_.insert(name).second) return std::nullopt;
        return claim{*this, std::move(name)};
    }

private:
    std::mutex mutex_;
    std::set<std::string> held_;
};

}  // namespace daybook
