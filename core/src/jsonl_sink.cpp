// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// A file of JSON lines that is only ever seen with whole lines, and its parts.

#include <daybook/json.hpp>
#include <daybook/jsonl_sink.hpp>
#include <daybook/limits.hpp>

#include "event_rules.hpp"
#include "part_compressor.hpp"
#include "text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace daybook {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t line_bytes_max = limits::commit_bytes_max_default;
constexpr std::size_t kept_bytes_max = 8U << 20U;

}  // namespace

struct jsonl_sink::impl {
    impl(fs::path to, const jsonl_sink_options& chosen)
        : file{std::move(to)}, options{chosen}, names{file}, compressor{file, chosen.parts} {}
    ~impl() {
        if (descriptor >= 0) ::close(descriptor);
    }
    impl(const impl&) = delete;
    impl& operator=(const impl&) = delete;

    result<void> start();
    result<void> write(const commit_request& events);

    error failed(std::string_view doing) const {
        const int number = errno;
        return fail(number == ENOENT ? errc::not_found : errc::io,
                    cat(file.string(), ": ", doing, ": ", std::strerror(number)));
    }
    result<void> open_file();
    result<void> mend_end();
    result<std::string> last_line() const;
    result<void> set_aside(std::string_view half);
    result<void> encode(const commit_request& events);
    result<void> append(std::size_t first, std::size_t last, bool sync);
    result<void> append_bytes(std::string_view bytes);
    result<void> rotate(bool sync);
    /// Removes what stands after the whole lines.
    bool cut() const { return ::ftruncate(descriptor, static_cast<::off_t>(size)) == 0; }
    std::size_t fitting(std::size_t first) const;
    std::size_t start_of(std::size_t line) const { return line == 0 ? 0 : ends[line - 1]; }

    const fs::path file;
    const jsonl_sink_options options;
    const rotation_names names;

    std::mutex mutex;
    int descriptor = -1;
    std::uint64_t size = 0;  // Of the whole lines in the file.
    bool torn = false;       // There may be something after them.
    std::uint64_t parts = 0;
    std::uint64_t set_aside_bytes = 0;

    std::string lines;
    std::vector<std::size_t> ends;  // Of each line.
    // A batch that got as far as this and then failed: when it comes again it goes on there.
    event_id resumed{};
    std::size_t lines_done = 0;

    part_compressor compressor;
};

// Opening ----------------------------------------------------------------------------------------

result<void> jsonl_sink::impl::start() {
    const auto name = file.filename().string();
    if (!name.ends_with(".jsonl") && !name.ends_with(".ndjson")) {
        return fail(
            errc::invalid_argument,
            cat(file.string(), ": a file of JSON lines is named NAME.jsonl or NAME.ndjson, ",
                "so that an import finds its parts"));
    }
    if (auto opened = open_file(); !opened) return opened;
    if (auto mended = mend_end(); !mended) return mended;
    for (const auto* compressed : {"", ".gz", ".zst"}) {
        auto log = file;
        const auto found = rotation_names{log += compressed}.existing();
        if (!found.empty()) parts = std::max(parts, found.back().number);
    }
    try {
        compressor.start();
    } catch (const std::system_error& e) {
        return fail(errc::io, cat(file.string(), ": no thread can be started: ", e.what()));
    }
    return {};
}

result<void> jsonl_sink::impl::open_file() {
    const int opened = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (opened < 0) return failed("cannot be opened");
    descriptor = opened;
    struct ::stat here {};
    struct ::stat named {};
    const bool locked = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    // Whoever had it may just have made a part of it.
    if (!locked || ::fstat(descriptor, &here) != 0 || ::stat(file.c_str(), &named) != 0 ||
        here.st_ino != named.st_ino) {
        ::close(std::exchange(descriptor, -1));
        return fail(errc::locked, cat(file.string(), ": another sink has it open"));
    }
    if (!S_ISREG(here.st_mode)) {
        ::close(std::exchange(descriptor, -1));
        return fail(errc::invalid_argument, cat(file.string(), ": is not a regular file"));
    }
    size = static_cast<std::uint64_t>(here.st_size);
    torn = false;
    return {};
}

/// A process that was killed may have left half a line.
result<void> jsonl_sink::impl::mend_end() {
    const auto last = last_line();
    if (!last) return last.error();
    if (last->empty()) return {};
    if (event_from_json(*last)) return append_bytes("\n");  // Only its end is missing.
    if (auto kept = set_aside(*last); !kept) return kept;
    set_aside_bytes = last->size();
    size -= last->size();
    return cut() ? result<void>{} : failed("half a line cannot be removed from its end");
}

/// What stands after the last newline.
result<std::string> jsonl_sink::impl::last_line() const {
    constexpr std::uint64_t step = 64U << 10U;
    std::string tail;
    for (auto at = size; at > 0;) {
        if (tail.size() > line_bytes_max) {
            return fail(errc::corrupt, cat(file.string(), ": no line ends in its last ",
                                           tail.size(), " bytes: it is no file of JSON lines"));
        }
        std::string block(std::min(step, at), '\0');
        at -= block.size();
        const auto count =
            ::pread(descriptor, block.data(), block.size(), static_cast<::off_t>(at));
        if (count != static_cast<::ssize_t>(block.size())) return failed("cannot be read");
        const auto newline = block.rfind('\n');
        if (newline != std::string::npos) return block.substr(newline + 1) + tail;
        tail.insert(0, block);
    }
    return tail;
}

result<void> jsonl_sink::impl::set_aside(std::string_view half) {
    auto to = file;
    to += ".torn";
    const int aside = ::open(to.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (aside < 0) return failed("half a line at its end cannot be set aside");
    const auto line = cat(half, '\n');
    const bool written =
        ::write(aside, line.data(), line.size()) == static_cast<::ssize_t>(line.size()) &&
        ::fsync(aside) == 0;
    const auto done =
        written ? result<void>{} : failed("half a line at its end cannot be set aside");
    ::close(aside);
    return done;
}

// Writing ----------------------------------------------------------------------------------------

result<void> jsonl_sink::impl::write(const commit_request& events) {
    const std::lock_guard lock{mutex};
    if (auto encoded = encode(events); !encoded) return encoded;
    if (ends.empty()) return {};
    if (descriptor < 0) {
        if (auto opened = open_file(); !opened) return opened;
    }
    const bool sync = events.durability == durability::synced;
    const auto& first = events.streams.front().events.front().id;
    const bool again = first && *first == resumed;
    resumed = first.value_or(event_id{});
    for (lines_done = again ? lines_done : 0; lines_done < ends.size();) {
        const auto last = fitting(lines_done);
        if (last == lines_done) {
            if (auto rotated = rotate(sync); !rotated) return rotated;
            continue;
        }
        if (auto appended = append(lines_done, last, sync); !appended) return appended;
        lines_done = last;
    }
    resumed = {};
    if (lines.capacity() > kept_bytes_max) std::string{}.swap(lines);
    return {};
}

/// Fills `lines` and `ends`, if every event is good.
result<void> jsonl_sink::impl::encode(const commit_request& events) {
    lines.clear();
    ends.clear();
    for (const auto& part : events.streams) {
        for (const auto& one : part.events) {
            const auto begin = lines.size();
            if (auto good = event_rules::check(part.stream, one); !good) {
                return fail(good.error().code,
                            cat("write to ", part.stream, ": ", good.error().message));
            }
            append_json(lines, part.stream, one);
            lines += '\n';
            if (lines.size() - begin > line_bytes_max) {
                return fail(errc::too_large,
                            cat("write to ", part.stream, ": a line of ", lines.size() - begin,
                                " bytes; the limit is ", line_bytes_max));
            }
            ends.push_back(lines.size());
        }
    }
    return {};
}

/// The line after the last one that still goes into this file.
std::size_t jsonl_sink::impl::fitting(std::size_t first) const {
    if (options.rotate_bytes == 0) return ends.size();
    const auto begin = start_of(first);
    const auto room = options.rotate_bytes - std::min(options.rotate_bytes, size);
    const auto from = ends.begin() + static_cast<std::ptrdiff_t>(first);
    const auto last = std::upper_bound(from, ends.end(), begin + room);
    if (last == from && size == 0) return first + 1;
    return static_cast<std::size_t>(last - ends.begin());
}

result<void> jsonl_sink::impl::append(std::size_t first, std::size_t last, bool sync) {
    const auto before = size;
    const auto bytes =
        std::string_view{lines}.substr(start_of(first), start_of(last) - start_of(first));
    if (auto written = append_bytes(bytes); !written) return written;
    if (!sync || ::fdatasync(descriptor) == 0) return {};
    auto why = failed("cannot be synced");
    // They will be written again.
    size = before;
    torn = !cut();
    return why;
}

result<void> jsonl_sink::impl::append_bytes(std::string_view bytes) {
    if (torn && !cut()) return failed("what a failed write left cannot be removed");
    torn = false;
    for (auto left = bytes; !left.empty();) {
        const auto count = ::write(descriptor, left.data(), left.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            auto why = failed("cannot be written");
            torn = !cut();
            return why;
        }
        left.remove_prefix(static_cast<std::size_t>(count));
    }
    size += bytes.size();
    return {};
}

result<void> jsonl_sink::impl::rotate(bool sync) {
    if (torn) {
        if (auto cut = append_bytes({}); !cut) return cut;
    }
    if (sync && ::fdatasync(descriptor) != 0) return failed("cannot be synced");
    std::error_code code;
    const auto part = names.part(parts + 1);
    fs::rename(file, part, code);
    if (code) {
        return fail(errc::io, cat(file.string(), ": cannot be named ", part.filename().string(),
                                  ": ", code.message()));
    }
    ++parts;
    // Closed first: the lock that goes with it is of the part now.
    ::close(std::exchange(descriptor, -1));
    compressor.add(parts);
    auto opened = open_file();
    sync_directory(file.parent_path());
    return opened;
}

// The handle -------------------------------------------------------------------------------------

result<jsonl_sink> jsonl_sink::open(const fs::path& file, const jsonl_sink_options& options) {
    auto opened = std::make_unique<impl>(file, options);
    if (auto started = opened->start(); !started) return started.error();
    return jsonl_sink{std::move(opened)};
}

jsonl_sink::jsonl_sink(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
jsonl_sink::jsonl_sink(jsonl_sink&&) noexcept = default;
jsonl_sink& jsonl_sink::operator=(jsonl_sink&&) noexcept = default;
jsonl_sink::~jsonl_sink() = default;

result<void> jsonl_sink::write(const commit_request& events) { return impl_->write(events); }

jsonl_sink_status jsonl_sink::status() const {
    jsonl_sink_status now;
    now.parts_to_compress = impl_->compressor.waiting();
    now.compression_error = impl_->compressor.last_error();
    const std::lock_guard lock{impl_->mutex};
    now.file = impl_->file;
    now.file_bytes = impl_->size;
    now.parts = impl_->parts;
    now.bytes_set_aside = impl_->set_aside_bytes;
    return now;
}

result<void> jsonl_sink::finish_background_work() { return impl_->compressor.finish(); }

}  // namespace daybook
