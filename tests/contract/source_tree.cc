#include "contract/source_tree.h"

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace latchkey::contract {
namespace {

bool IsOurs(const std::string& path) {
  for (const std::string_view folder : {"build", ".git", ".cache", "fuzz/corpus"}) {
    if (IsUnder(path, folder)) return false;
  }
  return true;
}

bool IsWordByte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

std::ostream& operator<<(std::ostream& out, const Finding& finding) {
  out << finding.path;
  if (finding.line != 0) out << ":" << finding.line;
  return out << ": " << finding.what;
}

testing::AssertionResult Clean(const Findings& findings) {
  if (findings.empty()) return testing::AssertionSuccess();
  auto result = testing::AssertionFailure() << findings.size() << " findings";
  for (const Finding& finding : findings) result << "\n" << finding;
  return result;
}

Tree ReadTree(const std::string& root) {
  Tree tree;
  auto walk = std::filesystem::recursive_directory_iterator(root);
  for (const auto& entry : walk) {
    const std::string path = entry.path().lexically_relative(root).generic_string();
    if (!IsOurs(path)) {
      if (entry.is_directory()) walk.disable_recursion_pending();
      continue;
    }
    if (!entry.is_regular_file() || ExtensionOf(path) == "pyc") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    tree[path] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  return tree;
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool IsUnder(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::string_view ExtensionOf(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
}

bool HasWord(std::string_view line, std::string_view word) {
  for (std::size_t at = line.find(word); at != line.npos; at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !IsWordByte(line[at - 1]) || !IsWordByte(word.front());
    const bool ends = end == line.size() || !IsWordByte(line[end]) || !IsWordByte(word.back());
    if (begins && ends) return true;
  }
  return false;
}

}  // namespace latchkey::contract
