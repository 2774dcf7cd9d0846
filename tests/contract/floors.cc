#include "contract/floors.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <sstream>

namespace latchkey::contract {
namespace {

struct Include {
  std::size_t line;
  std::string target;
  bool quoted;
};

std::optional<Include> ParseInclude(std::string_view line, std::size_t number) {
  const std::size_t hash = line.find_first_not_of(" \t");
  if (hash == line.npos || line[hash] != '#') return std::nullopt;
  line.remove_prefix(hash + 1);
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t")));
  if (!line.starts_with("include")) return std::nullopt;
  const std::size_t open = line.find_first_of("\"<");
  const std::size_t close = line.find_last_of("\">");
  if (open == line.npos || close <= open) return std::nullopt;
  return Include{number, std::string(line.substr(open + 1, close - open - 1)), line[open] == '"'};
}

std::vector<Include> IncludesOf(std::string_view text) {
  std::vector<Include> includes;
  std::size_t number = 0;
  for (const std::string_view line : LinesOf(text)) {
    if (auto include = ParseInclude(line, ++number)) includes.push_back(*std::move(include));
  }
  return includes;
}

// "engine/kv/env.h" -> "kv"; empty for anything that is not in a folder of engine/.
std::string FloorOf(std::string_view path) {
  if (!IsUnder(path, "engine")) return {};
  path.remove_prefix(std::string_view("engine/").size());
  const std::size_t slash = path.find('/');
  return slash == path.npos ? std::string() : std::string(path.substr(0, slash));
}

std::string FolderOf(std::string_view path) {
  return std::string(path.substr(0, std::min(path.size(), path.rfind('/'))));
}

// The handles a service calls; everything else in include/latchkey is vocabulary.
bool IsRoof(std::string_view header) {
  static const std::set<std::string_view> roof = {
      "latchkey/engine.h", "latchkey/keys.h", "latchkey/directory.h",     "latchkey/policies.h",
      "latchkey/access.h", "latchkey/feed.h", "latchkey/context_rules.h", "latchkey/testing.h"};
  return roof.contains(header);
}

bool IsDoor(std::string_view target) {
  return target == "lmdb.h" || target == "sodium.h" || target.starts_with("sodium/") ||
         target.ends_with(".pb.h");
}

// What is wrong with `include` in the file `path` of floor `floor`; empty if nothing is.
std::string WrongInEngine(const std::string& path, const std::string& floor, const Include& include,
                          const Floors& floors) {
  const std::string& target = include.target;
  if (floor == "hosts") {
    const bool own = FolderOf(target) == FolderOf(path);
    return IsUnder(target, "engine") && !own ? "a host sees include/latchkey only" : "";
  }
  if (IsUnder(target, "latchkey")) {
    return IsRoof(target) && floor != "facade" ? "only the facade sees the roof" : "";
  }
  if (!IsUnder(target, "engine")) {
    const bool spelt_from_root = IsUnder(target, "absl") || IsUnder(target, "google");
    return include.quoted && !spelt_from_root ? "spell the include from the root" : "";
  }
  const std::string aim = FloorOf(target);
  if (aim == floor) return "";
  const auto row = floors.below.find(floor);
  const bool down = row != floors.below.end() && row->second.contains(aim);
  return down ? "" : "an include of " + target + " does not go down";
}

}  // namespace

Floors ParseFloors(std::string_view cmake_text) {
  Floors floors;
  for (const std::string_view line : LinesOf(cmake_text)) {
    if (!line.starts_with("set(") || !line.ends_with(")")) continue;
    std::istringstream words{std::string(line.substr(4, line.size() - 5))};
    std::string name;
    words >> name;
    std::vector<std::string> values;
    for (std::string value; words >> value;) {
      if (value != "\"\"") values.push_back(value);
    }
    if (name == "latchkey_floors") floors.order = values;
    if (name.starts_with("below_")) floors.below[name.substr(6)] = {values.begin(), values.end()};
  }
  return floors;
}

Findings CheckFloorTable(const Floors& floors) {
  Findings findings;
  std::set<std::string> standing;
  for (const std::string& floor : floors.order) {
    const auto row = floors.below.find(floor);
    if (row == floors.below.end()) {
      findings.push_back({"cmake/floors.cmake", 0, floor + " has no row"});
      continue;
    }
    for (const std::string& below : row->second) {
      if (!standing.contains(below)) {
        findings.push_back({"cmake/floors.cmake", 0, floor + " stands on " + below + ", not yet"});
      }
    }
    standing.insert(floor);
  }
  return findings;
}

Findings CheckFolders(const Tree& tree, const Floors& floors) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (!IsUnder(path, "engine") || !(IsCpp(path) || path.ends_with(".proto"))) continue;
    const std::string floor = FloorOf(path);
    if (floor == "hosts") continue;
    const bool known = std::ranges::find(floors.order, floor) != floors.order.end();
    if (!known || FolderOf(path) != "engine/" + floor) {
      findings.push_back({path, 0, "lies in no floor's folder, so it is in no build"});
    }
  }
  return findings;
}

Findings CheckEngineIncludes(const Tree& tree, const Floors& floors) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    const std::string floor = FloorOf(path);
    if (floor.empty() || !IsCpp(path)) continue;
    for (const Include& include : IncludesOf(text)) {
      const std::string wrong = WrongInEngine(path, floor, include, floors);
      if (!wrong.empty()) findings.push_back({path, include.line, wrong});
    }
  }
  return findings;
}

Findings CheckPublicIncludes(const Tree& tree) {
  Findings findings;
  for (const auto& [path, text] : tree) {
    if (!IsUnder(path, "include") || !IsCpp(path)) continue;
    const bool roof = IsRoof(path.substr(std::string_view("include/").size()));
    for (const Include& include : IncludesOf(text)) {
      const std::string& target = include.target;
      const bool ours = IsUnder(target, "latchkey");
      const bool standard = !include.quoted && target.find_first_of("./") == std::string::npos;
      if (!ours && !standard && !IsUnder(target, "absl")) {
        findings.push_back({path, include.line, "a public header shows " + target});
      }
      if (IsRoof(target) && !roof) {
        findings.push_back({path, include.line, "the vocabulary sees the roof"});
      }
    }
    if (!roof && text.find("facade::Core") != std::string::npos) {
      findings.push_back({path, 1, "a handle of the engine that the roof does not list"});
    }
  }
  return findings;
}

Findings CheckDoors(const Tree& tree) {
  Findings findings;
  std::map<std::string, std::vector<std::string>> users;  // floor -> files
  for (const auto& [path, text] : tree) {
    const std::string floor = FloorOf(path);
    if (floor.empty() || !IsCpp(path)) continue;
    for (const Include& include : IncludesOf(text)) {
      const std::string& target = include.target;
      if (!IsDoor(target)) continue;
      const std::string owner = target == "lmdb.h"          ? "kv"
                                : target.ends_with(".pb.h") ? "codec"
                                                            : "crypto";
      if (floor != owner) {
        findings.push_back({path, include.line, target + " is the business of engine/" + owner});
      } else if (owner != "codec") {
        users[owner].push_back(path);
      }
    }
  }
  for (auto& [floor, files] : users) {
    files.erase(std::unique(files.begin(), files.end()), files.end());
    for (std::size_t i = 1; i < files.size(); ++i) {
      findings.push_back({files[i], 0, "a second door beside " + files.front()});
    }
  }
  return findings;
}

Findings CheckCircles(const Tree& tree) {
  Findings findings;
  enum class Mark { kOpen, kDone };
  std::map<std::string, Mark> marks;
  const std::function<void(const std::string&)> visit = [&](const std::string& path) {
    const auto file = tree.find(path);
    if (file == tree.end() || marks.contains(path)) return;
    marks[path] = Mark::kOpen;
    for (const Include& include : IncludesOf(file->second)) {
      const std::string next =
          IsUnder(include.target, "latchkey") ? "include/" + include.target : include.target;
      const auto mark = marks.find(next);
      if (mark != marks.end() && mark->second == Mark::kOpen) {
        findings.push_back({path, include.line, "closes a circle with " + next});
      }
      visit(next);
    }
    marks[path] = Mark::kDone;
  };
  for (const auto& [path, text] : tree) {
    if (ExtensionOf(path) == "h") visit(path);
  }
  return findings;
}

}  // namespace latchkey::contract
