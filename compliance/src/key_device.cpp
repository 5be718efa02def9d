// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// OpenSSL 3.0 has no PKCS#11 of its own: what Debian offers is an engine, and the interface of
// engines is deprecated without anything to take its place before a provider is installed.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "key_bytes.hpp"

#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/store.h>
#include <openssl/ui.h>

#include <mutex>
#include <utility>

namespace daybook::compliance {
namespace {

struct free_device {
    void operator()(UI_METHOD* used) const noexcept { UI_destroy_method(used); }
    void operator()(OSSL_STORE_CTX* used) const noexcept { OSSL_STORE_close(used); }
    void operator()(OSSL_STORE_INFO* used) const noexcept { OSSL_STORE_INFO_free(used); }
    void operator()(OSSL_STORE_LOADER* used) const noexcept { OSSL_STORE_LOADER_free(used); }
};
template <class T>
using device_ptr = std::unique_ptr<T, free_device>;

/// Signs one at a time, for not every device and not every engine takes calls from two threads.
class device_signer final : public signer {
public:
    explicit device_signer(std::unique_ptr<signer> key) : key_{std::move(key)} {}

    key_type type() const noexcept override { return key_->type(); }
    std::string_view public_key() const noexcept override { return key_->public_key(); }
    result<std::string> sign(std::string_view message) const override {
        const std::scoped_lock one{busy_};
        return key_->sign(message);
    }

private:
    std::unique_ptr<signer> key_;
    mutable std::mutex busy_;
};

/// The URI without its query: the PIN may be in it.
std::string name_of(const std::string& uri) { return uri.substr(0, uri.find('?')); }

bool provider_has_pkcs11() {
    const device_ptr<OSSL_STORE_LOADER> loader{OSSL_STORE_LOADER_fetch(nullptr, "pkcs11", nullptr)};
    ERR_clear_error();
    return loader != nullptr;
}

pkey_ptr key_from_provider(const std::string& uri, UI_METHOD* asking, passphrase_source& pin) {
    const device_ptr<OSSL_STORE_CTX> store{
        OSSL_STORE_open(uri.c_str(), asking, &pin, nullptr, nullptr)};
    if (store == nullptr || OSSL_STORE_expect(store.get(), OSSL_STORE_INFO_PKEY) != 1) {
        return nullptr;
    }
    while (OSSL_STORE_eof(store.get()) == 0) {
        const device_ptr<OSSL_STORE_INFO> object{OSSL_STORE_load(store.get())};
        if (object == nullptr) return nullptr;
        if (OSSL_STORE_INFO_get_type(object.get()) == OSSL_STORE_INFO_PKEY) {
            return pkey_ptr{OSSL_STORE_INFO_get1_PKEY(object.get())};
        }
    }
    return nullptr;
}

/// The engine, started once and kept: keys of it may live as long as the program.
ENGINE* pkcs11_engine() {
    static ENGINE* const started = [] {
        ENGINE_load_dynamic();
        ENGINE* const found = ENGINE_by_id("pkcs11");
        if (found == nullptr) return found;
        // It would print what it fails to do; we say it in an error.
        for (int i = 0; i < 2; ++i) ENGINE_ctrl_cmd_string(found, "QUIET", nullptr, 0);
        if (ENGINE_init(found) == 1) return found;
        ENGINE_free(found);
        return static_cast<ENGINE*>(nullptr);
    }();
    return started;
}

error no_key(const std::string& uri, const passphrase_source& pin, const std::string& reason) {
    if (pin.asked() && !pin.given()) {
        return fail(errc::refused,
                    "The device of the key " + name_of(uri) + " asks for a PIN; none was given.");
    }
    return fail(pin.asked() ? errc::refused : errc::not_found,
                "The key " + name_of(uri) +
                    " could not be opened: no such token or key, or a wrong PIN (" + reason + ").");
}

}  // namespace

result<std::unique_ptr<signer>> open_device_signer(const std::string& uri,
                                                   const passphrase_callback& passphrase) {
    passphrase_source pin{passphrase, name_of(uri)};
    const device_ptr<UI_METHOD> asking{
        UI_UTIL_wrap_read_pem_callback(&passphrase_source::on_request, 0)};
    pkey_ptr key;
    if (provider_has_pkcs11()) {
        key = key_from_provider(uri, asking.get(), pin);
    } else if (ENGINE* const engine = pkcs11_engine(); engine != nullptr) {
        key.reset(ENGINE_load_private_key(engine, uri.c_str(), asking.get(), &pin));
    } else {
        ERR_clear_error();
        return fail(errc::unsupported,
                    "OpenSSL has no PKCS#11 here, which the key " + name_of(uri) +
                        " needs; install libengine-pkcs11-openssl or a provider, and set "
                        "PKCS11_MODULE_PATH to the device's module.");
    }
    if (key == nullptr) return no_key(uri, pin, openssl_reason());
    auto made = signer_of(std::move(key));
    if (!made) {
        return fail(made.error().code, "The key " + name_of(uri) + ": " + made.error().message);
    }
    return std::unique_ptr<signer>{new device_signer{*std::move(made)}};
}

}  // namespace daybook::compliance
