// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/declared_view.hpp>

#include "declaration.hpp"
#include "declared_key.hpp"
#include "declared_row.hpp"

#include <memory>

namespace daybook::projections {
namespace {

/// A declared view at work.
class declared_fold final : public fold {
public:
    declared_fold(std::shared_ptr<const declaration> of, row_source rows,
                  const fold_options& options)
        : of_{std::move(of)},
          filter_{of_->wants},
          keys_{*of_},
          applier_{*of_},
          passage_{options},
          rows_{std::move(rows), options.rows_cached_max, options.starts_empty} {}

    result<bool> apply(const json_event& event) override {
        if (!filter_.wants(event.view())) return false;
        return detail::caught(of_->name, event.view(), [&] { return apply_to_keys(event); });
    }

    void collect(const row_sink& sink) override { rows_.collect(sink); }
    void discard() override { rows_.discard(); }
    std::optional<oversized_row> find_oversized(std::size_t bytes_max) override {
        return rows_.find_oversized(bytes_max);
    }
    std::size_t rows_changed() const noexcept override { return rows_.changed(); }
    std::size_t rows_cached() const noexcept override { return rows_.size(); }

private:
    /// False if it has no key, or none that is asked for.
    result<bool> apply_to_keys(const json_event& event) {
        bool applied = false;
        for (const auto& key : keys_.find(event)) {
            if (!passage_.is_asked_for(key)) continue;
            applied = true;
            if (!passage_.may_pass(key, event.view())) continue;
            if (auto done = apply_to_row(key, event); !done) return done.error();
        }
        return applied;
    }

    result<void> apply_to_row(const std::string& key, const json_event& event) {
        const auto row = rows_.find(key);
        if (!row) return row.error();
        passage_.with_key(key, [&] { applier_.apply((*row)->row, event); });
        (*row)->exists = true;
        return {};
    }

    std::shared_ptr<const declaration> of_;
    detail::event_filter filter_;
    declared_key_finder keys_;
    declared_applier applier_;
    detail::key_passage passage_;
    detail::row_cache<declared_row> rows_;
};

}  // namespace

result<any_projection> declared_projection(const boost::json::value& from,
                                           const place_namer& place) {
    auto read = read_declaration(from, place);
    if (!read) return read.error();
    const auto of = std::make_shared<const declaration>(*std::move(read));
    projection_parts parts;
    parts.name = of->name;
    parts.version = of->version;
    parts.wants = of->wants;
    parts.row_fingerprint = of->row_fingerprint();
    parts.rows_depend_on = "key or columns in its file";
    for (const auto& part : of->key) parts.key_names.push_back(part.name);
    parts.divides_by_key = true;
    parts.parks_by_key = true;
    parts.make_fold = [of](const query&, row_source rows, fold_options options) {
        return std::unique_ptr<fold>{
            std::make_unique<declared_fold>(of, std::move(rows), std::move(options))};
    };
    parts.row_json = [of](std::string_view row) { return print_declared_row(*of, row); };
    return any_projection::of_parts(std::move(parts));
}

}  // namespace daybook::projections
