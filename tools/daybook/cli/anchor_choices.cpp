// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/anchor_choices.hpp"

#include <daybook/compliance/policy_anchor.hpp>

#include "cli/ledger_choices.hpp"
#include "cli/read_whole.hpp"
#include "cli/text.hpp"
#include "cli/values.hpp"
#include "witness/witness_client.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace daybook::cli {
namespace {

using namespace compliance;

constexpr std::string_view policy_prefix = "policy:";
constexpr std::string_view authority_prefix = "tsa:";
constexpr std::string_view http = "http://";

std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == 0) return std::nullopt;
    return std::string{value};
}

error wrong(const error& why) { return fail(why.code, "DAYBOOK_ANCHORS: " + why.message); }

result<witness_transport> way_to(const std::string& text) {
    auto url = witness_http::witness_url::parse(text);
    if (!url) return wrong(url.error());
    return witness_http::http_transport(*std::move(url));
}

std::vector<std::string> names_in(std::string_view list) {
    std::vector<std::string> names;
    while (!list.empty()) {
        const auto name = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), name.size() + 1));
        if (!name.empty()) names.emplace_back(name);
    }
    return names;
}

bool is_file(std::string_view name) {
    return !name.starts_with(http) && !name.starts_with(policy_prefix) &&
           !name.starts_with(authority_prefix);
}

/// Makes the anchors one after the other.
class anchor_maker {
public:
    result<chosen_anchors> run(const std::vector<std::string>& names) {
        if (auto begun = begin(names); !begun) return begun.error();
        for (const auto& name : names) {
            auto one = made_from(name);
            if (!one) return one.error();
            all_.push_back(*std::move(one));
        }
        auto needed = all_.size();
        if (const auto text = environment("DAYBOOK_ANCHORS_NEEDED")) {
            const auto number = parse_number("DAYBOOK_ANCHORS_NEEDED", *text);
            if (!number) return number.error();
            needed = *number;
        }
        auto policy = anchor_policy::make(std::move(all_), needed);
        if (!policy)
            return fail(policy.error().code, "DAYBOOK_ANCHORS_NEEDED: " + policy.error().message);
        made_.policy = *std::move(policy);
        if (made_.policy_text.empty()) made_.policy_text = policy_of_single_witnesses();
        return std::move(made_);
    }

private:
    result<void> begin(const std::vector<std::string>& names) {
        const auto file = std::find_if(names.begin(), names.end(), is_file);
        if (const auto folder = environment("DAYBOOK_EVIDENCE")) {
            made_.folder = std::make_shared<evidence_folder>(*folder);
        } else if (file != names.end()) {
            made_.folder = std::make_shared<evidence_folder>(*file + ".evidence");
        }
        if (const auto path = environment("DAYBOOK_TSA_ROOTS")) {
            auto roots = read_whole(*path);
            if (!roots) return roots.error();
            made_.trust.time_stamp_roots = *std::move(roots);
        }
        return {};
    }

    result<std::shared_ptr<anchor>> made_from(const std::string& name) {
        if (name.starts_with(http)) return witness_named(name);
        if (name.starts_with(policy_prefix)) return policy_in(name.substr(policy_prefix.size()));
        if (name.starts_with(authority_prefix)) {
            return authority_at(name.substr(authority_prefix.size()));
        }
        return std::shared_ptr<anchor>{anchor_file(name)};
    }

    std::shared_ptr<anchor> kept(std::unique_ptr<anchor> inner) const {
        if (made_.folder == nullptr) return inner;
        return evidence_keeping_anchor(std::move(inner), made_.folder);
    }

    result<std::shared_ptr<anchor>> witness_named(const std::string& name) {
        const auto hash = name.find('#');
        if (hash == std::string::npos) {
            return fail(errc::invalid_argument, "DAYBOOK_ANCHORS: the witness '" + printable(name) +
                                                    "' needs its key: http://HOST:PORT#VKEY");
        }
        const auto key = verifier_key::parse(std::string_view{name}.substr(hash + 1));
        if (!key) return wrong(key.error());
        auto way = way_to(name.substr(0, hash));
        if (!way) return way.error();
        auto made = witness_anchor(*key, *std::move(way));
        if (!made) return wrong(made.error());
        made_.trust.witnesses.push_back(*key);
        urls_.push_back(name.substr(0, hash));
        return kept(*std::move(made));
    }

    result<std::shared_ptr<anchor>> policy_in(const std::string& path) {
        const auto text = read_whole(path);
        if (!text) return text.error();
        const auto which = policy::parse(*text);
        if (!which) return wrong(which.error());
        auto made =
            policy_anchor(*which, [](const policy::witness& one) { return way_to(one.url); });
        if (!made) return wrong(made.error());
        for (const auto& one : which->witnesses()) made_.trust.witnesses.push_back(one.key);
        made_.policy_text = *text;
        return kept(*std::move(made));
    }

    result<std::shared_ptr<anchor>> authority_at(const std::string& text) {
        auto url = witness_http::witness_url::parse(text);
        if (!url) return wrong(url.error());
        if (!made_.trust.time_stamp_roots || made_.folder == nullptr) {
            return fail(errc::invalid_argument,
                        "DAYBOOK_ANCHORS: time stamps of " + printable(text) +
                            " need DAYBOOK_TSA_ROOTS, who is believed, and DAYBOOK_EVIDENCE or an "
                            "anchor file, where they are kept");
        }
        auto made = time_stamp_anchor({.name = "time stamps of " + text,
                                       .transport = witness_http::http_time_stamps(*std::move(url)),
                                       .trust = {.roots = *made_.trust.time_stamp_roots},
                                       .folder = made_.folder});
        if (!made) return wrong(made.error());
        return std::shared_ptr<anchor>{*std::move(made)};
    }

    /// For whoever reads a bundle: all of them are needed.
    std::string policy_of_single_witnesses() const {
        if (urls_.empty()) return {};
        std::string text;
        std::string members;
        for (std::size_t i = 0; i < urls_.size(); ++i) {
            const auto name = "w" + std::to_string(i + 1);
            text +=
                "witness " + name + " " + made_.trust.witnesses[i].text() + " " + urls_[i] + "\n";
            members += " " + name;
        }
        return text + "group all-witnesses all" + members + "\nquorum all-witnesses\n";
    }

    chosen_anchors made_;
    std::vector<std::shared_ptr<anchor>> all_;
    std::vector<std::string> urls_;
};

}  // namespace

result<chosen_anchors> anchors() {
    return anchor_maker{}.run(names_in(environment("DAYBOOK_ANCHORS").value_or("")));
}

std::vector<option> time_options() {
    return {
        {.name = "witnesses",
         .value = "FILE",
         .help = "Keys of witnesses, one a line, whose word counts.",
         .completes = completion::files},
        {.name = "tsa-roots",
         .value = "FILE",
         .help = "Certificates (PEM) of who is believed about the time.",
         .completes = completion::files},
        {.name = "max-age",
         .value = "DURATION",
         .help = "How old the newest word of a witness or time stamp may be, like 24h: else "
                 "this may be an old log, shown as the present one."},
        {.name = "skew", .value = "DURATION", .help = "How far clocks may be apart. Default: 1m."}};
}

result<time_trust> time_trust_of(const arguments& given, time_trust known) {
    if (const auto path = given.value("witnesses")) {
        auto witnesses = keys_in_file(*path);
        if (!witnesses) return witnesses.error();
        known.witnesses = *std::move(witnesses);
    }
    if (const auto path = given.value("tsa-roots")) {
        auto roots = read_whole(*path);
        if (!roots) return roots.error();
        known.time_stamp_roots = *std::move(roots);
    }
    return known;
}

result<time_limits> time_limits_of(const arguments& given) {
    time_limits limits;
    if (const auto text = given.value("max-age")) {
        const auto age = parse_duration("--max-age", *text);
        if (!age) return age.error();
        limits.max_age = *age;
    }
    if (const auto text = given.value("skew")) {
        const auto skew = parse_duration("--skew", *text);
        if (!skew) return skew.error();
        limits.skew = *skew;
    }
    return limits;
}

}  // namespace daybook::cli
