// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "macro/big_store.hpp"

#include "support/events.hpp"
#include "support/machine.hpp"
#include "support/measure.hpp"

#include <cstdio>
#include <fstream>
#include <unordered_map>

namespace daybook::bench {
namespace {

namespace fs = std::filesystem;

/// Beside what was made, so that half a store is not taken for a whole one.
fs::path mark_of(const fs::path& directory) { return directory.string() + ".complete"; }

bool is_complete(const fs::path& directory) { return fs::exists(mark_of(directory)); }

void mark_complete(const fs::path& directory) { std::ofstream{mark_of(directory)} << "1\n"; }

void begin_anew(const fs::path& directory) {
    fs::remove(mark_of(directory));
    fs::remove_all(directory);
    fs::create_directories(directory);
}

void say(const char* what, std::uint64_t events, double seconds) {
    std::fprintf(stderr, "%s: %.1f s, %.0f events/s\n", what, seconds,
                 static_cast<double>(events) / seconds);
}

/// Commits of events that go to their own streams, made again from the same memory.
class committing {
public:
    explicit committing(store& to) : to_{to} {}

    void add(sample::sample_event& made) {
        const auto [at, is_new] = place_of_.try_emplace(made.stream, request_.streams.size());
        if (is_new) request_.streams.push_back({.stream = made.stream});
        request_.streams[at->second].events.push_back(std::move(made.event));
        if (++count_ == big_store::events_per_commit) commit();
    }
    void commit() {
        if (count_ == 0) return;
        static_cast<void>(to_.commit(request_).value());
        request_.streams.clear();
        place_of_.clear();
        count_ = 0;
    }

private:
    store& to_;
    commit_request request_{.durability = durability::written};
    std::unordered_map<std::string, std::size_t> place_of_;
    std::size_t count_ = 0;
};

void fill(store& log, const sample::generator_options& options) {
    event_source source{options, event_shape::figures};
    committing commits{log};
    for (sample::sample_event made; source.next(made);) commits.add(made);
    commits.commit();
}

}  // namespace

big_store::big_store(const fs::path& directory, std::uint64_t events)
    : events_{events},
      log_directory_{directory / ("log-" + std::to_string(events))},
      bare_directory_{directory / ("bare-" + std::to_string(events))} {}

store_options big_store::usual_options() {
    store_options options;
    options.default_durability = durability::written;
    return options;
}

store& big_store::log() {
    if (!is_complete(log_directory_)) make_log();
    if (!log_) log_.emplace(store::open(log_directory_, usual_options()).value());
    return *log_;
}

bare_log& big_store::bare() {
    if (!is_complete(bare_directory_)) make_bare();
    if (!bare_) bare_.emplace(bare_directory_);
    return *bare_;
}

void big_store::close() {
    log_.reset();
    bare_.reset();
}

void big_store::close_and_warm() {
    close();
    fill_page_cache(log_directory_);
    fill_page_cache(bare_directory_);
}

void big_store::make_log() {
    begin_anew(log_directory_);
    const stopwatch watch;
    auto log = store::open(log_directory_, usual_options()).value();
    sample::generator_options even{.seed = 1,
                                   .events = uniform_events(),
                                   .shape = sample::shape::uniform,
                                   .events_per_stream = events_per_stream,
                                   .project = "EVEN"};
    fill(log, even);
    const auto middle = log.read_one(position{uniform_events() - 1}).value();
    fill(log, {.seed = 2,
               .events = events_ - uniform_events(),
               .shape = sample::shape::sprint,
               .start = middle.view().occurred_at(),
               .project = "REAL"});
    log.finish_background_work().value();
    mark_complete(log_directory_);
    say("made the big store, generating included", events_, watch.seconds());
}

void big_store::make_bare() {
    auto events = log().read_all({.limit = events_}).value();
    begin_anew(bare_directory_);
    const stopwatch watch;
    {
        bare_log bare{bare_directory_};
        std::vector<std::string> records(events_per_commit);
        std::vector<std::string_view> batch;
        std::uint64_t first = 0;
        const auto write = [&] {
            bare.append(first, batch, bare_log::durability::written);
            first += batch.size();
            batch.clear();
        };
        while (events.next().value()) {
            auto& record = records[batch.size()];
            record = events->record();
            batch.push_back(record);
            if (batch.size() == events_per_commit) write();
        }
        write();
        bare.settle();
    }
    mark_complete(bare_directory_);
    say("copied its records to bare RocksDB", events_, watch.seconds());
}

}  // namespace daybook::bench
