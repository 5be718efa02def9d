// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/temp_directory.hpp"

#include <boost/json/value.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The command line program, run as its users run it: another process, its own environment.
namespace daybook::test {

struct cli_setup {
    std::string input = {};  ///< What stands on standard input.
    std::vector<std::pair<std::string, std::string>> environment = {};  ///< Beside a plain one.
    std::filesystem::path directory = {};                               ///< Where it runs.
};

struct cli_result {
    int code = 0;  ///< The exit code; 128 and the signal's number if one ended it.
    std::string out;
    std::string err;
};

/// Runs `daybook` with these words. Standard output and error are files, not terminals.
cli_result run_cli(const std::vector<std::string>& words, const cli_setup& setup = {});

/// Runs a line in a POSIX shell that finds `daybook` by its name.
cli_result run_shell(const std::string& line, const cli_setup& setup = {});

/// Runs `daybook` on a terminal of `columns`; what it wrote, out and err together.
std::string run_on_terminal(const std::vector<std::string>& words, unsigned short columns,
                            const cli_setup& setup = {});

/// Where the program lies.
std::filesystem::path cli_program();

/// Lines without their ends ("\n" or "\r\n").
std::vector<std::string> lines_of(std::string_view text);

/// The text as JSON; throws with the text if it is none.
boost::json::value json_of(std::string_view text);

/// RFC 4180 CSV as rows of fields; throws for a stray quote or a row without CRLF.
std::vector<std::vector<std::string>> csv_of(std::string_view text);

/// A store that holds the sprint of `daybook demo`, closed, in `directory`.
void make_demo_store(const std::filesystem::path& directory);

/// A scratch directory with the demo's store in it.
struct demo_home {
    temp_directory home;
    std::filesystem::path store = home / "store";

    demo_home() { make_demo_store(store); }

    cli_result run(std::vector<std::string> words, cli_setup setup = {}) const {
        words.insert(words.end(), {"-s", store.string()});
        return run_cli(words, setup);
    }
};

}  // namespace daybook::test
