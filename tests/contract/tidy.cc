#include "contract/tidy.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace latchkey::contract {
namespace {

constexpr std::size_t kColumnsMax = 100;
constexpr std::size_t kLinesMax = 600;

bool IsScript(std::string_view path) {
  const std::string_view extension = ExtensionOf(path);
  return path == "dev" || path == ".ci/run" || path.ends_with("CMakeLists.txt") ||
         path == "CMakePresets.json" || path == "vcpkg.json" || extension == "cmake" ||
         extension == "in" || extension == "py" || extension == "sh";
}

bool IsSource(std::string_view path) {
  return IsCpp(path) || IsScript(path) || ExtensionOf(path) == "proto";
}

// Characters, not bytes: continuation bytes of UTF-8 take no column.
std::size_t ColumnsOf(std::string_view line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string_view WithoutComment(std::string_view line) { return line.substr(0, line.find("//")); }

using LineCheck = std::function<std::string(std::string_view line)>;  // "": nothing is wrong

void CheckLines(const std::string& path, std::string_view text, const LineCheck& check,
                Findings& findings) {
  std::size_t number = 0;
  for (const std::string_view line : LinesOf(text)) {
    std::string wrong = check(line);
    ++number;
    if (!wrong.empty()) findings.push_back({path, number, std::move(wrong)});
  }
}

std::string FirstWordIn(std::string_view line, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (HasWord(line, word)) return word;
  }
  return {};
}

// The rules that tables keep too: one row per line, however wide, for a broken row is no row.
std::string WrongBlanks(std::string_view line) {
  if (line.find('\t') != line.npos) return "a tab";
  if (line.ends_with(' ') || line.ends_with('\r')) return "a blank at the end";
  return {};
}

std::string WrongLayout(std::string_view line) {
  return ColumnsOf(line) > kColumnsMax ? "more than 100 columns" : WrongBlanks(line);
}

std::string Leftover(std::string_view line) {
  static const std::vector<std::string> words = {
      "TO"
      "DO",
      "FIX"
      "ME",
      "XX"
      "X",
      "HA"
      "CK",
      "GTEST_"
      "SKIP"};
  static const std::array<std::string, 4> parts = {
      "DISABLED"
      "_",
      "NO"
      "LINT",
      "/wo"
      "rk/",
      "/fa"
      "rm/"};
  for (const std::string& part : parts) {
    if (line.find(part) != line.npos) return part;
  }
  return FirstWordIn(line, words);
}

// The value of `key` in the text of a mutant file, without blanks around it.
std::string_view FieldOf(std::string_view text, std::string_view key) {
  for (std::string_view line : LinesOf(text)) {
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == line.npos) return {};
    return line.substr(first, line.find_last_not_of(" \t") - first + 1);
  }
  return {};
}

std::size_t CountOf(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

// tests/kv/env_test.cc, not tests/contract/consumer/main.cc: deeper ones are inputs of tests.
bool IsBuiltByGlob(std::string_view path) {
  if (ExtensionOf(path) != "cc") return false;
  const auto depth = std::ranges::count(path, '/');
  return IsUnder(path, "engine") || (IsUnder(path, "tests") && depth == 2) ||
         (IsUnder(path, "fuzz") && path.ends_with("_fuzz.cc"));
}

}  // namespace

Findings CheckLayout(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (!IsSource(path)) continue;
    CheckLines(path, text, path.ends_with("_rows.h") ? WrongBlanks : WrongLayout, findings);
    if (!text.empty() && text.back() != '\n') findings.push_back({path, 0, "no end of line"});
    if (LinesOf(text).size() > kLinesMax) findings.push_back({path, 0, "more than 600 lines"});
  }
  return findings;
}

Findings CheckLeftovers(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (path != "LICENSE") CheckLines(path, text, Leftover, findings);
  }
  return findings;
}

Findings CheckHosts(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (!IsScript(path)) continue;
    CheckLines(
        path, text,
        [](std::string_view line) {
          return line.find(
                     ":/"
                     "/") != line.npos
                     ? "a host"
                     : "";
        },
        findings);
  }
  return findings;
}

Findings CheckLibraryIsSilent(const Tree& tree) {
  static const std::vector<std::string> banned = {
      "cout",  "cerr",    "clog",  "iostream", "printf(",     "fprintf(", "vprintf(",
      "puts(", "syslog(", "exit(", "_exit(",   "quick_exit(", "abort(",   "terminate("};
  Findings findings;
  for (const auto& [path, text] : tree) {
    const bool library = IsUnder(path, "engine") || IsUnder(path, "include");
    const bool invariant = path == "engine/base/invariant.cc";
    if (!library || !IsCpp(path) || invariant || IsUnder(path, "engine/hosts")) continue;
    CheckLines(
        path, text, [](std::string_view line) { return FirstWordIn(WithoutComment(line), banned); },
        findings);
  }
  return findings;
}

Findings CheckTestsDoNotSleep(const Tree& tree) {
  static const std::vector<std::string> banned = {"sleep_for", "sleep_until", "SleepFor",
                                                  "usleep(",   "sleep(",      "nanosleep("};
  // Files that may, each with its reason.
  static const std::map<std::string, std::string, std::less<>> allowed = {};
  Findings findings;
  for (const auto& [path, text] : tree) {
    const bool this_check = path.starts_with("tests/contract/tidy");
    if (!IsUnder(path, "tests") || !IsCpp(path) || this_check || allowed.contains(path)) continue;
    CheckLines(
        path, text, [](std::string_view line) { return FirstWordIn(WithoutComment(line), banned); },
        findings);
  }
  return findings;
}

Findings CheckSourcesAreBuilt(const Tree& tree, std::string_view compile_commands) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (!IsBuiltByGlob(path)) continue;
    if (compile_commands.find("/" + path + "\"") == compile_commands.npos) {
      findings.push_back({path, 0, "no program is built from it"});
    }
  }
  return findings;
}

Findings CheckMutantsApply(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (ExtensionOf(path) != "mutant") continue;
    const auto file = tree.find(FieldOf(text, "file:"));
    const std::string_view find = FieldOf(text, "find:");
    if (file == tree.end()) {
      findings.push_back({path, 0, "its file does not exist"});
    } else if (find.empty() || CountOf(file->second, find) != 1) {
      findings.push_back({path, 0, "its text does not occur exactly once"});
    }
  }
  return findings;
}

}  // namespace latchkey::contract
