// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/open_store.hpp"

#include "cli/ledger_choices.hpp"

#include <cstdlib>
#include <system_error>
#include <utility>

namespace daybook::cli {

result<std::filesystem::path> store_directory(const arguments& given) {
    if (const auto directory = given.value("store")) {
        if (directory->empty())
            return fail(errc::invalid_argument, "--store is empty; name a directory");
        return std::filesystem::path{*directory};
    }
    if (const char* directory = std::getenv("DAYBOOK_STORE");
        directory != nullptr && *directory != 0)
        return std::filesystem::path{directory};
    return fail(
        errc::invalid_argument,
        "no store is named; give --store DIR or set DAYBOOK_STORE ('daybook demo' needs none)");
}

opened_store open_store(const invocation& call, access how, store_options options) {
    const auto directory = store_directory(call.given);
    if (!directory) return directory.error();
    return open_store_at(call, *directory, how, std::move(options));
}

opened_store open_store_at(const invocation& call, const std::filesystem::path& directory,
                           access how, store_options options) {
    options.create_if_missing = how == access::create;
    options.read_only = how == access::read;
    auto audit = std::make_unique<compliance::audit_recorder>();
    if (how != access::read) options.log = audit->listener(std::move(options.log));
    std::error_code ignored;
    const bool was_there = std::filesystem::exists(directory, ignored);
    auto opened = store::open(directory, options);
    if (!opened && opened.error().code == errc::locked) {
        auto why = opened.error();
        why.message += "; 'daybook " + std::string{call.what.name} +
                       "' writes: let that process do it, or run this when it has ended";
        return why;
    }
    if (opened && !was_there) call.at.say("made the store " + directory.string());
    if (opened && how != access::read) {
        if (const auto status = opened->status(); !status.mended.empty()) {
            call.at.say("made again what was damaged: " + status.mended);
        }
    }
    if (!opened) return opened.error();
    opened_store made{*std::move(opened), std::move(audit)};
    // One that was put back to an older state may have no ledger for now.
    if (call.what.name == "recover") return made;
    if (auto signing = open_ledger(call, made); !signing) return signing.error();
    return made;
}

}  // namespace daybook::cli
