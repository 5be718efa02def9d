// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Goal: an emitter in front of a real store: what is emitted is stored once, whatever the store
// does meanwhile.

#include <daybook/emitter.hpp>

#include "support/file_size_limit.hpp"
#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

namespace daybook::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

emitter_options quick() {
    emitter_options options;
    options.linger = 1ms;
    options.retry_first = 1ms;
    options.retry_max = 2ms;
    return options;
}

TEST(EmitterWithStore, StoresWhatIsEmitted) {
    fresh_store opened;
    store_target target{*opened};
    auto emitting = emitter::start(target, quick()).value();
    for (int i = 0; i < 1000; ++i) {
        emitting.emit(event_level::action, "task-" + std::to_string(i % 3),
                      [&] { return simple_event("A", std::to_string(i)); });
    }
    ASSERT_THAT(emitting.flush(), HoldsValue());
    const auto stored = read_everything(opened->read_all());
    ASSERT_EQ(stored.size(), 1000U);
    for (std::size_t i = 0; i < stored.size(); ++i) {
        ASSERT_EQ(stored[i].payload(), std::to_string(i)) << "in the order of emission";
        ASSERT_EQ(stored[i].view().tag("level"), "ACTION");
        ASSERT_LE(stored[i].view().occurred_at(), stored[i].view().recorded_at());
    }
    EXPECT_EQ(opened->count(criteria{.tags = {"level:ACTION"}})->front().count, 1000U);
    EXPECT_LT(emitting.stats().writes, 1000U) << "together, not one by one";
}

TEST(EmitterWithStore, RejectsWhatTheStoreWouldNotTake) {
    fresh_store opened;
    store_target target{*opened};
    auto emitting = emitter::start(target, quick()).value();
    emitting.emit(event_level::action, "task-1", simple_event("A"));
    emitting.emit(event_level::action, "nodash", simple_event("B"));
    emitting.emit(event_level::action, "task-1", simple_event("C", "not JSON"));
    auto twice = simple_event("D");
    twice.id = numbered_id(1);
    emitting.emit(event_level::action, "task-1", twice);
    emitting.emit(event_level::action, "task-2", twice);
    auto large = simple_event("E", '"' + std::string(17U << 20U, 'x') + '"');
    emitting.emit(event_level::action, "task-1", std::move(large));
    emitting.emit(event_level::action, "task-1", simple_event("F"));
    ASSERT_THAT(emitting.flush(), HoldsValue());
    EXPECT_THAT(types_of(read_everything(opened->read_all())), ElementsAre("A", "D", "F"));
    EXPECT_EQ(emitting.stats().rejected, 4U);
    EXPECT_EQ(emitting.stats().stored, 3U);
}

TEST(EmitterWithStore, KeepsEventsWhileTheStoreIsClosedAndOpenedAgain) {
    fresh_store opened;
    store_target target{*opened};
    auto emitting = emitter::start(target, quick()).value();
    emitting.emit(event_level::action, "task-1", simple_event("A"));
    ASSERT_THAT(emitting.flush(), HoldsValue());
    target.detach();
    opened.close();
    emitting.emit(event_level::action, "task-1", simple_event("B"));
    EXPECT_THAT(emitting.flush(5ms), FailsWith(errc::refused, "detached"));
    opened.open();
    target.attach(*opened);
    emitting.emit(event_level::action, "task-1", simple_event("C"));
    ASSERT_THAT(emitting.flush(), HoldsValue());
    EXPECT_THAT(types_of(read_everything(opened->read_all())), ElementsAre("A", "B", "C"));
}

TEST(EmitterWithStore, StoresOnceWhatWasOnItsWayWhenTheStoreRefused) {
    fresh_store opened;
    store_target target{*opened};
    auto emitting = emitter::start(target, quick()).value();
    int emitted = 0;
    const auto emit = [&] {
        emitting.emit(event_level::action, "task-" + std::to_string(emitted % 3),
                      simple_event("A", '[' + std::to_string(emitted) + ",\"" +
                                            std::string(2'000, 'x') + "\"]"));
        ++emitted;
    };
    {
        const file_size_limit limit{64U << 10U};
        while (!opened->status().refuses_writes) {
            emit();
            emit();
            static_cast<void>(emitting.flush(20ms));
        }
        // The store knows before the emitter does.
        while (!emitting.stats().target_failing) static_cast<void>(emitting.flush(20ms));
    }
    emit();
    EXPECT_THAT(emitting.flush(5ms), FailsWith(errc::refused, "until it is opened again"));
    target.detach();
    opened.reopen();
    target.attach(*opened);
    emit();
    ASSERT_THAT(emitting.flush(), HoldsValue());
    const auto stored = read_everything(opened->read_all());
    ASSERT_EQ(stored.size(), static_cast<std::size_t>(emitted));
    for (int i = 0; i < emitted; ++i) {
        const auto& one = stored[static_cast<std::size_t>(i)];
        ASSERT_TRUE(one.payload().starts_with('[' + std::to_string(i) + ','));
    }
    EXPECT_THAT(opened->check(), HoldsValue());
}

/// A store that takes every second batch and then says that it failed.
class forgetful_target final : public emitter_target {
public:
    explicit forgetful_target(store& to) : to_{to} {}
    result<void> write(const commit_request& events) override {
        const auto done = to_.commit(events);
        if (!done) return done.error();
        repeated_ += done->repeated ? 1U : 0U;
        return ++attempts_ % 2 == 1 ? fail(errc::io, "who knows") : result<void>{};
    }
    std::uint64_t repeated() const { return repeated_; }

private:
    store& to_;
    std::uint64_t attempts_ = 0;
    std::uint64_t repeated_ = 0;
};

TEST(EmitterWithStore, StoresOnceWhatItHasToWriteTwice) {
    fresh_store opened;
    forgetful_target target{*opened};
    auto emitting = emitter::start(target, quick()).value();
    for (int i = 0; i < 200; ++i) {
        emitting.emit(event_level::action, "task-" + std::to_string(i % 3), simple_event("A"));
        if (i % 20 != 0) continue;
        ASSERT_THAT(emitting.flush(), HoldsValue());
    }
    ASSERT_THAT(emitting.stop(), HoldsValue());
    EXPECT_EQ(opened->watermark(), position{200});
    EXPECT_EQ(emitting.stats().stored, 200U);
    EXPECT_GE(target.repeated(), 10U);
}

TEST(EmitterWithStore, IsAsDurableAsAskedFor) {
    struct seen final : emitter_target {
        result<void> write(const commit_request& events) override {
            asked = events.durability;
            return {};
        }
        std::optional<durability> asked;
    } target;
    auto options = quick();
    options.durable = durability::synced;
    auto emitting = emitter::start(target, options).value();
    emitting.emit(event_level::action, "task-1", simple_event("A"));
    ASSERT_THAT(emitting.stop(), HoldsValue());
    EXPECT_EQ(target.asked, durability::synced);
}

}  // namespace
}  // namespace daybook::test
