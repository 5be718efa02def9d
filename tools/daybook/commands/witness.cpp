// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/key_file.hpp>
#include <daybook/compliance/witness.hpp>

#include "cli/interruption.hpp"
#include "cli/ledger_choices.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"
#include "witness/witness_server.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace daybook::cli {
namespace {

namespace fs = std::filesystem;
using namespace compliance;

/// The key that --key names, or the one in the directory, which is made if it is not there.
result<std::shared_ptr<const signer>> key_of(const invocation& call, const fs::path& directory) {
    if (const auto uri = call.given.value("key")) return signing_key(*uri);
    const auto file = directory / "key.pem";
    std::error_code failed;
    if (!fs::exists(file, failed)) {
        fs::create_directories(directory, failed);
        key_file_options made;
        if (const char* passphrase = std::getenv("DAYBOOK_PASSPHRASE"))
            made.passphrase = passphrase;
        if (auto key = generate_key_file(file, made); !key) return key.error();
    }
    return signing_key(file.string());
}

result<witness> open_witness(const invocation& call) {
    const auto& given = call.given;
    witness::options with;
    with.directory = *given.operand(0);
    const auto name = given.value("name");
    if (!name) return fail(errc::invalid_argument, "missing --name: what the witness signs under");
    with.name = *name;
    for (const auto& vkey : given.values("log")) {
        auto key = verifier_key::parse(vkey);
        if (!key) return fail(errc::invalid_argument, "--log: " + key.error().message);
        with.logs.push_back(std::move(*key));
    }
    auto key = key_of(call, with.directory);
    if (!key) return key.error();
    with.key = std::move(*key);
    return witness::open(std::move(with));
}

/// What the witness has of one log.
struct seen_log {
    std::string origin;
    std::optional<checkpoint> newest;
    std::optional<timestamp> signed_at;
};

const field<seen_log> fields[] = {
    {{.name = "log", .colour = tone::accent}, [](const seen_log& l) { return cell{l.origin}; }},
    {{.name = "size"}, [](const seen_log& l) { return l.newest ? cell{l.newest->size} : cell{}; }},
    {{.name = "signed_at", .colour = tone::faint},
     [](const seen_log& l) { return optional_cell(l.signed_at); }},
    {{.name = "root", .cut = cut::early},
     [](const seen_log& l) { return l.newest ? cell{l.newest->root.hex()} : cell{}; }}};

seen_log seen_by(const witness& by, const std::string& origin) {
    seen_log told{origin, {}, {}};
    const auto text = by.newest(origin);
    const auto note = text ? signed_note::parse(*text) : result<signed_note>{};
    if (!text || !note) return told;
    if (auto read = checkpoint::parse(note->text())) told.newest = std::move(*read);
    const auto good = note->verified_by(std::array{by.key()});
    if (good) told.signed_at = good->front().time;
    return told;
}

answer show(invocation& call, const witness& by) {
    const auto sink = call.sink();
    rows<seen_log> logs{*sink, fields};
    for (const auto& origin : by.origins()) logs.add(seen_by(by, origin));
    const auto key = by.key().text();
    sink->note("key", cell{key}, "its key, for the policies of others: " + key);
    sink->end();
    return answer::yes;
}

result<answer> serve(invocation& call, witness& by, std::string_view where) {
    auto at = witness_http::listen_address::parse(where);
    if (!at) return at.error();
    std::optional<std::uint64_t> most;
    if (const auto text = call.given.value("requests")) {
        const auto number = parse_number("requests", *text);
        if (!number) return number.error();
        most = *number;
    }
    std::uint64_t served = 0;
    auto server = witness_http::witness_server::listen(
        by, {.at = *at, .served = [&](const witness_request& asked, unsigned status) {
                 ++served;
                 call.at.say(asked.method + " " + asked.path + " " + std::to_string(status));
             }});
    if (!server) return server.error();
    catch_interruptions();
    call.at.say(by.key().text());
    call.at.say("listening on " + at->address + ":" + std::to_string(server->port()));
    if (auto told = call.at.err.flush(); !told) return told.error();
    server->run([&] { return interrupted() || (most && served >= *most); });
    return answer::yes;
}

result<answer> run(invocation& call) {
    auto by = open_witness(call);
    if (!by) return by.error();
    if (const auto where = call.given.value("listen")) return serve(call, *by, *where);
    return show(call, *by);
}

}  // namespace

command witness_command() {
    return {
        .name = "witness",
        .topic = topic::upkeep,
        .summary = "remember how far the logs of others have come, and sign it",
        .about =
            "A witness keeps the newest checkpoint of each log and signs the next one only if it "
            "continues that. A log whose checkpoints it signs can neither be put back to an older "
            "state nor have two histories without somebody noticing. Run it where those who run "
            "the log have no access.\n"
            "Without --listen, tells which logs it knows and what it has of them. With --listen, "
            "serves the protocol of c2sp.org/tlog-witness over HTTP: POST /add-checkpoint and "
            "GET /HASH/checkpoint, HASH being the SHA-256 of the log's name. For https, put a "
            "proxy in front.\n"
            "The passphrase of its key is taken from DAYBOOK_PASSPHRASE; a key that it "
            "makes without one is protected by the permissions of its file alone.",
        .operands = {{.name = "DIRECTORY",
                      .help = "What it remembers, and its key. Made if it is not there.",
                      .completes = completion::directories}},
        .options = {{.name = "name",
                     .value = "NAME",
                     .help = "What it signs under, like witness.example/w1. Needed."},
                    {.name = "log",
                     .value = "VKEY",
                     .help = "The key of a log that it takes checkpoints of: NAME+ID+KEY.",
                     .repeats = true},
                    {.name = "key",
                     .value = "URI",
                     .help = "Its Ed25519 key: a file, or a pkcs11: URI. Default: key.pem in the "
                             "directory, made if it is not there.",
                     .completes = completion::files},
                    {.name = "listen",
                     .value = "ADDRESS:PORT",
                     .help = "Serve there until interrupted. Port 0: any that is free."},
                    {.name = "requests", .value = "N", .help = "End after N requests."}},
        .examples = {{"daybook witness w1 --name witness.example/w1",
                      "make a witness, and tell its key"}},
        .uses_store = false,
        .run = run};
}

}  // namespace daybook::cli
