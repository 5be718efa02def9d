// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// A process to be killed. What it does and says on stdout:
//     crash_writer DIRECTORY write SEED     writes from several threads for ever, and says what it
//                                           tries and what was acknowledged
//     crash_writer DIRECTORY backup EVENTS  appends so many events and makes a backup beside the
//                                           store, for ever; says "backup" after each
//     crash_writer DIRECTORY fill EVENTS    appends so many events, buffered, seals what is full,
//                                           says "filled" and waits
//     crash_writer DIRECTORY follow EVENTS  reads on as the durable subscription "follower", says
//                                           what it handles and what is acknowledged, and waits
//     crash_writer DIRECTORY share EVENTS   the same with the consumer group "sharers"
//     crash_writer DIRECTORY summarize 0    makes rolling summaries, says after each 20 events how
//                                           many it has made, and waits
//     crash_writer DIRECTORY effects RETRY  has the effects of crash_consumers.hpp from two
//     threads,
//                                           each a line in the file DIRECTORY-effects; says which
//                                           ran, and waits. Unknown ones: 0 skips, 1 retries
//     crash_writer DIRECTORY emit FIRST     emits events numbered from FIRST into
//                                           DIRECTORY/events.jsonl and says which are flushed

#include <daybook/backup.hpp>
#include <daybook/effect_guard.hpp>
#include <daybook/emitter.hpp>
#include <daybook/jsonl_sink.hpp>

#include "crash/crash_batch.hpp"
#include "crash/crash_consumers.hpp"
#include "support/event_maker.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace daybook::test {
namespace {

/// One write each: the pipe takes a line as a whole or, if the process is killed, not at all.
void say(const std::string& line) {
    if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        std::_Exit(3);
    }
}

[[noreturn]] void give_up(const char* what, const error& why) {
    std::fprintf(stderr, "crash_writer: %s: %s\n", what, why.message.c_str());
    std::_Exit(2);
}

void write_events(store& log, std::uint64_t seed, std::uint64_t thread) {
    const auto stands = log.head(own_stream(thread));
    if (!stands) give_up("head", stands.error());
    auto head = stands->last.value;
    for (std::uint64_t number = 0;; ++number) {
        const auto request = make_batch({seed, thread, number, head});
        const auto who = std::to_string(thread) + " " + std::to_string(number) + " ";
        say("try " + who + std::to_string(head) + "\n");
        const auto made = log.commit(request);
        if (!made) give_up("commit", made.error());
        say("done " + who + std::to_string(made->first.value) + "\n");
        head = made->streams.front().last_sequence.value;
    }
}

void write_views(store& log) {
    auto area = log.open_keyspace("view");
    if (!area) give_up("keyspace", area.error());
    for (std::uint64_t seen = 0;;) {
        seen = log.wait_above(position{seen}, std::chrono::hours{1}).value;
        keyspace_batch rows;
        for (int row = 0; row < view_rows; ++row)
            rows.put(std::to_string(row), std::to_string(seen));
        say("view " + std::to_string(seen) + "\n");
        const auto written = area->write(rows);
        if (!written) give_up("write keyspace", written.error());
    }
}

void write_until_killed(const char* directory, std::uint64_t seed) {
    auto log = store::open(directory, crash_options());
    if (!log) give_up("open", log.error());
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < crash_threads; ++i) {
        threads.emplace_back([&, i] { write_events(*log, seed, i); });
    }
    threads.emplace_back([&] { write_views(*log); });
    while (reindexes(seed)) {
        say("reindex\n");
        const auto built = log->reindex();
        if (!built) give_up("reindex", built.error());
        // Nothing is appended meanwhile, and a sanitizer makes it slow: leave the others some time.
        const auto enough = position{log->watermark().value + 100};
        static_cast<void>(log->wait_above(enough, std::chrono::seconds{1}));
    }
    for (auto& thread : threads) thread.join();
}

void fill_and_wait(const char* directory, std::uint64_t events) {
    auto log = store::open(directory, crash_options());
    if (!log) give_up("open", log.error());
    const std::vector<new_event> each(64, simple_event("Filled"));
    for (std::uint64_t done = 0; done < events; done += each.size()) {
        const auto made = log->append("task-1", expected::any(), each, durability::buffered);
        if (!made) give_up("append", made.error());
    }
    if (const auto sealed = log->finish_background_work(); !sealed) give_up("seal", sealed.error());
    say("filled\n");
    for (;;) ::pause();
}

/// Nothing is left to do; whoever counts lines is to get on.
[[noreturn]] void speak_until_killed() {
    for (;;) say("over 0\n");
}

[[noreturn]] void follow_until_killed(const char* directory, std::uint64_t events) {
    auto log = store::open(directory, crash_options());
    if (!log) give_up("open", log.error());
    auto all = durable_subscription::open(*log, follower_name);
    if (!all) give_up("subscribe", all.error());
    while (all->acknowledged().value < events) {
        const auto more = all->next(std::chrono::hours{1});
        if (!more) give_up("next", more.error());
        const auto at = (*all)->position();
        say("handled " + std::to_string(at.value) + "\n");
        const auto kept = all->acknowledge(at);
        if (!kept) give_up("acknowledge", kept.error());
        say("acknowledged " + std::to_string(at.value) + "\n");
    }
    speak_until_killed();
}

[[noreturn]] void share_until_killed(const char* directory, std::uint64_t events) {
    auto log = store::open(directory, crash_options());
    if (!log) give_up("open", log.error());
    auto all = consumer_group::open(*log, sharers_name, sharers_options());
    if (!all) give_up("open group", all.error());
    const auto started = all->start([](const event_view& e) -> result<void> {
        if (is_bad(e.position().value)) return fail(errc::not_found, "bad");
        say("handled " + std::to_string(e.position().value) + "\n");
        return {};
    });
    if (!started) give_up("start", started.error());
    if (!all->wait_done(position{events}, std::chrono::hours{1})) {
        give_up("share", all->failure().value_or(error{}));
    }
    speak_until_killed();
}

[[noreturn]] void sum_up_until_killed(const char* directory) {
    auto log = store::open(directory, crash_options());
    if (!log) give_up("open", log.error());
    auto summaries = orchestration::summarizer::open(*log, killed_summaries());
    if (!summaries) give_up("open summaries", summaries.error());
    for (std::uint64_t number = 1;; ++number) {
        const auto more = summaries->step();
        if (!more) give_up("sum up", more.error());
        if (!*more) break;
        if (number % 20 == 0) say("made " + std::to_string(number) + "\n");
    }
    speak_until_killed();
}

// Parts are small and lines now and then large, so that a kill meets rotation, compression and
// writes that take long.
[[noreturn]] void emit_until_killed(const std::filesystem::path& directory, std::uint64_t first) {
    auto sink = jsonl_sink::open(directory / "events.jsonl",
                                 {.rotate_bytes = 1U << 20U, .parts = part_compression::zstd});
    if (!sink) give_up("open", sink.error());
    emitter_options options;
    options.full = when_full::block;
    options.block_max = std::chrono::hours{1};
    options.linger = std::chrono::milliseconds{1};
    auto emitting = emitter::start(*sink, options);
    if (!emitting) give_up("start", emitting.error());
    for (auto number = first;; ++number) {
        const auto size = number % 50 == 0 ? 300'000 : number % 7 * 100;
        auto payload = "[" + std::to_string(number) + ",\"" + std::string(size, 'x') + "\"]";
        emitting->emit(event_level::action, "task-" + std::to_string(number % 3),
                       simple_event("Emitted", std::move(payload)));
        if (number % 20 != 0) continue;
        const auto flushed = emitting->flush();
        if (!flushed) give_up("flush", flushed.error());
        say("flushed " + std::to_string(number) + "\n");
    }
}

[[noreturn]] void have_effects_until_killed(const std::string& directory, bool retry) {
    auto log = store::open(directory, crash_options());
    if (!log) give_up("open", log.error());
    auto guard = effect_guard::open(*log, effects_name, effects_options(retry));
    if (!guard) give_up("guard", guard.error());
    const int file =
        ::open((directory + "-effects").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0) give_up("effects", {errc::io, "cannot be opened", nullptr});
    const auto work = [&] {
        for (std::uint64_t i = 0; i < effects_count; ++i) {
            const auto name = std::to_string(i);
            const auto line = name + "\n";
            const auto done = guard->once(name, [&]() -> result<void> {
                const auto size = static_cast<ssize_t>(line.size());
                if (::write(file, line.data(), line.size()) == size) return {};
                return fail(errc::io, "not written");
            });
            if (!done) give_up("effect", done.error());
            if (*done == effect_outcome::ran) say("ran " + line);
        }
    };
    std::thread other{work};
    work();
    other.join();
    say("over 0\n");
    speak_until_killed();
}

[[noreturn]] void back_up_until_killed(const std::string& directory, std::uint64_t events) {
    auto log = store::open(directory, crash_options());
    if (!log) give_up("open", log.error());
    const std::vector<new_event> each(events, simple_event("Kept", R"({"text":"some more"})"));
    for (;;) {
        const auto made = log->append("task-1", expected::any(), each);
        if (!made) give_up("append", made.error());
        const auto backup = create_backup(*log, directory + "-backups", {.keep = 3});
        if (!backup) give_up("backup", backup.error());
        say("backup\n");
    }
}

}  // namespace
}  // namespace daybook::test

int main(int argc, char** argv) {
    using namespace daybook::test;
    if (argc != 4) return 1;
    const std::string task{argv[2]};
    const auto number = std::strtoull(argv[3], nullptr, 10);
    if (task == "write") write_until_killed(argv[1], number);
    if (task == "emit") emit_until_killed(argv[1], number);
    if (task == "backup") back_up_until_killed(argv[1], number);
    if (task == "fill") fill_and_wait(argv[1], number);
    if (task == "effects") have_effects_until_killed(argv[1], number == 1);
    if (task == "follow") follow_until_killed(argv[1], number);
    if (task == "summarize") sum_up_until_killed(argv[1]);
    if (task == "share") share_until_killed(argv[1], number);
    return 1;
}
