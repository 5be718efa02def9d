// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: notes of other programs verify, ours are theirs to the byte, and anything else is refused.
// Method: vectors of golang.org/x/mod/sumdb/note, of c2sp.org, and of the tests of RFC 8032; each
// way in which a note can be spelled wrong, one by one.
#include <daybook/compliance/digest.hpp>
#include <daybook/compliance/note.hpp>

#include "composed_log.hpp"
#include "support/matchers.hpp"

#include <array>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::Holds;
using daybook::test::HoldsValue;
using namespace test;

const std::string neumann_vkey =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string root_vkey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const std::string quote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
const std::string neumann_line =
    std::string{dash} +
    "PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6"
    "RyyBwJnAM=\n";
const std::string root_line =
    std::string{dash} +
    "EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1"
    "RvMc+QQ=\n";

verifier_key key(std::string_view vkey) { return verifier_key::parse(vkey).value(); }

result<std::vector<verified_signature>> verify(std::string_view note,
                                               std::vector<verifier_key> keys) {
    auto read = signed_note::parse(note);
    if (!read) return read.error();
    return read->verified_by(keys);
}

TEST(Note, OfOtherProgramsVerifies) {
    const auto example =
        "This is an example message.\n\n" + std::string{dash} +
        "example.com/foo "
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuw"
        "HjG1Yu72IneyaQM=\n";
    const auto keys = verify(
        example, {key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")});
    ASSERT_THAT(keys, HoldsValue());
    EXPECT_EQ(keys->size(), 1);
    EXPECT_EQ(keys->front().time, std::nullopt);
}

TEST(Note, OfTwoSignersVerifiesForEachAndForBoth) {
    const auto note = quote + "\n" + neumann_line + root_line;
    EXPECT_THAT(verify(note, {key(neumann_vkey)}), HoldsValue());
    EXPECT_THAT(verify(note, {key(root_vkey)}), HoldsValue());
    const auto both = verify(note, {key(root_vkey), key(neumann_vkey)});
    ASSERT_THAT(both, HoldsValue());
    ASSERT_EQ(both->size(), 2);
    EXPECT_EQ((*both)[0].key, 1) << "in the order of the lines";
    EXPECT_EQ((*both)[1].key, 0);
}

TEST(Note, IsMadeAsOtherProgramsMakeIt) {
    const auto signer =
        ed25519_signer(from_hex("810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173"))
            .value();
    EXPECT_EQ(sign_note(quote, "PeterNeumann", *signer).value(), quote + "\n" + neumann_line);
    EXPECT_EQ(verifier_key::of("PeterNeumann", *signer).value().text(), neumann_vkey);
}

TEST(Note, OfALogWithAWitnessIsMadeAndVerifiedToTheByte) {
    auto note =
        signed_note::parse(sign_note(composed_text, composed_origin, *log_signer()).value());
    ASSERT_THAT(note, HoldsValue());
    const auto time = std::chrono::sys_seconds{std::chrono::seconds{composed_time}};
    ASSERT_THAT(note->add(cosign(composed_text, witness_name, *witness_signer(), time).value()),
                HoldsValue());
    EXPECT_EQ(note->str(), composed_note);
    EXPECT_EQ(sha256(note->str()).hex(),
              "267cf5147728f3e4a43440fcd4f45c9e760ef81f6b44d97adebfed5ad83858da");
    const auto good = note->verified_by(std::array{log_key(), witness_key()});
    ASSERT_THAT(good, HoldsValue());
    ASSERT_EQ(good->size(), 2);
    EXPECT_EQ((*good)[0].time, std::nullopt);
    EXPECT_EQ((*good)[1].time, time);
}

TEST(Note, IsWrittenAsItWasRead) {
    const auto odd = "\n\n  text with \"things\" \xC3\xA9 \xE2\x80\x94 x\n\n\nmore\n\n" +
                     neumann_line + root_line;
    EXPECT_EQ(signed_note::parse(odd).value().str(), odd);
    EXPECT_EQ(signed_note::parse(odd).value().text().substr(odd.find("more")), "more\n");
}

TEST(Note, MayHaveATextThatLooksLikeSignatures) {
    const auto text = quote + "\n" + neumann_line;
    const auto signer = temporary_signer(key_type::ed25519).value();
    const auto note = sign_note(text, "somebody", *signer).value();
    EXPECT_EQ(signed_note::parse(note).value().text(), text);
    EXPECT_THAT(verify(note, {verifier_key::of("somebody", *signer).value()}), HoldsValue());
    EXPECT_THAT(verify(note, {key(neumann_vkey)}), FailsWith(errc::not_found));
}

TEST(Note, OfAnEcdsaKeyVerifies) {
    const auto signer = temporary_signer(key_type::ecdsa_p256).value();
    const auto own = verifier_key::of("example.com/p256", *signer).value();
    EXPECT_EQ(own.type(), signature_type::ecdsa_p256);
    EXPECT_EQ(verifier_key::parse(own.text()).value(), own);
    const auto id = sha256(signer->public_key()).hex().substr(0, 8);
    EXPECT_EQ(own.text().substr(0, 26), "example.com/p256+" + id + "+");
    const auto note = sign_note(quote, "example.com/p256", *signer).value();
    EXPECT_THAT(verify(note, {own}), HoldsValue());
    EXPECT_THAT(own.as_witness(), FailsWith(errc::invalid_argument, "ECDSA"));
    EXPECT_THAT(cosign(quote, "w", *signer, {}), FailsWith(errc::invalid_argument));
}

// Whom to believe --------------------------------------------------------------------------------

TEST(Note, WithoutASignatureOfAKnownKeyIsNotVerified) {
    EXPECT_THAT(verify(quote + "\n" + neumann_line, {key(root_vkey)}),
                FailsWith(errc::not_found, "none of the 1 keys"));
    EXPECT_THAT(verify(quote + "\n" + neumann_line, {}), FailsWith(errc::not_found));
}

TEST(Note, PassesOverWhatSharesNameOrIdButNotBothWithAKnownKey) {
    const auto lines = note_signature{"PeterNeumann", 1, std::string(64, 'x')}.line() +
                       note_signature{"Other", 0xc74f20a3, std::string(64, 'x')}.line();
    EXPECT_THAT(verify(quote + "\n" + lines + neumann_line, {key(neumann_vkey)}), HoldsValue());
    EXPECT_THAT(verify(quote + "\n" + lines, {key(neumann_vkey)}), FailsWith(errc::not_found));
}

TEST(Note, WithOneBadSignatureOfAKnownKeyIsRefusedWhole) {
    const auto bad = note_signature{"PeterNeumann", 0xc74f20a3, std::string(64, 'x')}.line();
    for (const auto& note : {quote + "\n" + neumann_line + bad, quote + "\n" + bad + neumann_line,
                             quote + "\n" + root_line + bad}) {
        EXPECT_THAT(verify(note, {key(neumann_vkey), key(root_vkey)}), FailsWith(errc::corrupt));
    }
    EXPECT_THAT(verify("Another text.\n\n" + neumann_line, {key(neumann_vkey)}),
                FailsWith(errc::corrupt, "PeterNeumann"));
}

TEST(Note, CountsAKeyThatSignedTwiceOnce) {
    const auto note = quote + "\n" + neumann_line + neumann_line;
    EXPECT_EQ(verify(note, {key(neumann_vkey), key(neumann_vkey)}).value().size(), 1);
}

TEST(Note, RefusesSignaturesThatAreTooShortOrTooLong) {
    const auto whole = note_signature::parse(neumann_line.substr(0, neumann_line.size() - 1));
    for (const std::size_t bytes : {1U, 32U, 63U}) {
        auto cut = *whole;
        cut.bytes.resize(bytes);
        EXPECT_THAT(verify(quote + "\n" + cut.line(), {key(neumann_vkey)}),
                    FailsWith(errc::corrupt));
    }
    auto longer = *whole;
    longer.bytes += 'x';
    EXPECT_THAT(verify(quote + "\n" + longer.line(), {key(neumann_vkey)}),
                FailsWith(errc::corrupt));
}

TEST(Note, CannotTellTwoKeysOfOneNameAndIdApart) {
    const auto key_of = [](std::string_view seed) {
        return verifier_key::make("twin", signature_type::ed25519, sha256(seed).view()).value();
    };
    const auto one = key_of("54983");  // Found by trying: 77 000 keys are enough for two of one id.
    const auto other = key_of("68629");
    ASSERT_EQ(one.id(), other.id());
    const auto note = quote + "\n" + note_signature{"twin", one.id(), std::string(64, 'x')}.line();
    EXPECT_THAT(verify(note, {one, other}), FailsWith(errc::invalid_argument, "two keys"));
}

TEST(Note, GoesByTheNameWhereTheIdIsTheSame) {
    const auto signer = temporary_signer(key_type::ecdsa_p256).value();
    const auto one = verifier_key::of("one", *signer).value();
    const auto other = verifier_key::of("other", *signer).value();
    EXPECT_EQ(one.id(), other.id()) << "the ids of ECDSA keys leave out the name";
    const auto note = sign_note(quote, "one", *signer).value();
    EXPECT_THAT(verify(note, {other, one}), HoldsValue());
    EXPECT_THAT(verify(note, {other}), FailsWith(errc::not_found));
}

TEST(Note, OfAWitnessIsNotOneOfTheSameKeyAsALog) {
    const auto note = composed_text + "\n" + witness_line;
    const auto as_log = verifier_key::of(witness_name, *witness_signer()).value();
    EXPECT_NE(as_log.id(), witness_key().id());
    EXPECT_EQ(as_log.as_witness().value(), witness_key());
    EXPECT_THAT(verify(note, {as_log}), FailsWith(errc::not_found));
    EXPECT_THAT(verify(note, {witness_key()}), HoldsValue());
}

TEST(Note, OfAWitnessWithAnotherTimeIsRefused) {
    auto line = note_signature::parse(witness_line.substr(0, witness_line.size() - 1)).value();
    line.bytes[7] = static_cast<char>(line.bytes[7] ^ 1);
    EXPECT_THAT(verify(composed_text + "\n" + line.line(), {witness_key()}),
                FailsWith(errc::corrupt));
    line.bytes[0] = '\x80';  // Above 2^63 - 1.
    EXPECT_THAT(verify(composed_text + "\n" + line.line(), {witness_key()}),
                FailsWith(errc::corrupt));
    line.bytes.resize(8);
    EXPECT_THAT(verify(composed_text + "\n" + line.line(), {witness_key()}),
                FailsWith(errc::corrupt));
}

// What is no note --------------------------------------------------------------------------------

TEST(Note, IsRefusedUnlessItIsSpelledRight) {
    using namespace std::string_literals;
    const auto good = quote + "\n" + neumann_line;
    const auto line = neumann_line.substr(dash.size());
    const auto crlf = [](std::string text) {
        for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
            text.insert(at, "\r");
        }
        return text;
    };
    const std::array bad{""s,
                         "\n"s,
                         "\n\n"s,
                         quote,
                         quote + "\n",
                         quote + neumann_line,
                         good.substr(0, good.size() - 1),
                         good + "\n",
                         good + "more\n",
                         good + " ",
                         crlf(good),
                         quote + "\n- " + line,
                         quote + "\n\xE2\x80\x93 " + line,
                         quote + "\n\xE2\x80\x94" + line,
                         quote + "\n\xE2\x80\x94  " + line,
                         quote + "\n " + neumann_line,
                         quote + "\n" + std::string{dash} + "PeterNeumann  x08go/ZJ\n",
                         quote + "\n" + std::string{dash} + "PeterNeumann x08go/ZJ \n",
                         quote + "\n" + std::string{dash} + "PeterNeumann\n",
                         quote + "\n" + std::string{dash} + "PeterNeumann \n",
                         quote + "\n" + std::string{dash} + " x08go/ZJ\n",
                         quote + "\n" + std::string{dash} + "a+b x08go/ZJ\n",
                         quote + "\n" + std::string{dash} + "a\xC2\xA0" + "b x08go/ZJ\n",
                         quote + "\n" + std::string{dash} + "PeterNeumann x08go/Z\n",
                         quote + "\n" + std::string{dash} + "PeterNeumann x08go/b=\n",
                         quote + "\n" + std::string{dash} + "PeterNeumann x08_o/ZJ\n",
                         quote + "\n" + std::string{dash} + "PeterNeumann x08gow==\n",
                         quote + "\n" + std::string{dash} + "PeterNeumann x08gow==AAAA\n",
                         "nul \0 inside\n\n"s + neumann_line,
                         "tab\t\n\n" + neumann_line,
                         "not utf-8 \xC0\x80\n\n" + neumann_line};
    for (const auto& note : bad) {
        EXPECT_THAT(signed_note::parse(note), FailsWith(errc::invalid_argument)) << note;
    }
    EXPECT_THAT(signed_note::parse(good), HoldsValue());
}

TEST(Note, TakesSixteenSignaturesOfFiveThousandBytesAndHasALimit) {
    auto note = quote + "\n";
    for (std::uint32_t i = 0; i < 16; ++i) {
        note += note_signature{"signer", i, std::string(5'000, 'x')}.line();
    }
    EXPECT_THAT(verify(note + neumann_line, {key(neumann_vkey)}), HoldsValue());
    auto many = quote + "\n";
    for (std::uint32_t i = 0; i < note_signatures_max; ++i) {
        many += note_signature{"signer", i, "x"}.line();
    }
    auto full = signed_note::parse(many);
    ASSERT_THAT(full, HoldsValue());
    EXPECT_THAT(full->add({"one more", 1, "x"}), FailsWith(errc::too_large));
    EXPECT_THAT(full->add({"signer", 1, "x"}), HoldsValue()) << "that one is there already";
    EXPECT_EQ(full->str(), many);
    EXPECT_THAT(signed_note::parse(many + neumann_line), FailsWith(errc::too_large));
    EXPECT_THAT(signed_note::parse(std::string(note_bytes_max, 'x') + "\n\n" + neumann_line),
                FailsWith(errc::too_large));
    auto short_note = signed_note::parse(quote + "\n" + neumann_line);
    EXPECT_THAT(short_note->add({"big", 1, std::string(note_bytes_max, 'x')}),
                FailsWith(errc::too_large));
}

TEST(Note, IsSignedOnlyIfItCanBeRead) {
    const auto signer = log_signer();
    for (const auto* text : {"", "no line feed", "cr\r\n", "tab\t\n", "\xFF\n"}) {
        EXPECT_THAT(sign_note(text, "name", *signer), FailsWith(errc::invalid_argument));
        EXPECT_THAT(cosign(text, "name", *signer, {}), FailsWith(errc::invalid_argument));
    }
    for (const auto* name : {"", "a b", "a+b", "a\nb", "\xE3\x80\x80", "\xFF", "a\x01"}) {
        EXPECT_THAT(sign_note("text\n", name, *signer), FailsWith(errc::invalid_argument));
        EXPECT_THAT(cosign("text\n", name, *signer, {}), FailsWith(errc::invalid_argument));
        EXPECT_FALSE(is_key_name(name));
    }
    EXPECT_THAT(sign_note(std::string(note_bytes_max, 'x') + "\n", "name", *signer),
                FailsWith(errc::too_large));
    EXPECT_THAT(
        cosign("text\n", "name", *signer, std::chrono::sys_seconds{std::chrono::seconds{-1}}),
        FailsWith(errc::invalid_argument, "1970"));
}

TEST(Note, PassesOnThatTheSignerCouldNotSign) {
    const auto key = log_signer();
    const auto broken = callback_signer(key_type::ed25519, key->public_key(), [](std::string_view) {
                            return result<std::string>{fail(errc::io, "the device is gone")};
                        }).value();
    EXPECT_THAT(sign_note("text\n", "name", *broken), FailsWith(errc::io, "device"));
    EXPECT_THAT(cosign("text\n", "name", *broken, {}), FailsWith(errc::io, "device"));
}

// Keys -------------------------------------------------------------------------------------------

TEST(VerifierKey, ReadsWhatOthersWrite) {
    for (const auto& vkey :
         {neumann_vkey, root_vkey, log_vkey, witness_vkey,
          std::string{"TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6"},
          std::string{"remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"}}) {
        EXPECT_EQ(key(vkey).text(), vkey);
    }
    EXPECT_EQ(key(log_vkey).name(), composed_origin);
    EXPECT_EQ(key(log_vkey).id(), 0xe1acbd28);
    EXPECT_EQ(key(log_vkey).type(), signature_type::ed25519);
    EXPECT_EQ(key(witness_vkey).type(), signature_type::cosignature);
    EXPECT_EQ(key(log_vkey).key().bytes(), log_signer()->public_key());
}

TEST(VerifierKey, IsRefusedUnlessItIsSpelledRight) {
    for (const auto* vkey :
         {"", "+", "++", "PeterNeumann", "PeterNeumann+c74f20a3", "PeterNeumann+c74f20a3+",
          "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann+74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann++ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
          "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
          "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10==",
          "PeterNeumann+c74f20a3+AQ=="}) {
        EXPECT_THAT(verifier_key::parse(vkey), FailsWith(errc::invalid_argument)) << vkey;
    }
    EXPECT_THAT(verifier_key::parse("x+00000000+" + std::string(5'000, 'A')),
                FailsWith(errc::invalid_argument));
}

TEST(VerifierKey, OfAnUnknownTypeIsSaidToBeUnknown) {
    EXPECT_THAT(
        verifier_key::parse("PeterNeumann+c74f20a3+Bhpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
        FailsWith(errc::unsupported, "type 6"));
}

TEST(VerifierKey, ThatAnybodyCanSignForIsRefused) {
    EXPECT_THAT(verifier_key::make("small", signature_type::ed25519,
                                   std::string{'\1'} + std::string(31, '\0')),
                FailsWith(errc::invalid_argument, "small"));
}

TEST(VerdictOf, TellsBadFromCannotTell) {
    EXPECT_EQ(verdict_of(fail(errc::invalid_argument, "x")), verdict::malformed);
    EXPECT_EQ(verdict_of(fail(errc::too_large, "x")), verdict::malformed);
    EXPECT_EQ(verdict_of(fail(errc::corrupt, "x")), verdict::tampered);
    EXPECT_EQ(verdict_of(fail(errc::not_found, "x")), verdict::unverifiable);
    EXPECT_EQ(verdict_of(fail(errc::unsupported, "x")), verdict::unverifiable);
}

}  // namespace
}  // namespace daybook::compliance
