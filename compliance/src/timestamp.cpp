// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/timestamp.hpp>

#include "openssl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <ctime>
#include <exception>
#include <optional>
#include <utility>

namespace daybook::compliance {
namespace {

struct free_stamp {
    void operator()(TS_REQ* used) const noexcept { TS_REQ_free(used); }
    void operator()(TS_RESP* used) const noexcept { TS_RESP_free(used); }
    void operator()(TS_MSG_IMPRINT* used) const noexcept { TS_MSG_IMPRINT_free(used); }
    void operator()(TS_VERIFY_CTX* used) const noexcept { TS_VERIFY_CTX_free(used); }
    void operator()(X509_ALGOR* used) const noexcept { X509_ALGOR_free(used); }
    void operator()(X509_STORE* used) const noexcept { X509_STORE_free(used); }
    void operator()(X509* used) const noexcept { X509_free(used); }
    void operator()(ASN1_INTEGER* used) const noexcept { ASN1_INTEGER_free(used); }
    void operator()(BIGNUM* used) const noexcept { BN_free(used); }
    void operator()(STACK_OF(X509) * used) const noexcept { sk_X509_pop_free(used, X509_free); }
};
template <class T>
using stamp_ptr = std::unique_ptr<T, free_stamp>;
using certificates = std::unique_ptr<STACK_OF(X509), free_stamp>;

/// Reads exactly one object: what comes behind it is not covered by anything.
template <class T>
stamp_ptr<T> read_der(std::string_view bytes, T* (*read)(T**, const unsigned char**, long)) {
    if (bytes.empty() || bytes.size() > time_stamp_size_max) return nullptr;
    const auto* at = as_bytes(bytes);
    stamp_ptr<T> made{read(nullptr, &at, static_cast<long>(bytes.size()))};
    ERR_clear_error();
    if (at != as_bytes(bytes) + bytes.size()) return nullptr;
    return made;
}

std::string_view bytes_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

certificates read_certificates(const std::string& pem) {
    certificates read{sk_X509_new_null()};
    const bio_ptr memory{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    while (read != nullptr && memory != nullptr) {
        stamp_ptr<X509> one{PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)};
        if (one == nullptr || sk_X509_push(read.get(), one.get()) == 0) break;
        (void)one.release();
    }
    ERR_clear_error();
    return read;
}

/// Roots, with the clock at the time of the stamp.
stamp_ptr<X509_STORE> store_of(const std::string& roots, std::time_t at) {
    stamp_ptr<X509_STORE> store{X509_STORE_new()};
    const auto trusted = read_certificates(roots);
    if (store == nullptr || trusted == nullptr || sk_X509_num(trusted.get()) <= 0) return nullptr;
    for (int i = 0; i < sk_X509_num(trusted.get()); ++i) {
        if (X509_STORE_add_cert(store.get(), sk_X509_value(trusted.get(), i)) != 1) return nullptr;
    }
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), at);
    return store;
}

struct read_time {
    std::time_t seconds = 0;
    timestamp exact{};
};

/// GeneralizedTime with a fraction of a second or none: "20261122031500.25Z".
std::optional<read_time> time_of(const ASN1_GENERALIZEDTIME* from) {
    std::tm parts{};
    if (from == nullptr || ASN1_TIME_to_tm(from, &parts) != 1) return std::nullopt;
    read_time read;
    read.seconds = ::timegm(&parts);
    auto text = bytes_of(from);
    const auto dot = text.find('.');
    std::int64_t micros = 0;
    std::int64_t unit = 100'000;
    for (std::size_t i = dot; dot != text.npos && ++i < text.size() && unit > 0; unit /= 10) {
        if (text[i] < '0' || text[i] > '9') break;
        micros += unit * (text[i] - '0');
    }
    read.exact = timestamp{std::chrono::seconds{read.seconds} + std::chrono::microseconds{micros}};
    if (read.exact < timestamp_min || read.exact > timestamp_max) return std::nullopt;
    return read;
}

std::string serial_of(const ASN1_INTEGER* number) {
    const stamp_ptr<BIGNUM> value{ASN1_INTEGER_to_BN(number, nullptr)};
    char* const digits = value != nullptr ? BN_bn2hex(value.get()) : nullptr;
    std::string text = digits != nullptr ? digits : "";
    OPENSSL_free(digits);
    return text;
}

std::string policy_of(const ASN1_OBJECT* policy) {
    std::array<char, 128> text{};
    OBJ_obj2txt(text.data(), text.size(), policy, 1);
    return text.data();
}

std::string subject_of(const X509& certificate) {
    const bio_ptr memory{BIO_new(BIO_s_mem())};
    char* text = nullptr;
    if (memory == nullptr || X509_NAME_print_ex(memory.get(), X509_get_subject_name(&certificate),
                                                0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) < 0) {
        return {};
    }
    const long size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

/// The subject of the certificate that signed; both it and the token have been verified.
std::string authority_of(TS_RESP& reply, const certificates& others) {
    PKCS7* const token = TS_RESP_get_token(&reply);
    certificates signers{PKCS7_get0_signers(token, others.get(), 0)};
    std::string name;
    if (signers != nullptr && sk_X509_num(signers.get()) > 0) {
        name = subject_of(*sk_X509_value(signers.get(), 0));
    }
    // The stack is ours, what is in it is not.
    if (signers != nullptr) sk_X509_free(signers.release());
    ERR_clear_error();
    return name;
}

/// The request, if it is one that we would have made for `of`.
result<stamp_ptr<TS_REQ>> request_for(std::string_view bytes, const digest& of) {
    auto request = read_der<TS_REQ>(bytes, d2i_TS_REQ);
    if (request == nullptr) {
        return fail(errc::invalid_argument, "The time stamp request is not a TimeStampReq in DER.");
    }
    TS_MSG_IMPRINT* const imprint = TS_REQ_get_msg_imprint(request.get());
    const ASN1_OBJECT* algorithm = nullptr;
    X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
    if (OBJ_obj2nid(algorithm) != NID_sha256 ||
        bytes_of(TS_MSG_IMPRINT_get_msg(imprint)) != of.view()) {
        return fail(errc::corrupt,
                    "The time stamp request is for another hash than " + of.hex() + " (SHA-256).");
    }
    if (TS_REQ_get_nonce(request.get()) == nullptr) {
        return fail(errc::corrupt,
                    "The time stamp request has no nonce, so any older reply would answer it.");
    }
    return request;
}

/// Only a stamp that was granted has a token.
std::optional<error> status_problem(TS_RESP& reply) {
    TS_STATUS_INFO* const status = TS_RESP_get_status_info(&reply);
    const long code = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(status));
    if ((code == TS_STATUS_GRANTED || code == TS_STATUS_GRANTED_WITH_MODS) &&
        TS_RESP_get_token(&reply) != nullptr && TS_RESP_get_tst_info(&reply) != nullptr) {
        return std::nullopt;
    }
    return fail(errc::rejected, "The time stamp authority gave no stamp: status " +
                                    std::to_string(code) + " of RFC 3161.");
}

error verification_problem() {
    // Certificates and their chain have reasons of their own; the others are about what was signed.
    const auto code = ERR_peek_error();
    const bool about_trust =
        ERR_GET_REASON(code) == TS_R_CERTIFICATE_VERIFY_ERROR || ERR_GET_LIB(code) == ERR_LIB_X509;
    std::string detail;
    const char* data = nullptr;
    int flags = 0;
    ERR_peek_error_data(&data, &flags);
    if (data != nullptr && (flags & ERR_TXT_STRING) != 0 && *data != '\0') {
        detail = std::string{" ("} + data + ")";
    }
    for (char& c : detail) {
        if (c == '\n') c = ' ';
    }
    return fail(about_trust ? errc::refused : errc::corrupt,
                "The time stamp does not verify: " + openssl_reason() + detail + ".");
}

stamp_ptr<ASN1_INTEGER> new_nonce() {
    std::array<unsigned char, 8> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) return nullptr;
    random[0] |= 0x40U;  // Never short: its length tells nothing, and never zero.
    random[0] &= 0x7fU;
    const stamp_ptr<BIGNUM> number{
        BN_bin2bn(random.data(), static_cast<int>(random.size()), nullptr)};
    return stamp_ptr<ASN1_INTEGER>{number != nullptr ? BN_to_ASN1_INTEGER(number.get(), nullptr)
                                                     : nullptr};
}

stamp_ptr<TS_REQ> new_request(const digest& of) {
    stamp_ptr<TS_REQ> request{TS_REQ_new()};
    const stamp_ptr<TS_MSG_IMPRINT> imprint{TS_MSG_IMPRINT_new()};
    const stamp_ptr<X509_ALGOR> algorithm{X509_ALGOR_new()};
    const auto nonce = new_nonce();
    auto hash = of.bytes;
    const bool made =
        request != nullptr && imprint != nullptr && algorithm != nullptr && nonce != nullptr &&
        X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1 &&
        TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1 &&
        TS_MSG_IMPRINT_set_msg(imprint.get(), hash.data(), static_cast<int>(hash.size())) == 1 &&
        TS_REQ_set_version(request.get(), 1) == 1 &&
        TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1 &&
        TS_REQ_set_nonce(request.get(), nonce.get()) == 1 &&
        TS_REQ_set_cert_req(request.get(), 1) == 1;
    if (!made) return nullptr;
    return request;
}

result<std::string> carried(const time_stamp_transport& transport, std::string_view request) {
    try {
        return transport(request);
    } catch (const std::exception& thrown) {
        return fail(errc::io,
                    std::string{"Asking the time stamp authority threw: "} + thrown.what());
    } catch (...) {
        return fail(errc::io, "Asking the time stamp authority threw something unknown.");
    }
}

}  // namespace

result<std::string> time_stamp_request(const digest& of) {
    const auto request = new_request(of);
    unsigned char* der = nullptr;
    const int size = request != nullptr ? i2d_TS_REQ(request.get(), &der) : 0;
    if (size <= 0) {
        return fail(errc::io, "OpenSSL made no time stamp request: " + openssl_reason() + ".");
    }
    std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return bytes;
}

result<time_stamp> verify_time_stamp(const time_stamp_evidence& evidence, const digest& of,
                                     const time_stamp_trust& trust) {
    const auto request = request_for(evidence.request, of);
    if (!request) return request.error();
    const auto reply = read_der<TS_RESP>(evidence.reply, d2i_TS_RESP);
    if (reply == nullptr) {
        return fail(errc::invalid_argument, "The time stamp reply is not a TimeStampResp in DER.");
    }
    if (auto problem = status_problem(*reply)) return *std::move(problem);
    TS_TST_INFO* const said = TS_RESP_get_tst_info(reply.get());
    const auto at = time_of(TS_TST_INFO_get_time(said));
    if (!at) return fail(errc::invalid_argument, "The time stamp reply has no time in it.");
    auto roots = store_of(trust.roots, at->seconds);
    if (roots == nullptr) {
        return fail(errc::refused,
                    "There is no certificate in PEM among the roots to be trusted, so nobody's "
                    "time stamp can be.");
    }
    auto others = read_certificates(trust.others);
    const stamp_ptr<TS_VERIFY_CTX> context{TS_REQ_to_TS_VERIFY_CTX(request->get(), nullptr)};
    if (context == nullptr || others == nullptr) {
        return fail(errc::io, "OpenSSL could not begin: " + openssl_reason() + ".");
    }
    TS_VERIFY_CTX_add_flags(context.get(), TS_VFY_SIGNATURE);
    TS_VERIFY_CTX_set_store(context.get(), roots.release());
    // The context takes the stack; another is needed afterwards.
    TS_VERIFY_CTX_set_certs(context.get(), X509_chain_up_ref(others.get()));
    ERR_clear_error();
    if (TS_RESP_verify_response(context.get(), reply.get()) != 1) return verification_problem();
    return time_stamp{.at = at->exact,
                      .serial = serial_of(TS_TST_INFO_get_serial(said)),
                      .policy = policy_of(TS_TST_INFO_get_policy_id(said)),
                      .authority = authority_of(*reply, others)};
}

result<obtained_time_stamp> obtain_time_stamp(const digest& of,
                                              const time_stamp_transport& transport,
                                              const time_stamp_trust& trust) {
    auto request = time_stamp_request(of);
    if (!request) return request.error();
    auto reply = carried(transport, *request);
    if (!reply) return reply.error();
    obtained_time_stamp made{.evidence = {*std::move(request), *std::move(reply)}};
    auto stamp = verify_time_stamp(made.evidence, of, trust);
    if (!stamp) return stamp.error();
    made.stamp = *std::move(stamp);
    return made;
}

}  // namespace daybook::compliance
