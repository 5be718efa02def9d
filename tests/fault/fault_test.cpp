// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: whatever call to the file system goes wrong, and however, nothing that was acknowledged is
// lost, nothing is there twice or in part, and the store opens and goes on. Method: each scenario
// is run once to count its calls, then again and again, with one kind of fault at one call; then
// the store is opened on a sound file system and looked at.
//
// By default a sample of calls is tried, always the same. tests/fault/long_run.sh tries each of
// them.
//     DAYBOOK_TEST_SEED=<seed>       another sample
//     DAYBOOK_FAULT_CALLS=<n>        calls tried of each scenario and kind; 0: all
//     DAYBOOK_FAULT_ONLY=<text>      only scenarios and kinds whose "scenario / kind" has the text
//     DAYBOOK_FAULT_CALL=<n>         only this call

#include "fault/fault_scenarios.hpp"
#include "support/matchers.hpp"
#include "testing_hooks.hpp"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace daybook::test {
namespace {

// What is being tried, for when the process dies of it.
char trying[400] = "";

void tell_what_was_tried(int signal) {
    (void)!::write(STDERR_FILENO, trying, std::strlen(trying));
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

struct tally {
    std::uint64_t calls = 0;  ///< That the scenario makes.
    std::uint64_t tried = 0;
    std::uint64_t told = 0;  ///< Runs in which a caller was told of an error.
    std::uint64_t violations = 0;
};

class campaign {
public:
    campaign() : seed_{count_from_environment("DAYBOOK_TEST_SEED", 1)}, random_{seed_} {
        if (const char* only = std::getenv("DAYBOOK_FAULT_ONLY")) only_ = only;
    }

    void run(const scenario& one) {
        const temp_directory home;
        std::uint64_t known = 0;
        std::filesystem::path prepared;
        if (one.prepare) {
            prepared = home / "prepared";
            known = one.prepare(prepared);
        }
        driven_store clean{prepared, known, one.options};
        clean.files().arm(fault::none, 0);
        one.run(clean);
        clean.close();
        const auto calls = clean.files().calls();
        EXPECT_FALSE(clean.told()) << one.name << " fails without a fault";
        EXPECT_EQ(clean.look_after(false), "") << one.name << " without a fault";
        for (const auto kind :
             {fault::error, fault::errors, fault::torn, fault::no_space, fault::read_only,
              fault::no_files, fault::delay, fault::kill, fault::cut}) {
            const auto name = one.name + " / " + std::string{name_of(kind)};
            if (name.find(only_) == std::string::npos) continue;
            // RocksDB built with assertions stops the process when a flush in the background meets
            // a write-ahead file that failed; core/docs/damage.md, "Not done".
            const bool asserts = kind == fault::error || kind == fault::errors ||
                                 kind == fault::torn || kind == fault::read_only;
            if (only_.empty() && one.name == "flushes" && asserts) continue;
            // The slow ones would take most of the time: some kinds, others each time.
            const bool sampled = only_.empty() && std::getenv("DAYBOOK_FAULT_CALLS") == nullptr;
            if (sampled && one.slow && !random_.chance(30)) continue;
            tally counted{.calls = calls};
            for (const auto call : calls_to_try(calls, one.slow)) {
                try_call(one, prepared, known, kind, call, counted);
            }
            std::printf("%-20s %-9s %5llu calls, %5llu tried, %5llu told, %llu violations\n",
                        one.name.c_str(), std::string{name_of(kind)}.c_str(),
                        static_cast<unsigned long long>(counted.calls),
                        static_cast<unsigned long long>(counted.tried),
                        static_cast<unsigned long long>(counted.told),
                        static_cast<unsigned long long>(counted.violations));
            std::fflush(stdout);
        }
    }

    std::uint64_t seed() const { return seed_; }

private:
    std::vector<std::uint64_t> calls_to_try(std::uint64_t calls, bool slow) {
        if (const auto call = count_from_environment("DAYBOOK_FAULT_CALL", 0)) return {call};
        const auto some = count_from_environment("DAYBOOK_FAULT_CALLS", slow ? 1 : 4);
        std::vector<std::uint64_t> chosen;
        if (some == 0 || some >= calls) {
            for (std::uint64_t i = 1; i <= calls; ++i) chosen.push_back(i);
        } else {
            for (std::uint64_t i = 0; i < some; ++i) chosen.push_back(random_.between(1, calls));
        }
        return chosen;
    }

    void try_call(const scenario& one, const std::filesystem::path& prepared, std::uint64_t known,
                  fault kind, std::uint64_t call, tally& counted) {
        const auto repeat = "repeat with DAYBOOK_FAULT_ONLY='" + one.name + " / " +
                            std::string{name_of(kind)} +
                            "' DAYBOOK_FAULT_CALL=" + std::to_string(call) +
                            " DAYBOOK_TEST_SEED=" + std::to_string(seed_) + "\n";
        std::strncpy(trying, repeat.c_str(), sizeof trying - 1);
        driven_store at{prepared, known, one.options};
        at.files().arm(kind, call);
        one.run(at);
        ++counted.tried;
        std::string wrong;
        const bool process_lives = kind != fault::kill && kind != fault::cut;
        // Half of the runs close while the trouble lasts.
        if (process_lives && call % 2 == 0) {
            at.files().heal();
            // A rebuild that a full disk stopped is gone on with at the next opening.
            const bool room_again = kind == fault::no_space && one.name != "reindex";
            wrong = at.look_while_open(room_again || kind == fault::delay);
        }
        at.close();
        if (at.told()) ++counted.told;
        at.files().heal();
        // The machine may lose its power after any other fault, too.
        randomness own{seed_ ^ (call << 8U) ^ static_cast<std::uint64_t>(kind)};
        const bool cut = kind == fault::cut || (kind != fault::kill && own.chance(50));
        const bool some = own.chance(50);
        if (cut) at.files().lose_unsynced(own, some);
        if (wrong.empty()) wrong = at.look_after(cut);
        if (wrong.empty()) return;
        ++counted.violations;
        ADD_FAILURE() << one.name << " / " << name_of(kind) << " at call " << call << " ("
                      << at.files().struck_at() << ")" << (cut ? ", power cut" : "") << ": "
                      << wrong << "\n  " << repeat;
    }

    std::uint64_t seed_;
    randomness random_;
    std::string only_;
};

TEST(Fault, NothingAcknowledgedIsLostWhicheverCallGoesWrong) {
    std::signal(SIGABRT, tell_what_was_tried);
    std::signal(SIGSEGV, tell_what_was_tried);
    campaign all;
    std::printf("seed %llu\n", static_cast<unsigned long long>(all.seed()));
    for (const auto& one : all_scenarios()) all.run(one);
}

}  // namespace
}  // namespace daybook::test
