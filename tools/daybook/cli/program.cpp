// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/program.hpp"

#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/help.hpp"
#include "cli/parse.hpp"
#include "cli/suggest.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <new>

namespace daybook::cli {
namespace {

/// Which command a line asks for, and its words without the command's own.
struct chosen {
    const command* what = nullptr;
    std::vector<std::string> words;
    std::string group;  ///< Set instead of `what`: show the help of this group.
};

bool asks_for(const std::vector<std::string>& words, std::string_view letter,
              std::string_view name) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& w) { return w == letter || w == name; });
}

/// Errors are told as JSON if the answer was to be: also when the line could not be parsed.
bool wants_json(std::span<const std::string> words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view value = words[i];
        if ((value == "-o" || value == "--output") && i + 1 < words.size()) {
            value = words[i + 1];
        } else if (value.starts_with("--output=")) {
            value.remove_prefix(std::string_view{"--output="}.size());
        } else if (value.starts_with("-o")) {
            value.remove_prefix(2);
        } else if (value != "--json") {
            continue;
        }
        if (value == "json" || value == "jsonl" || value == "--json") return true;
    }
    return false;
}

result<chosen> choose(const split_line& line) {
    if (const auto* found = find_command(line.first)) return chosen{found, line.others, {}};
    const auto members = second_words(line.first);
    if (members.empty()) {
        const auto known = first_words();
        return fail(errc::invalid_argument, "unknown command '" + printable(line.first) + "'" +
                                                did_you_mean(line.first, known) +
                                                "; see 'daybook --help'");
    }
    const split_line rest = split(line.others);
    if (const auto* found = find_command(line.first + " " + rest.first))
        return chosen{found, rest.others, {}};
    const bool plain = line.others.empty() || asks_for(line.others, "-h", "--help");
    if (rest.first.empty() && plain) return chosen{nullptr, {}, line.first};
    if (rest.first.empty()) {
        return fail(errc::invalid_argument,
                    "'daybook " + line.first + "' needs a command: " + listed(members, " or "));
    }
    return fail(errc::invalid_argument, "unknown command '" + line.first + " " +
                                            printable(rest.first) + "'" +
                                            did_you_mean(rest.first, members) + "; see 'daybook " +
                                            line.first + " --help'");
}

output_format format_of(const arguments& given) {
    if (given.has("json")) return output_format::json;
    return format_named(given.value_or("output", "table")).value_or(output_format::table);
}

void apply_common_options(const arguments& given, console& at) {
    at.quiet = given.has("quiet");
    if (!given.has("no-color")) return;
    at.out_screen.colours = false;
    at.err_screen.colours = false;
}

result<exit_code> run_command(const command& what, const std::vector<std::string>& words,
                              console& at) {
    const auto given = parse(what, words);
    if (!given) return given.error();
    apply_common_options(*given, at);
    if (given->has("help")) {
        at.out.write(command_help(what, help_style_for(at)));
        return exit_code::ok;
    }
    invocation call{.what = what, .given = *given, .at = at, .format = format_of(*given)};
    const auto answered = what.run(call);
    if (!answered) return answered.error();
    return exit_code_of(*answered);
}

/// Third-party code may throw; nothing of it reaches the user but one line.
result<exit_code> run_guarded(std::span<const std::string> words, console& at) {
    try {
        return run_line(words, at);
    } catch (const exception& e) {
        return e.error();
    } catch (const std::bad_alloc&) {
        return fail(errc::io, "out of memory");
    } catch (const std::exception& e) {
        return fail(errc::io, std::string{"unexpected: "} + e.what());
    }
}

}  // namespace

result<exit_code> run_line(std::span<const std::string> words, console& at) {
    const split_line line = split(words);
    if (line.first.empty()) {
        if (asks_for(line.others, "", "--version")) {
            auto others = line.others;
            std::erase(others, "--version");
            return run_command(*find_command("version"), others, at);
        }
        const bool plain = words.empty() || asks_for(line.others, "-h", "--help");
        if (!plain) {
            return fail(errc::invalid_argument,
                        "no command but '" + printable(words.front()) + "'; see 'daybook --help'");
        }
        if (asks_for(line.others, "", "--no-color")) at.out_screen.colours = false;
        at.out.write(overview_help(help_style_for(at)));
        return exit_code::ok;
    }
    const auto wanted = choose(line);
    if (!wanted) return wanted.error();
    if (wanted->what != nullptr) return run_command(*wanted->what, wanted->words, at);
    at.out.write(group_help(wanted->group, help_style_for(at)));
    return exit_code::ok;
}

int run_program(std::span<const std::string> words) {
    // A reader that goes away ends the program at once and quietly, whatever the parent had set.
    std::signal(SIGPIPE, SIG_DFL);
    console at;
    console::look_around(at);
    auto ended = run_guarded(words, at);
    const auto flushed = at.out.flush();
    if (ended && !flushed) ended = flushed.error();
    if (!ended) return static_cast<int>(report(ended.error(), wants_json(words), at));
    return static_cast<int>(*ended);
}

}  // namespace daybook::cli
