// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// Every event of a store gets its leaf, in its own turn among the commits.

#include "ledger_beginning.hpp"

#include <daybook/compliance/checkpoint.hpp>

#include "ledger_writer.hpp"

#include <utility>

namespace daybook::compliance {
namespace {

constexpr std::size_t rows_at_once = 4096;

/// Before the first commit: gives every event its leaf, then hands over to the writer.
class beginning final : public commit_participant {
public:
    beginning(const store& log, std::shared_ptr<signed_log> signed_side,
              std::shared_ptr<const signer> key)
        : log_{log}, signed_{std::move(signed_side)}, key_{std::move(key)} {}

    result<void> begin(position next) override {
        if (auto ok = clear(); !ok) return ok;
        auto events = log_.read_all({.unchecked = true});
        if (!events) return events.error();
        ledger_writer writer{log_, signed_, key_};
        keyspace_batch writes;
        std::vector<event> block;
        while (signed_->tree()->size() < next.value) {
            block.clear();
            writes.clear();
            while (block.size() < rows_at_once) {
                const auto more = events->next();
                if (!more) return more.error();
                if (!*more) break;
                block.emplace_back(**events);
            }
            if (block.empty()) break;
            if (auto ok = sign(writer, block, writes); !ok) return ok;
        }
        return end();
    }
    result<void> take(std::span<const event_view>, keyspace_batch&) override {
        return fail(errc::refused, "the ledger is being made");
    }
    void undo() noexcept override {}
    void settle(bool) noexcept override {}

private:
    /// What a making that was interrupted, or the incarnation before, has left.
    result<void> clear() {
        keyspace_batch erased;
        auto scanned = signed_->rows.scan({}, {}, [&](std::string_view key, std::string_view) {
            if (key != ledger_rows::recovery_key) erased.erase(key);
            return true;
        });
        if (!scanned) return scanned;
        if (auto ok = signed_->rows.write(erased); !ok) return ok;
        signed_->start_empty();
        return {};
    }
    result<void> sign(ledger_writer& writer, const std::vector<event>& block,
                      keyspace_batch& writes) {
        std::vector<event_view> views{block.begin(), block.end()};
        if (auto ok = writer.take(views, writes); !ok) return ok;
        if (auto ok = writer.finish(writes); !ok) return ok;
        auto written = signed_->rows.write(writes);
        writer.settle(written.has_value());
        return written;
    }
    /// The origin comes last: without it the rest does not count.
    result<void> end() {
        const auto note = sign_head(*signed_->tree(), signed_->origin(), *key_);
        if (!note) return note.error();
        const auto size = signed_->tree()->size();
        keyspace_batch last;
        last.put(ledger_rows::checkpoint_key(size == 0 ? 0 : (size - 1) / tile_width), *note);
        last.put(ledger_rows::origin_key, signed_->origin());
        if (auto ok = signed_->rows.write(last); !ok) return ok;
        return {};
    }

    const store& log_;
    const std::shared_ptr<signed_log> signed_;
    const std::shared_ptr<const signer> key_;
};

}  // namespace

result<void> begin_ledger(store& log, const std::shared_ptr<signed_log>& signed_side,
                          std::shared_ptr<const signer> key) {
    if (!is_origin(signed_side->origin())) {
        return fail(errc::invalid_argument,
                    "begin a ledger: its origin must be a name such as example.com/incidents, 1 to "
                    "200 bytes without spaces and '+'");
    }
    beginning all{log, signed_side, std::move(key)};
    const auto seat = log.join_commits(ledger_rows::keyspace_name, all);
    return seat ? result<void>{} : result<void>{seat.error()};
}

}  // namespace daybook::compliance
