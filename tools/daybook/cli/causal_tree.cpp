// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/causal_tree.hpp"

#include <algorithm>
#include <map>

namespace daybook::cli {
namespace {

struct line_parts {
    std::string_view branch, last, through, nothing;
};

constexpr line_parts ascii_lines{"|- ", "`- ", "|  ", "   "};
constexpr line_parts utf8_lines{"\xE2\x94\x9C\xE2\x94\x80 ", "\xE2\x94\x94\xE2\x94\x80 ",
                                "\xE2\x94\x82  ", "   "};

/// An event that waits to be drawn: what stands in front of it, and of what comes below it.
struct waiting {
    std::size_t index = 0;
    std::size_t depth = 0;
    std::string lines;
    std::string below;
};

class drawing {
public:
    drawing(std::vector<event> events, bool utf8)
        : events_{std::move(events)}, parts_{utf8 ? utf8_lines : ascii_lines} {
        std::sort(events_.begin(), events_.end(),
                  [](const event& a, const event& b) { return a.position() < b.position(); });
        for (std::size_t i = 0; i < events_.size(); ++i) index_of_[events_[i].id()] = i;
        link();
    }

    std::vector<drawn_event> draw() {
        for (std::size_t i = 0; i < events_.size(); ++i) {
            if (parents_[i].empty()) draw_from(i);
        }
        for (std::size_t i = 0; i < events_.size(); ++i) draw_from(i);  // Cycles have no root.
        return std::move(drawn_);
    }

private:
    void link() {
        parents_.resize(events_.size());
        children_.resize(events_.size());
        taken_.assign(events_.size(), false);
        for (std::size_t i = 0; i < events_.size(); ++i) {
            for (const auto& cause : events_[i].view().causes()) {
                const auto found = index_of_.find(cause);
                if (found != index_of_.end() && found->second != i)
                    parents_[i].push_back(found->second);
            }
            if (!parents_[i].empty()) children_[parents_[i].front()].push_back(i);
        }
    }

    void draw_from(std::size_t root) {
        std::vector<waiting> stack;
        push(stack, {root, 0, {}, {}});
        while (!stack.empty()) {
            const waiting next = std::move(stack.back());
            stack.pop_back();
            drawn_.push_back({events_[next.index], next.depth, positions(next.index), next.lines});
            push_children(stack, next);
        }
    }

    void push_children(std::vector<waiting>& stack, const waiting& parent) {
        const auto& children = children_[parent.index];
        if (children.size() == 1) {
            push(stack, {children[0], parent.depth + 1, parent.below, parent.below});
            return;
        }
        for (std::size_t k = children.size(); k-- > 0;) {  // The first comes off the stack first.
            const bool last = k + 1 == children.size();
            push(stack, {children[k], parent.depth + 1,
                         parent.below + std::string{last ? parts_.last : parts_.branch},
                         parent.below + std::string{last ? parts_.nothing : parts_.through}});
        }
    }

    void push(std::vector<waiting>& stack, waiting next) {
        if (taken_[next.index]) return;
        taken_[next.index] = true;
        stack.push_back(std::move(next));
    }

    std::vector<position> positions(std::size_t index) const {
        std::vector<position> found;
        for (const auto parent : parents_[index]) found.push_back(events_[parent].position());
        return found;
    }

    std::vector<event> events_;
    const line_parts& parts_;
    std::map<event_id, std::size_t> index_of_;
    std::vector<std::vector<std::size_t>> parents_;
    std::vector<std::vector<std::size_t>> children_;  // Of those whose main cause it is.
    std::vector<bool> taken_;
    std::vector<drawn_event> drawn_;
};

}  // namespace

std::vector<drawn_event> draw_causes(std::vector<event> events, bool utf8) {
    return drawing{std::move(events), utf8}.draw();
}

}  // namespace daybook::cli
