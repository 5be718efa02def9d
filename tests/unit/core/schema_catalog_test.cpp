// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: schemas are kept with their versions, are there after reopening and in backups, and what
// is appended is held against them exactly as the mode says.

#include <daybook/backup.hpp>
#include <daybook/event_codec.hpp>
#include <daybook/schema_catalog.hpp>

#include "schema_samples.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <atomic>
#include <thread>

namespace daybook {

struct job_started {
    static constexpr std::string_view type_name = "JobStarted";
    std::string job;
    std::int32_t priority = 0;
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(job_started, (), (job, priority, note))

namespace test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view v1 = R"({"type":"object","properties":{"a":{"type":"integer"}}})";
constexpr std::string_view v2 = R"({"type":"object","properties":{"a":{"type":"number"}}})";
constexpr std::string_view v3 = R"({"type":"object","properties":{"a":{"type":"string"}}})";

new_event event_of(std::string type, std::string payload, std::string schema = {}) {
    new_event made;
    made.type = std::move(type);
    made.payload = std::move(payload);
    made.schema = std::move(schema);
    return made;
}

class SchemaCatalog : public testing::Test {
protected:
    schema_catalog catalog() { return schema_catalog::open(*store_).value(); }
    result<append_receipt> append(std::vector<new_event> events) {
        return store_->append("job-1", expected::any(), events);
    }

    fresh_store store_;
};

std::vector<std::string> names(const schema_catalog& all) {
    std::vector<std::string> told;
    for (const auto& one : all.list()) told.push_back(one.type + " " + one.version);
    return told;
}

TEST_F(SchemaCatalog, IsEmptyAndOffInANewStore) {
    auto schemas = catalog();
    EXPECT_THAT(schemas.list(), IsEmpty());
    EXPECT_EQ(schemas.mode(), schema_mode::off);
    EXPECT_THAT(schemas.get("JobStarted"), FailsWith(errc::not_found));
    EXPECT_THAT(schemas.history("JobStarted"), FailsWith(errc::not_found));
    EXPECT_TRUE(append({event_of("JobStarted", "[]")}));
}

TEST_F(SchemaCatalog, KeepsSchemasInOrderOfTheirVersions) {
    auto schemas = catalog();
    for (const auto* version : {"2.0.0", "1.10.0", "1.2.0", "0.9.9"}) {
        ASSERT_TRUE(schemas.add("B", version, v1));
    }
    ASSERT_TRUE(schemas.add("A", "1.0.0", v2));
    EXPECT_THAT(names(schemas),
                ElementsAre("A 1.0.0", "B 0.9.9", "B 1.2.0", "B 1.10.0", "B 2.0.0"));
    EXPECT_EQ(schemas.get("B")->version, "2.0.0");
    EXPECT_EQ(schemas.get("B", "1.2.0")->text, v1);
    EXPECT_GT(schemas.get("A")->added_at, timestamp{});
    EXPECT_THAT(schemas.get("B", "3.0.0"), FailsWith(errc::not_found, "newest is 2.0.0"));
}

TEST_F(SchemaCatalog, KeepsTheSchemaOfAStruct) {
    auto schemas = catalog();
    const auto step = schemas.add<job_started>();
    ASSERT_TRUE(step) << step.error().message;
    EXPECT_TRUE(step->added);
    EXPECT_EQ(step->schema.type, "JobStarted");
    EXPECT_EQ(step->schema.version, "1.0.0");
    EXPECT_EQ(step->schema.text, json_schema_of<job_started>());
    EXPECT_FALSE(schemas.add<job_started>()->added);
    EXPECT_THAT(schemas.check(make_event(job_started{"j", 1, {}})).value(), IsEmpty());
}

TEST_F(SchemaCatalog, SurvivesReopening) {
    {
        auto schemas = catalog();
        ASSERT_TRUE(schemas.add("A", "1.0.0", v1));
        ASSERT_TRUE(schemas.set_mode(schema_mode::strict));
    }
    store_.reopen();
    EXPECT_THAT(append({event_of("A", R"({"a":"x"})")}), FailsWith(errc::invalid_argument));
    auto schemas = catalog();
    EXPECT_THAT(names(schemas), ElementsAre("A 1.0.0"));
    EXPECT_EQ(schemas.mode(), schema_mode::strict);
}

TEST_F(SchemaCatalog, RefusesAnotherTextUnderTheSameVersion) {
    auto schemas = catalog();
    ASSERT_TRUE(schemas.add("A", "1.0.0", v1));
    const auto again = schemas.add("A", "1.0.0", R"({"properties":{"a":{"type":"integer"}},
                                                     "type":"object"})");
    ASSERT_TRUE(again) << "the same, spelled in another way";
    EXPECT_FALSE(again->added);
    EXPECT_THAT(schemas.add("A", "1.0.0", v2),
                FailsWith(errc::rejected,
                          "schema A 1.0.0 is there and says something else: at /a, "
                          "type \"integer\" became \"number\"; give what changed "
                          "another version"));
    EXPECT_THAT(schemas.add("A", "1.0.0",
                            R"({"type":"object","properties":{"a":{"type":"integer",)"
                            R"("title":"t"}}})"),
                FailsWith(errc::rejected, "descriptions or titles"));
    EXPECT_EQ(schemas.get("A")->text, v1);
}

TEST_F(SchemaCatalog, RefusesWhatIsNoSchemaNoVersionOrNoType) {
    auto schemas = catalog();
    EXPECT_THAT(schemas.add("A", "1.0.0", R"({"if":{}})"),
                FailsWith(errc::invalid_argument,
                          "add schema \"A\" 1.0.0: schema: the "
                          "keyword \"if\""));
    for (const auto* version : {"", "1", "1.0", "1.0.0.0", "v1.0.0", "1.0.0-rc", "01.0.0", "1..0",
                                "1.0.", "1.0.9999999999", "-1.0.0"}) {
        EXPECT_THAT(schemas.add("A", version, v1),
                    FailsWith(errc::invalid_argument, "three numbers"))
            << version;
    }
    EXPECT_THAT(schemas.add("", "1.0.0", v1), FailsWith(errc::invalid_argument));
    EXPECT_THAT(schemas.list(), IsEmpty());
}

TEST_F(SchemaCatalog, HistoryTellsWhatEachVersionChanged) {
    auto schemas = catalog();
    ASSERT_TRUE(schemas.add("A", "1.0.0", v1));
    ASSERT_TRUE(schemas.add("A", "1.1.0", v2));
    const auto added = schemas.add("A", "1.2.0", v3);
    ASSERT_TRUE(added);
    EXPECT_FALSE(added->change.backward);
    EXPECT_FALSE(added->keeps_promise);
    ASSERT_TRUE(schemas.add("A", "2.0.0", v1));
    const auto history = schemas.history("A").value();
    ASSERT_THAT(history, SizeIs(4));
    EXPECT_EQ(history[0].previous, std::nullopt);
    EXPECT_TRUE(history[0].change.changes.empty());
    EXPECT_EQ(history[1].previous, "1.0.0");
    EXPECT_TRUE(history[1].change.backward);
    EXPECT_FALSE(history[1].change.forward);
    EXPECT_TRUE(history[1].keeps_promise);
    EXPECT_FALSE(history[2].keeps_promise);
    EXPECT_FALSE(history[3].change.backward);
    EXPECT_TRUE(history[3].keeps_promise) << "another major number promises nothing";
}

TEST_F(SchemaCatalog, NumbersBelowOnePromiseNothing) {
    auto schemas = catalog();
    ASSERT_TRUE(schemas.add("A", "0.1.0", v1));
    EXPECT_TRUE(schemas.add("A", "0.1.1", v3)->keeps_promise);
}

TEST_F(SchemaCatalog, ChecksEventsAgainstTheirVersion) {
    auto schemas = catalog();
    ASSERT_TRUE(schemas.add("A", "1.0.0", v1));
    ASSERT_TRUE(schemas.add("A", "2.0.0", v3));
    const auto told = [&](std::string payload, std::string version) {
        const auto found = schemas.check(event_of("A", std::move(payload), std::move(version)));
        return found->empty() ? std::string{"fits"} : to_string(found->front());
    };
    EXPECT_EQ(told(R"({"a":1})", "1.0.0"), "fits");
    EXPECT_EQ(told(R"({"a":1})", "2.0.0"), "at /a: wanted a string, found 1");
    EXPECT_EQ(told(R"({"a":1})", ""), "at /a: wanted a string, found 1") << "the newest";
    EXPECT_EQ(told(R"({"a":1})", "1.0.1"),
              "wanted a known version (1.0.0, 2.0.0), found version 1.0.1");
    EXPECT_THAT(schemas.check(event_of("Unknown", "not json")).value(), IsEmpty());

    ASSERT_TRUE(append({event_of("A", R"({"a":1})", "2.0.0")}));
    const auto stored = store_->read_one(position{0}).value();
    EXPECT_THAT(schemas.check(stored.view()).value(),
                ElementsAre(schema_violation{"/a", "a string", "1"}));
}

TEST_F(SchemaCatalog, StrictRefusesTheWholeAppend) {
    auto schemas = catalog();
    ASSERT_TRUE(schemas.add("A", "1.0.0", v1));
    ASSERT_TRUE(schemas.set_mode(schema_mode::strict));
    EXPECT_THAT(append({event_of("A", R"({"a":1})"), event_of("A", R"({"a":"x"})", "1.0.0")}),
                FailsWith(errc::invalid_argument,
                          "append to job-1, event 2 of 2: A 1.0.0 does not fit its schema: at /a: "
                          "wanted an integer, found \"x\""));
    EXPECT_EQ(store_->watermark(), position{0});
    EXPECT_THAT(append({event_of("A", R"({"a":1})", "7.0.0")}),
                FailsWith(errc::invalid_argument, "known version (1.0.0)"));
    EXPECT_EQ(store_->metrics().count.rejected, 2U);
    EXPECT_TRUE(append({event_of("A", R"({"a":1})")}));
    EXPECT_TRUE(append({event_of("B", R"({"a":"x"})", "7.0.0")})) << "types not known pass";

    // What is no JSON at all, under another content type.
    auto other = event_of("A", "a=1");
    other.content_type = "text/plain";
    EXPECT_THAT(append({other}), FailsWith(errc::invalid_argument, "wanted JSON"));
    ASSERT_TRUE(schemas.set_mode(schema_mode::off));
    EXPECT_TRUE(append({event_of("A", R"({"a":"x"})")}));
}

TEST_F(SchemaCatalog, StrictChecksCommitsToo) {
    auto schemas = catalog();
    ASSERT_TRUE(schemas.add("A", "1.0.0", v1));
    ASSERT_TRUE(schemas.set_mode(schema_mode::strict));
    commit_request request;
    request.streams.push_back({"job-1", expected::any(), {event_of("A", "{}")}});
    request.streams.push_back({"job-2", expected::any(), {event_of("A", "[]")}});
    EXPECT_THAT(store_->commit(request),
                FailsWith(errc::invalid_argument, "append to job-2, event 1 of 1: A does not fit"));
    EXPECT_EQ(store_->watermark(), position{0});
}

TEST_F(SchemaCatalog, TellsThreeViolationsInAMessageAndCountsTheOthers) {
    auto schemas = catalog();
    ASSERT_TRUE(schemas.add("A", "1.0.0", R"({"items":{"type":"null"}})"));
    ASSERT_TRUE(schemas.set_mode(schema_mode::strict));
    EXPECT_THAT(append({event_of("A", "[1,2,3,4,5]")}),
                FailsWith(errc::invalid_argument, "found 3; and 2 others"));
}

TEST(SchemaWarnings, AreStoredCountedAndToldEverMoreRarely) {
    std::vector<log_entry> told;
    auto options = quick_options();
    store* inside = nullptr;
    options.log = [&](const log_entry& entry) {
        told.push_back(entry);
        // A callback may use the store; what comes of that is not told.
        if (inside != nullptr) {
            (void)inside->append("log-1", expected::any(), {event_of("A", "[]")}).value();
        }
    };
    fresh_store opened{options};
    auto schemas = schema_catalog::open(*opened).value();
    ASSERT_TRUE(schemas.add("A", "1.0.0", v1));
    ASSERT_TRUE(schemas.set_mode(schema_mode::warn));
    for (int i = 0; i < 9; ++i) {
        ASSERT_TRUE(opened->append("job-1", expected::any(),
                                   {event_of("A", R"({"a":"x"})"), event_of("A", "{}")}));
    }
    EXPECT_EQ(opened->watermark(), position{18});
    EXPECT_EQ(opened->metrics().count.schema_misfits, 9U);
    ASSERT_THAT(told, SizeIs(4));  // The 1st, 2nd, 4th and 8th.
    EXPECT_EQ(told[0].level, log_level::warning);
    EXPECT_EQ(told[0].message,
              "append to job-1, event 1 of 2: A does not fit its schema: at /a: wanted an "
              "integer, found \"x\"; stored all the same, 1 of this type so far");
    EXPECT_EQ(told[3].fields.at(2).value, "8");

    inside = &*opened;
    for (int i = 0; i < 7; ++i) {
        ASSERT_TRUE(opened->append("job-1", expected::any(), {event_of("A", "[]")}));
    }
    EXPECT_THAT(told, SizeIs(5));
    EXPECT_EQ(opened->metrics().count.schema_misfits, 17U);
}

TEST(SchemaWarnings, AreNotCountedForWhatIsNotStored) {
    fresh_store opened;
    auto schemas = schema_catalog::open(*opened).value();
    ASSERT_TRUE(schemas.add("A", "1.0.0", v1));
    ASSERT_TRUE(schemas.set_mode(schema_mode::warn));
    EXPECT_THAT(opened->append("job-1", expected::at({7}), {event_of("A", "[]")}),
                FailsWith(errc::conflict));
    EXPECT_EQ(opened->metrics().count.schema_misfits, 0U);
}

TEST_F(SchemaCatalog, OfAReaderShowsWhatIsThereAndChangesNothing) {
    ASSERT_TRUE(append({event_of("A", "{}")}));
    auto options = quick_options();
    options.read_only = true;
    {
        auto reader = store::open(store_.directory(), options).value();
        auto none = schema_catalog::open(reader).value();
        EXPECT_THAT(none.list(), IsEmpty());
        EXPECT_THAT(none.add("A", "1.0.0", v1), FailsWith(errc::refused));
    }
    ASSERT_TRUE(catalog().add("A", "1.0.0", v1));
    ASSERT_TRUE(catalog().set_mode(schema_mode::warn));
    auto reader = store::open(store_.directory(), options).value();
    auto seen = schema_catalog::open(reader).value();
    EXPECT_THAT(names(seen), ElementsAre("A 1.0.0"));
    EXPECT_EQ(seen.mode(), schema_mode::warn);
    EXPECT_THAT(seen.check(event_of("A", "[]")).value(), SizeIs(1));
    EXPECT_THAT(seen.set_mode(schema_mode::off), FailsWith(errc::refused));
}

TEST_F(SchemaCatalog, HandlesOfOneStoreShareWhatTheyKnow) {
    auto one = catalog();
    auto other = catalog();
    ASSERT_TRUE(one.add("A", "1.0.0", v1));
    ASSERT_TRUE(one.set_mode(schema_mode::strict));
    EXPECT_THAT(names(other), ElementsAre("A 1.0.0"));
    EXPECT_EQ(other.mode(), schema_mode::strict);
}

TEST_F(SchemaCatalog, DamagedRowsAreToldAndCanBeAddedAgain) {
    ASSERT_TRUE(catalog().add("A", "1.0.0", v1));
    {
        auto rows = store_->open_keyspace("daybook.schemas").value();
        keyspace_batch batch;
        batch.put(std::string{"sA\0001.0.0", 8}, "nonsense");
        batch.put("mode", "a mode of later");
        ASSERT_TRUE(rows.write(batch));
    }
    store_.reopen();
    auto schemas = catalog();
    EXPECT_EQ(schemas.mode(), schema_mode::strict);
    EXPECT_THAT(schemas.check(event_of("A", "{}")),
                FailsWith(errc::corrupt, "schema A 1.0.0: its row is damaged; add it again"));
    EXPECT_THAT(append({event_of("A", "{}")}), FailsWith(errc::corrupt));
    ASSERT_TRUE(schemas.add("A", "1.0.0", v1));
    EXPECT_TRUE(append({event_of("A", "{}")}));
}

TEST_F(SchemaCatalog, MayBeChangedWhileOthersAppend) {
    auto schemas = catalog();
    ASSERT_TRUE(schemas.add("A", "1.0.0", v1));
    std::atomic<int> refused{0};
    std::vector<std::thread> appending;
    for (int t = 0; t < 3; ++t) {
        appending.emplace_back([&, t] {
            for (int i = 0; i < 60; ++i) {
                const auto stream = "job-" + std::to_string(t);
                const auto made = store_->append(stream, expected::any(),
                                                 {event_of("A", R"({"a":"x"})", "1.0.0")});
                if (!made) ++refused;
            }
        });
    }
    for (int i = 1; i <= 20; ++i) {
        EXPECT_TRUE(schemas.set_mode(i % 2 == 0 ? schema_mode::strict : schema_mode::off));
        EXPECT_TRUE(schemas.add("A", "1." + std::to_string(i) + ".0", v2));
    }
    for (auto& one : appending) one.join();
    EXPECT_EQ(store_->watermark().value, 180U - static_cast<unsigned>(refused.load()));
    EXPECT_THAT(append({event_of("A", R"({"a":"x"})", "1.0.0")}),
                FailsWith(errc::invalid_argument));
}

TEST_F(SchemaCatalog, IsInBackups) {
    temp_directory place;
    {
        auto schemas = catalog();
        ASSERT_TRUE(schemas.add("A", "1.0.0", v1));
        ASSERT_TRUE(schemas.set_mode(schema_mode::strict));
        ASSERT_TRUE(append({event_of("A", "{}")}));
        ASSERT_TRUE(create_backup(*store_, place / "backups"));
        ASSERT_TRUE(schemas.add("A", "1.1.0", v2));
        ASSERT_TRUE(create_backup(*store_, place / "backups"));
    }
    const auto report = verify_backups(place / "backups");
    ASSERT_TRUE(report);
    EXPECT_THAT(report->problems, IsEmpty());
    for (const std::uint32_t number : {1U, 2U}) {
        const auto into = place / ("restored-" + std::to_string(number));
        restore_options options;
        options.number = number;
        ASSERT_TRUE(restore_backup(place / "backups", into, options));
        auto restored = store::open(into, quick_options()).value();
        auto schemas = schema_catalog::open(restored).value();
        EXPECT_THAT(schemas.list(), SizeIs(number));
        EXPECT_EQ(schemas.mode(), schema_mode::strict);
        EXPECT_THAT(restored.append("job-1", expected::any(), {event_of("A", "[]")}),
                    FailsWith(errc::invalid_argument));
    }
}

}  // namespace
}  // namespace test
}  // namespace daybook
