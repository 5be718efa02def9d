// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a witness never signs two histories of a log, whatever it is asked, by how many at once,
// and over restarts; whoever uses one believes only what it signed. Method: each status of
// c2sp.org/tlog-witness, threads that race, and a transport that lies.
#include <daybook/compliance/policy.hpp>
#include <daybook/compliance/witness.hpp>

#include "growing_log.hpp"
#include "support/file_size_limit.hpp"
#include "support/matchers.hpp"
#include "support/temp_directory.hpp"

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

namespace daybook::compliance {
namespace {

namespace fs = std::filesystem;
using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using daybook::test::temp_directory;
using test::growing_log;

const std::string origin = "example.com/a";

std::chrono::sys_seconds noon() {
    return std::chrono::sys_seconds{std::chrono::seconds{1'700'000'000}};
}

witness::options options_for(const fs::path& directory, std::vector<verifier_key> logs) {
    witness::options with;
    with.directory = directory;
    with.name = "witness.example/w";
    with.key = ed25519_signer(std::string(32, 'w')).value();
    with.logs = std::move(logs);
    with.clock = noon;
    return with;
}

std::string body(std::uint64_t old_size, const proof_path& proof, const std::string& note) {
    auto text = "old " + std::to_string(old_size) + "\n";
    for (const auto& hash : proof) {
        // The root line of a checkpoint is a hash in base64 too.
        const auto line = checkpoint{"x", 0, hash, {}}.text().substr(4);
        text += line;
    }
    return text + "\n" + note;
}

/// A witness of one log in a directory of its own.
struct scene {
    temp_directory home;
    growing_log log{origin};
    std::optional<witness> by;

    scene() { reopen(); }
    void reopen() {
        by.reset();
        by = witness::open(options_for(home / "state", {log.key()})).value();
    }
    witness_answer tell(std::size_t from, std::size_t to) {
        return by->add_checkpoint(
            body(from, from == 0 ? proof_path{} : log.proof(from, to), log.note(to)));
    }
    /// The time of the witness's signature in `line` over the log at `size`.
    std::optional<std::chrono::sys_seconds> signed_at(std::size_t size, const std::string& line) {
        const auto note = signed_note::parse(log.at(size).contents().text() + "\n" + line);
        if (!note) return std::nullopt;
        const auto good = note->verified_by(std::array{by->key()});
        return good ? good->front().time : std::nullopt;
    }
};

std::string content(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// What it answers --------------------------------------------------------------------------------

TEST(Witness, SignsALogThatGrows) {
    scene at;
    for (const auto& [from, to] : {std::pair{0U, 1U}, {1U, 2U}, {2U, 7U}, {7U, 40U}}) {
        const auto answer = at.tell(from, to);
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_EQ(at.signed_at(to, answer.body), noon());
        EXPECT_EQ(at.by->newest(origin), at.log.note(to) + answer.body);
    }
    const auto trusted = policy::parse("log " + at.log.key().text() + "\nwitness W " +
                                       at.by->key().text() + "\nquorum W\n")
                             .value();
    EXPECT_THAT(trusted.verify(*at.by->newest(origin)), HoldsValue());
}

TEST(Witness, SignsTheSameCheckpointAgain) {
    scene at;
    ASSERT_EQ(at.tell(0, 5).status, 200);
    EXPECT_EQ(at.tell(5, 5).status, 200);
    EXPECT_EQ(at.tell(5, 8).status, 200);
}

TEST(Witness, SaysWhatItHasIfTheOldSizeIsAnother) {
    scene at;
    ASSERT_EQ(at.tell(0, 5).status, 200);
    for (const auto& [from, to] : {std::pair{0U, 8U}, {4U, 8U}, {6U, 8U}, {0U, 5U}, {3U, 4U}}) {
        const auto answer = at.tell(from, to);
        EXPECT_EQ(answer.status, 409);
        EXPECT_EQ(answer.body, "5\n");
        EXPECT_EQ(answer.content_type, "text/x.tlog.size");
    }
    EXPECT_EQ(at.by->newest(origin)->substr(0, at.log.note(5).size()), at.log.note(5));
}

TEST(Witness, DoesNotSignAnotherHistory) {
    scene at;
    growing_log forked{origin, 'b'};
    ASSERT_EQ(at.tell(0, 5).status, 200);
    const auto before = at.by->newest(origin);
    EXPECT_EQ(at.by->add_checkpoint(body(5, {}, forked.note(5))).status, 422);
    EXPECT_EQ(at.by->add_checkpoint(body(5, forked.proof(5, 9), forked.note(9))).status, 422);
    EXPECT_EQ(at.by->add_checkpoint(body(5, {}, at.log.note(9))).status, 422);
    EXPECT_EQ(at.by->add_checkpoint(body(5, at.log.proof(5, 8), at.log.note(9))).status, 422);
    EXPECT_EQ(at.by->add_checkpoint(body(5, at.log.proof(5, 9), at.log.note(5))).status, 422);
    EXPECT_EQ(at.by->newest(origin), before);
}

TEST(Witness, TakesNoProofFromNothing) {
    scene at;
    EXPECT_EQ(at.by->add_checkpoint(body(0, at.log.proof(1, 5), at.log.note(5))).status, 422);
    EXPECT_EQ(at.by->newest(origin), std::nullopt);
    EXPECT_EQ(at.tell(0, 0).status, 200);
    EXPECT_EQ(at.tell(0, 5).status, 200);
}

TEST(Witness, KnowsOneEmptyTree) {
    scene at;
    const auto signer = ed25519_signer(std::string(32, 's')).value();
    const auto note = sign_checkpoint({origin, 0, leaf_hash("x"), {}}, *signer).value();
    EXPECT_EQ(at.by->add_checkpoint(body(0, {}, note)).status, 422);
}

TEST(Witness, KnowsTheLogsAndTheirKeys) {
    scene at;
    growing_log other{"example.com/other"};
    EXPECT_EQ(at.by->add_checkpoint(body(0, {}, other.note(5))).status, 404);
    const auto thief = ed25519_signer(std::string(32, 't')).value();
    const auto text = at.log.at(5).contents();
    EXPECT_EQ(at.by->add_checkpoint(body(0, {}, sign_checkpoint(text, *thief).value())).status,
              403);
    auto forged = at.log.note(5);
    forged[origin.size() + 1] = '6';
    EXPECT_EQ(at.by->add_checkpoint(body(0, {}, forged)).status, 403);
    EXPECT_EQ(at.by->newest(origin), std::nullopt);
}

TEST(Witness, KeepsNoSignaturesThatItDoesNotKnow) {
    scene at;
    const auto stranger = note_signature{"stranger", 1, "anything"}.line();
    ASSERT_EQ(at.by->add_checkpoint(body(0, {}, at.log.note(5) + stranger)).status, 200);
    EXPECT_EQ(at.by->newest(origin)->find("stranger"), std::string::npos);
}

TEST(Witness, RefusesWhatIsNoBody) {
    scene at;
    const auto note = at.log.note(5);
    proof_path many(64, leaf_hash("x"));
    for (const auto& text :
         {std::string{}, std::string{"old 0\n"}, std::string{"old 0\n\n"}, "old 0\n" + note,
          "old\n\n" + note, "old -1\n\n" + note, "old 00\n\n" + note, "old 0 \n\n" + note,
          " old 0\n\n" + note, "Old 0\n\n" + note, "old 0\r\n\r\n" + note,
          "old 9223372036854775808\n\n" + note, "old 0\nAAAA\n\n" + note,
          "old 0\n\n\n" + note + "x", std::string{"old 0\n\nhello\n"}, "old 6\n\n" + note,
          body(0, many, note), "\n" + note}) {
        EXPECT_EQ(at.by->add_checkpoint(text).status, 400) << text;
    }
}

TEST(Witness, AnswersTheTwoPathsAndNothingElse) {
    scene at;
    const auto path = "/" + sha256(origin).hex() + "/checkpoint";
    const auto get = [&](std::string method, std::string of) {
        return at.by->answer({std::move(method), std::move(of), ""});
    };
    EXPECT_EQ(get("GET", path).status, 404);
    ASSERT_EQ(at.by->answer({"POST", "/add-checkpoint", body(0, {}, at.log.note(3))}).status, 200);
    EXPECT_EQ(get("GET", path).status, 200);
    EXPECT_EQ(get("GET", path).body, at.by->newest(origin));
    EXPECT_EQ(get("POST", path).status, 405);
    EXPECT_EQ(get("GET", "/add-checkpoint").status, 405);
    EXPECT_EQ(get("GET", "/").status, 404);
    EXPECT_EQ(get("GET", "/../add-checkpoint").status, 404);
    EXPECT_EQ(
        at.by->answer({"POST", "/add-checkpoint", std::string(witness_body_bytes_max + 1, 'x')})
            .status,
        413);
}

// What it keeps ----------------------------------------------------------------------------------

TEST(Witness, RemembersOverARestart) {
    scene at;
    ASSERT_EQ(at.tell(0, 5).status, 200);
    const auto before = at.by->newest(origin);
    at.reopen();
    EXPECT_EQ(at.by->newest(origin), before);
    EXPECT_EQ(at.by->origins(), std::vector{origin});
    EXPECT_EQ(at.tell(0, 4).body, "5\n");
    EXPECT_EQ(at.tell(5, 9).status, 200);
}

TEST(Witness, SignsNothingThatItCannotKeep) {
    scene at;
    ASSERT_EQ(at.tell(0, 5).status, 200);
    {
        const daybook::test::file_size_limit full{10};
        const auto answer = at.tell(5, 9);
        EXPECT_EQ(answer.status, 500);
        EXPECT_EQ(answer.body.find("\xE2\x80\x94"), std::string::npos) << "no signature leaves";
    }
    EXPECT_EQ(at.tell(0, 9).body, "5\n");
    at.reopen();
    EXPECT_EQ(at.tell(5, 9).status, 200);
}

TEST(Witness, OpensNoMemoryThatIsNotWhatItKept) {
    scene at;
    ASSERT_EQ(at.tell(0, 5).status, 200);
    at.by.reset();
    const auto file = at.home / "state" / (sha256(origin).hex() + ".checkpoint");
    const auto good = content(file);
    const auto open = [&](std::string_view bytes) {
        std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes;
        return witness::open(options_for(at.home / "state", {at.log.key()}));
    };
    EXPECT_THAT(open(""), FailsWith(errc::corrupt));
    EXPECT_THAT(open(good.substr(0, good.size() / 2)), FailsWith(errc::corrupt));
    EXPECT_THAT(open(growing_log{"example.com/b"}.note(5)), FailsWith(errc::corrupt));
    EXPECT_THAT(open(growing_log{"example.com/b"}.note(5)), FailsWith(errc::corrupt, "it is of"));
    auto forged = good;
    forged[origin.size() + 1] = '4';
    EXPECT_THAT(open(forged), FailsWith(errc::corrupt));
    EXPECT_THAT(open(good), HoldsValue());
}

TEST(Witness, HasItsDirectoryForItself) {
    scene at;
    EXPECT_THAT(witness::open(options_for(at.home / "state", {})), FailsWith(errc::locked));
    at.by.reset();
    EXPECT_THAT(witness::open(options_for(at.home / "state", {})), HoldsValue());
}

TEST(Witness, NeedsANameAKeyAndLogs) {
    const temp_directory home;
    auto with = options_for(home / "state", {});
    with.name = "has a space";
    EXPECT_THAT(witness::open(with), FailsWith(errc::invalid_argument));
    with = options_for(home / "state", {});
    with.key = nullptr;
    EXPECT_THAT(witness::open(with), FailsWith(errc::invalid_argument));
    with.key = temporary_signer(key_type::ecdsa_p256).value();
    EXPECT_THAT(witness::open(with), FailsWith(errc::invalid_argument));
    growing_log log{origin};
    with = options_for(home / "state", {log.key().as_witness().value()});
    EXPECT_THAT(witness::open(with), FailsWith(errc::invalid_argument));
    std::ofstream{home / "file"} << "x";
    EXPECT_THAT(witness::open(options_for(home / "file", {})), FailsWith(errc::io));
}

TEST(Witness, SignsOneOfManyThatComeAtOnce) {
    // Two histories, told by several threads each: whatever comes first, only one gets signatures.
    scene at;
    growing_log forked{origin, 'b'};
    std::atomic<int> ours{0};
    std::atomic<int> theirs{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t) {
        threads.emplace_back([&, t] {
            growing_log mine{origin, t % 2 == 0 ? 'a' : 'b'};
            for (std::size_t size = 1; size <= 12; ++size) {
                for (std::size_t from = 0; from <= size; ++from) {
                    const auto proof = from == 0 ? proof_path{} : mine.proof(from, size);
                    if (at.by->add_checkpoint(body(from, proof, mine.note(size))).status == 200) {
                        ++(t % 2 == 0 ? ours : theirs);
                    }
                }
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_GT(ours + theirs, 0);
    EXPECT_TRUE(ours == 0 || theirs == 0) << ours << " and " << theirs;
}

TEST(Witness, NeverGoesBackWhenManyComeAtOnce) {
    scene at;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            growing_log mine{origin};
            const auto self = witness_anchor(at.by->key(), [&](const witness_request& request) {
                                  return result<witness_answer>{at.by->answer(request)};
                              }).value();
            std::uint64_t last = 0;
            for (std::size_t size = 1; size <= 20; ++size) {
                const auto told = self->remember(mine.at(size), mine.prove());
                const auto now = self->newest(origin);
                const auto note = signed_note::parse(now.value().value());
                const auto has = checkpoint::parse(note->text())->size;
                EXPECT_GE(has, last);
                EXPECT_TRUE(!told || has >= size);
                last = has;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(at.tell(0, 1).body, "20\n");
}

// As an anchor -----------------------------------------------------------------------------------

struct remote_scene : scene {
    std::size_t requests = 0;
    std::function<witness_answer(const witness_request&)> says;
    std::unique_ptr<anchor> remote;

    remote_scene() {
        says = [this](const witness_request& request) { return by->answer(request); };
        remote = witness_anchor(by->key(), [this](const witness_request& request) {
                     ++requests;
                     return result<witness_answer>{says(request)};
                 }).value();
    }
    result<std::vector<note_signature>> remember(std::size_t size) {
        return remote->remember(log.at(size), log.prove());
    }
    void always_says(unsigned status, const std::string& text) {
        says = [=](const witness_request&) { return witness_answer{status, "", text}; };
    }
};

TEST(WitnessAnchor, GivesTheCosignature) {
    remote_scene at;
    const auto lines = at.remember(5);
    ASSERT_THAT(lines, HoldsValue());
    ASSERT_EQ(lines->size(), 1);
    EXPECT_EQ(at.signed_at(5, lines->front().line()), noon());
    EXPECT_EQ(at.remote->newest(origin).value(), at.log.note(5) + lines->front().line());
    EXPECT_EQ(at.remote->newest("example.com/other").value(), std::nullopt);
    EXPECT_EQ(at.remote->name(), "witness witness.example/w");
}

TEST(WitnessAnchor, AsksOnceForEachCheckpointAndTwiceToBeginWith) {
    remote_scene at;
    ASSERT_EQ(at.tell(0, 5).status, 200);
    ASSERT_THAT(at.remember(7), HoldsValue());
    EXPECT_EQ(at.requests, 2);
    ASSERT_THAT(at.remember(9), HoldsValue());
    EXPECT_EQ(at.requests, 3);
    ASSERT_THAT(at.remember(9), HoldsValue());
    EXPECT_EQ(at.requests, 4);
}

TEST(WitnessAnchor, NoticesThatTheLogWentBackOrForked) {
    remote_scene at;
    ASSERT_THAT(at.remember(7), HoldsValue());
    EXPECT_THAT(at.remember(5), FailsWith(errc::rejected, "went back"));
    growing_log forked{origin, 'b'};
    EXPECT_THAT(at.remote->remember(forked.at(9), forked.prove()),
                FailsWith(errc::corrupt, "another history"));
    EXPECT_THAT(at.remote->remember(forked.at(7), forked.prove()), FailsWith(errc::corrupt));
    const auto fresh = witness_anchor(at.by->key(), [&](const witness_request& request) {
                           return result<witness_answer>{at.by->answer(request)};
                       }).value();
    EXPECT_THAT(fresh->remember(at.log.at(5), at.log.prove()), FailsWith(errc::rejected));
}

TEST(WitnessAnchor, TellsWhatTheWitnessDoesNotKnow) {
    remote_scene at;
    growing_log other{"example.com/other"};
    EXPECT_THAT(at.remote->remember(other.at(5), other.prove()), FailsWith(errc::not_found));
    at.always_says(403, "");
    EXPECT_THAT(at.remember(5), FailsWith(errc::refused));
    at.always_says(500, "two\nlines");
    EXPECT_THAT(at.remember(5), FailsWith(errc::io, "status 500"));
    EXPECT_THAT(at.remote->newest(origin), FailsWith(errc::io, "status 500"));
}

TEST(WitnessAnchor, BelievesNothingThatTheWitnessDidNotSign) {
    remote_scene at;
    ASSERT_EQ(at.tell(0, 5).status, 200);
    growing_log other{"example.com/other"};
    for (const auto& text :
         {std::string{}, std::string{"ok"}, at.log.note(5),
          note_signature{"stranger", 1, "x"}.line(),
          note_signature{"witness.example/w", at.by->key().id(), std::string(72, 'x')}.line()}) {
        at.always_says(200, text);
        EXPECT_THAT(at.remember(5), FailsWith(errc::corrupt)) << text;
        EXPECT_THAT(at.remote->newest(origin), FailsWith(errc::corrupt)) << text;
    }
    at.always_says(200, *at.by->newest(origin));
    EXPECT_THAT(at.remote->newest("example.com/other"), FailsWith(errc::corrupt));
    at.always_says(409, "no number");
    EXPECT_THAT(at.remember(5), FailsWith(errc::io));
}

TEST(WitnessAnchor, IsNotKeptBusyByAWitnessThatNamesOtherSizesForEver) {
    remote_scene at;
    std::uint64_t size = 0;
    at.says = [&](const witness_request&) {
        return witness_answer{409, "", std::to_string(++size) + "\n"};
    };
    EXPECT_THAT(at.remember(40), FailsWith(errc::io, "another size"));
    EXPECT_LE(at.requests, 3);
}

TEST(WitnessAnchor, PassesOnThatTheWitnessCannotBeReached) {
    growing_log log{origin};
    const auto key = verifier_key::of("w", *ed25519_signer(std::string(32, 'w')).value()).value();
    const auto remote = witness_anchor(key, [](const witness_request&) {
                            return result<witness_answer>{fail(errc::timed_out, "no answer")};
                        }).value();
    EXPECT_THAT(remote->remember(log.at(5), log.prove()), FailsWith(errc::timed_out));
    EXPECT_THAT(remote->newest(origin), FailsWith(errc::timed_out));
    const auto p256 = verifier_key::of("w", *temporary_signer(key_type::ecdsa_p256).value());
    EXPECT_THAT(witness_anchor(*p256, {}), FailsWith(errc::invalid_argument));
}

}  // namespace
}  // namespace daybook::compliance
