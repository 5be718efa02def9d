// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/projections/any_projection.hpp>
#include <daybook/upcasters.hpp>

#include <algorithm>
#include <utility>

namespace daybook::projections {
namespace {

/// Asks the gate behind it once for each key of an event, however many of its parts come to that
/// key: it counts what it holds back.
class part_gate final : public key_gate {
public:
    explicit part_gate(key_gate* behind) : behind_{behind} {}

    key_gate* this_or_none() noexcept { return behind_ == nullptr ? nullptr : this; }

    void begin(std::size_t parts) {
        if (behind_ == nullptr) return;
        watches_ = behind_->watches();
        is_split_ = parts > 1;
        answers_.clear();
    }

    bool admits(std::string_view key, const event_view& event) override {
        if (!is_split_) return behind_->admits(key, event);
        const auto known = std::find_if(answers_.begin(), answers_.end(),
                                        [&](const auto& answer) { return answer.first == key; });
        if (known != answers_.end()) return known->second;
        return answers_.emplace_back(key, behind_->admits(key, event)).second;
    }
    void threw_at(std::string_view key) override { behind_->threw_at(key); }

private:
    key_gate* behind_;
    bool is_split_ = false;
    std::vector<std::pair<std::string, bool>> answers_;
};

/// Hands on what events are upcast to.
class upcasting_fold final : public fold {
public:
    using fold_maker = decltype(projection_parts::make_fold);

    upcasting_fold(const any_projection& of, const query& wants,
                   std::shared_ptr<const upcasters> by, const fold_maker& make, row_source rows,
                   const fold_options& options)
        : view_{of.name()},
          keyed_by_stream_{of.keyed_by_stream()},
          stored_{by->widen(wants)},
          upcaster_{std::move(by)},
          passage_{options},
          gate_{options.gate},
          parts_{options.gate} {
        auto behind = options;
        behind.gate = parts_.this_or_none();
        behind_ = make(wants, std::move(rows), std::move(behind));
    }

    result<bool> apply(const json_event& event) override {
        const auto& stored = event.view();
        if (!stored_.wants(stored)) return false;
        const auto parts = upcaster_.upcast(stored);
        if (!parts) return refuse(stored, parts.error());
        parts_.begin(parts->size());
        const bool untouched =
            parts->size() == 1 && parts->front().record().data() == stored.record().data();
        if (untouched) return behind_->apply(event);
        bool applied = false;
        for (const auto& part : *parts) {
            part_.move_to(part);
            const auto taken = behind_->apply(part_);
            if (!taken) return taken;
            applied |= *taken;
        }
        return applied;
    }

    void collect(const row_sink& sink) override { behind_->collect(sink); }
    void discard() override { behind_->discard(); }
    std::optional<oversized_row> find_oversized(std::size_t bytes_max) override {
        return behind_->find_oversized(bytes_max);
    }
    std::size_t rows_changed() const noexcept override { return behind_->rows_changed(); }
    std::size_t rows_cached() const noexcept override { return behind_->rows_cached(); }

private:
    /// With the stream as its key, the key of an event that cannot be upcast is known all the same.
    result<bool> refuse(const event_view& stored, const error& why) {
        if (keyed_by_stream_) {
            if (!passage_.is_asked_for(stored.stream())) return false;
            if (!passage_.may_pass(stored.stream(), stored)) return true;
            if (gate_ != nullptr) gate_->threw_at(stored.stream());
        }
        return fail(errc::projection_failed, "view \"" + view_ + "\": " + why.message);
    }

    std::string view_;
    bool keyed_by_stream_;
    detail::event_filter stored_;
    event_upcaster upcaster_;
    detail::key_passage passage_;
    key_gate* gate_;
    part_gate parts_;
    json_event part_;
    std::unique_ptr<fold> behind_;
};

}  // namespace

any_projection any_projection::with_upcasters(std::shared_ptr<const upcasters> by) const {
    if (by == nullptr) return *this;
    auto made = *this;
    made.wants_ = by->widen(wants_);
    made.query_fingerprint_ = fingerprint(made.wants_);
    made.make_fold_ = [of = *this, by = std::move(by)](const query&, row_source rows,
                                                       fold_options options) {
        return std::make_unique<upcasting_fold>(of, of.wants_, by, of.make_fold_, std::move(rows),
                                                options);
    };
    return made;
}

}  // namespace daybook::projections
