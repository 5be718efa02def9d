// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: an export is there completely or not at all, in parts that an import reads in order, and
// nothing is overwritten that was not meant to be.
// Method: exports of small logs into a fresh directory, whose listing is compared.

#include "formats/exporter.hpp"
#include "formats_support.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace daybook::test {
namespace {

using formats::export_options;
using formats::export_report;
using formats::line_format;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
namespace fs = std::filesystem;

class Export : public testing::Test {
protected:
    Export() {
        std::vector<new_event> events;
        for (int i = 0; i < 20; ++i) {
            auto event =
                simple_event(i % 2 == 0 ? "even" : "odd", "{\"n\":" + std::to_string(i) + "}");
            event.id = numbered_id(static_cast<std::uint64_t>(i));
            event.occurred_at = test_time(i);
            events.push_back(std::move(event));
        }
        log_->append("issue-A", expected::any(), events).value();
    }

    result<export_report> run(const export_options& options, const query& q = query::all(),
                              const read_options& read = {}) {
        return formats::export_events(*log_, q, read, options);
    }
    // The names in the directory, sorted.
    std::vector<std::string> listing() const {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator{home_.path()}) {
            names.push_back(entry.path().filename().string());
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    fresh_store log_;
    temp_directory home_;
};

TEST_F(Export, WritesMatchingEventsAndCountsThem) {
    const auto report = run({.format = line_format::orchestration, .to = home_ / "odd.jsonl"},
                            query::types({"odd"}), {.limit = 3});
    ASSERT_THAT(report, HoldsValue());
    EXPECT_EQ(report->events, 3U);
    EXPECT_THAT(report->files, ElementsAre(home_ / "odd.jsonl"));
    EXPECT_EQ(report->bytes, read_file(home_ / "odd.jsonl").size());
    EXPECT_THAT(read_lines({home_ / "odd.jsonl"}), Holds(SizeIs(3)));
}

TEST_F(Export, WritesNewestFirstIfAsked) {
    ASSERT_THAT(run({.to = home_ / "out.jsonl"}, query::all(),
                    {.direction = direction::backwards, .limit = 1}),
                HoldsValue());
    EXPECT_THAT(read_file(home_ / "out.jsonl"), HasSubstr("{\"n\":19}"));
}

TEST_F(Export, CompressesByTheEndOfTheName) {
    ASSERT_THAT(run({.to = home_ / "plain.jsonl"}), HoldsValue());
    ASSERT_THAT(run({.to = home_ / "a.jsonl.gz"}), HoldsValue());
    ASSERT_THAT(run({.to = home_ / "a.jsonl.zst"}), HoldsValue());
    const auto plain = read_lines({home_ / "plain.jsonl"}).value();
    EXPECT_THAT(read_file(home_ / "a.jsonl.gz").substr(0, 2), "\x1f\x8b");
    EXPECT_THAT(read_file(home_ / "a.jsonl.zst").substr(0, 4), "\x28\xb5\x2f\xfd");
    EXPECT_THAT(read_lines({home_ / "a.jsonl.gz"}), Holds(plain));
    EXPECT_THAT(read_lines({home_ / "a.jsonl.zst"}), Holds(plain));
}

TEST_F(Export, RotatesBySizeWithWholeLinesOnly) {
    ASSERT_THAT(run({.to = home_ / "whole.jsonl"}), HoldsValue());
    const auto whole = read_file(home_ / "whole.jsonl");
    const auto limit = whole.size() * 2 / 5;
    const auto report = run({.to = home_ / "part.jsonl", .rotate_bytes = limit});
    ASSERT_THAT(report, HoldsValue());
    EXPECT_THAT(report->files,
                ElementsAre(home_ / "part.1.jsonl", home_ / "part.2.jsonl", home_ / "part.jsonl"));
    std::string parts;
    for (const auto& file : report->files) {
        const auto part = read_file(file);
        EXPECT_LE(part.size(), limit);
        EXPECT_EQ(part.back(), '\n');
        parts += part;
    }
    EXPECT_EQ(parts, whole);
    EXPECT_THAT(read_lines({home_ / "part.jsonl", home_ / "part.1.jsonl", home_ / "part.2.jsonl"}),
                Holds(read_lines({home_ / "whole.jsonl"}).value()));
    EXPECT_THAT(listing(),
                ElementsAre("part.1.jsonl", "part.2.jsonl", "part.jsonl", "whole.jsonl"));
}

TEST_F(Export, PutsALineThatIsLargerThanAPartIntoAPartOfItsOwn) {
    const auto report =
        run({.to = home_ / "p.jsonl.gz", .rotate_bytes = 1}, query::all(), {.limit = 3});
    ASSERT_THAT(report, HoldsValue());
    EXPECT_THAT(listing(), ElementsAre("p.1.jsonl.gz", "p.2.jsonl.gz", "p.jsonl.gz"));
}

TEST_F(Export, WritesEventsJsonlIntoADirectory) {
    ASSERT_THAT(run({.to = home_.path()}), HoldsValue());
    ASSERT_THAT(run({.to = home_ / "new" / ""}), HoldsValue());
    EXPECT_TRUE(fs::exists(home_ / "events.jsonl"));
    EXPECT_TRUE(fs::exists(home_ / "new" / "events.jsonl"));
}

TEST_F(Export, WritesAnEmptyFileIfNothingMatches) {
    const auto report = run({.to = home_ / "none.jsonl.gz"}, query::types({"none"}));
    ASSERT_THAT(report, HoldsValue());
    EXPECT_EQ(report->events, 0U);
    EXPECT_THAT(read_lines({home_ / "none.jsonl.gz"}), Holds(IsEmpty()));
}

TEST_F(Export, RefusesToOverwriteUnlessAsked) {
    write_file(home_ / "out.jsonl", "precious\n");
    EXPECT_THAT(run({.to = home_ / "out.jsonl"}), FailsWith(errc::refused, "out.jsonl: is there"));
    EXPECT_EQ(read_file(home_ / "out.jsonl"), "precious\n");
    write_file(home_ / "log.3.jsonl", "precious too\n");
    EXPECT_THAT(run({.to = home_ / "log.jsonl"}), FailsWith(errc::refused, "log.3.jsonl"));
    EXPECT_THAT(listing(), ElementsAre("log.3.jsonl", "out.jsonl"));
}

TEST_F(Export, ReplacesAnOldExportWithAllItsParts) {
    ASSERT_THAT(run({.to = home_ / "log.jsonl", .rotate_bytes = 1'000}), HoldsValue());
    EXPECT_GT(listing().size(), 3U);
    write_file(home_ / "log.x.jsonl", "somebody else's\n");
    ASSERT_THAT(run({.to = home_ / "log.jsonl", .overwrite = true}, query::all(), {.limit = 1}),
                HoldsValue());
    EXPECT_THAT(listing(), ElementsAre("log.jsonl", "log.x.jsonl"));
}

TEST_F(Export, WritesThroughALinkToTheFileBehindIt) {
    write_file(home_ / "real.jsonl", "old\n");
    fs::create_symlink(home_ / "real.jsonl", home_ / "link.jsonl");
    ASSERT_THAT(run({.to = home_ / "link.jsonl", .overwrite = true}), HoldsValue());
    EXPECT_TRUE(fs::is_symlink(home_ / "link.jsonl"));
    EXPECT_THAT(read_lines({home_ / "real.jsonl"}), Holds(SizeIs(20)));
}

TEST_F(Export, LeavesNothingBehindIfItFails) {
    EXPECT_THAT(run({.to = home_ / "no" / "such" / "out.jsonl"}),
                FailsWith(errc::not_found, "out.jsonl"));
    EXPECT_THAT(listing(), IsEmpty());
    // A file may not grow beyond 500 bytes: what a full disk feels like.
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 500;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto report = run({.to = home_ / "full.jsonl"});
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_handler);
    EXPECT_THAT(report, FailsWith(errc::io, "full.jsonl: cannot be written"));
    EXPECT_THAT(listing(), IsEmpty());
}

TEST_F(Export, SaysThatADeviceIsFull) {
    EXPECT_THAT(run({.to = "/dev/full"}), FailsWith(errc::io, "No space left on device"));
    ASSERT_THAT(run({.to = "/dev/null"}), HoldsValue());
}

TEST_F(Export, WritesIntoAPipeWithoutRotating) {
    const auto pipe = (home_ / "pipe").string();
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const int keeps_it_open = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK);
    ASSERT_GE(keeps_it_open, 0);
    const auto report = run({.to = pipe, .rotate_bytes = 100}, query::all(), {.limit = 4});
    ASSERT_THAT(report, HoldsValue());
    EXPECT_THAT(report->files, IsEmpty());
    std::string got(report->bytes + 100, '\0');
    const auto count = ::read(keeps_it_open, got.data(), got.size());
    EXPECT_EQ(static_cast<std::uint64_t>(count), report->bytes);
    ::close(keeps_it_open);
    EXPECT_THAT(listing(), ElementsAre("pipe"));
}

TEST_F(Export, TellsItsProgress) {
    std::vector<std::uint64_t> events;
    export_options options{.to = home_ / "out.jsonl"};
    options.progress = [&](const export_report& so_far) { events.push_back(so_far.events); };
    ASSERT_THAT(run(options), HoldsValue());
    EXPECT_THAT(events, ElementsAre(20));
}

}  // namespace
}  // namespace daybook::test
