// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/compliance/ledger_bundle.hpp>

#include <utility>

namespace daybook::compliance {
namespace {

class ledger_source final : public bundle_source {
public:
    ledger_source(const ledger& from, const store& log, std::vector<key_validity> keys)
        : ledger_{from}, log_{log}, keys_{std::move(keys)} {}

    std::string origin() const override { return ledger_.origin(); }
    result<std::string> newest_checkpoint() const override { return ledger_.newest_checkpoint(); }
    result<std::vector<std::string>> older_checkpoints() const override {
        return ledger_.checkpoints();
    }
    result<std::string> statement(position at) const override { return ledger_.statement(at); }
    result<std::optional<std::string>> payload(position at) const override {
        const auto found = log_.read_one(at);
        if (!found) return found.error();
        const auto view = found->view();
        if (view.deleted_payload()) return std::optional<std::string>{};
        return std::optional<std::string>{view.payload()};
    }
    result<proof_path> inclusion(position at, std::uint64_t size) const override {
        return ledger_.inclusion(at, size);
    }
    result<proof_path> consistency(const tree_sizes& sizes) const override {
        return ledger_.consistency(sizes);
    }
    std::vector<key_validity> keys() const override { return keys_; }

private:
    const ledger& ledger_;
    const store& log_;
    std::vector<key_validity> keys_;
};

}  // namespace

std::unique_ptr<bundle_source> bundle_source_of(const ledger& from, const store& log) {
    return std::make_unique<ledger_source>(from, log, from.keys().validity());
}

}  // namespace daybook::compliance
