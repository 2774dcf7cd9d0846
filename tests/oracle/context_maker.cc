// Random network zones and context rules. Some rules name a zone that their account does not have,
// as no store holds them.
#include "oracle/world_maker.h"

namespace oracle {
namespace {

using Texts = std::vector<std::string>;

constexpr int kAddresses = 6;  // those that actors come from

const Texts& ZoneIds() {
  static const Texts texts = {"office", "cloud", "elsewhere"};
  return texts;
}

}  // namespace

std::vector<Range> WorldMaker::SomeRanges(std::size_t most) {
  std::vector<Range> ranges;
  for (std::size_t i = Below(most + 1); i > 0; --i) {
    const int from = static_cast<int>(Below(kAddresses));
    ranges.emplace_back(from, from + static_cast<int>(Below(3)));
  }
  return ranges;
}

Attribute WorldMaker::MakeRuleScope() {
  const Texts services = {"kms", "kms-2", "iam-identity", "billing"};
  switch (Below(6)) {
    case 0:
      return {"serviceType", Operator::kEquals, {Percent(50) ? "service" : "platform_service"}};
    case 1:
      return {"service_group_id", Operator::kEquals, {Percent(50) ? "IAM" : "STORE"}};
    case 2:
      return {"serviceName", Operator::kMatch, {Percent(50) ? "kms*" : "*"}};
    case 3:
      return {"serviceName", Operator::kEqualsAnyOf, {OneOf(services), OneOf(services)}};
    default:
      return {"serviceName", Operator::kEquals, {OneOf(services)}};
  }
}

ContextRule WorldMaker::MakeContextRule(const World& world) {
  ContextRule rule;
  rule.account = OneOf(world.accounts).id;
  rule.enabled = Percent(85);
  rule.resource.push_back({"accountId", Operator::kEquals, {rule.account}});
  rule.resource.push_back(MakeRuleScope());
  if (Percent(40)) {
    Attribute narrower = MakeAttribute(Percent(50) ? "resource" : "region", {"key", "key-1", "*"});
    if (narrower.op != Operator::kExists) rule.resource.push_back(narrower);
  }
  Shuffle(rule.resource);
  for (std::size_t contexts = 1 + Below(2); contexts > 0; --contexts) {
    rule.contexts.push_back({OneOf(ZoneIds())});
    if (Percent(40)) rule.contexts.back().push_back(OneOf(ZoneIds()));
  }
  return rule;
}

void WorldMaker::AddContextRules(World& world) {
  if (Percent(80)) return;
  for (const Account& account : world.accounts) {
    for (const std::string& id : ZoneIds()) {
      if (!Percent(80)) continue;
      world.zones.push_back(
          {account.id, id, SomeRanges(3), Percent(40) ? SomeRanges(2) : std::vector<Range>()});
    }
  }
  for (std::size_t i = 1 + Below(3); i > 0; --i) {
    world.context_rules.push_back(MakeContextRule(world));
  }
}

}  // namespace oracle
