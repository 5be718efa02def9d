// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include "loss_ledger.hpp"

#include <daybook/raw_json.hpp>

#include "text.hpp"

#include <algorithm>
#include <numeric>

namespace daybook {
namespace {

constexpr std::array<std::string_view, 5> reason_texts{
    "queue full", "queue bytes full", "larger than the queue", "no memory", "stopped"};

std::string reasons_text(unsigned reasons) {
    std::string text;
    for (std::size_t i = 0; i < reason_texts.size(); ++i) {
        if ((reasons >> i & 1U) == 0) continue;
        if (!text.empty()) text += ", ";
        text += reason_texts[i];
    }
    return text;
}

}  // namespace

std::uint64_t level_counts::total() const noexcept {
    return std::accumulate(of.begin(), of.end(), std::uint64_t{0});
}

std::string loss_report::payload(const std::optional<std::string>& target_error) const {
    std::string json = R"({"dropped":{)";
    bool first = true;
    for (std::size_t i = 0; i < event_level_count; ++i) {
        if (counts.of[i] == 0) continue;
        if (!std::exchange(first, false)) json += ',';
        json += cat('"', to_string(static_cast<event_level>(i)), "\":", counts.of[i]);
    }
    json += cat(R"(},"total":)", counts.total(), R"(,"since":")", since, R"(","until":")", until,
                R"(","reason":")", reasons_text(reasons), '"');
    if (target_error) append_json_string(json += R"(,"target_error":)", *target_error);
    return json += '}';
}

void loss_ledger::add(event_level level, loss why) noexcept {
    const auto now =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now())
            .time_since_epoch()
            .count();
    timestamp::rep none = 0;
    since_.compare_exchange_strong(none, now);
    until_.store(now);
    reasons_.fetch_or(1U << static_cast<unsigned>(why));
    // Last: whoever sees the loss sees its time and reason.
    lost_[static_cast<std::size_t>(level)].fetch_add(1, std::memory_order_release);
}

level_counts loss_ledger::counts() const noexcept {
    level_counts now;
    for (std::size_t i = 0; i < event_level_count; ++i) {
        now.of[i] = lost_[i].load(std::memory_order_acquire);
    }
    return now;
}

std::optional<loss_report> loss_ledger::take() noexcept {
    const auto now = counts();
    loss_report report;
    for (std::size_t i = 0; i < event_level_count; ++i) {
        report.counts.of[i] = now.of[i] - taken_.of[i];
    }
    if (report.counts.total() == 0) return std::nullopt;
    taken_ = now;
    const auto since = since_.exchange(0);
    const auto until = until_.load();
    report.reasons = reasons_.exchange(0);
    report.until = timestamp{std::chrono::microseconds{until}};
    // A loss that was being added while the last report was made has lost its beginning to that.
    report.since = since == 0 ? report.until : timestamp{std::chrono::microseconds{since}};
    return report;
}

}  // namespace daybook
