// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/store.hpp>

#include "peers/peer.hpp"

#include <optional>
#include <stdexcept>

namespace daybook::bench {
namespace {

constexpr std::size_t page_events = 50;

template <class T>
T taken(result<T> made) {
    if (!made) throw std::runtime_error{"daybook: " + made.error().message};
    return *std::move(made);
}
void taken(const result<void>& done) {
    if (!done) throw std::runtime_error{"daybook: " + done.error().message};
}

decoded decode(event_view e, std::string& tags) {
    tags.clear();
    for (const std::string_view tag : e.tags()) tags.append(tag) += ' ';
    const auto actor = e.actor();
    return {.position = e.position().value,
            .sequence = e.sequence().value,
            .occurred_at = e.occurred_at().time_since_epoch().count(),
            .recorded_at = e.recorded_at().time_since_epoch().count(),
            .id = e.id(),
            .cause = e.causes().empty() ? event_id{} : e.causes().front(),
            .stream = e.stream(),
            .type = e.type(),
            .schema = e.schema(),
            .correlation = e.correlation(),
            .actor_type = actor.type,
            .actor_id = actor.id,
            .actor_model = actor.model,
            .tags = tags,
            .payload = e.payload()};
}

tally count(event_reader from) {
    tally all;
    std::string tags;
    while (taken(from.next())) all.add(decode(*from, tags).counted());
    return all;
}

class daybook_peer final : public peer {
public:
    explicit daybook_peer(std::filesystem::path directory) : directory_{std::move(directory)} {}

    std::string_view name() const override { return "daybook"; }
    std::string version() const override { return "this build, default options"; }

    void begin_anew() override {
        store_.reset();
        std::filesystem::remove_all(directory_);
        store_.emplace(taken(store::open(directory_)));
    }
    void append(std::size_t /*client*/, const batch& one) override {
        taken(store_->append(one.stream, expected::at({one.first_sequence - 1}), one.events));
    }
    void fill(std::span<const batch> many) override {
        for (const auto& one : many) {
            taken(store_->append(one.stream, expected::at({one.first_sequence - 1}), one.events,
                                 durability::written));
        }
    }
    void settle() override {
        taken(store_->sync());
        taken(store_->finish_background_work());
    }

    tally load(const std::string& stream) override {
        return count(taken(store_->read_stream(stream)));
    }
    tally read_all() override { return count(taken(store_->read_all())); }
    tally correlation(const std::string& id) override {
        return count(taken(store_->read(criteria{.correlation = id})));
    }
    tally page(const std::string& type, const std::string& actor) override {
        return count(taken(
            store_->read(criteria{.types = {type}, .actor = actor},
                         {.direction = direction::backwards, .from = {}, .limit = page_events})));
    }

private:
    std::filesystem::path directory_;
    std::optional<store> store_;
};

}  // namespace

std::unique_ptr<peer> make_daybook_peer(const std::filesystem::path& directory) {
    return std::make_unique<daybook_peer>(directory / "daybook");
}

}  // namespace daybook::bench
