// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "commands/commands.hpp"

#include <boost/version.hpp>

namespace daybook::cli {
namespace {

struct build {
    std::string_view version = DAYBOOK_VERSION;
    std::string_view compiler = __VERSION__;
    std::string_view boost = BOOST_LIB_VERSION;
};

constexpr field<build> fields[] = {
    {{.name = "daybook"}, [](const build& b) { return text_cell(b.version); }},
    {{.name = "compiler"}, [](const build& b) { return text_cell(b.compiler); }},
    {{.name = "boost"}, [](const build& b) { return text_cell(b.boost); }},
};

result<answer> run(invocation& call) {
    const auto sink = call.sink();
    rows<build>{*sink, fields, shape::one}.add({});
    sink->end();
    return answer::yes;
}

}  // namespace

command version_command() {
    return {.name = "version",
            .topic = topic::more,
            .summary = "tell the version and how it was built",
            .examples = {{"daybook version -o json", "for a bug report"}},
            .uses_store = false,
            .run = run};
}

}  // namespace daybook::cli
