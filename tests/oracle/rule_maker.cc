// Rules, tags and times of the random worlds. Few moments and few offsets, so that the clock stands
// at, just before and just after what the rules name.
#include <algorithm>

#include "oracle/oracle_rule.h"
#include "oracle/world_maker.h"

namespace oracle {
namespace {

using Texts = std::vector<std::string>;

constexpr long long kSecondUs = 1'000'000;
constexpr long long kHourUs = 3600 * kSecondUs;

// A leap day from both sides, the end of a year and of a century's last but one, days on either
// side of the epoch and of a week's end, all in UTC.
const std::vector<long long>& Moments() {
  static const std::vector<long long> moments = {
      1'835'393'400 * kSecondUs,  // 2028-02-28T23:30:00
      1'835'438'400 * kSecondUs,  // 2028-02-29T12:00:00
      1'772'323'200 * kSecondUs,  // 2026-03-01T00:00:00, a Sunday
      1'798'754'400 * kSecondUs,  // 2026-12-31T22:00:00
      946'684'799 * kSecondUs,    // 1999-12-31T23:59:59
      -43'200 * kSecondUs,        // 1969-12-31T12:00:00
  };
  return moments;
}
const std::vector<int>& Offsets() {
  static const std::vector<int> minutes = {0, -300, 345, 840, -840};
  return minutes;
}
const Texts& StringOperators() {
  static const Texts texts = {"stringEquals", "stringMatch", "stringExists", "stringEqualsAnyOf",
                              "stringMatchAnyOf"};
  return texts;
}
const Texts& ClockOperators() {
  static const Texts texts = {"timeLessThan",
                              "timeLessThanOrEquals",
                              "timeGreaterThan",
                              "dateLessThan",
                              "dateLessThanOrEquals",
                              "dateGreaterThan",
                              "dateTimeLessThan",
                              "dateTimeLessThanOrEquals",
                              "dateTimeGreaterThan",
                              "dayOfWeekEquals",
                              "dayOfWeekAnyOf",
                              "timeGreaterThanOrEquals",
                              "dateTimeGreaterThanOrEquals",
                              "dateGreaterThanOrEquals"};
  return texts;
}
const Texts& AttributeKeys() {
  static const Texts texts = {"resource", "region", "serviceName", "resourceGroupId"};
  return texts;
}
const Texts& AttributeValues() {
  static const Texts texts = {"key", "key-1", "kms", "iam-identity", "a/../key"};
  return texts;
}
const Texts& AttributePatterns() {
  static const Texts texts = {"*", "k*", "???", "key-?", "*k*y"};
  return texts;
}
const Texts& Tags() {
  static const Texts texts = {"stage:prod", "stage:test", "project:web:1", "project:web"};
  return texts;
}

// What cannot be evaluated, as no store has it.
void Break(WorldMaker& maker, Condition& condition) {
  switch (maker.Below(6)) {
    case 0:
      condition.values = {"2026-02-29T09:00:00+00:00"};
      condition.op = "dateTimeLessThan";
      condition.key = "{{environment.attributes.current_date_time}}";
      break;
    case 1:
      condition.values = {"09:00:00Z"};
      condition.op = "timeGreaterThan";
      condition.key = "{{environment.attributes.current_time}}";
      break;
    case 2:
      condition.key = "{{environment.attributes.day_of_month}}";
      break;
    case 3:
      condition.op = "timeEquals";
      break;
    case 4:
      condition.values.clear();
      break;
    default:
      condition.values.assign(11, condition.values.front());
      break;
  }
}

}  // namespace

long long WorldMaker::MakeNow() {
  const std::vector<long long> steps = {
      0, -1, 1, kSecondUs, -kSecondUs, kHourUs, -kHourUs, 24 * kHourUs, -24 * kHourUs, 7 * kHourUs};
  return OneOf(Moments()) + OneOf(steps);
}

std::string WorldMaker::MakeTimeText(const std::string& op) {
  const int offset = OneOf(Offsets());
  const std::vector<long long> steps = {0, 0, kSecondUs, -kSecondUs, kHourUs};
  const Wall wall = WallAt(OneOf(Moments()) + OneOf(steps), offset);
  const std::string time = wall.time.substr(0, 8);
  std::string text = std::to_string(wall.weekday_1);
  if (op.starts_with("time")) text = time;
  if (op.starts_with("date")) text = wall.date;
  if (op.starts_with("dateTime")) text = wall.date + "T" + time;
  return text + OffsetText(offset);
}

Condition WorldMaker::MakeCondition() {
  Condition condition;
  if (Percent(30)) {
    condition.op = OneOf(StringOperators());
    condition.key = "{{resource.attributes." + OneOf(AttributeKeys()) + "}}";
    const bool pattern = condition.op.starts_with("stringMatch");
    const Texts& values = pattern ? AttributePatterns() : AttributeValues();
    condition.values = {OneOf(values)};
    if (condition.op.ends_with("AnyOf")) condition.values.push_back(OneOf(values));
    if (condition.op == "stringExists") condition.values = {Percent(50) ? "true" : "false"};
  } else {
    condition.op = OneOf(ClockOperators());
    condition.key = "{{environment.attributes.current_date_time}}";
    if (condition.op.starts_with("time")) {
      condition.key = "{{environment.attributes.current_time}}";
    }
    if (condition.op.starts_with("day")) condition.key = "{{environment.attributes.day_of_week}}";
    condition.values = {MakeTimeText(condition.op)};
    while (condition.op == "dayOfWeekAnyOf" && Percent(60) && condition.values.size() < 10) {
      condition.values.push_back(MakeTimeText(condition.op));
    }
  }
  if (Percent(2)) Break(*this, condition);
  return condition;
}

Rule WorldMaker::MakeRule() {
  const Texts joins = {"and", "or"};
  Rule rule;
  if (Percent(35)) {
    rule.groups.push_back({"", {MakeCondition()}});
    return rule;
  }
  rule.join = OneOf(joins);
  const std::size_t groups = Percent(2) ? 11 : 1 + Below(3);
  for (std::size_t i = 0; i < groups; ++i) {
    Group& group = rule.groups.emplace_back();
    group.conditions.push_back(MakeCondition());
    if (Percent(50)) continue;
    group.join = OneOf(joins);
    while (Percent(50)) group.conditions.push_back(MakeCondition());
  }
  return rule;
}

void WorldMaker::AddRuleAndTags(Policy& policy) {
  if (Percent(17)) policy.rule = MakeRule();
  const bool all_services =
      std::any_of(policy.resource.begin(), policy.resource.end(),
                  [](const Attribute& attribute) { return attribute.key == "serviceType"; });
  if (!Percent(all_services ? 45 : 4)) return;
  for (std::size_t i = 1 + Below(2); i > 0; --i) {
    const std::string tag = OneOf(Tags());
    const std::size_t colon = tag.find(':');
    Attribute wanted{tag.substr(0, colon), Operator::kEquals, {tag.substr(colon + 1)}};
    if (Percent(40)) wanted = {tag.substr(0, colon), Operator::kMatch, {Percent(50) ? "w*" : "*"}};
    if (Percent(3)) wanted.op = Operator::kExists;
    policy.tags.push_back(wanted);
  }
}

void WorldMaker::FitRuleAndTags(const Policy& policy, Request& request) {
  if (!policy.tags.empty() || Percent(10)) {
    for (const std::string& tag : Tags()) {
      if (Percent(65)) request.tags.push_back(tag);
    }
  }
  for (const Group& group : policy.rule.groups) {
    for (const Condition& condition : group.conditions) {
      const std::string before = "{{resource.attributes.";
      if (!condition.key.starts_with(before) || condition.values.empty() || !Percent(80)) continue;
      const std::string key =
          condition.key.substr(before.size(), condition.key.size() - before.size() - 2);
      if (key == "serviceName" || condition.values[0] == "false") continue;
      const bool named = std::any_of(request.attributes.begin(), request.attributes.end(),
                                     [&](const auto& attribute) { return attribute.first == key; });
      const bool literal = condition.op.starts_with("stringEquals");
      if (!named) {
        request.attributes.emplace_back(key,
                                        literal ? condition.values[0] : OneOf(AttributeValues()));
      }
    }
  }
}

}  // namespace oracle
