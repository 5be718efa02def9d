// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Compliance mode: what signing costs an append, verifying a read, and proving anything.

#include <daybook/compliance/erasure.hpp>
#include <daybook/compliance/ledger.hpp>
#include <daybook/compliance/proof_file.hpp>
#include <daybook/compliance/sealing.hpp>

#include "macro/run.hpp"
#include "support/events.hpp"
#include "support/machine.hpp"
#include "support/measure.hpp"
#include "support/scratch_directory.hpp"

#include <memory>
#include <optional>
#include <random>
#include <stdexcept>

namespace daybook::bench {
namespace {

using compliance::ledger;
using compliance::verdict;

compliance::ledger_options signing(const std::shared_ptr<const compliance::signer>& key) {
    return {.origin = "example.com/benchmark", .key = key};
}

std::shared_ptr<const compliance::signer> new_key() {
    return compliance::temporary_signer(compliance::key_type::ed25519).value();
}

double append_all(store& log, const std::vector<commit_request>& commits, std::uint64_t events) {
    const stopwatch watch;
    for (const auto& one : commits) {
        const auto& only = one.streams.front();
        static_cast<void>(log.append(only.stream, only.expected, only.events).value());
    }
    return static_cast<double>(events) / watch.seconds();
}

void measure_appends(macro_run& run, const workload& self, const pool_options& pool,
                     std::optional<target> wanted) {
    const auto commits = make_commits(pool);
    const auto key = new_key();
    std::vector<double> with;
    std::vector<double> without;
    for (auto pass = run.passes(5); pass > 0; --pass) {
        for (const bool is_signed : {true, false}) {
            const scratch_directory directory{run.scratch("append-signed")};
            auto log = store::open(directory.path(), big_store::usual_options()).value();
            std::optional<ledger> book;
            if (is_signed) book.emplace(ledger::open(log, signing(key)).value());
            write_dirty_pages();
            (is_signed ? with : without).push_back(append_all(log, commits, pool.events));
        }
    }
    run.report().add({.name = std::string{self.name},
                      .value = median(with),
                      .unit = "events/s",
                      .baseline = median(without),
                      .baseline_is = "not signed",
                      .wanted = wanted});
}

void signed_append_100(macro_run& run, const workload& self) {
    measure_appends(run, self, {.events = run.count(500'000, 20'000), .per_commit = 100},
                    target{target::kind::ratio_at_least, 0.5});
}

void signed_append_1(macro_run& run, const workload& self) {
    measure_appends(run, self, {.events = run.count(100'000, 5'000), .per_commit = 1}, {});
}

// A store that is signed ------------------------------------------------------------------------

volatile std::uint64_t touched = 0;

double scan(const store& log) {
    const stopwatch watch;
    auto events = log.read_all().value();
    std::uint64_t sum = 0;
    while (events.next().value()) sum += events->payload().size();
    touched = touched + sum;
    return static_cast<double>(log.watermark().value) / watch.seconds();
}

void fill(store& log, std::uint64_t events) {
    event_source source{{.events = events}, event_shape::figures};
    sample::sample_event next;
    std::vector<new_event> batch;
    std::string stream;
    const auto flush = [&] {
        if (!batch.empty()) static_cast<void>(log.append(stream, expected::any(), batch).value());
        batch.clear();
    };
    while (source.next(next)) {
        if (next.stream != stream || batch.size() == big_store::events_per_commit) flush();
        stream = next.stream;
        batch.push_back(std::move(next.event));
    }
    flush();
}

void add_proofs(macro_run& run, const ledger& book) {
    std::mt19937_64 random{4242};
    std::vector<double> times;
    std::size_t bytes = 0;
    const auto note = book.newest_checkpoint().value();
    for (auto left = run.count(5'000, 100); left > 0; --left) {
        const position at{random() % book.size()};
        const stopwatch watch;
        const compliance::proof_file proof{
            .at = at, .path = book.inclusion(at, book.size()).value(), .checkpoint = note};
        bytes = proof.text().size();
        times.push_back(watch.seconds() * 1e3);
    }
    const auto all = percentiles_of(times);
    run.report().add({.name = "signed_proof",
                      .value = all.p99,
                      .unit = "ms",
                      .details = {{"p50", all.p50}, {"bytes", static_cast<double>(bytes)}}});
}

/// Opening, reading, verifying and proving, in one store.
void signed_store(macro_run& run, const workload&) {
    const auto events = run.options().events;
    const scratch_directory directory{run.scratch("signed")};
    auto log = store::open(directory.path(), big_store::usual_options()).value();
    const auto key = new_key();
    fill(log, events);
    const stopwatch beginning;
    std::optional<ledger> book{ledger::open(log, signing(key)).value()};
    run.report().add({.name = "signed_begin",
                      .value = static_cast<double>(events) / beginning.seconds(),
                      .unit = "events/s"});
    std::vector<double> opens;
    for (auto pass = run.passes(9); pass > 0; --pass) {
        book.reset();
        const stopwatch watch;
        book.emplace(ledger::open(log, signing(key)).value());
        opens.push_back(watch.seconds() * 1e3);
    }
    run.report().add({.name = "signed_open", .value = median(opens), .unit = "ms"});
    std::vector<double> checked;
    std::vector<double> unchecked;
    for (auto pass = run.passes(3); pass > 0; --pass) {
        book.reset();
        book.emplace(ledger::open(log, signing(key)).value());
        checked.push_back(scan(log));
        book.reset();
        unchecked.push_back(scan(log));
    }
    run.report().add({.name = "signed_read",
                      .value = median(checked),
                      .unit = "events/s",
                      .baseline = median(unchecked),
                      .baseline_is = "not verified",
                      .wanted = target{target::kind::at_least, 500'000}});
    book.emplace(ledger::open(log, signing(key)).value());
    const stopwatch verifying;
    const auto all = book->verify({.indexes = false}).value();
    if (all.what() != verdict::verified) throw std::runtime_error{all.findings.front().message};
    run.report().add({.name = "signed_verify",
                      .value = static_cast<double>(events) / verifying.seconds(),
                      .unit = "events/s",
                      .wanted = target{target::kind::at_least, 700'000}});
    add_proofs(run, *book);
}

// Erasure ---------------------------------------------------------------------------------------

constexpr std::uint64_t subjects = 1'000;

std::string canary_of(std::uint64_t subject) {
    return "canary-of-subject-" + std::to_string(subject);
}

/// Events of `subjects` persons, whose names are encrypted, in a store that is signed.
void fill_with_persons(store& log, std::uint64_t events) {
    std::vector<new_event> batch;
    for (std::uint64_t i = 0; i < events; ++i) {
        const auto number = std::to_string(i % subjects);
        batch.push_back({.type = "Named",
                         .payload = R"({"customer":")" + number + R"(","name":")" +
                                    canary_of(i % subjects) + "\"}"});
        if (batch.size() < big_store::events_per_commit && i + 1 < events) continue;
        static_cast<void>(log.append("customers-1", expected::any(), batch).value());
        batch.clear();
    }
}

/// The key of one person among a thousand, and everything: the event, views and snapshots, and the
/// search for the person's name in every file.
void erasure(macro_run& run, const workload&) {
    const auto events = run.count(1'000'000, 20'000);
    const scratch_directory directory{run.scratch("erasure")};
    const std::shared_ptr keys = compliance::subject_keys::open(directory.path() / "keys").value();
    auto options = big_store::usual_options();
    options.admissions = {compliance::sealer::make(
                              keys, {"example.com/benchmark",
                                     {{.types = {"Named"},
                                       .at = {"/name"},
                                       .subject = compliance::subject_source::field("/customer")}}})
                              .value()};
    auto log = store::open(directory.path() / "log", options).value();
    const auto book = ledger::open(log, signing(new_key())).value();
    fill_with_persons(log, events);
    std::vector<double> keys_only;
    std::vector<double> whole;
    std::uint64_t next = 0;
    for (auto pass = run.passes(9); pass > 0; --pass) {
        const stopwatch watch;
        static_cast<void>(keys->erase(std::to_string(next++)).value());
        keys_only.push_back(watch.seconds() * 1e3);
    }
    for (auto pass = run.passes(3); pass > 0; --pass, ++next) {
        const stopwatch watch;
        const auto report = compliance::erase_subject(
            log, *keys, std::to_string(next), {.reason = "asked", .canaries = {canary_of(next)}});
        whole.push_back(watch.seconds() * 1e3);
        if (!report.value().proven) throw std::runtime_error{"erasure: a canary was found"};
    }
    run.report().add({.name = "erase_key", .value = median(keys_only), .unit = "ms"});
    run.report().add({.name = "erase_subject", .value = median(whole), .unit = "ms"});
}

constexpr workload workloads[] = {
    {"signed_append_100", "compliance mode: 100 events a commit, written", signed_append_100},
    {"signed_append_1", "compliance mode: 1 event a commit, written", signed_append_1},
    {"signed_store", "compliance mode: begin, open, verified read, full verification, proofs",
     signed_store},
    {"erasure", "the key of a person, and all that held its name, looked for in every file",
     erasure},
};

}  // namespace

std::span<const workload> compliance_workloads() { return workloads; }

}  // namespace daybook::bench
