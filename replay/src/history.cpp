// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/raw_json.hpp>
#include <daybook/replay/history.hpp>

#include "key_walk.hpp"

#include <boost/json/parse.hpp>

namespace daybook::replay {
namespace {

namespace json = boost::json;
using projections::any_projection;

result<json::value> parse_row(const any_projection& of, const std::string& text) {
    json::parse_options options;
    options.max_depth = json_depth_max;
    boost::system::error_code problem;
    auto document = json::parse(text, problem, {}, options);
    if (!problem) return document;
    return fail(errc::projection_failed,
                "view \"" + of.name() + "\": a row is not shown as JSON: " + problem.message());
}

/// One row in its three forms.
struct shown_row {
    std::optional<std::string> text{};
    json::value document{};

    static result<shown_row> from(const any_projection& of,
                                  const std::optional<std::string>& bytes) {
        shown_row made;
        if (!bytes) return made;
        auto text = of.row_json(*bytes);
        if (!text) return text.error();
        auto document = parse_row(of, *text);
        if (!document) return document.error();
        made.text = *std::move(text);
        made.document = *std::move(document);
        return made;
    }
};

using bytes_pair_visitor =
    std::function<bool(const event_view& made_by, const std::optional<std::string>& before,
                       const std::optional<std::string>& row)>;

result<void> walk_states(const store& log, const any_projection& of, std::string_view key,
                         const bytes_pair_visitor& visit, const history_options& options) {
    key_walk walk{log, of, key};
    const auto after = walk.boundary_at(options.after);
    if (!after) return after.error();
    const auto until = walk.boundary_at(options.until);
    if (!until) return until.error();
    if (options.states_max == 0) return {};
    std::uint64_t visited = 0;
    std::optional<std::string> before;
    return walk.run(*until, [&](const event_view& made_by) {
        const auto& row = walk.row();
        const bool wanted = after->judge(made_by) != boundary::answer::take;
        if (wanted && (!visit(made_by, before, row) || ++visited == options.states_max))
            return false;
        before = row;
        return true;
    });
}

}  // namespace

result<void> for_each_state_bytes(const store& log, const any_projection& of, std::string_view key,
                                  const past_bytes_visitor& visit, const history_options& options) {
    return walk_states(
        log, of, key,
        [&](const event_view& made_by, const std::optional<std::string>&,
            const std::optional<std::string>& row) { return visit(made_by, row); },
        options);
}

result<void> for_each_state(const store& log, const any_projection& of, std::string_view key,
                            const past_state_visitor& visit, const history_options& options) {
    std::optional<error> failed;
    std::optional<json::value> last;
    const auto show = [&](const event_view& made_by, const std::optional<std::string>& before,
                          const std::optional<std::string>& row) -> result<bool> {
        if (!last) {
            auto first = shown_row::from(of, before);
            if (!first) return first.error();
            last = std::move(first->document);
        }
        auto now = shown_row::from(of, row);
        if (!now) return now.error();
        const auto changes = json_difference(*last, now->document);
        last = std::move(now->document);
        return visit({made_by, now->text, changes});
    };
    const auto walked = walk_states(
        log, of, key,
        [&](const event_view& made_by, const std::optional<std::string>& before,
            const std::optional<std::string>& row) {
            auto more = show(made_by, before, row);
            if (more) return *more;
            failed = more.error();
            return false;
        },
        options);
    if (failed) return *std::move(failed);
    return walked;
}

result<state_difference> difference_between(const store& log, const any_projection& of,
                                            std::string_view key, point before, point after) {
    const auto shown = [&](const point& when, state<std::string>& into) -> result<json::value> {
        auto bytes = state_bytes_at(log, of, key, when);
        if (!bytes) return bytes.error();
        auto row = shown_row::from(of, bytes->row);
        if (!row) return row.error();
        into = {std::move(row->text), bytes->events, bytes->last};
        return std::move(row->document);
    };
    state_difference made;
    const auto first = shown(before, made.before);
    if (!first) return first.error();
    const auto second = shown(after, made.after);
    if (!second) return second.error();
    made.changes = json_difference(*first, *second);
    return made;
}

}  // namespace daybook::replay
