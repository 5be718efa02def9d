// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/admission.hpp>
#include <daybook/compliance/subject_keys.hpp>
#include <daybook/payload_opener.hpp>
#include <daybook/result.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace daybook {
class schema_catalog;
}

/// Personal data encrypted before it is stored, with the key of the person that it is about. What
/// is hashed, indexed, signed and backed up is the ciphertext; without the key nothing tells what
/// it was. See compliance/docs/erasure.md.
///
///     auto keys = subject_keys::open("/var/lib/keys").value();
///     const sealing_options how{.origin = "example.com/shop",
///                               .rules = {{.types = {"CustomerNamed"},
///                                          .at = {"/name", "/address"},
///                                          .subject = subject_source::field("/customer")}}};
///     log.set_admissions({sealer::make(keys, how).value()});
///     upcaster_builder chain;
///     chain.open_with(std::make_shared<event_opener>(keys, how.origin));
namespace daybook::compliance {

/// Where an event says whom it is about.
struct subject_source {
    enum class kind { stream, tag, field };
    kind from = kind::stream;  ///< The whole name of the stream.
    std::string name{};        ///< The tag's key, or a JSON Pointer to a text or a number.

    static subject_source stream() { return {}; }
    static subject_source tag(std::string key) { return {kind::tag, std::move(key)}; }
    static subject_source field(std::string pointer) { return {kind::field, std::move(pointer)}; }
    friend bool operator==(const subject_source&, const subject_source&) = default;
};

/// What is encrypted, and for whom.
struct sealing_rule {
    std::vector<std::string> types{};  ///< Event types; empty: all.
    /// Places in the payload, with "*" and "**" as in `redaction_rule::at`; empty: all of it.
    std::vector<std::string> at{};
    subject_source subject{};
};

struct sealing_options {
    /// The log's name, to which each ciphertext is bound with the event's id, stream, type and the
    /// place in its payload: moved anywhere else it does not open. 1 to 200 bytes.
    std::string origin{};
    std::vector<sealing_rule> rules{};  ///< The first that fits a place counts.
};

/// A rule for each place that a schema marks with `"x-daybook-personal": true`, whose subject its
/// root names: `"x-daybook-subject": "stream"`, `{"tag":"customer"}` or `{"field":"/customer"}`;
/// "stream" if it names none. Fails with `invalid_argument`.
result<std::vector<sealing_rule>> sealing_rules_of(const schema_catalog& catalog);

/// Encrypts what the rules say, of whatever is appended. Thread safe. Put it behind a redactor.
///
/// AES-256-GCM, with a nonce that is made from the event and what is encrypted by a key of its
/// own, so that an append that is repeated is the same to the byte and recognised, and nothing
/// else ever has that nonce. Clear texts are padded to a multiple of 32 bytes.
///
/// An append fails with `rejected` if its subject cannot be told or was erased, or if its payload
/// has what looks encrypted and does not open: nobody may put what readers would stumble over.
/// Cost: compliance/docs/secrets.md has figures. The first event of a subject waits for the disk.
class sealer final : public admission {
public:
    /// Fails with `invalid_argument`.
    static result<std::shared_ptr<sealer>> make(std::shared_ptr<subject_keys> keys,
                                                sealing_options options);
    ~sealer() override;
    result<void> admit(arriving_event& event) override;

private:
    struct impl;
    explicit sealer(std::unique_ptr<impl> made);
    std::unique_ptr<impl> impl_;
};

/// A value that nobody can read any more: the key of its subject was destroyed.
struct erased_value {
    std::string at{};  ///< JSON Pointer; empty: the whole payload.
    std::string key_id{};
    friend bool operator==(const erased_value&, const erased_value&) = default;
};

/// A payload as far as it can be read.
struct opened_payload {
    std::string payload{};  ///< Erased values show as `event_opener::erased_as` says.
    std::size_t opened = 0;
    std::vector<erased_value> erased{};
};

/// How erased values show.
enum class erased_as {
    marker,  ///< {"$erased":"KEYID"}
    null     ///< null: for structs with optional members.
};

/// Decrypts what a `sealer` encrypted. Thread safe.
class event_opener final : public payload_opener {
public:
    event_opener(std::shared_ptr<subject_keys> keys, std::string origin,
                 erased_as erased = erased_as::marker);

    bool concerns(const event_view& stored) const noexcept override;
    /// Fails with `corrupt` (it was changed, moved, or encrypted for another log), `not_found`
    /// (its key is in other keys than these).
    result<std::string> open(const event_view& stored) const override;
    /// The same, and tells what was erased.
    result<opened_payload> open_fully(const event_view& stored) const;

private:
    std::shared_ptr<subject_keys> keys_;
    std::string origin_;
    erased_as erased_;
};

}  // namespace daybook::compliance
