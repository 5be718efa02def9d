// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// The memory of a witness: a file HASH.checkpoint for each log, where HASH is SHA-256 of its
// origin, with the newest checkpoint, signed by the log and by the witness. It is replaced as a
// whole.

#include <daybook/compliance/witness.hpp>
#include <daybook/detail/descriptor.hpp>
#include <daybook/output_file.hpp>

#include "text.hpp"
#include "witness_body.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace daybook::compliance {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view plain = "text/plain; charset=utf-8";
constexpr std::string_view memory_ending = ".checkpoint";

witness_answer answered(unsigned status, std::string_view text) {
    return {status, std::string{plain}, std::string{text} + "\n"};
}

struct kept_checkpoint {
    tree_head head{};
    std::string note{};
};

/// Keeps every other witness out of the directory, as long as it is open.
result<detail::descriptor> lock_of(const fs::path& directory) {
    const auto path = directory / "LOCK";
    detail::descriptor made{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!made.ok()) {
        return fail(errc::io, "witness " + directory.string() +
                                  ": cannot be opened: " + std::generic_category().message(errno));
    }
    if (::flock(made.number(), LOCK_EX | LOCK_NB) != 0) {
        return fail(errc::locked,
                    "witness " + directory.string() + ": another witness has this directory");
    }
    return made;
}

std::chrono::sys_seconds system_time() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

result<std::string> read_file(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    std::string bytes(note_bytes_max + 1, '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (in.bad() || (in.fail() && !in.eof())) {
        return fail(errc::io, path.string() + ": cannot be read");
    }
    bytes.resize(static_cast<std::size_t>(in.gcount()));
    return bytes;
}

}  // namespace

struct witness::impl {
    impl(options with, verifier_key own, detail::descriptor taken)
        : given{std::move(with)}, key{std::move(own)}, lock{std::move(taken)} {}

    std::vector<verifier_key> keys_of(std::string_view origin) const {
        std::vector<verifier_key> keys;
        std::copy_if(given.logs.begin(), given.logs.end(), std::back_inserter(keys),
                     [&](const verifier_key& one) { return one.name() == origin; });
        return keys;
    }

    fs::path file_of(std::string_view origin) const {
        return given.directory / (sha256(origin).hex() + std::string{memory_ending});
    }

    /// Reads what is kept of a log into `kept`.
    result<void> recall(const fs::path& file) {
        const auto bad = [&](std::string_view why) {
            return fail(errc::corrupt, "witness " + file.string() + ": " + std::string{why} +
                                           "; without what it has seen it must not sign on");
        };
        const auto bytes = read_file(file);
        if (!bytes) return bytes.error();
        const auto note = signed_note::parse(*bytes);
        if (!note) return bad(note.error().message);
        const auto seen = checkpoint::parse(note->text());
        if (!seen) return bad(seen.error().message);
        if (file_of(seen->origin) != file) return bad("it is of " + in_quotes(seen->origin));
        if (!note->verified_by(std::array{key}) && !note->verified_by(keys_of(seen->origin))) {
            return bad("neither this witness nor a known key of the log has signed it");
        }
        kept[seen->origin] = {seen->head(), *bytes};
        return {};
    }

    result<void> recall_all() {
        std::error_code failed;
        for (fs::directory_iterator at{given.directory, failed}, end; !failed && at != end;
             at.increment(failed)) {
            if (at->path().extension() != memory_ending) continue;
            if (auto read = recall(at->path()); !read) return read;
        }
        if (failed) {
            return fail(errc::io, "witness " + given.directory.string() +
                                      ": cannot be read: " + failed.message());
        }
        return {};
    }

    result<void> persist(const std::string& origin, const std::string& note) const {
        const auto place = file_of(origin);
        auto draft = place;
        draft += ".new";
        auto file = output_file::create(draft, draft.string());
        if (!file) return file.error();
        if (auto written = (*file)->write(note); !written) return written.error();
        if (auto closed = (*file)->close(); !closed) return closed.error();
        std::error_code failed;
        fs::rename(draft, place, failed);
        if (failed) return fail(errc::io, place.string() + ": " + failed.message());
        (*file)->keep();
        sync_directory(given.directory);
        return {};
    }

    witness_answer consider(const add_checkpoint_body& asked, const signed_note& note,
                            const verified_checkpoint& seen);

    options given;
    verifier_key key;
    detail::descriptor lock;
    mutable std::mutex mutex;
    std::map<std::string, kept_checkpoint, std::less<>> kept;
};

witness::witness(std::unique_ptr<impl> made) : impl_{std::move(made)} {}
witness::witness(witness&&) noexcept = default;
witness& witness::operator=(witness&&) noexcept = default;
witness::~witness() = default;

result<witness> witness::open(options with) {
    if (!with.key) return fail(errc::invalid_argument, "witness: no key to sign with");
    const auto own = verifier_key::of(with.name, *with.key);
    if (!own) return own.error();
    auto key = own->as_witness();
    if (!key) return key.error();
    for (const auto& log : with.logs) {
        if (log.type() == signature_type::cosignature) {
            return fail(errc::invalid_argument, "witness: the key of log " + in_quotes(log.name()) +
                                                    " is that of a witness");
        }
    }
    if (!with.clock) with.clock = system_time;
    std::error_code failed;
    fs::create_directories(with.directory, failed);
    if (failed) {
        return fail(errc::io,
                    "witness " + with.directory.string() + ": cannot be made: " + failed.message());
    }
    auto lock = lock_of(with.directory);
    if (!lock) return lock.error();
    auto made = std::make_unique<impl>(std::move(with), std::move(*key), std::move(*lock));
    if (auto read = made->recall_all(); !read) return read.error();
    return witness{std::move(made)};
}

verifier_key witness::key() const { return impl_->key; }

/// Checks against what is kept, and keeps. One thread at a time: else an older checkpoint that was
/// checked first could replace a newer one.
witness_answer witness::impl::consider(const add_checkpoint_body& asked, const signed_note& note,
                                       const verified_checkpoint& seen) {
    const std::lock_guard one{mutex};
    const auto found = kept.find(seen.origin());
    const auto had = found == kept.end() ? tree_head{0, empty_root()} : found->second.head;
    if (asked.old_size != had.size) {
        return {409, "text/x.tlog.size", std::to_string(had.size) + "\n"};
    }
    if (had.size == 0) {
        const bool empty_but_not = seen.size() == 0 && seen.root() != empty_root();
        if (!asked.proof.empty() || empty_but_not) {
            return answered(422, "there is no proof from an empty tree, which has one root");
        }
    } else if (!proves_consistency(asked.proof, had, seen.head())) {
        return answered(422, had.size == seen.size()
                                 ? "the root is not the one that was seen at this size"
                                 : "the proof does not show that the log continues");
    }
    const auto line = cosign(note.text(), key.name(), *given.key, given.clock());
    if (!line) return answered(500, line.error().message);
    // Of the lines that came, only those of the log are known to be good.
    auto whole = note.text() + "\n";
    const auto keys = keys_of(seen.origin());
    for (const auto& signature : note.signatures()) {
        const bool of_log = std::any_of(keys.begin(), keys.end(), [&](const auto& known) {
            return known.name() == signature.name && known.id() == signature.key_id;
        });
        if (of_log) whole += signature.line();
    }
    whole += line->line();
    if (auto lasting = persist(seen.origin(), whole); !lasting) {
        return answered(500, lasting.error().message);
    }
    kept[seen.origin()] = {seen.head(), std::move(whole)};
    return {200, std::string{plain}, line->line()};
}

witness_answer witness::add_checkpoint(std::string_view body) {
    const auto asked = add_checkpoint_body::parse(body);
    if (!asked) return answered(400, asked.error().message);
    const auto note = signed_note::parse(asked->note);
    if (!note) return answered(400, note.error().message);
    const auto claim = checkpoint::parse(note->text());
    if (!claim) return answered(400, claim.error().message);
    const auto keys = impl_->keys_of(claim->origin);
    if (keys.empty()) return answered(404, "log " + in_quotes(claim->origin) + " is not known");
    const auto seen = verified_checkpoint::verify(asked->note, claim->origin, keys);
    if (!seen) return answered(403, seen.error().message);
    if (asked->old_size > seen->size()) {
        return answered(400, "the old size is above that of the checkpoint");
    }
    return impl_->consider(*asked, *note, *seen);
}

witness_answer witness::answer(const witness_request& request) {
    if (request.body.size() > witness_body_bytes_max) return answered(413, "the body is too large");
    if (request.path == add_checkpoint_path) {
        if (request.method != "POST") return answered(405, "add-checkpoint takes POST");
        return add_checkpoint(request.body);
    }
    const std::lock_guard one{impl_->mutex};
    for (const auto& [origin, had] : impl_->kept) {
        if (request.path != checkpoint_path(origin)) continue;
        if (request.method != "GET") return answered(405, "checkpoint takes GET");
        return {200, std::string{plain}, had.note};
    }
    return answered(404, "nothing here");
}

std::optional<std::string> witness::newest(std::string_view origin) const {
    const std::lock_guard one{impl_->mutex};
    const auto found = impl_->kept.find(origin);
    if (found == impl_->kept.end()) return std::nullopt;
    return found->second.note;
}

std::vector<std::string> witness::origins() const {
    const std::lock_guard one{impl_->mutex};
    std::set<std::string> all;
    for (const auto& log : impl_->given.logs) all.insert(log.name());
    for (const auto& [origin, had] : impl_->kept) all.insert(origin);
    return {all.begin(), all.end()};
}

}  // namespace daybook::compliance
