// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: what a sink wrote, in however many files, imports to the events that were emitted.
// Method: the same events go through an emitter into a store and into files, which are imported
// into a second store; both must hold the same.

#include <daybook/emitter.hpp>
#include <daybook/jsonl_sink.hpp>

#include "formats_support.hpp"

namespace daybook::test {
namespace {

using formats::line_format;

void emit_all(emitter_target& target, const std::vector<expected_event>& events) {
    emitter_options options;
    options.full = when_full::block;
    options.block_max = std::chrono::hours{1};
    auto emitting = emitter::start(target, options).value();
    for (const auto& one : events) {
        ASSERT_EQ(emitting.emit(event_level::action, one.stream, one.event), emission::queued);
    }
    ASSERT_THAT(emitting.stop(), HoldsValue());
    ASSERT_EQ(emitting.stats().rejected, 0U)
        << (emitting.stats().last_error ? emitting.stats().last_error->message : "");
}

std::vector<std::string> facts_without_recorded(const store& log) {
    std::vector<std::string> all;
    for (const auto& e : read_everything(log.read_all())) {
        auto text = facts(e);
        const auto at = text.find("recorded");
        if (at != std::string::npos) text.erase(at, text.find('\n', at) - at);
        all.push_back(std::move(text));
    }
    return all;
}

TEST(Sink, IsImportedAsItWasEmitted) {
    const auto seed = seed_from_environment();
    SCOPED_TRACE(how_to_repeat(seed));
    event_maker make{seed};
    std::vector<expected_event> events;
    for (int i = 0; i < 500; ++i) {
        expected_event one{.stream = make.stream(), .event = make.event()};
        one.event.tags.resize(std::min<std::size_t>(one.event.tags.size(), 60));
        events.push_back(std::move(one));
    }
    fresh_store direct;
    store_target target{*direct};
    emit_all(target, events);
    for (const auto how :
         {part_compression::none, part_compression::gzip, part_compression::zstd}) {
        const temp_directory home;
        {
            auto sink =
                jsonl_sink::open(home / "events.jsonl", {.rotate_bytes = 20'000, .parts = how})
                    .value();
            emit_all(sink, events);
            // Some parts may be compressed, and some not yet.
            if (how == part_compression::zstd) {
                ASSERT_THAT(sink.finish_background_work(), HoldsValue());
            }
            EXPECT_GE(sink.status().parts, 10U) << "more than nine: numbers, not names, order them";
        }
        fresh_store imported;
        const auto report = import_files(*imported, {home.path()}, line_format::native);
        ASSERT_THAT(report, HoldsValue());
        EXPECT_EQ(report->added, events.size());
        EXPECT_EQ(facts_without_recorded(*imported), facts_without_recorded(*direct));
    }
}

TEST(Sink, WithHalfALineAtItsEndIsRefusedWithThePlace) {
    const temp_directory home;
    const auto file = home / "events.jsonl";
    {
        auto sink = jsonl_sink::open(file).value();
        emit_all(sink, {{.stream = "task-1", .event = simple_event("A")},
                        {.stream = "task-1", .event = simple_event("B")},
                        {.stream = "task-1", .event = simple_event("C")}});
    }
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 20);
    fresh_store log;
    EXPECT_THAT(import_files(*log, {file}, line_format::native),
                FailsWith(errc::invalid_argument, "events.jsonl:3"));
    // The next sink of that file puts it right.
    static_cast<void>(jsonl_sink::open(file).value());
    const auto report = import_files(*log, {file}, line_format::native);
    ASSERT_THAT(report, HoldsValue());
    EXPECT_EQ(report->added, 2U);
}

}  // namespace
}  // namespace daybook::test
