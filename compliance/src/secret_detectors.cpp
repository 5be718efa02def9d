// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "secret_detectors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace daybook::compliance {
namespace {

constexpr std::array<std::string_view, secret_kind_count> kind_names{
    "private-key", "aws-key", "github-token",  "gitlab-token", "slack-token",
    "api-key",     "jwt",     "authorization", "password",     "connection-string"};

/// What a token may be made of, as bits for each byte.
enum class letters : std::uint8_t { upper_digits, alnum, alnum_dash, base64 };

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_alnum(char c) { return is_digit(c) || is_upper(c) || is_lower(c); }
constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c | 0x20) : c; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

constexpr bool is_of(letters set, char c) {
    switch (set) {
        case letters::upper_digits: return is_upper(c) || is_digit(c);
        case letters::alnum: return is_alnum(c);
        case letters::alnum_dash: return is_alnum(c) || c == '-' || c == '_';
        case letters::base64:
            return is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '~' || c == '+' ||
                   c == '/' || c == '=';
    }
    return false;
}

std::size_t run_of(letters set, std::string_view text, std::size_t from) {
    auto at = from;
    while (at < text.size() && is_of(set, text[at])) ++at;
    return at - from;
}

/// Tokens that are told by how they begin.
struct prefixed {
    std::string_view start;
    secret_kind kind;
    letters made_of;
    std::size_t least;
    std::size_t most = ~std::size_t{0};  ///< A longer run is something else.
};

constexpr prefixed prefixes[] = {
    {"AKIA", secret_kind::aws_key, letters::upper_digits, 16, 16},
    {"ASIA", secret_kind::aws_key, letters::upper_digits, 16, 16},
    {"ABIA", secret_kind::aws_key, letters::upper_digits, 16, 16},
    {"ACCA", secret_kind::aws_key, letters::upper_digits, 16, 16},
    {"ghp_", secret_kind::github_token, letters::alnum, 30},
    {"gho_", secret_kind::github_token, letters::alnum, 30},
    {"ghu_", secret_kind::github_token, letters::alnum, 30},
    {"ghs_", secret_kind::github_token, letters::alnum, 30},
    {"ghr_", secret_kind::github_token, letters::alnum, 30},
    {"github_pat_", secret_kind::github_token, letters::alnum_dash, 22},
    {"glpat-", secret_kind::gitlab_token, letters::alnum_dash, 20},
    {"gldt-", secret_kind::gitlab_token, letters::alnum_dash, 20},
    {"glrt-", secret_kind::gitlab_token, letters::alnum_dash, 20},
    {"glptt-", secret_kind::gitlab_token, letters::alnum_dash, 20},
    {"xoxa-", secret_kind::slack_token, letters::alnum_dash, 10},
    {"xoxb-", secret_kind::slack_token, letters::alnum_dash, 10},
    {"xoxe-", secret_kind::slack_token, letters::alnum_dash, 10},
    {"xoxo-", secret_kind::slack_token, letters::alnum_dash, 10},
    {"xoxp-", secret_kind::slack_token, letters::alnum_dash, 10},
    {"xoxr-", secret_kind::slack_token, letters::alnum_dash, 10},
    {"xoxs-", secret_kind::slack_token, letters::alnum_dash, 10},
    {"xapp-", secret_kind::slack_token, letters::alnum_dash, 10},
    {"AIza", secret_kind::api_key, letters::alnum_dash, 35},
    {"sk-", secret_kind::api_key, letters::alnum_dash, 20},
    {"sk_live_", secret_kind::api_key, letters::alnum, 16},
    {"rk_live_", secret_kind::api_key, letters::alnum, 16},
    {"npm_", secret_kind::api_key, letters::alnum, 30},
    {"hf_", secret_kind::api_key, letters::alnum, 30},
};

constexpr std::string_view secret_endings[] = {
    "password",   "passwd",     "passphrase",  "pwd",           "secret",    "secretkey",
    "apikey",     "accesskey",  "privatekey",  "accesstoken",   "authtoken", "refreshtoken",
    "accountkey", "signingkey", "bearertoken", "encryptionkey", "masterkey", "clientsecret"};
constexpr std::string_view likely_endings[] = {
    "token", "auth", "authorization", "credential", "key", "credentials", "cookie", "sessionid"};

/// Letters and digits alone, small; the last 32 of them.
class plain_name {
public:
    explicit plain_name(std::string_view name) {
        auto at = text_.size();
        for (auto i = name.size(); i > 0 && at > 0; --i) {
            if (is_alnum(name[i - 1])) text_[--at] = lower(name[i - 1]);
        }
        view_ = std::string_view{text_.data(), text_.size()}.substr(at);
    }
    std::string_view view() const { return view_; }

private:
    std::array<char, 32> text_{};
    std::string_view view_;
};

template <class Endings>
bool ends_with_any(std::string_view name, const Endings& endings) {
    const plain_name plain{name};
    return std::any_of(std::begin(endings), std::end(endings),
                       [&](std::string_view one) { return plain.view().ends_with(one); });
}

/// Looks for one kind after the other at each place where one may begin.
class scan {
public:
    scan(std::string_view text, std::uint32_t wanted, std::vector<secret_range>& found)
        : text_{text}, wanted_{wanted}, found_{found} {}

    void run() {
        for (std::size_t at = 0; at < text_.size();) {
            const auto before = at;
            at = step(at);
            if (at == before) ++at;
        }
    }

private:
    bool wants(secret_kind kind) const {
        return (wanted_ >> static_cast<unsigned>(kind) & 1U) != 0;
    }

    /// Where to go on; `at` itself if nothing begins there.
    std::size_t step(std::size_t at) {
        const char c = text_[at];
        if (c == '-' && wants(secret_kind::private_key)) return pem(at);
        if ((c == '=' || c == ':') && at > 0) {
            if (const auto end = assigned(at); end != at) return end;
            if (c == ':' && wants(secret_kind::connection_string)) return connection(at);
            return at;
        }
        if (!is_alnum(c) || (at > 0 && is_alnum(text_[at - 1]))) return at;
        switch (c) {
            case 'A':
            case 'g':
            case 'x':
            case 's':
            case 'r':
            case 'n':
            case 'h': {
                if (const auto end = token(at); end != at) return end;
                return at;
            }
            case 'e': return wants(secret_kind::jwt) ? jwt(at) : at;
            case 'b':
            case 'B': return wants(secret_kind::authorization) ? scheme(at) : at;
            default: return at;
        }
    }

    std::size_t take(std::size_t from, std::size_t to, secret_kind kind) {
        found_.push_back({from, to, kind});
        return to;
    }

    std::size_t pem(std::size_t at) {
        constexpr std::string_view begin = "-----BEGIN ";
        constexpr std::string_view what = "PRIVATE KEY";
        constexpr std::size_t label_max = 64;
        if (text_.substr(at, begin.size()) != begin) return at;
        const auto label = text_.substr(at + begin.size(), label_max);
        const auto end_of_label = label.find("-----");
        if (label.substr(0, end_of_label).find(what) == std::string_view::npos) return at;
        const auto end = text_.find("-----END ", at + begin.size());
        if (end == std::string_view::npos) return take(at, text_.size(), secret_kind::private_key);
        const auto dashes = text_.find("-----", end + 9);
        const auto to = dashes == std::string_view::npos ? text_.size() : dashes + 5;
        return take(at, to, secret_kind::private_key);
    }

    std::size_t token(std::size_t at) {
        const auto rest = text_.substr(at);
        for (const auto& one : prefixes) {
            if (rest.front() != one.start.front() || !rest.starts_with(one.start)) continue;
            if (!wants(one.kind)) continue;
            const auto size = run_of(one.made_of, text_, at + one.start.size());
            if (size < one.least || size > one.most) continue;
            const auto end = at + one.start.size() + size;
            if (one.most == one.least && end < text_.size() && is_alnum(text_[end])) continue;
            return take(at, end, one.kind);
        }
        return at;
    }

    std::size_t jwt(std::size_t at) {
        constexpr std::size_t part_least = 8;
        if (!text_.substr(at).starts_with("eyJ")) return at;
        auto end = at;
        for (int part = 0; part < 3; ++part) {
            if (part > 0) {
                if (end >= text_.size() || text_[end] != '.') return at;
                ++end;
            }
            const auto size = run_of(letters::alnum_dash, text_, end);
            if (part < 2 && size < part_least) return at;
            end += size;
        }
        return take(at, end, secret_kind::jwt);
    }

    /// `Bearer abc...` and `Basic abc...`, in any case.
    std::size_t scheme(std::size_t at) {
        const auto is = [&](std::string_view word) {
            if (text_.size() - at <= word.size()) return false;
            for (std::size_t i = 0; i < word.size(); ++i) {
                if (lower(text_[at + i]) != word[i]) return false;
            }
            return is_blank(text_[at + word.size()]);
        };
        const bool bearer = is("bearer");
        if (!bearer && !is("basic")) return at;
        auto from = at + (bearer ? 7 : 6);
        while (from < text_.size() && is_blank(text_[from])) ++from;
        const auto size = run_of(letters::base64, text_, from);
        const auto value = text_.substr(from, size);
        // Words that follow in plain text have no digits and no capitals inside.
        const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
            return is_lower(c) || c == '.' || c == '-' || c == '/';
        });
        if (size < 8 || plain) return at;
        return take(from, from + size, secret_kind::authorization);
    }

    bool is_wrapping(char c) const { return c == '"' || c == '\'' || c == '\\' || c == '`'; }

    /// `password=abc`, `"password": "abc"`, `--api-key=abc`: the '=' or ':' is at `at`.
    std::size_t assigned(std::size_t at) {
        constexpr std::size_t name_max = 64;
        if (!wants(secret_kind::password)) return at;
        auto name_end = at;
        const auto blanks_max = std::size_t{4};
        for (std::size_t i = 0; i < blanks_max && name_end > 0 &&
                                (is_blank(text_[name_end - 1]) || is_wrapping(text_[name_end - 1]));
             ++i) {
            --name_end;
        }
        auto name_at = name_end;
        while (name_at > 0 && name_end - name_at < name_max &&
               is_of(letters::alnum_dash, text_[name_at - 1])) {
            --name_at;
        }
        if (name_at == name_end || !names_a_secret(text_.substr(name_at, name_end - name_at))) {
            return at;
        }
        auto from = at + 1;
        if (from < text_.size() && (text_[from] == '=' || text_[from] == '>')) ++from;
        while (from < text_.size() && is_blank(text_[from])) ++from;
        const auto quote_at = from;
        while (from < text_.size() && is_wrapping(text_[from])) ++from;
        const auto to = from > quote_at ? end_of_quoted(from, text_[from - 1]) : end_of_word(from);
        if (to == from) return at;
        return take(from, to, secret_kind::password);
    }

    std::size_t end_of_quoted(std::size_t from, char quote) const {
        auto at = from;
        while (at < text_.size() && text_[at] != quote && text_[at] != '\n') {
            // Quotes inside quotes end with a backslash before them: take none of it along.
            if (text_[at] == '\\' && at + 1 < text_.size() && text_[at + 1] == quote) break;
            ++at;
        }
        return at;
    }

    std::size_t end_of_word(std::size_t from) const {
        constexpr std::string_view ends = " \t\r\n\"'`,;&|<>(){}[]\\";
        return std::min(text_.find_first_of(ends, from), text_.size());
    }

    /// `scheme://user:password@host`: the password. The colon before "//" is at `at`.
    std::size_t connection(std::size_t at) {
        constexpr std::size_t looked_at_max = 4096;
        if (text_.substr(at, 3) != "://") return at;
        const auto rest = text_.substr(at + 3, looked_at_max);
        const auto authority = rest.substr(0, rest.find_first_of("/?# \t\r\n\"'<>"));
        const auto host = authority.rfind('@');
        if (host == std::string_view::npos) return at;
        const auto colon = authority.find(':');
        if (colon >= host || host - colon <= 1) return at;
        return take(at + 3 + colon + 1, at + 3 + host, secret_kind::connection_string);
    }

    std::string_view text_;
    std::uint32_t wanted_;
    std::vector<secret_range>& found_;
};

}  // namespace

std::string_view to_string(secret_kind kind) noexcept {
    return kind_names[static_cast<std::size_t>(kind)];
}

std::optional<secret_kind> parse_secret_kind(std::string_view text) noexcept {
    for (std::size_t i = 0; i < kind_names.size(); ++i) {
        if (kind_names[i] == text) return static_cast<secret_kind>(i);
    }
    return std::nullopt;
}

void find_secrets(std::string_view text, std::uint32_t wanted, std::vector<secret_range>& found) {
    scan{text, wanted, found}.run();
}

bool names_a_secret(std::string_view name) noexcept { return ends_with_any(name, secret_endings); }

bool may_name_a_secret(std::string_view name) noexcept {
    return ends_with_any(name, likely_endings);
}

bool looks_random(std::string_view text) noexcept {
    constexpr std::size_t least = 16;
    constexpr double bits_least = 3.0;  // A character; words have 2 to 3, hexadecimal keys near 4.
    if (text.size() < least || run_of(letters::base64, text, 0) != text.size()) return false;
    const bool digits = std::any_of(text.begin(), text.end(), is_digit);
    const bool letters_too =
        std::any_of(text.begin(), text.end(), [](char c) { return is_upper(c) || is_lower(c); });
    if (!digits || !letters_too) return false;
    std::array<std::uint32_t, 256> count{};
    for (const char c : text) ++count[static_cast<unsigned char>(c)];
    double bits = 0;
    for (const auto n : count) {
        if (n == 0) continue;
        const auto share = static_cast<double>(n) / static_cast<double>(text.size());
        bits -= share * std::log2(share);
    }
    return bits >= bits_least;
}

}  // namespace daybook::compliance
