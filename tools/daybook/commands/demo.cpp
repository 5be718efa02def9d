// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/key_file.hpp>
#include <daybook/compliance/note.hpp>

#include "cli/forgery.hpp"
#include "cli/help.hpp"
#include "cli/open_store.hpp"
#include "cli/program.hpp"
#include "cli/scratch_directory.hpp"
#include "cli/text.hpp"
#include "commands/commands.hpp"
#include "sample/demo_sprint.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <optional>

namespace daybook::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view demo_origin = "example.com/sprint";

/// A piece of the walk: what it shows, in words, in C++, and as commands that are then run.
struct step {
    std::string title;
    std::string words;
    std::string code;
    std::vector<std::vector<std::string>> commands;
};

std::vector<step> steps_of(const sample::demo_script& demo) {
    const std::string stream = demo.stream;
    const std::string recovery = to_string(demo.recovery);
    return {
        {"Append",
         "Events go to the end of a stream, with what the writer expects of it. The second writer "
         "below expects a stream that does not exist, is refused with a conflict, and nothing is "
         "stored.",
         "store.append(\"task-99\", expected::no_stream(), {{.type = \"TaskAssigned\"}});",
         {{"append", "task-99", "TaskAssigned", "{\"to\":\"you\"}", "--expect", "none"},
          {"append", "task-99", "TaskAssigned", "{\"to\":\"me\"}", "--expect", "none"}}},
        {"Query",
         "Types, tags, actors, correlations, causes, times and declared payload fields are "
         "indexed. "
         "Counts come from the index alone.",
         "store.read_page(query::types({\"TestRunFailed\"}), 100);",
         {{"stats", "--by", "type", "--limit", "8"},
          {"query", "--type", "TestRunFailed", "--type", "RecoverySucceeded"}}},
        {"Trace",
         "Every event names its causes, several if need be. This is the recovery after the failed "
         "tests: what led to it and what it led to.",
         "store.causes(recovery); store.effects(recovery);",
         {{"trace", recovery, "--depth", "3", "--limit", "40"}}},
        {"Views",
         "Projections fold the log into rows: how far each undertaking is, how each agent "
         "performs, "
         "and what happened, line by line. They can always be dropped and built again.",
         "auto views = projections::runner::open(store, {any_projection::of<agent_metrics>()});",
         {{"projection", "show", "orchestration_state"},
          {"projection", "show", "agent_metrics"},
          {"timeline", stream, "--newest-first", "--limit", "12"}}},
        {"The past",
         "Nothing is ever overwritten, so any state can be told as of any moment. First while the "
         "issue was in trouble, then now.",
         "state = orchestration_state::apply(std::move(state), event);  // up to that moment",
         {{"state", stream, "--at", to_string(demo.in_trouble)}, {"state", stream}}},
    };
}

std::string shell_word(const std::string& word) {
    const bool plain = word.find_first_of(" '\"{}()<>*?!$&|;\\") == std::string::npos;
    return plain && !word.empty() ? word : "'" + word + "'";
}

std::string shell_line(const std::vector<std::string>& words) {
    std::string line = "daybook";
    for (const auto& word : words) line += " " + shell_word(word);
    return line;
}

/// Appends the sprint, each run of events of one stream as a commit.
result<void> write_sprint(store& log, std::vector<sample::sample_event> events) {
    commit_request request;
    for (auto& e : events) {
        if (request.streams.empty() || request.streams.back().stream != e.stream)
            request.streams.push_back({e.stream, expected::any(), {}});
        request.streams.back().events.push_back(std::move(e.event));
    }
    const auto receipt = log.commit(request);
    return receipt ? result<void>{} : receipt.error();
}

class walk {
public:
    walk(console& at, fs::path directory)
        : at_{at}, directory_{std::move(directory)}, style_{help_style_for(at)} {}

    void paragraph(const std::string& words) {
        for (const auto& line : wrapped(words, style_.width)) print(line + "\n");
    }

    void title(const std::string& text) { print("\n" + tinted(text, tone::strong) + "\n"); }

    /// Shows one step and runs its commands. Errors are part of the show.
    void go(std::size_t number, const step& s) {
        title(std::to_string(number) + ". " + s.title);
        paragraph(s.words);
        print(tinted("  C++  " + s.code, tone::faint) + "\n");
        for (const auto& command : s.commands) run(command);
    }

private:
    void run(const std::vector<std::string>& words) {
        print(tinted("\n  $ " + shell_line(words), tone::accent) + "\n");
        std::vector<std::string> line = words;
        line.insert(line.end(), {"--store", directory_.string()});
        if (!style_.colours) line.emplace_back("--no-color");
        const auto ended = run_line(line, at_);
        if (ended) return;
        const int code = static_cast<int>(exit_code_of(ended.error().code));
        print(tinted("daybook: ", tone::bad) + printable(ended.error().message) +
              tinted("  (exit " + std::to_string(code) + ")", tone::faint) + "\n");
    }

    void print(const std::string& text) {
        at_.out.write(text);
        static_cast<void>(at_.out.flush());  // Keeps the order with messages; told at the end.
    }

    std::string tinted(const std::string& text, tone t) const {
        return painted(text, t, style_.colours);
    }

    console& at_;
    fs::path directory_;
    help_style style_;
};

/// A variable of this process's environment, for as long as this lives.
class exported {
public:
    exported(const char* name, const std::string& value) : name_{name} {
        if (const char* before = std::getenv(name)) before_ = before;
        ::setenv(name, value.c_str(), 1);
    }
    ~exported() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }
    exported(const exported&) = delete;
    exported& operator=(const exported&) = delete;

private:
    const char* name_;
    std::optional<std::string> before_;
};

/// A key of its own for the log, and the public half for whoever verifies; where both are.
result<void> make_keys(const fs::path& key, const fs::path& trusted) {
    const auto made = compliance::generate_key_file(key, {});
    if (!made) return made.error();
    const auto vkey = compliance::verifier_key::make(
        demo_origin, compliance::signature_type::ed25519, made->bytes());
    if (!vkey) return vkey.error();
    std::ofstream{trusted} << vkey->text() << '\n';
    return {};
}

/// Signs a copy of the store, changes one event of it on the disk, and shows the verdict.
result<void> show_forgery(const fs::path& directory, std::size_t number, console& at) {
    const auto scratch = scratch_directory::make("daybook-demo-signed");
    if (!scratch) return scratch.error();
    const auto copy = scratch->path() / "store";
    const auto key = scratch->path() / "log.key";
    const auto trusted = scratch->path() / "log.vkey";
    std::error_code problem;
    fs::copy(directory, copy, problem);
    if (problem) return fail(errc::io, "copy the store: " + problem.message());
    if (auto made = make_keys(key, trusted); !made) return made;
    walk w{at, copy};
    const exported signs{"DAYBOOK_LOG_KEY", key.string()};
    const exported believes{"DAYBOOK_TRUSTED_KEYS", trusted.string()};
    w.go(number, {"Proof",
                  "In compliance mode every commit is signed, with all that came before it, in the "
                  "same atomic write. This is a copy of the store, signed from here on.",
                  "auto book = compliance::ledger::open(store, {.origin = name, .key = key});",
                  {{"init", "--origin", std::string{demo_origin}, "--key", key.string()},
                   {"append", "order-7", "PaymentApproved", R"({"eur":100})"},
                   {"checkpoint", "--note"},
                   {"verify"}}});
    if (auto forged = forge(copy, R"({"eur":100})", R"({"eur":900})"); !forged) return forged;
    w.go(number + 1,
         {"A forgery",
          "Somebody with root has just made the 100 a 900, in the file on the disk, and "
          "the checksums right again.",
          "auto found = book.verify();",
          {{"show", "order-7#1"}, {"verify"}}});
    return {};
}

result<fs::path> directory_to_keep(const std::string& name) {
    std::error_code problem;
    if (fs::exists(name, problem) && !fs::is_empty(name, problem)) {
        return fail(errc::refused,
                    "--keep: " + printable(name) + " is there and not empty; name a new directory");
    }
    return fs::path{name};
}

result<answer> run_in(const fs::path& directory, bool kept, console& at) {
    const auto started = std::chrono::steady_clock::now();
    sample::demo_script demo = sample::demo_sprint();
    const auto events = demo.events.size();
    {
        auto log = store::open(directory);
        if (!log) return log.error();
        if (auto written = write_sprint(*log, std::move(demo.events)); !written)
            return written.error();
    }
    walk w{at, directory};
    w.title("daybook: an event log with projections");
    w.paragraph(
        "A sprint of agents, " + std::to_string(events) + " events, was written to the store " +
        directory.string() +
        ". The commands below run on it; name it with --store, or once with DAYBOOK_STORE.");
    const auto steps = steps_of(demo);
    for (std::size_t i = 0; i < steps.size(); ++i) w.go(i + 1, steps[i]);
    if (auto shown = show_forgery(directory, steps.size() + 1, at); !shown) return shown.error();

    w.title("That is daybook.");
    const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - started);
    w.paragraph("All of it took " + duration_text(spent) + ". " +
                (kept ? "The store is in " + directory.string() + ". "
                      : "The store is removed; 'daybook demo --keep DIR' leaves it. ") +
                "'daybook --help' lists the commands.");
    return answer::yes;
}

result<answer> run(invocation& call) {
    if (const auto name = call.given.value("keep")) {
        const auto directory = directory_to_keep(*name);
        if (!directory) return directory.error();
        return run_in(*directory, true, call.at);
    }
    const auto scratch = scratch_directory::make("daybook-demo");
    if (!scratch) return scratch.error();
    return run_in(scratch->path(), false, call.at);
}

}  // namespace

command demo_command() {
    return {
        .name = "demo",
        .topic = topic::start,
        .summary = "show what daybook does, on a sample sprint of agents",
        .about =
            "Makes a temporary store, fills it, and walks through append, query, trace, the "
            "three views and a state in the past; then signs a copy, forges one event of it on "
            "the disk, and shows the verdict. Takes a few seconds.",
        .options = {{.name = "keep",
                     .value = "DIR",
                     .help = "Make the store in DIR, which must be new or empty, and leave it.",
                     .completes = completion::directories}},
        .examples = {{"daybook demo", "look around"},
                     {"daybook demo --keep sprint.daybook", "and try the commands on it later"}},
        .uses_store = false,
        .has_formats = false,
        .run = run};
}

}  // namespace daybook::cli
