// Zones, context rules and boundaries of a story.
#include <algorithm>

#include "gtest/gtest.h"

#include "scenarios/answers.h"
#include "scenarios/world.h"

namespace latchkey::scenarios {
namespace {

std::vector<AddressRange> RangesOf(const std::string& list) {
  std::vector<AddressRange> ranges;
  for (const std::string& text : SplitList(list)) {
    const std::optional<AddressRange> range = AddressRange::Parse(text);
    EXPECT_TRUE(range.has_value()) << text;
    if (range) ranges.push_back(*range);
  }
  return ranges;
}

// "KEY=VALUE", equal, or "KEY~PATTERN".
ResourceAttribute AttributeOf(const std::string& text) {
  const std::size_t end = text.find_first_of("=~");
  EXPECT_NE(end, text.npos) << text;
  if (end == text.npos) return {};
  return {text.substr(0, end),
          text[end] == '=' ? AttributeOperator::kStringEquals : AttributeOperator::kStringMatch,
          {text.substr(end + 1)}};
}

}  // namespace

// zone NAME of ACCOUNT RANGE,… [except RANGE,…]
void World::SetUpZone(const std::vector<std::string>& words) {
  NewNetworkZone zone;
  zone.account = AccountId(words.at(3));
  zone.name = words.at(1);
  zone.addresses = RangesOf(words.at(4));
  if (words.size() > 5) {
    EXPECT_EQ(words[5], "except");
    zone.excluded = RangesOf(words.at(6));
  }
  zones_[words[1]] = Got(engine_->context_rules().CreateZone(Host(), zone)).id;
}

// context-rule NAME of ACCOUNT in ZONE,… KEY=VALUE…
void World::SetUpContextRule(const std::vector<std::string>& words) {
  NewContextRule rule;
  rule.account = AccountId(words.at(3));
  rule.contexts.emplace_back();
  for (const std::string& zone : SplitList(words.at(5))) {
    rule.contexts.back().zones.push_back(zones_.at(zone));
  }
  std::transform(words.begin() + 6, words.end(), std::back_inserter(rule.resource), AttributeOf);
  context_rules_[words[1]] = Got(engine_->context_rules().CreateRule(Host(), rule));
}

// term KEY [accounts=…] [services=…] [actions=…] [sources=…] [from=TIME] [until=TIME]
//      [resource:KEY=VALUE]
void World::AppendTerm(const std::vector<std::string>& words) {
  BoundaryTerm term;
  for (auto word = words.begin() + 2; word != words.end(); ++word) {
    const std::size_t equals = word->find('=');
    ASSERT_NE(equals, word->npos) << *word;
    const std::string what = word->substr(0, equals);
    const std::string list = word->substr(equals + 1);
    if (what == "accounts") {
      for (const std::string& id : SplitList(list)) term.accounts.emplace_back(id);
    } else if (what == "services") {
      term.services = SplitList(list);
    } else if (what == "actions") {
      term.actions = SplitList(list);
    } else if (what == "sources") {
      term.sources = RangesOf(list);
    } else if (what == "from") {
      term.not_before = TimeOf(list);
    } else if (what == "until") {
      term.not_after = TimeOf(list);
    } else {
      ASSERT_TRUE(what.starts_with("resource:")) << what;
      term.resource.push_back(AttributeOf(word->substr(what.find(':') + 1)));
    }
  }
  Got(engine_->keys().AppendBoundaryTerm(Host(), keys_.at(words.at(1)), IfMatch::Any(), term));
}

}  // namespace latchkey::scenarios
