// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: whatever file of a store is damaged or missing, it is found and named; a repair takes over
// every event that is left, where it was, and the new store is whole. Damage to indexes and views
// alone is mended at opening. Method: each kind of damage done to a copy of one store. Prints what
// each of them led to.

#include <daybook/durable_subscription.hpp>
#include <daybook/repair.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/randomness.hpp"

#include <gmock/gmock.h>
#include <rocksdb/sst_file_reader.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>

namespace daybook::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

store_options small_memtable() {
    auto options = quick_options();
    options.memtable_bytes = 1U << 20U;
    return options;
}

void flip(const fs::path& file, std::uint64_t at, int count = 16) {
    std::fstream bytes{file, std::ios::in | std::ios::out | std::ios::binary};
    for (int i = 0; i < count; ++i) {
        const auto place = static_cast<std::streamoff>(at) + i;
        bytes.seekg(place);
        const auto old = static_cast<char>(bytes.get());
        bytes.seekp(place);
        bytes.put(static_cast<char>(old ^ 0x55));
    }
}

/// A closed store with a sealed segment, tables of every family, and a log that is not flushed.
class Repair : public testing::Test {
protected:
    Repair() {
        auto log = store::open(sound(), small_memtable()).value();
        // Before the events: the log grows until these areas must be written to tables, too.
        auto view = log.open_keyspace("rows").value();
        keyspace_batch rows;
        for (int i = 0; i < 100; ++i) rows.put(std::to_string(i), "row");
        view.write(rows).value();
        fill(log, 0, limits::segment_events + 5000);
        log.finish_background_work().value();
        for (int i = 0; i < 20; ++i) {
            log.append("late-1", expected::any(), {simple_event("Late")}, durability::synced)
                .value();
        }
        for (const auto& e : read_everything(log.read_all()))
            records_.emplace_back(e.view().record());
    }

    fs::path sound() const { return home_ / "sound"; }
    fs::path hurt() const { return home_ / "hurt"; }
    fs::path mended() const { return home_ / "mended"; }

    void damage(const std::function<void(const fs::path&)>& how) {
        fs::remove_all(hurt());
        fs::remove_all(mended());
        fs::copy(sound(), hurt());
        how(hurt());
    }
    fs::path largest(const fs::path& in, std::string_view ending,
                     std::string_view family = {}) const {
        fs::path found;
        for (const auto& entry : fs::directory_iterator{in}) {
            const auto& path = entry.path();
            if (!path.filename().string().ends_with(ending) &&
                !path.filename().string().starts_with(ending)) {
                continue;
            }
            if (!family.empty() && family_of(path) != family) continue;
            if (found.empty() || entry.file_size() > fs::file_size(found)) found = path;
        }
        EXPECT_FALSE(found.empty()) << ending << " of " << family;
        return found;
    }
    /// Of every table of `from` that is of another family than the log and the settings.
    std::vector<fs::path> derived_tables(const fs::path& from) const {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator{from}) {
            if (entry.path().extension() != ".sst") continue;
            // Ingested tables do not name their family.
            const auto family = family_of(entry.path());
            if (family != "log" && family != "meta") found.push_back(entry.path());
        }
        return found;
    }
    static void spoil(const fs::path& table, bool remove) {
        remove ? (void)fs::remove(table) : fs::resize_file(table, fs::file_size(table) / 2);
    }
    static fs::path newest_log(const fs::path& in) {
        fs::path found;
        for (const auto& entry : fs::directory_iterator{in}) {
            if (entry.path().extension() == ".log" && entry.file_size() > 0) {
                found = std::max(found, entry.path());
            }
        }
        return found;
    }
    static std::string family_of(const fs::path& table) {
        rocksdb::SstFileReader reader{rocksdb::Options{}};
        if (!reader.Open(table.string()).ok()) return {};
        return reader.GetTableProperties()->column_family_name;
    }

    /// Repairs and compares every event with what it was. Returns the report.
    repair_report repaired(std::string_view what) {
        const auto opened = store::open(hurt(), {.create_if_missing = false, .read_only = true});
        const auto report = repair_store(hurt(), mended()).value();
        auto log = store::open(mended()).value();
        EXPECT_THAT(log.check(), HoldsValue());
        std::uint64_t kept = 0;
        auto lost = report.lost.begin();
        auto reader = log.read_all().value();
        while (reader.next().value()) {
            const auto at = reader->position();
            while (lost != report.lost.end() && lost->last < at) ++lost;
            if (lost != report.lost.end() && lost->first <= at) {
                EXPECT_EQ(reader->type(), lost_event_type);
                continue;
            }
            EXPECT_EQ(reader->record(), records_[at.value]);
            ++kept;
        }
        EXPECT_EQ(kept, report.events_kept);
        EXPECT_THAT(log.append("late-1", expected::any(), {simple_event("More")}), HoldsValue());
        std::printf("%-32s open: %s\n%-32s repair: %llu of %zu events, %zu ranges lost%s%s\n",
                    std::string{what}.c_str(),
                    opened ? "opens" : opened.error().message.substr(0, 150).c_str(), "",
                    static_cast<unsigned long long>(kept), records_.size(), report.lost.size(),
                    report.findings.empty() ? "" : "; ",
                    report.findings.empty() ? "" : report.findings.front().substr(0, 120).c_str());
        return report;
    }

    temp_directory home_;
    std::vector<std::string> records_;
};

TEST_F(Repair, OfASoundStoreIsACopy) {
    damage([](const fs::path&) {});
    const auto report = repaired("nothing");
    EXPECT_EQ(report.events_kept, records_.size());
    EXPECT_TRUE(report.lost.empty());
    EXPECT_EQ(report.keyspaces_kept, std::vector<std::string>{"rows"});
    const auto before = store::open(sound(), small_memtable()).value().status().store_id;
    EXPECT_EQ(store::open(mended()).value().status().store_id, before);
}

TEST_F(Repair, LosesNothingWithoutCurrentManifestOrOptions) {
    for (const auto* name : {"CURRENT", "MANIFEST-", "OPTIONS-", "IDENTITY"}) {
        damage([&](const fs::path& in) { fs::remove(largest(in, name)); });
        EXPECT_EQ(repaired(std::string{name} + " missing").events_kept, records_.size()) << name;
    }
    damage([&](const fs::path& in) {
        const auto manifest = largest(in, "MANIFEST-");
        fs::resize_file(manifest, fs::file_size(manifest) / 2);
    });
    EXPECT_EQ(repaired("MANIFEST cut short").events_kept, records_.size());
    damage([&](const fs::path& in) { std::ofstream{in / "CURRENT"} << "nonsense\n"; });
    EXPECT_EQ(repaired("CURRENT is nonsense").events_kept, records_.size());
}

TEST_F(Repair, AStoreWithoutCurrentIsNotMadeAgain) {
    damage([&](const fs::path& in) { fs::remove(in / "CURRENT"); });
    EXPECT_THAT(store::open(hurt()), FailsWith(errc::corrupt, "CURRENT"));
    damage([&](const fs::path& in) {
        fs::remove(in / "CURRENT");
        for (const auto& entry : fs::directory_iterator{in}) {
            if (entry.path().extension() == ".sst") fs::remove(entry.path());
        }
    });
    EXPECT_THAT(store::open(hurt()), FailsWith(errc::corrupt, "CURRENT"));
}

TEST_F(Repair, TakesAllButTheDamagedBlocksOfTheLog) {
    damage([&](const fs::path& in) {
        const auto table = largest(in, ".sst", "log");
        flip(table, fs::file_size(table) / 3);
    });
    const auto report = repaired("flipped bytes in a log table");
    EXPECT_EQ(report.lost.size(), 1U);
    EXPECT_LT(report.lost.front().last.value - report.lost.front().first.value, 200U);
    EXPECT_FALSE(report.findings.empty());
}

TEST_F(Repair, FillsTheGapOfALostTable) {
    for (const bool cut : {false, true}) {
        damage([&](const fs::path& in) {
            const auto table = largest(in, ".sst", "log");
            spoil(table, !cut);
        });
        EXPECT_THAT(store::open(hurt()), FailsWith(errc::corrupt, "of log"));
        const auto report = repaired(cut ? "log table cut short" : "log table missing");
        EXPECT_FALSE(report.lost.empty());
        EXPECT_FALSE(report.lost_of_streams.empty());
        EXPECT_EQ(report.keyspaces_kept, std::vector<std::string>{"rows"});
    }
}

TEST_F(Repair, AHoleInTheWriteAheadFileIsDamage) {
    // Near the end, and in the last commit, which nothing comes after but the closing.
    for (const int from_end : {2500, 40}) {
        damage([&](const fs::path& in) {
            const auto log = newest_log(in);
            flip(log, fs::file_size(log) - static_cast<std::uint64_t>(from_end));
        });
        EXPECT_THAT(store::open(hurt()), FailsWith(errc::corrupt, "was synced"));
        // An attempt to open it for writing changes nothing in that.
        EXPECT_THAT(store::open(hurt()), FailsWith(errc::corrupt, "was synced"));
        const auto report = repaired("hole in the write-ahead file");
        EXPECT_EQ(report.events_kept, records_.size() - 1) << "what lies behind is taken over";
        ASSERT_EQ(report.lost.size(), 1U);
        EXPECT_EQ(report.end.value, records_.size());
    }
}

TEST_F(Repair, AWriteAheadFileThatLostItsEndAfterAClose) {
    damage([&](const fs::path& in) {
        const auto log = newest_log(in);
        fs::resize_file(log, fs::file_size(log) - 10);
    });
    EXPECT_THAT(store::open(hurt()), FailsWith(errc::corrupt, "was synced"));
    EXPECT_EQ(repaired("write-ahead file cut short").events_kept, records_.size() - 1);
    const auto without_word = [&](const fs::path& in) {
        const auto log = newest_log(in);
        fs::resize_file(log, fs::file_size(log) - 10);
        fs::remove(in / "SYNCED");
    };
    damage(without_word);
    EXPECT_THAT(store::open(hurt()), FailsWith(errc::corrupt, "when it was closed"));
    // Without any word of how far it went it is what a crash leaves.
    damage([&](const fs::path& in) {
        without_word(in);
        fs::remove(in / "OWNER");
    });
    EXPECT_EQ(store::open(hurt()).value().watermark().value, records_.size() - 1);
}

TEST_F(Repair, LostWriteAheadFilesAreNoticedAfterAClose) {
    damage([](const fs::path& in) {
        for (const auto& entry : fs::directory_iterator{in}) {
            if (entry.path().extension() == ".log") fs::remove(entry.path());
        }
    });
    EXPECT_THAT(store::open(hurt()), FailsWith(errc::corrupt, "was synced"));
    const auto report = repaired("write-ahead files missing");
    EXPECT_FALSE(report.lost.empty());
    EXPECT_EQ(report.end.value, records_.size()) << "no position is given twice";
}

TEST_F(Repair, ADamagedMarkOfTheCloseIsNoMark) {
    damage([](const fs::path& in) { flip(in / "SYNCED", 0, 1); });
    EXPECT_EQ(store::open(hurt()).value().watermark().value, records_.size());
    damage([](const fs::path& in) { fs::resize_file(in / "SYNCED", 3); });
    EXPECT_EQ(store::open(hurt()).value().watermark().value, records_.size());
}

TEST_F(Repair, IndexesAndViewsAloneAreMendedAtOpening) {
    bool a_view = false;
    for (const auto& table : derived_tables(sound())) {
        for (const bool remove : {true, false}) {
            damage([&](const fs::path& in) { spoil(in / table.filename(), remove); });
            EXPECT_THAT(store::open(hurt(), {.read_only = true}),
                        FailsWith(errc::corrupt, table.filename().string()));
            auto opened = store::open(hurt(), small_memtable());
            ASSERT_THAT(opened, HoldsValue());
            const auto mended = opened->status().mended;
            EXPECT_NE(mended.find(table.filename().string()), std::string::npos) << mended;
            EXPECT_THAT(opened->check(), HoldsValue());
            EXPECT_EQ(opened->watermark().value, records_.size());
            a_view = a_view || mended.find("view:rows") != std::string::npos;
            std::printf("%-32s mended: %s\n", remove ? "missing table" : "table cut short",
                        mended.substr(0, 100).c_str());
        }
    }
    EXPECT_TRUE(a_view);
}

TEST_F(Repair, WhereNamedSubscriptionsStandIsNotThrownAway) {
    {
        auto log = store::open(sound(), small_memtable()).value();
        auto mails = durable_subscription::open(log, "mails").value();
        ASSERT_TRUE(mails.next(0ms).value());
        mails.acknowledge(mails->position()).value();
        fill(log, log.watermark().value, 60'000);  // Until it is in a table.
    }
    damage(
        [&](const fs::path& in) { fs::remove(largest(in, ".sst", "view:daybook.subscriptions")); });
    EXPECT_THAT(store::open(hurt(), small_memtable()),
                FailsWith(errc::corrupt, "view:daybook.subscriptions"));
    const auto report = repair_store(hurt(), mended()).value();
    EXPECT_TRUE(report.lost.empty());
    EXPECT_EQ(report.keyspaces_lost, std::vector<std::string>{"daybook.subscriptions"});
    EXPECT_EQ(report.keyspaces_kept, std::vector<std::string>{"rows"});
}

TEST_F(Repair, SalvageStopsAtAHoleInTheWriteAheadFile) {
    damage([&](const fs::path& in) {
        const auto log = newest_log(in);
        flip(log, fs::file_size(log) - 2500);
    });
    const auto log = store::open(hurt(), {.read_only = true, .salvage = true}).value();
    EXPECT_LT(log.watermark().value, records_.size());
    EXPECT_GT(log.watermark().value, records_.size() - 20);
    EXPECT_THAT(log.status().salvaged, testing::HasSubstr("was synced"));
    EXPECT_EQ(read_everything(log.read_all()).size(), log.watermark().value);
    EXPECT_EQ(log.head("late-1").value().last.value,
              positions_of(log.read_stream("late-1")).size());
    EXPECT_THAT(log.check(), HoldsValue());
}

TEST_F(Repair, SalvageOfASoundStoreHasNothingToTell) {
    const auto log = store::open(sound(), {.read_only = true, .salvage = true}).value();
    EXPECT_EQ(log.status().salvaged, "");
    EXPECT_THAT(log.check(), HoldsValue());
    EXPECT_EQ(log.watermark().value, records_.size());
    EXPECT_THAT(store::open(sound(), {.salvage = true}), FailsWith(errc::invalid_argument));
}

TEST_F(Repair, AReaderChangesNothing) {
    const auto look = [&] {
        std::map<std::string, std::pair<std::uintmax_t, fs::file_time_type>> seen;
        for (const auto& entry : fs::directory_iterator{hurt()}) {
            seen.emplace(entry.path().filename().string(),
                         std::pair{entry.file_size(), entry.last_write_time()});
        }
        return seen;
    };
    const auto read_in_every_way = [&](const std::function<void(const fs::path&)>& how) {
        damage(how);
        const auto before = look();
        (void)store::open(hurt(), {.read_only = true});
        (void)store::open(hurt(), {.read_only = true, .salvage = true});
        EXPECT_EQ(look(), before);
    };
    read_in_every_way([](const fs::path&) {});
    read_in_every_way([](const fs::path& in) { std::ofstream{in / "SYNC_FAILED"} << "once"; });
    for (const auto& table : derived_tables(sound())) {
        read_in_every_way([&](const fs::path& in) { fs::remove(in / table.filename()); });
        EXPECT_THAT(store::open(hurt(), {.read_only = true}),
                    FailsWith(errc::corrupt, "daybook reindex"));
    }
    read_in_every_way(
        [](const fs::path& in) { flip(newest_log(in), fs::file_size(newest_log(in)) - 2500); });
    read_in_every_way([](const fs::path& in) { fs::remove(newest_log(in)); });
    read_in_every_way([](const fs::path& in) { fs::remove(in / "CURRENT"); });
}

TEST_F(Repair, ASalvagedStoreStaysAsItWasOpened) {
    damage([](const fs::path& in) { fs::remove(newest_log(in)); });
    auto log = store::open(hurt(), {.read_only = true, .salvage = true}).value();
    const auto end = log.watermark();
    EXPECT_EQ(log.refresh().value(), end);
    EXPECT_EQ(log.wait_above(end, 1ms), end);
    EXPECT_THAT(log.open_keyspace("rows").value().get("1"), HoldsValue());
}

TEST_F(Repair, AStoreThatCannotBeLockedIsNotSaidToBeInUse) {
    damage([](const fs::path& in) {
        fs::remove(in / "LOCK");
        fs::create_directory(in / "LOCK");
    });
    EXPECT_THAT(store::open(hurt()), FailsWith(errc::io, "permissions"));
}

TEST_F(Repair, RefusesWhatItCannotDo) {
    EXPECT_THAT(repair_store(home_ / "none", mended()), FailsWith(errc::not_found));
    fs::create_directories(home_ / "empty");
    EXPECT_THAT(repair_store(home_ / "empty", mended()), FailsWith(errc::not_found));
    fs::create_directories(home_ / "full" / "something");
    EXPECT_THAT(repair_store(sound(), home_ / "full"), FailsWith(errc::invalid_argument));
    const auto open = store::open(sound(), small_memtable()).value();
    EXPECT_THAT(repair_store(sound(), mended()), FailsWith(errc::locked));
}

}  // namespace
}  // namespace daybook::test
