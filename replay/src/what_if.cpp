// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/json.hpp>
#include <daybook/query_matcher.hpp>
#include <daybook/replay/what_if.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <thread>

namespace daybook::replay {
namespace {

namespace json = boost::json;

template <class... Visitors>
struct overloaded : Visitors... {
    using Visitors::operator()...;
};
template <class... Visitors>
overloaded(Visitors...) -> overloaded<Visitors...>;

std::string text_of(position at) { return "position " + std::to_string(at.value); }

/// RFC 7396.
void apply_merge_patch(json::value& to, const json::value& patch) {
    if (!patch.is_object()) {
        to = patch;
        return;
    }
    if (!to.is_object()) to = json::object{};
    auto& members = to.get_object();
    for (const auto& [name, value] : patch.get_object()) {
        if (value.is_null()) {
            members.erase(name);
        } else {
            apply_merge_patch(members[name], value);
        }
    }
}

/// An event as it would be handed in again.
new_event copy_of(const event_view& stored) {
    new_event made;
    made.type = stored.type();
    made.payload = stored.payload();
    for (const auto tag : stored.tags()) made.tags.emplace_back(tag);
    made.correlation = stored.correlation();
    made.causes.assign(stored.causes().begin(), stored.causes().end());
    const auto actor = stored.actor();
    made.actor = {std::string{actor.type}, std::string{actor.id}, std::string{actor.model}};
    made.occurred_at = stored.occurred_at();
    made.schema = stored.schema();
    made.id = stored.id();
    made.content_type = stored.content_type();
    made.extensions = stored.extensions();
    return made;
}

/// Edits in the order in which a walk along the log needs them.
struct plan {
    std::multimap<std::uint64_t, const what_if::injected_event*>
        injected;  ///< By place: after - 1.
    std::set<std::uint64_t> dropped;
    std::vector<query_matcher> dropped_queries;
    std::map<std::uint64_t, json::value> patches;

    bool drops(const event_view& event) const {
        return dropped.contains(event.position().value) ||
               std::any_of(dropped_queries.begin(), dropped_queries.end(),
                           [&](const auto& one) { return one.matches(event); });
    }
};

/// Looks at all edits before anything is made.
class planner {
public:
    explicit planner(store& from, const what_if_options& options)
        : from_{from}, options_{options}, end_{from.watermark()} {}

    result<void> add(const what_if::edit& one) {
        return std::visit([this](const auto& edit) { return plan_edit(edit); }, one);
    }

    /// Where the branch begins.
    result<position> fork_at() const {
        const auto wanted = options_.fork_at.value_or(first_.value_or(end_));
        if (wanted > end_) {
            return fail(errc::not_found, "what if: the branch is to begin at " + text_of(wanted) +
                                             ", the log ends at " + text_of(end_));
        }
        if (first_ && *first_ < wanted) {
            return fail(errc::invalid_argument, "what if: an edit is at " + text_of(*first_) +
                                                    ", before the branch begins at " +
                                                    text_of(wanted));
        }
        return wanted;
    }

    plan take() { return std::move(plan_); }
    position end() const noexcept { return end_; }

private:
    result<void> plan_edit(const what_if::injected_event& edit) {
        if (!edit.after) {
            plan_.injected.emplace(0, &edit);
            return {};
        }
        if (auto ok = check_place("inject after", *edit.after); !ok) return ok;
        plan_.injected.emplace(edit.after->value + 1, &edit);
        begins_by({edit.after->value + 1});
        return {};
    }
    result<void> plan_edit(const what_if::dropped_event& edit) {
        if (auto ok = check_place("drop", edit.at); !ok) return ok;
        if (plan_.patches.contains(edit.at.value)) return both(edit.at);
        plan_.dropped.insert(edit.at.value);
        begins_by(edit.at);
        return {};
    }
    result<void> plan_edit(const what_if::dropped_query& edit) {
        const auto from = options_.fork_at.value_or(position{});
        auto found = from_.read(edit.which, {.from = from.value, .limit = 1});
        if (!found) return found.error();
        const auto any = found->next();
        if (!any) return any.error();
        plan_.dropped_queries.emplace_back(edit.which);
        if (*any) begins_by((*found)->position());
        return {};
    }
    result<void> plan_edit(const what_if::changed_event& edit) {
        if (auto ok = check_place("change", edit.at); !ok) return ok;
        if (plan_.dropped.contains(edit.at.value)) return both(edit.at);
        boost::system::error_code ec;
        auto patch = json::parse(edit.merge_patch, ec);
        if (ec || !patch.is_object()) {
            return fail(errc::invalid_argument,
                        "what if: change at " + text_of(edit.at) + ": the patch is no JSON object");
        }
        if (!plan_.patches.emplace(edit.at.value, std::move(patch)).second) {
            return fail(errc::invalid_argument,
                        "what if: " + text_of(edit.at) + " is changed twice; give one patch");
        }
        begins_by(edit.at);
        return {};
    }

    result<void> check_place(std::string_view doing, position at) const {
        if (at < end_) return {};
        return fail(errc::not_found, "what if: " + std::string{doing} + " " + text_of(at) +
                                         ": the log ends at " + text_of(end_));
    }
    static error both(position at) {
        return fail(errc::invalid_argument,
                    "what if: " + text_of(at) + " is both dropped and changed");
    }
    void begins_by(position at) { first_ = first_ ? std::min(*first_, at) : at; }

    store& from_;
    const what_if_options& options_;
    position end_;
    std::optional<position> first_;
    plan plan_;
};

/// Appends what follows the fork, with the edits made.
class rerun {
public:
    rerun(const store& from, position end, const plan& edits, const what_if_options& options,
          what_if_report& report)
        : from_{from}, end_{end}, edits_{edits}, options_{options}, report_{report} {}

    result<void> into(store& branch) {
        branch_ = &branch;
        const auto start = branch.watermark();
        // Injected where the branch begins, wherever that came to be.
        auto done = inject(edits_.injected.begin(), edits_.injected.upper_bound(start.value));
        auto events = from_.read_all({.from = start.value, .limit = end_.value - start.value});
        if (!events) return events.error();
        while (done) {
            const auto more = events->next();
            if (!more) return more.error();
            if (!*more) break;
            done = take(**events);
            if (options_.progress) {
                options_.progress((*events)->position().value + 1, end_.value);
            }
            const auto next = (*events)->position().value + 1;
            if (done)
                done = inject(edits_.injected.lower_bound(next), edits_.injected.upper_bound(next));
        }
        return done ? write() : done;
    }

private:
    static constexpr std::size_t together_max = 500;  ///< Events in one append.
    static constexpr std::size_t together_bytes_max = 1U << 20U;

    using injected_range =
        std::multimap<std::uint64_t, const what_if::injected_event*>::const_iterator;

    result<void> inject(injected_range from, injected_range to) {
        for (; from != to; ++from) {
            const auto& one = *from->second;
            ++report_.injected;
            if (auto ok = put(one.stream, one.event, {}); !ok) return ok;
        }
        return {};
    }

    result<void> take(const event_view& stored) {
        if (edits_.drops(stored)) {
            ++report_.dropped;
            gone_.insert(stored.id());
            return {};
        }
        auto made = copy_of(stored);
        const auto patch = edits_.patches.find(stored.position().value);
        if (patch != edits_.patches.end()) {
            auto payload = payload_json(stored);
            if (!payload) {
                return fail(errc::invalid_argument, "what if: change at " +
                                                        text_of(stored.position()) +
                                                        ": its payload is no JSON");
            }
            apply_merge_patch(*payload, patch->second);
            made.payload = json::serialize(*payload);
        }
        (patch != edits_.patches.end() ? report_.changed : report_.kept) += 1;
        forget_causes(made);
        return put(stored.stream(), std::move(made), stored.sequence());
    }

    void forget_causes(new_event& of) {
        std::erase_if(of.causes, [&](const event_id& cause) {
            if (!gone_.contains(cause)) return false;
            ++report_.causes_lost;
            if (report_.lost.size() < options_.examples_max) {
                report_.lost.push_back(
                    {{branch_->watermark().value + waiting_.size()}, *of.id, cause});
            }
            return true;
        });
    }

    result<void> put(std::string_view stream, new_event event,
                     std::optional<sequence> sequence_before) {
        const bool full = waiting_.size() >= together_max || bytes_ >= together_bytes_max;
        if (stream != stream_ || full) {
            if (auto ok = write(); !ok) return ok;
            stream_ = stream;
        }
        bytes_ += event.payload.size();
        waiting_.push_back(std::move(event));
        sequences_.push_back(sequence_before);
        return {};
    }

    result<void> write() {
        if (waiting_.empty()) return {};
        const auto receipt =
            branch_->append(stream_, expected::any(), waiting_, durability::buffered);
        if (!receipt) {
            auto why = receipt.error();
            why.message = "what if: " + why.message;
            return why;
        }
        for (std::size_t i = 0; i < sequences_.size(); ++i) {
            const auto now = receipt->first_sequence.value + i;
            if (sequences_[i] && sequences_[i]->value != now) ++report_.sequences_changed;
        }
        waiting_.clear();
        sequences_.clear();
        bytes_ = 0;
        return {};
    }

    const store& from_;
    position end_;
    const plan& edits_;
    const what_if_options& options_;
    what_if_report& report_;
    store* branch_ = nullptr;
    std::string stream_;
    std::vector<new_event> waiting_;  ///< For `stream_`.
    std::vector<std::optional<sequence>> sequences_;
    std::size_t bytes_ = 0;
    std::set<event_id> gone_;
};

// Edits as JSON ----------------------------------------------------------------------------------

error in_line(std::size_t line, const std::string& what) {
    return fail(errc::invalid_argument, "line " + std::to_string(line) + " of the edits: " + what);
}

result<position> position_of(const json::value& from) {
    boost::system::error_code ec;
    const auto number = from.to_number<std::uint64_t>(ec);
    if (ec) return fail(errc::invalid_argument, "a position is a whole number, 0 or more");
    return position{number};
}

result<query> query_of(const json::object& from) {
    criteria only;
    for (const auto& [name, value] : from) {
        if (!value.is_string()) {
            return fail(errc::invalid_argument, "\"" + std::string{name} + "\" is no string");
        }
        const std::string text{value.get_string()};
        if (name == "type") {
            only.types = {text};
        } else if (name == "stream") {
            only.stream = text;
        } else if (name == "correlation") {
            only.correlation = text;
        } else if (name == "tag") {
            only.tags = {text};
        } else {
            return fail(errc::invalid_argument,
                        "\"drop\" has a member \"" + std::string{name} +
                            "\"; it knows type, stream, correlation and tag");
        }
    }
    if (from.empty()) return fail(errc::invalid_argument, "\"drop\" of {} would drop everything");
    query made{std::move(only)};
    if (auto ok = validate(made); !ok) return ok.error();
    return made;
}

/// Checks that there are no members but these.
result<void> check_members(const json::object& of, std::string_view what, std::string_view other) {
    for (const auto& [name, value] : of) {
        if (std::string_view{name} != what && (other.empty() || std::string_view{name} != other)) {
            return fail(errc::invalid_argument, "a member \"" + std::string{name} + "\" beside \"" +
                                                    std::string{what} + "\"");
        }
    }
    return {};
}

result<void> add_inject(const json::object& from, what_if& to) {
    if (auto ok = check_members(from, "inject", "after"); !ok) return ok;
    auto event = event_from_json(json::serialize(from.at("inject")));
    if (!event) return event.error();
    std::optional<position> after;
    if (const auto* place = from.if_contains("after")) {
        const auto at = position_of(*place);
        if (!at) return at.error();
        after = *at;
    }
    to.inject(after, std::move(event->stream), std::move(event->event));
    return {};
}

result<void> add_drop(const json::object& from, what_if& to) {
    if (auto ok = check_members(from, "drop", {}); !ok) return ok;
    const auto& what = from.at("drop");
    if (what.is_object()) {
        auto which = query_of(what.get_object());
        if (!which) return which.error();
        to.drop(*std::move(which));
        return {};
    }
    const auto at = position_of(what);
    if (!at) return at.error();
    to.drop(*at);
    return {};
}

result<void> add_change(const json::object& from, what_if& to) {
    if (auto ok = check_members(from, "change", "patch"); !ok) return ok;
    const auto at = position_of(from.at("change"));
    if (!at) return at.error();
    const auto* patch = from.if_contains("patch");
    if (patch == nullptr || !patch->is_object()) {
        return fail(errc::invalid_argument, "\"change\" needs a \"patch\" that is an object");
    }
    to.change(*at, json::serialize(*patch));
    return {};
}

result<void> add_edit(std::string_view line, what_if& to) {
    boost::system::error_code ec;
    const auto parsed = json::parse({line.data(), line.size()}, ec);
    if (ec) return fail(errc::invalid_argument, "it is no JSON: " + ec.message());
    const auto* edit = parsed.if_object();
    if (edit != nullptr && edit->contains("inject")) return add_inject(*edit, to);
    if (edit != nullptr && edit->contains("drop")) return add_drop(*edit, to);
    if (edit != nullptr && edit->contains("change")) return add_change(*edit, to);
    return fail(errc::invalid_argument,
                "an edit is an object with \"inject\", \"drop\" or \"change\"");
}

}  // namespace

what_if& what_if::inject(std::optional<position> after, std::string stream, new_event event) {
    edits_.emplace_back(injected_event{after, std::move(stream), std::move(event)});
    return *this;
}
what_if& what_if::drop(position at) {
    edits_.emplace_back(dropped_event{at});
    return *this;
}
what_if& what_if::drop(query which) {
    edits_.emplace_back(dropped_query{std::move(which)});
    return *this;
}
what_if& what_if::change(position at, std::string merge_patch) {
    edits_.emplace_back(changed_event{at, std::move(merge_patch)});
    return *this;
}

result<what_if> what_if::from_json_lines(std::string_view text) {
    what_if all;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        auto one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (one.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        if (auto ok = add_edit(one, all); !ok) return in_line(line, ok.error().message);
    }
    return all;
}

result<what_if_report> what_if::run(store& from, const std::filesystem::path& directory,
                                    const what_if_options& options) const {
    planner planned{from, options};
    for (const auto& one : edits_) {
        if (auto ok = planned.add(one); !ok) return ok.error();
    }
    const auto begin = planned.fork_at();
    if (!begin) return begin.error();
    const auto edits = planned.take();
    what_if_report report;
    rerun rest{from, planned.end(), edits, options, report};
    const auto append_rest = [&](store& branch) {
        auto done = result<void>{};
        // On a thread of its own: what surrounds the caller (`context_scope`) is nothing to events
        // that happened before.
        std::thread{[&] { done = rest.into(branch); }}.join();
        return done;
    };
    auto made = fork_store(from, directory, {.end = *begin, .prepare = append_rest});
    if (!made) return made.error();
    report.fork = *std::move(made);
    return report;
}

}  // namespace daybook::replay
