// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "durable_files.hpp"

#include "sealed_bytes.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace daybook::compliance::durable_files {
namespace {

constexpr std::uintmax_t file_bytes_max = std::uintmax_t{1} << 30U;

error failed(std::string_view doing, const std::filesystem::path& path, int why) {
    const auto code = why == ENOENT ? errc::not_found : errc::io;
    return fail(code, std::string{doing} + ' ' + path.string() + ": " + std::strerror(why));
}

/// Each thing done to the disk passes here first.
result<void> step(std::string_view doing, const std::filesystem::path& path) {
    auto left = steps_left.load();
    if (left < 0) return {};
    if (left == 0) return failed(doing, path, EIO);
    steps_left = left - 1;
    return {};
}

detail::descriptor opened_at(const std::filesystem::path& path, int flags) {
    return detail::descriptor{::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)};
}

result<void> write_all(int to, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const auto done = ::write(to, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return failed("write", path, errno);
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return {};
}

result<void> sync(int number, const std::filesystem::path& path) {
    if (auto ok = step("sync", path); !ok) return ok;
    if (::fsync(number) != 0) return failed("sync", path, errno);
    return {};
}

result<void> sync_directory_of(const std::filesystem::path& file) {
    const auto directory = file.parent_path();
    const auto opened = opened_at(directory, O_RDONLY | O_DIRECTORY);
    if (!opened.ok()) return failed("open", directory, errno);
    return sync(opened.number(), directory);
}

result<void> write_file(const std::filesystem::path& file, int flags, std::string_view bytes) {
    if (auto ok = step("write", file); !ok) return ok;
    const auto opened = opened_at(file, flags);
    if (!opened.ok()) return failed("open", file, errno);
    if (auto ok = write_all(opened.number(), bytes, file); !ok) return ok;
    return sync(opened.number(), file);
}

}  // namespace

result<void> check_private(const std::filesystem::path& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return failed("look at", path, errno);
    if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fail(errc::refused, path.string() +
                                       " holds keys and is open to others than its owner; take "
                                       "their rights away (chmod go= on it)");
    }
    return {};
}

result<void> make_directory(const std::filesystem::path& directory) {
    std::error_code wrong;
    if (std::filesystem::exists(directory, wrong)) return check_private(directory);
    if (!directory.parent_path().empty()) {
        std::filesystem::create_directories(directory.parent_path(), wrong);
    }
    if (auto ok = step("make", directory); !ok) return ok;
    if (::mkdir(directory.c_str(), 0700) != 0) return failed("make", directory, errno);
    return sync_directory_of(std::filesystem::absolute(directory));
}

result<void> put(const std::filesystem::path& file, std::string_view bytes) {
    const auto temporary = std::filesystem::path{file}.concat(".tmp");
    if (auto ok = write_file(temporary, O_WRONLY | O_CREAT | O_TRUNC, bytes); !ok) return ok;
    if (auto ok = step("rename", file); !ok) return ok;
    if (::rename(temporary.c_str(), file.c_str()) != 0) return failed("rename", file, errno);
    return sync_directory_of(file);
}

result<void> append(const std::filesystem::path& file, std::string_view bytes) {
    return write_file(file, O_WRONLY | O_APPEND, bytes);
}

result<void> cut(const std::filesystem::path& file, std::uintmax_t size) {
    const auto opened = opened_at(file, O_WRONLY);
    if (!opened.ok()) return failed("open", file, errno);
    if (::ftruncate(opened.number(), static_cast<off_t>(size)) != 0) {
        return failed("cut", file, errno);
    }
    return sync(opened.number(), file);
}

result<void> destroy(const std::filesystem::path& file) {
    std::error_code wrong;
    const auto size = std::filesystem::file_size(file, wrong);
    if (wrong == std::errc::no_such_file_or_directory) return {};
    if (wrong) return fail(errc::io, "look at " + file.string() + ": " + wrong.message());
    const std::string zeros(static_cast<std::size_t>(size), '\0');
    if (auto ok = write_file(file, O_WRONLY, zeros); !ok) return ok;
    if (auto ok = step("remove", file); !ok) return ok;
    if (::unlink(file.c_str()) != 0) return failed("remove", file, errno);
    return sync_directory_of(file);
}

result<std::string> get(const std::filesystem::path& file) {
    const auto opened = opened_at(file, O_RDONLY);
    if (!opened.ok()) return failed("open", file, errno);
    struct stat found {};
    if (::fstat(opened.number(), &found) != 0) return failed("look at", file, errno);
    if (!S_ISREG(found.st_mode)) return fail(errc::io, file.string() + " is no plain file");
    if (static_cast<std::uintmax_t>(found.st_size) > file_bytes_max) {
        return fail(errc::too_large, file.string() + " has more than 1 GiB");
    }
    std::string bytes;
    char part[65536];
    for (;;) {
        const auto got = ::read(opened.number(), part, sizeof part);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("read", file, errno);
        if (got == 0) return bytes;
        bytes.append(part, static_cast<std::size_t>(got));
    }
}

result<lock> lock::take(const std::filesystem::path& file) {
    lock taken{opened_at(file, O_RDWR | O_CREAT)};
    if (!taken.file_.ok()) return failed("open", file, errno);
    if (::flock(taken.file_.number(), LOCK_EX | LOCK_NB) == 0) return taken;
    if (errno != EWOULDBLOCK) return failed("lock", file, errno);
    return fail(errc::locked, "the keys in " + file.parent_path().string() +
                                  " are in use by another process, or by another handle");
}

}  // namespace daybook::compliance::durable_files
