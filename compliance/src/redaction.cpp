// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/redaction.hpp>
#include <daybook/raw_json.hpp>

#include "hmac.hpp"
#include "json_walk.hpp"
#include "redaction_detectors.hpp"
#include "secret_detectors.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <deque>
#include <limits>
#include <unordered_map>

namespace daybook::compliance {
namespace {

constexpr std::string_view secret_member = "secret-member";
constexpr std::string_view random_value = "random-value";
constexpr std::size_t token_key_bytes_min = 16;
constexpr std::size_t token_digits = 32;
constexpr std::string_view token_start = "token:";
constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

constexpr std::array<std::string_view, secret_kind_count + 2> all_detectors{
    "private-key", "aws-key",           "github-token", "gitlab-token",
    "slack-token", "api-key",           "jwt",          "authorization",
    "password",    "connection-string", secret_member,  random_value};

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// Letters and digits alone, small; other scripts as they are.
std::string plain(std::string_view name) {
    std::string text;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') {
            text += static_cast<char>(c | 0x20);
        } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0) {
            text += c;
        }
    }
    return text;
}

bool is_token(std::string_view text) {
    return text.starts_with(token_start) && text.size() == token_start.size() + token_digits &&
           text.substr(token_start.size()).find_first_not_of("0123456789abcdef") == text.npos;
}

constexpr std::string_view redacted_start = R"({"$redacted":")";

/// `{"$redacted":"RULE"}` exactly, as this writes it: what hides behind a look-alike is looked at.
bool is_redacted(std::string_view value) {
    constexpr auto start = redacted_start;
    return value.starts_with(start) && value.ends_with("\"}") && value.size() > start.size() + 2 &&
           is_name(value.substr(start.size(), value.size() - start.size() - 2));
}

/// The rules that concern one type of events, ready to be applied.
struct plan {
    plan() { detectors.fill(none); }

    pointer_patterns at;
    std::unordered_map<std::string, std::uint32_t> members;
    std::array<std::uint32_t, secret_kind_count> detectors;  ///< Which rule looks for each kind.
    std::uint32_t wanted = 0;
    std::uint32_t secret_members = none;
    std::uint32_t random_values = none;

    result<void> add(const redaction_rule& rule, std::uint32_t index);
    result<void> detect(std::string_view what, std::uint32_t index);
};

result<void> plan::detect(std::string_view what, std::uint32_t index) {
    if (what == "all") {
        for (const auto one : all_detectors) (void)detect(one, index);
        return {};
    }
    const auto first = [&](std::uint32_t& slot) { slot = std::min(slot, index); };
    if (what == secret_member) {
        first(secret_members);
    } else if (what == random_value) {
        first(random_values);
    } else if (const auto kind = parse_secret_kind(what)) {
        first(detectors[static_cast<std::size_t>(*kind)]);
        wanted |= 1U << static_cast<unsigned>(*kind);
    } else {
        return fail(errc::invalid_argument, "no detector is named " + in_quotes(what));
    }
    return {};
}

result<void> plan::add(const redaction_rule& rule, std::uint32_t index) {
    for (const auto& one : rule.at) {
        if (auto ok = at.add(one, index); !ok) return ok;
    }
    for (const auto& one : rule.members) {
        auto name = plain(one);
        if (name.empty()) {
            return fail(errc::invalid_argument,
                        "the member name " + in_quotes(one) + " has no letters and digits");
        }
        members.try_emplace(std::move(name), index);
    }
    for (const auto& one : rule.detectors) {
        if (auto ok = detect(one, index); !ok) return ok;
    }
    return {};
}

struct counters {
    std::atomic<std::uint64_t> replaced{0};
    std::atomic<std::uint64_t> refused{0};
};

}  // namespace

std::span<const std::string_view> detector_names() noexcept { return all_detectors; }

struct redactor::impl {
    class visitor;

    explicit impl(redaction_options given)
        : options{std::move(given)}, counts(options.rules.size()) {}

    result<void> compile();
    const plan& plan_for(std::string_view type) const;
    result<std::string> act_on_member(std::uint32_t rule, std::string_view raw,
                                      const json_walk& at);
    /// Puts something in place of what was found in `text`; nothing if nothing was.
    template <class Where>
    result<std::optional<std::string>> act_on_text(const plan& by, std::string_view text,
                                                   const Where& where);
    result<std::optional<std::string>> walk(const plan& by, const pointer_patterns& at,
                                            std::string_view json);
    std::string token_of(std::string_view value) const;
    error refusal(std::uint32_t rule, std::string_view where);
    std::string without_secrets(std::string_view text) const;
    result<void> check_envelope(const plan& by, const arriving_event& event);
    result<void> admit_tags(const plan& by, arriving_event& event);

    redaction_options options;
    std::deque<counters> counts;  ///< By rule.
    plan general;
    std::unordered_map<std::string, plan> by_type;
};

class redactor::impl::visitor final : public json_walk::visitor {
public:
    visitor(impl& by, const plan& rules) : by_{by}, rules_{rules} {}

    result<json_walk::next> value(json_walk& at, std::string& replacement) override;
    result<json_walk::next> name(json_walk& at, std::string& replacement) override;

private:
    std::uint32_t rule_for(json_walk& at) const;
    impl& by_;
    const plan& rules_;
};

result<void> redactor::impl::compile() {
    for (std::uint32_t i = 0; i < options.rules.size(); ++i) {
        const auto& rule = options.rules[i];
        const auto wrong = [&](std::string_view why) {
            return fail(errc::invalid_argument,
                        "redaction rule " + in_quotes(rule.name) + ": " + std::string{why});
        };
        if (!is_name(rule.name)) return wrong("its name must be 1 to 64 of a-z 0-9 -");
        if (rule.at.empty() && rule.members.empty() && rule.detectors.empty()) {
            return wrong("it looks nowhere; give it places, member names or detectors");
        }
        if (rule.action == redaction_action::token &&
            options.token_key.size() < token_key_bytes_min) {
            return wrong("tokens need a key of at least 16 bytes");
        }
        for (const auto& type : rule.types) by_type.try_emplace(type);
    }
    for (std::uint32_t i = 0; i < options.rules.size(); ++i) {
        const auto& rule = options.rules[i];
        const auto concerns = [&](const std::string& type) {
            return rule.types.empty() ||
                   std::find(rule.types.begin(), rule.types.end(), type) != rule.types.end();
        };
        auto added = rule.types.empty() ? general.add(rule, i) : result<void>{};
        for (auto& [type, one] : by_type) {
            if (added && concerns(type)) added = one.add(rule, i);
        }
        if (!added) {
            return fail(errc::invalid_argument,
                        "redaction rule " + in_quotes(rule.name) + ": " + added.error().message);
        }
    }
    return {};
}

const plan& redactor::impl::plan_for(std::string_view type) const {
    if (by_type.empty()) return general;
    const auto found = by_type.find(std::string{type});
    return found == by_type.end() ? general : found->second;
}

std::string redactor::impl::token_of(std::string_view value) const {
    return std::string{token_start} +
           hmac_sha256(options.token_key, value).hex().substr(0, token_digits);
}

/// Names of members on the way may be secrets themselves.
std::string redactor::impl::without_secrets(std::string_view text) const {
    std::vector<secret_range> found;
    find_secrets(text, ~std::uint32_t{0}, found);
    std::string shown;
    std::size_t from = 0;
    for (const auto& one : found) {
        shown += text.substr(from, one.from - from);
        shown += "...";
        from = one.to;
    }
    return shown.append(text.substr(from));
}

error redactor::impl::refusal(std::uint32_t rule, std::string_view where) {
    counts[rule].refused.fetch_add(1, std::memory_order_relaxed);
    auto shown = without_secrets(where);
    // A name on the way must not begin a line of its own.
    std::replace_if(shown.begin(), shown.end(), is_control, '?');
    return fail(errc::rejected,
                "the redaction rule \"" + options.rules[rule].name + "\" refuses what is " + shown);
}

result<std::string> redactor::impl::act_on_member(std::uint32_t rule, std::string_view raw,
                                                  const json_walk& at) {
    const auto& does = options.rules[rule];
    if (does.action == redaction_action::refuse) return refusal(rule, "at " + at.pointer());
    counts[rule].replaced.fetch_add(1, std::memory_order_relaxed);
    if (does.action == redaction_action::replace) return R"({"$redacted":")" + does.name + "\"}";
    const auto text = unescape_json_string(raw);
    return '"' + token_of(text ? std::string_view{*text} : raw) + '"';
}

template <class Where>
result<std::optional<std::string>> redactor::impl::act_on_text(const plan& by,
                                                               std::string_view text,
                                                               const Where& where) {
    std::vector<secret_range> found;
    find_secrets(text, by.wanted, found);
    if (found.empty()) return std::optional<std::string>{};
    std::string made;
    std::size_t from = 0;
    bool changed = false;
    for (const auto& one : found) {
        const auto rule = by.detectors[static_cast<std::size_t>(one.kind)];
        const auto secret = text.substr(one.from, one.to - one.from);
        if (secret.starts_with("[redacted:") || is_token(secret)) continue;
        const auto& does = options.rules[rule];
        if (does.action == redaction_action::refuse) return refusal(rule, where());
        counts[rule].replaced.fetch_add(1, std::memory_order_relaxed);
        changed = true;
        made += text.substr(from, one.from - from);
        made += does.action == redaction_action::token ? token_of(secret)
                                                       : "[redacted:" + does.name + "]";
        from = one.to;
    }
    if (!changed) return std::optional<std::string>{};
    return std::optional{made.append(text.substr(from))};
}

/// A name that ends in what stands for a secret names none: "user=[redacted:password]".
bool ends_redacted(std::string_view name) {
    const auto at = name.rfind("[redacted:");
    const auto end = at == std::string_view::npos ? at : name.find(']', at);
    if (end == std::string_view::npos) return false;
    const auto rest = name.substr(end);
    return std::none_of(rest.begin(), rest.end(),
                        [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; });
}

std::uint32_t redactor::impl::visitor::rule_for(json_walk& at) const {
    const auto kind = at.kind();
    auto rule = at.match().value_or(none);
    const auto name = at.member_name();
    if (!name || kind == json_kind::null || kind == json_kind::boolean) return rule;
    if (kind == json_kind::string && at.whole().size() == 2) return rule;
    if (ends_redacted(*name)) return rule;
    if (!rules_.members.empty()) {
        const auto found = rules_.members.find(plain(*name));
        if (found != rules_.members.end()) rule = std::min(rule, found->second);
    }
    if (rules_.secret_members < rule && names_a_secret(*name)) rule = rules_.secret_members;
    if (rules_.random_values < rule && kind == json_kind::string && may_name_a_secret(*name)) {
        const auto raw = at.whole();
        if (looks_random(raw.substr(1, raw.size() - 2))) rule = rules_.random_values;
    }
    return rule;
}

result<json_walk::next> redactor::impl::visitor::value(json_walk& at, std::string& replacement) {
    using next = json_walk::next;
    const auto kind = at.kind();
    if (at.begins_with(redacted_start) && is_redacted(at.whole())) return next::keep;
    if (const auto rule = rule_for(at); rule != none) {
        const auto raw = at.whole();
        if (kind == json_kind::string && is_token(raw.substr(1, raw.size() - 2))) return next::keep;
        auto made = by_.act_on_member(rule, raw, at);
        if (!made) return made.error();
        replacement = std::move(*made);
        return next::replace;
    }
    if (kind != json_kind::string || rules_.wanted == 0) return next::descend;
    const auto raw = at.whole();
    auto inside = raw.substr(1, raw.size() - 2);
    std::string unescaped;
    if (inside.find('\\') != std::string_view::npos) {
        if (auto text = unescape_json_string(raw)) unescaped = std::move(*text);
        inside = unescaped;
    }
    const auto made = by_.act_on_text(rules_, inside, [&] { return "at " + at.pointer(); });
    if (!made) return made.error();
    if (!*made) return next::keep;
    append_json_string(replacement, **made);
    return next::replace;
}

result<json_walk::next> redactor::impl::visitor::name(json_walk& at, std::string& replacement) {
    using next = json_walk::next;
    if (rules_.wanted == 0) return next::keep;
    auto made = by_.act_on_text(rules_, *at.member_name(), [] { return "a member's name"; });
    if (!made) return made.error();
    if (!*made) return next::keep;
    replacement = std::move(**made);
    return next::replace;
}

result<std::optional<std::string>> redactor::impl::walk(const plan& by, const pointer_patterns& at,
                                                        std::string_view json) {
    visitor with{*this, by};
    return json_walk{json, at}.run(with);
}

result<void> redactor::impl::check_envelope(const plan& by, const arriving_event& event) {
    const auto who = event.actor();
    const std::pair<std::string_view, std::string_view> texts[] = {
        {"stream's name", event.stream()},    {"type", event.type()},
        {"correlation", event.correlation()}, {"actor's id", who.id},
        {"actor's model", who.model},         {"actor's type", who.type}};
    std::vector<secret_range> found;
    for (const auto& [what, text] : texts) {
        find_secrets(text, by.wanted, found);
        if (found.empty()) continue;
        const auto rule = by.detectors[static_cast<std::size_t>(found.front().kind)];
        return refusal(rule, "in the " + std::string{what} + ", which cannot be replaced");
    }
    return {};
}

result<void> redactor::impl::admit_tags(const plan& by, arriving_event& event) {
    std::vector<std::string> tags;
    for (std::size_t i = 0; i < event.tags().size(); ++i) {
        auto made = act_on_text(by, event.tags()[i], [] { return "in a tag"; });
        if (!made) return made.error();
        if (!*made) continue;
        if (tags.empty()) tags.assign(event.tags().begin(), event.tags().end());
        tags[i] = std::move(**made);
    }
    if (!tags.empty()) event.set_tags(std::move(tags));
    return {};
}

redactor::redactor(std::unique_ptr<impl> made) : impl_{std::move(made)} {}
redactor::~redactor() = default;

result<std::shared_ptr<redactor>> redactor::make(redaction_options options) {
    auto made = std::make_unique<impl>(std::move(options));
    if (auto ok = made->compile(); !ok) return ok.error();
    return std::shared_ptr<redactor>{new redactor{std::move(made)}};
}

result<void> redactor::admit(arriving_event& event) {
    const auto& by = impl_->plan_for(event.type());
    if (auto ok = impl_->check_envelope(by, event); !ok) return ok;
    const bool is_json = event.content_type() == json_content_type;
    auto payload = is_json
                       ? impl_->walk(by, by.at, event.payload())
                       : impl_->act_on_text(by, event.payload(), [] { return "in its payload"; });
    if (!payload) return payload.error();
    if (*payload) event.set_payload(std::move(**payload));
    if (!event.extensions().empty()) {
        static const pointer_patterns nowhere;
        auto extensions = impl_->walk(by, nowhere, event.extensions());
        if (!extensions) return extensions.error();
        if (*extensions) event.set_extensions(std::move(**extensions));
    }
    return impl_->admit_tags(by, event);
}

result<std::optional<std::string>> redactor::redact(std::string_view type, std::string_view json) {
    if (auto sound = check_json(json); !sound) return sound.error();
    const auto& by = impl_->plan_for(type);
    return impl_->walk(by, by.at, json);
}

result<std::optional<std::string>> redactor::redact_text(std::string_view type,
                                                         std::string_view text) {
    return impl_->act_on_text(impl_->plan_for(type), text, [] { return "in the text"; });
}

std::vector<redaction_count> redactor::counts() const {
    std::vector<redaction_count> all;
    for (std::size_t i = 0; i < impl_->options.rules.size(); ++i) {
        all.push_back({impl_->options.rules[i].name, impl_->counts[i].replaced.load(),
                       impl_->counts[i].refused.load()});
    }
    return all;
}

std::string metrics_text(const redactor& of) {
    std::string text =
        "# HELP daybook_redactions_total What redaction rules kept out of the log.\n"
        "# TYPE daybook_redactions_total counter\n";
    const auto sample = [&](const std::string& rule, std::string_view did, std::uint64_t count) {
        text += "daybook_redactions_total{rule=\"" + rule + "\",did=\"" + std::string{did} +
                "\"} " + std::to_string(count) + '\n';
    };
    // Rules may share a name; a sample may not.
    std::vector<redaction_count> sums;
    for (auto& one : of.counts()) {
        const auto same = std::find_if(sums.begin(), sums.end(), [&](const redaction_count& sum) {
            return sum.rule == one.rule;
        });
        if (same == sums.end()) {
            sums.push_back(std::move(one));
        } else {
            same->replaced += one.replaced;
            same->refused += one.refused;
        }
    }
    for (const auto& one : sums) {
        sample(one.rule, "replaced", one.replaced);
        sample(one.rule, "refused", one.refused);
    }
    return text;
}

}  // namespace daybook::compliance
