// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "fault/fault_scenarios.hpp"

#include <daybook/durable_subscription.hpp>

#include "support/facts.hpp"
#include "support/fresh_store.hpp"
#include "testing_hooks.hpp"

#include <set>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;

constexpr int view_rows = 10;
constexpr std::string_view subscriber = "reader";

std::string first_id(const std::vector<new_event>& events) { return to_string(*events.front().id); }

store_options small_options() {
    auto options = quick_options();
    options.memtable_bytes = 8U << 20U;
    options.block_cache_bytes = 1U << 20U;
    options.frame_cache_bytes = 1U << 20U;
    return options;
}

std::uint64_t fill_new(const fs::path& directory, std::uint64_t events, store_options options) {
    auto made = store::open(directory, options).value();
    fill(made, 0, events);
    made.finish_background_work().value();
    made.sync().value();
    return events;
}

}  // namespace

driven_store::driven_store(const fs::path& from, std::uint64_t known, store_options options)
    : directory_{home_ / "store"},
      known_{known},
      options_{std::move(options)},
      files_{std::make_shared<faulty_file_system>()},
      environment_{rocksdb::NewCompositeEnv(files_)} {
    if (!from.empty()) fs::copy(from, directory_);
}

driven_store::~driven_store() { close(); }

void driven_store::note(const error& why) {
    told_ = true;
    last_told_ = why.message;
    if (why.message.empty() || why.message.find('\n') != std::string::npos) {
        complaint_ = "an error is not one line: " + why.message;
    }
}

void driven_store::open() {
    testing_hooks::environment = environment_.get();
    auto opened = store::open(directory_, options_);
    testing_hooks::environment = nullptr;
    if (opened) {
        store_.emplace(std::move(*opened));
        end_ = store_->watermark().value;
    } else {
        note(opened.error());
    }
}

void driven_store::append(std::uint64_t count, durability durable, std::size_t payload_bytes) {
    if (!store_) return;
    attempt made{"faulty-" + std::to_string(attempts_.size() % 3), {}, durable, {}, 0};
    for (std::uint64_t i = 0; i < count; ++i) {
        auto one = filler_event(next_number_);
        one.id = numbered_id(next_number_++);
        one.payload = "\"" + std::string(payload_bytes, 'p') + "\"";
        made.events.push_back(std::move(one));
    }
    const auto before = store_->watermark();
    const auto receipt = store_->append(made.stream, expected::any(), made.events, durable);
    if (receipt) {
        made.came = outcome::acknowledged;
        made.position = receipt->first.value;
        end_ = made.position + count;
        if (receipt->first < before) complaint_ = "a position was given twice";
        if (durable != durability::buffered) keep_earlier(durable == durability::synced);
    } else {
        note(receipt.error());
        made.came = receipt.error().code == errc::refused ? outcome::refused : outcome::failed;
        if (receipt.error().code == errc::conflict) complaint_ = receipt.error().message;
    }
    attempt_of_.emplace(first_id(made.events), attempts_.size());
    attempts_.push_back(std::move(made));
}

/// What an earlier process of the same scenario had in its buffer is not among it.
void driven_store::keep_earlier(bool synced) {
    for (auto& earlier : attempts_) {
        if (earlier.may_be_lost) continue;
        earlier.written_later = true;
        earlier.synced_later = earlier.synced_later || synced;
    }
}

void driven_store::sync() {
    if (!store_) return;
    if (const auto done = store_->sync(); !done) return note(done.error());
    keep_earlier(true);
}

void driven_store::finish_background_work() {
    if (!store_) return;
    if (const auto done = store_->finish_background_work(); !done) note(done.error());
}

void driven_store::reindex() {
    if (!store_) return;
    if (const auto done = store_->reindex(); !done) note(done.error());
}

void driven_store::write_view(std::size_t row_bytes) {
    if (!store_) return;
    auto view = store_->open_keyspace("rows");
    if (!view) return note(view.error());
    keyspace_batch rows;
    const auto at = store_->watermark().value;
    const auto value = std::to_string(at) + "," + std::string(row_bytes, 'v');
    for (int i = 0; i < view_rows; ++i) rows.put(std::to_string(i), value);
    view_at_most_ = std::max(view_at_most_, at);
    if (const auto done = view->write(rows); !done) note(done.error());
}

void driven_store::consume() {
    if (!store_) return;
    auto named = durable_subscription::open(*store_, subscriber);
    if (!named) return note(named.error());
    auto next = named->acknowledged().value;
    for (;;) {
        const auto more = named->next(std::chrono::milliseconds{0});
        if (!more) return note(more.error());
        if (!*more) break;
        if ((*named)->position().value != next++) complaint_ = "a subscription left an event out";
    }
    consumed_ = std::max(consumed_, next);
    if (next == named->acknowledged().value) return;
    if (const auto done = named->acknowledge({next - 1}); !done) return note(done.error());
    acknowledged_ = next;
}

void driven_store::close() {
    store_.reset();
    if (!files_->struck()) return;
    for (auto& one : attempts_) {
        one.may_be_lost |= one.durable == durability::buffered && !one.written_later;
    }
}

std::string driven_store::look_while_open(bool writes_again) {
    if (!complaint_.empty()) return complaint_;
    if (!store_) return {};
    if (store_->watermark().value < end_) return "the watermark went back";
    try {
        if (positions_of(store_->read_all()).size() != store_->watermark().value) {
            return "not everything below the watermark can be read";
        }
    } catch (const std::exception& failed) {
        return std::string{"reading stopped with the writing: "} + failed.what();
    }
    // After an index could not be built these are refused, not answered in part.
    if (const auto head = store_->head("filler-3")) {
        if (read_everything(store_->read_stream("filler-3")).size() != head->last.value) {
            return "a stream does not end with its head";
        }
    } else if (head.error().code != errc::refused) {
        return "a stream cannot be read: " + head.error().message;
    }
    append(2, durability::synced);
    const bool taken = attempts_.back().came == outcome::acknowledged;
    if (writes_again && !taken) {
        return "no event is taken though the disk is well: " + last_told_;
    }
    if (taken && attempts_.back().position + 2 != store_->watermark().value) {
        return "an event was taken, but not at the end";
    }
    return complaint_;
}

std::string driven_store::look_after(bool power_cut) {
    if (!complaint_.empty()) return complaint_;
    auto opened = store::open(directory_, options_);
    if (!opened) return "open: " + opened.error().message;
    try {
        if (const auto sound = opened->check(); !sound) return "check: " + sound.error().message;
        std::vector<bool> present(attempts_.size(), false);
        auto wrong = look_at_log(*opened, present);
        if (wrong.empty()) wrong = look_at_promises(present, power_cut);
        if (wrong.empty()) wrong = look_at_view(*opened);
        if (wrong.empty()) wrong = look_at_subscription(*opened, power_cut);
        if (wrong.empty()) wrong = go_on(*opened);
        return wrong;
    } catch (const std::exception& thrown) {
        return thrown.what();
    }
}

/// The log is what it was, then whole attempts in the order in which they were made.
std::string driven_store::look_at_log(const store& log, std::vector<bool>& present) {
    if (log.watermark().value < known_) return "events from before are lost";
    std::unordered_map<std::string, std::uint64_t> heads;
    auto reader = log.read_all({.from = known_}).value();
    std::uint64_t position = known_;
    std::size_t at_least = 0;
    while (reader.next().value()) {
        const auto found = attempt_of_.find(to_string(reader->id()));
        if (found == attempt_of_.end()) return "an event nobody wrote: " + facts(*reader);
        if (found->second < at_least) return "commits are out of order, or there twice";
        const auto& made = attempts_[found->second];
        at_least = found->second + 1;
        present[found->second] = true;
        for (std::size_t i = 0; i < made.events.size(); ++i, ++position) {
            if (i > 0 && !reader.next().value()) return "a commit is cut off";
            auto wrong =
                difference(*reader, {made.stream, position, ++heads[made.stream], made.events[i]});
            if (!wrong.empty()) return wrong;
        }
    }
    if (position != log.watermark().value) return "the watermark is not the end of the log";
    for (const auto& [stream, head] : heads) {
        if (log.head(stream).value().last.value != head) return "head of " + stream;
        if (positions_of(log.read_stream(stream)).size() != head) return "stream " + stream;
    }
    return {};
}

std::string driven_store::look_at_promises(const std::vector<bool>& present, bool power_cut) const {
    bool later = false;
    for (std::size_t i = attempts_.size(); i-- > 0;) {
        const auto& one = attempts_[i];
        const auto name =
            "commit " + std::to_string(i) + " of " + std::to_string(one.events.size());
        const bool safe =
            one.came == outcome::acknowledged &&
            (one.durable == durability::synced || one.synced_later ||
             (!power_cut && (one.durable == durability::written || one.written_later)));
        if (safe && !present[i]) return name + " was acknowledged and is lost";
        if (one.came == outcome::refused && present[i]) return name + " was refused and is there";
        if (one.came == outcome::acknowledged && later && !present[i] && !one.may_be_lost) {
            return name + " was acknowledged and is lost, a later one is there";
        }
        later = later || present[i];
    }
    return {};
}

std::string driven_store::look_at_view(store& log) const {
    if (log.keyspaces().value().empty()) return {};
    const auto view = log.open_keyspace("rows").value();
    std::set<std::string> values;
    int rows = 0;
    const auto done = view.scan("", "", [&](std::string_view, std::string_view value) {
        values.emplace(value);
        ++rows;
        return true;
    });
    if (!done) return done.error().message;
    if (rows == 0) return {};
    if (rows != view_rows || values.size() != 1) return "a keyspace batch is there in part";
    const auto at = std::stoull(*values.begin());
    if (at > log.watermark().value) return "a view is ahead of the log";
    return at > view_at_most_ ? "a view that nobody wrote" : "";
}

/// It goes on where it was, or before after a power cut, with every event once and in order.
std::string driven_store::look_at_subscription(store& log, bool power_cut) const {
    if (consumed_ == 0) return {};
    auto named = durable_subscription::open(log, subscriber).value();
    auto next = named.acknowledged().value;
    if (next > consumed_) return "a subscription skips events that it never got";
    if (next > log.watermark().value) return "a subscription is ahead of the log";
    if (next < acknowledged_ && !power_cut) return "an acknowledgement is lost";
    while (named.next(std::chrono::milliseconds{0}).value()) {
        if (named->position().value != next++) return "a subscription is out of order";
    }
    return next == log.watermark().value ? "" : "a subscription does not get to the end";
}

std::string driven_store::go_on(store& log) {
    const auto end = log.watermark().value;
    for (const auto& stream : {std::string{"faulty-0"}, std::string{"new-1"}}) {
        const auto head = log.head(stream).value().last;
        auto one = simple_event("WentOn");
        one.id = numbered_id(next_number_++);
        const auto made = log.append(stream, expected::at(head), {one}, durability::synced);
        if (!made) return "it takes no more events: " + made.error().message;
        if (made->first_sequence.value != head.value + 1) return "a sequence has a gap";
    }
    if (log.watermark().value != end + 2) return "positions have a gap";
    return positions_of(log.read(query::types({"WentOn"}))).size() == 2 ? "" : "query by type";
}

namespace {

void add_new_stores(std::vector<scenario>& all, const store_options& options) {
    auto flushing = options;
    flushing.memtable_bytes = 128U << 10U;
    const auto appends = [](durability durable) {
        return [durable](driven_store& at) {
            at.open();
            for (const std::uint64_t count : {1U, 3U, 40U, 1U, 2U}) at.append(count, durable, 100);
            at.sync();
            for (const std::uint64_t count : {2U, 1U}) at.append(count, durable);
        };
    };
    all.push_back({"new store, synced", {}, appends(durability::synced), options});
    all.push_back({"new store, written", {}, appends(durability::written), options});
    all.push_back({"new store, buffered", {}, appends(durability::buffered), options});
    all.push_back({"flushes",
                   {},
                   [](driven_store& at) {
                       at.open();
                       for (int i = 0; i < 12; ++i) {
                           at.append(8, i % 3 == 0 ? durability::synced : durability::written,
                                     4000);
                           if (i % 4 == 1) at.write_view(3000);
                       }
                   },
                   flushing});
}

void add_small_stores(std::vector<scenario>& all, const store_options& options) {
    all.push_back(
        {"recovery",
         [options](const fs::path& directory) { return fill_new(directory, 3000, options); },
         [](driven_store& at) {
             at.open();
             at.append(3, durability::synced);
             at.close();
             at.open();
             at.append(3, durability::written);
         },
         options});
    all.push_back(
        {"views",
         [options](const fs::path& directory) { return fill_new(directory, 100, options); },
         [](driven_store& at) {
             at.open();
             for (int i = 0; i < 5; ++i) {
                 at.append(2, durability::buffered);
                 at.write_view(100);
             }
             at.append(1, durability::synced);
             at.write_view(100);
         },
         options});
    all.push_back(
        {"subscription",
         [options](const fs::path& directory) { return fill_new(directory, 100, options); },
         [](driven_store& at) {
             at.open();
             at.consume();
             for (const auto durable :
                  {durability::buffered, durability::written, durability::synced}) {
                 at.append(3, durable);
                 at.consume();
             }
             at.close();
             at.open();
             at.append(1, durability::written);
             at.consume();
         },
         options});
}

void add_large_stores(std::vector<scenario>& all, const store_options& options) {
    all.push_back({"sealing",
                   [options](const fs::path& directory) {
                       return fill_new(directory, limits::segment_events - 50, options);
                   },
                   [](driven_store& at) {
                       at.open();
                       at.append(30, durability::synced);
                       at.append(40, durability::buffered);
                       at.finish_background_work();
                       at.append(5, durability::written);
                       at.write_view();
                   },
                   options, true});
    all.push_back({"reindex",
                   [options](const fs::path& directory) {
                       return fill_new(directory, limits::segment_events + 500, options);
                   },
                   [](driven_store& at) {
                       at.open();
                       at.append(3, durability::buffered);
                       at.reindex();
                       at.append(3, durability::synced);
                   },
                   options, true});
}

}  // namespace

std::vector<scenario> all_scenarios() {
    std::vector<scenario> all;
    add_new_stores(all, small_options());
    add_small_stores(all, small_options());
    add_large_stores(all, small_options());
    return all;
}

}  // namespace daybook::test
