// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "tamper/victim.hpp"

#include "support/raw_store.hpp"

#include <chrono>

namespace daybook::test {

using compliance::ledger;

namespace {

compliance::anchor_policy policy_of(const std::filesystem::path& file) {
    if (file.empty()) return {};
    return compliance::anchor_policy::make({compliance::anchor_file(file)}, 1).value();
}

}  // namespace

victim::victim(std::uint64_t count) {
    auto log = store::open(directory(), quick_options()).value();
    const auto book = ledger::open(log, {.origin = std::string{test_origin},
                                         .key = test_log_key(),
                                         .anchors = policy_of(anchors()),
                                         .anchor_every = std::chrono::hours{1}})
                          .value();
    for (std::uint64_t i = 0; i < count; ++i) {
        auto made = simple_event("Noted", R"({"n":)" + std::to_string(i) + "}");
        if (i == paid) made = simple_event("Paid", R"({"eur":100})");
        if (i == paid_last) made = simple_event("Paid", R"({"eur":555})");
        made.actor = {"user", i % 2 == 0 ? "alice" : "robin", ""};
        made.tags = {"phase:CODE"};
        made.correlation = "run-" + std::to_string(i % 3);
        made.occurred_at = test_time(static_cast<std::int64_t>(i) * 1000);
        log.append("task-" + std::to_string(i % 7), expected::any(), {made}).value();
        if (i + 1 == count / 2) {
            log.sync().value();
            std::filesystem::copy(directory(), older(), std::filesystem::copy_options::recursive);
        }
    }
}

void forget_notes(const std::filesystem::path& directory) {
    std::filesystem::remove(directory / "SYNCED");
    std::filesystem::remove(directory / "OWNER");
}

void sign_again(const victim& v, const std::shared_ptr<const compliance::signer>& key) {
    {
        raw_store rows{v.directory()};
        rows.replace("log", R"({"eur":100})", R"({"eur":999})");
        for (const auto& [name, value] : rows.rows(ledger_rows)) rows.erase(ledger_rows, name);
        rows.erase("meta", "required_participant");
    }
    auto log = store::open(v.directory(), quick_options()).value();
    ledger::open(log, {.origin = std::string{test_origin}, .key = key}).value();
}

inquiry inquire(const std::filesystem::path& directory, const std::filesystem::path& anchors) {
    inquiry found;
    auto options = quick_options();
    options.create_if_missing = false;
    auto log = store::open(directory, options);
    if (!log) {
        found.refusal = log.error().message;
        return found;
    }
    const auto book = ledger::open(
        *log,
        {.key = test_log_key(), .trusted = {test_verifier_key()}, .anchors = policy_of(anchors)});
    if (!book) {
        found.refusal = book.error().message;
        return found;
    }
    auto all = book->verify();
    if (!all) {
        found.refusal = all.error().message;
        return found;
    }
    found.what = all->what();
    for (const auto& one : all->findings) {
        found.findings += one.kind + ": " + one.message + "\n";
        if (!found.at) found.at = one.at;
        if (found.kind.empty()) found.kind = one.kind;
    }
    auto events = log->read_all();
    while (events) {
        const auto more = events->next();
        if (!more || !*more) break;
        found.contents += facts(**events) + "\n\n";
    }
    return found;
}

}  // namespace daybook::test
