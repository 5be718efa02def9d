// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "support/exposition.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

namespace daybook::test {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

bool is_name(std::string_view text, bool of_metric) {
    const auto all = std::string{letters} + "0123456789" + (of_metric ? ":" : "");
    return !text.empty() && text.find_first_not_of(all) == text.npos &&
           !(text.front() >= '0' && text.front() <= '9');
}

class parser {
public:
    exposition parse(std::string_view text) {
        if (!text.ends_with('\n')) fault("no line break at the end", "");
        while (!text.empty()) {
            const auto end = std::min(text.find('\n'), text.size());
            line(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        for (const auto& one : made_.families) check(one);
        return std::move(made_);
    }

private:
    void fault(std::string_view what, std::string_view where) {
        made_.faults += std::string{what} + ": " + std::string{where} + "\n";
    }

    void line(std::string_view text) {
        if (text.empty()) return;
        if (text.starts_with("# HELP ")) return help(text.substr(7));
        if (text.starts_with("# TYPE ")) return type(text.substr(7));
        if (text.starts_with('#')) return;
        sample(text);
    }

    void help(std::string_view text) {
        const auto space = std::min(text.find(' '), text.size());
        const auto name = text.substr(0, space);
        if (!is_name(name, true)) fault("bad name", name);
        if (made_.find(name) != nullptr) fault("described twice", name);
        text.remove_prefix(std::min(space + 1, text.size()));
        made_.families.push_back({std::string{name}, "", std::string{text}, {}});
    }

    void type(std::string_view text) {
        const auto space = std::min(text.find(' '), text.size());
        const auto name = text.substr(0, space);
        if (made_.families.empty() || made_.families.back().name != name ||
            !made_.families.back().samples.empty() || !made_.families.back().type.empty()) {
            return fault("TYPE without its HELP just before it", text);
        }
        made_.families.back().type = text.substr(std::min(space + 1, text.size()));
        static const std::set<std::string> known{"counter", "gauge", "histogram", "summary",
                                                 "untyped"};
        if (!known.contains(made_.families.back().type)) fault("unknown type", text);
    }

    void sample(std::string_view text) {
        const auto whole = text;
        exposition::sample one;
        const auto name_end = std::min(text.find_first_of("{ "), text.size());
        one.name = text.substr(0, name_end);
        text.remove_prefix(name_end);
        if (!is_name(one.name, true)) fault("bad name", whole);
        if (text.starts_with('{') && !labels(text, one)) return fault("bad labels", whole);
        if (!text.starts_with(' ')) return fault("no space before the value", whole);
        text.remove_prefix(1);
        const auto* end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, one.value);
        if (read.ec != std::errc{} || read.ptr != end) return fault("bad value", whole);
        if (made_.families.empty()) return fault("sample of no family", whole);
        auto& family = made_.families.back();
        const bool fits = family.type == "histogram" ? one.name == family.name + "_bucket" ||
                                                           one.name == family.name + "_sum" ||
                                                           one.name == family.name + "_count"
                                                     : one.name == family.name;
        if (!fits) fault("sample outside its family", whole);
        if (!seen_.insert({one.name, one.labels}).second) fault("sample comes twice", whole);
        family.samples.push_back(std::move(one));
    }

    /// Takes `{a="b",c="d"}` off the front of `text`.
    static bool labels(std::string_view& text, exposition::sample& to) {
        text.remove_prefix(1);
        while (!text.starts_with('}')) {
            const auto equals = text.find("=\"");
            if (equals == text.npos || !is_name(text.substr(0, equals), false)) return false;
            const std::string name{text.substr(0, equals)};
            text.remove_prefix(equals + 2);
            std::string value;
            if (!quoted(text, value) || !to.labels.emplace(name, value).second) return false;
            if (text.starts_with(',')) text.remove_prefix(1);
            if (text.empty()) return false;
        }
        text.remove_prefix(1);
        return true;
    }

    static bool quoted(std::string_view& text, std::string& to) {
        for (;;) {
            if (text.empty()) return false;
            char c = text.front();
            text.remove_prefix(1);
            if (c == '"') return true;
            if (c == '\\') {
                if (text.empty()) return false;
                c = text.front();
                text.remove_prefix(1);
                if (c != '\\' && c != '"' && c != 'n') return false;
                if (c == 'n') c = '\n';
            }
            to += c;
        }
    }

    void check(const exposition::family& one) {
        if (one.type.empty()) fault("no TYPE", one.name);
        if (one.help.empty()) fault("no HELP", one.name);
        if (one.type == "counter" && !one.name.ends_with("_total")) fault("no _total", one.name);
        if (one.type == "histogram") check_histograms(one);
    }

    /// Buckets rise in bound and count, the last one is +Inf and has the count.
    void check_histograms(const exposition::family& one) {
        std::map<std::map<std::string, std::string>, std::vector<std::pair<double, double>>> all;
        for (const auto& s : one.samples) {
            if (!s.name.ends_with("_bucket")) continue;
            auto labels = s.labels;
            const auto le = labels.extract("le");
            if (le.empty()) return fault("bucket without le", one.name);
            const auto bound = le.mapped() == "+Inf" ? std::numeric_limits<double>::infinity()
                                                     : std::stod(le.mapped());
            all[labels].emplace_back(bound, s.value);
        }
        for (const auto& [labels, buckets] : all) {
            for (std::size_t i = 1; i < buckets.size(); ++i) {
                if (buckets[i].first <= buckets[i - 1].first) fault("bounds fall", one.name);
                if (buckets[i].second < buckets[i - 1].second) fault("counts fall", one.name);
            }
            if (buckets.back().first != std::numeric_limits<double>::infinity()) {
                fault("no +Inf", one.name);
            }
            if (buckets.back().second != made_.value(one.name + "_count", labels)) {
                fault("+Inf is not the count", one.name);
            }
            const auto sum = made_.value(one.name + "_sum", labels);
            if (!(sum >= 0)) fault("no sum", one.name);
        }
    }

    exposition made_;
    std::set<std::pair<std::string, std::map<std::string, std::string>>> seen_;
};

}  // namespace

const exposition::family* exposition::find(std::string_view name) const {
    const auto at = std::find_if(families.begin(), families.end(),
                                 [&](const family& one) { return one.name == name; });
    return at == families.end() ? nullptr : &*at;
}

double exposition::value(std::string_view name,
                         const std::map<std::string, std::string>& labels) const {
    auto found = std::numeric_limits<double>::quiet_NaN();
    std::size_t matches = 0;
    for (const auto& one : families) {
        for (const auto& s : one.samples) {
            const bool has_all = std::all_of(labels.begin(), labels.end(), [&](const auto& wanted) {
                const auto at = s.labels.find(wanted.first);
                return at != s.labels.end() && at->second == wanted.second;
            });
            if (s.name != name || !has_all) continue;
            found = s.value;
            ++matches;
        }
    }
    return matches == 1 ? found : std::numeric_limits<double>::quiet_NaN();
}

exposition parse_exposition(std::string_view text) { return parser{}.parse(text); }

}  // namespace daybook::test
