// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/testing.hpp>
#include <daybook/store.hpp>

#include <array>
#include <filesystem>

namespace daybook::projections::detail {
namespace {

/// A directory that is gone when this is.
class temporary_directory {
public:
    temporary_directory()
        : path_{std::filesystem::temp_directory_path() /
                ("daybook-spec-" + to_string(event_id::make()))} {}
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

result<void> append_all(store& log, const std::vector<given_event>& given) {
    for (const auto& [stream, event] : given) {
        const auto appended = log.append(stream, expected::any(), {event}, durability::written);
        if (!appended) return appended.error();
    }
    return {};
}

// Rows live in a map instead of a store. With batches of one nothing is kept decoded, so that rows
// are also read back from their bytes after every event.
result<rows_by_key> fold_in_batches(const store& log, const any_projection& of,
                                    std::size_t batch_events) {
    rows_by_key rows;
    const auto stored = [&rows](std::string_view key) -> result<std::optional<std::string>> {
        const auto at = rows.find(key);
        if (at == rows.end()) return std::optional<std::string>{};
        return std::optional{at->second};
    };
    const auto folding = of.make_fold(stored, {.rows_cached_max = batch_events == 1 ? 0U : 65'536U,
                                               .starts_empty = false,
                                               .only_key = {}});
    const auto store_rows = [&] {
        folding->collect([&](std::string_view key, std::string_view row) {
            rows.insert_or_assign(std::string{key}, std::string{row});
        });
    };
    auto events = log.read_all();
    if (!events) return events.error();
    json_event current;
    for (std::size_t in_batch = 1;; ++in_batch) {
        const auto more = events->next();
        if (!more) return more.error();
        if (!*more) break;
        current.move_to(**events);
        const auto applied = folding->apply(current);
        if (!applied) return applied.error();
        if (in_batch % batch_events == 0) store_rows();
    }
    store_rows();
    return rows;
}

error first_difference(const any_projection& of, const rows_by_key& wanted, const rows_by_key& got,
                       std::size_t batch_events) {
    const auto shown = [&](const rows_by_key& rows, const std::string& key) {
        const auto at = rows.find(key);
        if (at == rows.end()) return std::string{"no row"};
        const auto text = of.row_json(at->second);
        return text ? *text : text.error().message;
    };
    const auto where = " in batches of " + std::to_string(batch_events);
    for (const auto& rows : {wanted, got}) {
        for (const auto& [key, bytes] : rows) {
            const auto a = wanted.find(key);
            const auto b = got.find(key);
            if (a != wanted.end() && b != got.end() && a->second == b->second) continue;
            return fail(errc::projection_failed,
                        "projection \"" + of.name() + "\" is not deterministic: row \"" + key +
                            "\" was " + shown(wanted, key) + " and, replayed" + where + ", is " +
                            shown(got, key));
        }
    }
    return fail(errc::projection_failed,
                "projection \"" + of.name() + "\" is not deterministic" + where);
}

}  // namespace

result<rows_by_key> fold_given(const any_projection& of, const std::vector<given_event>& given) {
    const temporary_directory directory;
    store_options options;
    options.default_durability = durability::written;
    auto log = store::open(directory.path(), options);
    if (!log) return log.error();
    if (const auto appended = append_all(*log, given); !appended) return appended.error();
    auto first = fold_in_batches(*log, of, 1);
    if (!first) return first;
    constexpr std::array<std::size_t, 3> others{1000, 1, 1000};
    for (const auto batch_events : others) {
        const auto again = fold_in_batches(*log, of, batch_events);
        if (!again) return again.error();
        if (*again != *first) return first_difference(of, *first, *again, batch_events);
    }
    return first;
}

}  // namespace daybook::projections::detail
