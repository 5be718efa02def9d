// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/compliance/anchor_evidence.hpp>
#include <daybook/compliance/merkle.hpp>
#include <daybook/compliance/note.hpp>
#include <daybook/compliance/signer.hpp>
#include <daybook/compliance/statement.hpp>
#include <daybook/compliance/time_check.hpp>
#include <daybook/compliance/verdict.hpp>
#include <daybook/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Audit bundles: one file with all that shows, offline and without daybook, that events are what
/// was signed and that none of them was left out. The format is in compliance/docs/bundle.md;
/// compliance/verifiers/ has two programs that check it with ordinary tools.
namespace daybook::compliance {

/// From which position on, and up to which, a key speaks for a log; a line of `keys.txt`.
struct key_validity {
    std::string vkey{};
    std::string purpose = "log";  ///< "log", "actor", "timestamp" or "subject".
    position from{};
    std::optional<position> to{};  ///< Not included. Nothing: still valid.
};

/// What a bundle is made from: the side of a log that can be asked. `write_bundle` calls it from
/// its own thread. What it gives need not be honest; whoever checks the bundle will see.
class bundle_source {
public:
    virtual ~bundle_source() = default;

    virtual std::string origin() const = 0;
    /// The signed note that everything in the bundle is held against.
    virtual result<std::string> newest_checkpoint() const = 0;
    /// Signed notes from before, by size; those not below the newest are left out.
    virtual result<std::vector<std::string>> older_checkpoints() const = 0;
    virtual result<std::string> statement(position at) const = 0;
    /// The stored bytes of the payload; nothing if they are not there any more.
    virtual result<std::optional<std::string>> payload(position at) const = 0;
    virtual result<proof_path> inclusion(position at, std::uint64_t size) const = 0;
    virtual result<proof_path> consistency(const tree_sizes& sizes) const = 0;
    virtual std::vector<key_validity> keys() const = 0;
};

/// What a bundle is about. At most one of them; neither: the whole log.
struct bundle_scope {
    std::optional<std::string> stream{};
    /// From the first up to, not including, the second.
    std::optional<std::pair<position, position>> range{};
};

/// A further file: policy.txt, report.html, report.json; anchors.txt, tsa-N.tsq, .tsr and .pem for
/// those who make them otherwise than from `bundle_options::evidence`.
struct bundle_file {
    std::string name{};
    std::string bytes{};
};

struct bundle_options {
    bundle_scope scope{};
    /// The statements of all events, not only of those that the bundle is about: then it shows that
    /// none of these was left out. The payloads of the others are withheld either way.
    bool all_statements = true;
    /// Of the events that the bundle is about, whose payloads to give. Default: all.
    std::function<bool(const statement&)> with_payload{};
    /// What others gave: cosignatures of the newest checkpoint go to it, everything else into
    /// anchors.txt and the files of time stamps. Pieces of other logs are left out.
    std::vector<anchor_evidence> evidence{};
    std::vector<bundle_file> further_files{};
    timestamp created{};
};

struct bundle_summary {
    std::uint64_t statements = 0;
    std::uint64_t payloads = 0;
    std::uint64_t proofs = 0;
    std::uint64_t bytes = 0;
};

using byte_sink = std::function<result<void>(std::string_view)>;

/// Writes a bundle to `write`, piece by piece; its table of contents is signed with `key`, the
/// log's. Memory: what one event takes, and about 150 bytes for each file. Cost: every statement
/// is asked for twice.
///
/// Fails as `source`, `key` and `write` do, and with `invalid_argument` for a further file that
/// does not belong into a bundle, or a scope that names nothing.
result<bundle_summary> write_bundle(const bundle_source& source, const signer& key,
                                    const bundle_options& options, const byte_sink& write);

/// What whoever checks a bundle knows from elsewhere. Keys inside a bundle are never believed.
struct bundle_trust {
    std::vector<verifier_key> keys{};       ///< Of the log.
    std::vector<std::string> anchors{};     ///< Checkpoints that were kept: signed notes.
    std::vector<verifier_key> witnesses{};  ///< Who must have signed the checkpoint as well.
    std::optional<std::size_t> quorum{};    ///< How many of them suffice. Default: all.
    std::optional<std::string> time_stamp_roots{};  ///< PEM: who is believed about the time.
    /// How old the newest word of witnesses or time stamps may be, and what clocks may differ.
    time_limits times{};
};

/// The verdict about a bundle, and what it is about.
struct bundle_check {
    verification verified{};  ///< Ends with the first finding that is graver than "unverifiable".
    std::string scope{};      ///< "all", "stream order-1", "range 5 9".
    bool all_statements = false;
    std::string created{};
    std::uint64_t statements = 0;
    std::uint64_t payloads = 0;
    /// Time stamps that verified: when, and by whom.
    std::vector<std::string> time_stamps{};
    /// What the verdict does not say by itself, for a person; one line each.
    std::vector<std::string> remarks{};
};

/// Checks the bundle in the file. Nothing is written anywhere, the file is read once, and of its
/// names none is used as a path. Memory: the statements and proofs in it, and 200 bytes for each.
///
/// Fails only where the file cannot be read (`not_found`, `io`); whatever is in it is a verdict.
result<bundle_check> check_bundle(const std::filesystem::path& bundle, const bundle_trust& trust);

}  // namespace daybook::compliance
