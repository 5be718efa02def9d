// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "cli/replay_destinations.hpp"

#include <daybook/replay/folded_rows.hpp>
#include <daybook/replay/store_copy.hpp>

#include "cli/event_rows.hpp"
#include "cli/known_projections.hpp"
#include "cli/line_file.hpp"
#include "cli/text.hpp"
#include "cli/views.hpp"

#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace daybook::cli {
namespace {

namespace fs = std::filesystem;
using replay::replay_report;

/// What a replay into a file or a store came to.
struct outcome {
    std::string into;
    replay_report report;
    std::optional<replay::copy_counts> copied = {};
    std::optional<std::uint64_t> bytes = {};
};

cell position_cell(const std::optional<position>& at) { return at ? cell{at->value} : cell{}; }

const field<outcome> fields[] = {
    {{.name = "into"}, [](const outcome& o) { return text_cell(o.into); }},
    {{.name = "state"},
     [](const outcome& o) { return text_cell(o.report.stopped ? "stopped" : "complete"); }},
    {{.name = "events"}, [](const outcome& o) { return cell{o.report.events}; }},
    {{.name = "events_before"}, [](const outcome& o) { return cell{o.report.events_before}; }},
    {{.name = "appended"},
     [](const outcome& o) { return o.copied ? cell{o.copied->appended} : cell{}; }},
    {{.name = "there_already"},
     [](const outcome& o) { return o.copied ? cell{o.copied->there_already} : cell{}; }},
    {{.name = "bytes"}, [](const outcome& o) { return optional_cell(o.bytes); }},
    {{.name = "first"}, [](const outcome& o) { return position_cell(o.report.first); }},
    {{.name = "last"}, [](const outcome& o) { return position_cell(o.report.last); }},
    {{.name = "next"}, [](const outcome& o) { return cell{o.report.next.value}; }},
    {{.name = "end"}, [](const outcome& o) { return cell{o.report.end.value}; }},
};

void tell(const invocation& call, const outcome& of) {
    const auto sink = call.sink();
    rows<outcome>{*sink, fields, shape::one}.add(of);
    sink->end();
}

/// Shows events, as they come.
class screen_destination final : public replay_destination, public replay::replay_target {
public:
    explicit screen_destination(const invocation& call)
        : call_{call}, sink_{call.sink()}, rows_{event_rows(*sink_)} {}

    replay::replay_target& target() override { return *this; }
    result<void> take(const event_view& event) override {
        rows_.add(event);
        // A replay with pauses is looked at while it goes on.
        if (call_.given.value_or("pace", "max") == "max") return {};
        sink_->settle();
        return call_.at.out.flush();
    }
    result<std::string> foresee(const event_view&) override { return std::string{"show"}; }
    result<void> finish(const replay_report&) override {
        sink_->end();
        return {};
    }

private:
    const invocation& call_;
    std::unique_ptr<record_sink> sink_;
    rows<event_view> rows_;
};

class lines_destination final : public replay_destination {
public:
    lines_destination(const invocation& call, std::string into, std::unique_ptr<line_file> file)
        : call_{call}, into_{std::move(into)}, file_{std::move(file)} {}

    replay::replay_target& target() override { return *file_; }
    replay::bookmark* bookmark() override { return file_->bookmark(); }
    result<void> finish(const replay_report& report) override {
        if (!report.stopped) {
            if (auto finished = file_->finish(); !finished) return finished;
        }
        // Standard output has the lines, and nothing else.
        if (file_->bookmark() != nullptr) tell(call_, {into_, report, {}, file_->bytes()});
        return {};
    }

private:
    const invocation& call_;
    std::string into_;
    std::unique_ptr<line_file> file_;
};

class store_destination final : public replay_destination {
public:
    store_destination(const invocation& call, std::string into, store opened)
        : call_{call}, into_{std::move(into)}, store_{std::move(opened)} {}

    result<void> begin(const store& from) {
        auto copy = replay::store_copy::open(from, store_);
        if (!copy) return copy.error();
        copy_.emplace(*std::move(copy));
        if (call_.given.has("dry-run")) return {};
        auto mark = replay::bookmark::in_store(
            store_, "from." + daybook::to_string(from.status().store_id));
        if (!mark) return mark.error();
        bookmark_.emplace(*std::move(mark));
        // Events that are there are recognised: to begin again is only slower.
        return call_.given.has("resume") ? result<void>{} : bookmark_->remove();
    }

    replay::replay_target& target() override { return *copy_; }
    replay::bookmark* bookmark() override { return bookmark_ ? &*bookmark_ : nullptr; }
    result<void> finish(const replay_report& report) override {
        tell(call_, {into_, report, copy_->counts(), {}});
        return {};
    }

private:
    const invocation& call_;
    std::string into_;
    store store_;
    std::optional<replay::store_copy> copy_;
    std::optional<replay::bookmark> bookmark_;
};

class view_destination final : public replay_destination {
public:
    view_destination(const invocation& call, projections::any_projection of)
        : call_{call}, rows_{std::move(of)} {}

    replay::replay_target& target() override { return rows_; }
    result<void> finish(const replay_report&) override {
        const auto sink = call_.sink();
        view_rows told{rows_.projection(), *sink};
        for (const auto& [key, bytes] : rows_.rows()) {
            const auto row = rows_.projection().row_json(bytes);
            if (!row) return row.error();
            told.add(key, *row);
        }
        told.end();
        return {};
    }

private:
    const invocation& call_;
    replay::folded_rows rows_;
};

/// For a dry run into what is not there yet.
class planned_destination final : public replay_destination, public replay::replay_target {
public:
    explicit planned_destination(std::string what) : what_{std::move(what)} {}

    replay::replay_target& target() override { return *this; }
    result<void> take(const event_view&) override { return {}; }
    result<std::string> foresee(const event_view&) override { return what_; }
    result<void> finish(const replay_report&) override { return {}; }

private:
    std::string what_;
};

using opened = result<std::unique_ptr<replay_destination>>;

error unfit(std::string_view option, std::string_view why) {
    return fail(errc::invalid_argument, "--" + std::string{option} + ": " + std::string{why});
}

opened open_lines(const invocation& call, const store& from, formats::line_format format,
                  const std::string& file) {
    if (call.given.has("dry-run")) return std::make_unique<planned_destination>("write");
    auto lines = line_file::open(
        file, {.format = format,
               .render = {.source = "urn:uuid:" + daybook::to_string(from.status().store_id)},
               .resume = call.given.has("resume"),
               .overwrite = call.given.has("overwrite")});
    if (!lines) return lines.error();
    return std::make_unique<lines_destination>(call, file, *std::move(lines));
}

opened open_store_copy(const invocation& call, const store& from, const std::string& directory) {
    // Before it is opened for writing, which may change it.
    if (replay::same_store(from.status().directory, directory)) {
        return fail(errc::invalid_argument,
                    "--into: " + directory + " is the store being read; name another directory");
    }
    if (call.given.has("overwrite"))
        return unfit("overwrite", "a store is added to; name another directory to begin anew");
    const bool dry = call.given.has("dry-run");
    std::error_code ignored;
    if (dry && !fs::exists(directory, ignored))
        return std::make_unique<planned_destination>("append");
    store_options options;
    options.read_only = dry;
    auto into = store::open(directory, options);
    if (!into) return into.error();
    auto made = std::make_unique<store_destination>(call, directory, *std::move(into));
    if (auto begun = made->begin(from); !begun) return begun.error();
    return made;
}

opened open_view_rows(const invocation& call, const std::string& name) {
    const auto known = known_projections(call.given);
    if (!known) return known.error();
    const auto which = projections_named(*known, {&name, 1});
    if (!which) return which.error();
    return std::make_unique<view_destination>(call, which->front());
}

}  // namespace

opened open_destination(const invocation& call, const store& from) {
    const auto into = call.given.value("into");
    const auto colon = into ? into->find(':') : std::string::npos;
    const auto kind = into ? into->substr(0, colon) : std::string{"the screen"};
    const auto what = colon == std::string::npos ? std::string{} : into->substr(colon + 1);
    const auto format = kind == "jsonl"         ? formats::line_format::native
                        : kind == "cloudevents" ? std::optional{formats::line_format::cloudevents}
                        : kind == "orchestration"
                            ? std::optional{formats::line_format::orchestration}
                            : std::nullopt;
    const bool known = format || kind == "store" || kind == "view";
    if (into && (!known || what.empty())) {
        return unfit("into", "'" + printable(*into) +
                                 "' is not jsonl:FILE, cloudevents:FILE, orchestration:FILE, "
                                 "store:DIR or view:NAME");
    }
    if (format) return open_lines(call, from, *format, what);
    if (kind == "store") return open_store_copy(call, from, what);
    for (const auto* option : {"resume", "overwrite"}) {
        if (call.given.has(option)) return unfit(option, "is for files and stores, not " + kind);
    }
    if (kind == "view") return open_view_rows(call, what);
    return std::make_unique<screen_destination>(call);
}

}  // namespace daybook::cli
