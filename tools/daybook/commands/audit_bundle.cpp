// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/ledger_bundle.hpp>
#include <daybook/compliance/report_evidence.hpp>
#include <daybook/compliance/report_writers.hpp>

#include "cli/anchor_choices.hpp"
#include "cli/ledger_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/recording.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "commands/commands.hpp"
#include "formats/rotated_output.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

using namespace compliance;

result<bundle_scope> scope_of(const arguments& given, const ledger& book) {
    bundle_scope scope;
    if (const auto stream = given.value("stream")) scope.stream = *stream;
    if (!given.has("from") && !given.has("to")) return scope;
    if (scope.stream) {
        return fail(errc::invalid_argument,
                    "a bundle is about --stream, or about --from and --to, not both");
    }
    std::uint64_t ends[] = {0, book.size()};
    for (const auto& [name, into] : {std::pair{"from", &ends[0]}, std::pair{"to", &ends[1]}}) {
        if (const auto text = given.value(name)) {
            const auto number = parse_number(std::string{"--"} + name, *text);
            if (!number) return number.error();
            *into = *number;
        }
    }
    scope.range = {position{ends[0]}, position{ends[1]}};
    return scope;
}

/// A bundle is looked into by programs that do not unpack it.
result<std::string> file_of(const arguments& given) {
    auto file = given.value_or("output-file", "-");
    if (file.ends_with(".gz") || file.ends_with(".zst")) {
        return fail(errc::invalid_argument, "--output-file: a bundle is not compressed, and '" +
                                                printable(file) + "' would be");
    }
    return file;
}

/// At most so many pieces, from the first to the last: a verifier looks at each.
constexpr std::size_t pieces_max = 32;

/// What anchors gave, and the policy that it is under.
result<void> add_evidence(const ledger& book, bundle_options& options) {
    auto known = anchors();
    if (!known) return known.error();
    if (!known->policy_text.empty()) {
        options.further_files.push_back({"policy.txt", std::move(known->policy_text)});
    }
    if (known->folder == nullptr) return {};
    auto all = known->folder->of(book.origin());
    if (!all && all.error().code == errc::not_found) return {};
    if (!all) return all.error();
    const auto count = std::min(all->size(), pieces_max);
    for (std::size_t i = 0; i < count; ++i) {
        const auto at = count < 2 ? i : i * (all->size() - 1) / (count - 1);
        options.evidence.push_back(std::move((*all)[at]));
    }
    return {};
}

/// The same to read, by people and by programs. It tells payloads, too.
result<void> add_report(const store& log, const ledger& book, bundle_options& options) {
    report_request request{
        .title = "Audit report", .tool = "daybook " DAYBOOK_VERSION, .made_at = options.created};
    request.to = position{book.size()};
    if (const auto& stream = options.scope.stream) {
        request.which.any_of.push_back({.stream = *stream});
    }
    if (const auto& range = options.scope.range) {
        request.from = range->first;
        request.to = range->second;
    }
    auto checked = book.verify({.from = request.from, .to = request.to, .indexes = false});
    if (!checked) return checked.error();
    const auto evidence = evidence_of(book, *std::move(checked));
    if (!evidence) return evidence.error();
    const auto report = make_audit_report(log, request, *evidence);
    if (!report) return report.error();
    options.further_files.push_back({"report.html", report_html(*report)});
    options.further_files.push_back({"report.json", report_json(*report) + '\n'});
    return {};
}

result<bundle_summary> write_to(formats::rotated_output& file, const opened_store& log,
                                const ledger& book, const signer& key,
                                const bundle_options& options) {
    return write_bundle(*bundle_source_of(book, *log), key, options,
                        [&](std::string_view piece) { return file.write_line(piece); });
}

/// The store again, after it was written down that a bundle of it is made: before, so that the
/// bundle has it, and is not older than what anchors know then.
opened_store recorded(const invocation& call, opened_store log, const bundle_scope& scope) {
    const auto range = scope.range.value_or(std::pair{position{}, position{log.book()->size()}});
    write_down(call, std::move(log), [&](auto& audit) {
        return audit.exported({.what = "bundle",
                               .format = "tar",
                               .filter = scope.stream ? "stream = " + *scope.stream : "all events",
                               .from = range.first,
                               .to = range.second});
    });
    return open_store(call, access::read);
}

result<bundle_options> options_of(const arguments& given, const ledger& book) {
    bundle_options options{.created = current_time()};
    auto scope = scope_of(given, book);
    if (!scope) return scope.error();
    options.scope = *std::move(scope);
    options.all_statements = !given.has("alone");
    if (given.has("no-payloads")) options.with_payload = [](const statement&) { return false; };
    return options;
}

/// What goes in beside the log: what anchors gave, and the report.
result<void> add_what_explains(const arguments& given, const opened_store& log,
                               bundle_options& options) {
    if (auto added = add_evidence(*log.book(), options); !added) return added;
    if (given.has("no-report") || options.with_payload) return {};
    return add_report(*log, *log.book(), options);
}

result<answer> run(invocation& call) {
    const auto path = file_of(call.given);
    if (!path) return path.error();
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    if (!log.ledger()) {
        return fail(errc::not_found,
                    "the store is not in compliance mode: it has nothing signed to give away");
    }
    auto options = options_of(call.given, *log.book());
    if (!options) return options.error();
    const auto key = log_key();
    if (!key) return key.error();
    auto file = formats::rotated_output::open(*path, 0, call.given.has("overwrite"));
    if (!file) return file.error();
    log = recorded(call, std::move(log), options->scope);
    if (!log) return log.error();
    if (auto added = add_what_explains(call.given, log, *options); !added) return added.error();
    const auto written = write_to(*file, log, *log.book(), **key, *options);
    if (!written) return written.error();
    const auto files = file->finish();
    if (!files) return files.error();
    for (const auto& one : *files) call.at.say("wrote " + one.string());
    call.at.say(grouped(written->statements) + " statements, " + grouped(written->payloads) +
                " payloads, " + grouped(written->proofs) + " proofs");
    return answer::yes;
}

}  // namespace

command audit_bundle_command() {
    return {
        .name = "audit bundle",
        .topic = topic::upkeep,
        .summary = "write events with all that proves them into one file",
        .about =
            "The bundle is a plain tar: statements, payloads, proofs, checkpoints, the history of "
            "keys, and a list of it all that DAYBOOK_LOG_KEY signs. Whoever has the public key of "
            "the log checks it without this store: with 'daybook audit check', or with the two "
            "programs in compliance/verifiers, which need openssl and a shell, or Python.\n"
            "By default it is about the whole log. About a stream or a range, it has the "
            "statements of the other events too, without their payloads, and so shows that "
            "nothing was left out. What witnesses and time stamp authorities gave goes in as "
            "well (DAYBOOK_ANCHORS, DAYBOOK_EVIDENCE).",
        .options = {{.name = "output-file",
                     .letter = 'O',
                     .value = "FILE",
                     .help = "Instead of standard output.",
                     .completes = completion::files},
                    {.name = "overwrite", .help = "Replace the file if it is there."},
                    {.name = "stream", .value = "STREAM", .help = "The events of one stream."},
                    {.name = "from", .value = "POSITION", .help = "The first event."},
                    {.name = "to", .value = "POSITION", .help = "Up to, not including, this."},
                    {.name = "no-payloads",
                     .help = "Withhold the payloads: their digests stay in the statements."},
                    {.name = "alone",
                     .help = "Leave out the statements of other events: smaller, but it no longer "
                             "shows that nothing was left out."},
                    {.name = "no-report",
                     .help =
                         "Leave out report.html and report.json, which tell the same to people. "
                         "There is none without payloads either."},
                    trust_option()},
        .examples = {{"daybook audit bundle -O incidents.tar", "the whole log"},
                     {"daybook audit bundle --stream issue-SHOP-102 -O issue.tar",
                      "one stream, complete"}},
        .has_formats = false,
        .run = run};
}

}  // namespace daybook::cli
