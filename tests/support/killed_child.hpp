// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

/// A test of this program that is run again in a process of its own, until that kills itself.
///
///     TEST(MailCrashChild, SendsUntilItIsKilled) {
///         const auto orders = test::orders_of_child();
///         if (!orders) GTEST_SKIP() << "only of use to MailCrash";
///         send_until_killed(orders->directory, orders->seed);
///     }
///     TEST(MailCrash, ...) {
///         ASSERT_TRUE(test::dies_by_kill("MailCrashChild.SendsUntilItIsKilled",
///                                        {directory, random.next()}));
namespace daybook::test {

struct child_orders {
    std::filesystem::path directory{};
    std::uint64_t seed = 0;
};

namespace detail {
inline constexpr const char* child_directory_variable = "DAYBOOK_TEST_CHILD_DIRECTORY";
inline constexpr const char* child_seed_variable = "DAYBOOK_TEST_CHILD_SEED";
}  // namespace detail

/// In the child, what it was told; nothing if the test was started otherwise, say by hand.
inline std::optional<child_orders> orders_of_child() {
    const char* directory = std::getenv(detail::child_directory_variable);
    const char* seed = std::getenv(detail::child_seed_variable);
    if (directory == nullptr || seed == nullptr) return std::nullopt;
    return child_orders{directory, std::strtoull(seed, nullptr, 10)};
}

/// Runs one test, "Suite.Name", of this program in a process of its own, and waits for its end. A
/// failure if it ended in another way than by SIGKILL.
inline testing::AssertionResult dies_by_kill(const std::string& one_test,
                                             const child_orders& orders) {
    // All strings are made before the fork: the child of a program with threads may only exec.
    const auto filter = "--gtest_filter=" + one_test;
    const auto seed = std::to_string(orders.seed);
    const auto child = ::fork();
    if (child == 0) {
        ::setenv(detail::child_directory_variable, orders.directory.c_str(), 1);
        ::setenv(detail::child_seed_variable, seed.c_str(), 1);
        ::execl("/proc/self/exe", "killed_child", filter.c_str(), "--gtest_brief=1", nullptr);
        ::_exit(127);
    }
    if (child < 0) return testing::AssertionFailure() << "no process could be started";
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return testing::AssertionFailure() << "the process was not found";
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return testing::AssertionSuccess();
    return testing::AssertionFailure() << one_test << " with seed " << seed << " ended with status "
                                       << status << " and not by SIGKILL";
}

}  // namespace daybook::test
