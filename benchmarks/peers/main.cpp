// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// The same work on daybook, SQLite and PostgreSQL, in one run, pass by pass in turn.
//
// Writing, each pass into a new database, every commit durable (fsync) before it is acknowledged
//   append_1       1 event a commit, 1 client
//   append_1_16    1 event a commit, 16 clients
//   append_100     100 events a commit to one stream, 1 client
// Reading a database of --events events; every field of each event is decoded and looked at
//   load           streams of 50 events
//   read_all       everything, in order
//   correlation    the 50 events of an undertaking
//   page           the 50 newest events of a type by an actor
//
// Before anything is timed, all peers answer the same questions, and the answers must be equal.

#include "peers/peer.hpp"
#include "peers/workload.hpp"
#include "support/machine.hpp"
#include "support/measure.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <thread>

namespace daybook::bench {
namespace {

struct peer_options {
    std::uint64_t events = 200'000;
    double seconds = 1;  ///< Of each measurement; read_all reads all once.
    std::size_t passes = 3;
    std::filesystem::path directory;
    std::string postgres;  ///< Connection string; none: it is left out.
    std::optional<std::filesystem::path> json;
};

constexpr std::size_t commits_of_1 = 60'000;
constexpr std::size_t commits_of_100 = 3'000;
constexpr std::size_t questions_each = 500;

/// Rates of one row by peer, one value a pass.
using rates = std::map<std::string_view, std::vector<double>>;

struct measured_row {
    std::string_view name;
    std::string_view what;
    rates events_per_second;
};

class comparison_run {
public:
    explicit comparison_run(peer_options options);
    void run();

private:
    using peers = std::vector<std::unique_ptr<peer>>;

    peers make_peers(std::string_view part) const;
    void fill();
    void check_answers();
    void pass();
    template <class Measure>
    void measure(std::string_view name, std::string_view what, peers& all, Measure&& measure);
    double append_rate(peer& to, std::span<const batch> commits, std::size_t clients) const;
    template <class Ask>
    double asking_rate(Ask&& ask) const;
    void print() const;
    void write_json(const std::filesystem::path& file) const;

    peer_options options_;
    peers writing_;
    peers reading_;
    std::vector<batch> singles_;
    std::vector<batch> hundreds_;
    questions asked_;
    std::vector<measured_row> rows_;
};

comparison_run::comparison_run(peer_options options)
    : options_{std::move(options)},
      writing_{make_peers("writing")},
      reading_{make_peers("reading")},
      singles_{make_commits("one", commits_of_1, 1)},
      hundreds_{make_commits("hundred", commits_of_100, 100)},
      asked_{make_questions(options_.events, questions_each)} {}

comparison_run::peers comparison_run::make_peers(std::string_view part) const {
    const auto directory = options_.directory / part;
    std::filesystem::create_directories(directory);
    peers all;
    all.push_back(make_daybook_peer(directory));
    if (auto sqlite = make_sqlite_peer(directory)) all.push_back(std::move(sqlite));
    if (options_.postgres.empty()) return all;
    // The script makes a database for each part.
    const auto to = options_.postgres + " dbname=" + std::string{part};
    if (auto postgres = make_postgres_peer(to)) all.push_back(std::move(postgres));
    return all;
}

void comparison_run::fill() {
    for (auto& one : reading_) {
        one->begin_anew();
        for_each_chunk(options_.events, [&](std::span<const batch> chunk) { one->fill(chunk); });
        one->settle();
        write_dirty_pages();
        std::fprintf(stderr, "filled %s\n", std::string{one->name()}.c_str());
    }
}

/// Whoever answers faster because it answers less is found here.
void comparison_run::check_answers() {
    std::optional<tally> wanted;
    for (auto& one : reading_) {
        tally all = one->read_all();
        for (const auto& stream : asked_.streams) all.add(one->load(stream));
        for (const auto& id : asked_.correlations) all.add(one->correlation(id));
        for (const auto& [type, actor] : asked_.pages) all.add(one->page(type, actor));
        if (!wanted) wanted = all;
        if (all == *wanted) continue;
        throw std::runtime_error{std::string{one->name()} +
                                 " answers otherwise: " + std::to_string(all.events) +
                                 " events, not " + std::to_string(wanted->events)};
    }
}

double comparison_run::append_rate(peer& to, std::span<const batch> commits,
                                   std::size_t clients) const {
    to.begin_anew();
    std::atomic<std::uint64_t> events{0};
    std::exception_ptr failure;
    std::atomic<bool> failed{false};
    const stopwatch time;
    const auto work = [&](std::size_t client) {
        try {
            std::uint64_t stored = 0;
            for (auto i = client; i < commits.size() && !failed; i += clients) {
                to.append(client, commits[i]);
                stored += commits[i].events.size();
                if (time.seconds() > options_.seconds) break;
            }
            events += stored;
        } catch (...) {
            if (!failed.exchange(true)) failure = std::current_exception();
        }
    };
    std::vector<std::thread> others;
    for (std::size_t client = 1; client < clients; ++client) others.emplace_back(work, client);
    work(0);
    for (auto& one : others) one.join();
    const auto took = time.seconds();
    if (failure) std::rethrow_exception(failure);
    write_dirty_pages();
    return static_cast<double>(events.load()) / took;
}

template <class Ask>
double comparison_run::asking_rate(Ask&& ask) const {
    tally all;
    const stopwatch time;
    for (std::size_t i = 0; time.seconds() < options_.seconds; ++i) {
        all.add(ask(i));
    }
    return static_cast<double>(all.events) / time.seconds();
}

template <class Measure>
void comparison_run::measure(std::string_view name, std::string_view what, peers& all,
                             Measure&& measure) {
    auto row = std::find_if(rows_.begin(), rows_.end(),
                            [&](const measured_row& one) { return one.name == name; });
    if (row == rows_.end()) row = rows_.insert(rows_.end(), {name, what, {}});
    for (auto& one : all) row->events_per_second[one->name()].push_back(measure(*one));
}

void comparison_run::pass() {
    measure("append_1", "1 event a commit, 1 client", writing_,
            [&](peer& to) { return append_rate(to, singles_, 1); });
    measure("append_1_16", "1 event a commit, 16 clients", writing_,
            [&](peer& to) { return append_rate(to, singles_, clients_max); });
    measure("append_100", "100 events a commit, 1 client", writing_,
            [&](peer& to) { return append_rate(to, hundreds_, 1); });
    measure("load", "streams of 50 events", reading_, [&](peer& from) {
        return asking_rate(
            [&](std::size_t i) { return from.load(asked_.streams[i % asked_.streams.size()]); });
    });
    measure("read_all", "everything, decoded", reading_, [&](peer& from) {
        const stopwatch time;
        const auto all = from.read_all();
        return static_cast<double>(all.events) / time.seconds();
    });
    measure("correlation", "undertakings of 50 events", reading_, [&](peer& from) {
        return asking_rate([&](std::size_t i) {
            return from.correlation(asked_.correlations[i % asked_.correlations.size()]);
        });
    });
    measure("page", "50 newest of a type by an actor", reading_, [&](peer& from) {
        return asking_rate([&](std::size_t i) {
            const auto& [type, actor] = asked_.pages[i % asked_.pages.size()];
            return from.page(type, actor);
        });
    });
}

void comparison_run::run() {
    fill();
    check_answers();
    for (std::size_t i = 0; i < options_.passes; ++i) {
        pass();
        std::fprintf(stderr, "pass %zu of %zu\n", i + 1, options_.passes);
    }
    print();
    if (options_.json) write_json(*options_.json);
}

void comparison_run::print() const {
    for (const auto& [name, value] : describe_machine(options_.directory)) {
        std::printf("%-12s %s\n", name.c_str(), value.c_str());
    }
    std::printf("%-12s %llu\n", "events", static_cast<unsigned long long>(options_.events));
    for (const auto& one : reading_) {
        std::printf("%-12s %s\n", std::string{one->name()}.c_str(), one->version().c_str());
    }
    std::printf("\nevents/s, medians of %zu passes; in brackets: daybook to this one\n\n",
                options_.passes);
    std::printf("| %-12s |", "row");
    for (const auto& one : reading_) std::printf(" %-22s |", std::string{one->name()}.c_str());
    std::printf("\n|---|");
    for (std::size_t i = 0; i < reading_.size(); ++i) std::printf("---|");
    std::printf("\n");
    for (const auto& row : rows_) {
        std::printf("| %-12s |", std::string{row.name}.c_str());
        const auto own = median(row.events_per_second.at("daybook"));
        for (const auto& one : reading_) {
            const auto rate = median(row.events_per_second.at(one->name()));
            char text[64];
            if (one->name() == "daybook") {
                std::snprintf(text, sizeof text, "%.0f", rate);
            } else {
                std::snprintf(text, sizeof text, "%.0f (%.1f)", rate, own / rate);
            }
            std::printf(" %-22s |", text);
        }
        std::printf("\n");
    }
}

void comparison_run::write_json(const std::filesystem::path& file) const {
    std::ofstream to{file, std::ios::binary};
    to << "{\n  \"events\": " << options_.events << ",\n  \"rows\": [";
    const char* before = "\n";
    for (const auto& row : rows_) {
        to << before << "    {\"name\": \"" << row.name << "\", \"what\": \"" << row.what << '"';
        for (const auto& [name, passes] : row.events_per_second) {
            to << ", \"" << name << "\": [";
            for (std::size_t i = 0; i < passes.size(); ++i) to << (i > 0 ? ", " : "") << passes[i];
            to << ']';
        }
        to << '}';
        before = ",\n";
    }
    to << "\n  ]\n}\n";
    to.close();
    if (!to) throw std::runtime_error{"cannot write " + file.string()};
}

constexpr const char* usage =
    "usage: daybook_peers --dir DIR [options]; benchmarks/peers/run.sh does it all\n"
    "  --dir DIR             an empty directory for the databases\n"
    "  --events N            events in the databases that are read; 200000 by default\n"
    "  --seconds S           of each measurement; 1 by default\n"
    "  --passes N            3 by default\n"
    "  --postgres CONNECTION a server with the databases `writing` and `reading`, which are "
    "emptied\n"
    "  --json FILE           every pass, as JSON\n";

template <class Number>
void set_number(Number& to, const std::string& name, const std::string& text, Number least) {
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, to);
    if (read.ec != std::errc{} || read.ptr != end || !(to >= least)) {
        throw std::invalid_argument{name + " is \"" + text + "\", not a number it can be"};
    }
}

peer_options parse(const std::vector<std::string>& arguments) {
    peer_options options;
    for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
        const auto& name = arguments[i];
        const auto& value = arguments[i + 1];
        if (name == "--dir") {
            options.directory = value;
        } else if (name == "--events") {
            set_number<std::uint64_t>(options.events, name, value, 10'000);
        } else if (name == "--seconds") {
            set_number(options.seconds, name, value, 0.01);
        } else if (name == "--passes") {
            set_number<std::size_t>(options.passes, name, value, 1);
        } else if (name == "--postgres") {
            options.postgres = value;
        } else if (name == "--json") {
            options.json = value;
        } else {
            throw std::invalid_argument{"unknown option " + name};
        }
    }
    if (arguments.size() % 2 != 0) throw std::invalid_argument{"an option lacks its value"};
    if (options.directory.empty()) throw std::invalid_argument{"--dir is missing"};
    return options;
}

}  // namespace
}  // namespace daybook::bench

int main(int argc, char** argv) {
    using namespace daybook::bench;
    try {
        comparison_run{parse({argv + 1, argv + argc})}.run();
        return 0;
    } catch (const std::invalid_argument& wrong) {
        std::fprintf(stderr, "daybook_peers: %s\n%s", wrong.what(), usage);
        return 2;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "daybook_peers: %s\n", failure.what());
        return 1;
    }
}
