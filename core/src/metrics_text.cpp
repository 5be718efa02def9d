// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// The text format of Prometheus, version 0.0.4, and rates.

#include <daybook/metrics.hpp>

#include "text.hpp"

#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

namespace daybook {
namespace {

using histograms = store_metrics::latencies;

struct operation {
    std::string_view name;
    exponential_histogram histograms::*took;
};
constexpr operation operations[] = {{"append", &histograms::append}, {"sync", &histograms::sync},
                                    {"read", &histograms::read},     {"load", &histograms::load},
                                    {"query", &histograms::query},   {"page", &histograms::page},
                                    {"lookup", &histograms::lookup}, {"count", &histograms::count},
                                    {"walk", &histograms::walk},     {"seal", &histograms::seal}};

// Bounds of the buckets that are told: powers of two from about a microsecond to about 17 seconds.
constexpr std::uint32_t first_bound_bit = 10;
constexpr std::uint32_t last_bound_bit = 34;

void append_number(std::string& out, double value) {
    char digits[32];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}
void append_number(std::string& out, std::uint64_t value) { append_text(out, value); }

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>{time}.count();
}

/// In a label: backslash, quote and line break are escaped, all else stands as it is.
std::string escaped(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

/// Writes families, each with what it says of every store.
class exposition {
public:
    explicit exposition(std::span<const store_metrics> stores) : stores_{stores} {
        for (const auto& one : stores) {
            names_.push_back(cat("store=\"", escaped(one.directory.string()), "\""));
        }
    }

    /// `tell(metrics, sample)` calls `sample(more labels, value)` for each sample it has.
    template <class Tell>
    void family(std::string_view name, std::string_view type, std::string_view help, Tell&& tell) {
        out_ += cat("# HELP ", name, " ", help, "\n# TYPE ", name, " ", type, "\n");
        for (std::size_t i = 0; i < stores_.size(); ++i) {
            tell(stores_[i],
                 [&](std::string_view labels, auto value) { sample(name, i, labels, value); });
        }
    }

    template <class Value>
    void sample(std::string_view name, std::size_t of_store, std::string_view labels, Value value) {
        out_ += cat(name, "{", names_[of_store], labels.empty() ? "" : ",", labels, "} ");
        append_number(out_, value);
        out_ += '\n';
    }

    /// One value for each store.
    template <class Read>
    void counter(std::string_view name, std::string_view help, Read&& read) {
        family(name, "counter", help, [&](const auto& m, auto&& sample) { sample("", read(m)); });
    }
    template <class Read>
    void gauge(std::string_view name, std::string_view help, Read&& read) {
        family(name, "gauge", help, [&](const auto& m, auto&& sample) { sample("", read(m)); });
    }

    void operation_seconds();
    std::string take() && { return std::move(out_); }

private:
    void histogram(std::size_t of_store, const operation& which);

    std::span<const store_metrics> stores_;
    std::vector<std::string> names_;
    std::string out_;
};

void exposition::histogram(std::size_t of_store, const operation& which) {
    constexpr std::string_view name = "daybook_operation_seconds";
    const auto& took = stores_[of_store].took.*which.took;
    const auto label = cat("operation=\"", which.name, "\"");
    auto bucket = took.buckets.begin();
    std::uint64_t below = took.zeros;
    for (auto bit = first_bound_bit; bit <= last_bound_bit; ++bit) {
        const auto end = bit * histogram_buckets_per_doubling;
        for (; bucket != took.buckets.end() && bucket->index < end; ++bucket) {
            below += bucket->count;
        }
        // A bound is part of its bucket, and these end just below a power of two nanoseconds.
        const auto bound = static_cast<double>((std::uint64_t{1} << bit) - 1) / 1e9;
        auto labels = cat(label, ",le=\"");
        append_number(labels, bound);
        sample(cat(name, "_bucket"), of_store, labels + '"', below);
    }
    sample(cat(name, "_bucket"), of_store, cat(label, ",le=\"+Inf\""), took.count);
    sample(cat(name, "_sum"), of_store, label, static_cast<double>(took.sum) / 1e9);
    sample(cat(name, "_count"), of_store, label, took.count);
}

void exposition::operation_seconds() {
    family("daybook_operation_seconds", "histogram", "How long operations took.",
           [](const auto&, auto&&) {});
    for (std::size_t i = 0; i < stores_.size(); ++i) {
        for (const auto& which : operations) histogram(i, which);
    }
}

void tell_writing(exposition& to) {
    to.counter("daybook_events_appended_total", "Events stored.",
               [](const auto& m) { return m.count.events; });
    to.counter("daybook_commits_total", "Commits stored, each by one append.",
               [](const auto& m) { return m.count.commits; });
    to.counter("daybook_commit_groups_total", "Groups of commits that were written together.",
               [](const auto& m) { return m.count.groups; });
    to.counter("daybook_appended_bytes_total", "Bytes handed to RocksDB for events.",
               [](const auto& m) { return m.count.bytes; });
    to.family("daybook_appends_not_stored_total", "counter",
              "Appends that stored nothing, by reason.", [](const auto& m, auto&& sample) {
                  sample("reason=\"repeated\"", m.count.repeated);
                  sample("reason=\"conflict\"", m.count.conflicts);
                  sample("reason=\"rejected\"", m.count.rejected);
                  sample("reason=\"refused\"", m.count.refused);
                  sample("reason=\"failed\"", m.count.failed);
              });
    to.counter("daybook_schema_misfits_total",
               "Events stored in mode warn though they do not fit their schema.",
               [](const auto& m) { return m.count.schema_misfits; });
    to.counter("daybook_write_stalls_total", "Groups that waited for a segment to be sealed.",
               [](const auto& m) { return m.count.stalls; });
    to.family("daybook_write_stall_seconds_total", "counter",
              "Time that writing was held back, by whom.", [](const auto& m, auto&& sample) {
                  sample("by=\"sealing\"", seconds(m.count.stalled));
                  if (m.engine_stalled) sample("by=\"rocksdb\"", seconds(*m.engine_stalled));
              });
    to.gauge("daybook_commit_queue_depth", "Appends that wait for their turn.",
             [](const auto& m) { return m.queue_depth; });
    to.gauge("daybook_refuses_writes", "1 after a failed write, until the store is opened again.",
             [](const auto& m) { return std::uint64_t{m.refuses_writes}; });
}

void tell_reading(exposition& to) {
    to.counter("daybook_events_read_total", "Events given by reads that have ended.",
               [](const auto& m) { return m.count.events_read; });
    to.family("daybook_cache_requests_total", "counter", "Lookups in caches, by what came of them.",
              [](const auto& m, auto&& sample) {
                  sample("cache=\"frame\",result=\"hit\"", m.frames.hits);
                  sample("cache=\"frame\",result=\"miss\"", m.frames.misses);
                  if (!m.blocks) return;
                  sample("cache=\"block\",result=\"hit\"", m.blocks->hits);
                  sample("cache=\"block\",result=\"miss\"", m.blocks->misses);
              });
}

void tell_sizes(exposition& to) {
    to.family("daybook_disk_bytes", "gauge", "Bytes on disk, by part.",
              [](const auto& m, auto&& sample) {
                  sample("part=\"log\"", m.disk.log);
                  sample("part=\"index\"", m.disk.index);
                  sample("part=\"streams\"", m.disk.streams);
                  sample("part=\"views\"", m.disk.views);
                  sample("part=\"wal\"", m.disk.wal);
              });
    to.family("daybook_memory_bytes", "gauge", "Bytes in memory, by part.",
              [](const auto& m, auto&& sample) {
                  sample("part=\"memtables\"", m.held.memtables);
                  sample("part=\"tail\"", m.held.tail);
                  sample("part=\"frame_cache\"", m.held.frame_cache);
                  sample("part=\"block_cache\"", m.held.block_cache);
              });
    to.gauge("daybook_events", "Events in the store.", [](const auto& m) { return m.events; });
    to.gauge("daybook_segments_sealed", "Segments whose index is sealed.",
             [](const auto& m) { return m.segments_sealed; });
    to.gauge("daybook_hot_segment_events", "Events in the segment that is being written.",
             [](const auto& m) { return m.hot_segment_events; });
    to.family("daybook_open_files", "gauge", "Files of the store that this process has open.",
              [](const auto& m, auto&& sample) {
                  if (m.open_files) sample("", *m.open_files);
              });
    to.gauge("daybook_open_seconds", "Time since the store was opened.",
             [](const auto& m) { return seconds(m.open_for); });
}

}  // namespace

std::string metrics_text(std::span<const store_metrics> stores) {
    exposition made{stores};
    tell_writing(made);
    made.operation_seconds();
    tell_reading(made);
    tell_sizes(made);
    return std::move(made).take();
}

store_rates rates_between(const store_metrics& before, const store_metrics& after) {
    const auto time = seconds(after.open_for - before.open_for);
    if (time <= 0) return {};
    const auto rate = [&](auto member) {
        const auto from = before.count.*member;
        const auto to = after.count.*member;
        return to < from ? 0.0 : static_cast<double>(to - from) / time;
    };
    using counts = store_metrics::counts;
    return {.events = rate(&counts::events),
            .commits = rate(&counts::commits),
            .groups = rate(&counts::groups),
            .bytes = rate(&counts::bytes),
            .events_read = rate(&counts::events_read)};
}

}  // namespace daybook
