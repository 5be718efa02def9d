// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Rows about how soon and how fast subscribers receive what is appended.

#include "macro/run.hpp"
#include "support/events.hpp"
#include "support/measure.hpp"
#include "support/scratch_directory.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace daybook::bench {
namespace {

using clock = std::chrono::steady_clock;

/// Subscribers to everything, each on a thread of its own. They end with `stop`.
class audience {
public:
    template <class Receive>
    audience(const store& log, std::size_t count, const Receive& receive) {
        events_.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            events_.push_back(log.subscribe({.from = start_from::end()}).value());
        }
        for (std::size_t i = 0; i < count; ++i) {
            threads_.emplace_back([this, i, receive] {
                auto& mine = events_[i];
                while (!mine.stopped()) {
                    if (mine.next(std::chrono::hours{1}).value()) receive(i, *mine);
                }
            });
        }
    }
    ~audience() { stop(); }
    audience(const audience&) = delete;
    audience& operator=(const audience&) = delete;

    /// Waits until everybody has all that is in `log`.
    void wait_for_all(const store& log) const {
        for (const auto& one : events_) {
            while (one.cursor() < log.watermark()) std::this_thread::yield();
        }
    }
    void stop() {
        for (auto& one : events_) one.stop();
        for (auto& one : threads_) one.join();
        threads_.clear();
    }

private:
    std::vector<subscription> events_;
    std::vector<std::thread> threads_;
};

store fresh_log(const scratch_directory& directory) {
    return store::open(directory.path(), big_store::usual_options()).value();
}

/// From before the append to the arrival, at 1000 single events a second.
template <std::size_t Subscribers>
void latency(macro_run& run, const workload& self) {
    constexpr std::chrono::microseconds between{1000};
    const auto commits = make_commits({.events = run.count(5'000, 200)});
    const scratch_directory directory{run.scratch("subscribe")};
    auto log = fresh_log(directory);
    std::vector<std::atomic<clock::rep>> sent(commits.size());
    std::vector<std::vector<double>> arrived(Subscribers);
    audience all{
        log, Subscribers, [&](std::size_t who, const event_view& e) {
            const auto now = clock::now().time_since_epoch().count();
            const clock::duration took{now - sent[e.position().value].load()};
            arrived[who].push_back(std::chrono::duration<double, std::milli>(took).count());
        }};
    auto next = clock::now();
    for (std::size_t i = 0; i < commits.size(); ++i) {
        std::this_thread::sleep_until(next += between);
        sent[i] = clock::now().time_since_epoch().count();
        log.commit(commits[i]).value();
    }
    all.wait_for_all(log);
    all.stop();
    std::vector<double> together;
    for (const auto& one : arrived) together.insert(together.end(), one.begin(), one.end());
    const auto found = percentiles_of(std::move(together));
    run.report().add({.name = std::string{self.name},
                      .value = found.p99,
                      .unit = "ms",
                      .details = {{"p50", found.p50}, {"p90", found.p90}, {"max", found.max}}});
}

/// Events received by all subscribers together while 100 a commit are appended without a pause.
template <std::size_t Subscribers>
void rate(macro_run& run, const workload& self) {
    const pool_options pool{.events = run.count(300'000, 5'000), .per_commit = 100};
    const auto commits = make_commits(pool);
    std::vector<double> received;
    std::vector<double> appended;
    for (auto pass = run.passes(3); pass > 0; --pass) {
        const scratch_directory directory{run.scratch("subscribe")};
        auto log = fresh_log(directory);
        audience all{log, Subscribers, [](std::size_t, const event_view&) {}};
        const stopwatch watch;
        for (const auto& one : commits) log.commit(one).value();
        const auto events = static_cast<double>(log.watermark().value);
        appended.push_back(events / watch.seconds());
        all.wait_for_all(log);
        received.push_back(events * static_cast<double>(Subscribers) / watch.seconds());
    }
    run.report().add({.name = std::string{self.name},
                      .value = median(received),
                      .unit = "events/s",
                      .details = {{"appended", median(appended)}}});
}

constexpr workload workloads[] = {
    {"subscribe_latency_1", "from append to arrival, 1000 events/s, 1 subscriber: p99", latency<1>},
    {"subscribe_latency_10", "the same, 10 subscribers", latency<10>},
    {"subscribe_latency_50", "the same, 50 subscribers", latency<50>},
    {"subscribe_rate_1", "events received while appending 100 a commit, 1 subscriber", rate<1>},
    {"subscribe_rate_10", "the same, 10 subscribers together", rate<10>},
    {"subscribe_rate_50", "the same, 50 subscribers together", rate<50>},
};

}  // namespace

std::span<const workload> subscription_workloads() { return workloads; }

}  // namespace daybook::bench
