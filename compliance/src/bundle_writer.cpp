// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/bundle.hpp>
#include <daybook/compliance/checkpoint.hpp>
#include <daybook/compliance/proof_file.hpp>

#include "bundle_format.hpp"
#include "running_digest.hpp"
#include "text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace daybook::compliance {
namespace {

class writer {
public:
    writer(const bundle_source& source, const signer& key, const bundle_options& options,
           const byte_sink& sink)
        : source_{source}, key_{key}, options_{options}, sink_{sink} {}

    result<bundle_summary> write();

private:
    using step = result<void> (writer::*)();

    result<void> put(std::string_view bytes);
    result<void> put_file(std::string_view name, std::string_view bytes);
    result<void> begin_file(std::string_view name, std::uint64_t size);
    result<void> end_file(std::string_view name, std::uint64_t size, const digest& hash);

    result<void> write_checkpoint();
    result<void> take_evidence();
    result<void> write_older();
    result<void> write_evidence();
    /// Adds to `proofs` how the log continues the evidence of other sizes than `shown`.
    result<void> prove_evidence(std::string& proofs, const std::set<std::uint64_t>& shown) const;
    result<void> write_keys();
    result<void> write_statements();
    result<void> write_events();
    result<void> write_further();
    result<void> write_manifest();
    result<void> write_event(position at);
    result<void> write_payload(position at, const statement& said);
    result<void> write_proof(position at);

    bool is_whole() const { return !options_.scope.stream && !options_.scope.range; }
    bool has_all() const { return options_.all_statements || is_whole(); }
    bool is_about(const statement& said) const;
    /// Calls `each` with every statement that goes into the bundle, its line feed included.
    result<void> for_each_statement(const std::function<result<void>(std::string_view)>& each,
                                    bool note_events);

    const bundle_source& source_;
    const signer& key_;
    const bundle_options& options_;
    const byte_sink& sink_;
    std::string note_{};
    checkpoint newest_{};
    /// For anchors.txt, with the text of each.
    std::vector<std::pair<checkpoint, const anchor_evidence*>> evidence_{};
    std::map<std::string, digest> manifest_{};
    std::vector<position> events_{};  // What the bundle is about.
    bundle_summary summary_{};
};

result<void> writer::put(std::string_view bytes) {
    summary_.bytes += bytes.size();
    return sink_(bytes);
}

result<void> writer::begin_file(std::string_view name, std::uint64_t size) {
    return put(tar_header(name, size));
}

result<void> writer::end_file(std::string_view name, std::uint64_t size, const digest& hash) {
    manifest_[std::string{name}] = hash;
    return put(std::string(tar_padding(size), '\0'));
}

result<void> writer::put_file(std::string_view name, std::string_view bytes) {
    if (auto begun = begin_file(name, bytes.size()); !begun) return begun;
    if (auto written = put(bytes); !written) return written;
    return end_file(name, bytes.size(), sha256(bytes));
}

result<void> writer::write_checkpoint() {
    auto note = source_.newest_checkpoint();
    if (!note) return note.error();
    note_ = *std::move(note);
    const auto signed_text = signed_note::parse(note_);
    if (!signed_text) return signed_text.error();
    auto read = checkpoint::parse(signed_text->text());
    if (!read) return read.error();
    newest_ = *std::move(read);
    const auto& range = options_.scope.range;
    if ((range && (range->first > range->second || range->second.value > newest_.size)) ||
        (range && options_.scope.stream)) {
        return fail(errc::invalid_argument,
                    "A bundle is about the whole log, one stream, or a range of positions up to " +
                        std::to_string(newest_.size) + ", where the signed log ends.");
    }
    if (auto taken = take_evidence(); !taken) return taken;
    return put_file("checkpoint", note_);
}

result<void> writer::take_evidence() {
    auto newest = signed_note::parse(note_);
    if (!newest) return newest.error();
    for (const auto& one : options_.evidence) {
        const auto note = signed_note::parse(one.note);
        auto said = note ? checkpoint::parse(note->text()) : result<checkpoint>{note.error()};
        if (!said) return fail(errc::corrupt, "evidence: " + said.error().message);
        if (said->origin != newest_.origin) continue;
        if (!one.stamp && note->text() == newest->text()) {
            for (const auto& line : note->signatures()) {
                if (auto added = newest->add(line); !added) return added;
            }
        } else {
            evidence_.emplace_back(*std::move(said), &one);
        }
    }
    note_ = newest->str();
    std::stable_sort(evidence_.begin(), evidence_.end(), [](const auto& one, const auto& other) {
        return one.first.size < other.first.size;
    });
    return {};
}

result<void> writer::prove_evidence(std::string& proofs,
                                    const std::set<std::uint64_t>& shown) const {
    // Whoever has all statements makes the tree of any size.
    if (has_all()) return {};
    std::uint64_t last = 0;
    for (const auto& [said, one] : evidence_) {
        if (said.size == last || said.size >= newest_.size || shown.contains(said.size)) continue;
        last = said.size;
        const auto path = source_.consistency({last, newest_.size});
        if (!path) return path.error();
        proofs += consistency_block({last, newest_.size}, *path);
    }
    return {};
}

result<void> writer::write_evidence() {
    if (evidence_.empty()) return {};
    std::string notes;
    for (const auto& [said, one] : evidence_) notes += one->note + "\n";
    if (auto written = put_file("anchors.txt", notes); !written) return written;
    std::size_t number = 0;
    for (const auto& [said, one] : evidence_) {
        if (!one->stamp) continue;
        const auto stem = "tsa-" + std::to_string(number++);
        const std::pair<const char*, std::string_view> files[] = {{".tsq", one->stamp->request},
                                                                  {".tsr", one->stamp->reply},
                                                                  {".pem", one->certificates}};
        for (const auto& [ending, bytes] : files) {
            if (bytes.empty()) continue;
            if (auto written = put_file(stem + ending, bytes); !written) return written;
        }
    }
    return {};
}

result<void> writer::write_older() {
    const auto older = source_.older_checkpoints();
    if (!older) return older.error();
    std::string notes;
    std::string proofs;
    std::set<std::uint64_t> shown;
    std::uint64_t before = 0;
    const auto continue_to = [&](std::uint64_t size) -> result<void> {
        if (before == 0 || size <= before) return {};
        const auto path = source_.consistency({before, size});
        if (!path) return path.error();
        proofs += consistency_block({before, size}, *path);
        return {};
    };
    for (const auto& note : *older) {
        const auto parsed = signed_note::parse(note);
        if (!parsed) return parsed.error();
        const auto one = checkpoint::parse(parsed->text());
        if (!one) return one.error();
        if (one->size <= before || one->size >= newest_.size) continue;
        if (auto continued = continue_to(one->size); !continued) return continued;
        before = one->size;
        shown.insert(before);
        notes += note + "\n";
    }
    if (auto continued = continue_to(newest_.size); !continued) return continued;
    if (auto proved = prove_evidence(proofs, shown); !proved) return proved;
    if (auto written = put_file("checkpoints.txt", notes); !written) return written;
    return put_file("consistency.txt", proofs);
}

result<void> writer::write_keys() {
    std::string lines;
    for (const auto& key : source_.keys()) lines += to_string(key);
    return put_file("keys.txt", lines);
}

bool writer::is_about(const statement& said) const {
    const auto& scope = options_.scope;
    if (scope.stream) return said.stream == *scope.stream;
    if (scope.range) {
        return said.position >= scope.range->first && said.position < scope.range->second;
    }
    return true;
}

result<void> writer::for_each_statement(const std::function<result<void>(std::string_view)>& each,
                                        bool note_events) {
    const auto& range = options_.scope.range;
    const bool narrow = range && !has_all();
    const position first = narrow ? range->first : position{0};
    const position last = narrow ? range->second : position{newest_.size};
    for (auto at = first; at < last; ++at.value) {
        auto text = source_.statement(at);
        if (!text) return text.error();
        const auto said = parse_statement(*text);
        if (!said) return said.error();
        const bool about = is_about(*said);
        if (about && note_events) events_.push_back(at);
        if (!about && !has_all()) continue;
        *text += '\n';
        if (auto done = each(*text); !done) return done;
    }
    return {};
}

/// The size of a file stands before it, so everything is looked at twice.
result<void> writer::write_statements() {
    constexpr std::string_view name = "statements.jsonl";
    std::uint64_t size = 0;
    auto counted = for_each_statement(
        [&](std::string_view line) -> result<void> {
            size += line.size();
            ++summary_.statements;
            return {};
        },
        true);
    if (!counted) return counted;
    if (events_.empty() && !is_whole()) {
        return fail(errc::invalid_argument, "There is no event of \"" + to_string(options_.scope) +
                                                "\" in the signed log.");
    }
    if (auto begun = begin_file(name, size); !begun) return begun;
    running_digest hash;
    std::uint64_t written = 0;
    auto done = for_each_statement(
        [&](std::string_view line) -> result<void> {
            hash.add(line);
            written += line.size();
            return put(line);
        },
        false);
    if (!done) return done;
    if (written != size) {
        return fail(errc::corrupt, "The statements of the log changed while they were written.");
    }
    return end_file(name, size, hash.finish());
}

result<void> writer::write_payload(position at, const statement& said) {
    if (options_.with_payload && !options_.with_payload(said)) return {};
    const auto bytes = source_.payload(at);
    if (!bytes) return bytes.error();
    if (!*bytes) return {};
    ++summary_.payloads;
    return put_file(payload_name(at), **bytes);
}

result<void> writer::write_proof(position at) {
    auto path = source_.inclusion(at, newest_.size);
    if (!path) return path.error();
    ++summary_.proofs;
    const proof_file proof{.at = at, .path = *std::move(path), .checkpoint = note_};
    return put_file(proof_name(at), proof.text());
}

result<void> writer::write_event(position at) {
    const auto text = source_.statement(at);
    if (!text) return text.error();
    const auto said = parse_statement(*text);
    if (!said) return said.error();
    if (auto written = write_payload(at, *said); !written) return written;
    // With every statement there the tree can be built, and proofs would say the same again.
    return is_whole() ? result<void>{} : write_proof(at);
}

result<void> writer::write_events() {
    for (const auto at : events_) {
        if (auto written = write_event(at); !written) return written;
    }
    return {};
}

result<void> writer::write_further() {
    for (const auto& file : options_.further_files) {
        const bool ours =
            std::find(bundle_files.begin(), bundle_files.end(), file.name) != bundle_files.end() ||
            file.name.starts_with(payload_prefix) || file.name.starts_with(proof_prefix);
        if (ours || !is_bundle_file(file.name) || manifest_.contains(file.name)) {
            return fail(errc::invalid_argument, "A file " + in_quotes(file.name) +
                                                    " does not belong into a bundle, or is "
                                                    "there already.");
        }
        if (auto written = put_file(file.name, file.bytes); !written) return written;
    }
    return put_file("HOWTO.txt", bundle_howto(newest_.origin));
}

result<void> writer::write_manifest() {
    std::string lines;
    for (const auto& [name, hash] : manifest_) lines += hash.hex() + "  " + name + "\n";
    const bundle_note about{.origin = newest_.origin,
                            .size = newest_.size,
                            .manifest = sha256(lines),
                            .all_statements = has_all(),
                            .scope = options_.scope,
                            .created = daybook::to_string(options_.created)};
    const auto note = sign_note(about.text(), newest_.origin, key_);
    if (!note) return note.error();
    if (auto written = put_file("MANIFEST", lines); !written) return written;
    if (auto written = put_file("manifest.note", *note); !written) return written;
    return put(tar_end());
}

result<bundle_summary> writer::write() {
    for (const step one :
         {&writer::write_checkpoint, &writer::write_older, &writer::write_keys,
          &writer::write_evidence, &writer::write_statements, &writer::write_events,
          &writer::write_further, &writer::write_manifest}) {
        if (auto done = (this->*one)(); !done) return done.error();
    }
    return summary_;
}

}  // namespace

result<bundle_summary> write_bundle(const bundle_source& source, const signer& key,
                                    const bundle_options& options, const byte_sink& write) {
    return writer{source, key, options, write}.write();
}

}  // namespace daybook::compliance
