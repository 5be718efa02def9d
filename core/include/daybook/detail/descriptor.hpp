// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>
#include <utility>

namespace daybook::detail {

/// An open file of the operating system, closed at the end. A negative number is none. Not safe to
/// use from several threads while it is moved.
class descriptor {
public:
    explicit descriptor(int number) : number_{number} {}
    ~descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    descriptor(descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    int number() const noexcept { return number_; }
    bool ok() const noexcept { return number_ >= 0; }

private:
    int number_;
};

}  // namespace daybook::detail
