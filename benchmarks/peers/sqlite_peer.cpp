// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// SQLite as its users set it up for this: WAL, prepared statements, one transaction per commit, the
// indexes that the reads need. One connection behind a mutex writes, since SQLite has one writer
// anyway and waiting for a mutex is cheaper than waiting for its lock.

#include "peers/peer.hpp"

#include <array>
#include <chrono>
#include <mutex>
#include <sqlite3.h>
#include <stdexcept>

namespace daybook::bench {
namespace {

constexpr const char* schema_sql = R"(
    CREATE TABLE events (
        position INTEGER PRIMARY KEY,
        id BLOB NOT NULL,
        stream TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        type TEXT NOT NULL,
        schema TEXT NOT NULL,
        correlation TEXT NOT NULL,
        cause BLOB,
        actor_type TEXT NOT NULL,
        actor_id TEXT NOT NULL,
        actor_model TEXT NOT NULL,
        tags TEXT NOT NULL,
        occurred_at INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        payload TEXT NOT NULL);
    CREATE UNIQUE INDEX events_id ON events (id);
    CREATE UNIQUE INDEX events_stream ON events (stream, sequence);
    CREATE INDEX events_correlation ON events (correlation);
    CREATE INDEX events_type ON events (type, actor_id);)";

constexpr std::string_view columns =
    "position, id, stream, sequence, type, schema, correlation, cause, actor_type, actor_id, "
    "actor_model, tags, occurred_at, recorded_at, payload";

class statement {
public:
    statement(sqlite3* db, const std::string& sql) : db_{db} {
        if (sqlite3_prepare_v3(db, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &at_, nullptr) !=
            SQLITE_OK) {
            failed();
        }
    }
    ~statement() { sqlite3_finalize(at_); }
    statement(const statement&) = delete;
    statement& operator=(const statement&) = delete;

    void bind(int place, std::string_view text) {
        sqlite3_bind_text(at_, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }
    void bind(int place, std::int64_t number) { sqlite3_bind_int64(at_, place, number); }
    void bind(int place, const event_id& id) {
        sqlite3_bind_blob(at_, place, id.bytes.data(), 16, SQLITE_STATIC);
    }
    void bind_nothing(int place) { sqlite3_bind_null(at_, place); }

    /// Is there a row?
    bool step() {
        const auto code = sqlite3_step(at_);
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE) failed();
        sqlite3_reset(at_);
        return false;
    }

    std::string_view text(int column) const {
        const auto* from = reinterpret_cast<const char*>(sqlite3_column_text(at_, column));
        return {from, static_cast<std::size_t>(sqlite3_column_bytes(at_, column))};
    }
    std::int64_t number(int column) const { return sqlite3_column_int64(at_, column); }
    event_id id(int column) const {
        event_id made;
        const auto* from = static_cast<const std::uint8_t*>(sqlite3_column_blob(at_, column));
        if (from != nullptr) std::copy(from, from + 16, made.bytes.begin());
        return made;
    }

private:
    [[noreturn]] void failed() const {
        throw std::runtime_error{std::string{"sqlite: "} + sqlite3_errmsg(db_)};
    }

    sqlite3* db_;
    sqlite3_stmt* at_ = nullptr;
};

decoded decode(const statement& row) {
    return {.position = static_cast<std::uint64_t>(row.number(0)),
            .sequence = static_cast<std::uint64_t>(row.number(3)),
            .occurred_at = row.number(12),
            .recorded_at = row.number(13),
            .id = row.id(1),
            .cause = row.id(7),
            .stream = row.text(2),
            .type = row.text(4),
            .schema = row.text(5),
            .correlation = row.text(6),
            .actor_type = row.text(8),
            .actor_id = row.text(9),
            .actor_model = row.text(10),
            .tags = row.text(11),
            .payload = row.text(14)};
}

/// An open database and what is prepared in it.
class connection {
public:
    explicit connection(const std::filesystem::path& file) : db_{open(file)} {
        run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-262144;");
    }

    void run(const char* sql) const {
        char* why = nullptr;
        if (sqlite3_exec(db_.get(), sql, nullptr, nullptr, &why) == SQLITE_OK) return;
        const std::string message = why == nullptr ? "unknown" : why;
        sqlite3_free(why);
        throw std::runtime_error{"sqlite: " + message};
    }
    statement prepared(const std::string& sql) const { return {db_.get(), sql}; }

private:
    struct close {
        void operator()(sqlite3* db) const { sqlite3_close(db); }
    };
    using handle = std::unique_ptr<sqlite3, close>;

    static handle open(const std::filesystem::path& file) {
        sqlite3* raw = nullptr;
        const auto code = sqlite3_open(file.c_str(), &raw);
        handle made{raw};
        if (code != SQLITE_OK) throw std::runtime_error{"sqlite: cannot open " + file.string()};
        return made;
    }

    handle db_;
};

/// Prepared once the tables are there.
struct statements {
    explicit statements(const connection& db)
        : begin{db.prepared("BEGIN IMMEDIATE")},
          commit{db.prepared("COMMIT")},
          insert{db.prepared("INSERT INTO events (id, stream, sequence, type, schema, correlation, "
                             "cause, actor_type, actor_id, actor_model, tags, occurred_at, "
                             "recorded_at, payload) "
                             "VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)")},
          load{db.prepared(select("WHERE stream = ?1 ORDER BY sequence"))},
          all{db.prepared(select("ORDER BY position"))},
          correlation{db.prepared(select("WHERE correlation = ?1 ORDER BY position"))},
          page{db.prepared(
              select("WHERE type = ?1 AND actor_id = ?2 ORDER BY position DESC LIMIT 50"))} {}

    static std::string select(std::string_view rest) {
        return "SELECT " + std::string{columns} + " FROM events " + std::string{rest};
    }

    statement begin;
    statement commit;
    statement insert;
    statement load;
    statement all;
    statement correlation;
    statement page;
};

tally count(statement& rows) {
    tally all;
    while (rows.step()) all.add(decode(rows).counted());
    return all;
}

class sqlite_peer final : public peer {
public:
    explicit sqlite_peer(std::filesystem::path directory) : directory_{std::move(directory)} {}

    std::string_view name() const override { return "SQLite"; }
    std::string version() const override {
        return std::string{sqlite3_libversion()} + ", WAL, synchronous=FULL, 256 MiB of cache";
    }

    void begin_anew() override {
        prepared_.reset();
        db_.reset();
        std::filesystem::remove_all(directory_);
        std::filesystem::create_directories(directory_);
        db_ = std::make_unique<connection>(directory_ / "events.sqlite");
        db_->run(schema_sql);
        prepared_ = std::make_unique<statements>(*db_);
    }
    void append(std::size_t /*client*/, const batch& one) override {
        const std::lock_guard lock{mutex_};
        prepared_->begin.step();
        insert(one);
        prepared_->commit.step();
    }
    void fill(std::span<const batch> many) override {
        prepared_->begin.step();
        for (const auto& one : many) insert(one);
        prepared_->commit.step();
    }
    void settle() override { db_->run("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);"); }

    tally load(const std::string& stream) override {
        prepared_->load.bind(1, stream);
        return count(prepared_->load);
    }
    tally read_all() override { return count(prepared_->all); }
    tally correlation(const std::string& id) override {
        prepared_->correlation.bind(1, id);
        return count(prepared_->correlation);
    }
    tally page(const std::string& type, const std::string& actor) override {
        prepared_->page.bind(1, type);
        prepared_->page.bind(2, actor);
        return count(prepared_->page);
    }

private:
    void insert(const batch& one) {
        auto& into = prepared_->insert;
        auto sequence = static_cast<std::int64_t>(one.first_sequence);
        const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count();
        for (const auto& event : one.events) {
            const auto tags = tags_as_json(event.tags);
            into.bind(1, *event.id);
            into.bind(2, one.stream);
            into.bind(3, sequence++);
            into.bind(4, event.type);
            into.bind(5, event.schema);
            into.bind(6, event.correlation);
            event.causes.empty() ? into.bind_nothing(7) : into.bind(7, event.causes.front());
            into.bind(8, event.actor.type);
            into.bind(9, event.actor.id);
            into.bind(10, event.actor.model);
            into.bind(11, tags);
            into.bind(12, event.occurred_at->time_since_epoch().count());
            into.bind(13, now);
            into.bind(14, event.payload);
            into.step();
        }
    }

    std::filesystem::path directory_;
    std::mutex mutex_;
    std::unique_ptr<connection> db_;
    std::unique_ptr<statements> prepared_;
};

}  // namespace

std::unique_ptr<peer> make_sqlite_peer(const std::filesystem::path& directory) {
    return std::make_unique<sqlite_peer>(directory / "sqlite");
}

}  // namespace daybook::bench
