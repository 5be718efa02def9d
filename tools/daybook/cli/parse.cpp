// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/parse.hpp"

#include "cli/suggest.hpp"
#include "cli/text.hpp"

#include <boost/make_shared.hpp>
#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <algorithm>

namespace daybook::cli {
namespace {

namespace po = boost::program_options;

/// Where to read on, for the end of every usage error.
std::string see_help(const command& what) {
    return "; see 'daybook " + std::string{what.name} + " --help'";
}

error usage(const command& what, const std::string& found) {
    return fail(errc::invalid_argument, printable(found) + see_help(what));
}

po::options_description described(const std::vector<option>& options) {
    po::options_description all;
    for (const auto& o : options) {
        std::string name{o.name};
        if (o.letter != 0) name.append(1, ',').append(1, o.letter);
        // The description takes the semantic over.
        const bool is_switch = o.value.empty();
        all.add(boost::make_shared<po::option_description>(name.c_str(),
                                                           new po::untyped_value{is_switch}));
    }
    return all;
}

std::string without_value(const std::string& token) { return token.substr(0, token.find('=')); }

error explain_unknown(const command& what, const std::vector<option>& options,
                      const std::string& token) {
    const std::string name = without_value(token);
    std::vector<std::string> known;
    for (const auto& o : options) {
        known.push_back("--" + std::string{o.name});
        const bool this_letter = o.letter != 0 && name == std::string{'-', o.letter};
        if (this_letter) return usage(what, "option " + name + " takes no value");
    }
    return fail(errc::invalid_argument, "unknown option " + printable(name) + " of 'daybook " +
                                            std::string{what.name} + "'" +
                                            did_you_mean(name, known) + see_help(what));
}

error explain(const command& what, const po::invalid_command_line_syntax& e) {
    const std::string name = printable(without_value(e.get_option_name()));
    switch (e.kind()) {
        case po::invalid_syntax::missing_parameter:
        case po::invalid_syntax::empty_adjacent_parameter:
            return usage(what, "option " + name + " needs a value");
        case po::invalid_syntax::extra_parameter:
            return usage(what, "option " + name + " takes no value");
        default: return usage(what, e.what());
    }
}

std::string one_of(std::span<const std::string_view> choices) {
    return listed({choices.begin(), choices.end()}, " or ");
}

bool is_choice(std::span<const std::string_view> choices, std::string_view value) {
    return choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end();
}

result<void> check_option(const command& what, const option& o, const arguments& given,
                          const std::string& value) {
    const std::string name = "--" + std::string{o.name};
    if (!o.repeats && given.has(o.name) && !o.value.empty())
        return usage(what, "option " + name + " is given twice");
    if (!is_choice(o.choices, value))
        return usage(what,
                     "option " + name + ": '" + value + "' is not one of " + one_of(o.choices));
    return {};
}

result<void> check_operands(const command& what, const arguments& given) {
    const auto& found = given.operands();
    std::size_t least = 0;
    bool any = false;
    for (const auto& o : what.operands) {
        if (o.how_many == operand::count::one) ++least;
        if (o.how_many == operand::count::any) any = true;
    }
    if (found.size() < least)
        return usage(what, "missing " + std::string{what.operands[found.size()].name});
    if (!any && found.size() > what.operands.size())
        return usage(what, "unexpected '" + found[what.operands.size()] + "'");
    for (std::size_t i = 0; i < std::min(found.size(), what.operands.size()); ++i) {
        const auto& o = what.operands[i];
        if (!is_choice(o.choices, found[i]))
            return usage(what, "'" + found[i] + "' is not one of " + one_of(o.choices));
    }
    return {};
}

result<std::vector<po::option>> tokens_of(const command& what, const std::vector<option>& options,
                                          const std::vector<std::string>& words) {
    namespace style = po::command_line_style;
    const auto known = described(options);
    try {
        return po::command_line_parser{words}
            .options(known)
            .style(style::allow_long | style::allow_short | style::long_allow_adjacent |
                   style::long_allow_next | style::short_allow_adjacent | style::short_allow_next |
                   style::allow_sticky | style::allow_dash_for_short)
            .run()
            .options;
    } catch (const po::unknown_option& e) {
        return explain_unknown(what, options, e.get_option_name());
    } catch (const po::invalid_command_line_syntax& e) {
        return explain(what, e);
    } catch (const po::error& e) {
        return usage(what, e.what());
    }
}

/// Of the options that may stand before the command.
bool takes_a_value(std::string_view word) {
    constexpr std::string_view all[] = {"-s", "--store", "-o", "--output", "--view", "--plugin"};
    return std::find(std::begin(all), std::end(all), word) != std::end(all);
}

}  // namespace

split_line split(std::span<const std::string> line) {
    split_line parts;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (!parts.first.empty() || line[i].starts_with('-')) {
            parts.others.push_back(line[i]);
            const bool value_follows = parts.first.empty() && takes_a_value(line[i]);
            if (value_follows && i + 1 < line.size()) parts.others.push_back(line[++i]);
        } else {
            parts.first = line[i];
        }
    }
    return parts;
}

result<arguments> parse(const command& what, const std::vector<std::string>& words) {
    const auto options = what.all_options();
    const auto tokens = tokens_of(what, options, words);
    if (!tokens) return tokens.error();

    arguments given;
    for (const auto& token : *tokens) {
        if (token.position_key >= 0) {
            for (const auto& value : token.value) given.add_operand(value);
            continue;
        }
        const auto found = std::find_if(options.begin(), options.end(), [&](const option& o) {
            return o.name == token.string_key;
        });
        if (found == options.end()) return explain_unknown(what, options, token.string_key);
        const std::string value = token.value.empty() ? "" : token.value.front();
        if (auto checked = check_option(what, *found, given, value); !checked)
            return checked.error();
        given.add_option(found->name, value);
    }
    if (given.has("json") && given.has("output"))
        return usage(what, "--json and --output are given both");
    if (given.has("help")) return given;
    if (auto checked = check_operands(what, given); !checked) return checked.error();
    return given;
}

}  // namespace daybook::cli
