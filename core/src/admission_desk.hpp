// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/admission.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace daybook {

/// What appends have to pass. Thread safe; costs one look at a number while there is nothing.
class admission_desk {
public:
    using list = std::vector<std::shared_ptr<admission>>;

    explicit admission_desk(list all) { set(std::move(all)); }

    void set(list all) {
        const std::lock_guard lock{mutex_};
        some_.store(!all.empty(), std::memory_order_release);
        all_ = std::make_shared<const list>(std::move(all));
    }
    /// Null if there is nothing to pass.
    std::shared_ptr<const list> now() const {
        if (!some_.load(std::memory_order_acquire)) return nullptr;
        const std::lock_guard lock{mutex_};
        return all_;
    }

private:
    std::atomic<bool> some_{false};
    mutable std::mutex mutex_;
    std::shared_ptr<const list> all_;
};

}  // namespace daybook
