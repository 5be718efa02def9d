// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: wherever the process or the power goes while a segment is archived, thinned and restored,
// the store opens and has every event; of a payload that was to go, all of it or its tombstone.
// Method: a file system that goes wrong at one of the calls that all of it takes; then the store is
// opened again, read and checked, and the same is done again to its end.
//
// A sample of calls, or all of them, see each_call.hpp.

#include <daybook/archive.hpp>

#include "each_call.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "testing_hooks.hpp"

#include <memory>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;

class ArchiveFault : public each_call {
protected:
    static constexpr std::uint64_t chosen = 1234;

    static void SetUpTestSuite() {
        made_ = std::make_unique<temp_directory>();
        auto log = store::open(*made_ / "store", quick_options()).value();
        fill(log, 0, limits::segment_events + 500);
        log.finish_background_work().value();
        log.sync().value();
        before_ = contents_of(log);
    }
    static void TearDownTestSuite() { made_.reset(); }

    /// All records, but of the chosen event only what stays when its payload goes.
    static std::string contents_of(const store& log) {
        std::string all;
        auto events = log.read_all().value();
        for (;;) {
            const auto more = events.next();
            if (!more) return more.error().message;
            if (!*more) return all;
            if (events->position().value == chosen) {
                all += to_string(events->id());
                all += events->deleted_payload() ? "" : events->payload();
            } else {
                all += events->record();
            }
        }
    }
    static bool is_gone(const store& log) {
        const auto found = log.read_one(position{chosen});
        return found && found->view().deleted_payload();
    }

    /// Stops at the first that fails.
    static result<void> go_through(store& log, const fs::path& cold) {
        const auto is_archived = !archived_segments(log)->empty();
        if (!is_archived) {
            if (auto ok = archive_segment(log, 0, {.directory = cold}); !ok) return ok.error();
        }
        const auto digest = [](std::string_view) { return std::string(32, '#'); };
        const auto one = [](const event_view& e) { return e.position().value == chosen; };
        if (auto ok = delete_payloads(log, 0, one, {.digest = digest}); !ok) return ok.error();
        if (auto ok = restore_segment(log, 0); !ok) return ok.error();
        return {};
    }

    /// Goes through it while the call number `call` goes wrong (0: none); how many there were.
    std::uint64_t strike(std::uint64_t call) override {
        const temp_directory home;
        fs::copy(*made_ / "store", home / "store", fs::copy_options::recursive);
        fs::create_directory(home / "cold");
        const auto files = std::make_shared<faulty_file_system>();
        const auto environment = rocksdb::NewCompositeEnv(files);
        testing_hooks::environment = environment.get();
        {
            auto log = store::open(home / "store", quick_options()).value();
            files->arm(call == 0 ? fault::none : GetParam(), call);
            const auto done = go_through(log, home / "cold");
            EXPECT_TRUE(call != 0 || done) << done.error().message;
        }
        testing_hooks::environment = nullptr;
        const auto calls = files->calls();
        struck_at_ = files->struck_at();
        if (GetParam() == fault::cut) files->lose_unsynced(random_, call % 2 == 0);
        files->heal();
        look(home);
        return calls;
    }

    static void look(const temp_directory& home) {
        auto log = store::open(home / "store", quick_options());
        ASSERT_TRUE(log) << log.error().message;
        const auto compare = [&] {
            const auto now = contents_of(*log);
            EXPECT_EQ(now.size(), before_.size() - (is_gone(*log) ? 2 : 0));
            EXPECT_TRUE(is_gone(*log) || now == before_) << now.substr(0, 200);
            const auto sound = log->check();
            EXPECT_TRUE(sound) << sound.error().message;
        };
        compare();
        const auto again = go_through(*log, home / "cold");
        EXPECT_TRUE(again) << again.error().message;
        compare();
        EXPECT_TRUE(is_gone(*log));
        EXPECT_TRUE(archived_segments(*log)->empty());
    }

    static std::unique_ptr<temp_directory> made_;
    static std::string before_;
};
std::unique_ptr<temp_directory> ArchiveFault::made_;
std::string ArchiveFault::before_;

TEST_P(ArchiveFault, LeavesTheSegmentInTheLogOrInTheFile) { strike_some(1); }

INSTANTIATE_TEST_SUITE_P(, ArchiveFault,
                         testing::Values(fault::kill, fault::cut, fault::error, fault::no_space),
                         each_call_name);

}  // namespace
}  // namespace daybook::test
