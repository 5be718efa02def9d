// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/ledger_choices.hpp"

#include <daybook/compliance/key_file.hpp>

#include "cli/anchor_choices.hpp"
#include "cli/read_whole.hpp"
#include "cli/recording.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

namespace daybook::cli {
namespace {

using compliance::ledger_options;
using compliance::read_verification;

std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == 0) return std::nullopt;
    return std::string{value};
}

result<read_verification> read_checks() {
    const auto wanted = environment("DAYBOOK_READ_CHECKS").value_or("hash");
    if (wanted == "off") return read_verification::off;
    if (wanted == "hash") return read_verification::hash;
    return fail(errc::invalid_argument,
                "DAYBOOK_READ_CHECKS is '" + printable(wanted) + "', not off or hash");
}

}  // namespace

result<std::shared_ptr<const compliance::signer>> signing_key(const std::string& uri) {
    auto key = compliance::open_signer(uri, [](std::string_view) { return passphrase(); });
    if (!key) return key.error();
    return std::shared_ptr<const compliance::signer>{*std::move(key)};
}

result<std::shared_ptr<const compliance::signer>> log_key() {
    if (const auto uri = environment("DAYBOOK_LOG_KEY")) return signing_key(*uri);
    return fail(errc::not_found, "set DAYBOOK_LOG_KEY to the key of the log, which signs this");
}

bool has_log_key() { return environment("DAYBOOK_LOG_KEY").has_value(); }

std::optional<std::string> passphrase() { return environment("DAYBOOK_PASSPHRASE"); }

result<std::vector<compliance::verifier_key>> keys_in_file(const std::string& path) {
    const auto text = read_whole(path);
    if (!text) return text.error();
    std::vector<compliance::verifier_key> keys;
    std::string_view rest = *text;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (line.empty() || line.front() == '#') continue;
        auto key = compliance::verifier_key::parse(line);
        if (!key) {
            return fail(key.error().code,
                        path + ", line " + std::to_string(number) + ": " + key.error().message);
        }
        keys.push_back(*std::move(key));
    }
    return keys;
}

result<std::vector<compliance::verifier_key>> trusted_keys(const arguments& given) {
    if (given.has("trust")) return keys_in_file(*given.value("trust"));
    if (const auto path = environment("DAYBOOK_TRUSTED_KEYS")) return keys_in_file(*path);
    return std::vector<compliance::verifier_key>{};
}

option trust_option() {
    return {.name = "trust",
            .value = "FILE",
            .help =
                "Public keys that are believed, one a line, kept elsewhere than the store. "
                "Default: DAYBOOK_TRUSTED_KEYS.",
            .completes = completion::files};
}

result<ledger_options> ledger_choices(const invocation& call, bool reads_only) {
    ledger_options options;
    const auto reads = read_checks();
    if (!reads) return reads.error();
    options.reads = *reads;
    auto trusted = trusted_keys(call.given);
    if (!trusted) return trusted.error();
    options.trusted = *std::move(trusted);
    auto remembering = anchors();
    if (!remembering) return remembering.error();
    options.anchors = std::move(remembering->policy);
    if (const auto uri = environment("DAYBOOK_LOG_KEY");
        uri && (!reads_only || options.trusted.empty())) {
        auto key = signing_key(*uri);
        // One who only reads may do without: then nobody is believed.
        if (!key && !reads_only) return key.error();
        if (key) options.key = *std::move(key);
    }
    return options;
}

result<void> open_ledger(const invocation& call, opened_store& log) {
    if (!compliance::ledger::is_required(*log)) return {};
    const auto options = ledger_choices(call, log->status().read_only);
    if (!options) return options.error();
    auto opened = compliance::ledger::open(*log, *options);
    if (!opened) return opened.error();
    auto& book = log.ledger();
    book.emplace(*std::move(opened));
    const bool tells_itself = call.what.name == "verify";
    if (const auto& found = book->opened(); !tells_itself &&
                                            found.what() != compliance::verdict::verified &&
                                            found.what() != compliance::verdict::unverifiable) {
        call.at.warn("the log " + book->origin() + " is " + std::string{to_string(found.what())} +
                     ": " + found.findings.front().message);
    }
    return start_recording(call, log, *options);
}

}  // namespace daybook::cli
