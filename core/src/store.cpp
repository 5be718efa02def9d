// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// The surface of the log: opening, and each call handed to the part that does it.

#include <daybook/store.hpp>

#include "causal_walks.hpp"
#include "committer.hpp"
#include "count.hpp"
#include "engine.hpp"
#include "follower.hpp"
#include "index_cursor.hpp"
#include "keyspace_impl.hpp"
#include "log_range.hpp"
#include "measured_call.hpp"
#include "metrics_collector.hpp"
#include "names.hpp"
#include "owner_note.hpp"
#include "page_cursor.hpp"
#include "plan_text.hpp"
#include "rebuild.hpp"
#include "sealer.hpp"
#include "settings.hpp"
#include "sources.hpp"
#include "subscription_impl.hpp"
#include "text.hpp"
#include "wal_file.hpp"

#include <algorithm>

namespace daybook {
namespace {

constexpr std::size_t page_max = 10'000;
constexpr std::size_t keyspace_name_max = 200;

result<void> check_fields(const std::vector<std::string>& fields) {
    if (fields.size() > limits::indexed_fields_max) {
        return fail(errc::invalid_argument, cat(fields.size(), " indexed fields; the limit is ",
                                                limits::indexed_fields_max));
    }
    for (const auto& one : fields) {
        if (auto ok = names::check_pointer(one); !ok) return ok;
        if (std::count(fields.begin(), fields.end(), one) > 1) {
            return fail(errc::invalid_argument,
                        cat("indexed field ", in_quotes(one), " is given twice"));
        }
    }
    return {};
}

result<void> initialise(engine& e) {
    if (e.options.indexed_fields) e.rules.indexed_fields = *e.options.indexed_fields;
    e.store_id = event_id::make();
    return settings::write_new(*e.db, e.store_id, e.rules.indexed_fields);
}

error damaged_settings(const engine& e, std::string_view what) {
    return fail(errc::corrupt, cat("open store ", e.db->directory().string(), ": its setting ",
                                   what, " is missing or damaged"));
}

result<void> load_settings(engine& e) {
    const auto format = settings::read(*e.db, settings::format_key);
    if (!format) return format.error();
    if (!*format) {
        // A store whose making was interrupted has no events yet.
        const auto end = find_log_end(*e.db);
        if (!end) return end.error();
        if (end->next.value > 0) return damaged_settings(e, settings::format_key);
        if (e.options.read_only) {
            return fail(errc::not_found, cat("open store ", e.db->directory().string(),
                                             ": it is being made, or its making was interrupted"));
        }
        return initialise(e);
    }
    if ((*format)->size() != 4) return damaged_settings(e, settings::format_key);
    const auto version = bytes::load<std::uint32_t>((*format)->data());
    if (version == 0) return damaged_settings(e, settings::format_key);
    if (version > settings::format_version) {
        return fail(errc::unsupported, cat("open store ", e.db->directory().string(),
                                           ": its format is ", version, ", this daybook knows ",
                                           settings::format_version, "; use a newer daybook"));
    }
    const auto id = settings::read(*e.db, settings::store_id_key);
    if (!id) return id.error();
    if (!*id || (*id)->size() != 16) return damaged_settings(e, settings::store_id_key);
    e.store_id = bytes::load<event_id>((*id)->data());
    const auto fields = settings::read(*e.db, settings::fields_key);
    if (!fields) return fields.error();
    if (!*fields) return damaged_settings(e, settings::fields_key);
    e.rules.indexed_fields = settings::split_fields(**fields);
    const auto required = settings::read(*e.db, settings::required_key);
    if (!required) return required.error();
    e.required_participant = required->value_or("");
    return {};
}

result<void> forget_reset(engine& e) {
    rocksdb::WriteBatch batch;
    (void)batch.Delete(e.db->meta(), to_slice(settings::reindex_key));
    return settings::write(*e.db, batch);
}

/// A rebuild that was interrupted before the old indexes were gone starts with empty ones.
result<void> finish_interrupted_reset(engine& e) {
    const auto flag = settings::read(*e.db, settings::reindex_key);
    if (!flag) return flag.error();
    if (!*flag) return {};
    if (auto ok = e.db->reset_indexes(); !ok) return ok;
    return forget_reset(e);
}

result<void> drop_indexes(engine& e) {
    rocksdb::WriteBatch batch;
    (void)batch.Put(e.db->meta(), to_slice(settings::reindex_key), "1");
    if (auto ok = settings::write(*e.db, batch); !ok) return ok;
    return finish_interrupted_reset(e);
}

result<void> check_options(const store_options& options) {
    if (options.commit_bytes_max == 0 ||
        options.commit_bytes_max > limits::commit_bytes_max_ceiling) {
        return fail(errc::invalid_argument,
                    cat("commit_bytes_max is ", options.commit_bytes_max, "; it must be 1 to ",
                        limits::commit_bytes_max_ceiling));
    }
    if (options.salvage && !options.read_only) {
        return fail(errc::invalid_argument, "salvage is for reading; set read_only too");
    }
    return options.indexed_fields ? check_fields(*options.indexed_fields) : result<void>{};
}

}  // namespace

std::string to_string(const expected& e) {
    if (const auto exact = e.exact()) {
        return exact->value == 0 ? "no stream" : cat("sequence ", *exact);
    }
    return e.matches({0}) ? "any" : "stream exists";
}

struct store::impl {
    impl(std::shared_ptr<database> db, const store_options& options)
        : e{std::move(db), options}, seal{e}, commits{e, seal} {
        commits.recover_with([this] { return go_on_after_full_disk(); });
    }

    ~impl() {
        if (e.options.read_only) return;
        // Buffered appends are handed over; a failure here could only be ignored.
        if (!commits.sync()) return;
        e.db->mark_synced(e.end());
        if (owned) (void)owner_note::write_closed(*e.db, e.end());
    }

    /// `note`: of before the database was opened.
    result<void> start(const std::optional<owner_note>& note);
    result<void> start_reading(const std::optional<owner_note>& note);
    result<void> start_salvaging();
    result<void> start_writing(const std::optional<owner_note>& note);
    result<std::vector<segment_summary>> summaries_or_none();
    result<std::string> find_salvage(log_end& end, std::vector<segment_summary>& sealed);
    result<void> check_end(position next, const std::optional<owner_note>& note) const;
    std::optional<position> unsynced_gap() const;
    result<void> go_on_after_full_disk();
    result<void> index_tail_again();
    result<void> rebuild(const std::optional<std::vector<std::string>>& indexed_fields,
                         const progress_callback& progress);
    std::shared_lock<fair_shared_mutex> reading() const { return std::shared_lock{e.index_mutex}; }

    /// Whether it reads what another process writes.
    bool follows() const { return e.options.read_only && !e.options.salvage; }

    std::string required_participant() const {
        if (!e.options.read_only) return commits.required();
        // The process that writes may have begun to require one.
        const auto now = settings::read(*e.database_now(), settings::required_key);
        return now ? now->value_or("") : e.required_participant;
    }

    std::string mended_index;  ///< Why the index was made again at opening.
    std::string salvaged;
    mutable engine e;
    sealer seal;
    mutable committer commits;
    /// Of a reader, which has no commits.
    const std::shared_ptr<follower> follow = std::make_shared<follower>(e);
    bool owned = false;  ///< The owner's note names this handle.
};

result<void> store::impl::start(const std::optional<owner_note>& note) {
    if (auto ok = load_settings(e); !ok) return ok;
    e.rules.seed = bytes::load<std::uint64_t>(id_text(e.store_id).data() + 8);
    if (const auto& asked = e.options.indexed_fields; asked && *asked != e.rules.indexed_fields) {
        return fail(errc::invalid_argument,
                    cat("open store ", e.db->directory().string(),
                        ": it indexes other payload fields than asked for; run `daybook reindex` ",
                        "to change them"));
    }
    if (e.options.salvage) return start_salvaging();
    return e.options.read_only ? start_reading(note) : start_writing(note);
}

result<void> store::impl::start_reading(const std::optional<owner_note>& note) {
    const auto fields = settings::indexed_fields(*e.db);
    if (!fields) return fields.error();
    if (!*fields) {
        return fail(errc::refused,
                    cat("open store ", e.db->directory().string(),
                        ": another process is about to build its indexes again, or died doing "
                        "that; try again, or open it for writing"));
    }
    const auto end = follow->refresh();
    if (!end) return end.error();
    if (auto ok = check_end(*end, note); !ok) return ok;
    // Whoever waits for the log to grow looks for himself. A failure may pass; `refresh` tells it.
    e.bell.look_with([following = follow] { following->look(); });
    return {};
}

/// Shows the log up to where it is whole, as it is now.
result<void> store::impl::start_salvaging() {
    auto sealed = load_summaries(*e.db);
    if (!sealed) return sealed.error();
    auto end = find_log_end(*e.db);
    if (!end) return end.error();
    auto missing = find_salvage(*end, *sealed);
    if (!missing) return missing.error();
    salvaged = std::move(*missing);
    auto list = std::make_shared<segment_list>();
    list->sealed = std::move(*sealed);
    e.all.replace(std::move(list));
    if (auto ok = rebuild_tail(e, end->next, ~std::size_t{0}, {}); !ok) return ok;
    e.watermark = end->next.value;
    commits.start_at(end->next, end->last_recorded);
    return {};
}

/// An index that cannot be read is dropped, to be made again.
result<std::vector<segment_summary>> store::impl::summaries_or_none() {
    auto summaries = load_summaries(*e.db);
    if (summaries || summaries.error().code != errc::corrupt) return summaries;
    mended_index = summaries.error().message;
    if (auto ok = drop_indexes(e); !ok) return ok.error();
    return std::vector<segment_summary>{};
}

result<void> store::impl::start_writing(const std::optional<owner_note>& note) {
    if (auto ok = finish_interrupted_reset(e); !ok) return ok;
    auto summaries = summaries_or_none();
    if (!summaries) return summaries.error();
    const auto end = find_log_end(*e.db);
    if (!end) return end.error();
    if (summaries->size() * limits::segment_events > end->next.value) {
        return fail(errc::corrupt,
                    cat("open store ", e.db->directory().string(), ": the index knows ",
                        summaries->size() * limits::segment_events,
                        " events, the log ends at position ", end->next, ": events were lost"));
    }
    if (auto ok = check_end(end->next, note); !ok) return ok;
    if (auto ok = log_range::remove_archived(*e.db); !ok) return ok;
    auto list = std::make_shared<segment_list>();
    list->sealed = std::move(*summaries);
    e.all.replace(std::move(list));
    constexpr std::size_t kept_full = 2;
    if (auto ok = rebuild_tail(e, end->next, kept_full, {}); !ok) return ok;
    e.watermark = end->next.value;
    // It is a note only: a store opens without one. One that does not open keeps the last.
    owned = owner_note::write_open(*e.db).has_value();
    commits.start_at(end->next, end->last_recorded);
    commits.require(e.required_participant);
    seal.start();
    seal.look_again();
    return {};
}

/// As opening, for what was not sealed: whether the write that failed is in the log or not, the
/// tail and the watermark follow the log.
result<void> store::impl::go_on_after_full_disk() {
    const auto no_sealing = seal.pause();
    const std::unique_lock no_reads{e.index_mutex};
    if (auto ok = e.db->resume_writes(); !ok) return ok;
    if (auto ok = index_tail_again(); !ok) return ok;
    commits.publish();
    return {};
}

/// With no commit, no sealing and no read by an index under way.
result<void> store::impl::index_tail_again() {
    const auto end = find_log_end(*e.db);
    if (!end) return end.error();
    const auto before = e.all.current();
    auto sealed_only = std::make_shared<segment_list>();
    sealed_only->sealed = before->sealed;
    e.all.replace(std::move(sealed_only));
    if (auto ok = rebuild_tail(e, end->next, ~std::size_t{0}, {}); !ok) {
        e.all.replace(before);
        return ok;
    }
    e.heads.clear();
    e.log.forget();
    commits.start_at(end->next, end->last_recorded);
    return {};
}

/// Sets the end before a gap, and says what is missing; nothing if nothing is.
result<std::string> store::impl::find_salvage(log_end& end, std::vector<segment_summary>& sealed) {
    const auto drop_unbacked = [&] {
        sealed.resize(
            std::min<std::size_t>(sealed.size(), end.next.value / limits::segment_events));
    };
    drop_unbacked();
    std::string missing;
    const position tail{sealed.size() * limits::segment_events};
    const auto gap = find_gap(*e.db, tail, end.next);
    if (!gap) return gap.error();
    if (*gap) {
        end.next = **gap;
        missing = "the log goes on behind a gap; ";
    }
    drop_unbacked();
    const auto synced = e.db->synced_before();
    if (end.next < synced) {
        missing += cat("everything up to position ", synced.value - 1, " was synced; ");
    }
    if (!missing.empty()) missing += cat("shown is what comes before position ", end.next);
    return missing;
}

/// What was synced is there, and what the owner's note tells.
result<void> store::impl::check_end(position next, const std::optional<owner_note>& note) const {
    const auto synced = e.db->synced_before();
    if (next < synced) {
        return fail(errc::corrupt,
                    cat("open store ", e.db->directory().string(), ": everything up to position ",
                        synced.value - 1, " was synced, but the log ends at ", next,
                        ": a write-ahead file (*.log) is damaged or missing"));
    }
    return note ? note->check(*e.db, next) : result<void>{};
}

/// Where the log stops though it goes on later, if nothing from there on was synced: a power cut
/// may lose the end of one write-ahead file and keep the next one.
std::optional<position> store::impl::unsynced_gap() const {
    const auto end = find_log_end(*e.db);
    if (!end) return std::nullopt;
    const auto sealed = e.all.current()->sealed.size();
    const auto gap = find_gap(*e.db, position_of(static_cast<std::uint32_t>(sealed), 0), end->next);
    if (!gap || !*gap || **gap < e.db->synced_before()) return std::nullopt;
    return *gap;
}

namespace {

result<void> load_schemas(store& opened) {
    auto& e = engine_access::of(opened);
    if (e.options.read_only || !e.db->find_view(schema_registry::keyspace_name)) return {};
    const auto area = opened.open_keyspace(schema_registry::keyspace_name);
    return area ? e.schemas->load(*area) : area.error();
}

}  // namespace

result<store> store::open(const std::filesystem::path& directory, const store_options& options) {
    if (auto ok = check_options(options); !ok) return ok.error();
    // Before the log: a writer may be closing just now, with more events than are found afterwards.
    const auto note = owner_note::read(directory);
    // What a power cut leaves is put right, once. In a copy the same would be another thing.
    bool may_mend = !options.read_only && !(note && note->is_copy(directory));
    for (;; may_mend = false) {
        auto db = database::open(directory, options);
        if (!db) return owner_note::explain(directory, db.error());
        auto opened = std::make_unique<impl>(std::move(*db), options);
        const auto started = opened->start(note);
        if (started) {
            store made{std::move(opened)};
            if (auto ok = load_schemas(made); !ok) return ok.error();
            return made;
        }
        const auto gap = may_mend ? opened->unsynced_gap() : std::nullopt;
        if (!gap) return owner_note::explain(directory, started.error());
        auto& environment = *opened->e.db->db().GetEnv();
        opened.reset();
        if (auto ok = wal::set_aside(environment, directory, *gap); !ok) return ok.error();
    }
}

engine& engine_access::of(const store& opened) noexcept { return opened.impl_->e; }

result<void> engine_access::alone(const store& opened, const std::function<result<bool>()>& write) {
    auto& impl = *opened.impl_;
    return impl.commits.run_alone([&]() -> result<void> {
        const auto no_sealing = impl.seal.pause();
        const std::unique_lock no_reads{impl.e.index_mutex};
        if (const auto why = impl.commits.refuses()) return fail(errc::refused, *why);
        const auto tail_changed = write();
        impl.e.log.forget();
        if (!tail_changed) {
            return impl.commits.refuse_after(tail_changed.error(), impl.e.db->is_full());
        }
        if (!*tail_changed) return {};
        auto indexed = impl.index_tail_again();
        if (!indexed) return impl.commits.refuse_after(indexed.error());
        return {};
    });
}

store::store(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
store::store(store&&) noexcept = default;
store& store::operator=(store&&) noexcept = default;
store::~store() = default;

// Writing ----------------------------------------------------------------------------------------

namespace {

/// Tells the program of an append that was not let; not of one that was asked for wrongly or came
/// too late, which is between its caller and the store.
error told(const engine& e, std::span<const commit_part> parts, const error& why) {
    const bool is_told = why.code == errc::refused || why.code == errc::rejected;
    if (!is_told || !e.options.log) return why;
    std::size_t events = 0;
    for (const auto& part : parts) events += part.events.size();
    const std::string stream{parts.empty() ? std::string_view{} : parts.front().stream};
    e.slow.tell({log_level::warning,
                 cat("refused to append to ", stream, ": ", why.message),
                 {{"operation", "append"},
                  {"stream", stream},
                  {"events", std::to_string(events)},
                  {"refused", why.message}}});
    return why;
}

}  // namespace

result<append_receipt> store::append(std::string_view stream, expected at,
                                     std::span<const new_event> events,
                                     std::optional<durability> durable) {
    const commit_part part{stream, at, events};
    auto receipt = impl_->commits.commit({&part, 1}, {}, durable);
    if (!receipt) return told(impl_->e, {&part, 1}, receipt.error());
    return receipt->streams.front();
}

result<commit_receipt> store::commit(const commit_request& request) {
    std::vector<commit_part> parts;
    parts.reserve(request.streams.size());
    for (const auto& one : request.streams) parts.push_back({one.stream, one.expected, one.events});
    auto receipt = impl_->commits.commit(parts, request.conditions, request.durability);
    if (!receipt) return told(impl_->e, parts, receipt.error());
    return receipt;
}

void store::set_admissions(std::vector<std::shared_ptr<admission>> all) {
    impl_->e.admissions.set(std::move(all));
}

result<void> store::sync() { return impl_->commits.sync(); }

// Reading ----------------------------------------------------------------------------------------

position store::watermark() const noexcept { return impl_->e.end(); }

position store::wait_above(position seen, std::chrono::milliseconds patience) const {
    return impl_->commits.wait_above(seen, patience);
}

result<position> store::refresh() {
    return impl_->follows() ? impl_->follow->refresh() : impl_->e.end();
}

namespace {

using source_pointer = std::unique_ptr<event_reader::source>;
using watch = event_reader::source::watch;

/// A reader that counts as one read when it ends.
event_reader watched(source_pointer source, const watch& as) {
    source->watched = as;
    return event_reader{std::move(source)};
}

}  // namespace

result<event_reader> store::read_all(const read_options& options) const {
    const watch as{&impl_->e, &impl_->e.meters.read, "read", latency_recorder::clock::now()};
    return watched(make_all_source(impl_->e, options), as);
}

result<event_reader> store::read_stream(std::string_view stream,
                                        const read_options& options) const {
    const watch as{&impl_->e, &impl_->e.meters.load, "load", latency_recorder::clock::now()};
    if (auto ok = names::check_stream_name(stream); !ok) return ok.error();
    const auto reading = impl_->reading();
    auto source = make_stream_source(impl_->e, stream, options);
    if (!source) return source.error();
    return watched(std::move(*source), as);
}

result<event_reader> store::read(const query& q, const read_options& options) const {
    const watch as{&impl_->e, &impl_->e.meters.query, "query", latency_recorder::clock::now()};
    const auto reading = impl_->reading();
    auto compiled = compiled_query::make(q, impl_->e.rules);
    if (!compiled) return compiled.error();
    if ((*compiled)->everything()) return watched(make_all_source(impl_->e, options), as);
    return watched(make_query_source(impl_->e, std::move(*compiled), options), as);
}

namespace {

template <class MakeCursor>
result<event_page> fill_page(query_walk& walk, std::size_t limit, MakeCursor&& cursor_to) {
    event_page page;
    for (;;) {
        const auto match = walk.next();
        if (!match) return match.error();
        if (!*match) return page;
        if (page.events.size() == limit) {
            page.next = cursor_to((*match)->position());
            return page;
        }
        page.events.emplace_back(**match);
    }
}

}  // namespace

result<subscription> store::subscribe(const subscription_options& options) const {
    return open_subscription(*this, impl_->e, options);
}

result<event_page> store::read_page(const query& q, std::size_t limit, direction dir,
                                    std::string_view cursor) const {
    if (limit == 0 || limit > page_max) {
        return fail(errc::invalid_argument,
                    cat("a page of ", limit, " events; it can be 1 to ", page_max));
    }
    auto& e = impl_->e;
    measured_call measured{e, e.meters.page, "page"};
    const auto reading = impl_->reading();
    std::optional<std::uint64_t> from;
    if (!cursor.empty()) {
        const auto at = page_cursor::decode(e, q, dir, cursor);
        if (!at) return at.error();
        from = at->next.value;
    }
    auto compiled = compiled_query::make(q, e.rules);
    if (!compiled) return compiled.error();
    query_walk walk{e, std::move(*compiled), dir, from, e.end()};
    auto page =
        fill_page(walk, limit, [&](position next) { return page_cursor{next}.encode(e, q, dir); });
    if (page) e.meters.events_read.add(page->events.size());
    measured.explain([&](auto& fields) {
        fields.push_back({"query", to_text(q)});
        fields.push_back({"plan", to_text(plan_of(walk, e.rules))});
    });
    return page;
}

result<event> store::read_one(const event_id& id) const {
    auto& e = impl_->e;
    const measured_call measured{e, e.meters.lookup, "lookup"};
    const auto reading = impl_->reading();
    const auto at = find_id(e, id, e.end(), e.end());
    if (!at) return at.error();
    if (!*at) return fail(errc::not_found, cat("event ", id, " is not in the store"));
    log_reader log{e.log};
    const auto found = log.at(**at);
    if (!found) return found.error();
    return event{*found};
}

result<event> store::read_one(position at) const {
    auto& e = impl_->e;
    const measured_call measured{e, e.meters.lookup, "lookup"};
    const auto reading = impl_->reading();
    if (at >= e.end()) {
        return fail(errc::not_found,
                    cat("position ", at, " is not in the store; it ends at ", e.end()));
    }
    log_reader log{e.log};
    const auto found = log.at(at);
    if (!found) return found.error();
    return event{*found};
}

result<stream_head> store::head(std::string_view stream) const {
    if (auto ok = names::check_stream_name(stream); !ok) return ok.error();
    const measured_call measured{impl_->e, impl_->e.meters.lookup, "lookup"};
    const auto reading = impl_->reading();
    return find_head(impl_->e, stream, impl_->e.end());
}

result<position> store::position_after(timestamp time) const {
    const auto reading = impl_->reading();
    auto& e = impl_->e;
    const auto list = e.all.current();
    log_reader log{e.log};
    // Recorded times never decrease: skip whole segments, then halve what is left.
    std::uint64_t low = 0;
    std::uint64_t high = e.end().value;
    for (std::size_t i = 0; i < list->sealed.size(); ++i) {
        const auto segment_end = (i + 1) * limits::segment_events;
        if (list->sealed[i].recorded_last <= time) {
            low = std::min(segment_end, high);
        } else {
            high = std::min(high, segment_end);
            break;
        }
    }
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        const auto found = log.at({middle});
        if (!found) return found.error();
        if (found->recorded_at() <= time) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return position{low};
}

result<std::vector<group_count>> store::count(const query& q, const grouping& by) const {
    if (by.by == grouping::kind::field) {
        if (auto ok = names::check_pointer(by.key); !ok) return ok.error();
    }
    if (by.by == grouping::kind::tag && (by.key.empty() || by.key.find(':') != by.key.npos)) {
        return fail(errc::invalid_argument,
                    cat("count by tag: the key ", in_quotes(by.key), " is empty or has a colon"));
    }
    measured_call measured{impl_->e, impl_->e.meters.count, "count"};
    const auto reading = impl_->reading();
    auto compiled = compiled_query::make(q, impl_->e.rules);
    if (!compiled) return compiled.error();
    auto groups = count_matches(impl_->e, std::move(*compiled), by);
    measured.explain([&](auto& fields) { fields.push_back({"query", to_text(q)}); });
    return groups;
}

result<query_plan> store::explain(const query& q, const read_options& options) const {
    const auto reading = impl_->reading();
    auto& e = impl_->e;
    const auto compiled = compiled_query::make(q, e.rules);
    if (!compiled) return compiled.error();
    query_walk walk{e, *compiled, options.direction, options.from, e.end()};
    for (std::uint64_t left = options.limit; left > 0; --left) {
        const auto match = walk.next();
        if (!match) return match.error();
        if (!*match) break;
    }
    return plan_of(walk, e.rules);
}

// Causality --------------------------------------------------------------------------------------

result<causal_graph> store::causes(const event_id& id, const causal_limits& limits) const {
    const measured_call measured{impl_->e, impl_->e.meters.walk, "walk"};
    const auto reading = impl_->reading();
    return walk_causes(impl_->e, id, limits);
}
result<causal_graph> store::effects(const event_id& id, const causal_limits& limits) const {
    const measured_call measured{impl_->e, impl_->e.meters.walk, "walk"};
    const auto reading = impl_->reading();
    return walk_effects(impl_->e, id, limits);
}
result<causal_graph> store::correlation_tree(std::string_view correlation,
                                             const causal_limits& limits) const {
    const measured_call measured{impl_->e, impl_->e.meters.walk, "walk"};
    const auto reading = impl_->reading();
    return tree_of(impl_->e, correlation, limits);
}
result<daybook::critical_path> store::critical_path(std::string_view correlation) const {
    const measured_call measured{impl_->e, impl_->e.meters.walk, "walk"};
    const auto reading = impl_->reading();
    return path_of(impl_->e, correlation);
}

// Keeping ----------------------------------------------------------------------------------------

store_status store::status() const {
    auto& e = impl_->e;
    const auto reading = impl_->reading();
    const auto list = e.all.current();
    const auto size_of = [&](rocksdb::ColumnFamilyHandle* family) {
        std::uint64_t size = 0;
        e.db->db().GetIntProperty(family, rocksdb::DB::Properties::kLiveSstFilesSize, &size);
        std::uint64_t memory = 0;
        e.db->db().GetIntProperty(family, rocksdb::DB::Properties::kSizeAllMemTables, &memory);
        return size + memory;
    };
    store_status status{.directory = e.db->directory(),
                        .format = settings::format_version,
                        .read_only = e.options.read_only,
                        .store_id = e.store_id,
                        .events = e.end().value,
                        .segments_sealed = list->sealed.size()};
    status.tail_events =
        status.events -
        std::min<std::uint64_t>(status.events, status.segments_sealed * limits::segment_events);
    if (status.events > 0) {
        status.last_recorded_at =
            impl_->follows() ? impl_->follow->last_recorded() : impl_->commits.last_recorded();
    }
    status.indexed_fields = e.rules.indexed_fields;
    status.log_bytes = size_of(e.db->log());
    status.index_bytes = size_of(e.db->index()) + size_of(e.db->streams());
    for (const auto& view : e.db->view_families()) status.view_bytes += size_of(view->handle.get());
    status.refuses_writes = impl_->commits.refuses();
    status.required_participant = impl_->required_participant();
    status.salvaged = impl_->salvaged;
    status.mended = e.db->dropped().empty() ? impl_->mended_index : e.db->dropped();
    return status;
}

store_metrics store::metrics() const { return collect_metrics(impl_->e, impl_->commits); }

result<void> store::reindex(std::optional<std::vector<std::string>> indexed_fields,
                            const progress_callback& progress) {
    auto& e = impl_->e;
    if (e.options.read_only) return fail(errc::refused, "reindex: the store is open read-only");
    if (indexed_fields) {
        if (auto ok = check_fields(*indexed_fields); !ok) return ok;
    }
    return impl_->commits.run_alone([&] { return impl_->rebuild(indexed_fields, progress); });
}

result<void> store::impl::rebuild(const std::optional<std::vector<std::string>>& indexed_fields,
                                  const progress_callback& progress) {
    const auto no_sealing = seal.pause();
    const std::unique_lock no_reads{e.index_mutex};
    if (const auto why = commits.refuses()) return fail(errc::refused, *why);

    rocksdb::WriteBatch batch;
    (void)batch.Put(e.db->meta(), to_slice(settings::reindex_key), "1");
    if (indexed_fields) {
        (void)batch.Put(e.db->meta(), to_slice(settings::fields_key),
                        settings::join_fields(*indexed_fields));
    }
    if (auto ok = settings::write(*e.db, batch); !ok) return ok;
    // The old indexes are read until there are new ones.
    if (auto ok = e.db->reset_indexes(); !ok) return commits.refuse_after(ok.error());
    if (indexed_fields) e.rules.indexed_fields = *indexed_fields;
    ++e.index_generation;
    e.log.forget();
    e.all.replace(std::make_shared<segment_list>());
    auto built = forget_reset(e);
    if (built) built = rebuild_tail(e, e.end(), 0, progress);
    if (!built) return commits.refuse_after(built.error());
    commits.start_at(e.end(), commits.last_recorded());
    return {};
}

result<void> store::finish_background_work() {
    impl_->seal.look_again();
    return impl_->seal.wait_for_room(0);
}

result<void> store::check(const progress_callback& progress) const {
    auto& e = impl_->e;
    auto reading = impl_->reading();
    const log_as_of seen{e.db, e.all.current(), e.end(), e.rules};
    // What a reader has open stays as it is, so that nobody has to wait for this.
    if (e.options.read_only) reading.unlock();
    return check_log(e, seen, progress);
}

// Areas for views --------------------------------------------------------------------------------

result<keyspace> store::open_keyspace(std::string_view name) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
    if (name.empty() || name.size() > keyspace_name_max ||
        name.find_first_not_of(letters) != std::string_view::npos) {
        return fail(errc::invalid_argument,
                    cat("keyspace name ", in_quotes(name), ": it must be 1 to ", keyspace_name_max,
                        " of a-z 0-9 _ . -"));
    }
    const auto db = impl_->e.database_now();  // Outlives the family, which a reader lets go.
    auto family = db->view(name);
    if (!family) return family.error();
    auto made = std::make_unique<keyspace::impl>();
    // What a reader reads may be replaced: it looks for the family at each call.
    if (impl_->e.options.read_only) family->reset();
    *made = {std::string{name}, &impl_->e, std::move(*family)};
    return keyspace{std::move(made)};
}

result<commit_seat> store::join_commits(std::string_view name, commit_participant& who) {
    auto& e = impl_->e;
    if (e.options.read_only) return fail(errc::refused, "join commits: the store is read-only");
    auto family = e.db->find_view(name);
    if (!family) return fail(errc::not_found, cat("join commits: no keyspace ", in_quotes(name)));
    if (auto ok = impl_->commits.join(who, std::move(family)); !ok) return ok.error();
    return commit_seat{[state = impl_.get(), &who] { state->commits.leave(who); }};
}

result<void> store::require_participant(std::string_view name) {
    auto& e = impl_->e;
    const auto doing = cat("require a participant for ", in_quotes(name), ": ");
    if (e.options.read_only) return fail(errc::refused, cat(doing, "the store is read-only"));
    if (!e.db->find_view(name)) return fail(errc::not_found, cat(doing, "there is no such area"));
    return impl_->commits.run_alone([&]() -> result<void> {
        const auto before = settings::read(*e.db, settings::required_key);
        if (!before) return before.error();
        if (*before && **before != name) {
            return fail(errc::refused, cat(doing, "the store requires one for ", **before));
        }
        rocksdb::WriteBatch batch;
        (void)batch.Put(e.db->meta(), to_slice(settings::required_key), to_slice(name));
        if (auto ok = settings::write(*e.db, batch); !ok) return ok;
        impl_->commits.require(std::string{name});
        return {};
    });
}

void store::check_reads(std::shared_ptr<const read_check> check) {
    impl_->e.database_now()->check_reads(std::move(check));
    impl_->e.log.forget_frames();
}

result<std::vector<std::string>> store::keyspaces() const {
    return impl_->e.database_now()->views();
}

result<void> store::drop_keyspace(std::string_view name) {
    return impl_->e.database_now()->drop_view(name);
}

}  // namespace daybook
