#include "authz/who_may_table.h"

#include <algorithm>

#include "authz/who_may_world.h"

namespace latchkey::authz::who_may_world {
namespace {

std::string Trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(Trim(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

Table::Table(std::string_view text) {
  lists_["@rest"] = kInside;
  lists_["@inside"] = kInside;
  lists_["@outside"] = kOutside;
  std::string begun;
  for (const std::string& line : Split(text, '\n')) {
    begun += line;
    if (line.ends_with(',') && !begun.starts_with('#')) continue;
    ReadLine(begun);
    begun.clear();
  }
}

void Table::ReadLine(std::string_view line) {
  if (line.empty() || line.front() == '#') return;
  if (const std::vector<std::string> columns = Split(line, '|'); columns.size() == 5) {
    ++rows_;
    ReadRow(columns);
  } else if (const std::vector<std::string> definition = Split(line, '=');
             definition.size() == 2 && definition[0].starts_with('@')) {
    lists_[definition[0]] = Expand(definition[1]);
  } else {
    errors_.push_back("not a row: " + std::string(line));
  }
}

std::vector<std::string> Table::Expand(std::string_view list) {
  std::vector<std::string> names;
  for (const std::string& name : Split(list, ',')) {
    if (!name.starts_with('@')) {
      names.push_back(name);
    } else if (lists_.contains(name)) {
      names.insert(names.end(), lists_[name].begin(), lists_[name].end());
    } else {
      errors_.push_back("unknown list: " + name);
    }
  }
  return names;
}

void Table::ReadRow(const std::vector<std::string>& columns) {
  const bool rest = columns[1] == "@rest";
  for (const std::string& act : Expand(columns[0])) {
    for (const std::string& caller : Expand(columns[1])) {
      for (const std::string& target : Expand(columns[2])) {
        for (const std::string& setting : Expand(columns[3])) {
          AddCell(act, caller, target, setting, columns[4], rest);
        }
      }
    }
  }
}

void Table::AddCell(const std::string& act, const std::string& caller, const std::string& target,
                    const std::string& setting, const std::string& answer, bool rest) {
  const bool added = seen_.emplace(std::tuple(act, caller, target, setting), rest).second;
  if (!added && rest) return;
  const std::string where = act + " | " + caller + " | " + target + " | " + setting;
  if (!added) errors_.push_back("given twice: " + where);
  const auto name = std::ranges::find(kActNames, act);
  if (name == kActNames.end()) {
    errors_.push_back("unknown act: " + where);
    return;
  }
  for (const Answer one : {Answer::kYes, Answer::kNotVisible, Answer::kNotAllowed}) {
    if (TextOf(one) != answer) continue;
    cells_.push_back({.act = static_cast<Act>(name - kActNames.begin()),
                      .act_name = act,
                      .caller = caller,
                      .target = target,
                      .setting = setting,
                      .answer = one});
    return;
  }
  errors_.push_back("unknown answer: " + where + " | " + answer);
}

}  // namespace latchkey::authz::who_may_world
