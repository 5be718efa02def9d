// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/replay/store_copy.hpp>

#include <algorithm>
#include <system_error>
#include <unordered_set>
#include <utility>
#include <vector>

namespace daybook::replay {
namespace {

namespace fs = std::filesystem;

// A commit of that size costs little per event; see limits.hpp for what is allowed.
constexpr std::size_t batch_events = 4096;
constexpr std::size_t batch_bytes = 4U << 20U;
// Streams that are known to be in order; beyond that they are looked at again.
constexpr std::size_t streams_known_max = 200'000;
// Of looking again, when somebody else writes the same events at the same time.
constexpr int attempts_max = 4;

new_event as_new(const event_view& from) {
    new_event made;
    made.type = from.type();
    made.payload = from.payload();
    for (const auto tag : from.tags()) made.tags.emplace_back(tag);
    made.correlation = from.correlation();
    made.causes.assign(from.causes().begin(), from.causes().end());
    const auto by = from.actor();
    made.actor = {std::string{by.type}, std::string{by.id}, std::string{by.model}};
    made.occurred_at = from.occurred_at();
    made.schema = from.schema();
    made.id = from.id();
    made.content_type = from.content_type();
    made.extensions = from.extensions();
    return made;
}

/// All that a copy keeps.
bool same_event(const event_view& a, const event_view& b) {
    const auto by_a = a.actor();
    const auto by_b = b.actor();
    return a.id() == b.id() && a.stream() == b.stream() && a.type() == b.type() &&
           a.payload() == b.payload() && a.schema() == b.schema() &&
           a.occurred_at() == b.occurred_at() && a.correlation() == b.correlation() &&
           by_a.type == by_b.type && by_a.id == by_b.id && by_a.model == by_b.model &&
           a.content_type() == b.content_type() && a.extensions() == b.extensions() &&
           std::equal(a.causes().begin(), a.causes().end(), b.causes().begin(), b.causes().end()) &&
           std::equal(a.tags().begin(), a.tags().end(), b.tags().begin(), b.tags().end());
}

bool is_inside(const fs::path& one, const fs::path& other) {
    std::error_code code;
    const auto inner = fs::weakly_canonical(one, code);
    if (code) return false;
    for (auto above = inner; above != above.parent_path(); above = above.parent_path()) {
        if (same_store(above, other)) return true;
    }
    return false;
}

}  // namespace

bool same_store(const fs::path& a, const fs::path& b) {
    std::error_code code;
    return fs::equivalent(a, b, code) && !code;
}

struct store_copy::impl {
    const store& from;
    store& into;
    std::optional<durability> durable;
    std::vector<event> waiting{};
    std::size_t waiting_bytes = 0;
    std::unordered_set<std::string> in_order{};  // Streams into which may be appended.
    copy_counts done{};
    std::optional<error> failure{};

    result<std::optional<event>> find_there(const event_view& wanted) const;
    result<bool> may_be_there();
    result<void> drop_those_there();
    result<void> check_order(const event_view& missing);
    result<bool> commit();
    result<void> flush();
    error about(const event_view& event, errc code, const std::string& what) const;
};

error store_copy::impl::about(const event_view& event, errc code, const std::string& what) const {
    auto why =
        fail(code, "copy of event " + to_string(event.id()) + ", position " +
                       std::to_string(event.position().value) + " (" + std::string{event.type()} +
                       " in " + std::string{event.stream()} + "): " + what);
    if (code == errc::conflict) {
        why.conflict = std::make_shared<daybook::conflict>(
            daybook::conflict{.what = conflict::kind::id, .stream = std::string{event.stream()}});
    }
    return why;
}

/// The copy of an event, if it is there. Fails if something else has its id.
result<std::optional<event>> store_copy::impl::find_there(const event_view& wanted) const {
    auto there = into.read_one(wanted.id());
    if (!there && there.error().code == errc::not_found) return std::optional<event>{};
    if (!there) return there.error();
    if (same_event(wanted, there->view())) return std::optional{*std::move(there)};
    return about(wanted, errc::conflict,
                 "that id is there already with other content, at position " +
                     std::to_string(there->position().value) + " in " +
                     std::string{there->stream()});
}

/// Is it worth asking for each event? Not as long as their streams are new or this copy's own.
result<bool> store_copy::impl::may_be_there() {
    for (const auto& one : waiting) {
        if (in_order.contains(std::string{one.stream()})) continue;
        const auto head = into.head(one.stream());
        if (!head) return head.error();
        if (head->last.value > 0) return true;
    }
    return false;
}

/// An event that is not there, of a stream that has events: is its place at the end?
result<void> store_copy::impl::check_order(const event_view& missing) {
    if (in_order.contains(std::string{missing.stream()})) return {};
    auto there = into.read_stream(missing.stream(), {.direction = direction::backwards});
    if (!there) return there.error();
    for (;;) {
        const auto more = there->next();
        if (!more) return more.error();
        if (!*more) return {};
        const auto original = from.read_one((*there)->id());
        if (!original && original.error().code == errc::not_found) continue;  // Somebody else's.
        if (!original) return original.error();
        if (original->stream() != missing.stream()) continue;
        if (original->sequence() < missing.sequence()) return {};
        return about(missing, errc::conflict,
                     "it is missing there, and event " + to_string((*there)->id()) +
                         ", which comes after it, is not: copy into a new store");
    }
}

result<void> store_copy::impl::drop_those_there() {
    std::vector<event> missing;
    std::unordered_set<std::string> seen_missing;
    for (auto& one : waiting) {
        const auto there = find_there(one.view());
        if (!there) return there.error();
        if (*there) {
            ++done.there_already;
            continue;
        }
        if (seen_missing.insert(std::string{one.stream()}).second) {
            if (auto ok = check_order(one.view()); !ok) return ok;
        }
        missing.push_back(std::move(one));
    }
    waiting = std::move(missing);
    return {};
}

/// False: an event is there, and nobody knew.
result<bool> store_copy::impl::commit() {
    if (waiting.empty()) return true;
    commit_request request;
    request.durability = durable;
    for (const auto& one : waiting) {
        if (request.streams.empty() || request.streams.back().stream != one.stream())
            request.streams.push_back({std::string{one.stream()}, expected::any(), {}});
        request.streams.back().events.push_back(as_new(one.view()));
    }
    // What an event leaves empty stays so.
    const context_scope alone{{}, outer_context::hidden};
    const auto receipt = into.commit(request);
    if (!receipt) {
        const auto& why = receipt.error();
        if (why.code == errc::conflict && why.conflict->what == conflict::kind::id) return false;
        auto told = about(waiting.front().view(), why.code, why.message);
        told.conflict = why.conflict;
        return told;
    }
    (receipt->repeated ? done.there_already : done.appended) += waiting.size();
    return true;
}

result<void> store_copy::impl::flush() {
    if (in_order.size() > streams_known_max) in_order.clear();
    const auto asked = may_be_there();
    if (!asked) return asked.error();
    bool look = *asked;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        if (look) {
            if (auto dropped = drop_those_there(); !dropped) return dropped;
        }
        const auto committed = commit();
        if (!committed) return committed.error();
        if (*committed) {
            for (const auto& one : waiting) in_order.emplace(one.stream());
            waiting.clear();
            waiting_bytes = 0;
            return {};
        }
        look = true;
    }
    return about(waiting.front().view(), errc::conflict, "somebody else copies the same events");
}

result<store_copy> store_copy::open(const store& from, store& into,
                                    std::optional<durability> durable) {
    const auto source = from.status().directory;
    const auto target = into.status().directory;
    if (same_store(source, target) || is_inside(target, source) || is_inside(source, target)) {
        return fail(errc::invalid_argument,
                    "copy " + source.string() + " into " + target.string() +
                        ": that is the store being read, or one is inside the other; name another");
    }
    return store_copy{
        std::unique_ptr<impl>{new impl{.from = from, .into = into, .durable = durable}}};
}

store_copy::store_copy(std::unique_ptr<impl> opened) : impl_{std::move(opened)} {}
store_copy::store_copy(store_copy&&) noexcept = default;
store_copy& store_copy::operator=(store_copy&&) noexcept = default;
store_copy::~store_copy() = default;

result<void> store_copy::take(const event_view& event) {
    auto& in = *impl_;
    if (in.failure) return *in.failure;
    const bool full = in.waiting.size() >= batch_events ||
                      in.waiting_bytes + event.record().size() > batch_bytes;
    if (full && !in.waiting.empty()) {
        if (auto flushed = in.flush(); !flushed) {
            in.failure = flushed.error();
            return flushed;
        }
    }
    in.waiting.emplace_back(event);
    in.waiting_bytes += event.record().size();
    return {};
}

result<std::string> store_copy::settle() {
    auto& in = *impl_;
    if (in.failure) return *in.failure;
    if (auto flushed = in.flush(); !flushed) {
        in.failure = flushed.error();
        return *in.failure;
    }
    if (auto synced = in.into.sync(); !synced) return synced.error();
    return std::string{};
}

result<std::string> store_copy::foresee(const event_view& event) {
    const auto there = impl_->find_there(event);
    if (!there) return there.error();
    return std::string{*there ? "there already" : "append"};
}

copy_counts store_copy::counts() const noexcept { return impl_->done; }

}  // namespace daybook::replay
