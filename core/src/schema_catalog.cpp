// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/schema_catalog.hpp>
#include <daybook/store.hpp>

#include "engine.hpp"
#include "names.hpp"
#include "schema_registry.hpp"
#include "text.hpp"

#include <algorithm>

namespace daybook {
namespace {

error unknown_type(std::string_view type) {
    return fail(errc::not_found,
                cat("schema ", in_quotes(type), ": the store has none of this type"));
}

error read_only(std::string_view doing) {
    return fail(errc::refused, cat(doing, ": the store is open read-only"));
}

/// `at` among `known`, held against the version before it.
result<schema_step> step_of(const schema_table::version_list& known, std::size_t at) {
    schema_step step{.schema = known[at]->entry()};
    if (at == 0) return step;
    const auto& before = *known[at - 1];
    step.previous = before.entry().version;
    auto change = compare_schemas(before.entry().text, step.schema.text);
    if (!change) {
        return fail(errc::corrupt,
                    cat("compare schemas ", *step.previous, " and ", step.schema.version, " of ",
                        step.schema.type, ": ", change.error().message));
    }
    step.change = std::move(*change);
    const auto major = known[at]->number().numbers[0];
    step.keeps_promise = step.change.backward || major == 0 || major != before.number().numbers[0];
    return step;
}

timestamp clock_now() {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
}

}  // namespace

std::string_view to_string(schema_mode mode) noexcept {
    switch (mode) {
        case schema_mode::off: return "off";
        case schema_mode::warn: return "warn";
        case schema_mode::strict: return "strict";
    }
    return "";
}

std::optional<schema_mode> parse_schema_mode(std::string_view text) noexcept {
    for (const auto mode : {schema_mode::off, schema_mode::warn, schema_mode::strict}) {
        if (text == to_string(mode)) return mode;
    }
    return std::nullopt;
}

struct schema_catalog::impl {
    store* of;
    bool reads_only;
    std::optional<keyspace> area;  ///< Of a reader, none if nothing was ever kept.
    std::shared_ptr<schema_registry> registry;
};

schema_catalog::schema_catalog(std::unique_ptr<impl> made) : impl_{std::move(made)} {}
schema_catalog::schema_catalog(schema_catalog&&) noexcept = default;
schema_catalog& schema_catalog::operator=(schema_catalog&&) noexcept = default;
schema_catalog::~schema_catalog() = default;

result<schema_catalog> schema_catalog::open(store& of) {
    auto& e = engine_access::of(of);
    auto made = std::make_unique<impl>(impl{&of, e.options.read_only, {}, e.schemas});
    if (made->reads_only) {
        made->registry = std::make_shared<schema_registry>();
        const auto names = of.keyspaces();
        if (!names) return names.error();
        if (std::find(names->begin(), names->end(), schema_registry::keyspace_name) ==
            names->end()) {
            return schema_catalog{std::move(made)};
        }
    }
    auto area = of.open_keyspace(schema_registry::keyspace_name);
    if (!area) return area.error();
    made->area = std::move(*area);
    if (made->reads_only) {
        if (auto ok = made->registry->load(*made->area); !ok) return ok.error();
    }
    return schema_catalog{std::move(made)};
}

result<schema_step> schema_catalog::add(std::string_view type, std::string_view version,
                                        std::string_view text) {
    const auto doing = cat("add schema ", in_quotes(type), ' ', version);
    if (impl_->reads_only) return read_only(doing);
    if (auto ok = names::check_type(type); !ok) return ok.error();
    const auto number = schema_version::parse(version);
    if (!number) {
        return fail(errc::invalid_argument,
                    cat("add schema ", in_quotes(type), ": the version ", in_quotes(version),
                        " is not of three numbers, as 1.0.0"));
    }
    if (auto made = payload_schema::make(text); !made) {
        return fail(made.error().code, cat(doing, ": ", made.error().message));
    }
    auto& log = *impl_->of;
    const auto added = impl_->registry->add(
        {std::string{type}, std::string{version}, std::string{text}, clock_now()}, *number,
        *impl_->area, [&] { return log.sync(); });
    if (!added) return added.error();
    const auto table = impl_->registry->now();
    const auto& known = *table->find(type);
    const auto at = std::find_if(known.begin(), known.end(),
                                 [&](const auto& one) { return one->number() == *number; });
    auto step = step_of(known, static_cast<std::size_t>(at - known.begin()));
    if (step) step->added = *added;
    return step;
}

std::vector<schema_entry> schema_catalog::list() const {
    std::vector<schema_entry> all;
    for (const auto& [type, versions] : impl_->registry->now()->all()) {
        for (const auto& one : versions) all.push_back(one->entry());
    }
    return all;
}

result<schema_entry> schema_catalog::get(std::string_view type, std::string_view version) const {
    const auto table = impl_->registry->now();
    const auto* known = table->find(type);
    if (known == nullptr) return unknown_type(type);
    if (version.empty()) return known->back()->entry();
    for (const auto& one : *known) {
        if (one->entry().version == version) return one->entry();
    }
    return fail(errc::not_found,
                cat("schema ", in_quotes(type), ": there is no version ", in_quotes(version),
                    "; the newest is ", known->back()->entry().version));
}

result<std::vector<schema_step>> schema_catalog::history(std::string_view type) const {
    const auto table = impl_->registry->now();
    const auto* known = table->find(type);
    if (known == nullptr) return unknown_type(type);
    std::vector<schema_step> steps;
    for (std::size_t i = 0; i < known->size(); ++i) {
        auto step = step_of(*known, i);
        if (!step) return step.error();
        steps.push_back(std::move(*step));
    }
    return steps;
}

result<std::vector<schema_violation>> schema_catalog::check(const event_view& one) const {
    return impl_->registry->now()->check(one.type(), one.schema(), one.payload());
}

result<std::vector<schema_violation>> schema_catalog::check(const new_event& one) const {
    return impl_->registry->now()->check(one.type, one.schema, one.payload);
}

schema_mode schema_catalog::mode() const noexcept { return impl_->registry->mode(); }

result<void> schema_catalog::set_mode(schema_mode mode) {
    if (impl_->reads_only) return read_only("set the mode of schemas");
    return impl_->registry->set_mode(mode, *impl_->area, [this] { return impl_->of->sync(); });
}

}  // namespace daybook
