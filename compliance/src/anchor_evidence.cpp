// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Files are called ORIGIN-SIZE-cosigned.note, and ORIGIN-SIZE-STAMP.note, .pem, .tsq and .tsr, the
// last of them last: without it there is no stamp. ORIGIN and STAMP are the first 16 digits of the
// SHA-256 of the log's name and of the reply.

#include <daybook/compliance/anchor_evidence.hpp>
#include <daybook/output_file.hpp>

#include "durable_files.hpp"
#include "text.hpp"

#include <algorithm>
#include <mutex>
#include <system_error>
#include <utility>

namespace daybook::compliance {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view cosigned = "cosigned";
constexpr std::size_t certificates_bytes_max = 256U << 10U;

std::string short_hash(std::string_view of) { return sha256(of).hex().substr(0, 16); }

std::string stem_of(const verified_checkpoint& seen, std::string_view kind) {
    return short_hash(seen.origin()) + "-" + std::to_string(seen.size()) + "-" + std::string{kind};
}

/// A piece of evidence in a folder, by its name.
struct named_piece {
    std::uint64_t size = 0;
    std::string kind{};  ///< "cosigned", or a part of a hash.
    fs::path stem{};

    bool is_cosigned() const { return kind == cosigned; }
    friend bool operator<(const named_piece& one, const named_piece& other) {
        if (one.size != other.size) return one.size < other.size;
        if (one.is_cosigned() != other.is_cosigned()) return one.is_cosigned();
        return one.kind < other.kind;
    }
};

/// What a file is, if it completes a piece of evidence of the log with this hash.
std::optional<named_piece> piece_named(const fs::path& file, std::string_view origin_hash) {
    const auto name = file.filename().string();
    const auto dot = std::min(name.find('.'), name.size());
    std::string_view stem = std::string_view{name}.substr(0, dot);
    const auto ending = std::string_view{name}.substr(dot);
    const auto end = stem.find('-');
    const auto middle = stem.find('-', end + 1);
    if (end == stem.npos || middle == stem.npos || stem.substr(0, end) != origin_hash) return {};
    const auto size = parse_decimal(stem.substr(end + 1, middle - end - 1));
    const auto kind = stem.substr(middle + 1);
    if (!size || ending != (kind == cosigned ? ".note" : ".tsr")) return {};
    return named_piece{*size, std::string{kind}, file.parent_path() / stem};
}

result<std::vector<named_piece>> pieces_in(const fs::path& directory, std::string_view origin) {
    const auto hash = short_hash(origin);
    std::vector<named_piece> found;
    std::error_code wrong;
    for (fs::directory_iterator one{directory, wrong}, end; !wrong && one != end;
         one.increment(wrong)) {
        auto piece = piece_named(one->path(), hash);
        if (piece) found.push_back(*std::move(piece));
    }
    if (wrong) {
        const bool none = wrong == std::errc::no_such_file_or_directory;
        return fail(none ? errc::not_found : errc::io,
                    "the evidence in " + directory.string() + ": " + wrong.message());
    }
    if (found.size() > evidence_max) {
        return fail(errc::too_large, "the evidence in " + directory.string() + ": " +
                                         std::to_string(found.size()) + " pieces, at most " +
                                         std::to_string(evidence_max) + " are read");
    }
    std::sort(found.begin(), found.end());
    return found;
}

fs::path with_ending(const fs::path& stem, const char* ending) { return fs::path{stem} += ending; }

result<std::string> read_piece(const fs::path& file, std::size_t bytes_max) {
    std::error_code ignored;
    const auto size = fs::file_size(file, ignored);
    if (!ignored && size > bytes_max) {
        return fail(errc::corrupt, "the evidence " + file.string() + ": " + std::to_string(size) +
                                       " bytes, at most " + std::to_string(bytes_max));
    }
    return durable_files::get(file);
}

result<anchor_evidence> read_evidence(const named_piece& piece) {
    anchor_evidence made;
    auto note = read_piece(with_ending(piece.stem, ".note"), note_bytes_max);
    if (!note) return note.error();
    made.note = *std::move(note);
    if (piece.is_cosigned()) return made;
    auto request = read_piece(with_ending(piece.stem, ".tsq"), time_stamp_size_max);
    if (!request) return request.error();
    auto reply = read_piece(with_ending(piece.stem, ".tsr"), time_stamp_size_max);
    if (!reply) return reply.error();
    made.stamp = time_stamp_evidence{*std::move(request), *std::move(reply)};
    auto certificates = read_piece(with_ending(piece.stem, ".pem"), certificates_bytes_max);
    if (!certificates && certificates.error().code != errc::not_found) return certificates.error();
    if (certificates) made.certificates = *std::move(certificates);
    return made;
}

/// Whole or not at all. Others may read it: it is no secret.
result<void> write_piece(const fs::path& file, std::string_view bytes) {
    const auto draft = with_ending(file, ".new");
    std::error_code wrong;
    fs::remove(draft, wrong);  // What a crash left.
    auto made = output_file::create(draft, file.string());
    if (!made) return made.error();
    if (auto written = (*made)->write(bytes); !written) return written;
    if (auto closed = (*made)->close(); !closed) return closed;
    fs::rename(draft, file, wrong);
    if (wrong) return fail(errc::io, "the evidence " + file.string() + ": " + wrong.message());
    (*made)->keep();
    sync_directory(file.parent_path());
    return {};
}

result<void> make_folder(const fs::path& directory) {
    std::error_code wrong;
    fs::create_directories(directory, wrong);
    if (!wrong) return {};
    return fail(errc::io, "the evidence in " + directory.string() + ": " + wrong.message());
}

/// When the last of the witnesses signed, as they say; nothing if that cannot be read.
std::optional<std::chrono::sys_seconds> cosigned_at(const std::string& text) {
    constexpr std::size_t blob = 8 + 64;
    const auto note = signed_note::parse(text);
    std::optional<std::chrono::sys_seconds> last;
    if (!note) return last;
    for (const auto& line : note->signatures()) {
        if (line.bytes.size() != blob) continue;
        std::uint64_t seconds = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            seconds = seconds << 8U | static_cast<unsigned char>(line.bytes[i]);
        }
        if (seconds > static_cast<std::uint64_t>(INT64_MAX)) continue;
        const std::chrono::sys_seconds at{std::chrono::seconds{seconds}};
        if (!last || at > *last) last = at;
    }
    return last;
}

/// Removes the cosigned checkpoint before the newest if both, and the one before these two, are
/// within one stretch.
void thin_out(const fs::path& directory, std::string_view origin, std::chrono::seconds apart) {
    auto pieces = pieces_in(directory, origin);
    if (!pieces) return;
    std::erase_if(*pieces, [](const named_piece& one) { return !one.is_cosigned(); });
    if (pieces->size() < 3) return;
    const auto time_of = [&](std::size_t from_end) {
        const auto& piece = (*pieces)[pieces->size() - from_end];
        const auto text = read_piece(with_ending(piece.stem, ".note"), note_bytes_max);
        return text ? cosigned_at(*text) : std::nullopt;
    };
    const auto before = time_of(3);
    const auto middle = time_of(2);
    if (!before || !middle || *middle - *before >= apart) return;
    std::error_code ignored;
    fs::remove(with_ending((*pieces)[pieces->size() - 2].stem, ".note"), ignored);
}

std::mutex& keeping_mutex() {
    static std::mutex one;
    return one;
}

}  // namespace

evidence_folder::evidence_folder(fs::path directory, std::chrono::seconds apart)
    : directory_{std::move(directory)}, apart_{apart} {}

result<void> evidence_folder::keep(const verified_checkpoint& seen,
                                   std::span<const note_signature> cosignatures) {
    if (cosignatures.empty()) return {};
    const std::lock_guard lock{keeping_mutex()};
    if (auto made = make_folder(directory_); !made) return made;
    const auto file = with_ending(directory_ / stem_of(seen, cosigned), ".note");
    const auto there = read_piece(file, note_bytes_max);
    auto note = signed_note::parse(there ? *there : seen.note());
    // What is there may be of another history, or damaged: what is seen now counts.
    if (!note || note->text() != seen.contents().text()) note = signed_note::parse(seen.note());
    if (!note) return note.error();
    const auto before = note->str();
    for (const auto& one : cosignatures) {
        if (auto added = note->add(one); !added) return added;
    }
    if (there && note->str() == before) return {};
    if (auto written = write_piece(file, note->str()); !written) return written;
    thin_out(directory_, seen.origin(), apart_);
    return {};
}

result<void> evidence_folder::keep(const verified_checkpoint& seen,
                                   const time_stamp_evidence& stamp,
                                   std::string_view certificates) {
    const std::lock_guard lock{keeping_mutex()};
    if (auto made = make_folder(directory_); !made) return made;
    const auto stem = directory_ / stem_of(seen, short_hash(stamp.reply));
    const std::pair<const char*, std::string_view> files[] = {{".note", seen.note()},
                                                              {".pem", certificates},
                                                              {".tsq", stamp.request},
                                                              {".tsr", stamp.reply}};
    for (const auto& [ending, bytes] : files) {
        if (bytes.empty()) continue;
        if (auto written = write_piece(with_ending(stem, ending), bytes); !written) return written;
    }
    return {};
}

result<std::vector<anchor_evidence>> evidence_folder::of(std::string_view origin) const {
    const std::lock_guard lock{keeping_mutex()};
    const auto pieces = pieces_in(directory_, origin);
    if (!pieces) return pieces.error();
    std::vector<anchor_evidence> all;
    for (const auto& piece : *pieces) {
        auto one = read_evidence(piece);
        if (!one) return one.error();
        all.push_back(*std::move(one));
    }
    return all;
}

}  // namespace daybook::compliance
