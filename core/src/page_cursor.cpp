// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include "page_cursor.hpp"

#include <daybook/base64.hpp>

#include "bytes.hpp"
#include "text.hpp"

#include <algorithm>

namespace daybook {
namespace {

constexpr char version = 1;
constexpr std::size_t raw_size = 1 + 1 + 8 + 8;

std::uint64_t print_of(const engine& e, const query& q, direction dir) {
    std::string all{id_text(e.store_id)};
    bytes::append(all, fingerprint(q));
    all.push_back(static_cast<char>(dir));
    return hash_term(field::summary, all, 0);
}

error bad(std::string_view text, std::string_view why) {
    return fail(errc::invalid_argument,
                cat("cursor ", in_quotes(text), ": ", why, "; start again without a cursor"));
}

}  // namespace

std::string page_cursor::encode(const engine& e, const query& q, direction dir) const {
    std::string raw{version, static_cast<char>(dir)};
    bytes::append(raw, next.value);
    bytes::append(raw, print_of(e, q, dir));
    std::string text;
    base64::append(text, raw);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    while (text.ends_with('=')) text.pop_back();
    return text;
}

result<page_cursor> page_cursor::decode(const engine& e, const query& q, direction dir,
                                        std::string_view text) {
    std::string standard{text};
    std::replace(standard.begin(), standard.end(), '-', '+');
    std::replace(standard.begin(), standard.end(), '_', '/');
    while (standard.size() % 4 != 0) standard.push_back('=');
    const auto raw = base64::decode(standard);
    if (!raw || raw->size() != raw_size || raw->front() != version) {
        return bad(text, "it is not one that daybook gave out");
    }
    if (bytes::load<std::uint64_t>(raw->data() + 10) != print_of(e, q, dir)) {
        return bad(text, "it belongs to another query, direction or store");
    }
    return page_cursor{{bytes::load<std::uint64_t>(raw->data() + 2)}};
}

}  // namespace daybook
