// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/key_file.hpp>

#include "support/matchers.hpp"
#include "support/temp_directory.hpp"
#include "unit/compliance/hex.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using daybook::test::temp_directory;
using testing::HasSubstr;
using testing::Not;

const std::string passphrase = "correct horse battery staple";

passphrase_callback answering(std::string with) {
    return [with](std::string_view) -> std::optional<std::string> { return with; };
}

std::string contents(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

void write(const std::filesystem::path& path, std::string_view bytes, mode_t mode = 0600) {
    std::ofstream{path, std::ios::binary} << bytes;
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
}

/// The file of a new key that `passphrase` opens; as an empty one: that nothing protects.
std::filesystem::path generated(const temp_directory& directory, key_file_options options = {},
                                const std::string& name = "key.pem") {
    const auto path = directory / name;
    EXPECT_THAT(generate_key_file(path, options), HoldsValue());
    return path;
}

TEST(key_file, opens_again_with_its_passphrase_in_each_type_and_protection) {
    const temp_directory directory;
    int number = 0;
    for (const auto type : {key_type::ed25519, key_type::ecdsa_p256}) {
        for (const auto how : {key_protection::scrypt, key_protection::pbkdf2}) {
            const auto path = directory / std::to_string(++number);
            const auto made = generate_key_file(
                path, {.type = type, .protection = how, .passphrase = passphrase});
            ASSERT_THAT(made, HoldsValue());
            int asked = 0;
            const auto opened =
                open_signer(path.string(), [&](std::string_view of) -> std::optional<std::string> {
                    ++asked;
                    EXPECT_THAT(std::string{of}, HasSubstr(path.string()));
                    return passphrase;
                });
            ASSERT_THAT(opened, HoldsValue());
            EXPECT_EQ(asked, 1);
            EXPECT_EQ((*opened)->type(), type);
            EXPECT_EQ((*opened)->public_key(), made->bytes());
            EXPECT_TRUE(made->verifies("text", (*opened)->sign("text").value()));
        }
    }
}

TEST(key_file, is_encrypted_pkcs8_with_a_slow_derivation_and_private_permissions) {
    const temp_directory directory;
    const auto path = generated(directory, {.passphrase = passphrase});
    EXPECT_THAT(contents(path), HasSubstr("BEGIN ENCRYPTED PRIVATE KEY"));
    struct stat facts {};
    ASSERT_EQ(::stat(path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST(key_file, is_found_by_path_and_by_uri_and_needs_no_passphrase_without_one) {
    const temp_directory directory;
    const auto path = generated(directory);
    EXPECT_THAT(contents(path), HasSubstr("BEGIN PRIVATE KEY"));
    EXPECT_THAT(open_signer(path.string()), HoldsValue());
    EXPECT_THAT(open_signer("file:" + path.string()), HoldsValue());
    EXPECT_THAT(open_signer("file://" + path.string()), HoldsValue());
    EXPECT_THAT(open_signer(""), FailsWith(errc::invalid_argument, "pkcs11"));
    EXPECT_THAT(open_signer("file://host/key"), FailsWith(errc::invalid_argument, "pkcs11"));
    EXPECT_THAT(open_signer((directory / "none").string()), FailsWith(errc::not_found, "none"));
}

TEST(key_file, is_never_written_over_anything) {
    const temp_directory directory;
    const auto path = generated(directory);
    const auto before = contents(path);
    EXPECT_THAT(generate_key_file(path, {}), FailsWith(errc::refused, "already"));
    EXPECT_EQ(contents(path), before);
    std::filesystem::create_symlink(directory / "elsewhere", directory / "link");
    EXPECT_THAT(generate_key_file(directory / "link", {}), FailsWith(errc::refused, "already"));
    EXPECT_FALSE(std::filesystem::exists(directory / "elsewhere"));
    EXPECT_THAT(generate_key_file(directory / "no" / "key.pem", {}), FailsWith(errc::not_found));
    EXPECT_THAT(generate_key_file(directory / "long",
                                  {.passphrase = std::string(passphrase_size_max + 1, 'x')}),
                FailsWith(errc::invalid_argument, "1024"));
    EXPECT_FALSE(std::filesystem::exists(directory / "long"));
}

TEST(key_file, with_a_wrong_passphrase_or_none_is_refused_without_repeating_it) {
    const temp_directory directory;
    for (const auto how : {key_protection::scrypt, key_protection::pbkdf2}) {
        const auto path = generated(directory, {.protection = how, .passphrase = passphrase},
                                    "key" + std::to_string(static_cast<int>(how)));
        const auto wrong = open_signer(path.string(), answering("tr0ub4dor"));
        EXPECT_THAT(wrong, FailsWith(errc::refused, "is wrong"));
        EXPECT_THAT(wrong.error().message, Not(HasSubstr("tr0ub4dor")));
        EXPECT_THAT(open_signer(path.string()), FailsWith(errc::refused, "no passphrase"));
        EXPECT_THAT(open_signer(path.string(), [](std::string_view) { return std::nullopt; }),
                    FailsWith(errc::refused, "no passphrase"));
        EXPECT_THAT(open_signer(path.string(), answering("")), FailsWith(errc::refused));
        EXPECT_THAT(
            open_signer(path.string(), answering(std::string(passphrase_size_max + 1, 'x'))),
            FailsWith(errc::refused, "no passphrase"));
        EXPECT_THAT(open_signer(path.string(),
                                [](std::string_view) -> std::optional<std::string> { throw 7; }),
                    FailsWith(errc::refused, "no passphrase"));
    }
}

TEST(key_file, that_others_can_read_or_write_is_refused) {
    const temp_directory directory;
    const auto path = generated(directory);
    for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0660U, 0644U, 0610U}) {
        ASSERT_EQ(::chmod(path.c_str(), mode), 0);
        EXPECT_THAT(open_signer(path.string()), FailsWith(errc::refused, "chmod 600")) << mode;
    }
    for (const mode_t mode : {0600U, 0400U}) {
        ASSERT_EQ(::chmod(path.c_str(), mode), 0);
        EXPECT_THAT(open_signer(path.string()), HoldsValue()) << mode;
    }
    EXPECT_THAT(open_signer(directory.path().string()), FailsWith(errc::refused, "regular"));
    const auto pipe = directory / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_THAT(open_signer(pipe.string()), FailsWith(errc::refused, "regular"));
}

TEST(key_file, of_another_user_is_refused) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file to another user";
    const temp_directory directory;
    const auto path = generated(directory);
    ASSERT_EQ(::chown(path.c_str(), 65'534, 65'534), 0);
    EXPECT_THAT(open_signer(path.string()), FailsWith(errc::refused, "another user"));
}

TEST(key_file, with_several_keys_is_refused) {
    const temp_directory directory;
    const auto one = contents(generated(directory, {}, "one"));
    const auto two = contents(generated(directory, {}, "two"));
    write(directory / "both", one + two);
    EXPECT_THAT(open_signer((directory / "both").string()),
                FailsWith(errc::invalid_argument, "2 private keys"));
}

TEST(key_file, without_a_private_key_says_what_it_holds) {
    const temp_directory directory;
    const auto key = generate_key_file(directory / "key", {}).value();
    write(directory / "public", public_key_pem(key));
    EXPECT_THAT(open_signer((directory / "public").string()),
                FailsWith(errc::invalid_argument, "no private key, but a public key"));
}

TEST(key_file, that_is_something_else_is_told_as_damaged) {
    const temp_directory directory;
    const auto good = contents(generated(directory));
    const auto path = directory / "bad";
    for (const auto& bytes :
         {std::string{}, std::string{"hello\n"}, std::string(1000, '\0'), good.substr(0, 60),
          std::string{"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"},
          std::string{"\x30\x80\x30\x80"}}) {
        write(path, bytes);
        EXPECT_THAT(open_signer(path.string()), FailsWith(errc::corrupt, "bad")) << bytes;
    }
    write(path, std::string(key_file_size_max + 1, 'x'));
    EXPECT_THAT(open_signer(path.string()), FailsWith(errc::corrupt, "the limit is 65536"));
}

TEST(key_file, with_a_key_of_another_kind_is_refused_by_name) {
    // A P-384 and an RSA key, made for this test by the openssl program.
    const temp_directory directory;
    const std::string to = " 2>/dev/null >" + (directory / "key").string();
    for (const auto& [command, kind] :
         {std::pair{"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384",
                    "EC on secp384r1"},
          std::pair{"openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024", "RSA"},
          std::pair{"openssl genpkey -algorithm X25519", "X25519"}}) {
        ASSERT_EQ(std::system((command + to).c_str()), 0);
        ASSERT_EQ(::chmod((directory / "key").c_str(), 0600), 0);
        EXPECT_THAT(open_signer((directory / "key").string()), FailsWith(errc::unsupported, kind));
    }
}

TEST(key_file, is_read_by_the_openssl_program_and_its_files_are_read) {
    const temp_directory directory;
    const auto ours = directory / "ours";
    const auto key = generate_key_file(ours, {.passphrase = passphrase}).value();
    const auto run = [](const std::string& command) {
        return std::system((command + " 2>/dev/null").c_str());
    };
    const auto pub = (directory / "pub").string();
    ASSERT_EQ(run("openssl pkey -in " + ours.string() + " -passin 'pass:" + passphrase +
                  "' -pubout -out " + pub),
              0);
    EXPECT_EQ(contents(pub), public_key_pem(key));
    const auto theirs = (directory / "theirs").string();
    ASSERT_EQ(run("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 | openssl pkcs8 "
                  "-topk8 -v2 aes-256-cbc -iter 10000 -passout 'pass:" +
                  passphrase + "' -out " + theirs + " && chmod 600 " + theirs),
              0);
    EXPECT_THAT(open_signer(theirs, answering(passphrase)), HoldsValue());
    ASSERT_EQ(run("openssl pkcs8 -in " + theirs + " -passin 'pass:" + passphrase +
                  "' -outform DER -nocrypt -topk8 -out " + theirs + ".der && chmod 600 " + theirs +
                  ".der"),
              0);
    EXPECT_THAT(open_signer(theirs + ".der"), HoldsValue()) << "DER";
}

/// A SoftHSM token with a P-256 key, in a directory of its own.
class soft_token {
public:
    soft_token() {
        const auto file = (directory_ / "softhsm2.conf").string();
        std::filesystem::create_directory(directory_ / "tokens");
        write(file, "directories.tokendir = " + (directory_ / "tokens").string() + "\n");
        ::setenv("SOFTHSM2_CONF", file.c_str(), 1);
        ::setenv("PKCS11_MODULE_PATH", module, 1);
        const std::string tool = std::string{"pkcs11-tool --module "} + module +
                                 " --token-label daybook --login --pin 4711";
        ready_ =
            run("softhsm2-util --init-token --free --label daybook --pin 4711 --so-pin 0815") &&
            run(tool + " --keypairgen --key-type EC:prime256v1 --id 01 --label log");
    }
    bool ready() const noexcept { return ready_; }
    static std::string missing() {
        for (const auto* file : {module, "/usr/bin/softhsm2-util", "/usr/bin/pkcs11-tool"}) {
            if (!std::filesystem::exists(file)) return file;
        }
        return {};
    }

private:
    static bool run(const std::string& command) {
        return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
    }

    static constexpr const char* module = "/usr/lib/softhsm/libsofthsm2.so";
    temp_directory directory_{};
    bool ready_ = false;
};

TEST(key_device, signs_with_a_key_that_stays_in_a_token) {
    if (const auto file = soft_token::missing(); !file.empty()) {
        GTEST_SKIP() << "needs softhsm2 and opensc; not found: " << file;
    }
    const soft_token token;
    ASSERT_TRUE(token.ready());
    const std::string uri = "pkcs11:token=daybook;object=log;type=private";
    // In this order: once a PIN was right the device stays open for the process.
    const auto none = open_signer(uri);
    if (!none && none.error().code == errc::unsupported) GTEST_SKIP() << none.error().message;
    EXPECT_THAT(none, FailsWith(errc::refused, "PIN; none was given"));
    const auto wrong = open_signer(uri, answering("0000"));
    EXPECT_THAT(wrong, FailsWith(errc::refused, "PIN"));
    EXPECT_THAT(wrong.error().message, Not(HasSubstr("0000")));
    const auto opened = open_signer(uri, answering("4711"));
    ASSERT_THAT(opened, HoldsValue());
    EXPECT_EQ((*opened)->type(), key_type::ecdsa_p256);
    const auto key = public_key::make(key_type::ecdsa_p256, (*opened)->public_key()).value();
    EXPECT_TRUE(key.verifies("text", (*opened)->sign("text").value()));
    EXPECT_THAT(open_signer("pkcs11:token=daybook;object=another;type=private", answering("4711")),
                FailsWith(errc::not_found, "no such token or key"));
    EXPECT_THAT(open_signer("pkcs11:token=other;object=log?pin-value=secret"),
                testing::AllOf(FailsWith(errc::not_found, "no such token"),
                               Not(FailsWith(errc::not_found, "secret"))));
}

}  // namespace
}  // namespace daybook::compliance
