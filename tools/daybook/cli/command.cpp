// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"

#include "cli/known_projections.hpp"

#include <algorithm>
#include <iterator>

namespace daybook::cli {
namespace {

constexpr std::string_view names_of_formats[] = {"table", "json", "jsonl", "csv"};

const option store_option{.name = "store",
                          .letter = 's',
                          .value = "DIR",
                          .help = "The store's directory. Default: $DAYBOOK_STORE.",
                          .completes = completion::directories,
                          .section = section::common};
const option two_stores_option{.name = "store",
                               .letter = 's',
                               .value = "DIR",
                               .help = "The directory of a store: first that of A, then of B.",
                               .repeats = true,
                               .completes = completion::directories,
                               .section = section::common};
const option output_option{.name = "output",
                           .letter = 'o',
                           .value = "FORMAT",
                           .help = "table (default), json, jsonl or csv.",
                           .choices = names_of_formats,
                           .section = section::common};
const option json_option{
    .name = "json", .help = "The same as --output json.", .section = section::common};
const option always[] = {
    {.name = "help", .letter = 'h', .help = "Show this help.", .section = section::common},
    {.name = "no-color",
     .help = "No colours. Also: NO_COLOR=1; CLICOLOR_FORCE=1 colours pipes too.",
     .section = section::common},
    {.name = "quiet",
     .letter = 'q',
     .help = "No messages on standard error but errors.",
     .section = section::common},
};

}  // namespace

bool arguments::has(std::string_view option) const { return options_.contains(option); }

std::optional<std::string> arguments::value(std::string_view option) const {
    const auto& all = values(option);
    return all.empty() ? std::nullopt : std::optional{all.back()};
}

std::string arguments::value_or(std::string_view option, std::string_view otherwise) const {
    return value(option).value_or(std::string{otherwise});
}

const std::vector<std::string>& arguments::values(std::string_view option) const {
    static const std::vector<std::string> none;
    const auto found = options_.find(option);
    return found == options_.end() ? none : found->second;
}

std::optional<std::string> arguments::operand(std::size_t index) const {
    return index < operands_.size() ? std::optional{operands_[index]} : std::nullopt;
}

void arguments::add_option(std::string_view name, std::string value) {
    options_[std::string{name}].push_back(std::move(value));
}

void arguments::add_operand(std::string value) { operands_.push_back(std::move(value)); }

std::vector<option> command::all_options() const {
    std::vector<option> all = options;
    if (uses_projections)
        all.insert(all.end(), projection_options().begin(), projection_options().end());
    if (uses_two_stores) {
        all.push_back(two_stores_option);
    } else if (uses_store) {
        all.push_back(store_option);
    }
    if (has_formats) {
        all.push_back(output_option);
        all.push_back(json_option);
    }
    all.insert(all.end(), std::begin(always), std::end(always));
    return all;
}

std::span<const std::string_view> format_names() noexcept { return names_of_formats; }

std::optional<output_format> format_named(std::string_view name) noexcept {
    const auto found = std::find(std::begin(names_of_formats), std::end(names_of_formats), name);
    if (found == std::end(names_of_formats)) return std::nullopt;
    return static_cast<output_format>(found - std::begin(names_of_formats));
}

}  // namespace daybook::cli
