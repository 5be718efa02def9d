// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/schema_catalog.hpp>

#include "cli/format_choices.hpp"
#include "cli/open_store.hpp"
#include "cli/text.hpp"
#include "commands/commands.hpp"
#include "formats/line_source.hpp"

namespace daybook::cli {
namespace {

/// One violation, and where its event stands.
struct finding {
    std::string file;
    std::optional<std::uint64_t> line;
    std::optional<std::uint64_t> position;
    std::string type;
    std::string version;
    schema_violation what;
};

const field<finding> fields[] = {
    {{.name = "file"}, [](const finding& f) { return text_cell(f.file); }},
    {{.name = "line"}, [](const finding& f) { return optional_cell(f.line); }},
    {{.name = "position", .colour = tone::accent},
     [](const finding& f) { return optional_cell(f.position); }},
    {{.name = "type"}, [](const finding& f) { return text_cell(f.type); }},
    {{.name = "version"}, [](const finding& f) { return text_cell(f.version); }},
    {{.name = "pointer"}, [](const finding& f) { return text_cell(f.what.pointer); }},
    {{.name = "wanted", .cut = cut::late},
     [](const finding& f) { return text_cell(f.what.wanted); }},
    {{.name = "found", .cut = cut::early},
     [](const finding& f) { return text_cell(f.what.found); }},
};

class check_run {
public:
    check_run(record_sink& to, const schema_catalog& schemas)
        : schemas_{schemas}, told_{to, fields} {}

    template <class Event>
    result<void> check(finding where, const Event& event) {
        ++checked_;
        const auto found = schemas_.check(event);
        if (!found) return found.error();
        for (const auto& one : *found) {
            where.what = one;
            told_.add(where);
        }
        return {};
    }

    std::uint64_t checked() const noexcept { return checked_; }
    bool all_fit() const noexcept { return told_.count() == 0; }

private:
    const schema_catalog& schemas_;
    rows<finding> told_;
    std::uint64_t checked_ = 0;
};

result<void> check_lines(formats::line_source& lines, check_run& into) {
    for (;;) {
        const auto more = lines.next();
        if (!more) return more.error();
        if (!*more) return {};
        const auto parsed = formats::parse_line(lines.format(), lines->text);
        if (!parsed) {
            return fail(errc::invalid_argument,
                        std::string{lines->file} + ':' + std::to_string(lines->number) + ':' +
                            std::to_string(parsed.error().column) + ": " + parsed.error().reason);
        }
        const auto& event = parsed->event;
        if (auto ok = into.check(
                {std::string{lines->file}, lines->number, {}, event.type, event.schema, {}}, event);
            !ok) {
            return ok;
        }
    }
}

result<void> check_store(const store& log, check_run& into) {
    auto events = log.read_all();
    if (!events) return events.error();
    for (;;) {
        const auto next = events->next();
        if (!next) return next.error();
        if (!*next) return {};
        const event_view& event = **events;
        if (auto ok = into.check({{},
                                  {},
                                  event.position().value,
                                  std::string{event.type()},
                                  std::string{event.schema()},
                                  {}},
                                 event);
            !ok) {
            return ok;
        }
    }
}

result<answer> run(invocation& call) {
    const std::vector<std::filesystem::path> inputs{call.given.operands().begin(),
                                                    call.given.operands().end()};
    std::optional<formats::line_source> lines;
    if (!inputs.empty()) {
        auto opened = formats::line_source::open(inputs, line_format_of(call.given));
        if (!opened) return opened.error();
        lines.emplace(std::move(*opened));
    }
    auto log = open_store(call, access::read);
    if (!log) return log.error();
    const auto schemas = schema_catalog::open(*log);
    if (!schemas) return schemas.error();
    const auto sink = call.sink();
    check_run checks{*sink, *schemas};
    const auto done = lines ? check_lines(*lines, checks) : check_store(*log, checks);
    if (!done) return done.error();
    sink->note("checked", cell{checks.checked()}, grouped(checks.checked()) + " events checked");
    sink->end();
    return checks.all_fit() ? answer::yes : answer::no;
}

}  // namespace

command schema_check_command() {
    return {.name = "schema check",
            .topic = topic::upkeep,
            .summary = "hold events against the store's schemas",
            .about =
                "Those of files, in a format of 'daybook import', or the store's own. Tells "
                "each place that does not fit, what was wanted and what was found; then the "
                "answer is 1. Event types without a schema fit. Nothing is stored.",
            .operands = {{.name = "FILE",
                          .help = "Files, directories, or '-' for standard input. Without: the "
                                  "store's events.",
                          .how_many = operand::count::any,
                          .completes = completion::files}},
            .options = {line_format_option("Format of the lines: native (default), orchestration "
                                           "or cloudevents.")},
            .examples = {{"daybook schema check events.jsonl --format orchestration",
                          "before it is imported"},
                         {"daybook schema check", "what is there already"}},
            .run = run};
}

}  // namespace daybook::cli
