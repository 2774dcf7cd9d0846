// tests/oracle/oracle_rule.h: rules of domain P-5, a second time.
//
// Method: no arithmetic on dates. A calendar is written down day by day, by the rules that a child
// learns; a clock shows a text, and texts are compared.
#ifndef LATCHKEY_TESTS_ORACLE_ORACLE_RULE_H_
#define LATCHKEY_TESTS_ORACLE_ORACLE_RULE_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "oracle/world.h"

namespace oracle {

// What a wall shows so many minutes east of UTC, in the years 1900 to 2100.
struct Wall {
  std::string date;   // 2026-12-24
  std::string time;   // 09:00:00.000000
  int weekday_1 = 0;  // 1, Monday, to 7
};

using StringHolds = std::function<bool(const Condition& condition, const std::string& attribute)>;

namespace rule_detail {

inline std::string Digits(long long number, std::size_t count) {
  std::string text = std::to_string(number);
  while (text.size() < count) text.insert(0, "0");
  return text;
}

inline bool IsLeap(int year) { return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0); }

inline int DaysOf(int month, int year) {
  if (month == 2) return IsLeap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

struct Day {
  std::string date;
  int weekday_1;
};

struct Calendar {
  std::vector<Day> days;
  std::map<std::string, std::size_t> place;  // in `days`
};

inline const Calendar& TheCalendar() {
  static const Calendar calendar = [] {
    Calendar made;
    int weekday_1 = 1;  // 1900-01-01 was a Monday
    for (int year = 1900; year <= 2100; ++year) {
      for (int month = 1; month <= 12; ++month) {
        for (int day = 1; day <= DaysOf(month, year); ++day) {
          const std::string date = Digits(year, 4) + "-" + Digits(month, 2) + "-" + Digits(day, 2);
          made.place[date] = made.days.size();
          made.days.push_back({date, weekday_1});
          weekday_1 = weekday_1 == 7 ? 1 : weekday_1 + 1;
        }
      }
    }
    return made;
  }();
  return calendar;
}

// 'd' stands for a digit.
inline bool HasForm(const std::string& text, const std::string& form) {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == 'd' ? !digit : text[i] != form[i]) return false;
  }
  return true;
}

inline bool IsTime(const std::string& text) {
  return HasForm(text, "dd:dd:dd") && text.substr(0, 2) <= "23" && text.substr(3, 2) <= "59" &&
         text.substr(6, 2) <= "59";
}
inline bool IsDate(const std::string& text) { return TheCalendar().place.contains(text); }
inline bool IsDateTime(const std::string& text) {
  return text.size() == 19 && text[10] == 'T' && IsDate(text.substr(0, 10)) &&
         IsTime(text.substr(11));
}

inline std::optional<int> OffsetOf(const std::string& text) {
  const bool east = HasForm(text, "+dd:dd");
  if (!east && !HasForm(text, "-dd:dd")) return std::nullopt;
  const std::string digits = text.substr(1);
  if (digits > "14:00" || digits.substr(3) > "59" || text == "-00:00") return std::nullopt;
  const int minutes = std::stoi(digits.substr(0, 2)) * 60 + std::stoi(digits.substr(3));
  return east ? minutes : -minutes;
}

}  // namespace rule_detail

// +05:45
inline std::string OffsetText(int minutes) {
  const int size = minutes < 0 ? -minutes : minutes;
  return (minutes < 0 ? "-" : "+") + rule_detail::Digits(size / 60, 2) + ":" +
         rule_detail::Digits(size % 60, 2);
}

inline Wall WallAt(long long now_us, int offset_minutes) {
  const rule_detail::Calendar& calendar = rule_detail::TheCalendar();
  const long long day_us = 24LL * 60 * 60 * 1'000'000;
  const auto epoch = static_cast<long long>(calendar.place.at("1970-01-01"));
  const long long since_1900 = now_us + offset_minutes * 60'000'000LL + epoch * day_us;
  const rule_detail::Day& day = calendar.days.at(static_cast<std::size_t>(since_1900 / day_us));
  const long long us = since_1900 % day_us;
  const long long seconds = us / 1'000'000;
  return {day.date,
          rule_detail::Digits(seconds / 3600, 2) + ":" + rule_detail::Digits(seconds / 60 % 60, 2) +
              ":" + rule_detail::Digits(seconds % 60, 2) + "." +
              rule_detail::Digits(us % 1'000'000, 6),
          day.weekday_1};
}

namespace rule_detail {

enum class Truth { kNo, kYes, kCannotSay };

inline Truth Compared(const std::string& how, const std::string& shown, const std::string& wanted) {
  bool holds = false;
  if (how == "LessThan") {
    holds = shown < wanted;
  } else if (how == "LessThanOrEquals") {
    holds = shown <= wanted;
  } else if (how == "GreaterThan") {
    holds = shown > wanted;
  } else if (how == "GreaterThanOrEquals") {
    holds = shown >= wanted;
  } else {
    return Truth::kCannotSay;
  }
  return holds ? Truth::kYes : Truth::kNo;
}

inline bool Begins(const std::string& text, const std::string& with) {
  return text.compare(0, with.size(), with) == 0;
}

// One value of a condition over the clock.
inline Truth AtClock(const std::string& key, const std::string& op, const std::string& value,
                     long long now_us) {
  if (value.size() < 6) return Truth::kCannotSay;
  const std::string text = value.substr(0, value.size() - 6);
  const std::optional<int> offset = OffsetOf(value.substr(value.size() - 6));
  if (!offset) return Truth::kCannotSay;
  const Wall wall = WallAt(now_us, *offset);
  if (key == "{{environment.attributes.day_of_week}}" &&
      (op == "dayOfWeekEquals" || op == "dayOfWeekAnyOf")) {
    if (!HasForm(text, "d") || text < "1" || text > "7") return Truth::kCannotSay;
    return text == std::to_string(wall.weekday_1) ? Truth::kYes : Truth::kNo;
  }
  if (key == "{{environment.attributes.current_time}}" && Begins(op, "time") && IsTime(text)) {
    return Compared(op.substr(4), wall.time, text + ".000000");
  }
  if (key != "{{environment.attributes.current_date_time}}") return Truth::kCannotSay;
  if (Begins(op, "dateTime") && IsDateTime(text)) {
    return Compared(op.substr(8), wall.date + "T" + wall.time, text + ".000000");
  }
  if (Begins(op, "date") && !Begins(op, "dateTime") && IsDate(text)) {
    return Compared(op.substr(4), wall.date, text);
  }
  return Truth::kCannotSay;
}

// X of {{resource.attributes.X}}, or nothing.
inline std::string AttributeNamed(const std::string& key) {
  const std::string before = "{{resource.attributes.";
  if (!Begins(key, before) || key.size() < before.size() + 2) return "";
  if (key.substr(key.size() - 2) != "}}") return "";
  return key.substr(before.size(), key.size() - before.size() - 2);
}

inline Truth Of(const Condition& condition, long long now_us, const StringHolds& string_holds) {
  const std::string& op = condition.op;
  const bool any_of = op.size() > 5 && op.substr(op.size() - 5) == "AnyOf";
  if (condition.values.empty() || condition.values.size() > (any_of ? 10U : 1U)) {
    return Truth::kCannotSay;
  }
  if (Begins(op, "string")) {
    const std::string attribute = AttributeNamed(condition.key);
    if (attribute.empty()) return Truth::kCannotSay;
    return string_holds(condition, attribute) ? Truth::kYes : Truth::kNo;
  }
  Truth truth = Truth::kNo;
  for (const std::string& value : condition.values) {
    const Truth one = AtClock(condition.key, op, value, now_us);
    if (one == Truth::kCannotSay) return Truth::kCannotSay;
    if (one == Truth::kYes) truth = Truth::kYes;
  }
  return truth;
}

inline bool Joined(const std::string& join, const std::vector<bool>& parts) {
  bool all = true;
  bool any = false;
  for (const bool part : parts) {
    all = all && part;
    any = any || part;
  }
  return join == "or" ? any : all;
}

}  // namespace rule_detail

// Also if there is no rule.
inline bool RuleHolds(const Rule& rule, long long now_us, const StringHolds& string_holds) {
  if (rule.groups.empty()) return true;
  if (rule.join.empty() && (rule.groups.size() != 1 || !rule.groups[0].join.empty())) return false;
  std::size_t conditions = 0;
  std::vector<bool> groups;
  for (const Group& group : rule.groups) {
    if (group.conditions.empty()) return false;
    if (group.join.empty() && group.conditions.size() != 1) return false;
    std::vector<bool> parts;
    for (const Condition& condition : group.conditions) {
      const rule_detail::Truth truth = rule_detail::Of(condition, now_us, string_holds);
      if (truth == rule_detail::Truth::kCannotSay || ++conditions > 10) return false;
      parts.push_back(truth == rule_detail::Truth::kYes);
    }
    groups.push_back(rule_detail::Joined(group.join, parts));
  }
  return rule_detail::Joined(rule.join, groups);
}

}  // namespace oracle

#endif  // LATCHKEY_TESTS_ORACLE_ORACLE_RULE_H_
