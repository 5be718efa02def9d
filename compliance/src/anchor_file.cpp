// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// The file: a first line, then entries. An entry is a line "entry BYTES DIGEST" and the signed
// note, BYTES long. DIGEST is SHA-256 over the digest before (for the first, of the first line),
// the bytes of an unfinished entry before this one, if there is one, and the note.

#include <daybook/compliance/anchor.hpp>
#include <daybook/detail/descriptor.hpp>
#include <daybook/output_file.hpp>

#include "text.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <optional>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace daybook::compliance {
namespace {

constexpr std::string_view first_line = "daybook anchors 1\n";
constexpr std::string_view unfinished_mark = "(unfinished)\n";
/// More than crashes leave between two entries.
constexpr std::size_t unfinished_bytes_max = 4U << 20U;

/// An open file, locked against other processes and threads while it is open.
using locked_file = detail::descriptor;

struct known_checkpoint {
    tree_head head{};
    std::string note{};
};

/// What was read so far.
struct anchor_entries {
    std::uint64_t end = 0;         ///< Up to here everything is entries.
    std::uint64_t unfinished = 0;  ///< Bytes behind, of entries that were not finished.
    digest chain = sha256(first_line);
    std::map<std::string, known_checkpoint, std::less<>> newest{};
};

digest next_chain(const digest& before, std::string_view skipped, std::string_view note) {
    return sha256(std::string{before.view()} + std::string{skipped}, note);
}

std::string entry_text(std::string_view note, const digest& chain) {
    return "entry " + std::to_string(note.size()) + " " + chain.hex() + "\n" + std::string{note};
}

struct entry_header {
    std::size_t line_bytes = 0;
    std::size_t note_bytes = 0;
    digest chain{};
};

/// The line that `text` begins with, if an entry does; with its line feed.
std::optional<entry_header> read_header(std::string_view text) {
    auto rest = text;
    auto line = take_line(rest);
    if (!line || take_word(*line) != "entry") return std::nullopt;
    const auto bytes = parse_decimal(take_word(*line));
    const auto chain = digest::from_hex(*line);
    if (!bytes || *bytes > note_bytes_max || !chain) return std::nullopt;
    return entry_header{text.size() - rest.size(), *bytes, *chain};
}

/// Can `text` be what a crash left of one entry? Some file systems leave zeros behind it.
bool is_unfinished(std::string_view text) {
    constexpr std::string_view word = "entry ";
    constexpr std::size_t line_bytes_max = 100;
    while (text.ends_with('\0')) text.remove_suffix(1);
    if (text.find('\n') == std::string_view::npos) {
        return text.size() <= line_bytes_max && word.starts_with(text.substr(0, word.size()));
    }
    const auto header = read_header(text);
    if (!header || text.size() - header->line_bytes >= header->note_bytes) return false;
    // With another entry in it, it is no crash that did that, but its length went wrong.
    auto inner = text;
    while (take_line(inner)) {
        if (read_header(inner)) return false;
    }
    return true;
}

/// Can `text`, with which the file ends, be what crashes left behind the last entry?
bool is_left_by_crashes(std::string_view text) {
    for (auto mark = text.find(unfinished_mark); mark != std::string_view::npos;
         mark = text.find(unfinished_mark)) {
        if (!is_unfinished(text.substr(0, mark))) return false;
        text.remove_prefix(mark + unfinished_mark.size());
    }
    if (is_unfinished(text)) return true;
    for (std::size_t cut = 1; cut < unfinished_mark.size(); ++cut) {
        if (text.ends_with(unfinished_mark.substr(0, cut)) &&
            is_unfinished(text.substr(0, text.size() - cut))) {
            return true;
        }
    }
    return false;
}

class file_anchor final : public anchor {
public:
    explicit file_anchor(std::filesystem::path path) : path_{std::move(path)} {}

    std::string name() const override { return "anchor file " + path_.string(); }

    result<std::vector<note_signature>> remember(const verified_checkpoint& seen,
                                                 const consistency_source& prove) override {
        const std::lock_guard lock{mutex_};
        if (broken_) {
            return failed(errc::refused, "a sync failed; what it holds is not known");
        }
        auto file = open(true);
        if (!file) return file.error();
        if (auto read = catch_up(*file); !read) return read.error();
        auto is_new = check(seen, prove);
        if (!is_new) return is_new.error();
        if (*is_new) {
            if (auto added = append(*file, seen); !added) return added.error();
        }
        // Also for an entry that is there: it may be another process's, not synced yet.
        if (::fsync(file->number()) != 0) {
            broken_ = true;
            return failed_call("synced");
        }
        return std::vector<note_signature>{};
    }

    result<std::optional<std::string>> newest(std::string_view origin) override {
        const std::lock_guard lock{mutex_};
        auto file = open(false);
        if (!file) return file.error();
        if (auto read = catch_up(*file); !read) return read.error();
        const auto found = entries_.newest.find(origin);
        if (found == entries_.newest.end()) return std::optional<std::string>{};
        return std::optional{found->second.note};
    }

private:
    error failed(errc code, std::string_view why) const {
        return fail(code, name() + ": " + std::string{why});
    }
    error failed_call(std::string_view what) const {
        const int number = errno;
        return failed(
            number == ENOENT ? errc::not_found : errc::io,
            "it cannot be " + std::string{what} + ": " + std::generic_category().message(number));
    }
    error damaged(std::uint64_t at, std::string_view why) const {
        return failed(errc::corrupt, "damaged at byte " + std::to_string(at) + ": " +
                                         std::string{why} +
                                         "; keep it as evidence, put a copy back");
    }

    result<locked_file> open(bool make) {
        const int flags = make ? O_RDWR | O_APPEND | O_CLOEXEC : O_RDONLY | O_CLOEXEC;
        int number = ::open(path_.c_str(), flags);
        if (number < 0 && errno == ENOENT && make && entries_.end == 0) {
            if (auto made = create(); !made) return made.error();
            number = ::open(path_.c_str(), flags);
        }
        if (number < 0) return failed_call("opened");
        locked_file file{number};
        while (::flock(number, make ? LOCK_EX : LOCK_SH) != 0) {
            if (errno != EINTR) return failed_call("locked");
        }
        return file;
    }

    /// Under another name first, so that no file without its first line is ever seen.
    result<void> create() {
        auto draft = path_;
        static std::atomic<unsigned> drafts{0};
        draft += "." + std::to_string(::getpid()) + "-" + std::to_string(++drafts) + ".new";
        auto file = output_file::create(draft, name());
        if (!file) return file.error();
        if (auto written = (*file)->write(first_line); !written) return written.error();
        if (auto closed = (*file)->close(); !closed) return closed.error();
        // Fails if another process was faster: its file is as good.
        if (::link(draft.c_str(), path_.c_str()) != 0 && errno != EEXIST) {
            return failed_call("created");
        }
        sync_directory(path_.parent_path());
        return {};
    }

    result<std::string> read(const locked_file& file, std::uint64_t from, std::uint64_t to) const {
        std::string bytes(to - from, '\0');
        for (std::size_t done = 0; done < bytes.size();) {
            const auto got = ::pread(file.number(), bytes.data() + done, bytes.size() - done,
                                     static_cast<off_t>(from + done));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return failed_call("read");
            if (got == 0) return damaged(from + done, "it became shorter while it was read");
            done += static_cast<std::size_t>(got);
        }
        return bytes;
    }

    /// Reads what was added since the last time.
    result<void> catch_up(const locked_file& file) {
        struct stat status {};
        if (::fstat(file.number(), &status) != 0) return failed_call("read");
        const auto size = static_cast<std::uint64_t>(status.st_size);
        if (size > anchor_file_bytes_max) {
            return failed(errc::too_large, "larger than 256 MiB: begin another one");
        }
        if (size < entries_.end) {
            return damaged(
                size, "it ends here, and had " + std::to_string(entries_.end) + " bytes before");
        }
        const bool first = entries_.end == 0;
        const bool same = device_ == status.st_dev && inode_ == status.st_ino;
        if (first || same) {
            auto bytes = read(file, entries_.end, size);
            if (!bytes) return bytes.error();
            if (auto taken = take(*bytes, entries_); !taken) return taken;
        } else if (auto replaced = take_replacement(file, size); !replaced) {
            return replaced;
        }
        device_ = status.st_dev;
        inode_ = status.st_ino;
        return {};
    }

    /// Another file has the name now: a copy, or something that has less.
    result<void> take_replacement(const locked_file& file, std::uint64_t size) {
        auto bytes = read(file, 0, size);
        if (!bytes) return bytes.error();
        anchor_entries anew;
        if (auto taken = take(*bytes, anew); !taken) return taken;
        for (const auto& [origin, had] : entries_.newest) {
            const auto has = anew.newest.find(origin);
            if (has == anew.newest.end() || has->second.head.size < had.head.size) {
                return damaged(0, "another file took its place, which does not have " +
                                      in_quotes(origin) + " at " + std::to_string(had.head.size));
            }
        }
        entries_ = std::move(anew);
        return {};
    }

    result<void> take(std::string_view bytes, anchor_entries& to) const {
        if (to.end == 0) {
            if (!bytes.starts_with(first_line)) {
                return damaged(0, bytes.empty() ? "it is empty" : "it is no anchor file");
            }
            to.end = first_line.size();
            bytes.remove_prefix(first_line.size());
        }
        std::size_t skipped = 0;  // Bytes at the front that are no entry.
        while (skipped < bytes.size()) {
            const auto here = bytes.substr(skipped);
            const auto header = read_header(here);
            if (header && here.size() - header->line_bytes >= header->note_bytes) {
                const auto note = here.substr(header->line_bytes, header->note_bytes);
                if (next_chain(to.chain, bytes.substr(0, skipped), note) == header->chain) {
                    if (auto kept = keep(note, to); !kept) return kept;
                    const auto entry_bytes = header->line_bytes + header->note_bytes;
                    to.chain = header->chain;
                    to.end += skipped + entry_bytes;
                    bytes.remove_prefix(skipped + entry_bytes);
                    skipped = 0;
                    continue;
                }
            }
            skipped += std::min(here.find('\n'), here.size() - 1) + 1;
            if (skipped > unfinished_bytes_max) return damaged(to.end, "this is no entry");
        }
        if (!is_left_by_crashes(bytes)) return damaged(to.end, "this is no entry");
        to.unfinished = bytes.size();
        return {};
    }

    result<void> keep(std::string_view text, anchor_entries& to) const {
        const auto note = signed_note::parse(text);
        const auto read = note ? checkpoint::parse(note->text()) : result<checkpoint>{note.error()};
        if (!read) return damaged(to.end, read.error().message);
        auto& known = to.newest[read->origin];
        if (known.note.empty() || read->size > known.head.size) {
            known = {read->head(), std::string{text}};
        }
        return {};
    }

    /// Is `seen` more than the file has?
    result<bool> check(const verified_checkpoint& seen, const consistency_source& prove) const {
        const auto found = entries_.newest.find(seen.origin());
        if (found == entries_.newest.end()) return true;
        const auto& had = found->second.head;
        const auto at = in_quotes(seen.origin()) + " at " + std::to_string(had.size);
        if (seen.size() < had.size) {
            return failed(errc::rejected, "it has " + at + ", and is told of " +
                                              std::to_string(seen.size()) + ": the log went back");
        }
        if (seen.size() == had.size) {
            if (seen.root() == had.root) return false;
            return failed(errc::corrupt, "it has " + at + " with another root: the log forked");
        }
        if (had.size == 0) return true;
        const auto path = prove({had.size, seen.size()});
        if (!path) return path.error();
        if (!proves_consistency(*path, had, seen.head())) {
            return failed(errc::corrupt, "it has " + at + ", which the log at " +
                                             std::to_string(seen.size()) + " does not continue");
        }
        return true;
    }

    result<void> append(const locked_file& file, const verified_checkpoint& seen) {
        auto skipped = read(file, entries_.end, entries_.end + entries_.unfinished);
        if (!skipped) return skipped.error();
        const std::string lead{skipped->empty() ? "" : unfinished_mark};
        const auto chain = next_chain(entries_.chain, *skipped + lead, seen.note());
        const auto bytes = lead + entry_text(seen.note(), chain);
        if (entries_.end + skipped->size() + bytes.size() > anchor_file_bytes_max) {
            return failed(errc::too_large,
                          "it would become larger than 256 MiB: begin another one");
        }
        for (std::size_t done = 0; done < bytes.size();) {
            const auto put = ::write(file.number(), bytes.data() + done, bytes.size() - done);
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return failed_call("written");
            done += static_cast<std::size_t>(put);
        }
        entries_.end += skipped->size() + bytes.size();
        entries_.unfinished = 0;
        entries_.chain = chain;
        entries_.newest[seen.origin()] = {seen.head(), seen.note()};
        return {};
    }

    std::filesystem::path path_;
    std::mutex mutex_;
    anchor_entries entries_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
    bool broken_ = false;
};

}  // namespace

std::unique_ptr<anchor> anchor_file(std::filesystem::path path) {
    return std::make_unique<file_anchor>(std::move(path));
}

}  // namespace daybook::compliance
