// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "support/events.hpp"

#include <algorithm>

namespace daybook::bench {
namespace {

bool is_of_figures(std::string_view tag) {
    return tag.starts_with("phase:") || tag.starts_with("agent:") || tag.starts_with("severity:");
}

void shape_event(new_event& made, event_shape shape) {
    if (shape == event_shape::identified) return;
    made.id.reset();
    if (shape == event_shape::full) return;
    std::erase_if(made.tags, [](const auto& tag) { return !is_of_figures(tag); });
    if (made.causes.size() > 1) made.causes.resize(1);
}

/// Makes payloads of many sample payloads in a row: they compress about as well as these do.
class enlarger {
public:
    explicit enlarger(const pool_options& like)
        : bytes_{like.payload_bytes},
          source_{{.seed = like.seed, .events = ~std::uint64_t{0}, .shape = like.pattern},
                  event_shape::figures} {}

    void enlarge(new_event& made) {
        if (bytes_ == 0) return;
        made.payload.assign(1, '[');
        while (made.payload.size() < bytes_ && source_.next(more_)) {
            made.payload += made.payload.size() > 1 ? "," : "";
            made.payload += more_.event.payload;
        }
        made.payload += "]";
    }

private:
    std::size_t bytes_;
    event_source source_;
    sample::sample_event more_;
};

}  // namespace

bool event_source::next(sample::sample_event& to) {
    if (!generator_.next(to)) return false;
    shape_event(to.event, shape_);
    return true;
}

std::vector<commit_request> make_commits(const pool_options& options) {
    event_source source{{.seed = options.seed, .events = options.events, .shape = options.pattern},
                        options.shape};
    std::vector<commit_request> commits;
    commits.reserve(options.events / options.per_commit + 1);
    sample::sample_event made;
    std::size_t in_commit = 0;
    enlarger large{options};
    while (source.next(made)) {
        large.enlarge(made.event);
        if (in_commit == 0) commits.emplace_back();
        auto& streams = commits.back().streams;
        auto at = std::find_if(streams.begin(), streams.end(), [&](const auto& one) {
            return options.one_stream || one.stream == made.stream;
        });
        if (at == streams.end()) at = streams.insert(at, {.stream = made.stream});
        at->events.push_back(made.event);
        in_commit = (in_commit + 1) % options.per_commit;
    }
    return commits;
}

record_pool::record_pool(const store& log) {
    std::vector<std::size_t> ends;
    auto events = log.read_all().value();
    while (events.next().value()) {
        bytes_ += events->record();
        ends.push_back(bytes_.size());
    }
    records_.reserve(ends.size());
    std::size_t begin = 0;
    for (const auto end : ends) {
        records_.push_back(std::string_view{bytes_}.substr(begin, end - begin));
        begin = end;
    }
}

double record_pool::bytes_mean() const {
    return static_cast<double>(bytes_.size()) /
           static_cast<double>(std::max(size(), std::size_t{1}));
}

}  // namespace daybook::bench
