// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "witness/witness_url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace daybook::witness_http {
namespace {

std::optional<unsigned short> parse_port(std::string_view text) {
    unsigned short port = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, port);
    if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return port;
}

struct host_and_port {
    std::string_view host{};
    std::optional<std::string_view> port{};
};

/// "host", "host:port", "[v6]:port".
std::optional<host_and_port> split(std::string_view text) {
    host_and_port parts;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        parts.host = text.substr(1, close - 1);
        text.remove_prefix(close + 1);
        if (text.empty()) return parts;
        if (!text.starts_with(':')) return std::nullopt;
        parts.port = text.substr(1);
        return parts;
    }
    const auto colon = text.find(':');
    parts.host = text.substr(0, colon);
    if (colon != std::string_view::npos) parts.port = text.substr(colon + 1);
    return parts;
}

}  // namespace

result<witness_url> witness_url::parse(std::string_view text) {
    constexpr std::string_view scheme = "http://";
    const auto bad = [&](errc code, std::string_view why) {
        return fail(code, "witness " + std::string{text} + ": " + std::string{why});
    };
    const auto fits = [](char c) {
        return c > ' ' && c < 0x7F && c != '?' && c != '#' && c != '@';
    };
    if (!std::all_of(text.begin(), text.end(), fits)) {
        return fail(errc::invalid_argument, "the URL of a witness has a character that none has");
    }
    if (text.starts_with("https://")) {
        return bad(errc::unsupported, "https is left to a proxy: give its http:// address");
    }
    if (!text.starts_with(scheme))
        return bad(errc::invalid_argument, "not http://HOST[:PORT][/PATH]");
    auto rest = text.substr(scheme.size());
    const auto path = std::min(rest.find('/'), rest.size());
    const auto place = split(rest.substr(0, path));
    const auto port = place ? parse_port(place->port.value_or("80")) : std::nullopt;
    if (!port || *port == 0 || place->host.empty()) {
        return bad(errc::invalid_argument, "not http://HOST[:PORT][/PATH]");
    }
    auto prefix = rest.substr(path);
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    return witness_url{std::string{place->host}, std::to_string(*port), std::string{prefix}};
}

result<listen_address> listen_address::parse(std::string_view text) {
    const auto place = split(text);
    const auto port = place && place->port ? parse_port(*place->port) : std::nullopt;
    if (!port || place->host.empty()) {
        return fail(errc::invalid_argument,
                    "'" + std::string{text} + "' is not ADDRESS:PORT, like 127.0.0.1:8080");
    }
    return listen_address{std::string{place->host}, *port};
}

}  // namespace daybook::witness_http
