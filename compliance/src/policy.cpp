// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/policy.hpp>

#include "text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace daybook::compliance {
namespace {

/// The items of a line. Spaces and tabs part them.
std::vector<std::string_view> items_of(std::string_view line) {
    constexpr std::string_view space = " \t";
    std::vector<std::string_view> items;
    for (std::size_t at = 0; (at = line.find_first_not_of(space, at)) != std::string_view::npos;) {
        const auto end = std::min(line.find_first_of(space, at), line.size());
        items.push_back(line.substr(at, end - at));
        at = end;
    }
    return items;
}

bool is_policy_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || c == '\n' || (byte >= 0x20 && byte != 0x7F);
}

using checked = std::optional<error>;

}  // namespace

/// Takes a policy line by line.
class policy::reader {
public:
    checked run(std::string_view text) {
        if (!std::all_of(text.begin(), text.end(), is_policy_byte)) {
            return fail(errc::invalid_argument, "policy: it has a control character");
        }
        while (const auto line = take_line(text)) {
            ++line_;
            const auto items = items_of(*line);
            if (items.empty() || items.front().starts_with('#')) continue;
            if (auto wrong = take(items)) return wrong;
        }
        if (!text.empty()) return bad("its last line does not end with a line feed");
        if (!has_quorum_) return fail(errc::invalid_argument, "policy: it has no line \"quorum\"");
        return std::nullopt;
    }

    policy made;

private:
    using words = std::span<const std::string_view>;

    error bad(std::string_view why, errc code = errc::invalid_argument) const {
        return fail(code, "policy, line " + std::to_string(line_) + ": " + std::string{why});
    }

    checked take(words items) {
        if (items.front() == "log") return take_log(items.subspan(1));
        if (items.front() == "witness") return take_witness(items.subspan(1));
        if (items.front() == "group") return take_group(items.subspan(1));
        if (items.front() == "quorum") return take_quorum(items.subspan(1));
        return bad(in_quotes(items.front()) + " is not one of log, witness, group and quorum");
    }

    checked take_log(words items) {
        if (items.empty() || items.size() > 2) return bad("a log is: log VKEY [URL]");
        auto key = verifier_key::parse(items[0]);
        if (!key) return bad(key.error().message, key.error().code);
        if (key->type() == signature_type::cosignature) {
            return bad("a log does not sign with the key of a witness");
        }
        if (!log_keys_.insert(std::string{key->key().bytes()}).second) {
            return bad("another log has this key");
        }
        made.logs_.push_back({std::move(*key), std::string{items.size() > 1 ? items[1] : ""}});
        return std::nullopt;
    }

    checked take_witness(words items) {
        if (items.size() < 2 || items.size() > 3)
            return bad("a witness is: witness NAME VKEY [URL]");
        const auto key = verifier_key::parse(items[1]);
        if (!key) return bad(key.error().message, key.error().code);
        auto cosigner = key->as_witness();
        if (!cosigner) return bad(cosigner.error().message, cosigner.error().code);
        if (!witness_keys_.insert(std::string{key->key().bytes()}).second) {
            return bad("another witness has this key");
        }
        member named;
        named.witness = made.witnesses_.size();
        if (auto wrong = define(items[0], std::move(named))) return wrong;
        made.witnesses_.push_back({std::string{items[0]}, std::move(*cosigner),
                                   std::string{items.size() > 2 ? items[2] : ""}});
        return std::nullopt;
    }

    checked take_group(words items) {
        if (items.size() < 3) return bad("a group is: group NAME all|any|K NAME...");
        const auto listed = items.subspan(2);
        member group;
        group.is_group = true;
        if (items[1] == "all") {
            group.needed = listed.size();
        } else if (items[1] == "any") {
            group.needed = 1;
        } else {
            const auto needed = parse_decimal(items[1]);
            if (!needed || *needed == 0 || *needed > listed.size()) {
                return bad(in_quotes(items[1]) + " is not all, any or a number from 1 to the " +
                           std::to_string(listed.size()) + " of the group");
            }
            group.needed = *needed;
        }
        for (const auto name : listed) {
            const auto found = names_.find(name);
            if (found == names_.end()) return bad(in_quotes(name) + " is not defined above");
            auto& one = made.members_[found->second];
            if (std::exchange(one.taken, true))
                return bad(in_quotes(name) + " is in a group already");
            group.members.push_back(found->second);
        }
        return define(items[0], std::move(group));
    }

    checked take_quorum(words items) {
        if (items.size() != 1) return bad("a quorum is: quorum NAME|none");
        if (std::exchange(has_quorum_, true)) return bad("a second quorum");
        if (items[0] == "none") return std::nullopt;
        const auto found = names_.find(items[0]);
        if (found == names_.end()) return bad(in_quotes(items[0]) + " is not defined above");
        made.quorum_ = found->second;
        return std::nullopt;
    }

    checked define(std::string_view name, member what) {
        if (name == "none") return bad("nothing can be called \"none\"");
        if (!names_.emplace(name, made.members_.size()).second) {
            return bad(in_quotes(name) + " is defined already");
        }
        what.name = name;
        made.members_.push_back(std::move(what));
        return std::nullopt;
    }

    std::size_t line_ = 0;
    bool has_quorum_ = false;
    std::map<std::string_view, std::size_t> names_;
    std::set<std::string> log_keys_;
    std::set<std::string> witness_keys_;
};

result<policy> policy::parse(std::string_view text) {
    if (text.size() > policy_bytes_max) {
        return fail(errc::too_large, "policy: " + std::to_string(text.size()) + " bytes, at most " +
                                         std::to_string(policy_bytes_max));
    }
    reader lines;
    if (auto wrong = lines.run(text)) return std::move(*wrong);
    lines.made.text_ = text;
    return std::move(lines.made);
}

std::vector<verifier_key> policy::keys_of(std::string_view origin) const {
    std::vector<verifier_key> keys;
    for (const auto& one : logs_) {
        if (one.key.name() == origin) keys.push_back(one.key);
    }
    return keys;
}

bool policy::is_quorum(std::span<const std::size_t> cosigners) const {
    if (!quorum_) return true;
    // Members come before the groups that they are in.
    std::vector<bool> reached(members_.size());
    for (std::size_t i = 0; i < members_.size(); ++i) {
        const auto& one = members_[i];
        if (one.is_group) {
            const auto count = std::count_if(one.members.begin(), one.members.end(),
                                             [&](std::size_t at) { return reached[at]; });
            reached[i] = static_cast<std::size_t>(count) >= one.needed;
        } else {
            reached[i] =
                std::find(cosigners.begin(), cosigners.end(), one.witness) != cosigners.end();
        }
    }
    return reached[*quorum_];
}

result<witnessed_checkpoint> policy::verify(std::string_view note) const {
    const auto read = signed_note::parse(note);
    if (!read) return read.error();
    const auto claim = checkpoint::parse(read->text());
    if (!claim) return claim.error();
    const auto keys = keys_of(claim->origin);
    if (keys.empty()) {
        return fail(errc::not_found, "checkpoint of " + in_quotes(claim->origin) +
                                         ": the policy has no log of this name");
    }
    return verify(note, claim->origin, keys);
}

result<witnessed_checkpoint> policy::verify(std::string_view note, std::string_view origin,
                                            std::span<const verifier_key> log_keys) const {
    auto verified = verified_checkpoint::verify(note, origin, log_keys);
    if (!verified) return verified.error();
    witnessed_checkpoint made{std::move(*verified), {}};
    std::vector<verifier_key> keys;
    for (const auto& one : witnesses_) keys.push_back(one.key);
    const auto read = signed_note::parse(note);
    if (!read) return read.error();
    auto signatures = read->verified_by(keys);
    if (!signatures && signatures.error().code != errc::not_found) return signatures.error();
    std::vector<std::size_t> cosigners;
    if (signatures) {
        std::sort(signatures->begin(), signatures->end(),
                  [](const auto& a, const auto& b) { return a.key < b.key; });
        for (const auto& one : *signatures) {
            cosigners.push_back(one.key);
            made.witnesses.push_back({witnesses_[one.key].name, *one.time});
        }
    }
    if (!is_quorum(cosigners)) {
        return fail(errc::not_found, "checkpoint of " + in_quotes(origin) + " at size " +
                                         std::to_string(made.checkpoint.size()) + ": " +
                                         std::to_string(cosigners.size()) + " of " +
                                         std::to_string(witnesses_.size()) +
                                         " witnesses cosigned it, not the quorum " +
                                         in_quotes(members_[*quorum_].name) + " of the policy");
    }
    return made;
}

}  // namespace daybook::compliance
