// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/key_file.hpp>
#include <daybook/detail/descriptor.hpp>

#include "key_bytes.hpp"
#include "openssl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace daybook::compliance {
namespace {

constexpr std::uint64_t scrypt_n = 16'384;
constexpr std::uint64_t scrypt_r = 8;
constexpr std::uint64_t scrypt_p = 1;
constexpr int pbkdf2_rounds = 600'000;

struct free_store {
    void operator()(OSSL_STORE_CTX* used) const noexcept { OSSL_STORE_close(used); }
    void operator()(OSSL_STORE_INFO* used) const noexcept { OSSL_STORE_INFO_free(used); }
    void operator()(UI_METHOD* used) const noexcept { UI_destroy_method(used); }
    void operator()(PKCS8_PRIV_KEY_INFO* used) const noexcept { PKCS8_PRIV_KEY_INFO_free(used); }
    void operator()(X509_ALGOR* used) const noexcept { X509_ALGOR_free(used); }
    void operator()(X509_SIG* used) const noexcept { X509_SIG_free(used); }
};
template <class T>
using store_ptr = std::unique_ptr<T, free_store>;

/// A string that is wiped at the end.
struct secret {
    std::string text{};
    secret() = default;
    secret(const secret&) = delete;
    secret& operator=(const secret&) = delete;
    ~secret() { wipe(text); }
};

error system_failure(const std::string& what, const std::string& path, int number) {
    return fail(number == ENOENT ? errc::not_found : errc::io,
                what + " " + path + " failed: " + std::strerror(number) + ".");
}

/// Why a file must not hold a key; nothing if it may.
std::optional<error> problem_of(const struct stat& facts, const std::string& path) {
    if (!S_ISREG(facts.st_mode)) {
        return fail(errc::refused, "The key file " + path + " is not a regular file.");
    }
    if (facts.st_uid != ::geteuid() && facts.st_uid != 0) {
        return fail(errc::refused, "The key file " + path +
                                       " belongs to another user, who could replace the key; use "
                                       "a file of your own.");
    }
    if ((facts.st_mode & 077U) != 0) {
        return fail(errc::refused, "The key file " + path +
                                       " can be read or written by others than its owner; run "
                                       "chmod 600 on it, and replace the key if it was open for "
                                       "long.");
    }
    if (static_cast<std::size_t>(facts.st_size) > key_file_size_max) {
        return fail(errc::corrupt, "The key file " + path + " has " +
                                       std::to_string(facts.st_size) + " bytes, more than any " +
                                       "key file: the limit is " +
                                       std::to_string(key_file_size_max) + ".");
    }
    return std::nullopt;
}

/// Reads once what was checked: the checks are on the open file, not on its name.
result<void> read_key_file(const std::string& path, std::string& to) {
    const detail::descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.number() < 0) return system_failure("Opening the key file", path, errno);
    struct stat facts {};
    if (::fstat(file.number(), &facts) != 0) {
        return system_failure("Looking at the key file", path, errno);
    }
    if (auto problem = problem_of(facts, path)) return *std::move(problem);
    to.resize(key_file_size_max + 1);
    std::size_t size = 0;
    while (size < to.size()) {
        const auto got = ::read(file.number(), to.data() + size, to.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_failure("Reading the key file", path, errno);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > key_file_size_max) {
        return fail(errc::corrupt, "The key file " + path + " grew while it was read.");
    }
    to.resize(size);
    return {};
}

/// What a file holds, counted.
struct found_objects {
    pkey_ptr key{};
    int private_keys = 0;
    int others = 0;
    bool broken = false;
};

found_objects objects_in(std::string_view bytes, passphrase_source& passphrase) {
    found_objects found;
    const store_ptr<UI_METHOD> asking{
        UI_UTIL_wrap_read_pem_callback(&passphrase_source::on_request, 0)};
    const bio_ptr memory{BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))};
    store_ptr<OSSL_STORE_CTX> store{memory == nullptr || asking == nullptr
                                        ? nullptr
                                        : OSSL_STORE_attach(memory.get(), "file", nullptr, nullptr,
                                                            asking.get(), &passphrase, nullptr,
                                                            nullptr, nullptr)};
    found.broken = store == nullptr;
    // A file of 64 KB holds fewer objects than the limit; it only makes sure that this ends.
    for (int i = 0; !found.broken && OSSL_STORE_eof(store.get()) == 0 && i < 4096; ++i) {
        const store_ptr<OSSL_STORE_INFO> object{OSSL_STORE_load(store.get())};
        if (object == nullptr) {
            found.broken = OSSL_STORE_error(store.get()) != 0;
            continue;
        }
        if (OSSL_STORE_INFO_get_type(object.get()) != OSSL_STORE_INFO_PKEY) {
            ++found.others;
            continue;
        }
        ++found.private_keys;
        found.key.reset(OSSL_STORE_INFO_get1_PKEY(object.get()));
    }
    ERR_clear_error();
    return found;
}

std::optional<error> passphrase_problem(const passphrase_source& passphrase,
                                        const std::string& name) {
    if (!passphrase.asked()) return std::nullopt;
    if (!passphrase.given()) {
        return fail(errc::refused,
                    "The key file " + name + " is encrypted, and no passphrase was given for it.");
    }
    return fail(errc::refused, "The passphrase given for the key file " + name +
                                   " is wrong, or the file is damaged.");
}

result<pkey_ptr> generated(const key_file_options& options) {
    if (options.passphrase.size() > passphrase_size_max) {
        return fail(errc::invalid_argument,
                    "A passphrase has at most " + std::to_string(passphrase_size_max) + " bytes.");
    }
    return new_key(options.type);
}

store_ptr<X509_SIG> encrypted(PKCS8_PRIV_KEY_INFO& key, const key_file_options& options) {
    const auto* const cipher = EVP_aes_256_cbc();
    store_ptr<X509_ALGOR> how{
        options.protection == key_protection::scrypt
            ? PKCS5_pbe2_set_scrypt(cipher, nullptr, 16, nullptr, scrypt_n, scrypt_r, scrypt_p)
            : PKCS5_pbe2_set_iv(cipher, pbkdf2_rounds, nullptr, 16, nullptr, NID_hmacWithSHA256)};
    if (how == nullptr) return nullptr;
    store_ptr<X509_SIG> made{PKCS8_set0_pbe(
        options.passphrase.data(), static_cast<int>(options.passphrase.size()), &key, how.get())};
    if (made != nullptr) (void)how.release();  // Part of it now.
    return made;
}

/// PKCS#8 in PEM; empty if OpenSSL fails.
bool write_pem(const EVP_PKEY& key, const key_file_options& options, std::string& to) {
    // Secure memory is wiped when it is freed.
    const bio_ptr memory{BIO_new(BIO_s_secmem())};
    const store_ptr<PKCS8_PRIV_KEY_INFO> plain{EVP_PKEY2PKCS8(&key)};
    if (memory == nullptr || plain == nullptr) return false;
    bool written = false;
    if (options.passphrase.empty()) {
        written = PEM_write_bio_PKCS8_PRIV_KEY_INFO(memory.get(), plain.get()) == 1;
    } else {
        const auto closed = encrypted(*plain, options);
        written = closed != nullptr && PEM_write_bio_PKCS8(memory.get(), closed.get()) == 1;
    }
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    if (!written || size <= 0) return false;
    to.assign(text, static_cast<std::size_t>(size));
    return true;
}

result<void> write_all(int file, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const auto put = ::write(file, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return system_failure("Writing the key file", path, errno);
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    if (::fsync(file) != 0) return system_failure("Syncing the key file", path, errno);
    return {};
}

result<void> write_key_file(const std::filesystem::path& path, std::string_view bytes) {
    const auto name = path.string();
    const detail::descriptor file{
        ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (file.number() < 0 && errno == EEXIST) {
        return fail(errc::refused, "There is a file " + name +
                                       " already; a key is never written over another, choose "
                                       "another name.");
    }
    if (file.number() < 0) return system_failure("Creating the key file", name, errno);
    auto written = write_all(file.number(), bytes, name);
    if (!written) {
        ::unlink(name.c_str());
        return written;
    }
    const auto folder = path.has_parent_path() ? path.parent_path().string() : std::string{"."};
    const detail::descriptor directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory.number() >= 0) (void)::fsync(directory.number());
    return {};
}

}  // namespace

passphrase_source::~passphrase_source() { wipe(kept_); }

bool passphrase_source::ask() noexcept {
    asked_ = true;
    if (!callback_) return false;
    try {
        auto answer = callback_(of_);
        if (!answer) return false;
        kept_.swap(*answer);
        return kept_.size() <= passphrase_size_max;
    } catch (...) {
        return false;
    }
}

int passphrase_source::fill(char* buffer, int capacity) noexcept {
    // A second question about one key is OpenSSL trying another format.
    if (!asked_) given_ = ask();
    if (!given_ || capacity < 0 || kept_.size() > static_cast<std::size_t>(capacity)) return -1;
    std::memcpy(buffer, kept_.data(), kept_.size());
    return static_cast<int>(kept_.size());
}

int passphrase_source::on_request(char* buffer, int capacity, int /*writing*/,
                                  void* source) noexcept {
    return static_cast<passphrase_source*>(source)->fill(buffer, capacity);
}

result<pkey_ptr> private_key_in(std::string_view bytes, const std::string& name,
                                const passphrase_callback& passphrase) {
    passphrase_source asking{passphrase, name};
    auto found = objects_in(bytes, asking);
    if (found.private_keys > 1) {
        return fail(errc::invalid_argument,
                    "The key file " + name + " holds " + std::to_string(found.private_keys) +
                        " private keys; which one signs must be clear, give each its own file.");
    }
    if (found.private_keys == 1 && found.key != nullptr && !found.broken) {
        return std::move(found.key);
    }
    if (auto problem = passphrase_problem(asking, name)) return *std::move(problem);
    if (found.others > 0 && !found.broken) {
        return fail(
            errc::invalid_argument,
            "The key file " + name + " holds no private key, but a public key or a certificate.");
    }
    return fail(errc::corrupt, "The key file " + name +
                                   " cannot be read as a private key in PEM or DER; it may be "
                                   "damaged or something else.");
}

result<std::unique_ptr<signer>> open_signer(std::string_view uri,
                                            const passphrase_callback& passphrase) {
    if (uri.starts_with("pkcs11:")) return open_device_signer(std::string{uri}, passphrase);
    std::string path{uri};
    if (uri.starts_with("file:")) {
        path.erase(0, 5);
        if (path.starts_with("///")) path.erase(0, 2);
    }
    if (path.empty() || path.starts_with("//")) {
        return fail(
            errc::invalid_argument,
            "A key is at a path, file:/path or pkcs11:..., not at \"" + std::string{uri} + "\".");
    }
    secret bytes;
    if (auto read = read_key_file(path, bytes.text); !read) return read.error();
    auto key = private_key_in(bytes.text, path, passphrase);
    if (!key) return key.error();
    auto made = signer_of(*std::move(key));
    if (made) return made;
    return fail(made.error().code, "The key file " + path + ": " + made.error().message);
}

result<public_key> generate_key_file(const std::filesystem::path& path,
                                     const key_file_options& options) {
    auto key = generated(options);
    if (!key) return key.error();
    secret pem;
    if (!write_pem(**key, options, pem.text)) {
        return fail(errc::io, "OpenSSL could not write the new key: " + openssl_reason() + ".");
    }
    if (auto written = write_key_file(path, pem.text); !written) return written.error();
    const auto made = signer_of(*std::move(key));
    if (!made) return made.error();
    return public_key::make((*made)->type(), (*made)->public_key());
}

std::string public_key_pem(const public_key& key) {
    const auto der = subject_public_key(key);
    const bio_ptr memory{BIO_new(BIO_s_mem())};
    char* text = nullptr;
    if (memory == nullptr || PEM_write_bio(memory.get(), "PUBLIC KEY", "", as_bytes(der),
                                           static_cast<long>(der.size())) <= 0) {
        return {};
    }
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace daybook::compliance
