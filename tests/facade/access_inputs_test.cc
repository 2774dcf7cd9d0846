// Every input of a decision counts, however warm the one before was: nothing that was decided for
// one question answers another (hazards C35, C86).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facade/service.h"

namespace latchkey::test {
namespace {

constexpr RequestAttribute kEurope[] = {{"region", "eu"}};
constexpr RequestAttribute kAmerica[] = {{"region", "us"}};
constexpr RequestAttribute kZone[] = {{"zone", "eu"}};
constexpr std::string_view kProduction[] = {"env:prod"};
constexpr std::string_view kTest[] = {"env:test"};

AccessRequest Ask(std::string_view account, std::string_view service, std::string_view action,
                  std::span<const RequestAttribute> attributes,
                  std::span<const std::string_view> tags) {
  return {account, service, action, attributes, tags};
}

// To bob by PolicyOfBob, from kDesk.
const AccessRequest kAllowed = Ask("acme", "shop", "shop.item.read", kEurope, {});
constexpr std::string_view kDesk = "192.0.2.7";

std::string DateTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S+00:00", time, absl::UTCTimeZone());
}

// bob reads the shop of acme in region eu, during the next hour.
NewPolicy PolicyOfBob(absl::Time now) {
  const std::string key = "{{environment.attributes.current_date_time}}";
  NewPolicy policy;
  policy.account = AccountId("acme");
  policy.subject = User("bob");
  policy.roles = {RoleId(kReader)};
  policy.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}},
                     {"region", AttributeOperator::kStringEquals, {"eu"}}};
  policy.pattern = "time-based-conditions:once";
  policy.rule = PolicyRule{
      RuleJoin::kAnd,
      {{std::nullopt,
        {{key, RuleOperator::kDateTimeGreaterThanOrEquals, {DateTime(now - absl::Hours(1))}}}},
       {std::nullopt, {{key, RuleOperator::kDateTimeLessThan, {DateTime(now + absl::Hours(1))}}}}}};
  return policy;
}

// dan writes to whatever in acme has the tag env:prod.
NewPolicy PolicyOfDan() {
  NewPolicy policy;
  policy.account = AccountId("acme");
  policy.subject = User("dan");
  policy.roles = {RoleId(kWriter)};
  policy.resource = {{"serviceType", AttributeOperator::kStringEquals, {"service"}}};
  policy.tags = {{"env", AttributeOperator::kStringEquals, {"prod"}}};
  return policy;
}

// A key of the user, made in `account`, that works from the network of kDesk only.
std::string KeyAtDesk(const Service& service, std::string_view user, std::string_view account) {
  BoundaryTerm term;
  term.sources = {*AddressRange::Parse("192.0.2.0/24")};
  NewApiKey request;
  request.name = "desk";
  request.boundary = {term};
  const CreatedKey key = Must(service.keys().Create(service.By(user, account), request));
  return std::string(key.secret.ExposeSecret());
}

RequestContext From(std::string_view source) {
  RequestContext context;
  if (!source.empty()) context.source = IpAddress::Parse(source);
  return context;
}

struct Question {
  std::string token;
  AccessRequest request = kAllowed;
  std::string_view source = kDesk;
};

// The one answer that all three entry points give.
bool Allows(const Service& service, const Question& question) {
  const Access access = service.access();
  const RequestContext context = From(question.source);
  const bool checked = access.Check(question.token, question.request, context).allowed();
  const Principal kept = access.Authenticate(question.token, context);
  EXPECT_EQ(access.Authorize(kept, question.request, context).allowed(), checked);
  const AccessRequest batch[] = {kAllowed, question.request, kAllowed};
  Decision decisions[3];
  access.AuthorizeBatch(kept, batch, decisions, context);
  EXPECT_EQ(decisions[1].allowed(), checked);
  return checked;
}

class AccessInputs : public ::testing::Test {
 protected:
  AccessInputs() : bobs_{KeyAtDesk(service_, "bob", "acme")} {
    Must(service_.policies().Create(service_.host(), PolicyOfBob(service_.clock.Now())));
  }

  // Denied, between two times that the allowed question is allowed.
  void ExpectThatItCounts(const Question& allowed, const Question& changed, std::string_view what) {
    EXPECT_TRUE(Allows(service_, allowed)) << "before: " << what;
    EXPECT_FALSE(Allows(service_, changed)) << what;
    EXPECT_TRUE(Allows(service_, allowed)) << "after: " << what;
  }
  void ExpectThatRequestCounts(const Question& allowed, const AccessRequest& request,
                               std::string_view what) {
    Question changed = allowed;
    changed.request = request;
    ExpectThatItCounts(allowed, changed, what);
  }

  Service service_;
  Question bobs_;
};

// hazard C35
TEST_F(AccessInputs, EachPartOfARequestCounts) {
  const auto expect = [&](const AccessRequest& request, std::string_view what) {
    ExpectThatRequestCounts(bobs_, request, what);
  };
  expect(Ask("beta", "shop", "shop.item.read", kEurope, {}), "account");
  expect(Ask("acme", "iam-identity", "shop.item.read", kEurope, {}), "service");
  expect(Ask("acme", "shop", "shop.item.write", kEurope, {}), "action");
  expect(Ask("acme", "shop", "shop.item.read", kAmerica, {}), "value of an attribute");
  expect(Ask("acme", "shop", "shop.item.read", kZone, {}), "key of an attribute");
  expect(Ask("acme", "shop", "shop.item.read", {}, {}), "an attribute less");
}

// hazard C35, domain P-6
TEST_F(AccessInputs, TagsOfTheResourceCount) {
  Must(service_.policies().Create(service_.host(), PolicyOfDan()));
  const auto ask = [](std::span<const std::string_view> tags) {
    return Ask("acme", "shop", "shop.item.write", {}, tags);
  };
  const Question dans{KeyAtDesk(service_, "dan", "acme"), ask(kProduction)};
  ExpectThatRequestCounts(dans, ask(kTest), "tag");
  ExpectThatRequestCounts(dans, ask({}), "a tag less");
}

// hazard C35, domain
TEST_F(AccessInputs, WhoAsksAndFromWhereCounts) {
  Question changed = bobs_;
  changed.source = "198.51.100.7";
  ExpectThatItCounts(bobs_, changed, "source address");
  changed.source = "";
  ExpectThatItCounts(bobs_, changed, "no source address");
  changed = bobs_;
  changed.token = KeyAtDesk(service_, "dan", "acme");
  ExpectThatItCounts(bobs_, changed, "key and identity");

  changed.token = KeyAtDesk(service_, "bob", "beta");
  EXPECT_TRUE(Allows(service_, changed)) << "bob is a member of both";
  AccountSettings settings;
  settings.external_users.mode = ExternalMode::kLimited;
  Must(service_.directory().UpdateSettings(service_.host(), AccountId("acme"), IfMatch::Any(),
                                           settings));
  ExpectThatItCounts(bobs_, changed, "account that is acted from");
}

// hazard C35, domain P-5: time, which never comes back.
TEST_F(AccessInputs, TheClockCounts) {
  EXPECT_TRUE(Allows(service_, bobs_));
  service_.clock.Advance(absl::Hours(2));
  EXPECT_FALSE(Allows(service_, bobs_));
}

// hazard C86, hazard C47: items that differ in one input only, with duplicates, in any order.
TEST_F(AccessInputs, ABatchMergesNothing) {
  NewPolicy by_tag = PolicyOfDan();
  by_tag.subject = User("bob");
  Must(service_.policies().Create(service_.host(), by_tag));
  std::vector<AccessRequest> requests;
  for (const std::string_view account : {"acme", "beta"}) {
    for (const std::string_view action : {"shop.item.read", "shop.item.write"}) {
      for (const std::span<const RequestAttribute> attributes :
           {std::span<const RequestAttribute>(kEurope), std::span<const RequestAttribute>(kAmerica),
            std::span<const RequestAttribute>(kZone), std::span<const RequestAttribute>()}) {
        for (const std::span<const std::string_view> tags :
             {std::span<const std::string_view>(kProduction),
              std::span<const std::string_view>(kTest), std::span<const std::string_view>()}) {
          requests.insert(requests.end(), 2, Ask(account, "shop", action, attributes, tags));
        }
      }
    }
  }
  const Access access = service_.access();
  const Principal bob = access.Authenticate(bobs_.token, From(kDesk));
  std::mt19937 random(86);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(requests.begin(), requests.end(), random);
    std::vector<Decision> together(requests.size());
    access.AuthorizeBatch(bob, requests, together, From(kDesk));
    std::size_t allowed = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const Decision alone = access.Authorize(bob, requests[i], From(kDesk));
      EXPECT_EQ(together[i].reason(), alone.reason());
      EXPECT_EQ(together[i].policy_serial(), alone.policy_serial());
      allowed += together[i].allowed() ? 1 : 0;
    }
    // Twice each: read and write with the tag prod, whatever the region; read in eu without it.
    EXPECT_EQ(allowed, 2U * (2 * 4 + 2));
  }
}

}  // namespace
}  // namespace latchkey::test
