// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/declared_view.hpp>

#include "declaration.hpp"
#include "declared_row.hpp"

#include <exception>
#include <memory>
#include <stdexcept>

namespace daybook::projections {
namespace {

std::string text_of(const plain_value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* time = std::get_if<timestamp>(&value)) return to_string(*time);
    std::string text;
    daybook::detail::codec<plain_value>::json(text, value);
    return text;
}

/// A declared view at work.
class declared_fold final : public fold {
public:
    declared_fold(std::shared_ptr<const declaration> of, row_source rows, fold_options options)
        : of_{std::move(of)},
          filter_{of_->wants},
          applier_{*of_},
          only_key_{std::move(options.only_key)},
          share_{options.share},
          rows_{std::move(rows), options.rows_cached_max, options.starts_empty} {}

    result<bool> apply(const json_event& event) override {
        if (!filter_.wants(event.view())) return false;
        try {
            if (!read_key(event)) return false;
            const auto row = rows_.find(key_);
            if (!row) return row.error();
            applier_.apply((*row)->row, event);
            (*row)->exists = true;
        } catch (const std::exception& thrown) {
            return detail::projection_failure(of_->name, event.view(), thrown.what());
        }
        return true;
    }

    void collect(const row_sink& sink) override { rows_.collect(sink); }
    void discard() override { rows_.discard(); }
    std::optional<oversized_row> find_oversized(std::size_t bytes_max) override {
        return rows_.find_oversized(bytes_max);
    }
    std::size_t rows_changed() const noexcept override { return rows_.changed(); }
    std::size_t rows_cached() const noexcept override { return rows_.size(); }

private:
    /// Puts the key of the event into `key_`; false if it has none, or not the one asked for.
    bool read_key(const json_event& event) {
        parts_.clear();
        for (const auto& part : of_->key) {
            bool odd = false;
            auto value = part.of.read(event, odd);
            const bool missing = std::holds_alternative<std::monostate>(value);
            if (missing && !of_->otherwise) return false;
            parts_.push_back(missing ? *of_->otherwise : text_of(value));
        }
        key_ = join_key(parts_);
        if (key_.size() > declared_limits::key_bytes_max) {
            throw std::runtime_error{"its key has " + std::to_string(key_.size()) +
                                     " bytes, at most " +
                                     std::to_string(declared_limits::key_bytes_max) +
                                     " are allowed; choose another key for the view"};
        }
        return share_.has(key_) && (!only_key_ || key_ == *only_key_);
    }

    std::shared_ptr<const declaration> of_;
    detail::event_filter filter_;
    declared_applier applier_;
    std::optional<std::string> only_key_;
    key_share share_;
    detail::row_cache<declared_row> rows_;
    std::vector<std::string> parts_;
    std::string key_;
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
    parts.make_fold = [of](const query&, row_source rows, fold_options options) {
        return std::unique_ptr<fold>{
            std::make_unique<declared_fold>(of, std::move(rows), std::move(options))};
    };
    parts.row_json = [of](std::string_view row) { return print_declared_row(*of, row); };
    return any_projection::of_parts(std::move(parts));
}

}  // namespace daybook::projections
