// Goal: the habits of the house hold in every file. Method: read them all. Each checker also gets a
// tree with a planted violation, and must find exactly that.
#include "contract/tidy.h"

#include <fstream>
#include <iterator>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace latchkey::contract {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::SizeIs;

const Tree& RealTree() {
  static const Tree tree = ReadTree(LATCHKEY_SOURCE_DIR);
  return tree;
}

std::string BinaryFile(const std::string& name) {
  std::ifstream in(std::string(LATCHKEY_BINARY_DIR) + "/" + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

auto At(const std::string& path) { return Field(&Finding::path, path); }
auto Line(std::size_t number) { return Field(&Finding::line, number); }

TEST(Tidy, TheWholeTreeIsRead) {
  EXPECT_TRUE(RealTree().contains("dev"));
  EXPECT_TRUE(RealTree().contains(".ci/run"));
  EXPECT_TRUE(RealTree().contains("include/latchkey/version.h"));
  EXPECT_TRUE(RealTree().contains("tests/contract/tidy_test.cc"));
}

TEST(Tidy, LayoutIsKept) { EXPECT_TRUE(Clean(CheckLayout(RealTree()))); }

TEST(Tidy, NothingIsLeftOverOrSwitchedOff) { EXPECT_TRUE(Clean(CheckLeftovers(RealTree()))); }

TEST(Tidy, ScriptsNameNoHost) { EXPECT_TRUE(Clean(CheckHosts(RealTree()))); }

TEST(Tidy, TheLibraryIsSilent) { EXPECT_TRUE(Clean(CheckLibraryIsSilent(RealTree()))); }

TEST(Tidy, TestsDoNotSleep) { EXPECT_TRUE(Clean(CheckTestsDoNotSleep(RealTree()))); }

TEST(Tidy, EverySourceIsBuilt) {
  EXPECT_TRUE(Clean(CheckSourcesAreBuilt(RealTree(), BinaryFile("compile_commands.json"))));
}

TEST(Tidy, EveryMutantApplies) { EXPECT_TRUE(Clean(CheckMutantsApply(RealTree()))); }

// The version is the project's; the header repeats it for the preprocessor.
TEST(Tidy, TheHeaderHasTheVersionOfTheProject) {
  const std::string& header = RealTree().at("include/latchkey/version.h");
  EXPECT_THAT(header, testing::HasSubstr("LATCHKEY_VERSION_STRING \"" LATCHKEY_VERSION "\""));
}

TEST(TidyChecker, FindsEveryFaultOfLayout) {
  const std::string wide(101, 'x');
  const std::string hundred_characters = std::string(99, 'x') + "\u2192";
  const Tree tree = {{"engine/kv/a.cc", wide + "\n\tint x;\nint y; \n" + hundred_characters + "\n"},
                     {"engine/kv/b.cc", "int x;"},
                     {"tests/kv/c.cc", std::string(601, '\n')},
                     {"tests/kv/d_rows.h", wide + "\n{1, 2}, \n"},
                     {"README.md", wide + "\n"}};
  EXPECT_THAT(CheckLayout(tree), ElementsAre(Line(1), Line(2), Line(3), At("engine/kv/b.cc"),
                                             At("tests/kv/c.cc"), At("tests/kv/d_rows.h")));
}

TEST(TidyChecker, FindsLeftovers) {
  const Tree tree = {{"a.cc",
                      "// TO"
                      "DO: later\n"},
                     {"b.cc",
                      "TEST(A, DISABLED"
                      "_B) {}\n"},
                     {"c.cc",
                      "GTEST_"
                      "SKIP();\n"},
                     {"d.cc",
                      "int x;  // NO"
                      "LINT(all)\n"},
                     {"e.md",
                      "in /wo"
                      "rk/main\n"},
                     {"fine.cc", "mkdtemp(\"dir-XXXXXX\"); int network;\n"}};
  EXPECT_THAT(CheckLeftovers(tree),
              ElementsAre(At("a.cc"), At("b.cc"), At("c.cc"), At("d.cc"), At("e.md")));
}

TEST(TidyChecker, FindsAHostInAScript) {
  const Tree tree = {{"dev",
                      "curl https:/"
                      "/example.org\n"},
                     {"README.md",
                      "https:/"
                      "/example.org\n"}};
  EXPECT_THAT(CheckHosts(tree), ElementsAre(At("dev")));
}

TEST(TidyChecker, FindsALibraryThatPrintsOrExits) {
  const Tree tree = {{"engine/base/a.cc", "std::cout << 1;\n"},
                     {"engine/base/b.cc", "std::fprintf(stderr, \"x\");\n"},
                     {"engine/base/c.cc", "std::exit(1);\n"},
                     {"engine/base/fine.cc", "snprintf(a, b);  // may exit(1)\n"},
                     {"engine/hosts/demo/main.cc", "printf(\"x\");\n"}};
  EXPECT_THAT(CheckLibraryIsSilent(tree),
              ElementsAre(At("engine/base/a.cc"), At("engine/base/b.cc"), At("engine/base/c.cc")));
}

TEST(TidyChecker, FindsATestThatSleeps) {
  const Tree tree = {{"tests/kv/a.cc", "std::this_thread::sleep_for(1s);\n"},
                     {"tests/kv/b.cc", "absl::SleepFor(d);\n"},
                     {"tests/kv/fine.cc", "// no sleep_for here\n"}};
  EXPECT_THAT(CheckTestsDoNotSleep(tree), SizeIs(2));
}

TEST(TidyChecker, FindsASourceThatIsNotBuilt) {
  const Tree tree = {{"tests/kv/a_test.cc", ""},
                     {"tests/kv/b_test.cc", ""},
                     {"tests/contract/consumer/main.cc", ""}};
  EXPECT_THAT(CheckSourcesAreBuilt(tree, R"("file": "/x/tests/kv/a_test.cc")"),
              ElementsAre(At("tests/kv/b_test.cc")));
}

TEST(TidyChecker, FindsAMutantThatNoLongerApplies) {
  const Tree tree = {{"engine/kv/env.cc", "if (a) b();\nif (a) c();\n"},
                     {"tests/mutants/gone.mutant", "file: engine/kv/env.cc\nfind: if (d)\n"},
                     {"tests/mutants/good.mutant", "file: engine/kv/env.cc\nfind:  if (a) b(); \n"},
                     {"tests/mutants/none.mutant", "file: engine/kv/old.cc\nfind: if (a)\n"},
                     {"tests/mutants/twice.mutant", "file: engine/kv/env.cc\nfind: if (a)\n"}};
  EXPECT_THAT(CheckMutantsApply(tree),
              ElementsAre(At("tests/mutants/gone.mutant"), At("tests/mutants/none.mutant"),
                          At("tests/mutants/twice.mutant")));
}

}  // namespace
}  // namespace latchkey::contract
