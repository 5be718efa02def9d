// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/recording.hpp"

#include <daybook/compliance/digest.hpp>

#include "cli/ledger_choices.hpp"
#include "cli/read_whole.hpp"

#include <array>
#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

namespace daybook::cli {

using compliance::verdict;

actor who_runs(const arguments& given) {
    actor by{given.value_or("actor-type", "user"), given.value_or("actor", ""), {}};
    if (!by.id.empty()) return by;
    std::array<char, 4096> names{};
    passwd user{};
    passwd* found = nullptr;
    const bool known = getpwuid_r(geteuid(), &user, names.data(), names.size(), &found) == 0;
    by.id = known && found != nullptr ? found->pw_name : "uid " + std::to_string(geteuid());
    return by;
}

result<void> start_recording(const invocation& call, opened_store& log,
                             const compliance::ledger_options& opened) {
    if (!opened.key || log->status().read_only) return {};
    if (log.book()->opened().what() != verdict::verified) return {};  // It takes no appends.
    return log.audit().start(*log, opened, *log.book(),
                             {.by = who_runs(call.given),
                              .tool = "daybook " DAYBOOK_VERSION,
                              .starts = compliance::audit_of::changes});
}

void write_down(const invocation& call, opened_store log,
                const std::function<result<void>(compliance::audit_recorder&)>& what) {
    if (!log.ledger() || !has_log_key()) return;
    const auto opened = log.book()->opened().what();
    if (opened != verdict::verified && opened != verdict::unverifiable) return;
    const auto directory = log->status().directory;
    log = opened_store{fail(errc::refused, "closed to be opened for writing")};
    auto writable = open_store_at(call, directory, access::write);
    const auto done =
        writable ? what(writable.audit()) : result<void>{daybook::error{writable.error()}};
    if (!done) call.at.say("this is not written down in the log: " + done.error().message);
}

std::string hash_of_written(const std::vector<std::filesystem::path>& files) {
    if (files.size() != 1) return {};
    const auto bytes = read_whole(files.front().string());
    return bytes ? compliance::sha256(*bytes).hex() : std::string{};
}

}  // namespace daybook::cli
