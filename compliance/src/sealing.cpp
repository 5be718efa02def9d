// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

#include <daybook/compliance/erasure.hpp>
#include <daybook/compliance/sealing.hpp>
#include <daybook/json.hpp>
#include <daybook/raw_json.hpp>
#include <daybook/schema_catalog.hpp>

#include "json_walk.hpp"
#include "schema_marks.hpp"
#include "sealed_value.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_map>

namespace daybook::compliance {
namespace {

constexpr std::size_t origin_bytes_max = 200;
constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

/// The rules that concern one type of events.
struct plan {
    pointer_patterns at;
    std::uint32_t whole = none;  ///< The rule for all of the payload.
};

/// What has to be opened, found by a look at the bytes.
bool may_hold_sealed(std::string_view payload) {
    return payload.find(sealed_start) != std::string_view::npos;
}

error rejected(std::string why) { return fail(errc::rejected, std::move(why)); }

/// The text of a field that names a subject.
std::optional<std::string> text_at(std::string_view payload, const std::string& pointer) {
    boost::json::error_code wrong;
    boost::json::parse_options options;
    options.max_depth = json_depth_max;
    const auto parsed = boost::json::parse({payload.data(), payload.size()}, wrong, {}, options);
    if (wrong) return std::nullopt;
    const auto* found = find_pointer(parsed, pointer);
    if (found == nullptr) return std::nullopt;
    if (found->is_string())
        return std::string{found->get_string().c_str(), found->get_string().size()};
    if (found->is_int64()) return std::to_string(found->get_int64());
    if (found->is_uint64()) return std::to_string(found->get_uint64());
    return std::nullopt;
}

}  // namespace

struct sealer::impl {
    class visitor;

    std::shared_ptr<subject_keys> keys;
    sealing_options options;
    plan general;
    std::unordered_map<std::string, plan> by_type;

    result<void> compile();
    result<void> add(plan& to, const sealing_rule& rule, std::uint32_t index) const;
    const plan& plan_for(std::string_view type) const;
    result<std::string> subject_of(const arriving_event& event, const sealing_rule& rule) const;
    result<void> check_sealed(std::string_view raw, const sealed_place& at) const;
    sealed_place place_of(const arriving_event& event, std::string pointer) const {
        return {options.origin, event.id(), event.stream(), event.type(), std::move(pointer)};
    }
    /// A value of the event in its envelope.
    result<std::string> seal(const arriving_event& event, std::uint32_t rule, std::string pointer,
                             std::string_view clear);
};

class sealer::impl::visitor final : public json_walk::visitor {
public:
    visitor(impl& by, const plan& rules, const arriving_event& event)
        : by_{by}, rules_{rules}, event_{event} {}

    result<json_walk::next> value(json_walk& at, std::string& replacement) override {
        using next = json_walk::next;
        if (at.begins_with(sealed_start)) {
            auto ok = by_.check_sealed(at.whole(), by_.place_of(event_, at.pointer()));
            if (!ok) return ok.error();
            return next::keep;
        }
        const auto rule = at.is_root() ? rules_.whole : at.match().value_or(none);
        if (rule == none) return next::descend;
        auto made = by_.seal(event_, rule, at.pointer(), at.whole());
        if (!made) return made.error();
        replacement = std::move(*made);
        return next::replace;
    }

private:
    impl& by_;
    const plan& rules_;
    const arriving_event& event_;
};

result<void> sealer::impl::add(plan& to, const sealing_rule& rule, std::uint32_t index) const {
    if (rule.at.empty()) to.whole = std::min(to.whole, index);
    for (const auto& one : rule.at) {
        if (auto ok = to.at.add(one, index); !ok) return ok;
    }
    return {};
}

result<void> sealer::impl::compile() {
    if (options.origin.empty() || options.origin.size() > origin_bytes_max) {
        return fail(errc::invalid_argument, "sealing: the origin has 1 to 200 bytes, found " +
                                                std::to_string(options.origin.size()));
    }
    for (const auto& rule : options.rules) {
        using kind = subject_source::kind;
        const auto& from = rule.subject;
        if ((from.from == kind::tag && from.name.empty()) ||
            (from.from == kind::field && !from.name.starts_with('/'))) {
            return fail(errc::invalid_argument,
                        "sealing: a subject comes from a tag with a key, or from a field at a "
                        "JSON Pointer, found \"" +
                            from.name + "\"");
        }
        for (const auto& type : rule.types) by_type.try_emplace(type);
    }
    for (std::uint32_t i = 0; i < options.rules.size(); ++i) {
        const auto& rule = options.rules[i];
        auto added = rule.types.empty() ? add(general, rule, i) : result<void>{};
        for (auto& [type, one] : by_type) {
            const bool concerns =
                rule.types.empty() ||
                std::find(rule.types.begin(), rule.types.end(), type) != rule.types.end();
            if (added && concerns) added = add(one, rule, i);
        }
        if (!added) return fail(errc::invalid_argument, "sealing: " + added.error().message);
    }
    return {};
}

const plan& sealer::impl::plan_for(std::string_view type) const {
    if (by_type.empty()) return general;
    const auto found = by_type.find(std::string{type});
    return found == by_type.end() ? general : found->second;
}

result<std::string> sealer::impl::subject_of(const arriving_event& event,
                                             const sealing_rule& rule) const {
    using kind = subject_source::kind;
    const auto& from = rule.subject;
    if (from.from == kind::stream) return std::string{event.stream()};
    if (from.from == kind::tag) {
        const auto start = from.name + ':';
        for (const auto& tag : event.tags()) {
            if (tag.starts_with(start) && tag.size() > start.size())
                return tag.substr(start.size());
        }
        return rejected("it is to be encrypted for its subject, and has no tag \"" + from.name +
                        ":...\" that names one");
    }
    auto text = text_at(event.payload(), from.name);
    if (!text || text->empty()) {
        return rejected("it is to be encrypted for its subject, and has no text or number at " +
                        from.name + " that names one");
    }
    return std::move(*text);
}

result<std::string> sealer::impl::seal(const arriving_event& event, std::uint32_t rule,
                                       std::string pointer, std::string_view clear) {
    const auto subject = subject_of(event, options.rules[rule]);
    if (!subject) return subject.error();
    const auto key = keys->internals().take(*subject);
    if (!key) return key.error();
    return seal_value(**key, place_of(event, std::move(pointer)), clear).text();
}

/// What comes encrypted, as from an export of the same log, must be what readers can open, or what
/// they know to be erased.
result<void> sealer::impl::check_sealed(std::string_view raw, const sealed_place& at) const {
    const auto where = at.pointer.empty() ? std::string{"its payload"} : "what is at " + at.pointer;
    const auto sealed = sealed_value::parse(raw);
    if (!sealed) return rejected(where + " looks encrypted and is not");
    const auto found = keys->internals().find(sealed->key_id);
    if (found.erased) return {};
    if (!found.key || !open_value(*found.key, at, *sealed)) {
        return rejected(where + " is encrypted with another key, or for another event");
    }
    return {};
}

sealer::sealer(std::unique_ptr<impl> made) : impl_{std::move(made)} {}
sealer::~sealer() = default;

result<std::shared_ptr<sealer>> sealer::make(std::shared_ptr<subject_keys> keys,
                                             sealing_options options) {
    auto made = std::make_unique<impl>();
    made->keys = std::move(keys);
    made->options = std::move(options);
    if (auto ok = made->compile(); !ok) return ok.error();
    return std::shared_ptr<sealer>{new sealer{std::move(made)}};
}

result<void> sealer::admit(arriving_event& event) {
    // What the log tells of itself names nobody, and has to be readable by everybody.
    if (event.stream() == compliance_stream) return {};
    const auto& rules = impl_->plan_for(event.type());
    if (event.content_type() != json_content_type) {
        if (looks_sealed(event.payload())) {
            return impl_->check_sealed(event.payload(), impl_->place_of(event, {}));
        }
        if (rules.whole == none) return {};
        auto made = impl_->seal(event, rules.whole, {}, event.payload());
        if (!made) return made.error();
        event.set_payload(std::move(*made));
        return {};
    }
    if (rules.whole == none && rules.at.empty() && !may_hold_sealed(event.payload())) return {};
    impl::visitor with{*impl_, rules, event};
    auto made = json_walk{event.payload(), rules.at}.run(with);
    if (!made) return made.error();
    if (*made) event.set_payload(std::move(**made));
    return {};
}

// Reading ----------------------------------------------------------------------------------------

namespace {

class opening_visitor final : public json_walk::visitor {
public:
    opening_visitor(subject_keys& keys, const sealed_place& event, erased_as erased,
                    opened_payload& made)
        : keys_{keys}, place_{event}, erased_{erased}, made_{made} {}

    result<json_walk::next> value(json_walk& at, std::string& replacement) override {
        using next = json_walk::next;
        if (!at.begins_with(sealed_start)) return next::descend;
        place_.pointer = at.pointer();
        auto clear = open(at.whole());
        if (!clear) return clear.error();
        replacement = std::move(*clear);
        return next::replace;
    }

    result<std::string> open(std::string_view raw) {
        const auto where =
            place_.pointer.empty() ? std::string{"its payload"} : "what is at " + place_.pointer;
        const auto sealed = sealed_value::parse(raw);
        if (!sealed) return fail(errc::corrupt, where + " looks encrypted and is not");
        const auto found = keys_.internals().find(sealed->key_id);
        if (found.erased) {
            made_.erased.push_back({place_.pointer, sealed->key_id});
            if (erased_ == erased_as::null) return std::string{"null"};
            return R"({"$erased":")" + sealed->key_id + "\"}";
        }
        if (!found.key) {
            return fail(errc::not_found, where + " is encrypted with the key " + sealed->key_id +
                                             ", which these keys do not have");
        }
        auto clear = open_value(*found.key, place_, *sealed);
        if (!clear) {
            return fail(errc::corrupt, where +
                                           " does not open with its key: it was changed, moved, "
                                           "or encrypted for another log");
        }
        ++made_.opened;
        return std::move(*clear);
    }

private:
    subject_keys& keys_;
    sealed_place place_;
    erased_as erased_;
    opened_payload& made_;
};

}  // namespace

event_opener::event_opener(std::shared_ptr<subject_keys> keys, std::string origin, erased_as erased)
    : keys_{std::move(keys)}, origin_{std::move(origin)}, erased_{erased} {}

bool event_opener::concerns(const event_view& stored) const noexcept {
    return may_hold_sealed(stored.payload());
}

result<std::string> event_opener::open(const event_view& stored) const {
    auto opened = open_fully(stored);
    if (!opened) return opened.error();
    return std::move(opened->payload);
}

result<opened_payload> event_opener::open_fully(const event_view& stored) const {
    opened_payload made;
    const sealed_place place{origin_, stored.id(), stored.stream(), stored.type(), {}};
    opening_visitor with{*keys_, place, erased_, made};
    if (stored.content_type() != json_content_type) {
        made.payload = stored.payload();
        if (!looks_sealed(stored.payload())) return made;
        auto clear = with.open(stored.payload());
        if (!clear) return clear.error();
        made.payload = std::move(*clear);
        return made;
    }
    if (auto sound = check_json(stored.payload()); !sound) {
        return fail(errc::corrupt, "its payload is not JSON: " + sound.error().message);
    }
    static const pointer_patterns nowhere;
    auto clear = json_walk{stored.payload(), nowhere}.run(with);
    if (!clear) return clear.error();
    made.payload = *clear ? std::move(**clear) : std::string{stored.payload()};
    return made;
}

// Rules ------------------------------------------------------------------------------------------

namespace {

result<subject_source> subject_in(const schema_entry& of) {
    const auto wrong = [&] {
        return fail(errc::invalid_argument,
                    "schema " + of.type + ' ' + of.version +
                        ": x-daybook-subject is \"stream\", {\"tag\":KEY} or {\"field\":POINTER}");
    };
    const auto raw = raw_member(of.text, "x-daybook-subject");
    if (!raw || !*raw) return subject_source::stream();
    if (**raw == R"("stream")") return subject_source::stream();
    if (kind_of(**raw) != json_kind::object) return wrong();
    for (const bool tag : {true, false}) {
        const auto name = raw_member(**raw, tag ? "tag" : "field");
        if (!name || !*name) continue;
        auto text = unescape_json_string(**name);
        if (!text) return wrong();
        return tag ? subject_source::tag(std::move(*text))
                   : subject_source::field(std::move(*text));
    }
    return wrong();
}

}  // namespace

result<std::vector<sealing_rule>> sealing_rules_of(const schema_catalog& catalog) {
    std::vector<sealing_rule> rules;
    for (const auto& entry : catalog.list()) {
        const auto marks = marks_of(entry.text, "x-daybook-personal");
        if (!marks) return marks.error();
        auto subject = subject_in(entry);
        if (!subject) return subject.error();
        for (const auto& [at, mark] : *marks) {
            if (!mark.is_bool()) {
                return fail(errc::invalid_argument, "schema " + entry.type + ' ' + entry.version +
                                                        ": x-daybook-personal is true or false");
            }
            if (!mark.get_bool()) continue;
            rules.push_back(
                {.types = {entry.type},
                 .at = at.empty() ? std::vector<std::string>{} : std::vector<std::string>{at},
                 .subject = *subject});
        }
    }
    return rules;
}

}  // namespace daybook::compliance
