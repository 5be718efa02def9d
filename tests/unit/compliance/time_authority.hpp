// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/timestamp.hpp>

#include "support/temp_directory.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace daybook::compliance::test {

inline std::string contents(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

inline void write(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream{path, std::ios::binary} << bytes;
}

inline constexpr const char* time_authority_configuration = R"(
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[stamping]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = critical,timeStamping
[serving]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = serverAuth
[tsa]
default_tsa = here
[here]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
clock_precision_digits = 6
accuracy = secs:1
ess_cert_id_alg = sha256
)";

/// A time stamp authority of our own: the openssl program, with a root, an authority and a
/// certificate for servers on P-256, and another root.
class time_authority {
public:
    time_authority() {
        write(at("conf"), time_authority_configuration);
        ready_ = root("root") && root("other") && signed_by_root("tsa", "stamping", "30") &&
                 signed_by_root("server", "serving", "30");
    }
    bool ready() const noexcept { return ready_; }
    time_stamp_trust trust(const std::string& root = "root") const {
        return {.roots = contents(at(root + ".crt"))};
    }
    /// What the authority answers, signed as `who`.
    result<std::string> answer(std::string_view request, const std::string& who = "tsa") const {
        write(at("query"), request);
        std::filesystem::remove(at("reply"));
        run("cd " + directory_.path().string() + " && openssl ts -reply -config conf -queryfile " +
            "query -signer " + who + ".crt -inkey " + who + ".key -out reply");
        if (!std::filesystem::exists(at("reply"))) return fail(errc::io, "no reply");
        return contents(at("reply"));
    }
    std::string at(const std::string& name) const { return (directory_ / name).string(); }
    static bool run(const std::string& command) {
        return std::system(("{ " + command + "; } >/dev/null 2>&1").c_str()) == 0;
    }

private:
    static std::string new_key() {
        return "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ";
    }
    bool root(const std::string& name) {
        return run(new_key() + at(name + ".key")) &&
               run("openssl req -x509 -new -config " + at("conf") +
                   " -extensions ca -days 3650 -subj '/CN=" + name + "' -key " + at(name + ".key") +
                   " -out " + at(name + ".crt"));
    }
    bool signed_by_root(const std::string& name, const std::string& what, const std::string& days) {
        return run(new_key() + at(name + ".key")) &&
               run("openssl req -new -config " + at("conf") + " -subj '/O=Example/CN=" + name +
                   "' -key " + at(name + ".key") + " -out " + at(name + ".csr")) &&
               run("openssl x509 -req -in " + at(name + ".csr") + " -CA " + at("root.crt") +
                   " -CAkey " + at("root.key") + " -CAcreateserial -days " + days + " -extfile " +
                   at("conf") + " -extensions " + what + " -out " + at(name + ".crt"));
    }

    daybook::test::temp_directory directory_{};
    bool ready_ = false;
};

}  // namespace daybook::compliance::test
