// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/digest.hpp>
#include <daybook/result.hpp>
#include <daybook/types.hpp>

#include <functional>
#include <string>
#include <string_view>

/// Time stamps of an authority (RFC 3161): these bytes existed at that time, says somebody else.
/// What is kept is the request and the reply, in DER, as the openssl program reads them
/// (`openssl ts -verify -queryfile Q -in R -CAfile ROOTS -attime TIME`).
namespace daybook::compliance {

/// The longest request or reply that is read, in bytes.
inline constexpr std::size_t time_stamp_size_max = 64 * 1024;

/// What was asked and what was answered.
struct time_stamp_evidence {
    std::string request{};  ///< TimeStampReq: SHA-256, a nonce of 64 bits, certificates wanted.
    std::string reply{};    ///< TimeStampResp.
};

/// Whom to believe: certificates in PEM, one behind the other.
struct time_stamp_trust {
    std::string roots{};   ///< Trusted whatever they say, from outside of what is verified.
    std::string others{};  ///< Only to find the way from the authority's certificate to a root.
};

/// What a reply that was verified says.
struct time_stamp {
    timestamp at{};           ///< When.
    std::string serial{};     ///< Of the stamp, hexadecimal: unique with that authority.
    std::string policy{};     ///< The authority's rules, an object identifier: "1.2.3.4.1".
    std::string authority{};  ///< The subject of its certificate: "CN = Time, O = Example".
};

/// A request for a stamp of what has the hash `of`, with a new random nonce. Any thread.
result<std::string> time_stamp_request(const digest& of);

/// Verifies that the reply answers this request, which must be one for `of` with a nonce; that it
/// is signed by a certificate for time stamping alone; and that this certificate led to a root *at
/// the time of the stamp*: it may have expired since. Any thread.
///
/// Fails with `invalid_argument` for what is no request or no reply; `rejected` if the authority
/// gave no stamp; `corrupt` if hash, nonce or signature are others; `refused` if the certificate
/// does not lead to a root, had expired, or is not for time stamping.
result<time_stamp> verify_time_stamp(const time_stamp_evidence& evidence, const digest& of,
                                     const time_stamp_trust& trust);

/// Carries a request to an authority (HTTP POST, `application/timestamp-query`) and brings the
/// answer.
using time_stamp_transport = std::function<result<std::string>(std::string_view request)>;

/// A stamp and what proves it.
struct obtained_time_stamp {
    time_stamp stamp{};
    time_stamp_evidence evidence{};
};

/// Asks for a stamp of what has the hash `of` and verifies it. What `transport` throws becomes an
/// error; otherwise fails as `transport` and `verify_time_stamp` do.
result<obtained_time_stamp> obtain_time_stamp(const digest& of,
                                              const time_stamp_transport& transport,
                                              const time_stamp_trust& trust);

}  // namespace daybook::compliance
