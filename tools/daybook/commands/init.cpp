// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/anchor_choices.hpp"
#include "cli/ledger_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/recording.hpp"
#include "cli/store_choices.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

struct made_store {
    store_status status;
    bool made = false;
    bool is_signed = false;
};

const field<made_store> fields[] = {
    {{.name = "directory"},
     [](const made_store& m) { return text_cell(m.status.directory.string()); }},
    {{.name = "made"}, [](const made_store& m) { return cell{m.made}; }},
    {{.name = "store_id"}, [](const made_store& m) { return cell{to_string(m.status.store_id)}; }},
    {{.name = "format"}, [](const made_store& m) { return cell{std::uint64_t{m.status.format}}; }},
    {{.name = "indexed_fields"},
     [](const made_store& m) { return text_list_cell(m.status.indexed_fields); }},
    {{.name = "signed"}, [](const made_store& m) { return cell{m.is_signed}; }},
    {{.name = "events"}, [](const made_store& m) { return cell{m.status.events}; }},
};

/// From here on everything is signed.
result<void> begin_ledger(const invocation& call, opened_store& log) {
    const auto origin = *call.given.value("origin");
    if (log.ledger()) {
        if (log.ledger()->origin() == origin) return {};
        return fail(errc::refused, "the log is " + log.ledger()->origin() + " already");
    }
    const auto uri = call.given.value("key");
    if (!uri) return fail(errc::invalid_argument, "--origin needs --key, which signs the log");
    auto key = signing_key(*uri);
    if (!key) return key.error();
    auto remembering = anchors();
    if (!remembering) return remembering.error();
    const compliance::ledger_options options{
        .origin = origin, .key = *key, .anchors = std::move(remembering->policy)};
    auto book = compliance::ledger::open(*log, options);
    if (!book) return book.error();
    const auto vkey = compliance::verifier_key::of(origin, **key);
    if (!vkey) return vkey.error();
    call.at.say("the log " + origin +
                " is signed from here on; set DAYBOOK_LOG_KEY to append, "
                "and give this to those who verify: " +
                vkey->text());
    log.ledger().emplace(*std::move(book));
    return start_recording(call, log, options);
}

result<answer> run(invocation& call) {
    store_options options;
    if (const auto name = call.given.value("compression"))
        options.log_compression = compression_named(*name);
    if (call.given.has("field")) options.indexed_fields = call.given.values("field");

    bool made = false;
    auto opened = open_store(call, access::read, options);
    if (!opened && opened.error().code == errc::not_found) {
        opened = open_store(call, access::create, options);
        made = true;
    }
    if (!opened) return opened.error();
    if (call.given.has("origin")) {
        opened = opened_store{fail(errc::refused, "closed to be opened for writing")};
        opened = open_store(call, access::write, options);
        if (!opened) return opened.error();
        if (auto begun = begin_ledger(call, opened); !begun) return begun.error();
    } else if (call.given.has("key")) {
        return fail(errc::invalid_argument,
                    "--key without --origin: what is the log to be called?");
    }

    const auto sink = call.sink();
    rows<made_store>{*sink, fields, shape::one}.add(
        {opened->status(), made, opened.ledger().has_value()});
    sink->end();
    return answer::yes;
}

}  // namespace

command init_command() {
    return {.name = "init",
            .topic = topic::start,
            .summary = "make a store, with payload fields to index",
            .about =
                "Appending and importing make a missing store too; init is for choosing how. On "
                "a store that is there it changes nothing and shows what it is.",
            .options = {{.name = "field",
                         .letter = 'f',
                         .value = "POINTER",
                         .help = "Index this payload field, a JSON Pointer such as /agent_name.",
                         .repeats = true},
                        {.name = "compression",
                         .value = "KIND",
                         .help = "Of the log: none, lz4 (default) or zstd.",
                         .choices = compression_names},
                        {.name = "origin",
                         .value = "NAME",
                         .help = "Compliance mode: sign everything, from here on and for ever, as "
                                 "the log of this name, such as example.com/incidents."},
                        {.name = "key",
                         .value = "URI",
                         .help = "With --origin: the key that signs, a file that 'daybook keys "
                                 "generate' made or a URI such as pkcs11:token=log."}},
            .examples = {{"daybook init -s work.daybook --field /agent_name",
                          "a store whose events can be found by agent_name"}},
            .run = run};
}

}  // namespace daybook::cli
