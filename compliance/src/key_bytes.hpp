// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/key_file.hpp>

#include "openssl.hpp"

#include <string>
#include <string_view>

namespace daybook::compliance {

/// Asks once, and remembers that it did and what became of it.
class passphrase_source {
public:
    passphrase_source(const passphrase_callback& callback, std::string of)
        : callback_{callback}, of_{std::move(of)} {}

    ~passphrase_source();
    passphrase_source(const passphrase_source&) = delete;
    passphrase_source& operator=(const passphrase_source&) = delete;

    /// For OpenSSL: writes the passphrase to `buffer`; its length, or -1 if there is none.
    int fill(char* buffer, int capacity) noexcept;
    bool asked() const noexcept { return asked_; }
    bool given() const noexcept { return given_; }

    /// `fill` as OpenSSL calls it; `source` is a `passphrase_source`.
    static int on_request(char* buffer, int capacity, int writing, void* source) noexcept;

private:
    bool ask() noexcept;

    const passphrase_callback& callback_;
    std::string of_;
    std::string kept_{};
    bool asked_ = false;
    bool given_ = false;
};

/// The one private key in the bytes of a key file. `name` is for messages. The fuzz target's way
/// in.
result<pkey_ptr> private_key_in(std::string_view bytes, const std::string& name,
                                const passphrase_callback& passphrase);

/// The key behind a `pkcs11:` URI.
result<std::unique_ptr<signer>> open_device_signer(const std::string& uri,
                                                   const passphrase_callback& passphrase);

}  // namespace daybook::compliance
