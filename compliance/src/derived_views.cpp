// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/derived_check.hpp>
#include <daybook/projections/as_of.hpp>
#include <daybook/projections/checkpoints.hpp>
#include <daybook/projections/generations.hpp>
#include <daybook/projections/park.hpp>
#include <daybook/projections/view.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace daybook::compliance {
namespace {

using namespace projections;

/// A view that moves is compared again; not for ever.
constexpr int tries_max = 3;
/// For what another process appended just before it moved a view.
constexpr auto patience = std::chrono::seconds{1};

std::string in_words(const view_comparison& of) {
    std::string told;
    const auto add = [&](std::uint64_t count, const char* what) {
        if (count == 0) return;
        if (!told.empty()) told += ", ";
        told += std::to_string(count) + " " + what;
    };
    add(of.rows_changed, "rows differ");
    add(of.rows_removed, "are missing");
    add(of.rows_added, "are too many");
    if (!of.examples.empty()) told += "; the first: \"" + of.examples.front().key + "\"";
    return told;
}

/// Judges one view, or one of its checkpoints: made by `known`, if that is not null.
class view_judge {
public:
    view_judge(store& log, const any_projection* known, std::string name, std::uint32_t version,
               derived_check& to)
        : log_{log},
          known_{known},
          name_{"view \"" + name + "\" version " + std::to_string(version)},
          to_{to} {}

    result<void> judge(const built_view& of) {
        if (!is_known(of)) return {};
        if (of.cursor > position{} &&
            log_.wait_above({of.cursor.value - 1}, patience) < of.cursor) {
            tampered("has events before position " + std::to_string(of.cursor.value) +
                     ", and the log ends at " + std::to_string(log_.watermark().value));
            return {};
        }
        const auto stored = stored_view::open(log_, *known_);
        if (!stored) return not_readable(stored.error());
        for (int tries = 0; tries < tries_max; ++tries) {
            const auto stood_still = compare(of, *stored);
            if (!stood_still) return stood_still.error();
            if (*stood_still) return {};
        }
        untold("moved all the time; stop what moves it, and verify again");
        return {};
    }

    result<void> judge(const view_checkpoint& of) {
        name_ += ", checkpoint at position " + std::to_string(of.cursor.value);
        if (!is_known(of)) return {};
        const auto moment = as_of::before(of.cursor);
        const auto kept = as_of_view::open(log_, *known_, moment);
        // Readers pass over one that does not fit what is there now.
        if (!kept) return not_readable(kept.error());
        if (kept->starts_at() != of.cursor) return {};
        const auto made = fold(moment);
        if (!made) return made.error();
        if (!*made) return {};
        return tell(compare_rows(**made, *kept, {.examples_max = 1}), of.keyspace);
    }

private:
    template <class Stored>
    bool is_known(const Stored& of) {
        if (known_ == nullptr) {
            untold("cannot be compared: its projection is not known here");
        } else if (of.cursor > position{} && (of.query_fingerprint != known_->query_fingerprint() ||
                                              of.row_fingerprint != known_->row_fingerprint())) {
            untold("cannot be compared: another projection of the same version built it");
        } else {
            return true;
        }
        return false;
    }

    /// False if it moved meanwhile.
    result<bool> compare(const built_view& of, const stored_view& stored) {
        const auto cursor = stored.cursor();
        if (!cursor) return settled(not_readable(cursor.error()));
        const auto made = fold(as_of::before(*cursor));
        if (!made) return made.error();
        if (!*made) return true;
        const auto found = compare_rows(**made, stored, {.examples_max = 1});
        std::optional<std::string> hidden;
        if (found && found->same_rows()) {
            auto looked = hidden_by_keys(stored);
            if (!looked) return settled(not_readable(looked.error()));
            hidden = *std::move(looked);
        }
        const auto after = stored.cursor();
        if (!after) return settled(not_readable(after.error()));
        if (*after != *cursor) return false;
        if (hidden) tampered(*hidden);
        return settled(tell(found, of.keyspace));
    }

    static result<bool> settled(const result<void>& done) {
        if (!done) return done.error();
        return true;
    }

    /// The rows that the log makes, loaded; nothing, and told, if it does not make any.
    result<std::optional<as_of_view>> fold(as_of moment) {
        auto made = as_of_view::open(log_, *known_, moment, {.from_checkpoints = false});
        const auto loaded = made ? made->load() : result<void>{made.error()};
        if (loaded) return std::optional{*std::move(made)};
        if (loaded.error().code == errc::io) return loaded.error();
        untold("cannot be compared: " + loaded.error().message);
        return std::optional<as_of_view>{};
    }

    result<void> tell(const result<view_comparison>& found, const std::string& keyspace) {
        if (!found) return not_readable(found.error());
        if (found->same_rows()) return {};
        const auto parked = count_parked(log_, keyspace);
        if (!parked) return not_readable(parked.error());
        if (parked->events > 0) {
            untold("is not what the log makes (" + in_words(*found) +
                   "), and events are parked in "
                   "it: " +
                   std::to_string(parked->events) + "; settle them, and verify again");
        } else {
            tampered("is not what the log makes: " + in_words(*found) + "; build it again");
        }
        return {};
    }

    /// What rows cannot be found by a secondary key that they have. The other way round a reader
    /// looks at the row itself.
    result<std::optional<std::string>> hidden_by_keys(const stored_view& stored) const {
        if (!known_->has_secondary_keys()) return std::optional<std::string>{};
        std::map<std::pair<std::string, std::string>, std::uint64_t> wanted;
        std::optional<error> failed;
        const auto scanned = stored.scan(row_range{}, [&](std::string_view, std::string_view row) {
            const auto keys = known_->secondary_keys(row);
            if (!keys) {
                failed = keys.error();
                return false;
            }
            std::set<std::pair<std::string, std::string>> of_row;
            for (const auto& one : *keys) of_row.emplace(one.index, one.value);
            for (const auto& one : of_row) ++wanted[one];
            return true;
        });
        if (failed) return *std::move(failed);
        if (!scanned) return scanned.error();
        for (const auto& [key, count] : wanted) {
            std::uint64_t found = 0;
            const auto counted = [&](std::string_view, std::string_view) { return ++found, true; };
            if (auto ok = stored.scan_by(key.first, key.second, counted); !ok) return ok.error();
            if (found == count) continue;
            return std::optional{"has " + std::to_string(count) + " rows whose " + key.first +
                                 " is \"" + key.second + "\", and " + std::to_string(found) +
                                 " are found by it; build it again"};
        }
        return std::optional<std::string>{};
    }

    /// What is stored is damaged, or was dropped meanwhile.
    result<void> not_readable(const error& why) {
        if (why.code == errc::io) return why;
        if (why.code == errc::corrupt) {
            tampered("cannot be read: " + why.message + "; build it again");
        } else if (why.code != errc::not_found) {
            untold("cannot be read: " + why.message);
        }
        return {};
    }

    void tampered(const std::string& why) { note(verdict::tampered, why); }
    void untold(const std::string& why) { note(verdict::unverifiable, why); }
    void note(verdict what, const std::string& why) {
        to_.findings.push_back({what, "view", {}, name_ + " " + why});
    }

    store& log_;
    const any_projection* known_;
    std::string name_;
    derived_check& to_;
};

const any_projection* projection_of(std::span<const any_projection> all, std::string_view name,
                                    std::uint32_t version) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const any_projection& one) {
        return one.name() == name && one.version() == version;
    });
    return found == all.end() ? nullptr : &*found;
}

/// What there is to look at; damage to the list itself is a finding.
template <class One>
result<std::vector<One>> listed(result<std::vector<One>> all, derived_check& to) {
    if (all || all.error().code == errc::io) return all;
    to.findings.push_back({verdict::tampered,
                           "view",
                           {},
                           "the views of the store cannot be listed: " + all.error().message});
    return std::vector<One>{};
}

}  // namespace

result<derived_check> check_views(store& log, std::span<const any_projection> views,
                                  const progress_callback& progress) {
    derived_check made;
    auto built = listed(built_views(log), made);
    if (!built) return built.error();
    std::erase_if(*built, [](const auto& one) { return one.place != generation_place::serving; });
    const auto kept = listed(view_checkpoints(log), made);
    if (!kept) return kept.error();
    const auto total = built->size() + kept->size();
    const auto look = [&](const auto& one, const std::string& name) -> result<void> {
        view_judge judge{log, projection_of(views, name, one.version), name, one.version, made};
        if (auto done = judge.judge(one); !done) return done;
        ++made.looked_at;
        if (progress) progress(made.looked_at, total);
        return {};
    };
    for (const auto& one : *built) {
        if (auto done = look(one, one.name); !done) return done.error();
    }
    for (const auto& one : *kept) {
        if (auto done = look(one, one.view); !done) return done.error();
    }
    return made;
}

}  // namespace daybook::compliance
