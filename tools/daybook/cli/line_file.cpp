// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/line_file.hpp"

#include <daybook/output_file.hpp>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace daybook::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t waiting_bytes_max = 256U << 10U;

fs::path beside(const fs::path& file, const char* ending) {
    auto path = file;
    path += ending;
    return path;
}

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

/// May this file be replayed into?
result<void> check(const fs::path& file, const line_file_options& options) {
    const auto name = file.string();
    if (name.ends_with(".gz") || name.ends_with(".zst")) {
        return fail(errc::invalid_argument,
                    name + ": a replay does not compress; 'daybook export' does");
    }
    if (options.overwrite) return {};
    if (is_there(file)) {
        return fail(errc::refused, name + ": is there already; --overwrite replaces it");
    }
    if (!options.resume && is_there(beside(file, ".partial"))) {
        return fail(errc::refused, name +
                                       ".partial: an interrupted replay left it; --resume goes "
                                       "on with it, --overwrite begins again");
    }
    return {};
}

}  // namespace

line_file::line_file(fs::path file, const line_file_options& options, int descriptor)
    : file_{std::move(file)},
      partial_{beside(file_, ".partial")},
      options_{options},
      descriptor_{descriptor} {
    if (is_named()) bookmark_ = replay::bookmark::in_file(beside(file_, ".bookmark"));
}

line_file::~line_file() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

error line_file::failed(const char* doing, int number) const {
    return fail(number == ENOENT ? errc::not_found : errc::io,
                (is_named() ? partial_.string() : std::string{"standard output"}) + ": " + doing +
                    ": " + std::strerror(number));
}

result<std::unique_ptr<line_file>> line_file::open(const fs::path& file,
                                                   const line_file_options& options) {
    if (file == "-") {
        if (options.resume)
            return fail(errc::invalid_argument, "--resume: standard output cannot be gone on with");
        std::unique_ptr<line_file> made{new line_file{file, options, ::dup(STDOUT_FILENO)}};
        if (made->descriptor_ < 0) return made->failed("cannot be opened", errno);
        return made;
    }
    if (auto sound = check(file, options); !sound) return sound.error();
    std::unique_ptr<line_file> made{new line_file{file, options, -1}};
    made->descriptor_ = ::open(made->partial_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (made->descriptor_ < 0) return made->failed("cannot be opened", errno);
    if (::flock(made->descriptor_, LOCK_EX | LOCK_NB) != 0) {
        return fail(errc::locked, made->partial_.string() + ": another process replays into it");
    }
    const auto marked = made->bookmark_->read();
    if (!marked) return marked.error();
    if (options.resume && *marked) return made;  // `resume` is told how much of it is sound.
    if (*marked) {
        if (auto removed = made->bookmark_->remove(); !removed) return removed.error();
    }
    if (::ftruncate(made->descriptor_, 0) != 0) return made->failed("cannot be emptied", errno);
    return made;
}

result<void> line_file::resume(std::string_view settled) {
    std::uint64_t bytes = 0;
    const auto* const end = settled.data() + settled.size();
    const auto [read, problem] = std::from_chars(settled.data(), end, bytes);
    struct stat there {};
    if (::fstat(descriptor_, &there) != 0) return failed("cannot be looked at", errno);
    if (problem != std::errc{} || read != end ||
        bytes > static_cast<std::uint64_t>(there.st_size)) {
        return fail(errc::corrupt, partial_.string() + ": has " + std::to_string(there.st_size) +
                                       " bytes, which does not fit its bookmark; --overwrite "
                                       "begins again");
    }
    if (::ftruncate(descriptor_, static_cast<::off_t>(bytes)) != 0)
        return failed("cannot be cut", errno);
    if (::lseek(descriptor_, 0, SEEK_END) < 0) return failed("cannot be gone on with", errno);
    bytes_ = bytes;
    return {};
}

result<void> line_file::take(const event_view& event) {
    const auto before = waiting_.size();
    formats::append_line(waiting_, options_.format, event, options_.render);
    waiting_ += '\n';
    bytes_ += waiting_.size() - before;
    // Who pipes wants to see it come.
    if (is_named() && waiting_.size() < waiting_bytes_max) return {};
    return write_out();
}

result<void> line_file::write_out() {
    std::size_t done = 0;
    while (done < waiting_.size()) {
        const auto wrote = ::write(descriptor_, waiting_.data() + done, waiting_.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return failed("cannot be written", errno);
        done += static_cast<std::size_t>(wrote);
    }
    waiting_.clear();
    return {};
}

result<std::string> line_file::settle() {
    if (auto written = write_out(); !written) return written.error();
    if (is_named() && ::fsync(descriptor_) != 0) return failed("cannot be synced", errno);
    return std::to_string(bytes_);
}

result<std::string> line_file::foresee(const event_view&) { return std::string{"write"}; }

result<void> line_file::finish() {
    if (auto settled = settle(); !settled) return settled.error();
    if (!is_named()) return {};
    std::error_code code;
    fs::rename(partial_, file_, code);
    if (code)
        return fail(errc::io, file_.string() + ": cannot be given its name: " + code.message());
    sync_directory(file_.parent_path());
    return bookmark_->remove();
}

}  // namespace daybook::cli
