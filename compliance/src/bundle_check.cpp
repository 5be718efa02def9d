// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// The checks and their order are those of compliance/docs/bundle.md; so do compliance/verifiers/.

#include <daybook/compliance/bundle.hpp>
#include <daybook/compliance/checkpoint.hpp>
#include <daybook/compliance/proof_file.hpp>
#include <daybook/compliance/timestamp.hpp>
#include <daybook/detail/descriptor.hpp>

#include "bundle_format.hpp"
#include "running_digest.hpp"
#include "text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <unistd.h>
#include <utility>

namespace daybook::compliance {
namespace {

/// What ends a check.
using outcome = std::optional<finding>;

outcome tampered(std::string kind, std::string message, std::optional<position> at = {}) {
    return finding{verdict::tampered, std::move(kind), at, std::move(message)};
}
outcome malformed(std::string message) {
    return finding{verdict::malformed, "format", {}, std::move(message)};
}
/// An error of the formats as a finding about `where`.
outcome of_error(const error& why, std::string kind, const std::string& where) {
    return finding{verdict_of(why), std::move(kind), {}, where + ": " + why.message};
}

struct file_read {
    digest hash{};
    std::string text{};  // Not of payloads and reports.
};
using files_read = std::map<std::string, file_read, std::less<>>;

bool is_kept(std::string_view name) {
    return !name.starts_with(payload_prefix) && !name.starts_with("report.");
}

/// A statement as far as the checks need it.
struct event_said {
    digest leaf{};
    digest payload{};
    std::optional<digest> previous{};
    std::uint64_t sequence = 0;
    std::string stream{};
    timestamp recorded_at{};
    timestamp occurred_at{};
};

class checker {
public:
    checker(files_read files, const bundle_trust& trust, bundle_check& to)
        : files_{std::move(files)}, trust_{trust}, to_{to}, origin_{trust.keys.front().name()} {}

    outcome run();

private:
    using step = outcome (checker::*)();

    outcome check_checkpoint();
    outcome check_manifest();
    outcome check_manifest_note();
    outcome check_files();
    outcome check_keys();
    outcome check_statements();
    outcome take_statement(std::string_view line, std::size_t number);
    outcome check_tree();
    outcome check_proofs();
    outcome check_proof(const std::string& name, position at);
    outcome check_streams();
    outcome check_order(position at, const event_said& said, std::map<std::string, position>& last);
    outcome check_scope(const std::map<std::string, position>& last);
    outcome check_payloads();
    outcome check_older();
    outcome take_older(const std::string& note, const std::string& where);
    outcome check_continues(const verified_checkpoint& older, const verified_checkpoint& newer);
    outcome check_anchors();
    outcome take_anchor(const std::string& note, const std::string& where, bool travelled);
    outcome check_anchor(const verified_checkpoint& anchor, const std::string& where);
    outcome check_witnesses();
    outcome check_witness(const verifier_key& key, std::size_t& signed_by);
    outcome check_time_stamps();
    outcome check_time_stamp(const std::string& name);
    outcome check_times();

    outcome check_validity(const verified_checkpoint& of, const std::string& where) const;
    void cannot_tell(std::string kind, std::string message);
    const std::string& text_of(std::string_view name) const {
        return files_.find(name)->second.text;
    }
    result<verified_checkpoint> verified(std::string_view note) const {
        return verified_checkpoint::verify(note, origin_, trust_.keys);
    }
    tree_head head_at(std::uint64_t size) const;

    files_read files_;
    const bundle_trust& trust_;
    bundle_check& to_;
    std::string origin_;
    std::optional<verified_checkpoint> newest_{};
    bundle_note about_{};
    std::vector<key_validity> keys_{};
    std::map<position, event_said> events_{};
    std::vector<digest> leaves_{};
    consistency_proofs proofs_{};
    std::vector<verified_checkpoint> older_{};
    std::vector<verified_checkpoint> travelled_{};  // Of anchors.txt.
    std::vector<witnessed_size> known_times_{};
};

void checker::cannot_tell(std::string kind, std::string message) {
    to_.verified.findings.push_back(
        {verdict::unverifiable, std::move(kind), {}, std::move(message)});
}

outcome checker::check_checkpoint() {
    auto made = verified(text_of("checkpoint"));
    if (!made) return of_error(made.error(), "checkpoint", "checkpoint");
    newest_ = *std::move(made);
    to_.verified.origin = origin_;
    to_.verified.to = {newest_->size()};
    to_.verified.signed_to = position{newest_->size()};
    return {};
}

outcome checker::check_manifest_note() {
    const auto note = signed_note::parse(text_of("manifest.note"));
    if (!note) return of_error(note.error(), "format", "manifest.note");
    if (const auto signers = note->verified_by(trust_.keys); !signers) {
        return of_error(signers.error(), "signature", "manifest.note");
    }
    auto about = bundle_note::parse(note->text());
    if (!about) return malformed(about.error().message);
    about_ = *std::move(about);
    to_.scope = to_string(about_.scope);
    to_.all_statements = about_.all_statements;
    to_.created = about_.created;
    if (about_.origin != origin_ || about_.size != newest_->size()) {
        return tampered("checkpoint", "manifest.note is of another checkpoint");
    }
    if (files_.find("MANIFEST")->second.hash != about_.manifest) {
        return tampered("signature", "MANIFEST is not the one that was signed");
    }
    return {};
}

outcome checker::check_manifest() {
    if (auto found = check_manifest_note()) return found;
    if (auto found = check_files()) return found;
    return check_keys();
}

outcome checker::check_files() {
    std::map<std::string, digest, std::less<>> listed;
    std::string_view text = text_of("MANIFEST");
    while (const auto line = take_line(text)) {
        const auto hash = digest::from_hex(line->substr(0, 64));
        const auto name = line->size() > 66 ? line->substr(66) : std::string_view{};
        if (!hash || line->substr(64, 2) != "  " || !is_bundle_file(name) ||
            !listed.emplace(name, *hash).second) {
            return malformed("MANIFEST has a line that is none: " + in_quotes(*line));
        }
    }
    if (!text.empty()) return malformed("MANIFEST does not end with a line feed");
    for (const auto& [name, hash] : listed) {
        const auto there = files_.find(name);
        if (there == files_.end() || name == "MANIFEST" || name == "manifest.note") {
            return tampered("hole", name + " is in MANIFEST but missing");
        }
        if (there->second.hash != hash) {
            return tampered("payload", name + " is not what was signed",
                            position_in(name, payload_prefix));
        }
    }
    for (const auto& [name, file] : files_) {
        if (name != "MANIFEST" && name != "manifest.note" && !listed.contains(name)) {
            return tampered("format", name + " was added: MANIFEST does not know it");
        }
    }
    return {};
}

outcome checker::check_keys() {
    auto keys = parse_keys(text_of("keys.txt"));
    if (!keys) return malformed(keys.error().message);
    keys_ = *std::move(keys);
    return check_validity(*newest_, "checkpoint");
}

/// The key signed what goes up to the last event of the checkpoint.
outcome checker::check_validity(const verified_checkpoint& of, const std::string& where) const {
    const position at{of.size() > 0 ? of.size() - 1 : 0};
    const auto signer = of.signed_by().text();
    for (const auto& key : keys_) {
        if (key.purpose != "log" || key.vkey != signer) continue;
        if (at >= key.from && (!key.to || at < *key.to)) continue;
        return tampered("key", where + ": the key that signed was not valid at position " +
                                   std::to_string(at.value));
    }
    return {};
}

outcome checker::take_statement(std::string_view line, std::size_t number) {
    const auto where = "line " + std::to_string(number) + " of statements.jsonl";
    auto said = parse_statement(line);
    if (!said) return malformed(where + ": " + said.error().message);
    if (!events_.empty() && said->position <= events_.rbegin()->first) {
        return malformed(where + " is out of order");
    }
    if (said->position.value >= newest_->size() || said->origin != origin_) {
        return tampered("envelope", where + " is of no event of this log", said->position);
    }
    const auto leaf = leaf_hash(line);
    leaves_.push_back(leaf);
    events_.emplace_hint(events_.end(), said->position,
                         event_said{.leaf = leaf,
                                    .payload = said->payload,
                                    .previous = said->previous,
                                    .sequence = said->sequence.value,
                                    .stream = std::move(said->stream),
                                    .recorded_at = said->recorded_at,
                                    .occurred_at = said->occurred_at});
    return {};
}

outcome checker::check_statements() {
    std::string_view text = text_of("statements.jsonl");
    std::size_t number = 0;
    while (const auto line = take_line(text)) {
        if (auto found = take_statement(*line, ++number)) return found;
    }
    if (!text.empty()) return malformed("statements.jsonl does not end with a line feed");
    to_.statements = events_.size();
    return check_tree();
}

outcome checker::check_tree() {
    if (!about_.all_statements) return {};
    if (events_.size() != newest_->size()) {
        return tampered("hole", "statements were left out: " + std::to_string(events_.size()) +
                                    " of " + std::to_string(newest_->size()) + " are there");
    }
    if (tree_root(leaves_) == newest_->root()) return {};
    return tampered("envelope", "the statements are not those of the signed tree");
}

outcome checker::check_proof(const std::string& name, position at) {
    const auto proof = proof_file::parse(text_of(name));
    if (!proof) return of_error(proof.error(), "format", name);
    if (!proof->extra.empty()) return malformed(name + " has an extra line, which nobody signed");
    const auto said = events_.find(at);
    if (said == events_.end()) return malformed(name + " is for an event without statement");
    if (proof->at != at || proof->checkpoint != newest_->note()) {
        return tampered("checkpoint", name + " is of another event or checkpoint", at);
    }
    if (newest_->includes(proof->path, said->second.leaf, at)) return {};
    return tampered("envelope", name + " does not show that the statement is in the log", at);
}

outcome checker::check_proofs() {
    for (const auto& [name, file] : files_) {
        const auto at = position_in(name, proof_prefix, proof_ending);
        if (!at) continue;
        if (auto found = check_proof(name, *at)) return found;
    }
    if (about_.all_statements) return {};
    for (const auto& [at, said] : events_) {
        if (files_.contains(proof_name(at))) continue;
        cannot_tell("hole",
                    "nothing shows that statement " + std::to_string(at.value) + " is in the log");
    }
    return {};
}

outcome checker::check_order(position at, const event_said& said,
                             std::map<std::string, position>& last) {
    const auto where = "statement " + std::to_string(at.value);
    if ((said.sequence == 1) != !said.previous) {
        return tampered("order", where + ": first of its stream, or not?", at);
    }
    const auto found = last.find(said.stream);
    const auto* const before = found == last.end() ? nullptr : &events_.find(found->second)->second;
    const auto expected = before != nullptr ? before->sequence + 1 : 1;
    const bool whole = about_.all_statements || about_.scope.stream == said.stream;
    if (said.sequence < expected || (whole && said.sequence != expected)) {
        return tampered("order",
                        where + ": the stream " + in_quotes(said.stream) +
                            " has a gap or is out of order before it",
                        at);
    }
    if (before != nullptr && said.sequence == expected && said.previous != before->leaf) {
        return tampered(
            "order", where + " does not follow the one before it in " + in_quotes(said.stream), at);
    }
    last[said.stream] = at;
    return {};
}

outcome checker::check_streams() {
    std::map<std::string, position> last;
    for (const auto& [at, said] : events_) {
        if (auto found = check_order(at, said, last)) return found;
    }
    return check_scope(last);
}

outcome checker::check_scope(const std::map<std::string, position>& last) {
    const auto& scope = about_.scope;
    if (scope.range) {
        const auto [first, end] = *scope.range;
        if (end.value > newest_->size()) {
            return malformed("manifest.note names a range that is none");
        }
        const auto there = static_cast<std::uint64_t>(
            std::distance(events_.lower_bound(first), events_.lower_bound(end)));
        if (there != end.value - first.value) {
            return tampered("hole", std::to_string(end.value - first.value - there) +
                                        " statements of the range were left out");
        }
    }
    if (!scope.stream) return {};
    const auto found = last.find(*scope.stream);
    if (found == last.end()) return tampered("hole", "no statement of the stream is there");
    to_.remarks.push_back(about_.all_statements
                              ? "nothing of the stream " + in_quotes(*scope.stream) +
                                    " was left out"
                              : "nothing of the stream " + in_quotes(*scope.stream) +
                                    " was left out up to sequence " +
                                    std::to_string(events_.find(found->second)->second.sequence) +
                                    "; what came later is not shown");
    return {};
}

outcome checker::check_payloads() {
    for (const auto& [name, file] : files_) {
        const auto at = position_in(name, payload_prefix);
        if (!at) continue;
        const auto said = events_.find(*at);
        if (said == events_.end()) return malformed(name + " is of an event without statement");
        if (file.hash != said->second.payload) {
            return tampered("payload", name + " is not the payload of the event", at);
        }
        ++to_.payloads;
    }
    return {};
}

outcome checker::check_continues(const verified_checkpoint& older,
                                 const verified_checkpoint& newer) {
    const auto sizes = " that the log of size " + std::to_string(newer.size()) +
                       " continues that of " + std::to_string(older.size());
    const auto path = proofs_.find({older.size(), newer.size()});
    if (path == proofs_.end()) {
        cannot_tell("checkpoint", "nothing shows" + sizes);
        return {};
    }
    if (newer.continues(older, path->second)) return {};
    return tampered("checkpoint", "it is not so" + sizes);
}

outcome checker::take_older(const std::string& note, const std::string& where) {
    auto one = verified(note);
    if (!one) {
        auto found = of_error(one.error(), "checkpoint", where);
        if (found->what != verdict::unverifiable) return found;
        cannot_tell("checkpoint", std::move(found->message));
        return {};
    }
    if (one->size() >= newest_->size() ||
        (!older_.empty() && one->size() <= older_.back().size())) {
        return malformed(where + " is out of order");
    }
    if (auto found = check_validity(*one, where)) return found;
    older_.push_back(*std::move(one));
    return {};
}

outcome checker::check_older() {
    auto proofs = parse_consistency(text_of("consistency.txt"));
    if (!proofs) return malformed(proofs.error().message);
    proofs_ = *std::move(proofs);
    const auto notes = split_notes(text_of("checkpoints.txt"));
    if (!notes) return malformed(notes.error().message);
    for (std::size_t i = 0; i < notes->size(); ++i) {
        const auto where = "checkpoint " + std::to_string(i + 1) + " of checkpoints.txt";
        if (auto found = take_older((*notes)[i], where)) return found;
    }
    const verified_checkpoint* before = nullptr;
    for (const auto& one : older_) {
        if (before != nullptr) {
            if (auto found = check_continues(*before, one)) return found;
        }
        before = one.size() > 0 ? &one : before;
    }
    return before != nullptr ? check_continues(*before, *newest_) : outcome{};
}

/// What the bundle says the tree of that size was: of size 0 if it does not say.
tree_head checker::head_at(std::uint64_t size) const {
    if (size == newest_->size()) return newest_->head();
    for (const auto& one : older_) {
        if (one.size() == size) return one.head();
    }
    if (!about_.all_statements) return {};
    return {size, tree_root(std::span{leaves_}.first(size))};
}

outcome checker::check_anchor(const verified_checkpoint& anchor, const std::string& where) {
    if (anchor.size() > newest_->size()) {
        return finding{verdict::rolled_back, "anchor", position{newest_->size()},
                       where + " has seen " + std::to_string(anchor.size()) +
                           " events, the bundle's log has " + std::to_string(newest_->size())};
    }
    if (anchor.size() == 0) return {};
    const auto known = head_at(anchor.size());
    if (known.size == 0) return check_continues(anchor, *newest_);
    if (known.root != anchor.root()) return tampered("anchor", where + " is of another history");
    return {};
}

outcome checker::take_anchor(const std::string& note, const std::string& where, bool travelled) {
    auto one = verified(note);
    if (!one) {
        auto found = of_error(one.error(), "anchor", where);
        if (found->what != verdict::unverifiable) return found;
        cannot_tell("anchor", std::move(found->message));
        return {};
    }
    if (auto found = check_anchor(*one, where)) return found;
    if (travelled) {
        travelled_.push_back(*std::move(one));
        return {};
    }
    auto& to = to_.verified.anchored_to;
    to = std::max(to.value_or(position{}), position{one->size()});
    return {};
}

outcome checker::check_anchors() {
    std::size_t number = 0;
    for (const auto& note : trust_.anchors) {
        const auto where = "anchor " + std::to_string(++number);
        if (auto found = take_anchor(note, where, false)) return found;
    }
    if (!files_.contains("anchors.txt")) return {};
    const auto notes = split_notes(text_of("anchors.txt"));
    if (!notes) return malformed("anchors.txt is cut short");
    number = 0;
    for (const auto& note : *notes) {
        const auto where = "checkpoint " + std::to_string(++number) + " of anchors.txt";
        if (auto found = take_anchor(note, where, true)) return found;
    }
    return {};
}

/// What the witness says to each checkpoint that is there; counts it for the newest.
outcome checker::check_witness(const verifier_key& key, std::size_t& signed_by) {
    std::vector<const verified_checkpoint*> all{&*newest_};
    for (const auto& one : travelled_) all.push_back(&one);
    for (const auto* const one : all) {
        const auto note = signed_note::parse(one->note());
        const auto good = note->verified_by(std::span{&key, 1});
        if (good) {
            if (one == all.front()) ++signed_by;
            known_times_.push_back({one->size(), time_of_cosignature(*good->front().time),
                                    "witness " + key.name(), true});
        } else if (good.error().code != errc::not_found) {
            return of_error(good.error(), "signature",
                            one == all.front() ? "checkpoint" : "anchors.txt");
        }
    }
    return {};
}

outcome checker::check_witnesses() {
    if (trust_.witnesses.empty()) return {};
    std::size_t signed_by = 0;
    for (const auto& witness : trust_.witnesses) {
        const auto key = witness.as_witness();
        if (!key) return of_error(key.error(), "key", "the witness " + witness.name());
        if (auto found = check_witness(*key, signed_by)) return found;
    }
    const auto needed = trust_.quorum.value_or(trust_.witnesses.size());
    if (signed_by < needed) {
        cannot_tell("anchor", std::to_string(signed_by) + " of the witnesses signed, " +
                                  std::to_string(needed) + " are needed");
    }
    return {};
}

/// How old the newest word is, and whether events are from when they say.
outcome checker::check_times() {
    for (const auto& one : known_times_) {
        to_.remarks.push_back(one.by + " says that there were " + std::to_string(one.size) +
                              " events at " + daybook::to_string(one.at));
    }
    time_check times{known_times_, trust_.times.skew};
    for (const auto& [at, said] : events_) {
        auto found = times.take(at, said.recorded_at, said.occurred_at);
        if (found && found->what == verdict::tampered) return found;
        if (found) to_.verified.findings.push_back(*std::move(found));
    }
    if (auto stale = find_stale(known_times_, trust_.times)) {
        to_.verified.findings.push_back(*std::move(stale));
    }
    return {};
}

outcome checker::check_time_stamp(const std::string& name) {
    const auto file = [&](const std::string& ending) {
        const auto found = files_.find(name + ending);
        return found == files_.end() ? std::string{} : found->second.text;
    };
    const time_stamp_evidence evidence{file(".tsq"), file(".tsr")};
    const time_stamp_trust trust{*trust_.time_stamp_roots, file(".pem")};
    std::vector<const verified_checkpoint*> notes{&*newest_};
    for (const auto& one : older_) notes.push_back(&one);
    for (const auto& one : travelled_) notes.push_back(&one);
    std::optional<error> why;
    for (const auto* const note : notes) {
        const auto stamp = verify_time_stamp(evidence, sha256(note->note()), trust);
        if (stamp) {
            to_.time_stamps.push_back(daybook::to_string(stamp->at) + " by " + stamp->authority);
            known_times_.push_back({note->size(), stamp->at, stamp->authority, false});
            return {};
        }
        // Of another hash: perhaps of the next note.
        if (!why || stamp.error().message.find("another hash") == std::string::npos) {
            why = stamp.error();
        }
    }
    auto found = of_error(*why, "anchor", name);
    if (why->message.find("another hash") != std::string::npos ||
        found->what == verdict::unverifiable) {
        cannot_tell("anchor", std::move(found->message));
        return {};
    }
    return found;
}

outcome checker::check_time_stamps() {
    if (!trust_.time_stamp_roots) return {};
    std::size_t count = 0;
    for (const auto& [name, file] : files_) {
        if (!name.starts_with("tsa-") || !name.ends_with(".tsr")) continue;
        ++count;
        if (auto found = check_time_stamp(name.substr(0, name.size() - 4))) return found;
    }
    if (count == 0) cannot_tell("anchor", "there is no time stamp");
    return {};
}

outcome checker::run() {
    for (const step one :
         {&checker::check_checkpoint, &checker::check_manifest, &checker::check_statements,
          &checker::check_proofs, &checker::check_streams, &checker::check_payloads,
          &checker::check_older, &checker::check_anchors, &checker::check_witnesses,
          &checker::check_time_stamps, &checker::check_times}) {
        if (auto found = (this->*one)()) return found;
    }
    return {};
}

/// The archive, with nothing of what is in it believed yet.
result<files_read> read_files(byte_source source) {
    files_read files;
    tar_reader archive{std::move(source)};
    for (;;) {
        const auto more = archive.next();
        if (!more) return more.error();
        if (!*more) break;
        const auto& name = archive.name();
        if (!is_bundle_file(name)) {
            return fail(errc::corrupt, in_quotes(name) + " does not belong into a bundle");
        }
        const auto [file, is_new] = files.try_emplace(name);
        if (!is_new) return fail(errc::corrupt, name + " is twice in the archive");
        running_digest hash;
        const bool keeps = is_kept(name);
        auto read = archive.read([&, to = &file->second](std::string_view piece) {
            hash.add(piece);
            if (keeps) to->text += piece;
        });
        if (!read) return read.error();
        file->second.hash = hash.finish();
    }
    for (const auto name : bundle_files) {
        if (!files.contains(name)) return fail(errc::corrupt, std::string{name} + " is missing");
    }
    return files;
}

outcome trust_problem(const bundle_trust& trust) {
    for (const auto& key : trust.keys) {
        if (key.name() != trust.keys.front().name())
            return malformed("the keys are of several logs");
    }
    return {};
}

}  // namespace

result<bundle_check> check_bundle_bytes(byte_source source, const bundle_trust& trust) {
    bundle_check check;
    auto& findings = check.verified.findings;
    if (auto problem = trust_problem(trust)) {
        findings.push_back(*std::move(problem));
        return check;
    }
    auto files = read_files(std::move(source));
    if (!files) {
        if (files.error().code != errc::corrupt) return files.error();
        findings.push_back({verdict::malformed, "format", {}, files.error().message});
        return check;
    }
    if (trust.keys.empty()) {
        findings.push_back({verdict::unverifiable, "key", {}, "no key of the log was given"});
        return check;
    }
    if (auto found = checker{*std::move(files), trust, check}.run()) {
        findings.push_back(*std::move(found));
    }
    return check;
}

result<bundle_check> check_bundle(const std::filesystem::path& bundle, const bundle_trust& trust) {
    const auto failed = [&](const char* what) {
        return fail(errno == ENOENT ? errc::not_found : errc::io,
                    std::string{what} + " the bundle " + bundle.string() +
                        " failed: " + std::strerror(errno) + ".");
    };
    const detail::descriptor file{::open(bundle.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.ok()) return failed("Opening");
    return check_bundle_bytes(
        [&](char* to, std::size_t size) -> result<std::size_t> {
            std::size_t got = 0;
            while (got < size) {
                const auto some = ::read(file.number(), to + got, size - got);
                if (some < 0 && errno == EINTR) continue;
                if (some < 0) return failed("Reading");
                if (some == 0) break;
                got += static_cast<std::size_t>(some);
            }
            return got;
        },
        trust);
}

}  // namespace daybook::compliance
