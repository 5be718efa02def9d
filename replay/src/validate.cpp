// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/replay/validate.hpp>

namespace daybook::replay {
namespace {

constexpr std::uint64_t progress_every = 8192;

result<event_reader> reader_of(const store& log, const validation_scope& scope) {
    switch (scope.covers()) {
        case coverage::stream: return log.read_stream(scope.name());
        case coverage::chain: {
            criteria wanted;
            wanted.correlation = scope.name();
            return log.read(wanted);
        }
        case coverage::everything:
        case coverage::part: break;
    }
    return log.read_all();
}

result<std::optional<outside_event>> find_in(const store& log, const event_id& id) {
    const auto found = log.read_one(id);
    if (!found && found.error().code == errc::not_found) return std::optional<outside_event>{};
    if (!found) return found.error();
    const auto view = found->view();
    return std::optional{outside_event{view.position(),
                                       std::string{view.correlation()},
                                       {view.causes().begin(), view.causes().end()}}};
}

error nothing_in(const validation_scope& scope) {
    const bool stream = scope.covers() == coverage::stream;
    return fail(errc::not_found, "validate: there is no event of " +
                                     std::string{stream ? "stream" : "correlation"} + " \"" +
                                     scope.name() + "\"");
}

}  // namespace

validation_scope validation_scope::stream(std::string name) {
    return {coverage::stream, std::move(name)};
}

validation_scope validation_scope::correlation(std::string name) {
    return {coverage::chain, std::move(name)};
}

result<validation_report> validate(const store& log, const validation_scope& scope,
                                   validation_options options, const finding_visitor& visit,
                                   const validation_progress& progress) {
    auto events = reader_of(log, scope);
    if (!events) return events.error();
    options.covers = scope.covers();
    options.find_outside = [&](const event_id& id) { return find_in(log, id); };
    validator checks{std::move(options), visit};
    std::uint64_t count = 0;
    while (true) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) break;
        checks.add(checked_event::of(**events));
        if (++count % progress_every == 0 && progress) progress(count);
    }
    if (count == 0 && scope.covers() != coverage::everything) return nothing_in(scope);
    return checks.finish();
}

}  // namespace daybook::replay
