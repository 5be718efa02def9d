// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/help.hpp"

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <array>

namespace daybook::cli {
namespace {

struct topic_title {
    cli::topic topic;
    std::string_view title;
};

constexpr std::array topic_titles{
    topic_title{topic::start, "Start"},   topic_title{topic::everyday, "Write and ask"},
    topic_title{topic::views, "Views"},   topic_title{topic::moving, "Move"},
    topic_title{topic::upkeep, "Upkeep"}, topic_title{topic::more, "More"},
};

std::string title(std::string_view text, const help_style& style) {
    return painted(text, tone::strong, style.colours) + "\n";
}

/// "  name   description", the description wrapped in its own column.
std::string entry(const std::string& name, std::string_view description, std::size_t name_width,
                  const help_style& style) {
    const std::size_t indent = 2 + name_width + 2;
    const auto lines =
        wrapped(description, std::max<std::size_t>(style.width, indent + 20) - indent);
    std::string text = "  " + painted(name, tone::accent, style.colours);
    text.append(name_width < name.size() ? 0 : name_width - name.size(), ' ');
    for (std::size_t i = 0; i < lines.size(); ++i) {
        text.append(i == 0 ? 2 : indent, ' ').append(lines[i]).append(1, '\n');
    }
    return text;
}

struct named_text {
    std::string name;
    std::string text;
};

/// Names in one column, at least `width` wide, and texts in the other.
std::string entries(const std::vector<named_text>& all, const help_style& style,
                    std::size_t width = 0) {
    constexpr std::size_t name_width_max = 30;
    for (const auto& e : all) width = std::max(width, e.name.size());
    width = std::min(width, name_width_max);
    std::string text;
    for (const auto& e : all) text += entry(e.name, e.text, width, style);
    return text;
}

std::string option_name(const option& o) {
    std::string name = o.letter != 0 ? std::string{'-', o.letter, ',', ' '} : std::string(4, ' ');
    name.append("--").append(o.name);
    if (!o.value.empty()) name.append(1, ' ').append(o.value);
    return name;
}

std::string option_text(const option& o) {
    const bool told = o.help.find("repeated") != std::string_view::npos;
    return std::string{o.help} + (o.repeats && !told ? " May be repeated." : "");
}

std::string operand_usage(const operand& o) {
    const std::string name{o.name};
    switch (o.how_many) {
        case operand::count::one: return " " + name;
        case operand::count::optional: return " [" + name + "]";
        case operand::count::any: return " [" + name + "]...";
    }
    return {};
}

std::string usage_of(const command& what) {
    std::string line = "daybook " + std::string{what.name};
    for (const auto& o : what.operands) line += operand_usage(o);
    if (!what.options.empty() || what.uses_projections) line += " [OPTIONS]";
    return line;
}

std::string paragraphs(std::string_view text, const help_style& style) {
    std::string all;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        for (const auto& line : wrapped(text.substr(0, end), style.width)) all += line + "\n";
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return all;
}

std::string section_of(const std::vector<option>& options, section wanted, std::string_view name,
                       const help_style& style) {
    std::vector<named_text> found;
    for (const auto& o : options) {
        if (o.section == wanted) found.push_back({option_name(o), option_text(o)});
    }
    return found.empty() ? std::string{} : "\n" + title(name, style) + entries(found, style);
}

std::string command_list(const std::vector<const command*>& commands, const help_style& style) {
    std::vector<named_text> all;
    for (const auto* c : commands) all.push_back({std::string{c->name}, std::string{c->summary}});
    constexpr std::size_t name_width = 18;  // Of "projection rebuild".
    return entries(all, style, name_width);
}

/// The command that takes every filter and every common option.
const command& command_with_all_options() { return *find_command("query"); }

std::string markdown_options(const command& what, section wanted) {
    std::string text;
    for (const auto& o : what.all_options()) {
        if (o.section != wanted) continue;
        std::string name = "--" + std::string{o.name};
        if (!o.value.empty()) name.append(1, ' ').append(o.value);
        if (o.letter != 0) name.insert(0, std::string{'-', o.letter, ',', ' '});
        text += "| `" + name + "` | " + option_text(o) + " |\n";
    }
    return text.empty() ? text : "\n| option | |\n|---|---|\n" + text;
}

std::string markdown_of(const command& what) {
    std::string text = "### daybook " + std::string{what.name} + "\n" + std::string{what.summary} +
                       ".\n\n    " + usage_of(what) + "\n\n";
    if (!what.about.empty()) text += std::string{what.about} + "\n";
    for (const auto& o : what.operands)
        text += "\n- `" + std::string{o.name} + "`: " + std::string{o.help};
    if (!what.operands.empty()) text += "\n";
    text += markdown_options(what, section::options);
    const auto& own = what.options;
    if (std::any_of(own.begin(), own.end(), [](auto& o) { return o.section == section::filters; }))
        text += "\nTakes [filters](#filters).\n";
    if (!what.examples.empty()) text += "\n";
    for (const auto& e : what.examples)
        text += "    " + std::string{e.line} + "    # " + std::string{e.what} + "\n";
    return text + "\n";
}

}  // namespace

help_style help_style_for(const console& at) {
    const std::size_t width = at.out_screen.terminal ? at.out_screen.width : 80;
    return {.width = std::clamp<std::size_t>(width, 60, 100), .colours = at.out_screen.colours};
}

std::string overview_help(const help_style& style) {
    std::string text = "daybook - an event log with projections\n\n";
    text += entries({{"daybook demo", "a sample sprint of agents, its log and its views"},
                     {"daybook import FILE -s DIR", "take over a log you have"},
                     {"daybook query --type T -s DIR", "find events"},
                     {"daybook trace ID -s DIR", "what led to an event, and what it led to"}},
                    style);
    for (const auto& part : topic_titles) {
        std::vector<const command*> members;
        for (const auto& c : all_commands()) {
            if (c.topic == part.topic) members.push_back(&c);
        }
        text += "\n" + title(part.title, style) + command_list(members, style);
    }
    text += section_of(command_with_all_options().all_options(), section::common, "Common options",
                       style);
    return text + "\n'daybook COMMAND --help' tells more about one, with examples.\n";
}

std::string command_help(const command& what, const help_style& style) {
    std::string text = painted("daybook " + std::string{what.name}, tone::strong, style.colours);
    text.append(" - ").append(what.summary).append("\n\n").append(title("Usage", style));
    text += "  " + usage_of(what) + "\n";
    if (!what.about.empty()) text += "\n" + paragraphs(what.about, style);
    std::vector<named_text> operands;
    for (const auto& o : what.operands)
        operands.push_back({std::string{o.name}, std::string{o.help}});
    if (!operands.empty()) text += "\n" + title("Operands", style) + entries(operands, style);
    if (!what.examples.empty()) text += "\n" + title("Examples", style);
    for (const auto& e : what.examples) {
        text += painted("  # " + std::string{e.what}, tone::faint, style.colours) + "\n";
        text += "  " + std::string{e.line} + "\n";
    }
    const auto options = what.all_options();
    text += section_of(options, section::options, "Options", style);
    text += section_of(options, section::filters, "Filters", style);
    text += section_of(options, section::common, "Common options", style);
    return text;
}

std::string group_help(std::string_view group, const help_style& style) {
    std::string text = title("daybook " + std::string{group}, style);
    text += command_list(commands_of_group(group), style);
    return text + "\n'daybook " + std::string{group} + " COMMAND --help' tells more about one.\n";
}

std::string reference_markdown() {
    std::string text;
    for (const auto& c : all_commands()) text += markdown_of(c);
    text += "### Filters\n" + markdown_options(command_with_all_options(), section::filters);
    text +=
        "\n### Common options\n" + markdown_options(command_with_all_options(), section::common);
    text += "\n### Exit codes\n\n| code | |\n|---|---|\n";
    for (const auto& m : exit_meanings())
        text += "| " + std::to_string(static_cast<int>(m.code)) + " | " + std::string{m.meaning} +
                " |\n";
    return text;
}

}  // namespace daybook::cli
