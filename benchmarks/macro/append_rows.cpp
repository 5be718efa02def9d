// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Rows that write. Each pass writes a new store; passes of daybook and of bare RocksDB alternate.

#include "macro/run.hpp"
#include "support/events.hpp"
#include "support/machine.hpp"
#include "support/measure.hpp"
#include "support/scratch_directory.hpp"

#include <atomic>
#include <exception>
#include <thread>

namespace daybook::bench {
namespace {

constexpr target half_of_bare{target::kind::ratio_at_least, 0.5};

/// Writes `commits`; returns how many events a second were acknowledged.
double append_all(store& log, const std::vector<commit_request>& commits, std::uint64_t events) {
    const stopwatch watch;
    for (const auto& one : commits) {
        if (one.streams.size() == 1) {
            const auto& only = one.streams.front();
            static_cast<void>(log.append(only.stream, only.expected, only.events).value());
        } else {
            static_cast<void>(log.commit(one).value());
        }
    }
    return static_cast<double>(events) / watch.seconds();
}

double append_all(bare_log& log, const record_pool& records, std::size_t per_batch) {
    const std::span all{records.records()};
    const stopwatch watch;
    for (std::size_t first = 0; first < all.size(); first += per_batch) {
        const auto count = std::min(per_batch, all.size() - first);
        log.append(first, all.subspan(first, count), bare_log::durability::written);
    }
    return static_cast<double>(all.size()) / watch.seconds();
}

/// Passes of both, one after the other, with what is common to every append row.
void measure_appends(macro_run& run, const workload& self, const pool_options& pool,
                     std::optional<target> wanted) {
    const auto commits = make_commits(pool);
    std::optional<record_pool> records;
    std::vector<double> own;
    std::vector<double> sealed;
    std::vector<double> bare;
    for (auto pass = run.passes(5); pass > 0; --pass) {
        {
            const scratch_directory directory{run.scratch("append")};
            auto log = store::open(directory.path(), big_store::usual_options()).value();
            write_dirty_pages();
            const stopwatch watch;
            own.push_back(append_all(log, commits, pool.events));
            log.finish_background_work().value();
            sealed.push_back(static_cast<double>(pool.events) / watch.seconds());
            if (!records) records.emplace(log);
        }
        const scratch_directory directory{run.scratch("append-bare")};
        bare_log log{directory.path()};
        write_dirty_pages();
        bare.push_back(append_all(log, *records, pool.per_commit));
    }
    row done{
        .name = std::string{self.name},
        .value = median(own),
        .unit = "events/s",
        .baseline = median(bare),
        .baseline_is = "bare put",
        .wanted = wanted,
        .details = {{"until_sealed", median(sealed)}, {"record_bytes", records->bytes_mean()}}};
    done.details.emplace_back("MB_per_s", done.value * records->bytes_mean() / 1e6);
    run.report().add(std::move(done));
}

void append_100(macro_run& run, const workload& self) {
    measure_appends(run, self, {.events = run.count(1'000'000, 20'000), .per_commit = 100},
                    half_of_bare);
}

void append_100_streams(macro_run& run, const workload& self) {
    measure_appends(
        run, self, {.events = run.count(1'000'000, 20'000), .per_commit = 100, .one_stream = false},
        half_of_bare);
}

void append_1(macro_run& run, const workload& self) {
    measure_appends(run, self, {.events = run.count(500'000, 5'000), .per_commit = 1},
                    half_of_bare);
}

void append_100_full(macro_run& run, const workload& self) {
    measure_appends(
        run, self,
        {.events = run.count(1'000'000, 20'000), .per_commit = 100, .shape = event_shape::full},
        {});
}

void append_100_ids(macro_run& run, const workload& self) {
    measure_appends(run, self,
                    {.events = run.count(1'000'000, 20'000),
                     .per_commit = 100,
                     .shape = event_shape::identified,
                     .one_stream = false},
                    {});
}

void append_100_scattered(macro_run& run, const workload& self) {
    measure_appends(run, self,
                    {.events = run.count(1'000'000, 20'000),
                     .per_commit = 100,
                     .one_stream = false,
                     .pattern = sample::shape::uniform},
                    {});
}

void append_large(macro_run& run, const workload& self) {
    measure_appends(
        run, self, {.events = run.count(20'000, 500), .per_commit = 1, .payload_bytes = 64U << 10U},
        {});
}

// Ids in a big store ------------------------------------------------------------------------------

/// Events with ids that are not there: every segment says so before they are stored.
void append_ids_big(macro_run& run, const workload& self) {
    const pool_options pool{.events = run.count(20'000, 1'000),
                            .per_commit = 100,
                            .shape = event_shape::identified,
                            .one_stream = false};
    std::vector<double> own;
    std::vector<double> without;
    auto& log = run.big().log();
    for (auto pass = run.passes(3); pass > 0; --pass) {
        auto with_ids = pool;
        with_ids.seed = log.watermark().value;  // Other events in every pass and run.
        own.push_back(append_all(log, make_commits(with_ids), pool.events));
        auto no_ids = with_ids;
        no_ids.shape = event_shape::full;
        without.push_back(append_all(log, make_commits(no_ids), pool.events));
    }
    run.report().add({.name = std::string{self.name},
                      .value = median(own),
                      .unit = "events/s",
                      .baseline = median(without),
                      .baseline_is = "without ids"});
}

// Synced ------------------------------------------------------------------------------------------

struct client_figures {
    double per_second = 0;
    std::vector<double> latencies_ms;
};

/// `clients` threads call `append(client, round)` one after the other for so many seconds.
template <class Append>
client_figures run_clients(std::size_t clients, double seconds, const Append& append) {
    std::vector<std::vector<double>> latencies(clients);
    std::vector<std::exception_ptr> failures(clients);
    const stopwatch watch;
    std::vector<std::thread> threads;
    for (std::size_t client = 0; client < clients; ++client) {
        threads.emplace_back([&, client] {
            try {
                for (std::size_t round = 0; watch.seconds() < seconds; ++round) {
                    const stopwatch one;
                    append(client, round);
                    latencies[client].push_back(one.seconds() * 1e3);
                }
            } catch (...) {
                failures[client] = std::current_exception();
            }
        });
    }
    for (auto& one : threads) one.join();
    const auto lasted = watch.seconds();
    client_figures figures;
    for (std::size_t client = 0; client < clients; ++client) {
        if (failures[client]) std::rethrow_exception(failures[client]);
        const auto& own = latencies[client];
        figures.latencies_ms.insert(figures.latencies_ms.end(), own.begin(), own.end());
    }
    figures.per_second = static_cast<double>(figures.latencies_ms.size()) / lasted;
    return figures;
}

/// A store and a bare log, both open, and single events to write to them.
class synced_pair {
public:
    explicit synced_pair(macro_run& run)
        : own_directory_{run.scratch("synced")},
          bare_directory_{run.scratch("synced-bare")},
          log_{store::open(own_directory_.path(), big_store::usual_options()).value()},
          bare_{bare_directory_.path()},
          commits_{make_commits({.events = 20'000})} {
        static_cast<void>(append_all(log_, commits_, commits_.size()));
        records_.emplace(log_);
    }

    client_figures own(std::size_t clients, double seconds) {
        return run_clients(clients, seconds, [&](std::size_t client, std::size_t round) {
            const auto& events =
                commits_[(client * 1'000 + round) % commits_.size()].streams[0].events;
            // Clients have streams of their own, as clients do.
            const auto stream = "client-" + std::to_string(client);
            static_cast<void>(
                log_.append(stream, expected::any(), events, durability::synced).value());
        });
    }
    client_figures bare(std::size_t clients, double seconds) {
        return run_clients(clients, seconds, [&](std::size_t client, std::size_t round) {
            const auto& all = records_->records();
            const auto record = all[(client * 1'000 + round) % all.size()];
            bare_.append(bare_next_++, {&record, 1}, bare_log::durability::synced);
        });
    }

private:
    scratch_directory own_directory_;
    scratch_directory bare_directory_;
    store log_;
    bare_log bare_;
    std::atomic<std::uint64_t> bare_next_{0};
    std::vector<commit_request> commits_;
    std::optional<record_pool> records_;
};

void add_latencies(row& to, const std::vector<double>& latencies_ms) {
    const auto all = percentiles_of(latencies_ms);
    to.details.emplace_back("p50_ms", all.p50);
    to.details.emplace_back("p90_ms", all.p90);
    to.details.emplace_back("p99_ms", all.p99);
    to.details.emplace_back("max_ms", all.max);
}

void append_1_synced(macro_run& run, const workload& self) {
    synced_pair pair{run};
    std::vector<double> own;
    std::vector<double> bare;
    std::vector<double> latencies;
    for (auto pass = run.passes(7); pass > 0; --pass) {
        write_dirty_pages();
        const auto mine = pair.own(1, run.seconds(1));
        own.push_back(mine.per_second);
        latencies.insert(latencies.end(), mine.latencies_ms.begin(), mine.latencies_ms.end());
        bare.push_back(pair.bare(1, run.seconds(1)).per_second);
    }
    row done{.name = std::string{self.name},
             .value = median(own),
             .unit = "events/s",
             .baseline = median(bare),
             .baseline_is = "bare synced put",
             .wanted = target{target::kind::ratio_at_least, 0.9}};
    add_latencies(done, latencies);
    run.report().add(std::move(done));
}

void append_1_synced_16(macro_run& run, const workload& self) {
    constexpr std::size_t clients = 16;
    synced_pair pair{run};
    std::vector<double> own;
    std::vector<double> alone;
    std::vector<double> bare;
    std::vector<double> latencies;
    for (auto pass = run.passes(7); pass > 0; --pass) {
        write_dirty_pages();
        const auto many = pair.own(clients, run.seconds(1));
        own.push_back(many.per_second);
        latencies.insert(latencies.end(), many.latencies_ms.begin(), many.latencies_ms.end());
        alone.push_back(pair.own(1, run.seconds(1)).per_second);
        bare.push_back(pair.bare(clients, run.seconds(1)).per_second);
    }
    row done{.name = std::string{self.name},
             .value = median(own),
             .unit = "events/s",
             .baseline = median(alone),
             .baseline_is = "1 client",
             .wanted = target{target::kind::ratio_at_least, 8},
             .details = {{"bare_16_threads", median(bare)}}};
    add_latencies(done, latencies);
    run.report().add(std::move(done));
}

constexpr workload workloads[] = {
    {"append_100", "100 events a commit, to one stream, written", append_100},
    {"append_100_streams", "100 events a commit, each to its own stream, written",
     append_100_streams},
    {"append_1", "1 event a commit, written", append_1},
    {"append_1_synced", "1 event a commit, synced, 1 client", append_1_synced},
    {"append_1_synced_16", "1 event a commit, synced, 16 clients", append_1_synced_16},
    {"append_100_full", "append_100 with all tags and causes of the sample", append_100_full},
    {"append_100_scattered", "append_100_streams, no two events of a commit in one stream",
     append_100_scattered},
    {"append_100_ids", "append_100_streams with ids given, all tags and causes", append_100_ids},
    {"append_large", "1 event of 64 KiB a commit, written", append_large},
};
constexpr workload big_workloads[] = {
    {"append_ids_big", "append_100_ids to the big store", append_ids_big},
};

}  // namespace

std::span<const workload> append_workloads() { return workloads; }
std::span<const workload> append_big_workloads() { return big_workloads; }

}  // namespace daybook::bench
