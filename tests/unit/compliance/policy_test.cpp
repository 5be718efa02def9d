// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/policy.hpp>

#include "composed_log.hpp"
#include "support/matchers.hpp"

#include <array>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using namespace test;

std::chrono::sys_seconds second(std::int64_t count) {
    return std::chrono::sys_seconds{std::chrono::seconds{count}};
}

/// A witness number `n`, with a key of its own.
std::unique_ptr<signer> numbered_signer(int n) {
    return ed25519_signer(std::string(31, 'k') + static_cast<char>('a' + n)).value();
}
std::string numbered_name(int n) { return "witness.example/" + std::to_string(n); }
verifier_key numbered_key(int n) {
    return verifier_key::of(numbered_name(n), *numbered_signer(n)).value().as_witness().value();
}

/// "witness Wn VKEY" for each.
std::string witness_lines(int count) {
    std::string lines;
    for (int n = 0; n < count; ++n) {
        lines += "witness W" + std::to_string(n) + " " + numbered_key(n).text() + "\n";
    }
    return lines;
}

std::string note_cosigned_by(std::initializer_list<int> witnesses) {
    auto note = composed_text + "\n" + log_line;
    for (const int n : witnesses) {
        note += cosign(composed_text, numbered_name(n), *numbered_signer(n), second(1'000 + n))
                    .value()
                    .line();
    }
    return note;
}

policy parsed(const std::string& text) { return policy::parse(text).value(); }

TEST(Policy, OfALogAndOneWitnessTakesTheCheckpointOfAnotherProgram) {
    const auto text = "log " + log_vkey + "\nwitness W " + witness_vkey + "\nquorum W\n";
    const auto trusted = parsed(text);
    EXPECT_EQ(trusted.text(), text);
    const auto seen = trusted.verify(composed_note);
    ASSERT_THAT(seen, HoldsValue());
    EXPECT_EQ(seen->checkpoint.size(), 8);
    ASSERT_EQ(seen->witnesses.size(), 1);
    EXPECT_EQ(seen->witnesses[0].witness, "W");
    EXPECT_EQ(seen->witnesses[0].at, second(composed_time));
}

TEST(Policy, TakesTheKeyOfAWitnessInEitherForm) {
    const auto as_log = verifier_key::of(witness_name, *witness_signer()).value().text();
    const auto trusted = parsed("log " + log_vkey + "\nwitness W " + as_log + "\nquorum W\n");
    EXPECT_EQ(trusted.witnesses()[0].key, witness_key());
    EXPECT_THAT(trusted.verify(composed_note), HoldsValue());
}

TEST(Policy, NeedsNoWitnessIfItsQuorumIsNone) {
    const auto trusted = parsed("log " + log_vkey + "\nquorum none\n");
    EXPECT_THAT(trusted.verify(composed_text + "\n" + log_line), HoldsValue());
    EXPECT_TRUE(trusted.is_quorum({}));
}

TEST(Policy, CountsGroupsOfGroups) {
    const auto trusted = parsed("log " + log_vkey + "\n" + witness_lines(6) +
                                "group X 2 W0 W1 W2\n"
                                "group Y any W3 W4 W5\n"
                                "group both all X Y\n"
                                "quorum both\n");
    const auto quorum = [&](std::vector<std::size_t> who) { return trusted.is_quorum(who); };
    EXPECT_TRUE(quorum({0, 2, 4}));
    EXPECT_TRUE(quorum({0, 1, 2, 3, 4, 5}));
    EXPECT_FALSE(quorum({0, 1, 2}));
    EXPECT_FALSE(quorum({0, 3, 4, 5}));
    EXPECT_FALSE(quorum({}));
    EXPECT_THAT(trusted.verify(note_cosigned_by({0, 2, 4})), HoldsValue());
    EXPECT_THAT(trusted.verify(note_cosigned_by({0, 4})),
                FailsWith(errc::not_found, "2 of 6 witnesses"));
}

TEST(Policy, CountsAWitnessThatSignedTwiceOnce) {
    const auto trusted =
        parsed("log " + log_vkey + "\n" + witness_lines(2) + "group G 2 W0 W1\nquorum G\n");
    EXPECT_THAT(trusted.verify(note_cosigned_by({0, 0})), FailsWith(errc::not_found));
    EXPECT_THAT(trusted.verify(note_cosigned_by({1, 0})), HoldsValue());
    EXPECT_EQ(trusted.verify(note_cosigned_by({1, 0}))->witnesses[0].witness, "W0");
}

TEST(Policy, RefusesACheckpointWithAForgedCosignature) {
    const auto trusted =
        parsed("log " + log_vkey + "\n" + witness_lines(2) + "group G any W0 W1\nquorum G\n");
    const auto forged =
        note_cosigned_by({0}) +
        note_signature{numbered_name(1), numbered_key(1).id(), std::string(72, '\1')}.line();
    EXPECT_THAT(trusted.verify(forged), FailsWith(errc::corrupt));
}

TEST(Policy, RefusesLogsThatItDoesNotName) {
    const auto other = verifier_key::of("example.com/other", *log_signer()).value().text();
    EXPECT_THAT(parsed("log " + other + "\nquorum none\n").verify(composed_note),
                FailsWith(errc::not_found, "no log of this name"));
    EXPECT_THAT(parsed("quorum none\n").verify(composed_note), FailsWith(errc::not_found));
    EXPECT_THAT(parsed("quorum none\n").verify("no note"), FailsWith(errc::invalid_argument));
    const auto false_key = verifier_key::of(composed_origin, *witness_signer()).value().text();
    EXPECT_THAT(parsed("log " + false_key + "\nquorum none\n").verify(composed_note),
                FailsWith(errc::not_found));
}

TEST(Policy, TakesKeysOfALogFromElsewhere) {
    const auto trusted = parsed("witness W " + witness_vkey + "\nquorum W\n");
    EXPECT_THAT(trusted.verify(composed_note, composed_origin, std::array{log_key()}),
                HoldsValue());
    EXPECT_THAT(
        trusted.verify(composed_text + "\n" + log_line, composed_origin, std::array{log_key()}),
        FailsWith(errc::not_found, "quorum"));
    EXPECT_THAT(trusted.verify(composed_note, composed_origin, {}), FailsWith(errc::not_found));
}

TEST(Policy, MayHaveCommentsSpacesAndUrls) {
    const auto trusted = parsed("# ours\n\n \t log\t" + log_vkey + "  https://example.com/log \n" +
                                "  # theirs \xFF\nwitness \xE2\x84\xAA " + witness_vkey +
                                " https://witness.example/\nwitness K " + numbered_key(0).text() +
                                "\n\nquorum \xE2\x84\xAA\n");
    EXPECT_EQ(trusted.logs()[0].url, "https://example.com/log");
    EXPECT_EQ(trusted.witnesses()[0].url, "https://witness.example/");
    EXPECT_EQ(trusted.witnesses()[1].url, "");
    EXPECT_THAT(trusted.verify(composed_note), HoldsValue());
    EXPECT_EQ(trusted.keys_of(composed_origin), std::vector{log_key()});
    EXPECT_TRUE(trusted.keys_of("example.com/other").empty());
}

TEST(Policy, IsRefusedUnlessItIsSpelledRight) {
    const auto w = witness_lines(3);
    const auto log = "log " + log_vkey + "\n";
    const auto other_name = verifier_key::of("other", *log_signer()).value().text();
    const auto ecdsa =
        verifier_key::of("p256", *temporary_signer(key_type::ecdsa_p256).value()).value().text();
    for (const auto& text :
         {std::string{},
          std::string{"\n"},
          log,
          std::string{"quorum none"},
          std::string{"quorum\n"},
          std::string{"quorum none none\n"},
          std::string{"quorum W9\n"},
          std::string{"quorum none\nquorum none\n"},
          std::string{"Quorum none\n"},
          std::string{"quorum none # comment\n"},
          std::string{"quorum none\r\n"},
          std::string{"quorum\vnone\n"},
          std::string{"quorum none\n\x7F\n"},
          std::string{"quorum none\n"} + '\0',
          std::string{"log\nquorum none\n"},
          "log " + log_vkey + " a b\nquorum none\n",
          log + log + "quorum none\n",
          log + "log " + other_name + "\nquorum none\n",
          "log " + witness_vkey + "\nquorum none\n",
          std::string{"log x+y+z\nquorum none\n"},
          "witness " + witness_vkey + "\nquorum none\n",
          "witness none " + witness_vkey + "\nquorum none\n",
          "witness W " + witness_vkey + " a b\nquorum none\n",
          "witness W " + ecdsa + "\nquorum none\n",
          "witness A " + witness_vkey + "\nwitness B " + witness_vkey + "\nquorum none\n",
          "witness A " + witness_vkey + "\nwitness A " + numbered_key(0).text() + "\nquorum none\n",
          "quorum W0\n" + w,
          "group G any W0\n" + w + "quorum none\n",
          w + "group G any\nquorum none\n",
          w + "group G 0 W0\nquorum none\n",
          w + "group G 2 W0\nquorum none\n",
          w + "group G 01 W0\nquorum none\n",
          w + "group G -1 W0\nquorum none\n",
          w + "group G some W0\nquorum none\n",
          w + "group G any W0 W0\nquorum none\n",
          w + "group G any W0\ngroup H any W0\nquorum none\n",
          w + "group W1 any W0\nquorum none\n",
          w + "group none any W0\nquorum none\n",
          w + "group G any G\nquorum none\n",
          w + "group G any none\nquorum none\n",
          w + "group G any w0\nquorum none\n"}) {
        EXPECT_THAT(policy::parse(text), FailsWith(errc::invalid_argument, "policy")) << text;
    }
    EXPECT_THAT(policy::parse(w + "group G any W7\nquorum none\n"),
                FailsWith(errc::invalid_argument, "line 4"));
}

TEST(Policy, SaysWhatItDoesNotKnowAndWhatIsTooLong) {
    EXPECT_THAT(policy::parse("witness W n+00000000+BgAA\nquorum none\n"),
                FailsWith(errc::unsupported, "line 1"));
    EXPECT_THAT(policy::parse(std::string(policy_bytes_max, '#') + "\n"),
                FailsWith(errc::too_large));
}

TEST(Policy, TakesMoreLogsWitnessesAndGroupsThanTheSpecificationAsksFor) {
    std::string text;
    for (int n = 0; n < 40; ++n) {
        const auto signer = ed25519_signer(std::string(31, 'l') + static_cast<char>(n)).value();
        text += "log " + verifier_key::of("log" + std::to_string(n), *signer).value().text() + "\n";
    }
    text += witness_lines(40);
    for (int n = 0; n < 40; ++n) {
        const auto number = std::to_string(n);
        text += "group G" + number + " all W" + number;
        if (n > 0) text += " G" + std::to_string(n - 1);
        text += "\n";
    }
    const auto deep = parsed(text + "quorum G39\n");
    std::vector<std::size_t> all(40);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    EXPECT_TRUE(deep.is_quorum(all));
    all.erase(all.begin());
    EXPECT_FALSE(deep.is_quorum(all));
}

}  // namespace
}  // namespace daybook::compliance
