// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "part_compressor.hpp"

#include <daybook/detail/descriptor.hpp>

#include "text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <unistd.h>

namespace daybook {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t read_bytes = 256U << 10U;

fs::path compressed_name(const fs::path& log, part_compression how) {
    auto name = log;
    return name += how == part_compression::gzip ? ".gz" : ".zst";
}

}  // namespace

part_compressor::part_compressor(const fs::path& log, part_compression how)
    : how_{how}, plain_{log}, compressed_{compressed_name(log, how)} {
    if (how_ == part_compression::none) return;
    for (const auto& left : plain_.existing()) parts_.push_back(left.number);
}

part_compressor::~part_compressor() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void part_compressor::start() {
    if (how_ != part_compression::none) thread_ = std::thread{[this] { run(); }};
}

void part_compressor::add(std::uint64_t part) {
    if (how_ == part_compression::none) return;
    const std::lock_guard lock{mutex_};
    parts_.insert(parts_.begin(), failed_.begin(), failed_.end());
    failed_.clear();
    parts_.push_back(part);
    changed_.notify_all();
}

result<void> part_compressor::finish() {
    std::unique_lock lock{mutex_};
    parts_.insert(parts_.begin(), failed_.begin(), failed_.end());
    failed_.clear();
    changed_.notify_all();
    changed_.wait(lock, [&] { return parts_.empty() && !working_; });
    return failed_.empty() ? result<void>{} : result<void>{*error_};
}

std::size_t part_compressor::waiting() const {
    const std::lock_guard lock{mutex_};
    return parts_.size() + failed_.size() + (working_ ? 1 : 0);
}

std::optional<error> part_compressor::last_error() const {
    const std::lock_guard lock{mutex_};
    return error_;
}

bool part_compressor::stopping() const {
    const std::lock_guard lock{mutex_};
    return stopping_;
}

void part_compressor::run() noexcept {
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [&] { return stopping_ || !parts_.empty(); });
        if (stopping_) return;
        const auto part = parts_.front();
        parts_.pop_front();
        working_ = true;
        lock.unlock();
        auto done = result<void>{};
        try {
            done = compress(part);
        } catch (const std::exception& e) {
            done = fail(errc::io, cat(plain_.part(part).string(), ": compressing it: ", e.what()));
        }
        lock.lock();
        working_ = false;
        if (!done) {
            error_ = done.error();
            failed_.push_back(part);
        } else if (failed_.empty()) {
            error_.reset();
        }
        changed_.notify_all();
    }
}

result<void> part_compressor::compress(std::uint64_t part) {
    const auto from = plain_.part(part);
    const auto to = compressed_.part(part);
    std::error_code code;
    // An earlier process came to its end but for removing the plain one.
    if (!fs::exists(to, code)) {
        const detail::descriptor plain{::open(from.c_str(), O_RDONLY | O_CLOEXEC)};
        if (plain.number() < 0) {
            const int number = errno;
            if (number == ENOENT) return {};  // Somebody took it away.
            return fail(errc::io, cat(from.string(), ": cannot be read: ", std::strerror(number)));
        }
        auto file = output_file::create(compressed_.partial(part), to.string());
        if (!file) return file.error();
        if (auto copied = copy(plain.number(), **file, from); !copied) return copied;
        if (auto closed = (*file)->close(); !closed) return closed;
        fs::rename((*file)->path(), to, code);
        if (code) return fail(errc::io, cat(to.string(), ": cannot be named: ", code.message()));
        (*file)->keep();
        sync_directory(to.parent_path());
    }
    fs::remove(from, code);
    return code ? fail(errc::io, cat(from.string(), ": cannot be removed: ", code.message()))
                : result<void>{};
}

result<void> part_compressor::copy(int from, output_file& to, const fs::path& name) {
    std::string bytes(read_bytes, '\0');
    for (;;) {
        if (stopping()) return fail(errc::refused, cat(name.string(), ": broken off"));
        const auto count = ::read(from, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            return fail(errc::io, cat(name.string(), ": cannot be read: ", std::strerror(errno)));
        }
        if (count == 0) return {};
        const std::string_view part{bytes.data(), static_cast<std::size_t>(count)};
        if (auto written = to.write(part); !written) return written;
    }
}

}  // namespace daybook
