// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0
// Goal: the rules of CONTRIBUTING.md that a machine can check hold for every C++ file of the tree.
// Method: read the files as text, once, and report each breach as file:line: what is wrong. The
// rules are functions from a file to findings; the first tests show that each of them can fail.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <regex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t columns_max = 100;
constexpr std::size_t function_lines_max = 70;

/// A file, cut into lines, and again with comments, strings and characters blanked out.
struct source_file {
    std::string path;  ///< From the root of the project, with '/'.
    std::vector<std::string> lines;
    std::vector<std::string> code;

    bool is_header() const { return path.ends_with(".hpp"); }
    bool is_public() const { return path.find("/include/") != std::string::npos; }
    bool is_library() const {
        return path.starts_with("core/") || path.starts_with("projections/") ||
               path.starts_with("replay/") || path.starts_with("compliance/");
    }
};

using findings = std::vector<std::string>;

std::string finding(const source_file& file, std::size_t line_index, std::string_view what) {
    return file.path + ":" + std::to_string(line_index + 1) + ": " + std::string{what};
}

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// Replaces what is not code with spaces; line breaks stay, so places do not move.
class blanker {
public:
    explicit blanker(std::string_view text) : text_{text}, out_{text} {}

    std::string run() {
        while (at_ < text_.size()) {
            const auto rest = text_.substr(at_);
            if (rest.starts_with("//")) {
                blank(std::min(rest.find('\n'), rest.size()));
            } else if (rest.starts_with("/*")) {
                blank_through(rest.find("*/", 2), 2);
            } else if (rest.starts_with("R\"") && !in_word()) {
                const auto fence = std::string{rest.substr(2, rest.find('(') - 2)};
                blank_through(rest.find(")" + fence + "\""), fence.size() + 2);
            } else if (rest.front() == '"' || (rest.front() == '\'' && !in_word())) {
                blank_quoted(rest);
            } else {
                ++at_;
            }
        }
        return out_;
    }

private:
    /// Does the last character belong to a word? Then ' separates digits, and R is no prefix.
    bool in_word() const {
        return at_ > 0 && std::isalnum(static_cast<unsigned char>(text_[at_ - 1])) != 0;
    }

    void blank(std::size_t count) {
        for (const auto end = std::min(at_ + count, text_.size()); at_ < end; ++at_) {
            if (out_[at_] != '\n') out_[at_] = ' ';
        }
    }

    void blank_through(std::size_t found, std::size_t length) {
        blank(found == std::string_view::npos ? text_.size() : found + length);
    }

    void blank_quoted(std::string_view rest) {
        std::size_t end = 1;
        while (end < rest.size() && rest[end] != rest.front() && rest[end] != '\n') {
            end += rest[end] == '\\' ? 2U : 1U;
        }
        blank(end + 1);
    }

    std::string_view text_;
    std::string out_;
    std::size_t at_ = 0;
};

source_file make_file(std::string path, std::string_view text) {
    return {std::move(path), split_lines(text), split_lines(blanker{text}.run())};
}

// Rules for one file ----------------------------------------------------------------------------

findings check_lines(const source_file& file) {
    static const std::regex unfinished{R"(\b(TOD[O]|FIXM[E]|XX[X])\b)"};  // Not found here.
    findings found;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const auto& line = file.lines[i];
        if (line.size() > columns_max) {
            found.push_back(
                finding(file, i, std::to_string(line.size()) + " columns, at most 100"));
        }
        const auto foreign =
            std::any_of(line.begin(), line.end(), [](char c) { return (c < ' ' || c > '~'); });
        if (foreign) found.push_back(finding(file, i, "a tab or a character that is not ASCII"));
        if (std::regex_search(line, unfinished)) {
            found.push_back(finding(file, i, "unfinished work: open an issue instead"));
        }
        if (line.ends_with(' '))
            found.push_back(finding(file, i, "a space at the end of the line"));
    }
    return found;
}

findings check_first_line(const source_file& file) {
    constexpr std::string_view wanted =
        "// Copyright 2026 The daybook authors. SPDX-License-Identifier: Apache-2.0";
    if (!file.lines.empty() && file.lines.front() == wanted) return {};
    return {finding(file, 0, "the first line is not the copyright and SPDX line")};
}

findings check_header(const source_file& file) {
    findings found;
    if (!file.is_header()) return found;
    if (std::find(file.code.begin(), file.code.end(), "#pragma once") == file.code.end()) {
        found.push_back(finding(file, 0, "no #pragma once"));
    }
    for (std::size_t i = 0; i < file.code.size(); ++i) {
        if (file.code[i].find("using namespace") != std::string::npos) {
            found.push_back(finding(file, i, "using namespace in a header"));
        }
    }
    return found;
}

/// One pattern that may not stand in the code of some files.
struct ban {
    std::string_view pattern;
    std::string_view what;
};

findings check_bans(const source_file& file, std::span<const ban> bans) {
    findings found;
    for (const auto& [pattern, what] : bans) {
        const std::regex regex{pattern.begin(), pattern.end()};
        for (std::size_t i = 0; i < file.code.size(); ++i) {
            if (std::regex_search(file.code[i], regex)) found.push_back(finding(file, i, what));
        }
    }
    return found;
}

findings check_library_calls(const source_file& file) {
    static constexpr std::array bans{
        ban{R"(#\s*include\s*<(iostream|cstdio|stdio\.h)>)",
            "a library prints nothing: report through result or a callback"},
        ban{R"(\b(printf|fprintf|puts|fputs|putchar|perror)\s*\()",
            "a library prints nothing: report through result or a callback"},
        ban{R"(\bstd::(cout|cerr|clog)\b)", "a library prints nothing: report through result"},
        ban{R"(\b(abort|exit|_exit|quick_exit|terminate)\s*\()",
            "a library does not end the program: return an error"},
    };
    return file.is_library() ? check_bans(file, bans) : findings{};
}

findings check_rocksdb(const source_file& file) {
    static constexpr std::array bans{
        ban{R"(\brocksdb\b)", "RocksDB is named in core/src and benchmarks only"}};
    // Tests that write what no store writes, put a faulty file system under it, or look at tables.
    const bool allowed =
        file.path.starts_with("core/src/") || file.path.starts_with("benchmarks/") ||
        file.path.starts_with("tests/fault/") || file.path == "tests/crash/repair_test.cpp" ||
        file.path.starts_with("tests/support/raw_store") ||
        file.path == "tests/unit/core/store_format_test.cpp";
    return allowed ? findings{} : check_bans(file, bans);
}

findings check_public_includes(const source_file& file) {
    static constexpr std::array bans{
        ban{R"(#\s*include\s*<(rocksdb|openssl|boost/asio|boost/beast|boost/program_options))",
            "a public header includes only the standard library, Boost.JSON and daybook"},
        ban{R"(#\s*include\s*")", "a public header includes with <daybook/...>"}};
    return file.is_public() ? check_bans(file, bans) : findings{};
}

/// core <- projections <- replay, projections <- compliance; nothing includes tools, benchmarks or
/// tests.
findings check_include_direction(const source_file& file) {
    static constexpr std::array core{
        ban{R"(#\s*include\s*<daybook/(projections|replay|compliance)/)",
            "core includes no other component"}};
    static constexpr std::array projections{
        ban{R"(#\s*include\s*<daybook/(replay|compliance)/)", "projections includes only core"}};
    static constexpr std::array replay{
        ban{R"(#\s*include\s*<daybook/compliance/)", "replay includes core and projections"}};
    static constexpr std::array compliance{
        ban{R"(#\s*include\s*<daybook/replay/)", "compliance includes core and projections"}};
    if (file.path.starts_with("core/")) return check_bans(file, core);
    if (file.path.starts_with("compliance/")) return check_bans(file, compliance);
    if (file.path.starts_with("projections/")) return check_bans(file, projections);
    if (file.path.starts_with("replay/")) return check_bans(file, replay);
    return {};
}

/// Finds function bodies by their braces and measures them, first to last line.
class function_lengths {
public:
    explicit function_lengths(const source_file& file) : file_{file} {}

    findings run() {
        for (line_ = 0; line_ < file_.code.size(); ++line_) {
            const auto& code = file_.code[line_];
            if (code.starts_with("#")) continue;
            for (const char c : code) take(c);
            take(' ');
        }
        return std::move(found_);
    }

private:
    enum class block { scope, function, member_initialiser, other };

    void take(char c) {
        if (c == '{') {
            const auto kind = function_depth_ > 0 ? block::other : classify();
            if (kind == block::function) function_starts_ = line_;
            if (kind == block::function || function_depth_ > 0) ++function_depth_;
            open_.push_back(kind);
            if (kind != block::member_initialiser) head_.clear();
        } else if (c == '}') {
            close();
        } else if (c == ';' && function_depth_ == 0) {
            head_.clear();
        } else if (function_depth_ == 0) {
            head_ += c;
        }
    }

    void close() {
        if (open_.empty()) return;
        const auto kind = open_.back();
        open_.pop_back();
        if (function_depth_ > 0) --function_depth_;
        if (kind == block::function) {
            const auto lines = line_ - function_starts_ + 1;
            if (lines > function_lines_max) {
                found_.push_back(finding(file_, function_starts_,
                                         "a function of " + std::to_string(lines) +
                                             " lines, at most " +
                                             std::to_string(function_lines_max)));
            }
        }
        if (kind == block::member_initialiser) {
            head_ += '}';  // The next brace may be the body; it does not follow a name.
        } else {
            head_.clear();
        }
    }

    /// What the brace after `head_` opens.
    block classify() const {
        static const std::regex scope{R"(^\s*(template\s*<.*>\s*)?(requires\b[^{]*)?(inline\s+)?)"
                                      R"((namespace|class|struct|union|enum|extern)\b)"};
        // A macro call without a semicolon may stand before it.
        static const std::regex name_space{R"(\bnamespace[\s\w:]*$)"};
        static const std::regex member_initialiser{R"(\)[^:]*[^:]:[^:].*[\w>]\s*$)"};
        if (std::regex_search(head_, scope) || std::regex_search(head_, name_space)) {
            return block::scope;
        }
        if (head_.find(')') == std::string::npos) return block::other;
        if (std::regex_search(head_, member_initialiser)) return block::member_initialiser;
        return block::function;
    }

    const source_file& file_;
    findings found_;
    std::string head_;  ///< Code since the last statement or block ended, outside functions.
    std::vector<block> open_;
    std::size_t line_ = 0;
    std::size_t function_starts_ = 0;
    std::size_t function_depth_ = 0;
};

findings check_function_lengths(const source_file& file) { return function_lengths{file}.run(); }

// Rules for the tree ----------------------------------------------------------------------------

const fs::path& root() {
    static const fs::path path{DAYBOOK_SOURCE_DIR};
    return path;
}

std::string read_text(const fs::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

const std::vector<source_file>& tree() {
    static const auto files = [] {
        std::vector<source_file> all;
        for (const auto* top :
             {"core", "projections", "replay", "compliance", "tools", "benchmarks", "tests"}) {
            if (!fs::exists(root() / top)) continue;
            for (const auto& entry : fs::recursive_directory_iterator{root() / top}) {
                const auto extension = entry.path().extension();
                if (extension != ".cpp" && extension != ".hpp") continue;
                all.push_back(make_file(entry.path().lexically_relative(root()).generic_string(),
                                        read_text(entry.path())));
            }
        }
        std::sort(all.begin(), all.end(),
                  [](const auto& a, const auto& b) { return a.path < b.path; });
        return all;
    }();
    return files;
}

findings check_tree(const std::function<findings(const source_file&)>& rule) {
    findings found;
    for (const auto& file : tree()) {
        auto more = rule(file);
        found.insert(found.end(), more.begin(), more.end());
    }
    return found;
}

/// Does `list`, the text of a CMakeLists.txt, name the file `name`?
bool names(std::string_view list, std::string_view name) {
    constexpr std::string_view around = " \t\n()\"/";
    for (auto at = list.find(name); at != std::string_view::npos; at = list.find(name, at + 1)) {
        const auto end = at + name.size();
        const bool starts = at == 0 || around.find(list[at - 1]) != std::string_view::npos;
        const bool ends = end == list.size() || around.find(list[end]) != std::string_view::npos;
        if (starts && ends) return true;
    }
    return false;
}

/// Is the file compiled in this build, or named by a CMakeLists.txt in its directory or above? (The
/// latter is for files that a test compiles, or that another preset does.)
bool is_built(const source_file& file) {
    static const auto compiled = read_text(fs::path{DAYBOOK_BUILD_DIR} / "compile_commands.json");
    const auto path = fs::path{file.path};
    if (compiled.find("\"" + (root() / path).generic_string() + "\"") != std::string::npos) {
        return true;
    }
    for (auto folder = path.parent_path(); !folder.empty(); folder = folder.parent_path()) {
        if (names(read_text(root() / folder / "CMakeLists.txt"), path.filename().string())) {
            return true;
        }
    }
    return false;
}

/// What a C library brings, and what the optional databases of benchmarks/peers do.
bool needs_no_package(std::string_view header) {
    constexpr std::array known{"dlfcn.h", "fcntl.h", "langinfo.h", "libpq-fe.h", "pthread.h",
                               "pty.h",   "spawn.h", "sqlite3.h",  "unistd.h"};
    return header.starts_with("daybook/") || header.starts_with("sys/") ||
           header.find_first_of("./") == std::string_view::npos ||
           std::find(known.begin(), known.end(), header) != known.end();
}

/// Headers of libraries that `setup`, the script that installs packages, does not look for.
findings check_packages(const source_file& file, std::string_view setup) {
    static const std::regex include{R"(^#include <([^>]+)>)"};
    findings found;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        std::smatch match;
        if (!std::regex_search(file.lines[i], match, include)) continue;
        const auto header = match[1].str();
        const auto library = header.substr(0, header.find('/'));
        if (needs_no_package(header) || setup.find(" " + library) != std::string_view::npos) {
            continue;
        }
        found.push_back(finding(file, i, "tools/setup.sh installs no package with " + header));
    }
    return found;
}

// The tests of the rules ------------------------------------------------------------------------

std::string numbered_lines(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += "    step();\n";
    return text;
}

TEST(TidyRules, BlankOutCommentsStringsAndCharacters) {
    const auto file = make_file("a.cpp",
                                "int a; // exit(1)\n"
                                "auto b = \"{ exit(1) \\\" }\"; char c = '{';\n"
                                "/* { \n } */ auto d = R\"x({ \" )x\"; int e = 1'000;\n");
    EXPECT_THAT(file.code,
                ElementsAre("int a;           ", "auto b =                 ; char c =    ;",
                            "     ", "      auto d =            ; int e = 1'000;"));
}

TEST(TidyRules, FindLongForeignAndTrailingText) {
    const auto file = make_file("core/src/a.cpp", "int a;\n" + std::string(101, 'x') +
                                                      "\n\tint b;\n// \xc3\xa9\nint c; \n");
    EXPECT_THAT(check_lines(file),
                ElementsAre(HasSubstr("core/src/a.cpp:2: 101 columns"), HasSubstr("a.cpp:3: a tab"),
                            HasSubstr("a.cpp:4: a tab"), HasSubstr("a.cpp:5: a space")));
}

TEST(TidyRules, FindAMissingFirstLineAndPragma) {
    const auto file = make_file("core/src/a.hpp", "// Mine.\nusing namespace std;\n");
    EXPECT_THAT(check_first_line(file), ElementsAre(HasSubstr("core/src/a.hpp:1:")));
    EXPECT_THAT(check_header(file), ElementsAre(HasSubstr("a.hpp:1: no #pragma once"),
                                                HasSubstr("a.hpp:2: using namespace")));
}

TEST(TidyRules, FindPrintingAndEndingInLibrariesOnly) {
    constexpr std::string_view text =
        "#include <iostream>\nvoid f() { std::exit(1); }\n// printf(\n"
        "void g() { fprintf(stderr, \"x\"); }\nvoid on_exit(); void abort_all(int);\n";
    EXPECT_THAT(check_library_calls(make_file("core/src/a.cpp", text)),
                ElementsAre(HasSubstr("a.cpp:1:"), HasSubstr("a.cpp:4:"), HasSubstr("a.cpp:2:")));
    EXPECT_THAT(check_library_calls(make_file("tools/daybook/a.cpp", text)), IsEmpty());
}

TEST(TidyRules, FindRocksdbWhereItMayNotBe) {
    constexpr std::string_view text = "// rocksdb in a comment\n#include <rocksdb/db.h>\n";
    EXPECT_THAT(check_rocksdb(make_file("core/src/a.cpp", text)), IsEmpty());
    EXPECT_THAT(check_rocksdb(make_file("benchmarks/a.cpp", text)), IsEmpty());
    EXPECT_THAT(check_rocksdb(make_file("tools/a.cpp", text)), ElementsAre(HasSubstr("a.cpp:2:")));
    EXPECT_THAT(check_public_includes(make_file("core/include/daybook/a.hpp", text)),
                ElementsAre(HasSubstr("a.hpp:2:")));
}

TEST(TidyRules, FindIncludesAgainstTheDirection) {
    constexpr std::string_view text = "#include <daybook/projections/runner.hpp>\n";
    EXPECT_THAT(check_include_direction(make_file("core/src/a.cpp", text)),
                ElementsAre(HasSubstr("core/src/a.cpp:1:")));
    EXPECT_THAT(check_include_direction(make_file("replay/src/a.cpp", text)), IsEmpty());
}

TEST(TidyRules, MeasureEachKindOfFunction) {
    const auto long_body = "{\n" + numbered_lines(69) + "}\n";  // 71 lines with the braces.
    for (const std::string head :
         {"void f(int a) ", "auto f() const noexcept -> int ", "template <class T> T f(T x) ",
          "struct s { int g() { return 1; } void f() ", "s::s(int a) : a_{a}, b_(a), c_<int>{a} ",
          "namespace a { class b { void f() ", "TEST(Suite, Case) ",
          "constexpr auto f = [](int x) "}) {
        SCOPED_TRACE(head);
        EXPECT_THAT(check_function_lengths(make_file("a.cpp", "int before;\n" + head + long_body)),
                    ElementsAre(HasSubstr("a.cpp:2: a function of 71 lines")));
    }
}

TEST(TidyRules, LetScopesTablesAndShortFunctionsBe) {
    const auto long_body = "{\n" + numbered_lines(69) + "}\n";
    for (const std::string head :
         {"namespace a ", "DESCRIBE(x, (y)) namespace ", "class b final : public c ",
          "enum class d ", "const std::vector<int> table = ", "template <class T> struct e "}) {
        SCOPED_TRACE(head);
        EXPECT_THAT(check_function_lengths(make_file("a.cpp", head + long_body)), IsEmpty());
    }
    const auto two =
        "void f() {\n" + numbered_lines(68) + "}\nvoid g() {\n" + numbered_lines(68) + "}\n";
    EXPECT_THAT(check_function_lengths(make_file("a.cpp", two)), IsEmpty());
}

TEST(TidyRules, FindAFileInABuildListByItsWholeName) {
    EXPECT_TRUE(names("add_library(a STATIC\n    src/a.cpp)", "src/a.cpp"));
    EXPECT_TRUE(names("SOURCES a.cpp", "a.cpp"));
    EXPECT_FALSE(names("SOURCES aa.cpp a.cpp.in", "a.cpp"));
}

TEST(TidyRules, FindALibraryThatNobodyInstalls) {
    const auto file = make_file("a.cpp",
                                "#include <zlib.h>\n#include <boost/a.hpp>\n"
                                "#include <vector>\n#include <sys/stat.h>\n");
    EXPECT_THAT(check_packages(file, "usable boost/json.hpp x"),
                ElementsAre("a.cpp:1: tools/setup.sh installs no package with zlib.h"));
    EXPECT_THAT(check_packages(file, "usable boost/json.hpp x\nusable zlib.h z"), IsEmpty());
}

// The tests of the tree -------------------------------------------------------------------------

/// Fails with one finding a line, so that editors can jump to them.
void expect_none(const findings& found) {
    std::string text = std::to_string(found.size()) + " found:";
    for (const auto& one : found) text += "\n" + one;
    EXPECT_TRUE(found.empty()) << text;
}

TEST(Tree, IsWhereItShouldBe) { EXPECT_GT(tree().size(), 20U) << root(); }

TEST(Tree, KeepsLinesShortPlainAndWithoutTrailingSpace) { expect_none(check_tree(check_lines)); }

TEST(Tree, StartsEachFileWithTheLicenceLine) { expect_none(check_tree(check_first_line)); }

TEST(Tree, GuardsHeadersAndKeepsNamespacesOutOfThem) { expect_none(check_tree(check_header)); }

TEST(Tree, KeepsFunctionsWithinAScreen) { expect_none(check_tree(check_function_lengths)); }

TEST(Tree, LetsLibrariesNeitherPrintNorEndTheProgram) {
    expect_none(check_tree(check_library_calls));
}

TEST(Tree, NamesRocksdbInCoreAndBenchmarksOnly) { expect_none(check_tree(check_rocksdb)); }

TEST(Tree, KeepsPrivateDependenciesOutOfPublicHeaders) {
    expect_none(check_tree(check_public_includes));
}

TEST(Tree, PointsIncludesOneWay) { expect_none(check_tree(check_include_direction)); }

TEST(Tree, BuildsEverySourceFile) {
    findings found;
    for (const auto& file : tree()) {
        if (file.path.ends_with(".cpp") && !is_built(file)) {
            found.push_back(finding(file, 0, "no CMakeLists.txt names this file"));
        }
    }
    expect_none(found);
}

TEST(Tree, InstallsEveryLibraryThatIsIncluded) {
    const auto setup = read_text(root() / "tools/setup.sh");
    expect_none(check_tree([&](const auto& file) { return check_packages(file, setup); }));
}

TEST(Tree, TestsEveryPublicHeader) {
    std::string tests;
    for (const auto& file : tree()) {
        if (!file.path.starts_with("tests/") || file.path.starts_with("tests/tidy/")) continue;
        for (const auto& line : file.lines) {
            if (line.starts_with("#include")) tests += line + '\n';
        }
    }
    findings found;
    for (const auto& file : tree()) {
        if (!file.is_public() || file.path.find("/detail/") != std::string::npos) continue;
        const auto name = file.path.substr(file.path.find("/include/") + 9);
        if (tests.find("#include <" + name + ">") == std::string::npos) {
            found.push_back(finding(file, 0, "no test includes this public header"));
        }
    }
    expect_none(found);
}

}  // namespace
