// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "tools/cli_run.hpp"

#include <daybook/store.hpp>

#include "sample/demo_sprint.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <pty.h>
#include <stdexcept>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;

using file = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

file scratch_file(std::string_view content = {}) {
    file made{std::tmpfile(), &std::fclose};
    if (!made) throw std::system_error{errno, std::generic_category(), "tmpfile"};
    if (!content.empty()) std::fwrite(content.data(), 1, content.size(), made.get());
    std::rewind(made.get());
    return made;
}

std::string content_of(const file& from) {
    std::string text;
    std::rewind(from.get());
    for (int c = std::fgetc(from.get()); c != EOF; c = std::fgetc(from.get()))
        text += static_cast<char>(c);
    return text;
}

std::string search_path() {
    const char* usual = std::getenv("PATH");
    return cli_program().parent_path().string() + ":" +
           (usual == nullptr ? "/usr/bin:/bin" : usual);
}

/// The child's part: a plain environment, then the program. Does not return.
[[noreturn]] void become(const std::vector<std::string>& line, const cli_setup& setup) {
    for (const auto* name : {"DAYBOOK_STORE", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"})
        ::unsetenv(name);
    ::setenv("LC_ALL", "C.UTF-8", 1);
    ::setenv("TERM", "xterm", 1);
    ::setenv("PATH", search_path().c_str(), 1);
    for (const auto& [name, value] : setup.environment) ::setenv(name.c_str(), value.c_str(), 1);
    if (!setup.directory.empty() && ::chdir(setup.directory.c_str()) != 0) ::_exit(126);
    std::vector<char*> words;
    for (const auto& word : line) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    ::_exit(127);
}

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) throw std::system_error{errno, std::generic_category(), "waitpid"};
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

cli_result run_words(const std::vector<std::string>& line, const cli_setup& setup) {
    const file in = scratch_file(setup.input);
    const file out = scratch_file();
    const file err = scratch_file();
    const pid_t child = ::fork();
    if (child < 0) throw std::system_error{errno, std::generic_category(), "fork"};
    if (child == 0) {
        ::dup2(::fileno(in.get()), STDIN_FILENO);
        ::dup2(::fileno(out.get()), STDOUT_FILENO);
        ::dup2(::fileno(err.get()), STDERR_FILENO);
        become(line, setup);
    }
    const int code = wait_for(child);
    return {code, content_of(out), content_of(err)};
}

std::vector<std::string> with_program(const std::vector<std::string>& words) {
    std::vector<std::string> line{cli_program().string()};
    line.insert(line.end(), words.begin(), words.end());
    return line;
}

}  // namespace

fs::path cli_program() { return DAYBOOK_CLI_PROGRAM; }

cli_result run_cli(const std::vector<std::string>& words, const cli_setup& setup) {
    return run_words(with_program(words), setup);
}

cli_result run_shell(const std::string& line, const cli_setup& setup) {
    return run_words({"/bin/sh", "-c", line}, setup);
}

std::string run_on_terminal(const std::vector<std::string>& words, unsigned short columns,
                            const cli_setup& setup) {
    const std::vector<std::string> line = with_program(words);
    winsize size{};
    size.ws_row = 24;
    size.ws_col = columns;
    int terminal = -1;
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
    if (child < 0) throw std::system_error{errno, std::generic_category(), "forkpty"};
    if (child == 0) become(line, setup);
    std::string text;
    char piece[4096];
    for (auto count = ::read(terminal, piece, sizeof piece); count > 0;
         count = ::read(terminal, piece, sizeof piece))
        text.append(piece, static_cast<std::size_t>(count));
    wait_for(child);
    ::close(terminal);
    return text;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

boost::json::value json_of(std::string_view text) {
    boost::system::error_code problem;
    auto value = boost::json::parse(text, problem);
    if (problem)
        throw std::runtime_error{"not JSON (" + problem.message() + "): " + std::string{text}};
    return value;
}

std::vector<std::vector<std::string>> csv_of(std::string_view text) {
    const auto bad = [&](const char* what) {
        return std::runtime_error{std::string{"CSV: "} + what + ": " + std::string{text}};
    };
    std::vector<std::vector<std::string>> rows;
    while (!text.empty()) {
        auto& row = rows.emplace_back();
        for (bool more = true; more;) {
            std::string& field = row.emplace_back();
            if (text.starts_with('"')) {
                text.remove_prefix(1);
                while (true) {
                    const std::size_t end = text.find('"');
                    if (end == std::string_view::npos) throw bad("a quote is not closed");
                    field += text.substr(0, end);
                    text.remove_prefix(end + 1);
                    if (!text.starts_with('"')) break;
                    field += '"';
                    text.remove_prefix(1);
                }
            } else {
                const std::size_t end = std::min(text.find_first_of(",\"\r\n"), text.size());
                field = text.substr(0, end);
                text.remove_prefix(end);
            }
            more = text.starts_with(',');
            if (more) text.remove_prefix(1);
        }
        if (!text.starts_with("\r\n")) throw bad("a row does not end with CRLF");
        text.remove_prefix(2);
    }
    return rows;
}

void make_demo_store(const fs::path& directory) {
    auto log = store::open(directory, {.default_durability = durability::written}).value();
    for (auto& e : sample::demo_sprint().events)
        log.append(e.stream, expected::any(), {std::move(e.event)}).value();
}

}  // namespace daybook::test
