// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/audit_report.hpp>

#include <initializer_list>

namespace daybook::compliance {
namespace {

/// Texts with "; " between those that are not empty.
class clauses {
public:
    void add(std::string_view lead, std::string_view rest) {
        if (rest.empty()) return;
        if (!text_.empty()) text_ += "; ";
        text_ += lead;
        text_ += rest;
    }
    std::string text() const { return text_; }

private:
    std::string text_;
};

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
    std::string all;
    for (const auto& text : texts) {
        if (!all.empty()) all += between;
        all += text;
    }
    return all;
}

std::string_view sign_of(comparison op) {
    switch (op) {
        case comparison::equal: return " = ";
        case comparison::not_equal: return " != ";
        case comparison::less: return " < ";
        case comparison::less_equal: return " <= ";
        case comparison::greater: return " > ";
        case comparison::greater_equal: return " >= ";
        case comparison::exists: return " is there";
        case comparison::prefix: return " starts with ";
        case comparison::contains: return " contains ";
    }
    return " ? ";
}

std::string in_words(const criteria& c) {
    clauses all;
    all.add("stream ", c.stream);
    all.add("category ", c.category);
    all.add("type ", joined(c.types, " or "));
    all.add("tag ", joined(c.tags, " and "));
    all.add("correlation ", c.correlation);
    all.add("actor ", c.actor);
    all.add("actor of type ", c.actor_type);
    all.add("event ", c.id ? daybook::to_string(*c.id) : "");
    all.add("caused by ", c.cause ? daybook::to_string(*c.cause) : "");
    all.add("since ", c.since ? daybook::to_string(*c.since) : "");
    all.add("until ", c.until ? daybook::to_string(*c.until) : "");
    return all.text();
}

}  // namespace

std::string in_words(const query& q) {
    std::string any;
    for (const auto& one : q.any_of) {
        const auto words = in_words(one);
        if (words.empty()) {
            any.clear();  // This one matches everything, whatever the others say.
            break;
        }
        if (!any.empty()) any += "; or: ";
        any += words;
    }
    clauses all;
    all.add("", any);
    for (const auto& condition : q.where) {
        std::string words = condition.pointer.empty() ? "the payload" : condition.pointer;
        words += sign_of(condition.op);
        if (condition.op != comparison::exists) words += condition.value;
        all.add("where ", words);
    }
    const auto text = all.text();
    return text.empty() ? "all events" : text;
}

}  // namespace daybook::compliance
