// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a checkpoint of a view is whole or not there, wherever the process or the power goes while
// it is made. Method: a file system that stops at each of the calls that making one takes; then the
// store is opened again, and what it has as checkpoints must give the rows of a view that was
// stopped there. One call: DAYBOOK_FAULT_CALL=<n>.

#include <daybook/projections/as_of.hpp>
#include <daybook/projections/checkpoints.hpp>
#include <daybook/projections/runner.hpp>

#include "fault/faulty_file_system.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "testing_hooks.hpp"

#include <algorithm>
#include <cstdlib>

namespace daybook::projections {
namespace {

using test::fault;

/// A row for each event, so that a checkpoint takes several writes.
struct each_event {
    static constexpr std::string_view name = "each_event";
    static constexpr std::uint32_t version = 1;
    static constexpr bool row_per_event = true;
    using row = std::uint64_t;
    static std::string key(const event_view& e) {
        return std::to_string(1'000'000 + e.position().value);
    }
    static row apply(row, const event_view& e) { return e.position().value; }
};

class CheckpointFault : public testing::TestWithParam<fault> {
protected:
    static constexpr std::uint64_t first = 700;
    static constexpr std::uint64_t all = 1400;

    void open(const std::filesystem::path& directory) {
        testing_hooks::environment = environment_.get();
        log_.emplace(store::open(directory, test::quick_options()).value());
        testing_hooks::environment = nullptr;
    }
    void append(std::uint64_t count) {
        const std::vector<new_event> events(count, test::simple_event("A"));
        log_->append("task-1", expected::any(), events, durability::synced).value();
    }

    /// A store with a checkpoint at `first` and a view at `all`.
    void prepare(const std::filesystem::path& directory) {
        open(directory);
        append(first);
        {
            auto views = runner::open(*log_, {of_}).value();
            views.catch_up().value();
            keep_checkpoint(*log_, of_).value();
            append(all - first);
            views.catch_up().value();
        }
        log_->sync().value();
    }

    /// One is made while the call number `call` goes wrong. False if there was no such call.
    bool strike(std::uint64_t call) {
        const test::temp_directory home;
        prepare(home.path() / "store");
        files_->arm(GetParam(), call);
        const bool kept = keep_checkpoint(*log_, of_).has_value();
        const bool struck = files_->struck();
        log_.reset();
        if (GetParam() == fault::cut) files_->lose_unsynced(random_, call % 2 == 0);
        files_->heal();
        EXPECT_TRUE(kept || struck);
        log_.emplace(store::open(home.path() / "store", test::quick_options()).value());
        look(kept && GetParam() == fault::kill);
        log_.reset();
        return struck;
    }

    void look(bool must_be_there) {
        std::vector<std::uint64_t> cursors;
        for (const auto& one : view_checkpoints(*log_).value()) cursors.push_back(one.cursor.value);
        EXPECT_GE(cursors.size(), must_be_there ? 2U : 1U);
        for (const auto cursor : cursors) {
            const auto then = as_of_view::open(*log_, of_, as_of::before(position{cursor})).value();
            EXPECT_EQ(then.starts_at(), position{cursor});
            EXPECT_EQ(digest_of(then).value(), clean_digest(cursor));
        }
        const auto now = as_of_view::open(*log_, of_, as_of::before(position{all})).value();
        EXPECT_EQ(digest_of(now).value(), clean_digest(all));
        // The next one drops what is left of one that is half made.
        runner::open(*log_, {of_})->catch_up().value();
        keep_checkpoint(*log_, of_).value();
        const auto names = log_->keyspaces().value();
        const auto areas = std::count_if(names.begin(), names.end(), [](const auto& name) {
            return name.starts_with("view.each_event.v1.c");
        });
        EXPECT_EQ(static_cast<std::size_t>(areas), view_checkpoints(*log_)->size());
    }

    view_digest clean_digest(std::uint64_t cursor) {
        return digest_of(as_of_view::open(*log_, of_, as_of::before(position{cursor}),
                                          {.from_checkpoints = false})
                             .value())
            .value();
    }

    any_projection of_ = any_projection::of<each_event>();
    test::randomness random_{7};
    std::shared_ptr<test::faulty_file_system> files_ = std::make_shared<test::faulty_file_system>();
    std::unique_ptr<rocksdb::Env> environment_ = rocksdb::NewCompositeEnv(files_);
    std::optional<store> log_;
};

TEST_P(CheckpointFault, LeavesAWholeCheckpointOrNone) {
    if (const char* call = std::getenv("DAYBOOK_FAULT_CALL")) {
        strike(std::strtoull(call, nullptr, 10));
        return;
    }
    std::uint64_t call = 1;
    while (!HasFailure() && strike(call)) ++call;
    EXPECT_FALSE(HasFailure()) << "at call " << call << ", " << files_->struck_at();
    EXPECT_GT(call, 5U);
}

INSTANTIATE_TEST_SUITE_P(, CheckpointFault,
                         testing::Values(fault::kill, fault::cut, fault::error, fault::torn),
                         [](const auto& of) { return std::string{test::name_of(of.param)}; });

}  // namespace
}  // namespace daybook::projections
