// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: what goes is what the policy in force allows, two people want and no hold covers; and what
// goes otherwise is found. Method: small logs whose events were recorded at chosen times, by a
// clock of the test, and policies whose times are over or not.

#include <daybook/compliance/archiving.hpp>
#include <daybook/compliance/retention.hpp>
#include <daybook/compliance/retention_policy.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"
#include "support/signed_store.hpp"
#include "testing_hooks.hpp"

#include <fstream>

namespace daybook::compliance {
namespace {

using namespace daybook::test;
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::chrono::hours day{24};

const actor alice{.type = "user", .id = "alice"};
const actor bob{.type = "user", .id = "bob"};

timestamp clock_now;
timestamp by_clock() { return clock_now; }

retention_policy policy_of(const std::string& rules) {
    return parse_retention_policy("{\"policy\":\"p\",\"rules\":[" + rules + "]}").value();
}
const std::string delete_after_30 =
    R"({"name":"all","archive_after":"10 days","delete_after":"30 days"})";

class Retention : public testing::Test {
protected:
    // Long ago, so that everything may be "now".
    Retention() : start_{parse_timestamp("2015-03-01").value()} {
        clock_now = start_;
        testing_hooks::clock = by_clock;
        log_.emplace();
    }
    ~Retention() override { testing_hooks::clock = nullptr; }

    store& log() { return **log_; }
    timestamp after(int days) const { return start_ + day * days; }
    position add(const std::string& stream, int on_day, std::vector<std::string> tags = {}) {
        clock_now = after(on_day);
        auto event = simple_event("T", R"({"secret":"x"})");
        event.tags = std::move(tags);
        return log().append(stream, expected::any(), {event}).value().first;
    }
    void go_to(int on_day) { clock_now = after(on_day); }
    bool is_gone(position at) {
        return log().read_one(at).value().view().deleted_payload().has_value();
    }
    event_id approved(int as_of) {
        const auto id = propose_retention(log(), after(as_of), alice).value();
        approve_retention(log(), id, bob).value();
        return id;
    }
    result<retention_done> run(const event_id& proposal) {
        return run_retention(log(), {.proposal = proposal, .by = bob});
    }

    timestamp start_;
    std::optional<fresh_store> log_;
};

TEST_F(Retention, DeletesWhatIsOldEnoughAndTwoPeopleWant) {
    const auto old = add("task-1", 0);
    const auto young = add("task-1", 20);
    set_retention_policy(log(), policy_of(delete_after_30), alice).value();
    go_to(40);
    const auto plan = plan_retention(log(), after(40)).value();
    ASSERT_THAT(plan.steps, SizeIs(1));
    EXPECT_THAT(plan.steps.front().positions, ElementsAre(old));
    EXPECT_EQ(plan.events_erased(), 1U);
    EXPECT_EQ(plan.bytes_erased(), 14U);
    EXPECT_FALSE(is_gone(old)) << "a plan changes nothing";

    const auto done = run(approved(40)).value();
    EXPECT_EQ(done.events_erased, 1U);
    EXPECT_TRUE(is_gone(old));
    EXPECT_FALSE(is_gone(young));
    const auto left = log().read_one(old).value();
    EXPECT_EQ(left.view().deleted_payload()->digest, sha256(R"({"secret":"x"})").view());
    EXPECT_THAT(check_retention(log()).value().findings, IsEmpty());
    EXPECT_TRUE(log().check());
    EXPECT_THAT(plan_retention(log(), after(40)).value().steps, IsEmpty());
}

TEST_F(Retention, AsksForTwoDifferentPeople) {
    add("task-1", 0);
    set_retention_policy(log(), policy_of(delete_after_30), alice).value();
    go_to(40);
    const auto id = propose_retention(log(), after(40), alice).value();
    EXPECT_EQ(run(id).error().code, errc::refused);
    const auto same = approve_retention(log(), id, alice);
    ASSERT_EQ(same.error().code, errc::refused);
    EXPECT_THAT(same.error().message, HasSubstr("alice proposed it"));
    EXPECT_EQ(approve_retention(log(), id, {}).error().code, errc::invalid_argument);
    EXPECT_EQ(approve_retention(log(), event_id::make(), bob).error().code, errc::not_found);
    approve_retention(log(), id, bob).value();
    EXPECT_EQ(approve_retention(log(), id, bob).error().code, errc::refused);
    EXPECT_EQ(run_retention(log(), {.proposal = event_id::make(), .by = bob}).error().code,
              errc::not_found);
    EXPECT_TRUE(run(id));
    const auto all = retention_proposals(log()).value();
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all.front().approved_by, bob);
    EXPECT_EQ(all.front().steps_done, 1U);
}

TEST_F(Retention, DeletesNothingWithoutAProposal) {
    const auto old = add("task-1", 0);
    set_retention_policy(log(), policy_of(delete_after_30), alice).value();
    go_to(40);
    const auto done = run_retention(log(), {.as_of = after(40), .by = bob}).value();
    EXPECT_EQ(done.events_erased, 0U);
    EXPECT_FALSE(is_gone(old));
}

TEST_F(Retention, AHoldWinsOverEverything) {
    const auto held = add("task-1", 0, {"subject:anna"});
    const auto other = add("task-2", 0);
    set_retention_policy(log(), policy_of(delete_after_30), alice).value();
    place_hold(log(), {.name = "case-7", .subject = "anna", .reason = "claim"}, alice).value();
    go_to(40);
    EXPECT_EQ(plan_retention(log(), after(40)).value().held, 1U);
    run(approved(40)).value();
    EXPECT_FALSE(is_gone(held));
    EXPECT_TRUE(is_gone(other));
    EXPECT_THAT(holds_in_force(log()).value(), SizeIs(1));
    lift_hold(log(), "case-7", "settled", bob).value();
    EXPECT_THAT(holds_in_force(log()).value(), IsEmpty());
    EXPECT_EQ(lift_hold(log(), "case-7", "settled", bob).error().code, errc::not_found);
    run(approved(40)).value();
    EXPECT_TRUE(is_gone(held));
    EXPECT_THAT(check_retention(log()).value().findings, IsEmpty());
}

TEST_F(Retention, AHoldThatComesAfterTheApprovalIsHeard) {
    add("task-1", 0);
    set_retention_policy(log(), policy_of(delete_after_30), alice).value();
    go_to(40);
    const auto id = approved(40);
    place_hold(log(), {.name = "h", .stream = "task-1", .reason = "r"}, alice).value();
    const auto refused = run(id);
    ASSERT_EQ(refused.error().code, errc::refused);
    EXPECT_THAT(refused.error().message, HasSubstr("propose it again"));
}

TEST_F(Retention, HoldsCoverWhatTheySay) {
    add("task-1", 0);
    const auto second = log().read_one(add("task-2", 0, {"subject:anna"})).value();
    const auto covers = [&](const legal_hold& hold) { return hold.covers(second); };
    EXPECT_TRUE(covers({.stream = "task-2"}));
    EXPECT_FALSE(covers({.stream = "task-1"}));
    EXPECT_TRUE(covers({.subject = "anna"}));
    EXPECT_FALSE(covers({.subject = "ann"}));
    EXPECT_TRUE(covers({.first = position{1}, .last = position{1}}));
    EXPECT_FALSE(covers({.first = position{2}}));
    EXPECT_FALSE(covers({.last = position{0}}));
    EXPECT_FALSE(covers({.stream = "task-2", .correlation = "c"}));
    for (const legal_hold& bad :
         {legal_hold{.name = "", .stream = "s", .reason = "r"},
          legal_hold{.name = "n", .stream = "s"}, legal_hold{.name = "n", .reason = "r"}}) {
        EXPECT_EQ(place_hold(log(), bad, alice).error().code, errc::invalid_argument);
    }
    const legal_hold good{.name = "n", .stream = "s", .reason = "r"};
    EXPECT_EQ(place_hold(log(), good, {}).error().code, errc::invalid_argument);
    place_hold(log(), good, alice).value();
    EXPECT_EQ(place_hold(log(), good, alice).error().code, errc::refused);
}

TEST_F(Retention, AnEarlierPolicysMinimumBinds) {
    set_retention_policy(
        log(), policy_of(R"({"name":"all","minimum":"1 year","delete_after":"1 year"})"), alice)
        .value();
    const auto promised = add("task-1", 0);
    set_retention_policy(log(), policy_of(delete_after_30), alice).value();
    const auto later = add("task-1", 1);
    go_to(400);
    const auto plan = plan_retention(log(), after(200)).value();
    EXPECT_EQ(plan.bound, 1U);
    ASSERT_THAT(plan.steps, SizeIs(1));
    EXPECT_THAT(plan.steps.front().positions, ElementsAre(later));
    EXPECT_THAT(plan_retention(log(), after(366)).value().steps.front().positions,
                ElementsAre(promised, later));
}

TEST_F(Retention, TheFirstRuleThatMatchesDecides) {
    const auto p0 = add("task-1", 0, {"priority:P0"});
    const auto p1 = add("task-1", 0, {"priority:P1"});
    const auto none = add("task-1", 0);
    set_retention_policy(log(), retention_preset("sprint").value(), alice).value();
    go_to(500);
    run(approved(400)).value();
    EXPECT_FALSE(is_gone(p0));
    EXPECT_TRUE(is_gone(p1));
    EXPECT_FALSE(is_gone(none)) << "no rule matches it";
}

TEST_F(Retention, AsksForAPolicyAndAPastMoment) {
    EXPECT_EQ(plan_retention(log(), after(0)).error().code, errc::not_found);
    EXPECT_FALSE(current_retention_policy(log()).value());
    set_retention_policy(log(), policy_of(delete_after_30), alice).value();
    EXPECT_EQ(current_retention_policy(log()).value()->set_by, alice);
    EXPECT_EQ(plan_retention(log(), timestamp_max).error().code, errc::invalid_argument);
    EXPECT_EQ(propose_retention(log(), after(0), alice).error().code, errc::refused);
    EXPECT_EQ(propose_retention(log(), after(0), {}).error().code, errc::invalid_argument);
    EXPECT_EQ(set_retention_policy(log(), policy_of(delete_after_30), {}).error().code,
              errc::invalid_argument);
}

std::string some_digest(std::string_view payload) { return std::string{sha256(payload).view()}; }

TEST_F(Retention, FindsADeletionThatNobodyExplains) {
    const auto at = add("task-1", 0);
    delete_payloads(log(), 0, [&](const event_view& e) { return e.position() == at; },
                    {.digest = some_digest})
        .value();
    const auto found = check_retention(log()).value().findings;
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found.front().what, verdict::tampered);
    EXPECT_EQ(found.front().kind, "hole");
    EXPECT_EQ(found.front().at, at);
}

/// Writes what a run would write, whether it is allowed or not, and deletes.
void force(store& log, const event_id& proposal, position at) {
    new_event story;
    story.type = "SegmentDeleted";
    story.payload = R"({"segment":0,"proposal":")" + to_string(proposal) + R"(","positions":[[)" +
                    std::to_string(at.value) + "," + std::to_string(at.value) + "]]}";
    log.append(compliance_stream, expected::any(), {story}).value();
    delete_payloads(log, 0, [&](const event_view& e) { return e.position() == at; },
                    {.digest = some_digest})
        .value();
}

TEST_F(Retention, FindsADeletionDisguisedAsRetention) {
    const auto held = add("task-2", 0);
    const auto old = add("task-3", 0);
    const auto unapproved = add("task-4", 0);
    const auto young = add("task-1", 20);
    set_retention_policy(log(), policy_of(delete_after_30), alice).value();
    go_to(40);
    const auto id = propose_retention(log(), after(40), alice).value();
    force(log(), id, unapproved);
    approve_retention(log(), id, bob).value();
    place_hold(log(), {.name = "h", .stream = "task-2", .reason = "r"}, alice).value();
    force(log(), id, young);
    force(log(), id, held);
    force(log(), event_id::make(), old);
    const auto found = check_retention(log()).value().findings;
    ASSERT_THAT(found, SizeIs(4));
    EXPECT_THAT(found[0].message, HasSubstr("a legal hold covered it"));
    EXPECT_THAT(found[1].message, HasSubstr("nobody proposed it"));
    EXPECT_THAT(found[2].message, HasSubstr("nobody else had approved it"));
    EXPECT_THAT(found[3].message, HasSubstr("the policy in force did not allow it"));
}

TEST_F(Retention, ArchivesAndDeletesFromArchives) {
    clock_now = after(0);
    const auto cold = log_->directory().parent_path() / "cold";
    fill(log(), 0, limits::segment_events - 1);
    const auto p0 = add("task-1", 0, {"priority:P0"});
    add("task-1", 1);
    set_retention_policy(
        log(),
        policy_of(R"({"name":"P0","tags":["priority:P0"],"keep":"forever"},)" + delete_after_30),
        alice)
        .value();
    go_to(40);
    const retention_run archiving{.archives = cold, .as_of = after(15), .by = alice};
    const auto first = run_retention(log(), archiving).value();
    EXPECT_EQ(first.segments_archived, 1U);
    EXPECT_THAT(archived_segments(log()).value(), SizeIs(1));
    EXPECT_THAT(check_retention(log()).value().findings, IsEmpty());
    EXPECT_EQ(run_retention(log(), archiving).value().segments_archived, 0U);

    const auto id = approved(40);
    const auto done = run_retention(log(), {.archives = cold, .proposal = id, .by = bob}).value();
    EXPECT_EQ(done.events_erased, limits::segment_events);
    EXPECT_THAT(done.files_removed, ElementsAre(first.files_written.front()));
    EXPECT_FALSE(is_gone(p0));
    EXPECT_TRUE(is_gone(position{17}));
    EXPECT_THAT(check_retention(log()).value().findings, IsEmpty());
    EXPECT_TRUE(log().check());

    const auto file = cold / archived_segments(log()).value().front().file;
    log_->close();
    std::ofstream{file, std::ios::app} << "more";
    log_->open();
    const auto found = check_retention(log()).value().findings;
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found.front().what, verdict::tampered);
    log_->close();
    fs::remove(file);
    log_->open();
    EXPECT_EQ(check_retention(log()).value().findings.front().what, verdict::unverifiable);
}

TEST_F(Retention, ArchivesAndRestoresByHandAndWritesItDown) {
    const auto cold = log_->directory().parent_path() / "cold";
    fill(log(), 0, limits::segment_events + 1);
    EXPECT_EQ(archive_and_write_down(log(), 0, {.directory = cold}, {}).error().code,
              errc::invalid_argument);
    archive_and_write_down(log(), 0, {.directory = cold}, alice).value();
    EXPECT_THAT(check_retention(log()).value().findings, IsEmpty());
    EXPECT_EQ(restore_and_write_down(log(), 0, {}, {}).error().code, errc::invalid_argument);
    restore_and_write_down(log(), 0, {}, bob).value();
    std::vector<std::string> types;
    for (const auto& e : read_everything(log().read_stream(compliance_stream))) {
        types.emplace_back(e.type());
    }
    EXPECT_THAT(types, ElementsAre("SegmentArchived", "SegmentRestored"));
}

TEST(RetentionOfALedger, LeavesEveryProofAsItWas) {
    signed_store signed_log;
    const temp_directory home;
    auto& log = *signed_log.log;
    fill(log, 0, limits::segment_events + 100);
    const auto before = signed_log.book->root(limits::segment_events).value();
    const auto statement = signed_log.book->statement(position{7}).value();
    set_retention_policy(log,
                         policy_of(R"({"name":"kept","types":["Filled0"],"keep":"forever"},)"
                                   R"({"name":"all","archive_after":"0 days",)"
                                   R"("delete_after":"0 days"})"),
                         alice)
        .value();
    const auto id =
        propose_retention(
            log, log.read_one(position{limits::segment_events + 99}).value().view().recorded_at(),
            alice)
            .value();
    approve_retention(log, id, bob).value();
    const auto done = run_retention(log, {.archives = home / "cold",
                                          .proposal = id,

                                          .by = bob,
                                          .book = &*signed_log.book})
                          .value();
    EXPECT_EQ(done.segments_archived, 1U);
    EXPECT_GT(done.events_erased, limits::segment_events / 2);
    EXPECT_THAT(check_retention(log).value().findings, IsEmpty());
    const auto found = signed_log.book->verify().value();
    EXPECT_EQ(found.what(), verdict::verified)
        << (found.findings.empty() ? "" : found.findings.front().message);
    EXPECT_TRUE(log.read_one(position{7}).value().view().deleted_payload());
    EXPECT_EQ(signed_log.book->statement(position{7}).value(), statement);
    EXPECT_EQ(signed_log.book->root(limits::segment_events).value(), before);
}

TEST(RetentionPolicy, IsReadAndWritten) {
    for (const auto name : retention_presets()) {
        const auto policy = retention_preset(name).value();
        EXPECT_EQ(to_string(parse_retention_policy(to_string(policy)).value()), to_string(policy));
    }
    EXPECT_EQ(retention_preset("never").error().code, errc::not_found);
}

TEST(RetentionPolicy, SaysWhatIsWrong) {
    const std::pair<std::string, std::string> wrong[] = {
        {"", "not JSON"},
        {"[]", "an object is expected"},
        {R"({"policy":"p"})", "/rules"},
        {R"({"rules":[]})", "/policy"},
        {R"({"policy":"p","rules":[],"more":1})", "\"more\""},
        {R"({"policy":"p","rules":[1]})", "/rules/0"},
        {R"({"policy":"p","rules":[{"keep":"forever"}]})", "no name"},
        {R"({"policy":"p","rules":[{"name":"a"}]})", "says nothing"},
        {R"({"policy":"p","rules":[{"name":"a","keep":"long"}]})", "forever"},
        {R"({"policy":"p","rules":[{"name":"a","keep":"forever","delete_after":"1 day"}]})",
         "say one of them"},
        {R"({"policy":"p","rules":[{"name":"a","delete_after":"1 fortnight"}]})", "/delete_after"},
        {R"({"policy":"p","rules":[{"name":"a","delete_after":5}]})", "a text"},
        {R"({"policy":"p","rules":[{"name":"a","tags":[],"keep":"forever"}]})", "empty list"},
        {R"({"policy":"p","rules":[{"name":"a","tags":[""],"keep":"forever"}]})", "empty text"},
        {R"({"policy":"p","rules":[{"name":"a","colour":"red"}]})", "colour"},
        {R"({"policy":"p","rules":[{"name":"a","minimum":"2 years","delete_after":"1 year"}]})",
         "before its minimum"},
        {R"({"policy":"p","rules":[{"name":"a","minimum":"31 days","delete_after":"1 month"}]})",
         "before its minimum"},
        {R"({"policy":"p","rules":[{"name":"a","archive_after":"9 days",)"
         R"("delete_after":"8 days"}]})",
         "before it archives"},
        {R"({"policy":"p","rules":[{"name":"a","keep":"forever"},{"name":"a","keep":"forever"}]})",
         "used twice"}};
    for (const auto& [text, what] : wrong) {
        const auto found = parse_retention_policy(text);
        ASSERT_FALSE(found) << text;
        EXPECT_EQ(found.error().code, errc::invalid_argument);
        EXPECT_THAT(found.error().message, HasSubstr(what)) << text;
    }
    EXPECT_EQ(parse_retention_policy(std::string(retention_policy_bytes_max + 1, ' ')).error().code,
              errc::too_large);
    std::string many = R"({"policy":"p","rules":[)";
    for (std::size_t i = 0; i <= retention_rules_max; ++i) many += i == 0 ? "1" : ",1";
    EXPECT_THAT(parse_retention_policy(many + "]}").error().message, HasSubstr("too many"));
}

TEST(CalendarTime, IsOfTheCalendar) {
    const auto time = [](std::string_view text) { return parse_timestamp(text).value(); };
    const auto later = [&](std::string_view text, std::string_view from) {
        return parse_calendar_time(text).value().after(time(from));
    };
    EXPECT_EQ(later("1 month", "2024-01-31T10:00:00Z"), time("2024-02-29T10:00:00Z"));
    EXPECT_EQ(later("1 year", "2024-02-29T00:00:00Z"), time("2025-02-28T00:00:00Z"));
    EXPECT_EQ(later("13 months", "2023-12-15T00:00:00Z"), time("2025-01-15T00:00:00Z"));
    EXPECT_EQ(later("90 days", "2024-01-01T00:00:01Z"), time("2024-03-31T00:00:01Z"));
    EXPECT_EQ(to_string(parse_calendar_time("1 day").value()), "1 day");
    EXPECT_EQ(to_string(parse_calendar_time("7 years").value()), "7 years");
    for (const auto* wrong : {"", "7", "years", "7years", "-1 days", "1 week", "1001 years",
                              "99999999999 days", "7 years "}) {
        EXPECT_EQ(parse_calendar_time(wrong).error().code, errc::invalid_argument) << wrong;
    }
}

}  // namespace
}  // namespace daybook::compliance
