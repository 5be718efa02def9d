// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/signer.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Keys that are kept: in encrypted files and in PKCS#11 devices. No message and no log line holds
/// a passphrase or any part of a secret key, and copies of both are wiped after use.
namespace daybook::compliance {

/// The longest passphrase or PIN, in bytes, and the largest key file.
inline constexpr std::size_t passphrase_size_max = 1024;
inline constexpr std::size_t key_file_size_max = 64 * 1024;

/// Asked, at most once for a key, for the passphrase of a file or the PIN of a device; `of` says
/// which, for a prompt. Nothing: there is none, and the key is not opened.
using passphrase_callback = std::function<std::optional<std::string>(std::string_view of)>;

/// The signer whose key is at `uri`, which is
/// - `file:/path` or a path: PEM or DER with exactly one private key, PKCS#8 encrypted as a rule;
///   a regular file of this user or of root that neither group nor others can read or write;
/// - `pkcs11:token=...;object=...` (RFC 7512): a key that stays in its device. Through a provider
///   for OpenSSL if one is configured, else through the engine of the Debian package
///   libengine-pkcs11-openssl; the device's module comes from the environment variable
///   PKCS11_MODULE_PATH or from OpenSSL's configuration. Once its PIN was right, a device stays
///   open for the process, as PKCS#11 has it.
///
/// Fails with `not_found`; `refused` for a file that others can read, for a wrong passphrase or
/// none; `corrupt` for what cannot be read as keys; `invalid_argument` for several keys or no
/// private key; `unsupported` for another kind of key, or PKCS#11 without provider and engine.
/// An encrypted file takes 40 to 200 ms to open: guessing passphrases is to be slow.
result<std::unique_ptr<signer>> open_signer(std::string_view uri,
                                            const passphrase_callback& passphrase = {});

/// How a passphrase becomes the key that encrypts a file (AES-256-CBC, PKCS#8).
enum class key_protection {
    scrypt,  ///< N 16384, r 8, p 1: 16 MB of memory for each guess.
    pbkdf2   ///< HMAC-SHA-256, 600 000 rounds; for places that must stay within FIPS.
};

struct key_file_options {
    key_type type = key_type::ed25519;
    key_protection protection = key_protection::scrypt;
    /// Empty: the key is written as it is, and only the permissions of its file protect it.
    std::string passphrase{};
};

/// Makes a new key and writes it to `path`, PKCS#8 in PEM, readable for this user only, synced
/// before this returns. Fails with `refused`, overwriting nothing, if there is something already;
/// `invalid_argument` for a passphrase that is too long; `io`.
result<public_key> generate_key_file(const std::filesystem::path& path,
                                     const key_file_options& options);

/// The public half as PEM (`-----BEGIN PUBLIC KEY-----`), as the openssl program reads it.
std::string public_key_pem(const public_key& key);

}  // namespace daybook::compliance
