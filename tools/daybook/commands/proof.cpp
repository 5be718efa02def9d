// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/proof_file.hpp>

#include "cli/find_event.hpp"
#include "cli/open_store.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"

namespace daybook::cli {
namespace {

/// The newest checkpoint, and the size that it is of.
struct signed_size {
    std::string note;
    std::uint64_t size = 0;
};

result<signed_size> newest(const compliance::ledger& book) {
    auto note = book.newest_checkpoint();
    if (!note) return note.error();
    const auto parsed = compliance::signed_note::parse(*note);
    if (!parsed) return parsed.error();
    const auto contents = compliance::checkpoint::parse(parsed->text());
    if (!contents) return contents.error();
    return signed_size{*std::move(note), contents->size};
}

result<answer> show_proof(invocation& call, const compliance::ledger& book, position at) {
    auto head = newest(book);
    if (!head) return head.error();
    auto path = book.inclusion(at, head->size);
    if (!path) return path.error();
    compliance::proof_file proof{
        .at = at, .path = *std::move(path), .checkpoint = std::move(head->note)};
    call.at.out.write(proof.text());
    return answer::yes;
}

/// One hash a line, in base64: what a witness takes, and what shows that nothing was rewritten.
result<answer> show_consistency(invocation& call, const compliance::ledger& book,
                                const std::string& older) {
    const auto from = parse_number("--since", older);
    if (!from) return from.error();
    const auto head = newest(book);
    if (!head) return head.error();
    const auto path = book.consistency({*from, head->size});
    if (!path) return path.error();
    for (const auto& one : *path) call.at.out.write(one.hex() + '\n');
    return answer::yes;
}

result<answer> run(invocation& call) {
    const bool event = !call.given.operands().empty();
    if (event == call.given.has("since")) {
        return fail(errc::invalid_argument,
                    "give the event to prove (a position or an id), or --since SIZE");
    }
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (!log.ledger()) {
        return fail(errc::not_found, "the store is not in compliance mode: it has no proofs");
    }
    const auto& book = *log.ledger();
    if (!event) return show_consistency(call, book, *call.given.value("since"));
    const auto name = parse_event_name(*call.given.operand(0));
    if (!name) return name.error();
    const auto found = find_event(*log, *name);
    if (!found) return found.error();
    const auto at = found->position();
    if (!call.given.has("statement")) return show_proof(call, book, at);
    const auto statement = book.statement(at);
    if (!statement) return statement.error();
    call.at.out.write(*statement + '\n');
    return answer::yes;
}

}  // namespace

command proof_command() {
    return {.name = "proof",
            .topic = topic::upkeep,
            .summary = "print the proof that an event is in the signed log",
            .about =
                "The proof (C2SP tlog-proof) leads from the hash of the event's statement to "
                "the root in the newest checkpoint, which comes with it; --statement prints "
                "the statement, whose hash with a zero byte before it is where the proof "
                "begins. With --since, the hashes that lead from an earlier size of the log "
                "to the newest: nothing before was changed.",
            .operands = {{.name = "EVENT",
                          .help = event_name_help,
                          .how_many = operand::count::optional}},
            .options = {{.name = "statement", .help = "Print the statement of the event instead."},
                        {.name = "since",
                         .value = "SIZE",
                         .help = "Prove that the log of SIZE events was the beginning of this."}},
            .examples = {{"daybook proof 42 > 42.tlog-proof", "for somebody who has the statement"},
                         {"daybook proof 42 --statement", "what was signed of event 42"}},
            .has_formats = false,
            .run = run};
}

}  // namespace daybook::cli
