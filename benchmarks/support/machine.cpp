// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "support/machine.hpp"

#include <rocksdb/version.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <memory>
#include <string_view>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

namespace daybook::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* drop_caches = "/proc/sys/vm/drop_caches";

/// What follows "name :" in a file of /proc.
std::string value_in(const char* path, std::string_view name) {
    std::ifstream in{path};
    for (std::string line; std::getline(in, line);) {
        if (!std::string_view{line}.starts_with(name)) continue;
        const auto colon = line.find(':');
        const auto start = line.find_first_not_of(" \t", colon + 1);
        return start == std::string::npos ? "" : line.substr(start);
    }
    return "unknown";
}

std::string output_of(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(command.c_str(), "r"), ::pclose};
    std::string text;
    if (pipe) {
        for (int c = std::fgetc(pipe.get()); c != EOF && c != '\n'; c = std::fgetc(pipe.get())) {
            text.push_back(static_cast<char>(c));
        }
    }
    return text.empty() ? "unknown" : text;
}

/// Device and type of the file system that holds `path`: the longest mount point that begins it.
std::string file_system_of(const fs::path& path) {
    const auto wanted = fs::weakly_canonical(path).string() + "/";
    std::ifstream in{"/proc/mounts"};
    std::string found = "unknown";
    std::size_t longest = 0;
    std::string device;
    std::string point;
    std::string type;
    for (std::string rest; in >> device >> point >> type && std::getline(in, rest);) {
        const auto prefix = point == "/" ? point : point + "/";
        if (!wanted.starts_with(prefix) || prefix.size() < longest) continue;
        longest = prefix.size();
        found = type + " on " + device;
    }
    return found;
}

std::string now_text() {
    const auto now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string kernel() {
    utsname name{};
    if (::uname(&name) != 0) return "unknown";
    return std::string{name.sysname} + " " + name.release;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> describe_machine(const fs::path& data_directory) {
    return {{"date", now_text()},
            {"commit", output_of("git -C " DAYBOOK_SOURCE_DIR
                                 " describe --always --dirty --abbrev=12 2>/dev/null")},
            {"cpu", value_in("/proc/cpuinfo", "model name")},
            {"cores", std::to_string(std::thread::hardware_concurrency())},
            {"memory", value_in("/proc/meminfo", "MemTotal")},
            {"kernel", kernel()},
            {"file_system", file_system_of(data_directory)},
            {"compiler", __VERSION__},
            {"rocksdb", std::to_string(ROCKSDB_MAJOR) + "." + std::to_string(ROCKSDB_MINOR) + "." +
                            std::to_string(ROCKSDB_PATCH)}};
}

double memory_mib(std::string_view name) {
    return std::stod(value_in("/proc/self/status", name)) / 1024;
}

bool may_drop_page_cache() { return ::access(drop_caches, W_OK) == 0; }

void drop_page_cache() {
    ::sync();
    std::ofstream{drop_caches} << "1\n";
}

void fill_page_cache(const fs::path& directory) {
    std::vector<char> buffer(1U << 20U);
    for (const auto& entry : fs::recursive_directory_iterator{directory}) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in{entry.path(), std::ios::binary};
        while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()))) continue;
    }
}

void write_dirty_pages() { ::sync(); }

}  // namespace daybook::bench
