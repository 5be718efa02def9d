// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: exactly what the grammar of W3C Trace Context allows is taken, and what is not is named.

#include <daybook/context.hpp>
#include <daybook/limits.hpp>
#include <daybook/trace_context.hpp>

#include "stored_event.hpp"
#include "stored_trace.hpp"
#include "support/matchers.hpp"

#include <string>
#include <vector>

namespace daybook {
namespace {

using test::FailsWith;
using test::HoldsValue;
using testing::HasSubstr;

const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string members(int count) {
    std::string state;
    for (int i = 0; i < count; ++i) state += (i == 0 ? "k" : ",k") + std::to_string(i) + "=v";
    return state;
}

TEST(TraceContext, TakesValidParents) {
    for (const auto& good : std::vector<std::string>{
             parent, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff",
             "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what.comes:next"}) {
        EXPECT_THAT(validate({good, ""}), HoldsValue()) << good;
    }
    EXPECT_THAT(validate(trace_context{}), HoldsValue());
}

TEST(TraceContext, RefusesOtherParents) {
    struct wrong {
        std::string text;
        const char* why;
    };
    const std::vector<wrong> all{
        {"00", "2 hex digits of version"},
        {"00-0af7-b7ad-01", "2 hex digits of version"},
        {"00-4BF92F3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "lower case"},
        {"00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "'-' between"},
        {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", "2 of flags"},
        {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g", "2 of flags"},
        {"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "version ff"},
        {"00-00000000000000000000000000000000-00f067aa0ba902b7-01", "trace id is all zero"},
        {"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", "parent id is all zero"},
        {parent + "-more", "version 00 ends"},
        {"cc" + parent.substr(2) + "more", "later version"},
        {"cc" + parent.substr(2) + "-a b", "later version"},
        {"cc" + parent.substr(2) + "-" + std::string(limits::traceparent_bytes_max, 'x'),
         "later version"},
    };
    for (const auto& one : all) {
        const auto checked = validate({one.text, ""});
        ASSERT_THAT(checked, FailsWith(errc::invalid_argument)) << one.text;
        EXPECT_THAT(checked.error().message, HasSubstr("traceparent \""));
        EXPECT_THAT(checked.error().message, HasSubstr(one.why));
    }
}

TEST(TraceContext, TakesValidStates) {
    for (const auto& good : std::vector<std::string>{
             "", "a=1", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "a=1 , b=2", "a=1,,b=2",
             "1tenant@system=v", "a_-*/9=!\"#$%&'()*+-./:;<>?@[\\]^_`{|}~", "a= 1", members(32),
             std::string(256, 'k') + "=" + std::string(256, 'v'),
             std::string(241, 't') + "@" + std::string(14, 's') + "=v"}) {
        EXPECT_THAT(validate({parent, good}), HoldsValue()) << good;
    }
}

TEST(TraceContext, RefusesOtherStates) {
    for (const auto& bad :
         std::vector<std::string>{"a",
                                  "=1",
                                  "A=1",
                                  "1a=1",
                                  "a=",
                                  "a=1=2",
                                  "a=1,a=2",
                                  "a=\x01",
                                  "a=\xC3\xA4",
                                  "@s=1",
                                  "t@=1",
                                  "t@S=1",
                                  "t@s@u=1",
                                  "a b=1",
                                  members(33),
                                  std::string(257, 'k') + "=v",
                                  "a=" + std::string(257, 'v'),
                                  std::string(242, 't') + "@s=v",
                                  "t@" + std::string(15, 's') + "=v",
                                  "a=" + std::string(limits::tracestate_bytes_max, 'v')}) {
        const auto checked = validate({parent, bad});
        ASSERT_THAT(checked, FailsWith(errc::invalid_argument)) << bad;
        EXPECT_THAT(checked.error().message, HasSubstr("tracestate: "));
    }
    EXPECT_THAT(validate({"", "a=1"}), FailsWith(errc::invalid_argument));
}

TEST(TraceContext, HasParts) {
    const trace_context trace{parent, ""};
    EXPECT_EQ(trace.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ(trace.parent_id(), "00f067aa0ba902b7");
    EXPECT_TRUE(trace.sampled());
    for (const auto& [flags, sampled] :
         {std::pair{"00", false}, {"02", false}, {"03", true}, {"0b", true}, {"0c", false}}) {
        EXPECT_EQ((trace_context{parent.substr(0, 53) + flags, ""}.sampled()), sampled) << flags;
    }
    EXPECT_EQ(trace_context{}.trace_id(), "");
    EXPECT_EQ(trace_context{}.parent_id(), "");
    EXPECT_FALSE(trace_context{}.sampled());
}

std::string put(std::string_view extensions, const trace_context& own,
                const trace_context& ambient = {}) {
    new_event event;
    event.extensions = with_trace(extensions, own);
    std::string made;
    return std::string{stored_trace::put(event, ambient, made).value()};
}

TEST(StoredTrace, StandsInTheExtensions) {
    EXPECT_EQ(put("", {}), "");
    EXPECT_EQ(put("", {parent, ""}), "{\"traceparent\":\"" + parent + "\"}");
    EXPECT_EQ(put("{ }", {parent, "a=1"}),
              "{\"traceparent\":\"" + parent + "\",\"tracestate\":\"a=1\"}");
    EXPECT_EQ(put("{\"x\": 1 } ", {parent, ""}), "{\"x\": 1,\"traceparent\":\"" + parent + "\"}");
    EXPECT_EQ(put("", {parent, "a=\"\\"}),
              "{\"traceparent\":\"" + parent + R"(","tracestate":"a=\"\\"})");
}

TEST(StoredTrace, InExtensionsThatAreNoObjectGivesNone) {
    for (const auto* extensions : {"}", " ", "[1]", "{", "x}"}) {
        EXPECT_NE(with_trace(extensions, {parent, ""}).find(parent), std::string::npos);
        EXPECT_EQ(with_trace(extensions, {}), extensions);
    }
}

TEST(StoredTrace, OfTheEventGoesBeforeTheAmbientOne) {
    const trace_context ambient{"00-11111111111111111111111111111111-2222222222222222-00", "z=1"};
    EXPECT_EQ(put("", {parent, ""}, ambient), "{\"traceparent\":\"" + parent + "\"}");
    EXPECT_EQ(stored_trace::get(put("", {}, ambient)), ambient);
    const auto own = "{\"traceparent\":\"" + parent + "\"}";
    EXPECT_EQ(put(own, {}, ambient), own);
}

TEST(StoredTrace, ReadsBackWhatWasPut) {
    for (const auto* extensions : {"", "{}", R"({"a":[1],"b":{"traceparent":"x"}})"}) {
        for (const auto& trace :
             {trace_context{}, trace_context{parent, ""}, trace_context{parent, "a=\"q\",b= \\"}}) {
            EXPECT_EQ(stored_trace::get(put(extensions, trace)), trace);
        }
    }
}

TEST(StoredTrace, OfUnknownOriginGivesOnlyWhatIsValid) {
    EXPECT_TRUE(stored_trace::get(R"({"traceparent":"nonsense"})").empty());
    EXPECT_TRUE(stored_trace::get(R"({"traceparent":7})").empty());
    EXPECT_TRUE(stored_trace::get(R"({"tracestate":"a=1"})").empty());
    EXPECT_EQ(stored_trace::get("{\"traceparent\":\"" + parent + R"(","tracestate":"A"})"),
              (trace_context{parent, ""}));
}

TEST(StoredTrace, IsLeftOutOfComparisons) {
    const auto with = put(R"({"a":1})", {parent, "a=1"});
    EXPECT_TRUE(stored_trace::same_besides(with, R"({"a":1})"));
    EXPECT_TRUE(stored_trace::same_besides("", put("", {parent, ""})));
    EXPECT_FALSE(stored_trace::same_besides(with, R"({"a":2})"));
    EXPECT_FALSE(stored_trace::same_besides(R"({"a":1})", R"({"a": 1})"));  // As bytes.
}

TEST(ContextOf, CarriesTheTraceOn) {
    new_event handled;
    handled.type = "A";
    handled.extensions = put("", {parent, "a=1"});
    EXPECT_EQ(context::of(test::stored_event(handled)).trace, (trace_context{parent, "a=1"}));
    handled.extensions = R"({"traceparent":"nonsense"})";
    EXPECT_TRUE(context::of(test::stored_event(handled)).trace.empty());
}

TEST(ContextScope, TakesTheTraceFromTheOuterOneAsAWhole) {
    const context_scope outer{{.trace = {parent, "a=1"}}};
    const context_scope same{{.correlation = "c"}};
    EXPECT_EQ(context_scope::current().trace, (trace_context{parent, "a=1"}));
    const trace_context other{"00-11111111111111111111111111111111-2222222222222222-00", ""};
    const context_scope inner{{.trace = other}};
    EXPECT_EQ(context_scope::current().trace, other);
}

}  // namespace
}  // namespace daybook
