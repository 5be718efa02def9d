// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Rows about aggregates: loading one, from memory, from a snapshot and from its events, and
// deciding commands while others do.

#include <daybook/repository.hpp>

#include "macro/run.hpp"
#include "support/bare_log.hpp"
#include "support/measure.hpp"
#include "support/scratch_directory.hpp"

#include <boost/describe.hpp>

#include <array>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace daybook::bench {

/// What 321 bytes of payload usually are: a few short members.
struct work_logged {
    std::string task;
    std::string agent;
    std::string note;
    std::int64_t minutes = 0;
};
BOOST_DESCRIBE_STRUCT(work_logged, (), (task, agent, note, minutes))

struct work_sheet {
    static constexpr std::string_view name = "sheet";
    static constexpr std::uint32_t version = 1;
    using events = std::variant<work_logged>;

    std::map<std::string, std::int64_t> minutes_by_agent;
    std::int64_t minutes = 0;
    std::uint64_t entries = 0;

    void apply(const work_logged& e) {
        minutes_by_agent[e.agent] += e.minutes;
        minutes += e.minutes;
        ++entries;
    }
};
BOOST_DESCRIBE_STRUCT(work_sheet, (), (minutes_by_agent, minutes, entries))

namespace {

constexpr std::size_t streams_shared = 10;
constexpr std::size_t clients_many = 16;

work_logged some_work(std::uint64_t number) {
    return {.task = "TASK-" + std::to_string(number % 97),
            .agent = "agent-" + std::to_string(number % 8),
            .note = "looked at the failing check once more and wrote down what it said",
            .minutes = static_cast<std::int64_t>(number % 50)};
}

decision<work_sheet> log_work(std::uint64_t number) {
    return events_of<work_sheet>{some_work(number)};
}

/// What is loaded again and again must be what was written: else the figures mean nothing.
void require(bool holds, const char* what) {
    if (!holds) throw std::runtime_error{what};
}

void write_sheet(store& log, const std::string& id, std::uint64_t events) {
    std::vector<new_event> batch;
    for (std::uint64_t i = 0; i < events; ++i) {
        batch.push_back(make_event(some_work(i)));
        if (batch.size() < 100 && i + 1 < events) continue;
        log.append(stream_of<work_sheet>(id), expected::any(), batch).value();
        batch.clear();
    }
}

double loads_per_second(repository<work_sheet>& from, const std::string& id, std::uint64_t events,
                        std::size_t loads) {
    const stopwatch watch;
    for (std::size_t i = 0; i < loads; ++i)
        require(from.load(id).value()->entries == events, "a sheet has lost entries");
    return static_cast<double>(loads) / watch.seconds();
}

/// A sheet of 10 000 events, never from memory: from its newest snapshot and the events after it,
/// and from all events.
void load_snapshot(macro_run& run, const workload& self) {
    const auto events = run.count(10'000, 500) + 25;  // Half of a usual stretch after the snapshot.
    const scratch_directory directory{run.scratch("aggregate")};
    auto log = store::open(directory.path(), big_store::usual_options()).value();
    write_sheet(log, "bare", events);
    write_sheet(log, "kept", events);
    const repository_options forgetful{.states_cached_max = 0, .snapshot_every = 0};
    repository<work_sheet> sheets{log, forgetful};
    sheets.take_snapshot("kept", sequence{events - 25}).value();
    std::vector<double> with;
    std::vector<double> without;
    for (std::size_t pass = 0; pass < run.passes(5); ++pass) {
        with.push_back(loads_per_second(sheets, "kept", events, run.count(2'000, 5)));
        without.push_back(loads_per_second(sheets, "bare", events, run.count(20, 2)));
    }
    require(sheets.counts().loads_from_snapshot > 0, "the snapshot was not used");
    const auto rate = median(without);
    run.report().add({.name = std::string{self.name},
                      .value = median(with),
                      .unit = "loads/s",
                      .baseline = rate,
                      .baseline_is = "from all events",
                      .wanted = {},
                      .details = {{"events", static_cast<double>(events)},
                                  {"events_per_s", rate * static_cast<double>(events)}}});
}

/// States that are in memory, of streams to which nothing was appended since.
void load_memory(macro_run& run, const workload& self) {
    constexpr std::uint64_t sheets_kept = 1'000;
    const scratch_directory directory{run.scratch("aggregate")};
    const scratch_directory beside{run.scratch("bare")};
    auto log = store::open(directory.path(), big_store::usual_options()).value();
    bare_log bare{beside.path()};
    const std::string state(200, 'x');
    repository<work_sheet> sheets{log};
    std::vector<std::string> ids;
    for (std::uint64_t i = 0; i < sheets_kept; ++i) {
        ids.push_back(std::to_string(i));
        write_sheet(log, ids.back(), 10);
        bare.append(i, std::array{std::string_view{state}}, bare_log::durability::written);
    }
    for (const auto& id : ids) sheets.load(id).value();
    const auto loads = run.count(1'000'000, 1'000);
    std::vector<double> own;
    std::vector<double> gets;
    for (std::size_t pass = 0; pass < run.passes(5); ++pass) {
        const stopwatch watch;
        for (std::uint64_t i = 0; i < loads; ++i)
            require(sheets.load(ids[i * 7 % sheets_kept]).value().last.value == 10, "a lost sheet");
        own.push_back(static_cast<double>(loads) / watch.seconds());
        const stopwatch other;
        for (std::uint64_t i = 0; i < loads; ++i)
            require(bare.get(i * 7 % sheets_kept) == state.size(), "a lost record");
        gets.push_back(static_cast<double>(loads) / other.seconds());
    }
    run.report().add({.name = std::string{self.name},
                      .value = median(own),
                      .unit = "loads/s",
                      .baseline = median(gets),
                      .baseline_is = "bare get",
                      .wanted = target{target::kind::at_least, 1'000'000},
                      .details = {}});
}

struct crowd {
    double commands_per_second = 0;
    double retries_per_command = 0;
};

/// So many clients, each of which sends as many commands, to streams they share.
crowd send_commands(macro_run& run, std::size_t clients, std::uint64_t commands) {
    const scratch_directory directory{run.scratch("aggregate")};
    auto options = big_store::usual_options();
    options.default_durability = durability::written;
    auto log = store::open(directory.path(), options).value();
    repository<work_sheet> sheets{log, {.conflict_retries_max = 10'000}};
    const stopwatch watch;
    std::vector<std::thread> all;
    for (std::size_t client = 0; client < clients; ++client) {
        all.emplace_back([&, client] {
            for (std::uint64_t i = client; i < commands; i += clients) {
                const auto decide = [i](const work_sheet&) { return log_work(i); };
                sheets.execute(std::to_string(i % streams_shared), decide).value();
            }
        });
    }
    for (auto& one : all) one.join();
    const auto seconds = watch.seconds();
    std::uint64_t entries = 0;
    for (std::size_t i = 0; i < streams_shared; ++i)
        entries += sheets.load(std::to_string(i)).value()->entries;
    require(entries == commands, "an update was lost");
    const auto sent = static_cast<double>(commands);
    return {sent / seconds, static_cast<double>(sheets.counts().conflicts) / sent};
}

void execute_16(macro_run& run, const workload& self) {
    const auto commands = run.count(100'000, 1'000);
    std::vector<double> many;
    std::vector<double> one;
    std::vector<double> retries;
    for (std::size_t pass = 0; pass < run.passes(3); ++pass) {
        const auto together = send_commands(run, clients_many, commands);
        many.push_back(together.commands_per_second);
        retries.push_back(together.retries_per_command);
        one.push_back(send_commands(run, 1, commands).commands_per_second);
    }
    run.report().add({.name = std::string{self.name},
                      .value = median(many),
                      .unit = "commands/s",
                      .baseline = median(one),
                      .baseline_is = "1 client",
                      .wanted = {},
                      .details = {{"retries_per_command", median(retries)}}});
}

constexpr std::array rows{
    workload{"load_snapshot", "an aggregate of 10 000 events, from its snapshot", load_snapshot},
    workload{"load_memory", "aggregates that are in memory", load_memory},
    workload{"execute_16", "16 clients, 10 aggregates: none loses an update", execute_16}};

}  // namespace

std::span<const workload> aggregate_workloads() { return rows; }

}  // namespace daybook::bench
