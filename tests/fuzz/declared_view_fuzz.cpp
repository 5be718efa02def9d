// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// A declaration of a view on the first line, payloads on the others. A declaration that is taken
// makes the same rows of them whether they come at once or one by one, and rows that can be shown.
#include <daybook/projections/declared_view.hpp>
#include <daybook/raw_json.hpp>

#include "fuzz.hpp"
#include "stored_event.hpp"

#include <boost/json/parse.hpp>

#include <map>
#include <memory>
#include <optional>
#include <vector>

using namespace daybook;
using namespace daybook::projections;
using test::require;

namespace {

constexpr std::size_t payloads_max = 50;

using row_map = std::map<std::string, std::string, std::less<>>;

std::vector<std::string_view> lines_of(std::string_view input) {
    std::vector<std::string_view> lines;
    while (!input.empty() && lines.size() <= payloads_max) {
        const auto end = std::min(input.find('\n'), input.size());
        lines.push_back(input.substr(0, end));
        input.remove_prefix(std::min(end + 1, input.size()));
    }
    return lines;
}

void write_rows(fold& from, row_map& to) {
    from.collect([&](std::string_view key, const std::optional<std::string_view>& row) {
        if (row) {
            to.insert_or_assign(std::string{key}, std::string{*row});
        } else {
            to.erase(std::string{key});
        }
    });
}

/// The rows after so many events as went in before one failed, and how many those are.
struct outcome {
    row_map rows;
    std::size_t applied = 0;
};

outcome run(const any_projection& of, const std::vector<event>& events, std::size_t batch,
            std::size_t rows_cached) {
    outcome now;
    const auto stored = [&](std::string_view key) -> result<std::optional<std::string>> {
        const auto at = now.rows.find(key);
        if (at == now.rows.end()) return std::optional<std::string>{};
        return std::optional{at->second};
    };
    const auto work = of.make_fold(stored, {.rows_cached_max = rows_cached});
    json_event current;
    for (const auto& each : events) {
        current.move_to(each);
        const auto taken = work->apply(current);
        if (!taken) {
            require(taken.error().code == errc::projection_failed, "the error is as documented");
            return now;
        }
        if (++now.applied % batch == 0) write_rows(*work, now.rows);
    }
    write_rows(*work, now.rows);
    return now;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto lines = lines_of(test::as_text(data, size));
    if (lines.empty()) return 0;
    boost::system::error_code bad;
    const auto declaration = boost::json::parse({lines[0].data(), lines[0].size()}, bad);
    if (bad) return 0;
    const auto of = declared_projection(declaration);
    if (!of) {
        require(of.error().code == errc::invalid_argument, "the error is as documented");
        require(of.error().message.find('\n') == std::string::npos, "a message is one line");
        return 0;
    }
    std::vector<event> events;
    for (std::size_t i = 1; i < lines.size(); ++i)
        events.push_back(test::event_with_payload(lines[i], position{i}));
    const auto whole = run(*of, events, events.size() + 1, 1000);
    const auto single = run(*of, events, 1, 0);
    require(whole.applied == single.applied, "the same event fails");
    if (whole.applied == events.size()) require(whole.rows == single.rows, "the rows are the same");
    for (const auto& [key, row] : single.rows) {
        const auto shown = of->row_json(row);
        require(shown && check_json(*shown), "a row can be shown");
    }
    return 0;
}
