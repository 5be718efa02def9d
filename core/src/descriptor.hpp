// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

namespace daybook {

/// An open file of the operating system, closed at the end. A negative number is none.
class descriptor {
public:
    explicit descriptor(int number) : number_{number} {}
    ~descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    int number() const noexcept { return number_; }
    bool ok() const noexcept { return number_ >= 0; }

private:
    int number_;
};

}  // namespace daybook
