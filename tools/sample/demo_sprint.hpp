// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sample/generator.hpp"

#include <string>
#include <vector>

namespace daybook::sample {

/// A small sprint by hand, to be looked at. Of three issues one goes through (SHOP-101, which waits
/// for a decision on the way), one fails in TEST and recovers, with a security gap found and closed
/// (SHOP-102), and one is given up (SHOP-103). Around them the sprint, its six tasks, sessions, and
/// an agent that reports what it is doing. The same events every time; every orchestration,
/// activity and planning type is there.
struct demo_script {
    std::vector<sample_event> events;  ///< In order of time; 200 to 400.

    // What a walk through it wants to point at.
    std::string stream;       ///< Of the issue that fails and recovers: "issue-SHOP-102".
    std::string correlation;  ///< Of the same.
    event_id failure;         ///< Its TestRunFailed.
    event_id recovery;        ///< Its RecoverySucceeded, which has three causes.
    event_id gap_found;       ///< Its GapIdentified.
    event_id gap_resolved;
    event_id merge;             ///< Its PRMerged, the end of the longest chain.
    timestamp in_trouble;       ///< A moment between failure and recovery.
    std::string sprint_stream;  ///< "sprint-14".
};

demo_script demo_sprint();

}  // namespace daybook::sample
