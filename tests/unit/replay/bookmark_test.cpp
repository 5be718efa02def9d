// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
#include <daybook/replay/bookmark.hpp>

#include "support/fresh_store.hpp"
#include "support/matchers.hpp"

#include <filesystem>
#include <fstream>

namespace daybook::test {
namespace {

using replay::bookmark;
using testing::HasSubstr;
using testing::Optional;

TEST(Bookmark, IsKeptInAStore) {
    fresh_store log;
    {
        auto mark = bookmark::in_store(*log, "again").value();
        EXPECT_THAT(mark.where(), HasSubstr("\"again\" in " + log.directory().string()));
        EXPECT_THAT(mark.read(), Holds(std::nullopt));
        ASSERT_THAT(mark.write("here"), HoldsValue());
    }
    log.reopen();
    auto mark = bookmark::in_store(*log, "again").value();
    EXPECT_THAT(mark.read(), Holds(Optional(std::string{"here"})));
    EXPECT_THAT(bookmark::in_store(*log, "other").value().read(), Holds(std::nullopt));
    ASSERT_THAT(mark.remove(), HoldsValue());
    ASSERT_THAT(mark.remove(), HoldsValue());
    EXPECT_THAT(mark.read(), Holds(std::nullopt));
}

TEST(Bookmark, IsKeptInAFile) {
    const temp_directory home;
    auto mark = bookmark::in_file(home / "place");
    EXPECT_EQ(mark.where(), (home / "place").string());
    EXPECT_THAT(mark.read(), Holds(std::nullopt));
    ASSERT_THAT(mark.write("here"), HoldsValue());
    ASSERT_THAT(mark.write("there"), HoldsValue());
    EXPECT_THAT(bookmark::in_file(home / "place").read(), Holds(Optional(std::string{"there"})));
    ASSERT_THAT(mark.remove(), HoldsValue());
    ASSERT_THAT(mark.remove(), HoldsValue());
    EXPECT_TRUE(std::filesystem::is_empty(home.path()));
}

TEST(Bookmark, RefusesWhatCannotBeOne) {
    fresh_store log;
    for (const auto& name : {std::string{}, std::string{"A"}, std::string(201, 'a')})
        EXPECT_THAT(bookmark::in_store(*log, name), FailsWith(errc::invalid_argument, "a name is"));
    const temp_directory home;
    std::filesystem::create_directory(home / "directory");
    auto directory = bookmark::in_file(home / "directory");
    EXPECT_THAT(directory.read(), FailsWith(errc::io, "directory"));
    EXPECT_THAT(directory.write("x"), FailsWith(errc::io, "directory"));
    EXPECT_THAT(bookmark::in_file(home / "no" / "place").write("x"), FailsWith(errc::not_found));
    std::ofstream{home / "large"} << std::string((1U << 20U) + 1, 'x');
    EXPECT_THAT(bookmark::in_file(home / "large").read(), FailsWith(errc::too_large, "large"));
}

TEST(Bookmark, IsNotMadeInAStoreThatIsOpenForReading) {
    fresh_store log;
    log.close();
    auto options = quick_options();
    options.read_only = true;
    auto reading = store::open(log.directory(), options).value();
    auto mark = bookmark::in_store(reading, "again");
    if (mark) {
        EXPECT_THAT(mark->write("x"), FailsWith(errc::refused));
    } else {
        EXPECT_THAT(mark, FailsWith(errc::refused));
    }
}

}  // namespace
}  // namespace daybook::test
