// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/key_history.hpp>

#include "cli/ledger_choices.hpp"
#include "cli/open_store.hpp"
#include "commands/commands.hpp"

#include <algorithm>
#include <cstdio>

namespace daybook::cli {
namespace {

using namespace compliance;

/// A key that is known, that signed something here, or both.
struct listed_key {
    std::string name{};
    std::uint32_t id = 0;
    std::optional<known_key> known{};
    std::uint64_t checkpoints = 0;
    std::optional<std::uint64_t> first_size{};
    std::optional<std::uint64_t> last_size{};
};

std::string hex_of(std::uint32_t id) {
    char text[9];
    std::snprintf(text, sizeof text, "%08x", id);
    return text;
}

/// In one word, for a person.
std::string standing_of(const listed_key& key) {
    if (!key.known) return "unknown";
    if (key.known->revoked) return std::string{to_string(*key.known->revoked)};
    return key.known->to ? "rotated" : "valid";
}

const field<listed_key> fields[] = {
    {{.name = "name"}, [](const listed_key& k) { return text_cell(k.name); }},
    {{.name = "id"}, [](const listed_key& k) { return text_cell(hex_of(k.id)); }},
    {{.name = "type"},
     [](const listed_key& k) {
         return k.known ? text_cell(to_string(k.known->key.type())) : cell{};
     }},
    {{.name = "purpose"},
     [](const listed_key& k) { return k.known ? text_cell(to_string(k.known->purpose)) : cell{}; }},
    {{.name = "standing",
      .colour_of =
          [](std::string_view text) { return text == "valid" ? tone::good : tone::warning; }},
     [](const listed_key& k) { return text_cell(standing_of(k)); }},
    {{.name = "trusted"},
     [](const listed_key& k) { return cell{k.known.has_value() && k.known->is_pinned}; }},
    {{.name = "from"},
     [](const listed_key& k) { return k.known ? cell{k.known->from.value} : cell{}; }},
    {{.name = "to"},
     [](const listed_key& k) {
         return k.known && k.known->to ? cell{k.known->to->value} : cell{};
     }},
    {{.name = "checkpoints"}, [](const listed_key& k) { return cell{k.checkpoints}; }},
    {{.name = "first_size"}, [](const listed_key& k) { return optional_cell(k.first_size); }},
    {{.name = "last_size"}, [](const listed_key& k) { return optional_cell(k.last_size); }},
    {{.name = "vkey", .seen_in = seen_in::others},
     [](const listed_key& k) { return k.known ? text_cell(k.known->key.text()) : cell{}; }},
};

class key_list {
public:
    explicit key_list(const key_history& history) {
        for (const auto& key : history.keys()) {
            keys_.push_back({.name = key.key.name(), .id = key.key.id(), .known = key});
        }
    }

    /// Counts whose lines stand below a checkpoint.
    result<void> take(const std::string& text) {
        const auto note = signed_note::parse(text);
        if (!note) return fail(errc::corrupt, "a checkpoint: " + note.error().message);
        const auto contents = checkpoint::parse(note->text());
        if (!contents) return fail(errc::corrupt, "a checkpoint: " + contents.error().message);
        for (const auto& line : note->signatures()) {
            auto& key = of(line);
            ++key.checkpoints;
            if (!key.first_size) key.first_size = contents->size;
            key.last_size = contents->size;
        }
        return {};
    }

    const std::vector<listed_key>& keys() const noexcept { return keys_; }

private:
    listed_key& of(const note_signature& line) {
        const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const listed_key& one) {
            return one.name == line.name && one.id == line.key_id;
        });
        if (found != keys_.end()) return *found;
        return keys_.emplace_back(listed_key{.name = line.name, .id = line.key_id});
    }

    std::vector<listed_key> keys_;
};

result<answer> run(invocation& call) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (!log.ledger()) {
        return fail(errc::not_found, "the store is not in compliance mode: no key signs it");
    }
    const auto notes = log.ledger()->checkpoints();
    if (!notes) return notes.error();
    key_list all{log.ledger()->keys()};
    for (const auto& note : *notes) {
        if (auto taken = all.take(note); !taken) return taken.error();
    }
    const auto sink = call.sink();
    rows<listed_key> shown{*sink, fields};
    for (const auto& key : all.keys()) shown.add(key);
    sink->note("origin", text_cell(log.ledger()->origin()), "");
    sink->end();
    return answer::yes;
}

}  // namespace

command keys_list_command() {
    return {.name = "keys list",
            .topic = topic::upkeep,
            .summary = "which keys signed the log, and which are known",
            .about =
                "The keys of --trust or DAYBOOK_TRUSTED_KEYS, what the log says about keys as far "
                "as it follows from these, and the names below the checkpoints that are kept, "
                "with how many, and the sizes of the first and the last. A key that is not known "
                "here is told as such; whether its signatures hold, 'daybook verify' looks.",
            .options = {trust_option()},
            .examples = {{"daybook keys list --trust incidents.vkey", "who signed what"}},
            .run = run};
}

}  // namespace daybook::cli
