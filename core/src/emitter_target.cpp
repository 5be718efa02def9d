// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/emitter_target.hpp>

#include <mutex>

namespace daybook {

struct store_target::impl {
    std::mutex mutex;  // Held during a commit: `detach` waits for it.
    store* to = nullptr;
};

store_target::store_target(store& to) : impl_{std::make_unique<impl>()} { impl_->to = &to; }

store_target::~store_target() = default;

result<void> store_target::write(const commit_request& events) {
    const std::lock_guard lock{impl_->mutex};
    if (impl_->to == nullptr) return fail(errc::refused, "emitter: its store is detached");
    const auto done = impl_->to->commit(events);
    return done ? result<void>{} : result<void>{done.error()};
}

void store_target::detach() {
    const std::lock_guard lock{impl_->mutex};
    impl_->to = nullptr;
}

void store_target::attach(store& to) {
    const std::lock_guard lock{impl_->mutex};
    impl_->to = &to;
}

}  // namespace daybook
