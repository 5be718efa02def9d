// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: nothing that somebody with root, time and the source code does to the files of a store
// passes for what was signed. Method: each row of the attack catalogue that concerns the files of
// one store, done to real files, and the verdict.

#include <daybook/compliance/checkpoint.hpp>
#include <daybook/compliance/statement.hpp>

#include "support/raw_store.hpp"
#include "tamper/attack.hpp"
#include "tamper/victim.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <ostream>

namespace daybook::test {
namespace {

using compliance::digest;
using compliance::verdict;

struct attack {
    std::string_view name;
    std::function<void(const victim&)> act;
    verdict expected_verdict = verdict::tampered;
    std::optional<position> at{};  ///< Where it must be found, if it can be told.
    /// Part of why such a store is not opened at all; else empty.
    std::string_view refusal{};
};

void PrintTo(const attack& one, std::ostream* to) { *to << one.name; }

template <class Change>
std::function<void(const victim&)> on_rows(Change change) {
    return [change](const victim& v) {
        raw_store rows{v.directory()};
        change(rows);
    };
}

auto replacing(std::string_view what, std::string_view by) {
    return on_rows([=](raw_store& rows) {
        if (rows.replace("log", what, by) == 0) throw std::runtime_error{"nothing to replace"};
    });
}

/// The frame that holds `text`, its key first.
raw_store::row frame_with(const raw_store& rows, std::string_view text) {
    for (auto& one : rows.rows("log")) {
        if (one.second.find(text) != std::string::npos) return one;
    }
    throw std::runtime_error{"no such frame"};
}

/// Changes the byte `offset` bytes into the record that has `text` in its payload. Records begin
/// with their version and end with their payload.
auto changing_field(std::size_t field_at) {
    return on_rows([=](raw_store& rows) {
        auto frame = frame_with(rows, R"({"eur":100})");
        // Victims have one event in a frame: 8 bytes of head, one commit, one offset, the record.
        constexpr std::size_t record_at = 8 + 32 + 4;
        frame.second[record_at + field_at] =
            static_cast<char>(frame.second[record_at + field_at] ^ 1);
        rows.put("log", frame.first, frame.second);
    });
}

constexpr position paid{victim::paid};

std::vector<attack> attacks_on_events() {
    return {
        {"nothing at all", [](const victim&) {}, verdict::verified},
        {"1 edit a payload", replacing(R"("eur":100)", R"("eur":999)"), verdict::tampered, paid},
        {"1 edit a payload near the end", replacing(R"("eur":555)", R"("eur":999)"),
         verdict::tampered, position{victim::paid_last}},
        {"19 spell a number otherwise", replacing(R"({"eur":100})", R"({"eur":1e2})"),
         verdict::tampered, paid},
        {"2 edit the type", replacing("Paid", "Sent"), verdict::tampered, paid},
        {"2 edit the actor", on_rows([](raw_store& rows) {
             auto frame = frame_with(rows, R"({"eur":100})");
             frame.second.replace(frame.second.find("alice"), 5, "robin");
             rows.put("log", frame.first, frame.second);
         }),
         verdict::tampered, paid},
        {"2 edit the id", changing_field(40), verdict::tampered, paid},
        {"2 edit the time of occurrence", changing_field(24), verdict::tampered, paid},
        {"2 edit the time of recording", changing_field(32), verdict::tampered, paid},
        {"2 edit the sequence", changing_field(16), verdict::tampered, paid},
        {"17 move an event into another stream", on_rows([](raw_store& rows) {
             auto frame = frame_with(rows, R"({"eur":100})");
             frame.second.replace(frame.second.find("task-6"), 6, "task-5");
             rows.put("log", frame.first, frame.second);
         }),
         verdict::tampered, paid},
        {"3 edit an event and its stored leaf", on_rows([](raw_store& rows) {
             rows.replace("log", R"("eur":100)", R"("eur":999)");
             for (auto& [key, value] : rows.rows(ledger_rows)) {
                 // The tile of the second 256 leaves.
                 if (key[0] != 't' || key[1] != 0 || key.back() != 1) continue;
                 value.replace((victim::paid - 256) * digest::size, digest::size,
                               compliance::sha256("another").view());
                 rows.put(ledger_rows, key, value);
             }
         }),
         verdict::tampered, position{256}},
        {"4 swap two events", on_rows([](raw_store& rows) {
             const auto one = frame_with(rows, R"({"n":20})");
             const auto other = frame_with(rows, R"({"n":21})");
             rows.put("log", one.first, other.second);
             rows.put("log", other.first, one.second);
         }),
         verdict::tampered, position{20}, "position 20"},
        {"4 swap two payloads", on_rows([](raw_store& rows) {
             auto one = frame_with(rows, R"({"n":20})");
             auto other = frame_with(rows, R"({"n":21})");
             one.second.replace(one.second.find(R"({"n":20})"), 8, R"({"n":21})");
             other.second.replace(other.second.find(R"({"n":21})"), 8, R"({"n":20})");
             rows.put("log", one.first, one.second);
             rows.put("log", other.first, other.second);
         }),
         verdict::tampered, position{20}},
    };
}

std::vector<attack> attacks_on_the_order() {
    return {
        {"5 delete an event in the middle", on_rows([](raw_store& rows) {
             rows.erase("log", frame_with(rows, R"({"eur":100})").first);
         }),
         verdict::tampered, paid, "position 300"},
        {"6 cut the newest events off",
         [](const victim& v) {
             {
                 raw_store rows{v.directory()};
                 rows.erase("log", rows.rows("log").back().first);
             }
             forget_notes(v.directory());
         },
         verdict::tampered, position{victim::events - 1}},
    };
}

std::vector<attack> attacks_on_the_ledger() {
    return {
        {"10 rewrite and sign everything with another key",
         [](const victim& v) {
             sign_again(v, compliance::temporary_signer(compliance::key_type::ed25519).value());
         },
         verdict::unverifiable},
        {"15 rewrite and sign everything with a key of another algorithm",
         [](const victim& v) {
             sign_again(v, compliance::temporary_signer(compliance::key_type::ecdsa_p256).value());
         },
         verdict::unverifiable},
        {"14 take the newest signature away", on_rows([](raw_store& rows) {
             std::string last;
             for (const auto& [key, value] : rows.rows(ledger_rows)) {
                 if (key[0] == 'c') last = key;
             }
             rows.erase(ledger_rows, last);
         })},
        {"14 leave a checkpoint without its signature", on_rows([](raw_store& rows) {
             std::string last;
             std::string note;
             for (const auto& [key, value] : rows.rows(ledger_rows)) {
                 if (key[0] == 'c') {
                     last = key;
                     note = value;
                 }
             }
             note.resize(note.find("\n\n") + 2);
             rows.put(ledger_rows, last, note);
         })},
        {"17 append a copy of an event behind the end", on_rows([](raw_store& rows) {
             auto frame = rows.rows("log").back();
             frame.first.back() = static_cast<char>(frame.first.back() + 1);
             // It says its own place; 8 + 32 + 4 bytes before the record.
             frame.second[44 + 8] = static_cast<char>(frame.second[44 + 8] + 1);
             frame.second[44 + 16] = static_cast<char>(frame.second[44 + 16] + 1);
             rows.put("log", frame.first, frame.second);
         }),
         verdict::tampered, position{victim::events}},
        {"21 take a leaf for a node", on_rows([](raw_store& rows) {
             for (auto& [key, value] : rows.rows(ledger_rows)) {
                 if (key[0] != 't' || key[1] != 1) continue;
                 value.replace(0, digest::size, compliance::leaf_hash("x").view());
                 rows.put(ledger_rows, key, value);
             }
         })},
        {"27 lead a link to another event", on_rows([](raw_store& rows) {
             for (auto& [key, value] : rows.rows(ledger_rows)) {
                 if (key[0] != 'l' || key.back() != 1) continue;
                 value[victim::paid - 256] = 1;
                 rows.put(ledger_rows, key, value);
             }
         }),
         verdict::tampered, paid},
    };
}

std::vector<attack> attacks() {
    std::vector<attack> all;
    for (const auto& some :
         {attacks_on_events(), attacks_on_the_order(), attacks_on_the_ledger()}) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

class Attack : public testing::TestWithParam<attack> {};

TEST_P(Attack, IsNoticed) {
    const victim v;
    GetParam().act(v);
    const auto found = inquire(v.directory());
    if (!GetParam().refusal.empty()) {
        EXPECT_THAT(found.refusal, testing::HasSubstr(GetParam().refusal));
        return;
    }
    EXPECT_EQ(found.refusal, "");
    EXPECT_EQ(found.what, GetParam().expected_verdict) << found.findings;
    if (GetParam().at) {
        EXPECT_EQ(found.at, GetParam().at) << found.findings;
    }
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Attack, testing::ValuesIn(attacks()),
                         [](const auto& of) { return as_test_name(of.param.name); });

// Those that end in a refusal -------------------------------------------------------------------

TEST(Attacks, ThatTakesTheWholeLedgerAwayLeavesNoStoreThatIsBelieved) {
    const victim v;
    { raw_store{v.directory()}.drop(ledger_rows); }
    EXPECT_NE(inquire(v.directory()).refusal.find("tampered"), std::string::npos);
}

TEST(Attacks, ThatMakesItAnUnsignedStoreIsTold) {
    const victim v;
    {
        raw_store rows{v.directory()};
        rows.drop(ledger_rows);
        rows.erase("meta", "required_participant");
    }
    EXPECT_NE(inquire(v.directory()).refusal.find("has no ledger"), std::string::npos);
}

TEST(Attacks, ThatAppendWithoutSigningAreTold) {  // 40
    const victim v;
    { raw_store{v.directory()}.erase("meta", "required_participant"); }
    {
        auto log = store::open(v.directory(), quick_options()).value();
        log.append("task-1", expected::any(), {simple_event("Noted")}).value();
    }
    const auto found = inquire(v.directory());
    EXPECT_EQ(found.what, verdict::tampered) << found.refusal << found.findings;
    EXPECT_EQ(found.kind, "unsigned");
    EXPECT_EQ(found.at, position{victim::events});
}

TEST(Attacks, ThatPutTheStoreOfAnotherLogInPlaceAreTold) {  // 17
    const temp_directory home;
    {
        auto log = store::open(home / "other", quick_options()).value();
        const auto book =
            compliance::ledger::open(log, {.origin = "example.com/other", .key = test_log_key()})
                .value();
        log.append("task-1", expected::any(), {simple_event("Noted")}).value();
    }
    const auto found = inquire(home / "other");
    EXPECT_TRUE(found.noticed()) << "signed by the same key, and not this log";
    EXPECT_EQ(found.what, verdict::unverifiable) << found.refusal << found.findings;
}

// What is not signed of a frame is which commit its events came with (32 bytes), and flags of the
// record that have no meaning yet.
TEST(Attacks, OnAnyByteOfAFrameAreToldOrChangeNoEvent) {  // 2
    const victim v{12};
    const auto sound = inquire(v.directory());
    ASSERT_FALSE(sound.noticed()) << sound.refusal << sound.findings;
    raw_store::row frame;
    {
        const raw_store rows{v.directory()};
        frame = frame_with(rows, R"({"n":7})");
    }
    std::size_t changed_nothing = 0;
    for (std::size_t i = 0; i < frame.second.size(); i += 3) {
        {
            raw_store rows{v.directory()};
            auto changed = frame.second;
            changed[i] = static_cast<char>(changed[i] ^ 1 << i % 8);
            rows.put("log", frame.first, changed);
        }
        const auto found = inquire(v.directory());
        if (found.noticed()) continue;
        EXPECT_EQ(found.contents, sound.contents) << "byte " << i << " of the frame";
        ++changed_nothing;
    }
    EXPECT_LE(changed_nothing, 32U / 3 + 2);
}

// What only an anchor tells ----------------------------------------------------------------------

TEST(Attacks, NothingIsFoundByTheAnchorInAStoreThatWasLeftAlone) {
    const victim v;
    const auto found = inquire(v.directory(), v.anchors());
    EXPECT_EQ(found.what, verdict::verified) << found.refusal << found.findings;
}

TEST(Attacks, ThatPutTheWholeStoreBackAreRolledBack) {  // 8
    const victim v;
    EXPECT_FALSE(inquire(v.older()).noticed()) << "it is genuine, and older";
    const victim other;
    const auto found = inquire(other.older(), other.anchors());
    EXPECT_EQ(found.what, verdict::rolled_back) << found.refusal << found.findings;
    EXPECT_EQ(found.kind, "anchor");
    EXPECT_EQ(found.at, position{victim::events / 2});
}

TEST(Attacks, ThatRewriteEverythingWithTheStolenKeyAreTampering) {  // 11
    const victim v;
    sign_again(v, test_log_key());
    const auto found = inquire(v.directory(), v.anchors());
    EXPECT_EQ(found.what, verdict::tampered) << found.refusal << found.findings;
    EXPECT_EQ(found.kind, "anchor");
}

TEST(Attacks, ThatTakeTheAnchorAwayLeaveWhatCannotBeTold) {
    const victim v;
    std::filesystem::remove(v.anchors());
    const auto found = inquire(v.directory(), v.anchors());
    EXPECT_EQ(found.what, verdict::unverifiable) << found.refusal << found.findings;
    EXPECT_EQ(found.kind, "anchor");
}

}  // namespace
}  // namespace daybook::test
