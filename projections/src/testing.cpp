// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/testing.hpp>
#include <daybook/store.hpp>

#include "temporary_directory.hpp"

#include <array>

namespace daybook::projections::detail {
namespace {

result<void> append_all(store& log, const std::vector<given_event>& given) {
    for (const auto& [stream, event] : given) {
        const auto appended = log.append(stream, expected::any(), {event}, durability::written);
        if (!appended) return appended.error();
    }
    return {};
}

/// A way to replay: all of them must give the same bytes.
struct replay_way {
    std::size_t batch_events;
    bool crashes;  ///< Right before and right after every cursor write.

    std::string text() const {
        return " in batches of " + std::to_string(batch_events) +
               (crashes ? ", with a crash at every cursor write" : "");
    }
};

/// One replay, with a map instead of a store.
class replay {
public:
    replay(const any_projection& of, const replay_way& way) : of_{of}, way_{way} { begin(); }

    result<rows_by_key> run(const store& log) {
        auto events = log.read_all();
        if (!events) return events.error();
        for (;;) {
            const auto more = events->next();
            if (!more) return more.error();
            if (*more) batch_.emplace_back(**events);
            if (!*more || batch_.size() == way_.batch_events) {
                if (const auto done = finish_batch(); !done) return done.error();
            }
            if (!*more) return std::move(rows_);
        }
    }

private:
    // With batches of one nothing is kept decoded, so that rows are also read back from their
    // bytes after every event.
    void begin() {
        const auto stored = [this](std::string_view key) -> result<std::optional<std::string>> {
            const auto at = rows_.find(key);
            if (at == rows_.end()) return std::optional<std::string>{};
            return std::optional{at->second};
        };
        folding_ = of_.make_fold(stored, {.rows_cached_max = way_.batch_events == 1 ? 0U : 65'536U,
                                          .starts_empty = false,
                                          .only_key = {}});
    }

    result<void> apply_batch() {
        for (const auto& each : batch_) {
            current_.move_to(each);
            if (const auto applied = folding_->apply(current_); !applied) return applied.error();
        }
        return {};
    }

    result<void> finish_batch() {
        if (way_.crashes) {
            if (auto applied = apply_batch(); !applied) return applied;
            begin();
        }
        if (auto applied = apply_batch(); !applied) return applied;
        folding_->collect([&](std::string_view key, const std::optional<std::string_view>& row) {
            if (row) {
                rows_.insert_or_assign(std::string{key}, *row);
            } else {
                rows_.erase(std::string{key});
            }
        });
        if (way_.crashes) begin();
        batch_.clear();
        return {};
    }

    const any_projection& of_;
    const replay_way way_;
    rows_by_key rows_;
    std::unique_ptr<fold> folding_;
    std::vector<event> batch_;
    json_event current_;
};

error first_difference(const any_projection& of, const rows_by_key& wanted, const rows_by_key& got,
                       const replay_way& way) {
    const auto shown = [&](const rows_by_key& rows, const std::string& key) {
        const auto at = rows.find(key);
        if (at == rows.end()) return std::string{"no row"};
        const auto text = of.row_json(at->second);
        return text ? *text : text.error().message;
    };
    const auto where = way.text();
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

result<rows_by_key> fold_given(const any_projection& of, const std::vector<given_event>& given,
                               std::size_t replays) {
    const temporary_directory directory;
    store_options options;
    options.default_durability = durability::written;
    auto log = store::open(directory.path(), options);
    if (!log) return log.error();
    if (const auto appended = append_all(*log, given); !appended) return appended.error();
    constexpr std::array<replay_way, 4> ways{{{1, false}, {1000, false}, {1, true}, {1000, true}}};
    auto first = replay{of, ways.front()}.run(*log);
    if (!first) return first;
    for (std::size_t time = 0; time < replays; ++time) {
        for (const auto& way : ways) {
            const auto again = replay{of, way}.run(*log);
            if (!again) return again.error();
            if (*again != *first) return first_difference(of, *first, *again, way);
        }
    }
    return first;
}

}  // namespace daybook::projections::detail
