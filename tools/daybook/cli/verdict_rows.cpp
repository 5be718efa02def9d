// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/verdict_rows.hpp"

#include <algorithm>

namespace daybook::cli {
namespace {

using compliance::finding;
using compliance::verdict;
using compliance::verification;

tone tone_of_verdict(std::string_view text) {
    if (text == to_string(verdict::verified)) return tone::good;
    return text == to_string(verdict::unverifiable) ? tone::warning : tone::bad;
}

const field<finding> fields[] = {
    {{.name = "verdict", .colour_of = tone_of_verdict},
     [](const finding& f) { return text_cell(to_string(f.what)); }},
    {{.name = "kind"}, [](const finding& f) { return text_cell(f.kind); }},
    {{.name = "position"}, [](const finding& f) { return f.at ? cell{f.at->value} : cell{}; }},
    {{.name = "message", .cut = cut::late}, [](const finding& f) { return text_cell(f.message); }},
};

}  // namespace

void tell_verification(record_sink& to, const verification& all, const std::string& message) {
    rows<finding> shown{to, fields};
    shown.add({all.what(), "log", {}, message});
    for (const auto& one : all.findings) shown.add(one);
    to.note("verdict", text_cell(to_string(all.what())), "");
    to.note("origin", text_cell(all.origin), "");
    to.note("from", cell{all.from.value}, "");
    to.note("to", cell{all.to.value}, "");
    to.note("signed_to", all.signed_to ? cell{all.signed_to->value} : cell{}, "");
    to.note("anchored_to", all.anchored_to ? cell{all.anchored_to->value} : cell{}, "");
}

result<answer> answer_of(const verification& all, console& at) {
    const auto what = all.what();
    const auto why = std::find_if(all.findings.begin(), all.findings.end(),
                                  [&](const finding& one) { return one.what == what; });
    switch (what) {
        case verdict::verified: return answer::yes;
        case verdict::tampered:
        case verdict::rolled_back: return answer::no;
        case verdict::malformed: return fail(errc::corrupt, why->message);
        case verdict::unverifiable: break;
    }
    at.say("cannot tell: " + why->message);
    return answer::unknown;
}

}  // namespace daybook::cli
