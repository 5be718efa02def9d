// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Good bundles and forged ones, before three verifiers that share no code: the library, the shell
// script and the Python program. All three must say the same.

#include <daybook/base64.hpp>
#include <daybook/compliance/bundle.hpp>

#include "bundle_format.hpp"
#include "support/matchers.hpp"
#include "support/temp_directory.hpp"
#include "tar.hpp"
#include "unit/compliance/hex.hpp"
#include "unit/compliance/made_log.hpp"
#include "unit/compliance/time_authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <ostream>
#include <set>
#include <sys/wait.h>

namespace daybook::compliance {
namespace {

using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using daybook::test::temp_directory;
using test::contents;
using test::from_hex;
using test::made_log;
using test::time_authority;
using test::write;
using testing::ElementsAre;
using testing::HasSubstr;

using files = std::vector<bundle_file>;

std::shared_ptr<const signer> log_key() {
    return ed25519_signer(
               from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
        .value();
}
std::shared_ptr<const signer> other_key() { return ed25519_signer(std::string(32, '7')).value(); }

std::string written(const bundle_source& log, const bundle_options& options = {},
                    std::shared_ptr<const signer> key = log_key()) {
    std::string bytes;
    const auto done = write_bundle(log, *key, options, [&](std::string_view piece) -> result<void> {
        bytes += piece;
        return {};
    });
    EXPECT_THAT(done, HoldsValue());
    EXPECT_EQ(done.has_value() ? done->bytes : 0, bytes.size());
    return bytes;
}

files unpacked(const std::string& bytes) {
    std::string_view rest = bytes;
    tar_reader archive{[&](char* to, std::size_t size) -> result<std::size_t> {
        const auto some = rest.copy(to, size);
        rest.remove_prefix(some);
        return some;
    }};
    files all;
    while (archive.next().value()) {
        all.push_back({archive.name(), {}});
        EXPECT_THAT(archive.read([&](std::string_view piece) { all.back().bytes += piece; }),
                    HoldsValue());
    }
    return all;
}

std::string entry(const bundle_file& file) {
    const auto size = file.bytes.size();
    return tar_header(file.name, size) + file.bytes + std::string(tar_padding(size), '\0');
}

std::string packed(const files& all) {
    std::string bytes;
    for (const auto& file : all) bytes += entry(file);
    return bytes + tar_end();
}

bundle_file& find(files& all, std::string_view name) {
    for (auto& file : all) {
        if (file.name == name) return file;
    }
    ADD_FAILURE() << "no file " << name;
    return all.front();
}

void replace(std::string& text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    if (at == std::string::npos) {
        ADD_FAILURE() << "no " << what;
        return;
    }
    text.replace(at, what.size(), with);
}

void remove(files& all, std::string_view name) {
    EXPECT_EQ(std::erase_if(all, [&](const bundle_file& file) { return file.name == name; }), 1U);
}

/// What somebody does who has the key of the log: a MANIFEST for what is there, and signed.
void seal(files& all, const signer& key, const std::function<void(bundle_note&)>& change = {}) {
    auto& note = find(all, "manifest.note").bytes;
    auto about = bundle_note::parse(signed_note::parse(note).value().text()).value();
    std::map<std::string, digest> hashes;
    for (const auto& file : all) hashes[file.name] = sha256(file.bytes);
    std::string lines;
    for (const auto& [name, hash] : hashes) {
        if (name != "MANIFEST" && name != "manifest.note") lines += hash.hex() + "  " + name + "\n";
    }
    find(all, "MANIFEST").bytes = lines;
    about.manifest = sha256(lines);
    if (change) change(about);
    note = sign_note(about.text(), "example.com/log", key).value();
}

/// What the checker is told, and how the verifiers are told the same.
struct knowledge {
    std::vector<std::string> keys{};
    std::vector<std::string> anchors{};
    std::vector<std::string> witnesses{};
    std::optional<std::size_t> quorum{};
    std::optional<std::string> roots{};
    std::optional<std::chrono::seconds> max_age{};
    std::optional<timestamp> now{};

    bundle_trust trust() const {
        bundle_trust made{.anchors = anchors, .quorum = quorum, .time_stamp_roots = roots};
        if (max_age) made.times.max_age = *max_age;
        made.times.now = now;
        for (const auto& key : keys) made.keys.push_back(verifier_key::parse(key).value());
        for (const auto& key : witnesses)
            made.witnesses.push_back(verifier_key::parse(key).value());
        return made;
    }
    std::string options(const temp_directory& directory) const {
        std::string line;
        for (const auto& key : keys) line += " --key '" + key + "'";
        for (const auto& key : witnesses) line += " --witness '" + key + "'";
        for (std::size_t i = 0; i < anchors.size(); ++i) {
            const auto path = directory / ("anchor" + std::to_string(i));
            write(path, anchors[i]);
            line += " --anchor " + path.string();
        }
        if (quorum) line += " --quorum " + std::to_string(*quorum);
        if (max_age) line += " --max-age " + std::to_string(max_age->count());
        if (now) {
            line += " --now " +
                    std::to_string(
                        std::chrono::floor<std::chrono::seconds>(*now).time_since_epoch().count());
        }
        if (roots) {
            write(directory / "roots", *roots);
            line += " --tsa-roots " + (directory / "roots").string();
        }
        return line;
    }
};

struct answer {
    int code = 0;
    std::string output{};
};

answer asked(const std::string& command, const temp_directory& directory) {
    const auto path = directory / "output";
    const int status = std::system((command + " >" + path.string() + " 2>&1").c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(path)};
}

int code_of(verdict what) {
    switch (what) {
        case verdict::verified: return 0;
        case verdict::tampered:
        case verdict::rolled_back: return 1;
        case verdict::malformed: return 2;
        case verdict::unverifiable: return 3;
    }
    return -1;
}

/// The verifiers that are asked beside the library. The one in shell takes most of a second for a
/// bundle, so it is asked where it does something that the others of its kind do not; about
/// everything with DAYBOOK_ALL_VERIFIERS=1 in the environment.
enum class asking { python, both };

std::vector<std::string> verifiers_for(asking whom) {
    if (whom == asking::both || std::getenv("DAYBOOK_ALL_VERIFIERS") != nullptr) {
        return {"check_bundle.py", "check_bundle.sh"};
    }
    return {"check_bundle.py"};
}

/// What all of them say; the library's answer.
bundle_check agreed(const std::string& bundle, const knowledge& known, verdict expected,
                    asking whom = asking::python) {
    const temp_directory directory;
    const auto path = directory / "bundle.tar";
    write(path, bundle);
    const auto checked = check_bundle(path, known.trust());
    EXPECT_THAT(checked, HoldsValue());
    if (!checked) return {};
    std::string said;
    for (const auto& found : checked->verified.findings) said += found.message + "\n";
    EXPECT_EQ(to_string(checked->verified.what()), to_string(expected)) << said;
    for (const auto& verifier : verifiers_for(whom)) {
        const auto answered =
            asked(DAYBOOK_VERIFIERS "/" + verifier + known.options(directory) + " " + path.string(),
                  directory);
        EXPECT_EQ(answered.code, code_of(expected)) << verifier << ":\n" << answered.output;
        EXPECT_THAT(answered.output, HasSubstr("verdict: " + std::string{to_string(expected)}))
            << verifier;
    }
    return *checked;
}

knowledge knowing(const made_log& log) { return {.keys = {log.vkey()}}; }

made_log small_log() { return made_log{5, log_key()}; }

bundle_options about_stream(bool all_statements) {
    return {.scope = {.stream = "order-0"}, .all_statements = all_statements};
}

TEST(bundle, of_a_whole_log_verifies_with_all_three) {
    auto log = small_log();
    log.withhold({1});
    const auto checked = agreed(written(log), knowing(log), verdict::verified, asking::both);
    EXPECT_EQ(checked.scope, "all");
    EXPECT_TRUE(checked.all_statements);
    EXPECT_EQ(checked.statements, 5U);
    EXPECT_EQ(checked.payloads, 4U);
    EXPECT_EQ(checked.verified.origin, "example.com/log");
    EXPECT_EQ(checked.verified.signed_to, position{5});
}

TEST(bundle, of_a_stream_shows_that_nothing_of_it_was_left_out) {
    const auto log = small_log();
    const auto bytes = written(log, about_stream(true));
    const auto checked = agreed(bytes, knowing(log), verdict::verified);
    EXPECT_EQ(checked.scope, "stream order-0");
    EXPECT_EQ(checked.statements, 5U) << "all statements,";
    EXPECT_EQ(checked.payloads, 3U) << "and the payloads of the stream alone";
    EXPECT_THAT(checked.remarks, ElementsAre("nothing of the stream \"order-0\" was left out"));
}

TEST(bundle, of_a_stream_alone_says_how_far_it_reaches) {
    const auto log = small_log();
    const auto checked =
        agreed(written(log, about_stream(false)), knowing(log), verdict::verified, asking::both);
    EXPECT_EQ(checked.statements, 3U);
    EXPECT_THAT(checked.remarks, ElementsAre(HasSubstr("up to sequence 3")));
}

TEST(bundle, of_a_range_has_what_is_in_it) {
    const auto log = small_log();
    const auto checked = agreed(
        written(log, {.scope = {.range = {{position{1}, position{4}}}}, .all_statements = false}),
        knowing(log), verdict::verified);
    EXPECT_EQ(checked.scope, "range 1 4");
    EXPECT_EQ(checked.statements, 3U);
}

TEST(bundle, of_a_log_signed_with_ecdsa_verifies) {
    const made_log log{3, temporary_signer(key_type::ecdsa_p256).value()};
    std::string bytes;
    ASSERT_THAT(write_bundle(log, log.key(), {},
                             [&](std::string_view piece) -> result<void> {
                                 bytes += piece;
                                 return {};
                             }),
                HoldsValue());
    agreed(bytes, knowing(log), verdict::verified, asking::both);
}

TEST(bundle, of_an_empty_log_verifies) {
    made_log log{0, log_key()};
    log.kept.clear();
    agreed(written(log), knowing(log), verdict::verified);
}

TEST(bundle, is_an_archive_that_tar_and_sha256sum_read) {
    const auto log = small_log();
    const temp_directory directory;
    write(directory / "bundle.tar", written(log));
    const auto answered = asked("cd " + directory.path().string() +
                                    " && tar -xf bundle.tar && sha256sum --strict -c MANIFEST",
                                directory);
    EXPECT_EQ(answered.code, 0) << answered.output;
    EXPECT_THAT(contents(directory / "HOWTO.txt"), HasSubstr("example.com/log+0123abcd"));
}

TEST(bundle, refuses_scopes_and_files_that_make_no_sense) {
    const auto log = small_log();
    const auto with = [&](bundle_options options) {
        return write_bundle(log, log.key(), options,
                            [](std::string_view) -> result<void> { return {}; });
    };
    EXPECT_THAT(with({.scope = {.stream = "none"}}), FailsWith(errc::invalid_argument, "no event"));
    EXPECT_THAT(with({.scope = {.range = {{position{2}, position{6}}}}}),
                FailsWith(errc::invalid_argument, "up to 5"));
    EXPECT_THAT(with({.scope = {.range = {{position{3}, position{2}}}}}),
                FailsWith(errc::invalid_argument));
    EXPECT_THAT(with({.scope = {.stream = "order-0", .range = {{position{0}, position{2}}}}}),
                FailsWith(errc::invalid_argument));
    for (const auto* name :
         {"../evil", "MANIFEST", "payload-0", "notes.txt", "proof-0.tlog-proof"}) {
        EXPECT_THAT(with({.further_files = {{name, "x"}}}),
                    FailsWith(errc::invalid_argument, "does not belong"))
            << name;
    }
    EXPECT_THAT(with({.further_files = {{"report.html", "x"}, {"report.html", "y"}}}),
                FailsWith(errc::invalid_argument, "already"));
    EXPECT_THAT(write_bundle(log, log.key(), {},
                             [](std::string_view) -> result<void> {
                                 return fail(errc::io, "The disk is full.");
                             }),
                FailsWith(errc::io, "full"));
}

TEST(bundle, that_cannot_be_read_is_an_error_and_no_verdict) {
    const temp_directory directory;
    EXPECT_THAT(check_bundle(directory / "none", {}), FailsWith(errc::not_found, "none"));
    EXPECT_THAT(check_bundle(directory.path(), {}), FailsWith(errc::io));
}

TEST(bundle, without_a_key_or_with_another_is_unverifiable) {
    const auto log = small_log();
    const auto bytes = written(log);
    agreed(bytes, {}, verdict::unverifiable);
    const made_log other{1, other_key()};
    agreed(bytes, {.keys = {other.vkey()}}, verdict::unverifiable);
    agreed(bytes, {.keys = {other.vkey(), log.vkey()}}, verdict::verified);
}

TEST(bundle, with_keys_of_several_logs_is_malformed) {
    const auto log = small_log();
    const auto other = verifier_key::of("example.com/other", *other_key()).value().text();
    agreed(written(log), {.keys = {log.vkey(), other}}, verdict::malformed);
}

TEST(bundle, is_held_against_a_checkpoint_that_was_kept) {
    const auto log = small_log();
    const made_log longer{9, log_key()};
    const auto whole = written(log);
    const auto part = written(log, about_stream(false));
    const auto with = [&](const std::string& anchor) {
        auto known = knowing(log);
        known.anchors = {anchor};
        return known;
    };
    EXPECT_EQ(agreed(whole, with(log.checkpoint_at(4)), verdict::verified).verified.anchored_to,
              position{4});
    agreed(part, with(log.checkpoint_at(3)), verdict::verified);
    agreed(part, with(log.checkpoint_at(4)), verdict::unverifiable);
    agreed(whole, with(longer.checkpoint_at(9)), verdict::rolled_back, asking::both);
    const auto lie =
        sign_checkpoint({.origin = log.origin(), .size = 4, .root = sha256("lie")}, log.key());
    agreed(whole, with(*lie), verdict::tampered);
    agreed(whole, with("nonsense"), verdict::malformed);
    agreed(whole, with(made_log{4, other_key()}.checkpoint_at(4)), verdict::unverifiable);
}

TEST(bundle, has_the_quorum_of_its_witnesses_or_is_unverifiable) {
    const auto log = small_log();
    auto all = unpacked(written(log));
    auto& note = find(all, "checkpoint").bytes;
    auto signed_text = signed_note::parse(note).value();
    const auto witness = ed25519_signer(std::string(32, 'w')).value();
    const auto absent = ed25519_signer(std::string(32, 'a')).value();
    ASSERT_THAT(signed_text.add(cosign(signed_text.text(), "witness.example", *witness,
                                       std::chrono::sys_seconds{std::chrono::seconds{1700000000}})
                                    .value()),
                HoldsValue());
    note = signed_text.str();
    seal(all, log.key());
    const auto bytes = packed(all);
    auto known = knowing(log);
    known.witnesses = {verifier_key::of("witness.example", *witness).value().text()};
    agreed(bytes, known, verdict::verified);
    known.witnesses.push_back(verifier_key::of("absent.example", *absent).value().text());
    agreed(bytes, known, verdict::unverifiable);
    known.quorum = 1;
    agreed(bytes, known, verdict::verified, asking::both);
}

TEST(bundle, has_time_stamps_that_lead_to_a_pinned_root) {
    const time_authority authority;
    ASSERT_TRUE(authority.ready());
    const auto log = small_log();
    const auto stamp = obtain_time_stamp(
        sha256(log.newest_checkpoint().value()),
        [&](std::string_view request) { return authority.answer(request); }, authority.trust());
    ASSERT_THAT(stamp, HoldsValue());
    const auto bytes = written(log, {.further_files = {{"tsa-0.tsq", stamp->evidence.request},
                                                       {"tsa-0.tsr", stamp->evidence.reply}}});
    auto known = knowing(log);
    known.roots = authority.trust().roots;
    EXPECT_THAT(agreed(bytes, known, verdict::verified, asking::both).time_stamps,
                ElementsAre(HasSubstr("CN = tsa")));
    agreed(written(log), known, verdict::unverifiable);
    known.roots = authority.trust("other").roots;
    agreed(bytes, known, verdict::unverifiable);
}

constexpr timestamp noon{std::chrono::seconds{1'700'000'000}};

/// A witness of the logs here, and what it says of them.
class test_witness {
public:
    std::string vkey() const { return verifier_key::of(name, *key_).value().text(); }
    anchor_evidence saw(const std::string& note, timestamp when) const {
        auto cosigned = signed_note::parse(note).value();
        const auto seconds = std::chrono::floor<std::chrono::seconds>(when);
        EXPECT_THAT(cosigned.add(cosign(cosigned.text(), name, *key_, seconds).value()),
                    HoldsValue());
        return {.note = cosigned.str()};
    }

private:
    static constexpr std::string_view name = "witness.example";
    std::shared_ptr<const signer> key_ = ed25519_signer(std::string(32, 'w')).value();
};

using std::chrono::hours;
using std::chrono::minutes;

/// Of five events, from noon on, one a minute.
made_log timed_log() { return made_log{5, log_key(), noon}; }

TEST(bundle, carries_what_witnesses_signed) {
    const auto log = timed_log();
    const test_witness by;
    auto known = knowing(log);
    known.witnesses = {by.vkey()};
    const bundle_options options{.evidence = {by.saw(log.checkpoint_at(3), noon + minutes{3}),
                                              by.saw(log.checkpoint_at(5), noon + minutes{6})}};
    const auto bytes = written(log, options);
    auto all = unpacked(bytes);
    EXPECT_EQ(find(all, "anchors.txt").bytes, options.evidence[0].note + "\n");
    EXPECT_EQ(find(all, "checkpoint").bytes, options.evidence[1].note);
    const auto checked = agreed(bytes, known, verdict::verified, asking::both);
    EXPECT_THAT(checked.remarks, testing::Contains(HasSubstr("5 events at 2023-11-14T22:19:20")));
    // Of the newest checkpoint nobody says anything.
    const bundle_options old{.evidence = {options.evidence[0]}};
    agreed(written(log, old), known, verdict::unverifiable);
    // Only a part of the statements: then there is a proof.
    auto part = about_stream(false);
    part.evidence = {by.saw(log.checkpoint_at(4), noon + minutes{4}), options.evidence[1]};
    agreed(written(log, part), known, verdict::verified);
}

TEST(bundle, carries_time_stamps) {
    const time_authority authority;
    ASSERT_TRUE(authority.ready());
    const auto log = timed_log();
    const auto stamped = [&](std::uint64_t size) {
        const auto note = log.checkpoint_at(size);
        const auto stamp = obtain_time_stamp(
            sha256(note), [&](std::string_view request) { return authority.answer(request); },
            authority.trust());
        return anchor_evidence{note, stamp.value().evidence, authority.trust("other").roots};
    };
    auto known = knowing(log);
    known.roots = authority.trust().roots;
    // Nothing follows: what is behind size 5 would be from now on.
    const bundle_options options{.evidence = {stamped(5)}};
    const auto bytes = written(log, options);
    auto all = unpacked(bytes);
    EXPECT_EQ(find(all, "tsa-0.tsr").bytes, options.evidence[0].stamp->reply);
    EXPECT_EQ(find(all, "tsa-0.pem").bytes, options.evidence[0].certificates);
    EXPECT_THAT(agreed(bytes, known, verdict::verified, asking::both).time_stamps,
                ElementsAre(HasSubstr("CN = tsa")));
    known.max_age = hours{1};
    agreed(bytes, known, verdict::verified, asking::both);
    known.now = noon + hours{24 * 365 * 40};
    agreed(bytes, known, verdict::unverifiable, asking::both);
    // Stamped years after the events behind it were recorded, as they say.
    known.now.reset();
    agreed(written(log, {.evidence = {stamped(4)}}), known, verdict::tampered, asking::both);
}

TEST(bundle, with_an_old_word_of_its_witness_is_not_the_present) {
    const auto log = timed_log();
    const test_witness by;
    auto known = knowing(log);
    known.witnesses = {by.vkey()};
    known.max_age = hours{24};
    const auto bytes =
        written(log, {.evidence = {by.saw(log.checkpoint_at(5), noon + minutes{6})}});
    known.now = noon + minutes{6} + hours{24};
    agreed(bytes, known, verdict::verified, asking::both);
    known.now = *known.now + std::chrono::seconds{1};
    const auto checked = agreed(bytes, known, verdict::unverifiable, asking::both);
    EXPECT_EQ(checked.verified.findings.front().kind, "age");
    known.now = noon;
    agreed(bytes, known, verdict::unverifiable, asking::both);
    known.witnesses.clear();
    agreed(bytes, known, verdict::unverifiable, asking::both);
}

TEST(bundle, with_times_that_cannot_be_is_tampered_with) {
    const auto log = timed_log();
    const test_witness by;
    auto known = knowing(log);
    known.witnesses = {by.vkey()};
    const auto newest = by.saw(log.checkpoint_at(5), noon + minutes{6});
    const auto with = [&](std::uint64_t size, timestamp when) {
        return written(log, {.evidence = {by.saw(log.checkpoint_at(size), when), newest}});
    };
    // The event at 3 is from minute 3, that at 2 from minute 2; the skew is a minute.
    agreed(with(3, noon + minutes{4}), known, verdict::verified);
    const auto back = agreed(with(3, noon + minutes{4} + std::chrono::seconds{1}), known,
                             verdict::tampered, asking::both);
    EXPECT_EQ(back.verified.findings.back().kind, "time");
    EXPECT_EQ(back.verified.findings.back().at, position{3});
    agreed(with(3, noon + minutes{1}), known, verdict::verified);
    const auto forward = agreed(with(3, noon + minutes{1} - std::chrono::seconds{1}), known,
                                verdict::tampered, asking::both);
    EXPECT_EQ(forward.verified.findings.back().at, position{2});
}

TEST(bundle, with_anchors_that_it_does_not_continue_is_not_verified) {
    const auto log = timed_log();
    const test_witness by;
    const made_log longer{9, log_key(), noon};
    const auto with = [&](const std::string& note) {
        return written(log, {.evidence = {by.saw(note, noon + minutes{6})}});
    };
    const auto known = knowing(log);
    agreed(with(longer.checkpoint_at(9)), known, verdict::rolled_back, asking::both);
    const auto lie =
        sign_checkpoint({.origin = log.origin(), .size = 4, .root = sha256("lie")}, log.key());
    agreed(with(*lie), known, verdict::tampered, asking::both);
    agreed(with(made_log{4, other_key(), noon}.checkpoint_at(4)), known, verdict::unverifiable,
           asking::both);
    auto all = unpacked(written(log, {.evidence = {by.saw(log.checkpoint_at(4), noon)}}));
    find(all, "anchors.txt").bytes.pop_back();
    seal(all, log.key());
    agreed(packed(all), known, verdict::malformed, asking::both);
    auto trusting = known;
    trusting.witnesses = {by.vkey()};
    trusting.quorum = 0;
    auto forged = by.saw(log.checkpoint_at(4), noon + minutes{5});
    auto& last = forged.note[forged.note.size() - 20];
    last = last == 'A' ? 'B' : 'A';
    agreed(written(log, {.evidence = {forged}}), trusting, verdict::tampered, asking::both);
}

TEST(bundle, is_not_made_from_evidence_that_is_none) {
    const auto log = timed_log();
    const auto with = [&](const bundle_options& options) {
        return write_bundle(log, log.key(), options,
                            [](std::string_view) -> result<void> { return {}; });
    };
    EXPECT_THAT(with({.evidence = {{.note = "nonsense"}}}), FailsWith(errc::corrupt, "evidence"));
    const auto other = sign_checkpoint({.origin = "example.com/b"}, *other_key()).value();
    EXPECT_THAT(with({.evidence = {{.note = other}}}), HoldsValue()) << "of another log";
}

/// A bundle that was changed, and what is to be said about it.
struct forgery {
    const char* name;
    verdict expected;
    /// By somebody without the key of the log: on the packed files.
    std::function<void(files&)> change{};
    /// By somebody with it: afterwards everything is signed again.
    std::function<void(files&)> change_and_seal{};
    std::function<std::string(std::string)> pack{};
    bool of_stream = false;
};
void PrintTo(const forgery& one, std::ostream* out) { *out << one.name; }

std::string text_of(files& all, const char* name) { return find(all, name).bytes; }

/// Swaps the contents of two files.
void swap(files& all, const char* one, const char* other) {
    std::swap(find(all, one).bytes, find(all, other).bytes);
}

std::string with_entry(const std::string& bytes, const std::string& more) {
    return bytes.substr(0, bytes.size() - tar_end().size()) + more + tar_end();
}

/// A header with bytes put over it, and the sum made right again.
std::string bent_header(const std::string& name, std::size_t at, const std::string& over) {
    auto header = tar_header(name, 0);
    header.replace(at, over.size(), over);
    unsigned sum = 256;
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (i < 148 || i >= 156) sum += static_cast<unsigned char>(header[i]);
    }
    for (std::size_t i = 154; i-- > 148; sum /= 8) header[i] = static_cast<char>('0' + sum % 8);
    return header;
}

std::vector<forgery> forgeries_1() {
    const auto t = verdict::tampered;
    const auto m = verdict::malformed;
    const auto u = verdict::unverifiable;
    return {
        // Without the key of the log.
        {"an_edited_payload", t, [](files& all) { find(all, "payload-1").bytes = "{}"; }},
        {"an_edited_statement", t,
         [](files& all) {
             replace(find(all, "statements.jsonl").bytes, "OrderPlaced", "OrderHidden");
         }},
        {"swapped_payloads", t, [](files& all) { swap(all, "payload-1", "payload-3"); }},
        {"a_dropped_payload", t, [](files& all) { remove(all, "payload-1"); }},
        {"a_dropped_checkpoint", m, [](files& all) { remove(all, "checkpoint"); }},
        {"a_dropped_manifest", m, [](files& all) { remove(all, "MANIFEST"); }},
        {"an_edited_manifest", t,
         [](files& all) { replace(find(all, "MANIFEST").bytes, "keys.txt", "anchors.txt"); }},
        {"a_payload_edited_with_its_manifest", t,
         [](files& all) {
             const auto before = sha256(text_of(all, "payload-1")).hex();
             find(all, "payload-1").bytes = "{}";
             replace(find(all, "MANIFEST").bytes, before, sha256("{}").hex());
         }},
        {"everything_signed_again_with_another_key", u,
         [](files& all) {
             const made_log other{5, other_key()};
             find(all, "checkpoint").bytes = other.newest_checkpoint().value();
             find(all, "keys.txt").bytes = other.vkey() + " log 0 -\n";
             seal(all, *other_key());
         }},
        {"a_checkpoint_without_signature", m,
         [](files& all) {
             auto& note = find(all, "checkpoint").bytes;
             note.resize(note.find("\n\n") + 2);
         }},
        {"a_checkpoint_with_another_size", t,
         [](files& all) { replace(find(all, "checkpoint").bytes, "\n5\n", "\n4\n"); }},
        {"a_replaced_checkpoint", t,
         [](files& all) {
             find(all, "checkpoint").bytes = made_log{4, log_key()}.newest_checkpoint().value();
         }},
        {"an_edited_scope", t,
         [](files& all) { replace(find(all, "manifest.note").bytes, "scope all", "scope all2"); }},
        {"an_added_file", t,
         [](files& all) {
             all.push_back({"report.html", "<p>fine</p>"});
         }},
        {"an_added_payload", t,
         [](files& all) {
             all.push_back({"payload-7", "{}"});
         }},
        // The container.
        {"a_file_of_no_bundle", m,
         [](files& all) {
             all.push_back({"run_me.sh", "x"});
         }},
        {"a_path_that_leads_out", m,
         [](files& all) {
             all.push_back({"../evil", "x"});
         }},
    };
}

std::vector<forgery> forgeries_2() {
    const auto m = verdict::malformed;
    return {
        {"an_absolute_path", m,
         [](files& all) {
             all.push_back({"/etc/evil", "x"});
         }},
        {"a_file_that_is_there_twice", m,
         [](files& all) { all.push_back(find(all, "payload-1")); }},
        {"a_position_spelled_otherwise", m,
         [](files& all) {
             all.push_back({"payload-01", "x"});
         }},
        {"a_symbolic_link",
         m,
         {},
         {},
         [](const std::string& bytes) {
             auto link = bent_header("report.html", 156, "2");
             link = bent_header("report.html", 156, "2/etc/passwd");
             return with_entry(bytes, link);
         }},
        {"a_hard_link_in_a_plain_entry",
         m,
         {},
         {},
         [](const std::string& bytes) {
             return with_entry(bytes, bent_header("report.html", 157, "payload-1"));
         }},
        {"a_folder_as_prefix",
         m,
         {},
         {},
         [](const std::string& bytes) {
             return with_entry(bytes, bent_header("report.html", 345, "../.."));
         }},
        {"a_size_that_is_not_there",
         m,
         {},
         {},
         [](const std::string& bytes) {
             return with_entry(bytes, bent_header("report.html", 124, "77777777777"));
         }},
        {"a_size_that_is_no_number",
         m,
         {},
         {},
         [](const std::string& bytes) {
             return with_entry(bytes, bent_header("report.html", 124, "-0000000001"));
         }},
        {"a_wrong_sum",
         m,
         {},
         {},
         [](const std::string& bytes) {
             auto header = tar_header("report.html", 0);
             header[0] = 'R';
             return with_entry(bytes, header);
         }},
    };
}

std::vector<forgery> forgeries_3() {
    const auto t = verdict::tampered;
    const auto m = verdict::malformed;
    return {
        {"a_truncated_archive",
         m,
         {},
         {},
         [](const std::string& bytes) { return bytes.substr(0, bytes.size() / 2); }},
        {"an_archive_without_its_end",
         m,
         {},
         {},
         [](const std::string& bytes) { return bytes.substr(0, bytes.size() - 1024); }},
        {"something_behind_the_end",
         m,
         {},
         {},
         [](const std::string& bytes) { return bytes + std::string(512, '\0'); }},
        {"padding_with_something_in_it",
         m,
         {},
         {},
         [](std::string bytes) {
             bytes[1023] = 'x';
             return bytes;
         }},
        {"an_empty_file", m, {}, {}, [](const std::string&) { return std::string{}; }},
        // With the key of the log: what is signed must still fit together.
        {"a_signed_payload_of_no_statement",
         t,
         {},
         [](files& all) { find(all, "payload-1").bytes = "{}"; }},
        {"a_signed_statement_of_no_tree",
         t,
         {},
         [](files& all) {
             replace(find(all, "statements.jsonl").bytes, "OrderPlaced", "OrderHidden");
         }},
        {"a_statement_left_out",
         t,
         {},
         [](files& all) {
             auto& lines = find(all, "statements.jsonl").bytes;
             lines.resize(lines.rfind('\n', lines.size() - 2) + 1);
             remove(all, "payload-4");
         }},
        {"statements_in_another_order",
         m,
         {},
         [](files& all) {
             auto& lines = find(all, "statements.jsonl").bytes;
             const auto end = lines.find('\n') + 1;
             lines = lines.substr(end) + lines.substr(0, end);
         }},
        {"a_statement_in_another_spelling",
         m,
         {},
         [](files& all) {
             replace(find(all, "statements.jsonl").bytes, "\"type\":\"Order", "\"type\": \"Order");
         }},
    };
}

std::vector<forgery> forgeries_4() {
    const auto t = verdict::tampered;
    const auto m = verdict::malformed;
    const auto u = verdict::unverifiable;
    return {
        {"a_statement_with_a_name_twice",
         m,
         {},
         [](files& all) {
             replace(find(all, "statements.jsonl").bytes, "{\"actor\"", "{\"actor\":{},\"actor\"");
         }},
        {"a_statement_that_is_not_utf8",
         m,
         {},
         [](files& all) {
             replace(find(all, "statements.jsonl").bytes, "OrderPlaced", "Order\xff\xff");
         }},
        {"a_cut_statement",
         m,
         {},
         [](files& all) { find(all, "statements.jsonl").bytes.pop_back(); }},
        {"a_key_that_was_not_valid_any_more",
         t,
         {},
         [](files& all) { replace(find(all, "keys.txt").bytes, " 0 -", " 0 4"); }},
        {"a_key_that_was_not_valid_yet",
         t,
         {},
         [](files& all) { replace(find(all, "keys.txt").bytes, " 0 -", " 5 -"); }},
        {"keys_that_are_none",
         m,
         {},
         [](files& all) { replace(find(all, "keys.txt").bytes, " log ", " any "); }},
        {"a_consistency_proof_of_something_else",
         t,
         {},
         [](files& all) {
             auto& text = find(all, "consistency.txt").bytes;
             std::string hash;
             base64::append(hash, sha256("x").view());
             const auto at = text.find('\n') + 1;
             text.replace(at, 44, hash);
         }},
        {"a_missing_consistency_proof",
         u,
         {},
         [](files& all) { find(all, "consistency.txt").bytes.clear(); }},
        {"a_consistency_proof_that_is_none",
         m,
         {},
         [](files& all) { replace(find(all, "consistency.txt").bytes, "=\n", "\n"); }},
        {"an_older_checkpoint_of_another_history",
         t,
         {},
         [](files& all) {
             auto& notes = find(all, "checkpoints.txt").bytes;
             notes = sign_checkpoint({.origin = "example.com/log", .size = 2, .root = sha256("x")},
                                     *log_key())
                         .value() +
                     "\n" + notes.substr(notes.find("\n\n", notes.find("\n\n") + 2) + 2);
         }},
    };
}

std::vector<forgery> forgeries_5() {
    const auto t = verdict::tampered;
    const auto m = verdict::malformed;
    return {
        {"older_checkpoints_out_of_order",
         m,
         {},
         [](files& all) {
             auto& notes = find(all, "checkpoints.txt").bytes;
             const auto end = notes.find("\n\n", notes.find("\n\n") + 2) + 2;
             notes = notes.substr(end) + notes.substr(0, end);
         }},
        {"cut_checkpoints",
         m,
         {},
         [](files& all) { find(all, "checkpoints.txt").bytes.pop_back(); }},
        // Of a stream, with proofs.
        {"a_proof_of_another_event",
         t,
         {},
         [](files& all) { swap(all, "proof-2.tlog-proof", "proof-4.tlog-proof"); },
         {},
         true},
        {"a_proof_with_a_changed_hash",
         t,
         {},
         [](files& all) {
             auto& text = find(all, "proof-2.tlog-proof").bytes;
             std::string hash;
             base64::append(hash, sha256("x").view());
             const auto at = text.find('\n', text.find("index")) + 1;
             text.replace(at, 44, hash);
         },
         {},
         true},
        {"a_proof_with_a_hash_too_many",
         t,
         {},
         [](files& all) {
             auto& text = find(all, "proof-2.tlog-proof").bytes;
             std::string hash;
             base64::append(hash, sha256("x").view());
             text.insert(text.find("\n\n") + 1, hash + "\n");
         },
         {},
         true},
        {"a_proof_for_a_checkpoint_of_another_size",
         t,
         {},
         [](files& all) {
             auto& text = find(all, "proof-2.tlog-proof").bytes;
             text = text.substr(0, text.find("\n\n") + 2) +
                    made_log{4, log_key()}.newest_checkpoint().value();
         },
         {},
         true},
        {"a_proof_that_is_none",
         m,
         {},
         [](files& all) { replace(find(all, "proof-2.tlog-proof").bytes, "@v1", "@v2"); },
         {},
         true},
    };
}

std::vector<forgery> forgeries_6() {
    const auto t = verdict::tampered;
    const auto u = verdict::unverifiable;
    return {
        {"a_missing_proof", u, {}, [](files& all) { remove(all, "proof-2.tlog-proof"); }, {}, true},
        {"an_event_left_out_of_its_stream",
         t,
         {},
         [](files& all) {
             auto& lines = find(all, "statements.jsonl").bytes;
             const auto first = lines.find('\n') + 1;
             lines.erase(first, lines.find('\n', first) + 1 - first);
             remove(all, "proof-2.tlog-proof");
             remove(all, "payload-2");
         },
         {},
         true},
    };
}

std::vector<forgery> forgeries() {
    std::vector<forgery> all;
    for (const auto& some : {forgeries_1(), forgeries_2(), forgeries_3(), forgeries_4(),
                             forgeries_5(), forgeries_6()}) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

/// One of each kind, for all three.
bool is_typical(std::string_view name) {
    static const std::set<std::string_view> all{"an_edited_payload",
                                                "a_payload_edited_with_its_manifest",
                                                "everything_signed_again_with_another_key",
                                                "an_added_payload",
                                                "a_path_that_leads_out",
                                                "a_symbolic_link",
                                                "a_truncated_archive",
                                                "a_signed_statement_of_no_tree",
                                                "a_statement_with_a_name_twice",
                                                "a_key_that_was_not_valid_any_more",
                                                "an_older_checkpoint_of_another_history",
                                                "a_proof_with_a_changed_hash",
                                                "an_event_left_out_of_its_stream"};
    return all.contains(name);
}

class forged_bundle : public testing::TestWithParam<forgery> {};

TEST_P(forged_bundle, is_told_by_all_that_are_asked) {
    const auto log = small_log();
    const auto& how = GetParam();
    auto all = unpacked(written(log, how.of_stream ? about_stream(false) : bundle_options{}));
    if (how.change) how.change(all);
    if (how.change_and_seal) {
        how.change_and_seal(all);
        seal(all, log.key());
    }
    const auto bytes = packed(all);
    agreed(how.pack ? how.pack(bytes) : bytes, knowing(log), how.expected,
           is_typical(how.name) ? asking::both : asking::python);
}

INSTANTIATE_TEST_SUITE_P(each, forged_bundle, testing::ValuesIn(forgeries()),
                         [](const auto& one) { return std::string{one.param.name}; });

TEST(bundle_verifiers, refuse_keys_that_anybody_can_sign_for) {
    const auto log = small_log();
    const temp_directory directory;
    write(directory / "bundle.tar", written(log));
    std::string blob{"\x01", 1};
    blob += std::string(32, '\0');
    std::string text;
    base64::append(text, blob);
    const auto id = sha256("example.com/log\n", blob).hex().substr(0, 8);
    const auto vkey = "example.com/log+" + id + "+" + text;
    EXPECT_THAT(verifier_key::parse(vkey), FailsWith(errc::invalid_argument));
    for (const std::string& bad :
         {vkey, std::string{"nonsense"}, log.vkey() + "=", "x" + log.vkey()}) {
        for (const std::string verifier : {"check_bundle.py", "check_bundle.sh"}) {
            const auto answered = asked(DAYBOOK_VERIFIERS "/" + verifier + " --key '" + bad + "' " +
                                            (directory / "bundle.tar").string(),
                                        directory);
            EXPECT_EQ(answered.code, 2) << verifier << " with " << bad << answered.output;
        }
    }
}

TEST(bundle_verifiers, do_not_mistake_their_own_trouble_for_an_answer) {
    const auto log = small_log();
    const temp_directory directory;
    const auto path = (directory / "bundle.tar").string();
    write(path, written(log));
    const auto bin = directory / "bin";
    std::filesystem::create_directory(bin);
    write(bin / "openssl", "#!/bin/sh\nexit 1\n");
    std::filesystem::permissions(bin / "openssl", std::filesystem::perms::owner_all);
    for (const std::string verifier : {"check_bundle.py", "check_bundle.sh"}) {
        const auto run = [&](const std::string& before, const std::string& options) {
            return asked(before + " " + DAYBOOK_VERIFIERS "/" + verifier + " " + options, directory)
                .code;
        };
        EXPECT_EQ(run("PATH=" + bin.string() + ":$PATH", "--key '" + log.vkey() + "' " + path), 3)
            << verifier;
        EXPECT_EQ(run("", ""), 4) << verifier;
        EXPECT_EQ(run("", "--key"), 4) << verifier;
        EXPECT_EQ(run("", "--nonsense " + path), 4) << verifier;
        EXPECT_EQ(run("", path + ".none"), 4) << verifier;
    }
}

}  // namespace
}  // namespace daybook::compliance
