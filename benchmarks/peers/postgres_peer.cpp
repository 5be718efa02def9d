// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0

// PostgreSQL through libpq: prepared statements, binary parameters and results, one connection per
// client. One event is one INSERT, which is a transaction of its own: one round trip. Several are
// one COPY in binary form, the fastest way in. All of the log is read in pages by key.

#include "peers/peer.hpp"

#include <array>
#include <chrono>
#include <libpq-fe.h>
#include <stdexcept>

namespace daybook::bench {
namespace {

constexpr const char* schema_sql = R"(
    DROP TABLE IF EXISTS events;
    CREATE TABLE events (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id uuid NOT NULL UNIQUE,
        stream text NOT NULL,
        sequence bigint NOT NULL,
        type text NOT NULL,
        schema text NOT NULL,
        correlation text NOT NULL,
        cause uuid,
        actor_type text NOT NULL,
        actor_id text NOT NULL,
        actor_model text NOT NULL,
        tags json NOT NULL,
        occurred_at bigint NOT NULL,
        recorded_at bigint NOT NULL,
        payload json NOT NULL,
        UNIQUE (stream, sequence));
    CREATE INDEX events_correlation ON events (correlation, position);
    CREATE INDEX events_type ON events (type, actor_id, position);)";

constexpr int inserted_columns = 14;
constexpr const char* insert_columns =
    "id, stream, sequence, type, schema, correlation, cause, actor_type, actor_id, actor_model, "
    "tags, occurred_at, recorded_at, payload";
constexpr int read_page_events = 10'000;

template <class Number>
void append_big(std::string& to, Number number) {
    for (int shift = static_cast<int>(sizeof number) * 8 - 8; shift >= 0; shift -= 8) {
        to.push_back(static_cast<char>(static_cast<std::uint64_t>(number) >> shift));
    }
}

std::int64_t number_from(const char* bytes) {
    std::uint64_t number = 0;
    for (int i = 0; i < 8; ++i) number = number << 8U | static_cast<std::uint8_t>(bytes[i]);
    return static_cast<std::int64_t>(number);
}

std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string bytes_of(const event_id& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}
std::string bytes_of(std::int64_t number) {
    std::string bytes;
    append_big(bytes, number);
    return bytes;
}

/// The fields of a row as PostgreSQL wants them in binary form; a cause may be missing.
class row_values {
public:
    row_values(const batch& of, std::size_t index, std::int64_t recorded_at) {
        const auto& event = of.events[index];
        own(bytes_of(*event.id));
        borrow(of.stream);
        own(bytes_of(static_cast<std::int64_t>(of.first_sequence + index)));
        borrow(event.type);
        borrow(event.schema);
        borrow(event.correlation);
        event.causes.empty() ? none() : own(bytes_of(event.causes.front()));
        borrow(event.actor.type);
        borrow(event.actor.id);
        borrow(event.actor.model);
        own(tags_as_json(event.tags));
        own(bytes_of(static_cast<std::int64_t>(event.occurred_at->time_since_epoch().count())));
        own(bytes_of(recorded_at));
        borrow(event.payload);
    }

    const char* const* values() const { return values_.data(); }
    const int* sizes() const { return sizes_.data(); }

    void append_copy_row(std::string& to) const {
        append_big(to, static_cast<std::int16_t>(inserted_columns));
        for (std::size_t i = 0; i < values_.size(); ++i) {
            if (values_[i] == nullptr) {
                append_big(to, std::int32_t{-1});
                continue;
            }
            append_big(to, std::int32_t{sizes_[i]});
            to.append(values_[i], static_cast<std::size_t>(sizes_[i]));
        }
    }

private:
    void own(std::string bytes) {
        owned_[filled_] = std::move(bytes);
        borrow(owned_[filled_]);
    }
    void borrow(const std::string& bytes) {
        values_[filled_] = bytes.data();
        sizes_[filled_++] = static_cast<int>(bytes.size());
    }
    void none() { values_[filled_++] = nullptr; }

    std::array<std::string, inserted_columns> owned_;
    std::array<const char*, inserted_columns> values_{};
    std::array<int, inserted_columns> sizes_{};
    std::size_t filled_ = 0;
};

class answer {
public:
    explicit answer(PGresult* from) : from_{from} {}
    int rows() const { return PQntuples(from_.get()); }
    bool good() const {
        const auto status = PQresultStatus(from_.get());
        return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN;
    }
    std::string_view text(int row, int column) const {
        return {PQgetvalue(from_.get(), row, column),
                static_cast<std::size_t>(PQgetlength(from_.get(), row, column))};
    }
    std::int64_t number(int row, int column) const {
        return number_from(PQgetvalue(from_.get(), row, column));
    }
    event_id id(int row, int column) const {
        event_id made;
        if (PQgetisnull(from_.get(), row, column) != 0) return made;
        const auto bytes = text(row, column);
        std::copy(bytes.begin(), bytes.end(), made.bytes.begin());
        return made;
    }

private:
    struct clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    std::unique_ptr<PGresult, clear> from_;
};

decoded decode(const answer& rows, int row) {
    return {.position = static_cast<std::uint64_t>(rows.number(row, 0)),
            .sequence = static_cast<std::uint64_t>(rows.number(row, 3)),
            .occurred_at = rows.number(row, 12),
            .recorded_at = rows.number(row, 13),
            .id = rows.id(row, 1),
            .cause = rows.id(row, 7),
            .stream = rows.text(row, 2),
            .type = rows.text(row, 4),
            .schema = rows.text(row, 5),
            .correlation = rows.text(row, 6),
            .actor_type = rows.text(row, 8),
            .actor_id = rows.text(row, 9),
            .actor_model = rows.text(row, 10),
            .tags = rows.text(row, 11),
            .payload = rows.text(row, 14)};
}

tally count(const answer& rows) {
    tally all;
    for (int i = 0; i < rows.rows(); ++i) all.add(decode(rows, i).counted());
    return all;
}

class connection {
public:
    explicit connection(const std::string& to) : at_{PQconnectdb(to.c_str())} {
        if (PQstatus(at_.get()) != CONNECTION_OK) failed();
        // Notices that a table did not exist yet are no news.
        PQsetNoticeProcessor(
            at_.get(), [](void*, const char*) {}, nullptr);
    }

    answer run(const char* sql) const { return checked(PQexec(at_.get(), sql)); }
    void prepare(const char* name, const std::string& sql) const {
        checked(PQprepare(at_.get(), name, sql.c_str(), 0, nullptr));
    }
    answer ask(const char* name, std::span<const std::string> parameters) const {
        std::array<const char*, 4> values{};
        std::array<int, 4> sizes{};
        const std::array<int, 4> binary{1, 1, 1, 1};
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            values[i] = parameters[i].data();
            sizes[i] = static_cast<int>(parameters[i].size());
        }
        return checked(PQexecPrepared(at_.get(), name, static_cast<int>(parameters.size()),
                                      values.data(), sizes.data(), binary.data(), 1));
    }
    void insert(const row_values& row) const {
        std::array<int, inserted_columns> binary{};
        binary.fill(1);
        checked(PQexecPrepared(at_.get(), "insert", inserted_columns, row.values(), row.sizes(),
                               binary.data(), 1));
    }
    void copy_in(const std::string& rows) const {
        run((std::string{"COPY events ("} + insert_columns + ") FROM STDIN (FORMAT binary)")
                .c_str());
        if (PQputCopyData(at_.get(), rows.data(), static_cast<int>(rows.size())) != 1 ||
            PQputCopyEnd(at_.get(), nullptr) != 1) {
            failed();
        }
        checked(PQgetResult(at_.get()));
        while (auto* rest = PQgetResult(at_.get())) PQclear(rest);
    }
    std::string version() const { return PQparameterStatus(at_.get(), "server_version"); }

private:
    answer checked(PGresult* raw) const {
        answer made{raw};
        if (!made.good()) failed();
        return made;
    }
    [[noreturn]] void failed() const {
        throw std::runtime_error{std::string{"postgresql: "} + PQerrorMessage(at_.get())};
    }

    struct finish {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    std::unique_ptr<PGconn, finish> at_;
};

std::string select(std::string_view rest) {
    return "SELECT position, " + std::string{insert_columns} + " FROM events " + std::string{rest};
}

void prepare_all(const connection& to) {
    to.prepare("insert", std::string{"INSERT INTO events ("} + insert_columns +
                             ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)");
    to.prepare("load", select("WHERE stream = $1 ORDER BY sequence"));
    to.prepare("all", select("WHERE position > $1 ORDER BY position LIMIT " +
                             std::to_string(read_page_events)));
    to.prepare("correlation", select("WHERE correlation = $1 ORDER BY position"));
    to.prepare("page", select("WHERE type = $1 AND actor_id = $2 ORDER BY position DESC LIMIT 50"));
}

class postgres_peer final : public peer {
public:
    explicit postgres_peer(std::string to) : to_{std::move(to)} {}

    std::string_view name() const override { return "PostgreSQL"; }
    std::string version() const override {
        return connection{to_}.version() + ", unix socket, fsync and synchronous_commit on";
    }

    void begin_anew() override {
        clients_.clear();
        clients_.push_back(std::make_unique<connection>(to_));
        clients_.front()->run(schema_sql);
        while (clients_.size() < clients_max) {
            clients_.push_back(std::make_unique<connection>(to_));
        }
        for (const auto& one : clients_) prepare_all(*one);
    }
    void append(std::size_t client, const batch& one) override {
        const auto& by = *clients_.at(client);
        if (one.events.size() == 1) return by.insert({one, 0, now()});
        std::string rows = copy_start();
        add_rows(rows, one);
        by.copy_in(rows += copy_end());
    }
    void fill(std::span<const batch> many) override {
        std::string rows = copy_start();
        for (const auto& one : many) add_rows(rows, one);
        clients_.front()->copy_in(rows += copy_end());
    }
    void settle() override {
        clients_.front()->run("VACUUM (ANALYZE) events");
        clients_.front()->run("CHECKPOINT");
    }

    tally load(const std::string& stream) override { return asked("load", {stream}); }
    tally read_all() override {
        tally all;
        std::int64_t last = 0;
        for (;;) {
            const std::string from = bytes_of(last);
            const auto rows = clients_.front()->ask("all", {&from, 1});
            if (rows.rows() == 0) return all;
            all.add(count(rows));
            last = rows.number(rows.rows() - 1, 0);
        }
    }
    tally correlation(const std::string& id) override { return asked("correlation", {id}); }
    tally page(const std::string& type, const std::string& actor) override {
        return asked("page", {type, actor});
    }

private:
    static std::string copy_start() {
        std::string start{"PGCOPY\n\377\r\n\0", 11};
        return start.append(8, '\0');  // No flags, no extension.
    }
    static std::string copy_end() { return std::string{"\377\377"}; }
    static void add_rows(std::string& to, const batch& one) {
        const auto recorded_at = now();
        for (std::size_t i = 0; i < one.events.size(); ++i) {
            row_values{one, i, recorded_at}.append_copy_row(to);
        }
    }
    tally asked(const char* name, const std::vector<std::string>& parameters) const {
        return count(clients_.front()->ask(name, parameters));
    }

    std::string to_;
    std::vector<std::unique_ptr<connection>> clients_;
};

}  // namespace

std::unique_ptr<peer> make_postgres_peer(const std::string& connection) {
    return std::make_unique<postgres_peer>(connection);
}

}  // namespace daybook::bench
