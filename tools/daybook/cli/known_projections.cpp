// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/known_projections.hpp"

#include <daybook/projections/built_in.hpp>
#include <daybook/projections/plugin.hpp>

#include "cli/suggest.hpp"
#include "cli/text.hpp"
#include "cli/view_file.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

using projections::any_projection;
using known_list = std::vector<known_projection>;
using known_span = std::span<const known_projection>;

const option options[] = {
    {.name = "view",
     .value = "FILE",
     .help = "Also the view that FILE declares (-: standard input), or all files of a directory.",
     .repeats = true,
     .completes = completion::files},
    {.name = "plugin",
     .value = "FILE",
     .help = "Also the projections of this plugin, a shared library.",
     .repeats = true,
     .completes = completion::files},
};

const known_projection* find(known_span all, std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const known_projection& k) {
        return k.projection.name() == name;
    });
    return found == all.end() ? nullptr : &*found;
}

result<void> add(known_list& all, any_projection projection, std::string from) {
    if (const auto* other = find(all, projection.name())) {
        return fail(errc::invalid_argument, "projection '" + projection.name() +
                                                "' is there twice: " + printable(other->from) +
                                                " and " + printable(from) +
                                                "; give one of them another name");
    }
    all.push_back({std::move(projection), std::move(from)});
    return {};
}

result<void> add_view_files(known_list& all, const arguments& given) {
    for (const auto& path : given.values("view")) {
        auto views = read_view_files(path);
        if (!views) return views.error();
        for (auto& view : *views) {
            if (auto added = add(all, std::move(view.projection), view.file); !added) return added;
        }
    }
    return {};
}

result<void> add_plugins(known_list& all, const arguments& given) {
    for (const auto& file : given.values("plugin")) {
        auto loaded = projections::load_plugin(file);
        if (!loaded) return loaded.error();
        for (auto& projection : *loaded) {
            if (auto added = add(all, std::move(projection), file); !added) return added;
        }
    }
    return {};
}

error no_such_projection(known_span known, const std::string& name) {
    std::vector<std::string> names;
    for (const auto& k : known) names.push_back(k.projection.name());
    return fail(errc::not_found, "no projection '" + printable(name) + "'" +
                                     did_you_mean(name, names) + " (there are " +
                                     listed(names, " and ") + ")");
}

}  // namespace

std::span<const option> projection_options() { return options; }

result<std::vector<known_projection>> known_projections(const arguments& given) {
    known_list all;
    for (auto& projection : projections::built_in_projections())
        all.push_back({std::move(projection), "built-in"});
    if (auto added = add_plugins(all, given); !added) return added.error();
    if (auto added = add_view_files(all, given); !added) return added.error();
    return all;
}

result<std::vector<any_projection>> projections_named(known_span known,
                                                      std::span<const std::string> names) {
    std::vector<any_projection> found;
    if (names.empty()) {
        for (const auto& each : known) found.push_back(each.projection);
    }
    for (const auto& name : names) {
        const auto* one = find(known, name);
        if (one == nullptr) return no_such_projection(known, name);
        found.push_back(one->projection);
    }
    return found;
}

}  // namespace daybook::cli
