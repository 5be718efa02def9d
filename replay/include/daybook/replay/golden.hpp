// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <daybook/aggregate.hpp>
#include <daybook/projections/any_projection.hpp>
#include <daybook/repository.hpp>
#include <daybook/store.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Histories that were recorded with what came of them, replayed through the code of today: what
/// did a change of an upcaster, an aggregate or a view change?
///
///     auto golden = golden_history::open("tests/golden/sprint-12").value();
///     EXPECT_EQ(golden.check<sprint>().value().text(), "");
///     EXPECT_EQ(golden.check(any_projection::of<burndown>()).value().text(), "");
///
/// The files and how to make them: replay/docs/validation.md.
namespace daybook::replay {

enum class golden_kind { view, aggregate };

/// Rows or states that a golden history keeps.
struct golden_table {
    golden_kind kind{};
    std::string name{};
    std::uint32_t version = 0;
    std::uint64_t rows = 0;
    /// Of the rows of a view as they are stored, see `projections::view_digest`. Else empty.
    std::string digest{};
};

/// A row that is not what it was.
struct golden_change {
    std::string key{};
    std::optional<std::string> before{};  ///< As JSON; nothing: it was added.
    std::optional<std::string> now{};     ///< Nothing: it is gone.
    /// What differs within: `/status: "open" -> "done"`; the first 20.
    std::vector<std::string> differences{};
};

struct golden_options {
    std::size_t examples_max = 10;  ///< Changes that are told with their rows.
    /// Where the scratch store is made that events are replayed in; empty: the system's temporary
    /// directory.
    std::filesystem::path scratch{};
};

/// What a table has become.
struct golden_result {
    golden_table kept{};
    std::uint32_t version_now = 0;
    std::uint64_t rows_now = 0;
    std::uint64_t added = 0;
    std::uint64_t removed = 0;
    std::uint64_t changed = 0;
    std::vector<golden_change> changes{};  ///< By key.
    /// Why the code of today takes this history no more; there are no rows to compare then.
    std::string failure{};
    /// The rows say the same and are other bytes, although the version is the same: views that
    /// are stored cannot be read.
    bool bytes_differ = false;

    bool same() const noexcept {
        return failure.empty() && added + removed + changed == 0 && !bytes_differ;
    }
    /// All of it in lines; empty if nothing changed.
    std::string text() const;
};

/// Events, and the tables that were made of them, in a directory:
///
///     golden.json           which tables there are, with versions and digests
///     events.jsonl          the events, one a line, in the native form (core/docs/json.md)
///     view.NAME.jsonl       rows of a view: {"key":"...","row":{...}}, one a line, by key
///     aggregate.NAME.jsonl  states of an aggregate, by stream, alike
///
/// The same events make the same files on every machine. They are replayed in a scratch store, so
/// positions begin with 0 and the time of recording is that of the replay: views that show the
/// latter cannot be kept, which is noticed. Not thread safe; movable.
class golden_history {
public:
    /// Events that one history may have: it is read whole by people.
    static constexpr std::size_t events_max = 100'000;

    /// Reads a directory and replays its events. Fails with `not_found` (no golden.json there),
    /// `invalid_argument` (a file is not what it should be: with file, line and what was found),
    /// `unsupported` (of a newer format), `too_large` or `io`.
    static result<golden_history> open(const std::filesystem::path& directory,
                                       golden_options options = {});

    /// Records the events of `log` that match. The directory is made; one that has a golden.json
    /// already is refused with `conflict`. Fails with `not_found` if no event matches, `too_large`.
    static result<golden_history> record(const store& log, const query& which,
                                         const std::filesystem::path& directory,
                                         golden_options options = {});

    golden_history(golden_history&&) noexcept;
    golden_history& operator=(golden_history&&) noexcept;
    ~golden_history();

    std::uint64_t events() const noexcept;
    const std::vector<golden_table>& tables() const noexcept;

    /// What became of the rows of a view. Fails with `not_found` (it was not kept), or as reading
    /// its file does; what the code of today does wrong is in the result.
    result<golden_result> check(const projections::any_projection& of);

    /// Writes the rows that a view has today, in place of those that were kept. Fails with
    /// `projection_failed` if it does not take the events, `invalid_argument` if its rows are
    /// not made of them alone, or `io`.
    result<void> keep(const projections::any_projection& of);

    /// The same for the states of all streams of an aggregate's category.
    template <aggregate A>
    result<golden_result> check(const repository_options& options = {}) {
        return check_states(A::name, A::version, loader<A>(options));
    }
    template <aggregate A>
    result<void> keep(const repository_options& options = {}) {
        return keep_states(A::name, A::version, loader<A>(options));
    }

    struct impl;  ///< Private.

private:
    /// The state of a stream of a store, as JSON.
    using state_loader =
        std::function<result<std::string>(store& replayed, std::string_view stream)>;

    template <aggregate A>
    static state_loader loader(const repository_options& options) {
        return [options](store& replayed, std::string_view stream) -> result<std::string> {
            repository<A> states{replayed, options};
            const auto found = states.load(stream.substr(A::name.size() + 1));
            if (!found) return found.error();
            return value_to_json(**found);
        };
    }
    result<golden_result> check_states(std::string_view name, std::uint32_t version,
                                       const state_loader& load);
    result<void> keep_states(std::string_view name, std::uint32_t version,
                             const state_loader& load);

    explicit golden_history(std::unique_ptr<impl> opened);
    std::unique_ptr<impl> impl_;
};

}  // namespace daybook::replay
