// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/completion_script.hpp"

#include "cli/commands.hpp"

#include <vector>

namespace daybook::cli {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& w : words) all.append(all.empty() ? "" : " ").append(w);
    return all;
}

std::string joined(std::span<const std::string_view> words) {
    return joined(std::vector<std::string>{words.begin(), words.end()});
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
    return text;
}

/// In single quotes for a POSIX shell.
std::string quoted(std::string_view text) {
    return "'" + replaced(std::string{text}, "'", "'\\''") + "'";
}

/// Words that start a group of commands: "projection".
std::vector<std::string> groups() {
    std::vector<std::string> found;
    for (const auto& word : first_words()) {
        if (find_command(word) == nullptr) found.push_back(word);
    }
    return found;
}

std::vector<std::string> names_of(const option& o) {
    std::vector<std::string> names{"--" + std::string{o.name}};
    if (o.letter != 0) names.push_back({'-', o.letter});
    return names;
}

// bash -----------------------------------------------------------------------------------------

std::string bash_words(const std::string& words) {
    return "COMPREPLY=($(compgen -W " + quoted(words) + " -- \"$cur\"))";
}

std::string bash_values(std::span<const std::string_view> choices, completion completes) {
    if (!choices.empty()) return bash_words(joined(choices));
    switch (completes) {
        case completion::files: return "COMPREPLY=($(compgen -f -- \"$cur\"))";
        case completion::directories: return "COMPREPLY=($(compgen -d -- \"$cur\"))";
        case completion::nothing: break;
    }
    return "COMPREPLY=()";
}

std::string bash_command(const command& what) {
    std::string names;
    std::string values;
    for (const auto& o : what.all_options()) {
        names.append(names.empty() ? "" : " ").append(joined(names_of(o)));
        if (o.value.empty()) continue;
        const std::string pattern = replaced(joined(names_of(o)), " ", "|");
        values += "                " + pattern + ") " + bash_values(o.choices, o.completes) +
                  "; return ;;\n";
    }
    std::string operands = "COMPREPLY=()";
    if (!what.operands.empty())
        operands = bash_values(what.operands[0].choices, what.operands[0].completes);
    return "        " + quoted(what.name) + ")\n            case \"$prev\" in\n" + values +
           "            esac\n            if [[ $cur == -* ]]; then\n                " +
           bash_words(names) + "\n            else\n                " + operands +
           "\n            fi ;;\n";
}

// zsh ------------------------------------------------------------------------------------------

std::string zsh_text(std::string_view text) {
    std::string safe = replaced(std::string{text}, "\\", "\\\\");
    for (const auto* special : {"[", "]", ":"})
        safe = replaced(safe, special, std::string{"\\"} + special);
    return safe;
}

std::string zsh_action(std::span<const std::string_view> choices, completion completes) {
    if (!choices.empty()) return "(" + joined(choices) + ")";
    if (completes == completion::files) return "_files";
    if (completes == completion::directories) return "_directories";
    return " ";
}

std::string zsh_option(const option& o) {
    const auto names = names_of(o);
    std::string help = "[" + zsh_text(o.help) + "]";
    if (!o.value.empty())
        help += ":" + zsh_text(o.value) + ":" + zsh_action(o.choices, o.completes);
    std::string text;
    for (const auto& name : names) {
        const std::string guard = o.repeats ? "*" : "(" + joined(names) + ")";
        // The value may follow in the same word or in the next one.
        const std::string takes = o.value.empty() ? "" : name.starts_with("--") ? "=" : "+";
        text += " \\\n                " + quoted(guard + name + takes + help);
    }
    return text;
}

std::string zsh_command(const command& what) {
    std::string text = "        " + quoted(what.name) + ")\n            _arguments -s";
    for (const auto& o : what.all_options()) text += zsh_option(o);
    for (const auto& o : what.operands) {
        const std::string_view many = o.how_many == operand::count::any ? "*:" : ":";
        text += " \\\n                " + quoted(std::string{many} + zsh_text(o.name) + ":" +
                                                 zsh_action(o.choices, o.completes));
    }
    return text + " ;;\n";
}

/// "word:what it does" for each command of `words`.
std::string zsh_descriptions(const std::string& group, const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) {
        const auto* found = find_command(group.empty() ? word : group + " " + word);
        const std::string_view summary = found == nullptr ? "several commands" : found->summary;
        text += " " + quoted(word + ":" + std::string{summary});
    }
    return text;
}

// fish -----------------------------------------------------------------------------------------

std::string fish_quoted(std::string_view text) {
    return "'" + replaced(replaced(std::string{text}, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_condition(std::string_view name) {
    const std::string seen = "__fish_seen_subcommand_from ";
    std::string condition = seen + std::string{name.substr(0, name.find(' '))};
    if (const auto space = name.find(' '); space != std::string_view::npos) {
        condition += "; and " + seen + std::string{name.substr(space + 1)};
    } else {
        for (const auto& group : groups()) {  // "show" is not "projection show".
            if (group != name) condition += "; and not " + seen + group;
        }
    }
    return " -n " + fish_quoted(condition);
}

std::string fish_values(std::span<const std::string_view> choices, completion completes) {
    if (!choices.empty()) return " -x -a " + fish_quoted(joined(choices));
    if (completes == completion::files) return " -r -F";
    if (completes == completion::directories) return " -x -a '(__fish_complete_directories)'";
    return " -x";
}

std::string fish_command(const command& what) {
    const std::string start = "complete -c daybook" + fish_condition(what.name);
    std::string text;
    for (const auto& o : what.all_options()) {
        text += start + " -l " + std::string{o.name};
        if (o.letter != 0) text.append(" -s ").append(1, o.letter);
        if (!o.value.empty()) text += fish_values(o.choices, o.completes);
        text += " -d " + fish_quoted(o.help) + "\n";
    }
    for (const auto& o : what.operands) {
        if (!o.choices.empty()) text += start + " -a " + fish_quoted(joined(o.choices)) + "\n";
        if (o.completes == completion::files) text += start + " -F\n";
    }
    return text;
}

}  // namespace

std::string bash_completion() {
    std::string text =
        "# bash completion for daybook, made by 'daybook completion bash'.\n"
        "_daybook() {\n"
        "    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
        "    local command='' word skip='' i\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        word=\"${COMP_WORDS[i]}\"\n"
        "        if [[ -n $skip ]]; then skip=''; continue; fi\n"
        "        case \"$command:$word\" in\n"
        "            :-s|:--store|:-o|:--output) skip=1 ;;\n"
        "            *:-*) ;;\n"
        "            :*) command=\"$word\" ;;\n";
    for (const auto& group : groups())
        text += "            " + group + ":*) command=\"" + group + " $word\" ;;\n";
    text += "        esac\n    done\n    case \"$command\" in\n        '') " +
            bash_words(joined(first_words())) + " ;;\n";
    for (const auto& group : groups())
        text += "        " + group + ") " + bash_words(joined(second_words(group))) + " ;;\n";
    for (const auto& c : all_commands()) text += bash_command(c);
    return text + "    esac\n}\ncomplete -o filenames -F _daybook daybook\n";
}

std::string zsh_completion() {
    std::string text =
        "#compdef daybook\n"
        "# zsh completion for daybook, made by 'daybook completion zsh'.\n"
        "_daybook() {\n"
        "    local name=\"${words[2]}\"\n"
        "    if (( CURRENT == 2 )); then\n"
        "        local -a found=(" +
        zsh_descriptions("", first_words()) +
        ")\n        _describe 'command' found\n        return\n    fi\n";
    for (const auto& group : groups()) {
        text +=
            "    if [[ $name == " + group + " ]]; then\n        if (( CURRENT == 3 )); then\n" +
            "            local -a found=(" + zsh_descriptions(group, second_words(group)) +
            ")\n            _describe 'command' found\n            return\n        fi\n" +
            "        name=\"$name ${words[3]}\"\n        shift words\n        (( CURRENT-- ))\n" +
            "    fi\n";
    }
    text += "    shift words\n    (( CURRENT-- ))\n    case \"$name\" in\n";
    for (const auto& c : all_commands()) text += zsh_command(c);
    return text +
           "    esac\n}\ncompdef _daybook daybook\n"
           "if [[ ${funcstack[1]} == _daybook ]]; then _daybook \"$@\"; fi  # Loaded from fpath.\n";
}

std::string fish_completion() {
    std::string text =
        "# fish completion for daybook, made by 'daybook completion fish'.\n"
        "complete -c daybook -f\n";
    for (const auto& word : first_words()) {
        const auto* found = find_command(word);
        const std::string_view summary = found == nullptr ? "several commands" : found->summary;
        text += "complete -c daybook -n __fish_use_subcommand -a " + word + " -d " +
                fish_quoted(summary) + "\n";
    }
    for (const auto& group : groups()) {
        for (const auto& word : second_words(group)) {
            text += "complete -c daybook" + fish_condition(group) + " -a " + word + " -d " +
                    fish_quoted(find_command(group + " " + word)->summary) + "\n";
        }
    }
    for (const auto& c : all_commands()) text += fish_command(c);
    return text;
}

}  // namespace daybook::cli
