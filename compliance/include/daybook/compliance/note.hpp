// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/signer.hpp>
#include <daybook/compliance/verdict.hpp>
#include <daybook/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Text that is signed by one or more keys: c2sp.org/signed-note, to the byte. Functions and values
/// here may be used from any thread, as long as nobody changes the value.
namespace daybook::compliance {

inline constexpr std::size_t note_bytes_max = 256U << 10U;
inline constexpr std::size_t note_signatures_max = 64;

/// What a signature line is: the type byte in a key's id.
enum class signature_type : unsigned char {
    ed25519 = 1,
    ecdsa_p256 = 2,
    cosignature = 4  ///< Of a witness, Ed25519 with a time: c2sp.org/tlog-cosignature.
};

/// "ed25519", "ecdsa-p256" or "cosignature".
std::string_view to_string(signature_type type) noexcept;

/// May a key, a log or a witness be called so? Not empty, UTF-8, no '+', nothing that Unicode calls
/// a space, no control characters.
bool is_key_name(std::string_view name) noexcept;

/// The public half of a key with the name that it signs under: what others write as a vkey.
class verifier_key {
public:
    /// Fails with `invalid_argument` for what is no name or no key (see `public_key::make`).
    static result<verifier_key> make(std::string_view name, signature_type type,
                                     std::string_view public_key);
    /// The key of `signer`, as what signs notes.
    static result<verifier_key> of(std::string_view name, const signer& signer);

    /// Reads "name+hex+base64": the name, the id of the key, its type and itself. Fails with
    /// `invalid_argument` if anything in it is not spelled as `text` does, or the id is not that of
    /// the key, and with `unsupported` for a type that is not known here.
    static result<verifier_key> parse(std::string_view vkey);

    const std::string& name() const noexcept { return name_; }
    signature_type type() const noexcept { return type_; }
    /// Four bytes of a hash over the key and, but for ECDSA, its name: to find it, not to trust it.
    std::uint32_t id() const noexcept { return id_; }
    const public_key& key() const noexcept { return key_; }
    std::string text() const;

    /// The same name and key as that of a witness, for witnesses hand out either form. Fails with
    /// `invalid_argument` unless it is Ed25519.
    result<verifier_key> as_witness() const;

    friend bool operator==(const verifier_key& one, const verifier_key& other) noexcept {
        return one.type_ == other.type_ && one.name_ == other.name_ && one.key_ == other.key_;
    }

private:
    verifier_key(std::string_view name, signature_type type, public_key key);

    std::string name_;
    signature_type type_;
    std::uint32_t id_;
    public_key key_;
};

/// One line below a note.
struct note_signature {
    std::string name{};
    std::uint32_t key_id = 0;
    std::string bytes{};  ///< What the key made, without its id.

    /// The line, with the line feed.
    std::string line() const;
    /// Reads exactly what `line` writes, without the line feed. Fails with `invalid_argument`.
    static result<note_signature> parse(std::string_view line);

    friend bool operator==(const note_signature&, const note_signature&) = default;
};

/// A signature that was found good.
struct verified_signature {
    std::size_t key = 0;  ///< Which of the keys that were given, by index.
    /// When a witness signed, as it says. Nothing for other signatures.
    std::optional<std::chrono::sys_seconds> time{};
};

/// A text with signatures. Reading one says nothing about who signed it: `verified_by` does.
class signed_note {
public:
    /// Fails with `too_large` above `note_bytes_max` or `note_signatures_max`, and with
    /// `invalid_argument` for whatever else is no note.
    static result<signed_note> parse(std::string_view note);

    /// What is signed, with the line feed at its end.
    const std::string& text() const noexcept { return text_; }
    std::span<const note_signature> signatures() const noexcept { return signatures_; }
    /// The whole note, byte for byte what was parsed if nothing was added.
    std::string str() const;
    /// Adds a line, unless it is there already. Fails with `too_large`; nothing is then added.
    result<void> add(note_signature signature);

    /// The signatures of these keys, in the order of the lines, each key once. Lines of other keys
    /// are passed over. Fails with `not_found` if there is none, with `corrupt` if any line that
    /// one of the keys should have made is not from it, and with `invalid_argument` if two
    /// different keys have the same name and id, for nobody could tell whose the line is. Cost: 60
    /// us for each line of these keys.
    result<std::vector<verified_signature>> verified_by(std::span<const verifier_key> keys) const;

private:
    std::string text_;
    std::vector<note_signature> signatures_;
};

/// `text` with one signature. Fails with `invalid_argument` if a note cannot have that text (it
/// ends with a line feed, is UTF-8, and has no other control characters) or that name, with
/// `too_large`, and as the signer does.
result<std::string> sign_note(std::string_view text, std::string_view name, const signer& signer);

/// The line that a witness adds to the note of a checkpoint, which it thereby says to be the
/// largest that it has seen, and to continue all the others. `text` is the text of the note. Fails
/// with `invalid_argument` for a signer that is not Ed25519, a time before 1970, and as `sign_note`
/// does.
result<note_signature> cosign(std::string_view text, std::string_view name, const signer& signer,
                              std::chrono::sys_seconds time);

/// What an error of reading or verifying notes, checkpoints, proofs and policies says of what was
/// to be verified: malformed for `invalid_argument` and `too_large`, tampered for `corrupt`, else
/// unverifiable.
verdict verdict_of(const error& why) noexcept;

}  // namespace daybook::compliance
