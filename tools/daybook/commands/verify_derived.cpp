// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "commands/verify_derived.hpp"

#include <daybook/compliance/derived_check.hpp>

#include "cli/kept_state.hpp"
#include "cli/progress.hpp"
#include "cli/text.hpp"

#include <utility>

namespace daybook::cli {

result<derived_counts> verify_derived(store& log, const std::vector<known_projection>& known,
                                      console& at, compliance::verification& to) {
    const compliance::known_state kept{&kept_kind()};
    auto snapshots = compliance::check_snapshots(log, {&kept, 1});
    if (!snapshots) return snapshots.error();
    std::vector<projections::any_projection> of;
    for (const auto& one : known) of.push_back(one.projection);
    progress_bar bar{at, "making views again"};
    auto views = compliance::check_views(log, of, [&](std::uint64_t done, std::uint64_t total) {
        bar.update(done, total, grouped(done) + " views");
    });
    if (!views) return views.error();
    compliance::add_findings(to, std::move(snapshots->findings));
    compliance::add_findings(to, std::move(views->findings));
    return derived_counts{snapshots->looked_at, views->looked_at};
}

void tell_derived(record_sink& to, const std::optional<derived_counts>& derived) {
    const auto count = [](std::uint64_t of, const std::string& what) {
        return grouped(of) + " " + what + (of == 1 ? "" : "s");
    };
    to.note("snapshots", derived ? cell{derived->snapshots} : cell{},
            derived ? count(derived->snapshots, "snapshot") + " and " +
                          count(derived->views, "view") + " made again and compared"
                    : "");
    to.note("views", derived ? cell{derived->views} : cell{}, "");
}

}  // namespace daybook::cli
