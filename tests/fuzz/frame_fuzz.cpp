// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// What passes as a frame of the log can be taken apart: its records cover it in order.
#include "frame.hpp"
#include "fuzz.hpp"

#include <string>

using namespace daybook;
using test::require;

namespace {

void take_apart(std::string_view bytes) {
    const auto frame = frame_view::parse(bytes);
    if (!frame) {
        const auto code = frame.error().code;
        require(code == errc::corrupt || code == errc::unsupported, "the error is as documented");
        return;
    }
    require(frame->events() > 0, "a frame has events");
    const char* end = frame->record(0).data();
    for (std::uint32_t i = 0; i < frame->events(); ++i) {
        const auto record = frame->record(i);
        require(record.data() == end && !record.empty(), "records stand side by side");
        end = record.data() + record.size();
    }
    require(end == bytes.data() + bytes.size(), "records end where the frame does");
    for (std::uint16_t i = 0; i < frame->commits(); ++i) (void)frame->commit(i);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = test::as_text(data, size);
    take_apart(bytes);
    if (size == 0) return 0;
    // A random version stops nearly every input at the door: put it right.
    std::string knocked{bytes};
    knocked[0] = static_cast<char>(frame_view::version);
    take_apart(knocked);
    return 0;
}
