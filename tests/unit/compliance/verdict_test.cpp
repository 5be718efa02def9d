// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/compliance.hpp>
#include <daybook/compliance/verdict.hpp>

#include <gtest/gtest.h>

namespace daybook::compliance {
namespace {

TEST(verdict, has_a_name) {
    EXPECT_EQ(to_string(verdict::verified), "verified");
    EXPECT_EQ(to_string(verdict::tampered), "tampered");
    EXPECT_EQ(to_string(verdict::rolled_back), "rolled back");
    EXPECT_EQ(to_string(verdict::unverifiable), "unverifiable");
    EXPECT_EQ(to_string(verdict::malformed), "malformed");
}

TEST(verification, says_what_is_gravest) {
    verification all;
    EXPECT_EQ(all.what(), verdict::verified);
    for (const auto next :
         {verdict::unverifiable, verdict::malformed, verdict::rolled_back, verdict::tampered}) {
        all.findings.push_back({.what = next});
        EXPECT_EQ(all.what(), next);
        all.findings.insert(all.findings.begin(), finding{.what = verdict::unverifiable});
        EXPECT_EQ(all.what(), next);
    }
}

}  // namespace
}  // namespace daybook::compliance
