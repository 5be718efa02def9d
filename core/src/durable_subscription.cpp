// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/durable_subscription.hpp>

#include "durable_cursor.hpp"
#include "text.hpp"

#include <algorithm>
#include <mutex>

namespace daybook {

namespace rows = subscription_rows;

namespace {

error named(std::string_view name, errc code, std::string_view what) {
    return fail(code, cat("subscription ", in_quotes(name), ": ", what));
}

/// Does what is kept belong to who asks?
result<void> check_row(std::string_view name, const rows::cursor& kept, rows::holder of,
                       const query& wanted, position end) {
    if (kept.of != of) {
        return named(name, errc::invalid_argument,
                     kept.of == rows::holder::group ? "it belongs to a consumer group"
                                                    : "it belongs to no consumer group");
    }
    if (kept.query != fingerprint(wanted)) {
        return named(name, errc::invalid_argument,
                     "it was begun with another query; take another name, or drop it first");
    }
    if (kept.next > end) {
        return named(name, errc::corrupt,
                     cat("its cursor is ", kept.next, " and the log ends at ", end));
    }
    return {};
}

bool has_rows(const store& log) {
    const auto names = log.keyspaces();
    return names && std::find(names->begin(), names->end(), rows::keyspace_name) != names->end();
}

}  // namespace

result<durable_cursor> durable_cursor::open(store& log, std::string_view name, rows::holder of,
                                            const subscription_options& wanted,
                                            bool create_if_missing) {
    if (auto ok = rows::check_name(name); !ok) return ok.error();
    const auto none = [&] { return named(name, errc::not_found, "there is none of that name"); };
    if (!create_if_missing && !has_rows(log)) return none();
    // Checks the query too, and knows the store's engine.
    auto plain = log.subscribe({.which = wanted.which});
    if (!plain) return plain.error();
    auto& e = subscription_access::engine_of(*plain);
    auto claimed = e.subscription_names.take(std::string{name});
    if (!claimed) return named(name, errc::locked, "somebody in this process has it open");
    auto area = log.open_keyspace(rows::keyspace_name);
    if (!area) return area.error();
    durable_cursor made{e, std::move(*area), std::move(*claimed), std::string{name}};
    const auto kept = rows::read_cursor(made.rows_, name);
    if (!kept) return kept.error();
    if (*kept) {
        if (auto ok = check_row(name, **kept, of, wanted.which, e.end()); !ok) return ok.error();
        made.row_ = **kept;
        *made.next_ = made.row_.next.value;
        return made;
    }
    if (!create_if_missing) return none();
    const auto first = log.subscribe(wanted);
    if (!first) return first.error();
    made.row_ = {of, fingerprint(wanted.which), {}};
    keyspace_batch batch;
    if (auto ok = made.move_to(first->cursor(), batch); !ok) return ok.error();
    return made;
}

result<void> durable_cursor::move_to(position next, keyspace_batch& batch) {
    auto row = row_;
    row.next = next;
    batch.put(rows::cursor_key(name_), rows::encode(row));
    if (auto ok = rows_.write(batch); !ok) return ok;
    next_->store(next.value, std::memory_order_release);
    return {};
}

std::uint64_t durable_cursor::lag() const noexcept {
    const auto reached = next();
    return std::max(engine_->end(), reached).value - reached.value;
}

struct durable_subscription::impl {
    durable_cursor cursor;
    subscription events;
    std::mutex acknowledging;
};

result<durable_subscription> durable_subscription::open(store& log, std::string_view name,
                                                        const durable_options& options) {
    auto cursor = durable_cursor::open(log, name, rows::holder::one,
                                       {.which = options.which, .from = options.from},
                                       options.create_if_missing);
    if (!cursor) return cursor.error();
    auto events = log.subscribe(
        {.which = options.which, .from = start_from::at(cursor->next()), .stop = options.stop});
    if (!events) return events.error();
    return durable_subscription{
        std::unique_ptr<impl>{new impl{std::move(*cursor), std::move(*events), {}}}};
}

durable_subscription::durable_subscription(std::unique_ptr<impl> opened)
    : impl_{std::move(opened)} {}
durable_subscription::durable_subscription(durable_subscription&&) noexcept = default;
durable_subscription& durable_subscription::operator=(durable_subscription&&) noexcept = default;
durable_subscription::~durable_subscription() = default;

const std::string& durable_subscription::name() const noexcept { return impl_->cursor.name(); }
result<bool> durable_subscription::next(std::chrono::milliseconds patience) {
    return impl_->events.next(patience);
}
const event_view& durable_subscription::operator*() const noexcept { return *impl_->events; }
void durable_subscription::stop() noexcept { impl_->events.stop(); }
bool durable_subscription::stopped() const noexcept { return impl_->events.stopped(); }

result<void> durable_subscription::acknowledge(position last) {
    const std::lock_guard lock{impl_->acknowledging};
    auto& cursor = impl_->cursor;
    if (last < cursor.next()) return {};
    if (last >= impl_->events.cursor()) {
        return named(cursor.name(), errc::invalid_argument,
                     cat("acknowledge ", last, ": it was not returned yet; all before ",
                         impl_->events.cursor(), " was"));
    }
    keyspace_batch batch;
    return cursor.move_to({last.value + 1}, batch);
}

position durable_subscription::acknowledged() const noexcept { return impl_->cursor.next(); }
std::uint64_t durable_subscription::lag() const noexcept { return impl_->cursor.lag(); }

// All of them ------------------------------------------------------------------------------------

result<std::vector<durable_status>> durable_subscriptions(store& log) {
    std::vector<durable_status> all;
    if (!has_rows(log)) return all;
    const auto area = log.open_keyspace(rows::keyspace_name);
    if (!area) return area.error();
    const auto first = rows::cursor_key("");
    const auto listed = area->scan(first, {}, [&](std::string_view key, std::string_view) {
        all.push_back({.name = std::string{key.substr(first.size())}});
        return true;
    });
    if (!listed) return listed.error();
    for (auto& one : all) {
        const auto cursor = rows::read_cursor(*area, one.name);
        if (!cursor) return cursor.error();
        if (!*cursor) continue;  // Dropped just now.
        one.group = (*cursor)->of == rows::holder::group;
        one.acknowledged = (*cursor)->next;
        one.lag_events = std::max(log.watermark(), one.acknowledged).value - one.acknowledged.value;
        const auto counted = rows::visit_parked(*area, one.name, {}, [&](const rows::parked_row&) {
            ++one.parked;
            return true;
        });
        if (!counted) return counted.error();
    }
    return all;
}

result<void> drop_durable_subscription(store& log, std::string_view name) {
    const auto none = [&] { return named(name, errc::not_found, "there is none of that name"); };
    if (!has_rows(log)) return none();
    const auto plain = log.subscribe({});
    if (!plain) return plain.error();
    auto& names = subscription_access::engine_of(*plain).subscription_names;
    const auto claimed = names.take(std::string{name});
    if (!claimed) return named(name, errc::locked, "it is in use");
    auto area = log.open_keyspace(rows::keyspace_name);
    if (!area) return area.error();
    const auto kept = area->get(rows::cursor_key(name));
    if (!kept) return kept.error();
    if (!*kept) return none();
    keyspace_batch batch;
    batch.erase(rows::cursor_key(name));
    auto found = rows::visit_parked(*area, name, {}, [&](const rows::parked_row& row) {
        batch.erase(rows::parked_key(name, row.key, row.at));
        return true;
    });
    if (!found) return found;
    found = rows::visit_done(*area, name, [&](position at) {
        batch.erase(rows::done_key(name, at));
        return true;
    });
    return found ? area->write(batch) : found;
}

}  // namespace daybook
