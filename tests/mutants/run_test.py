"""Tests of run.py on a project of one function: does it say killed, survived and error where each
is true? The canary is a mutant that changes nothing and therefore must survive."""

import pathlib
import tempfile
import unittest

import run

CMAKE = """
cmake_minimum_required(VERSION 3.25)
project(sample LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(GTest REQUIRED)
add_executable(sample_tests larger.cc larger_test.cc)
target_link_libraries(sample_tests PRIVATE GTest::gtest_main)
"""

SOURCE = """
int Larger(int a, int b) {
  if (a > b) return a;
  return b;
}
"""

TESTS = """
#include <gtest/gtest.h>
int Larger(int a, int b);
TEST(Larger, IsTheSecond) { EXPECT_EQ(Larger(1, 2), 2); }
TEST(Larger, IsTheFirst) { EXPECT_EQ(Larger(2, 1), 2); }
TEST(Broken, FailsAnyhow) { EXPECT_EQ(Larger(1, 2), 1); }
"""

GOOD = "sample_tests --gtest_filter=Larger.*"

MUTANTS = {  # name: (find, replace, tests, verdict)
    "canary": ("return b;", "return (b);", GOOD, "survived"),
    "inverted": ("a > b", "a < b", GOOD, "killed"),
    "unnoticed": ("a > b", "a < b", "sample_tests --gtest_filter=Larger.None*", "error"),
    "crash": ("return b;", "__builtin_abort();", GOOD, "killed"),
    "hang": ("return b;", "for (volatile int i = 0;;) i = b;", GOOD, "killed"),
    "no_such_text": ("a >= b", "a > b", GOOD, "error"),
    "text_twice": ("return", "return 0 +", GOOD, "error"),
    "does_not_compile": ("return b;", "return c;", GOOD, "error"),
    "red_before": ("a > b", "a < b", "sample_tests --gtest_filter=Broken.*", "error"),
    "no_program": ("a > b", "a < b", "other_tests", "error"),
}


class RunnerTest(unittest.TestCase):
    def test_says_killed_survived_and_error_where_each_is_true(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder) / "project"
            root.mkdir()
            sources = {"CMakeLists.txt": CMAKE, "larger.cc": SOURCE, "larger_test.cc": TESTS}
            for name, text in sources.items():
                (root / name).write_text(text)
            paths = []
            for name, (find, replace, tests, _) in MUTANTS.items():
                paths.append(pathlib.Path(folder) / f"{name}.mutant")
                paths[-1].write_text(f"file: larger.cc\nfind: {find}\nreplace: {replace}\n"
                                     f"tests: {tests}\nwhy: the self-test\n")
            paths.append(pathlib.Path(folder) / "half.mutant")
            paths[-1].write_text("file: larger.cc\nfind: a > b\n")

            said = []
            run.SLOWEST_SECONDS = 2
            runner = run.Runner(root, list(sources), pathlib.Path(folder) / "work", 2, [],
                                say=said.append)
            counts = runner.run(paths)

            verdicts = {line.split()[1].rstrip(":"): line.split()[0] for line in said}
            wanted = {name: verdict for name, (*_, verdict) in MUTANTS.items()}
            self.assertEqual(verdicts, wanted | {"half": "error"}, "\n".join(said))
            self.assertEqual(counts, {"killed": 3, "survived": 1, "error": 7})
            for bench in runner.benches:
                self.assertEqual((bench.tree / "larger.cc").read_text(), SOURCE)  # repaired
            self.assertEqual((root / "larger.cc").read_text(), SOURCE)  # never touched


if __name__ == "__main__":
    unittest.main()
