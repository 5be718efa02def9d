// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/event.hpp>
#include <daybook/result.hpp>
#include <daybook/store.hpp>
#include <daybook/types.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <type_traits>

// How GoogleTest prints our types. Found by ADL, hence in their namespace.
namespace daybook {

inline void PrintTo(errc code, std::ostream* out) { *out << to_string(code); }
inline void PrintTo(position at, std::ostream* out) { *out << "position " << at.value; }
inline void PrintTo(sequence at, std::ostream* out) { *out << "sequence " << at.value; }
inline void PrintTo(const event_id& id, std::ostream* out) { *out << to_string(id); }

inline void PrintTo(const error& e, std::ostream* out) {
    *out << to_string(e.code) << ": " << e.message;
}

inline void PrintTo(const event_view& e, std::ostream* out) {
    if (e.record().empty()) {
        *out << "no event";
        return;
    }
    *out << e.position().value << " " << e.stream() << "#" << e.sequence().value << " " << e.type()
         << " " << to_string(e.id());
}
inline void PrintTo(const event& e, std::ostream* out) { PrintTo(e.view(), out); }

inline void PrintTo(const group_count& g, std::ostream* out) { *out << g.key << "=" << g.count; }

inline void PrintTo(const append_receipt& r, std::ostream* out) {
    *out << "positions " << r.first.value << ".." << r.last.value << " sequences "
         << r.first_sequence.value << ".." << r.last_sequence.value
         << (r.repeated ? " (repeated)" : "");
}

template <class T>
void PrintTo(const result<T>& r, std::ostream* out) {
    if (!r) {
        PrintTo(r.error(), out);
    } else if constexpr (std::is_void_v<T>) {
        *out << "success";
    } else {
        *out << testing::PrintToString(*r);
    }
}

}  // namespace daybook

namespace daybook::test {

/// The result has a value, whatever it is.
MATCHER(HoldsValue, negation ? "is an error" : "holds a value") {
    if (!arg) *result_listener << "with error " << testing::PrintToString(arg.error());
    return arg.has_value();
}

/// The result has a value, and that matches `inner`.
MATCHER_P(Holds, inner, negation ? "holds no such value" : "holds the wanted value") {
    if (!arg) {
        *result_listener << "with error " << testing::PrintToString(arg.error());
        return false;
    }
    return testing::ExplainMatchResult(inner, *arg, result_listener);
}

/// The result is an error of this kind with a message that is one clear line.
MATCHER_P(FailsWith, code,
          std::string{negation ? "does not fail with " : "fails with "} +
              std::string{to_string(static_cast<errc>(code))}) {
    if (arg) {
        *result_listener << "with a value";
        return false;
    }
    const error& e = arg.error();
    *result_listener << "with error " << testing::PrintToString(e);
    if (e.message.empty() || e.message.find('\n') != std::string::npos) {
        *result_listener << ", whose message is not one line";
        return false;
    }
    if ((e.code == errc::conflict) != (e.conflict != nullptr)) {
        *result_listener << ", whose conflict details do not go with its code";
        return false;
    }
    return e.code == static_cast<errc>(code);
}

/// As `FailsWith`, and the message names what it is about.
MATCHER_P2(FailsWith, code, part,
           std::string{negation ? "does not fail with " : "fails with "} +
               std::string{to_string(static_cast<errc>(code))} + " naming " + std::string{part}) {
    return testing::ExplainMatchResult(FailsWith(code), arg, result_listener) &&
           arg.error().message.find(part) != std::string::npos;
}

}  // namespace daybook::test
