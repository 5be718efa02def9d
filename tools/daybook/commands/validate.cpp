// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/replay/validate.hpp>
#include <daybook/schema_catalog.hpp>

#include "cli/file_validation.hpp"
#include "cli/format_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/pretty_json.hpp"
#include "cli/progress.hpp"
#include "cli/rule_files.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "cli/view_reading.hpp"
#include "commands/commands.hpp"
#include "commands/validate_golden.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace daybook::cli {
namespace {

using replay::finding;
using replay::validation_options;
using replay::validation_report;
using replay::validation_scope;

constexpr std::uint64_t findings_shown = 1000;

cell position_cell(const std::optional<position>& at) { return at ? cell{at->value} : cell{}; }

tone tone_of_kind(std::string_view kind) {
    const bool warning = kind == to_string(replay::finding_kind::time_ahead) ||
                         kind == to_string(replay::finding_kind::cause_elsewhere);
    return warning ? tone::warning : tone::bad;
}

const field<finding> fields[] = {
    {{.name = "kind", .colour_of = tone_of_kind},
     [](const finding& f) { return text_cell(to_string(f.kind)); }},
    {{.name = "severity", .seen_in = seen_in::others},
     [](const finding& f) { return text_cell(is_warning(f.kind) ? "warning" : "error"); }},
    {{.name = "position"}, [](const finding& f) { return cell{f.position.value}; }},
    {{.name = "source", .seen_in = seen_in::others},
     [](const finding& f) { return text_cell(f.source); }},
    {{.name = "stream", .cut = cut::early}, [](const finding& f) { return text_cell(f.stream); }},
    {{.name = "sequence"},
     [](const finding& f) { return f.sequence ? cell{f.sequence->value} : cell{}; }},
    {{.name = "id", .seen_in = seen_in::others},
     [](const finding& f) { return f.id ? cell{to_string(*f.id)} : cell{}; }},
    {{.name = "type"}, [](const finding& f) { return text_cell(f.type); }},
    {{.name = "rule", .seen_in = seen_in::others},
     [](const finding& f) { return text_cell(f.rule); }},
    {{.name = "other", .seen_in = seen_in::others},
     [](const finding& f) { return position_cell(f.other); }},
    {{.name = "explanation", .seen_in = seen_in::others},
     [](const finding& f) { return text_cell(f.explanation); }},
    {{.name = "what", .seen_in = seen_in::tables, .cut = cut::late},
     [](const finding& f) {
         return text_cell(f.source.empty() ? f.explanation : f.source + ": " + f.explanation);
     }},
};

/// Findings in order of their positions, the first so many that were made.
class kept_findings {
public:
    explicit kept_findings(std::uint64_t limit) : limit_{limit} {}

    void add(const finding& one) {
        if (all_.size() < limit_) all_.push_back(one);
    }

    void tell(record_sink& to) {
        std::stable_sort(all_.begin(), all_.end(), [](const finding& a, const finding& b) {
            return a.position < b.position;
        });
        rows<finding> told{to, fields};
        for (const auto& one : all_) told.add(one);
    }

    std::uint64_t count() const noexcept { return all_.size(); }

private:
    std::uint64_t limit_;
    std::vector<finding> all_;
};

result<validation_options> options_of(const arguments& given) {
    validation_options options;
    auto rules = rules_of(given);
    if (!rules) return rules.error();
    options.rules = *std::move(rules);
    options.warnings = given.has("warnings");
    if (const auto text = given.value("tolerance")) {
        const auto span = parse_duration("--tolerance", *text);
        if (!span) return span.error();
        options.back_max = *span;
    }
    if (given.has("part")) options.covers = replay::coverage::part;
    return options;
}

result<validation_report> of_files(invocation& call, const validation_options& options,
                                   kept_findings& found) {
    std::vector<std::filesystem::path> files;
    for (const auto& name : call.given.values("file")) files.emplace_back(name);
    auto source = formats::line_source::open(files, line_format_of(call.given));
    if (!source) return source.error();
    progress_bar bar{call.at, "validating"};
    return validate_lines(
        *source, options, [&](const finding& one) { found.add(one); },
        [&](const formats::line_source& from, std::uint64_t lines) {
            bar.update(from.bytes_read(), from.bytes_total(), grouped(lines) + " lines");
        });
}

/// What the schemas that the store keeps say of an event; see `validation_options::check_schema`.
std::string misfit_of(const schema_catalog& schemas, const replay::checked_event& of) {
    if (of.stored == nullptr) return {};
    const auto violations = schemas.check(*of.stored);
    if (!violations) return violations.error().message;
    if (violations->empty()) return {};
    const auto more = violations->size() - 1;
    return to_string(violations->front()) +
           (more == 0 ? "" : ", and " + std::to_string(more) + " more");
}

result<validation_report> of_store(invocation& call, validation_options options,
                                   kept_findings& found) {
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto schemas = schema_catalog::open(*log);
    if (!schemas) return schemas.error();
    if (!schemas->list().empty()) {
        options.check_schema = [&](const replay::checked_event& of) {
            return misfit_of(*schemas, of);
        };
    }
    auto scope = validation_scope{};
    if (const auto stream = call.given.operand(0)) scope = validation_scope::stream(*stream);
    if (const auto correlation = call.given.value("correlation"))
        scope = validation_scope::correlation(*correlation);
    const bool all = scope.covers() == replay::coverage::everything;
    const auto total = all ? log->watermark().value : 0;
    progress_bar bar{call.at, "validating"};
    return replay::validate(
        *log, scope, options, [&](const finding& one) { found.add(one); },
        [&](std::uint64_t events) { bar.update(events, total, grouped(events) + " events"); });
}

void tell_report(const validation_report& report, const kept_findings& found, record_sink& to,
                 console& at) {
    for (const auto& [what, count] : report.unchecked) {
        at.warn("not all was checked: " + what + " passed what is kept in memory, " +
                grouped(count) + " times");
    }
    const auto all = report.errors() + report.warnings();
    auto line = grouped(report.events) + " events: ";
    line += all == 0 ? "nothing found" : grouped(report.errors()) + " errors";
    if (report.warnings() > 0) line += ", " + grouped(report.warnings()) + " warnings";
    if (all > found.count()) line += "; shown are " + grouped(found.count()) + ", see --limit";
    to.note("events", report.events, "");
    to.note("errors", report.errors(), "");
    to.note("warnings", report.warnings(), line);
}

/// Options that exclude each other.
result<void> check_choices(const arguments& given) {
    const bool file = given.has("file");
    const bool stream = !given.operands().empty();
    const auto clash = [](std::string_view what) {
        return fail(errc::invalid_argument, std::string{what});
    };
    if (stream && given.has("correlation"))
        return clash("STREAM and --correlation: give one of them");
    if (file && (stream || given.has("correlation")))
        return clash("--file is validated as a whole; leave out STREAM and --correlation");
    if (file && given.has("golden")) return clash("--file and --golden: give one of them");
    if (!file && given.has("part")) return clash("--part says something of a --file");
    if (!file && given.has("format")) return clash("--format says something of a --file");
    if (!given.has("golden") && (given.has("record") || given.has("only")))
        return clash("--record and --only go with --golden DIR");
    return {};
}

result<answer> run(invocation& call) {
    if (auto good = check_choices(call.given); !good) return good.error();
    if (call.given.has("golden")) return validate_golden(call);
    const auto options = options_of(call.given);
    if (!options) return options.error();
    if (call.given.has("show-rules")) {
        call.at.out.write(pretty_json(boost::json::serialize(options->rules.to_json()), 0) + '\n');
        return answer::yes;
    }
    const auto limit = limit_of(call.given);
    if (!limit) return limit.error();
    kept_findings found{call.given.has("limit") ? *limit : findings_shown};
    const auto report =
        call.given.has("file") ? of_files(call, *options, found) : of_store(call, *options, found);
    if (!report) return report.error();
    const auto sink = call.sink();
    found.tell(*sink);
    tell_report(*report, found, *sink, call.at);
    sink->end();
    return report->errors() == 0 ? answer::yes : answer::no;
}

}  // namespace

command validate_command() {
    return {
        .name = "validate",
        .topic = topic::upkeep,
        .summary = "find gaps, disorder, broken causes and broken rules",
        .about =
            "Looks at every event, or at those of a stream or a correlation: places without gaps "
            "and in order, times that run back, causes that do not exist, come later or lead "
            "round in a circle, ids that come twice, payloads that cannot be read or do not "
            "fit the schemas of the store, things that happen in a state that does not allow them. "
            "Exit 1 if anything is wrong.\n"
            "With --golden, replays a history that was recorded with the rows it made through "
            "today's projections, and tells what changed.",
        .operands = {{.name = "STREAM",
                      .help = "One stream. Default: everything.",
                      .how_many = operand::count::optional}},
        .options = {{.name = "correlation",
                     .value = "ID",
                     .help = "The events of one correlation; their causes may lie outside."},
                    {.name = "file",
                     .value = "FILE",
                     .help = "Events from files or directories, '-' for standard input, in place "
                             "of a store.",
                     .repeats = true,
                     .completes = completion::files},
                    line_format_option("Of --file: native (default), orchestration or "
                                       "cloudevents."),
                    {.name = "part",
                     .help = "The --file begins in the middle of a log: streams and causes may "
                             "lie before it."},
                    rules_option(),
                    {.name = "show-rules", .help = "Print the rules as JSON, and do nothing else."},
                    {.name = "tolerance",
                     .value = "SPAN",
                     .help = "How far times in a stream may run back. Default: 1s."},
                    {.name = "warnings",
                     .help = "Tell also what may be right: times far ahead of their recording, "
                             "causes of another correlation."},
                    {.name = "golden",
                     .value = "DIR",
                     .help = "Check the history in DIR against today's projections.",
                     .completes = completion::directories},
                    {.name = "record",
                     .help = "Make the history of --golden; if it is there, take today's rows as "
                             "right."},
                    {.name = "only",
                     .value = "NAME",
                     .help = "Of --golden: this projection alone.",
                     .repeats = true},
                    {.name = "limit",
                     .letter = 'n',
                     .value = "N",
                     .help = "Show at most N findings. Default: 1000."}},
        .examples = {{"daybook validate", "is all as it should be"},
                     {"daybook validate issue-SHOP-102 --warnings", "one stream, strictly"},
                     {"daybook export | daybook validate --file -", "events that are in no store"},
                     {"daybook validate --show-rules", "what must not happen before what"},
                     {"daybook validate --golden sprint.golden --record",
                      "keep what the views make of this log"}},
        .uses_projections = true,
        .run = run};
}

}  // namespace daybook::cli
