// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "commands/validate_golden.hpp"

#include <daybook/replay/golden.hpp>

#include "cli/known_projections.hpp"
#include "cli/open_store.hpp"
#include "cli/text.hpp"
#include "cli/view_reading.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace daybook::cli {
namespace {

using projections::any_projection;
using replay::golden_change;
using replay::golden_history;
using replay::golden_kind;
using replay::golden_result;
using replay::golden_table;

/// One thing that changed.
struct told_change {
    const golden_table& table;
    std::string_view change;  ///< "added", "removed", "changed", "fails" or "bytes".
    const golden_change* row = nullptr;
    std::string what;
};

cell json_of(const std::optional<std::string>& row) { return row ? cell{json_text{*row}} : cell{}; }

const field<told_change> fields[] = {
    {{.name = "view", .colour = tone::accent},
     [](const told_change& c) { return text_cell(c.table.name); }},
    {{.name = "change"}, [](const told_change& c) { return text_cell(c.change); }},
    {{.name = "key"},
     [](const told_change& c) { return c.row == nullptr ? cell{} : cell{c.row->key}; }},
    {{.name = "before", .seen_in = seen_in::others},
     [](const told_change& c) { return c.row == nullptr ? cell{} : json_of(c.row->before); }},
    {{.name = "now", .seen_in = seen_in::others},
     [](const told_change& c) { return c.row == nullptr ? cell{} : json_of(c.row->now); }},
    {{.name = "what", .cut = cut::late}, [](const told_change& c) { return text_cell(c.what); }},
};

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += (text.empty() ? "" : "; ") + line;
    return text;
}

void tell(const golden_result& result, rows<told_change>& to) {
    if (!result.failure.empty()) {
        to.add({result.kept, "fails", nullptr, result.failure});
        return;
    }
    if (result.bytes_differ) {
        to.add({result.kept, "bytes", nullptr,
                "the rows say the same, but their bytes differ and the version does not"});
    }
    for (const auto& one : result.changes) {
        if (!one.before) to.add({result.kept, "added", &one, *one.now});
        if (!one.now) to.add({result.kept, "removed", &one, *one.before});
        if (one.before && one.now) to.add({result.kept, "changed", &one, joined(one.differences)});
    }
}

bool chosen(const arguments& given, std::string_view name) {
    const auto& only = given.values("only");
    return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
}

/// The history's views that are wanted, checked one by one.
result<answer> check(invocation& call, golden_history& history,
                     const std::vector<known_projection>& known) {
    const auto sink = call.sink();
    rows<told_change> told{*sink, fields};
    std::uint64_t checked = 0;
    std::uint64_t changed = 0;
    for (const auto& table : history.tables()) {
        if (!chosen(call.given, table.name)) continue;
        if (table.kind == golden_kind::aggregate) {
            call.at.say("aggregate " + printable(table.name) +
                        ": left to the program that has its code");
            continue;
        }
        ++checked;
        const auto of = std::find_if(known.begin(), known.end(), [&](const auto& one) {
            return one.projection.name() == table.name;
        });
        golden_result result{.kept = table};
        if (of == known.end()) {
            result.failure = "nobody knows this view; name its --view or --plugin";
        } else {
            auto found = history.check(of->projection);
            if (!found) return found.error();
            result = *std::move(found);
        }
        tell(result, told);
        if (!result.same()) ++changed;
        const auto all = result.added + result.removed + result.changed;
        if (all > result.changes.size()) {
            call.at.say(table.name + ": " + grouped(all - result.changes.size()) +
                        " more rows changed; see --limit");
        }
    }
    sink->note("events", history.events(), "");
    sink->note("views", checked, "");
    sink->note("changed", changed,
               grouped(history.events()) + " events replayed, " + std::to_string(changed) + " of " +
                   std::to_string(checked) + " views changed");
    sink->end();
    return changed == 0 ? answer::yes : answer::no;
}

result<golden_history> record_from_store(invocation& call, const std::filesystem::path& directory,
                                         const replay::golden_options& options) {
    criteria which;
    which.stream = call.given.operand(0).value_or("");
    which.correlation = call.given.value_or("correlation", "");
    const bool all = which.stream.empty() && which.correlation.empty();
    const auto log = open_store(call, access::read);
    if (!log) return log.error();
    return golden_history::record(*log, all ? query::all() : query{which}, directory, options);
}

result<answer> keep(invocation& call, golden_history& history,
                    const std::vector<any_projection>& views) {
    std::uint64_t kept = 0;
    for (const auto& view : views) {
        const auto done = history.keep(view);
        if (!done && !call.given.has("only") && done.error().code != errc::io) {
            call.at.warn(view.name() + " is left out: " + done.error().message);
            continue;
        }
        if (!done) return done.error();
        ++kept;
    }
    call.at.say("recorded " + grouped(history.events()) + " events and " + std::to_string(kept) +
                " views");
    return answer::yes;
}

/// What is recorded anew: all that are wanted of a new history, those that are kept of an old one.
result<std::vector<any_projection>> views_to_keep(const invocation& call,
                                                  const golden_history& history, bool is_new,
                                                  const std::vector<known_projection>& known) {
    auto views = projections_named(known, call.given.values("only"));
    if (!views || is_new || call.given.has("only")) return views;
    std::erase_if(*views, [&](const any_projection& one) {
        return std::none_of(history.tables().begin(), history.tables().end(),
                            [&](const golden_table& table) {
                                return table.kind == golden_kind::view && table.name == one.name();
                            });
    });
    return views;
}

}  // namespace

result<answer> validate_golden(invocation& call) {
    const std::filesystem::path directory{*call.given.value("golden")};
    const auto limit = limit_of(call.given);
    if (!limit) return limit.error();
    replay::golden_options options;
    options.examples_max = static_cast<std::size_t>(call.given.has("limit") ? *limit : 1000);
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    std::error_code failed;
    const bool is_new =
        call.given.has("record") && !std::filesystem::exists(directory / "golden.json", failed);
    if (!is_new && (!call.given.operands().empty() || call.given.has("correlation"))) {
        return fail(errc::invalid_argument,
                    "--golden " + printable(directory.string()) +
                        ": it has its events; STREAM and --correlation go with the first --record");
    }
    // Names first: a wrong one must leave nothing behind.
    if (const auto named = projections_named(*known, call.given.values("only"));
        !named && call.given.has("record"))
        return named.error();
    auto history = is_new ? record_from_store(call, directory, options)
                          : golden_history::open(directory, options);
    if (!history) return history.error();
    if (!call.given.has("record")) return check(call, *history, *known);
    const auto views = views_to_keep(call, *history, is_new, *known);
    if (!views) return views.error();
    return keep(call, *history, *views);
}

}  // namespace daybook::cli
