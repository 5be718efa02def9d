// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/result.hpp>

#include "cli/console.hpp"
#include "cli/record.hpp"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The vocabulary in which commands are declared. One declaration makes the parser, the help, the
// completion scripts, the reference in README.md and the tests' list of what to try.
namespace daybook::cli {

/// What a shell offers for a value.
enum class completion { nothing, files, directories };

enum class section { options, filters, common };

struct option {
    std::string_view name;        ///< Without dashes: "since".
    char letter = 0;              ///< The short form, or 0.
    std::string_view value = {};  ///< What stands for the value in help: "TIME". Empty: a switch.
    std::string_view help = {};
    bool repeats = false;
    std::span<const std::string_view> choices = {};
    cli::completion completes = completion::nothing;
    cli::section section = section::options;
};

struct operand {
    enum class count { one, optional, any };
    std::string_view name;  ///< As in help: "STREAM".
    std::string_view help = {};
    count how_many = count::one;
    std::span<const std::string_view> choices = {};
    cli::completion completes = completion::nothing;
};

/// A line that can be run as it is, against the store of `daybook demo --keep`. Tests do.
struct example {
    std::string_view line;
    std::string_view what;
};

/// Whether the question had a positive answer: exit code 0 or 1; 6 if nobody can tell.
enum class answer { yes, no, unknown };

enum class topic { start, everyday, views, moving, upkeep, more };

/// What stood on the command line, after checking names, counts and choices.
class arguments {
public:
    bool has(std::string_view option) const;
    std::optional<std::string> value(std::string_view option) const;
    std::string value_or(std::string_view option, std::string_view otherwise) const;
    const std::vector<std::string>& values(std::string_view option) const;
    const std::vector<std::string>& operands() const noexcept { return operands_; }
    std::optional<std::string> operand(std::size_t index) const;

    void add_option(std::string_view name, std::string value);
    void add_operand(std::string value);

private:
    std::map<std::string, std::vector<std::string>, std::less<>> options_;
    std::vector<std::string> operands_;
};

struct command;

/// One run of a command.
struct invocation {
    const command& what;
    arguments given;
    console& at;
    output_format format = output_format::table;

    /// A new sink in the format that was asked for.
    std::unique_ptr<record_sink> sink() const { return make_sink(format, at); }
};

struct command {
    std::string_view name;  ///< "stats", or two words: "projection show".
    cli::topic topic = topic::more;
    std::string_view summary;     ///< One line, no full stop.
    std::string_view about = {};  ///< Paragraphs, separated by '\n'.
    std::vector<cli::operand> operands = {};
    std::vector<cli::option> options = {};  ///< Without the common ones.
    std::vector<cli::example> examples = {};
    bool uses_store = true;         ///< Takes --store.
    bool uses_two_stores = false;   ///< Takes --store twice, for A and B; see `open_store_at`.
    bool has_formats = true;        ///< Takes --output with all four formats.
    bool uses_projections = false;  ///< Takes the options of <cli/known_projections.hpp>.
    result<answer> (*run)(invocation&) = nullptr;

    /// The command's own options and the common ones that apply to it.
    std::vector<cli::option> all_options() const;
};

/// The names of the output formats, in the order of `output_format`.
std::span<const std::string_view> format_names() noexcept;
std::optional<output_format> format_named(std::string_view name) noexcept;

}  // namespace daybook::cli
