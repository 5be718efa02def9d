// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// One thing is done again and again, and each time another call to the file system goes wrong.
//
// By default a sample of calls is tried, always the same. Each call: DAYBOOK_FAULT_CALLS=0; one:
// DAYBOOK_FAULT_CALL=<n>; another sample: DAYBOOK_TEST_SEED=<seed>.

#include "faulty_file_system.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace daybook::test {

/// A test program has one of these: its calls are counted once.
class each_call : public testing::TestWithParam<fault> {
protected:
    /// Does it while the call number `call` goes wrong (0: none), and looks at what is left; how
    /// many calls there were. Sets `struck_at_`.
    virtual std::uint64_t strike(std::uint64_t call) = 0;

    /// `sample` calls of them all, other ones for each kind of fault.
    void strike_some(std::uint64_t sample) {
        if (const auto call = number_from("DAYBOOK_FAULT_CALL", 0)) {
            strike(call);
            return;
        }
        static const auto calls = strike(0);  // The same for every kind.
        ASSERT_FALSE(HasFailure()) << "without a fault";
        const auto tries = number_from("DAYBOOK_FAULT_CALLS", sample);
        const auto step = tries == 0 || tries > calls ? 1 : calls / tries;
        for (auto call = step == 1 ? 1 : random_.between(1, step); call <= calls; call += step) {
            strike(call);
            ASSERT_FALSE(HasFailure()) << "at call " << call << " of " << calls << ", "
                                       << struck_at_ << "; repeat with DAYBOOK_FAULT_CALL=" << call;
        }
    }

    std::string struck_at_;

private:
    static std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
        const char* text = std::getenv(name);
        return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
    }

protected:
    randomness random_{number_from("DAYBOOK_TEST_SEED", 7) +
                       static_cast<std::uint64_t>(GetParam())};
};

inline std::string each_call_name(const testing::TestParamInfo<fault>& of) {
    std::string name{name_of(of.param)};
    std::erase(name, ' ');
    return name;
}

}  // namespace daybook::test
