// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: a witness is reached over HTTP, and neither side is harmed or held up by what the other
// sends. Method: the server in a thread, on a port of the loopback that is free; the client of
// ours, and sockets that send what no client would.
#include "support/matchers.hpp"
#include "support/temp_directory.hpp"
#include "unit/compliance/growing_log.hpp"
#include "witness/witness_client.hpp"
#include "witness/witness_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <thread>

namespace daybook::witness_http {
namespace {

namespace asio = boost::asio;
using compliance::test::growing_log;
using daybook::test::FailsWith;
using daybook::test::HoldsValue;
using daybook::test::temp_directory;
using tcp = asio::ip::tcp;

/// A witness of one log, served.
class served_witness {
public:
    explicit served_witness(std::chrono::milliseconds deadline = std::chrono::seconds{60})
        : server_{witness_server::listen(
                      by_, {.at = {"127.0.0.1", 0}, .deadline = deadline, .served = {}})
                      .value()},
          thread_{[this] { server_.run(); }} {}
    ~served_witness() {
        server_.stop();
        thread_.join();
    }
    served_witness(const served_witness&) = delete;
    served_witness& operator=(const served_witness&) = delete;

    compliance::witness& by() { return by_; }
    growing_log& log() { return log_; }
    unsigned short port() const { return server_.port(); }
    std::unique_ptr<compliance::anchor> anchor() {
        const auto url = "http://127.0.0.1:" + std::to_string(port());
        return compliance::witness_anchor(by_.key(), http_transport(witness_url::parse(url).value(),
                                                                    std::chrono::seconds{60}))
            .value();
    }
    /// Everything that comes back for `bytes`, until the server closes.
    std::string answer_to(std::string_view bytes) {
        asio::io_context work;
        tcp::socket socket{work};
        socket.connect({asio::ip::make_address("127.0.0.1"), port()});
        boost::system::error_code code;
        asio::write(socket, asio::buffer(bytes), code);
        std::string answer;
        asio::read(socket, asio::dynamic_buffer(answer), code);
        return answer;
    }

private:
    static compliance::witness::options options_in(const temp_directory& home, growing_log& log) {
        compliance::witness::options with;
        with.directory = home / "state";
        with.name = "witness.example/w";
        with.key = compliance::ed25519_signer(std::string(32, 'w')).value();
        with.logs = {log.key()};
        return with;
    }

    temp_directory home_;
    growing_log log_{"example.com/a"};
    compliance::witness by_{compliance::witness::open(options_in(home_, log_)).value()};
    witness_server server_;
    std::thread thread_;
};

TEST(WitnessHttp, AnchorsALogThatGrows) {
    served_witness at;
    const auto anchor = at.anchor();
    EXPECT_EQ(anchor->newest("example.com/a").value(), std::nullopt);
    for (const std::size_t size : {1U, 5U, 5U, 30U}) {
        const auto lines = anchor->remember(at.log().at(size), at.log().prove());
        ASSERT_THAT(lines, HoldsValue());
        EXPECT_EQ(anchor->newest("example.com/a").value(),
                  at.log().note(size) + lines->front().line());
    }
    EXPECT_THAT(anchor->remember(at.log().at(7), at.log().prove()), FailsWith(errc::rejected));
    growing_log forked{"example.com/a", 'b'};
    EXPECT_THAT(anchor->remember(forked.at(31), forked.prove()), FailsWith(errc::corrupt));
}

TEST(WitnessHttp, TakesSeveralRequestsOfOneConnection) {
    served_witness at;
    const std::string get = "GET /x HTTP/1.1\r\nHost: w\r\n";
    const auto answer =
        at.answer_to(get + "\r\n" + get + "\r\n" + get + "Connection: close\r\n\r\n");
    std::size_t count = 0;
    for (std::size_t from = 0; (from = answer.find("HTTP/1.1 404", from)) != std::string::npos;) {
        ++count;
        ++from;
    }
    EXPECT_EQ(count, 3);
}

TEST(WitnessHttp, AnswersWithTheStatusOfTheWitness) {
    served_witness at;
    const std::string end = " HTTP/1.1\r\nHost: w\r\nConnection: close\r\n";
    EXPECT_TRUE(at.answer_to("GET /add-checkpoint" + end + "\r\n").starts_with("HTTP/1.1 405"));
    EXPECT_TRUE(at.answer_to("POST /add-checkpoint" + end + "Content-Length: 3\r\n\r\nold")
                    .starts_with("HTTP/1.1 400"));
    EXPECT_TRUE(at.answer_to("DELETE /" + end + "\r\n").starts_with("HTTP/1.1 404"));
}

TEST(WitnessHttp, TakesNoBodyThatIsTooLarge) {
    served_witness at;
    const auto size = std::to_string(compliance::witness_body_bytes_max + 1);
    const auto answer = at.answer_to(
        "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: " + size + "\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 413")) << answer;
}

TEST(WitnessHttp, HangsUpOnWhatIsNotHttp) {
    served_witness at;
    EXPECT_EQ(at.answer_to("hello\r\n\r\n"), "");
    EXPECT_EQ(at.answer_to(std::string(64, '\0')), "");
    EXPECT_EQ(at.answer_to("GET / HTTP/1.1\r\nX: " + std::string(2 * header_bytes_max, 'x')), "");
    EXPECT_THAT(at.anchor()->remember(at.log().at(3), at.log().prove()), HoldsValue());
}

TEST(WitnessHttp, HangsUpOnThoseWhoTakeTooLong) {
    served_witness at{std::chrono::milliseconds{50}};
    EXPECT_EQ(at.answer_to(""), "");
    EXPECT_EQ(
        at.answer_to("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 9\r\n\r\nold"),
        "");
}

TEST(WitnessHttp, ServesOthersWhileSomeAreSilent) {
    served_witness at;
    asio::io_context work;
    std::vector<tcp::socket> silent;
    for (std::size_t i = 0; i + 1 < connections_max; ++i) {
        silent.emplace_back(work).connect({asio::ip::make_address("127.0.0.1"), at.port()});
    }
    EXPECT_THAT(at.anchor()->remember(at.log().at(3), at.log().prove()), HoldsValue());
}

TEST(WitnessHttp, EndsWhenItIsToldSo) {
    const temp_directory home;
    compliance::witness::options with;
    with.directory = home / "state";
    with.name = "w";
    with.key = compliance::temporary_signer(compliance::key_type::ed25519).value();
    auto by = compliance::witness::open(std::move(with)).value();
    auto server = witness_server::listen(by, {.at = {"127.0.0.1", 0}, .served = {}}).value();
    int asked = 0;
    server.run([&] { return ++asked == 2; });
    EXPECT_EQ(asked, 2);
}

TEST(WitnessHttp, SaysThatAnAddressCannotBeHad) {
    served_witness at;
    auto& by = at.by();
    EXPECT_THAT(witness_server::listen(by, {.at = {"127.0.0.1", at.port()}, .served = {}}),
                FailsWith(errc::io, "listening on 127.0.0.1"));
    EXPECT_THAT(witness_server::listen(by, {.at = {"localhost", 0}, .served = {}}),
                FailsWith(errc::invalid_argument, "numeric"));
}

TEST(WitnessHttp, ClientSaysThatNobodyAnswers) {
    asio::io_context work;
    tcp::acceptor mute{work, {asio::ip::make_address("127.0.0.1"), 0}};
    const auto port = std::to_string(mute.local_endpoint().port());
    const auto url = witness_url::parse("http://127.0.0.1:" + port + "/w1").value();
    const auto late = http_transport(url, std::chrono::milliseconds{50});
    EXPECT_THAT(late({"GET", "/x", ""}), FailsWith(errc::timed_out, "/w1"));
    mute.close();
    const auto patient = http_transport(url, std::chrono::seconds{60});
    EXPECT_THAT(patient({"GET", "/x", ""}), FailsWith(errc::io, "connecting"));
}

TEST(WitnessHttp, ClientTakesNoAnswerThatIsTooLargeOrNotHttp) {
    const auto size = std::to_string(compliance::witness_body_bytes_max + 1);
    for (const auto& answer : {std::string{"SSH-2.0-hello\r\n"}, std::string{},
                               "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n"}) {
        asio::io_context work;
        tcp::acceptor acceptor{work, {asio::ip::make_address("127.0.0.1"), 0}};
        const auto port = std::to_string(acceptor.local_endpoint().port());
        std::thread other{[&] {
            auto socket = acceptor.accept();
            boost::system::error_code code;
            asio::write(socket, asio::buffer(answer), code);
            socket.shutdown(tcp::socket::shutdown_send, code);
            std::string asked;
            asio::read(socket, asio::dynamic_buffer(asked), code);
        }};
        const auto ask = http_transport(witness_url::parse("http://127.0.0.1:" + port).value(),
                                        std::chrono::seconds{60});
        EXPECT_THAT(ask({"GET", "/x", ""}), FailsWith(errc::io, "its answer")) << answer;
        other.join();
    }
}

TEST(WitnessUrl, IsReadAndRefused) {
    const auto full = witness_url::parse("http://witness.example:8080/w1/").value();
    EXPECT_EQ(full.host, "witness.example");
    EXPECT_EQ(full.port, "8080");
    EXPECT_EQ(full.prefix, "/w1");
    const auto least = witness_url::parse("http://[::1]").value();
    EXPECT_EQ(least.host, "::1");
    EXPECT_EQ(least.port, "80");
    EXPECT_EQ(least.prefix, "");
    EXPECT_THAT(witness_url::parse("https://witness.example/"), FailsWith(errc::unsupported));
    for (const auto* text : {"", "http://", "http:///x", "http://a:0", "http://a:70000",
                             "http://a:b", "http://[::1", "ftp://a", "http://a b", "http://a?x",
                             "http://u@a", "http://a\r\nHost: b", "witness.example"}) {
        EXPECT_THAT(witness_url::parse(text), FailsWith(errc::invalid_argument)) << text;
    }
}

TEST(ListenAddress, IsReadAndRefused) {
    EXPECT_EQ(listen_address::parse("127.0.0.1:8080")->port, 8080);
    EXPECT_EQ(listen_address::parse("[::1]:0")->address, "::1");
    for (const auto* text : {"", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:x", "a:70000"}) {
        EXPECT_THAT(listen_address::parse(text), FailsWith(errc::invalid_argument)) << text;
    }
}

}  // namespace
}  // namespace daybook::witness_http
