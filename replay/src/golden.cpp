// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/as_of.hpp>
#include <daybook/replay/golden.hpp>
#include <daybook/replay/json_difference.hpp>

#include "golden_files.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

namespace daybook::replay {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t batch_events = 256;
constexpr std::size_t batch_bytes = 4U << 20U;
constexpr std::size_t differences_max = 20;

/// As lines, and how many more there are.
std::vector<std::string> told(const std::vector<json_change>& changes) {
    auto lines = describe(changes);
    if (lines.size() <= differences_max) return lines;
    const auto left = lines.size() - differences_max + 1;
    lines.resize(differences_max - 1);
    lines.push_back("and " + std::to_string(left) + " more");
    return lines;
}

/// A store in a directory that is gone when this is.
class scratch_store {
public:
    static result<std::unique_ptr<scratch_store>> make(const fs::path& in) {
        std::error_code failed;
        const auto where = in.empty() ? fs::temp_directory_path(failed) : in;
        if (failed) return fail(errc::io, "golden history: no temporary directory");
        auto path = where / ("daybook-golden-" + daybook::to_string(event_id::make()));
        store_options options;
        options.default_durability = durability::buffered;
        options.memtable_bytes = 8U << 20U;
        options.block_cache_bytes = 8U << 20U;
        auto opened = store::open(path, options);
        if (!opened) return opened.error();
        return std::unique_ptr<scratch_store>{
            new scratch_store{std::move(path), *std::move(opened)}};
    }

    ~scratch_store() {
        log_.reset();
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    scratch_store(const scratch_store&) = delete;
    scratch_store& operator=(const scratch_store&) = delete;

    store& log() noexcept { return *log_; }

private:
    scratch_store(fs::path path, store log)
        : path_{std::move(path)}, log_{std::make_unique<store>(std::move(log))} {}
    fs::path path_;
    std::unique_ptr<store> log_;
};

result<std::unique_ptr<scratch_store>> replayed(const std::vector<native_event>& events,
                                                const fs::path& scratch) {
    auto made = scratch_store::make(scratch);
    if (!made) return made.error();
    commit_request batch;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
        batch.streams.push_back({events[i].stream, expected::any(), {events[i].event}});
        bytes += events[i].event.payload.size() + events[i].event.extensions.size();
        const bool full = batch.streams.size() == batch_events || bytes >= batch_bytes;
        if (!full && i + 1 < events.size()) continue;
        if (const auto done = (*made)->log().commit(batch); !done) {
            return fail(done.error().code, "golden history: replaying events.jsonl up to line " +
                                               std::to_string(i + 1) + ": " + done.error().message);
        }
        batch.streams.clear();
        bytes = 0;
    }
    return made;
}

/// What the code of today makes of the events.
struct table_now {
    golden_rows rows;
    std::string digest;
};

using table_maker = std::function<result<table_now>(store& log)>;

result<table_now> view_rows(store& log, const projections::any_projection& of) {
    const auto view =
        projections::as_of_view::open(log, of, projections::as_of::before(log.watermark()),
                                      {.from_checkpoints = false, .strict = true});
    if (!view) return view.error();
    table_now made;
    std::optional<error> failed;
    const auto scanned = view->scan({}, [&](std::string_view key, std::string_view row) {
        auto text = of.row_json(row);
        if (!text) failed = text.error();
        if (!failed) made.rows.emplace_back(std::string{key}, *std::move(text));
        return !failed;
    });
    if (!scanned) return scanned.error();
    if (failed) return *failed;
    const auto digest = projections::digest_of(*view);
    if (!digest) return digest.error();
    made.digest = digest->digest;
    return made;
}

class row_comparer {
public:
    row_comparer(golden_result& into, std::size_t examples_max)
        : into_{into}, examples_max_{examples_max} {}

    /// Both are in order of keys.
    void compare(const golden_rows& before, const golden_rows& now) {
        auto was = before.begin();
        auto is = now.begin();
        while (was != before.end() || is != now.end()) {
            if (is == now.end() || (was != before.end() && was->first < is->first)) {
                ++into_.removed;
                tell(was->first, was->second, std::nullopt);
                ++was;
            } else if (was == before.end() || is->first < was->first) {
                ++into_.added;
                tell(is->first, std::nullopt, is->second);
                ++is;
            } else {
                compare_row(was->first, was->second, is->second);
                ++was;
                ++is;
            }
        }
    }

private:
    void compare_row(const std::string& key, const std::string& before, const std::string& now) {
        if (before == now) return;
        boost::system::error_code failed;
        const auto was = boost::json::parse(before, failed);
        const auto is = failed ? boost::json::value{} : boost::json::parse(now, failed);
        if (!failed && was == is) return;
        ++into_.changed;
        if (auto* made = tell(key, before, now); made != nullptr && !failed)
            made->differences = told(json_difference(was, is));
    }

    golden_change* tell(const std::string& key, std::optional<std::string> before,
                        std::optional<std::string> now) {
        if (into_.changes.size() >= examples_max_) return nullptr;
        into_.changes.push_back({key, std::move(before), std::move(now), {}});
        return &into_.changes.back();
    }

    golden_result& into_;
    std::size_t examples_max_;
};

std::string label(const golden_table& of) {
    return std::string{to_string(of.kind)} + ' ' + of.name;
}

void append_change(std::string& to, const golden_change& of) {
    if (!of.before) {
        to += "  added " + of.key + ": " + *of.now + '\n';
    } else if (!of.now) {
        to += "  removed " + of.key + ": " + *of.before + '\n';
    } else {
        to += "  changed " + of.key + '\n';
        for (const auto& line : of.differences) to += "    " + line + '\n';
    }
}

}  // namespace

std::string golden_result::text() const {
    if (same()) return {};
    auto made = label(kept) + " (version " + std::to_string(kept.version);
    if (version_now != kept.version) made += ", now " + std::to_string(version_now);
    made += "): ";
    if (!failure.empty()) return made + "fails today: " + failure + '\n';
    if (added + removed + changed == 0) {
        return made +
               "the rows say the same, but their bytes differ and the version does not: "
               "stored rows could not be read\n";
    }
    made += std::to_string(added) + " rows added, " + std::to_string(removed) + " removed, " +
            std::to_string(changed) + " changed\n";
    for (const auto& one : changes) append_change(made, one);
    if (const auto all = added + removed + changed; all > changes.size())
        made += "  and " + std::to_string(all - changes.size()) + " more\n";
    return made;
}

struct golden_history::impl {
    fs::path directory;
    golden_options options;
    golden_manifest manifest;
    std::vector<native_event> history;
    std::unique_ptr<scratch_store> log;
    std::unique_ptr<scratch_store> again;  // The same, replayed at another time.

    static result<std::unique_ptr<impl>> make(const fs::path& directory, golden_options options,
                                              golden_manifest manifest,
                                              std::vector<native_event> history) {
        auto log = replayed(history, options.scratch);
        if (!log) return log.error();
        return std::unique_ptr<impl>{new impl{directory, std::move(options), std::move(manifest),
                                              std::move(history), *std::move(log), nullptr}};
    }

    golden_table* find(golden_kind kind, std::string_view name) {
        auto& all = manifest.tables;
        const auto found = std::find_if(all.begin(), all.end(), [&](const golden_table& one) {
            return one.kind == kind && one.name == name;
        });
        return found == all.end() ? nullptr : &*found;
    }

    result<golden_result> check(golden_kind kind, std::string_view name, std::uint32_t version,
                                const table_maker& make);
    result<void> keep(golden_table as, const table_maker& make);
    result<void> check_repeats(const golden_table& of, const table_now& now,
                               const table_maker& make);
    table_maker states_maker(std::string_view name, const state_loader& load) const;
};

result<golden_result> golden_history::impl::check(golden_kind kind, std::string_view name,
                                                  std::uint32_t version, const table_maker& make) {
    const auto* kept = find(kind, name);
    if (kept == nullptr) {
        return fail(errc::not_found, "golden history " + directory.string() + ": it keeps no " +
                                         std::string{to_string(kind)} + " \"" + std::string{name} +
                                         "\"");
    }
    const auto before = read_rows(directory, *kept);
    if (!before) return before.error();
    golden_result made{.kept = *kept, .version_now = version};
    const auto now = make(log->log());
    if (!now) {
        made.failure = now.error().message;
        return made;
    }
    made.rows_now = now->rows.size();
    row_comparer{made, options.examples_max}.compare(*before, now->rows);
    made.bytes_differ = made.added + made.removed + made.changed == 0 && version == kept->version &&
                        now->digest != kept->digest;
    return made;
}

// Rows that show when they were replayed would differ in every check.
result<void> golden_history::impl::check_repeats(const golden_table& of, const table_now& now,
                                                 const table_maker& make) {
    if (!again) {
        auto made = replayed(history, options.scratch);
        if (!made) return made.error();
        again = *std::move(made);
    }
    const auto other = make(again->log());
    if (!other) return other.error();
    if (other->rows == now.rows) return {};
    return fail(errc::invalid_argument,
                "golden history: " + label(of) +
                    ": two replays of the same events make other rows; they show the time of "
                    "recording, or something that is not in the log");
}

result<void> golden_history::impl::keep(golden_table as, const table_maker& make) {
    const auto now = make(log->log());
    if (!now) return now.error();
    if (auto repeats = check_repeats(as, *now, make); !repeats) return repeats;
    as.rows = now->rows.size();
    as.digest = now->digest;
    if (auto written = write_rows(directory, as, now->rows); !written) return written;
    if (auto* kept = find(as.kind, as.name); kept != nullptr) {
        *kept = std::move(as);
    } else {
        manifest.tables.push_back(std::move(as));
    }
    return write_manifest(directory, manifest);
}

table_maker golden_history::impl::states_maker(std::string_view name,
                                               const state_loader& load) const {
    std::set<std::string> streams;
    const auto prefix = std::string{name} + '-';
    for (const auto& one : history) {
        if (one.stream.starts_with(prefix)) streams.insert(one.stream);
    }
    return [streams = std::move(streams), load](store& from) -> result<table_now> {
        table_now made;
        for (const auto& stream : streams) {
            auto state = load(from, stream);
            if (!state) return state.error();
            made.rows.emplace_back(stream, *std::move(state));
        }
        return made;
    };
}

golden_history::golden_history(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
golden_history::golden_history(golden_history&&) noexcept = default;
golden_history& golden_history::operator=(golden_history&&) noexcept = default;
golden_history::~golden_history() = default;

result<golden_history> golden_history::open(const fs::path& directory, golden_options options) {
    auto manifest = read_manifest(directory);
    if (!manifest) return manifest.error();
    auto events = read_events(directory);
    if (!events) return events.error();
    if (events->size() != manifest->events) {
        return fail(errc::invalid_argument,
                    "golden history: " + (directory / "events.jsonl").string() + ": " +
                        std::to_string(events->size()) + " events; golden.json says " +
                        std::to_string(manifest->events));
    }
    auto made = impl::make(directory, std::move(options), *std::move(manifest), *std::move(events));
    if (!made) return made.error();
    return golden_history{*std::move(made)};
}

result<golden_history> golden_history::record(const store& log, const query& which,
                                              const fs::path& directory, golden_options options) {
    std::error_code failed;
    if (fs::exists(directory / "golden.json", failed)) {
        return fail(errc::conflict, "golden history: " + directory.string() +
                                        " has one already; remove it or choose another directory");
    }
    auto reader = log.read(which);
    if (!reader) return reader.error();
    std::vector<native_event> history;
    while (true) {
        const auto more = reader->next();
        if (!more) return more.error();
        if (!*more) break;
        if (history.size() == events_max) {
            return fail(errc::too_large, "golden history: more than " + std::to_string(events_max) +
                                             " events match");
        }
        auto one = event_from_json(to_json(**reader));
        if (!one) return one.error();
        history.push_back(*std::move(one));
    }
    if (history.empty()) return fail(errc::not_found, "golden history: no event matches");
    fs::create_directories(directory, failed);
    if (failed)
        return fail(errc::io, "golden history: " + directory.string() + ": " + failed.message());
    const golden_manifest manifest{.events = history.size(), .tables = {}};
    auto made = impl::make(directory, std::move(options), manifest, std::move(history));
    if (!made) return made.error();
    if (auto written = write_events(directory, (*made)->history); !written) return written.error();
    if (auto written = write_manifest(directory, (*made)->manifest); !written)
        return written.error();
    return golden_history{*std::move(made)};
}

std::uint64_t golden_history::events() const noexcept { return impl_->manifest.events; }

const std::vector<golden_table>& golden_history::tables() const noexcept {
    return impl_->manifest.tables;
}

result<golden_result> golden_history::check(const projections::any_projection& of) {
    return impl_->check(golden_kind::view, of.name(), of.version(),
                        [&](store& log) { return view_rows(log, of); });
}

result<void> golden_history::keep(const projections::any_projection& of) {
    return impl_->keep({golden_kind::view, of.name(), of.version(), 0, {}},
                       [&](store& log) { return view_rows(log, of); });
}

result<golden_result> golden_history::check_states(std::string_view name, std::uint32_t version,
                                                   const state_loader& load) {
    return impl_->check(golden_kind::aggregate, name, version, impl_->states_maker(name, load));
}

result<void> golden_history::keep_states(std::string_view name, std::uint32_t version,
                                         const state_loader& load) {
    return impl_->keep({golden_kind::aggregate, std::string{name}, version, 0, {}},
                       impl_->states_maker(name, load));
}

}  // namespace daybook::replay
