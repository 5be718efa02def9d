// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/ledger.hpp>

#include "support/fresh_store.hpp"

#include <memory>
#include <optional>
#include <string>

namespace daybook::test {

inline constexpr std::string_view test_origin = "example.com/daybook-test";

/// The key of RFC 8032, section 7.1, test 1.
inline std::shared_ptr<const compliance::signer> test_log_key() {
    std::string seed;
    for (const char* hex = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
         *hex != 0; hex += 2) {
        seed += static_cast<char>(std::stoi(std::string{hex, 2}, nullptr, 16));
    }
    return compliance::ed25519_signer(seed).value();
}

inline compliance::verifier_key test_verifier_key() {
    return compliance::verifier_key::of(test_origin, *test_log_key()).value();
}

/// A store in compliance mode in a directory of its own.
class signed_store {
public:
    explicit signed_store(compliance::read_verification reads = compliance::read_verification::hash)
        : reads_{reads} {
        sign();
    }

    store* operator->() { return &*log; }
    void open() {
        log.open();
        sign();
    }
    void sign() { book.emplace(compliance::ledger::open(*log, options()).value()); }
    void close() {
        book.reset();
        log.close();
    }
    void reopen() {
        close();
        open();
    }
    compliance::ledger_options options() const {
        return {.origin = std::string{test_origin}, .key = test_log_key(), .reads = reads_};
    }

    fresh_store log;
    std::optional<compliance::ledger> book;

private:
    compliance::read_verification reads_;
};

}  // namespace daybook::test
