// Every input of a decision counts, however warm the one before was: nothing that was decided for
// one question answers another (hazards C35, C86).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <optional>
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

// To bob by PolicyOfBob.
constexpr AccessRequest kAllowed = {"acme", "shop", "shop.item.read", kEurope};

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

std::string TokenOf(const CreatedKey& key) { return std::string(key.secret.ExposeSecret()); }

// Of bob, from 192.0.2.0/24 only.
std::string TokenForTheOffice(const Service& service) {
  BoundaryTerm term;
  term.sources = {*AddressRange::Parse("192.0.2.0/24")};
  NewApiKey request;
  request.name = "office";
  request.boundary = {term};
  return TokenOf(Must(service.keys().Create(service.By("bob"), request)));
}

struct Question {
  std::string token;
  AccessRequest request = kAllowed;
  std::optional<IpAddress> source = {};
};

// The request asked as it is and prepared, alone and among others.
void ExpectOfOtherWays(const Service& service, const Question& question, const Principal& kept,
                       const RequestContext& context, bool expected) {
  const Access access = service.access();
  const CheckItem usual_item = {question.token, kAllowed, context};
  const CheckItem items[] = {usual_item, {question.token, question.request, context}, usual_item};
  Decision decisions[3];
  access.CheckBatch(items, decisions);
  const bool usual = access.Check(question.token, kAllowed, context).allowed();
  EXPECT_EQ(decisions[0].allowed(), usual);
  EXPECT_EQ(decisions[1].allowed(), expected);
  EXPECT_EQ(decisions[2].allowed(), usual);
  const auto prepared = access.Prepare(question.request);
  ASSERT_TRUE(prepared.ok());
  EXPECT_EQ(access.Check(question.token, *prepared, context).allowed(), expected);
  EXPECT_EQ(access.Authorize(kept, *prepared, context).allowed(), expected);
}

// The one answer that all entry points give.
bool Allows(const Service& service, const Question& question) {
  const Access access = service.access();
  RequestContext context;
  context.source = question.source;
  const bool checked = access.Check(question.token, question.request, context).allowed();
  const Principal kept = access.Authenticate(question.token, context);
  EXPECT_EQ(access.Authorize(kept, question.request, context).allowed(), checked);
  const bool usual = access.Authorize(kept, kAllowed, context).allowed();
  const AccessRequest batch[] = {kAllowed, question.request, kAllowed};
  Decision decisions[3];
  access.AuthorizeBatch(kept, batch, decisions, context);
  EXPECT_EQ(decisions[0].allowed(), usual);
  EXPECT_EQ(decisions[1].allowed(), checked);
  EXPECT_EQ(decisions[2].allowed(), usual);
  ExpectOfOtherWays(service, question, kept, context, checked);
  return checked;
}

class AccessInputs : public ::testing::Test {
 protected:
  AccessInputs() : bobs_{TokenOf(service_.NewKey("bob"))} {
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
  expect({"beta", "shop", "shop.item.read", kEurope}, "account");
  expect({"acme", "iam-identity", "shop.item.read", kEurope}, "service");
  expect({"acme", "shop", "shop.item.write", kEurope}, "action");
  expect({"acme", "shop", "shop.item.read", kAmerica}, "value of an attribute");
  expect({"acme", "shop", "shop.item.read", kZone}, "key of an attribute");
  expect({"acme", "shop", "shop.item.read", {}}, "an attribute less");
}

// hazard C35, domain P-6
TEST_F(AccessInputs, TagsOfTheResourceCount) {
  Must(service_.policies().Create(service_.host(), PolicyOfDan()));
  const auto ask = [](std::span<const std::string_view> tags) {
    return AccessRequest{"acme", "shop", "shop.item.write", {}, tags};
  };
  const Question dans{TokenOf(service_.NewKey("dan")), ask(kProduction)};
  ExpectThatRequestCounts(dans, ask(kTest), "tag");
  ExpectThatRequestCounts(dans, ask({}), "a tag less");
}

// hazard C35, domain R-2
TEST_F(AccessInputs, TheSourceAddressCounts) {
  const Question office{TokenForTheOffice(service_), kAllowed, IpAddress::Parse("192.0.2.7")};
  Question changed = office;
  changed.source = IpAddress::Parse("198.51.100.7");
  ExpectThatItCounts(office, changed, "source address");
  changed.source.reset();
  ExpectThatItCounts(office, changed, "no source address");
}

// hazard C35, domain R-1
TEST_F(AccessInputs, WhoAsksCounts) {
  const Question dans{TokenOf(service_.NewKey("dan"))};
  ExpectThatItCounts(bobs_, dans, "identity");

  const Question from_beta{TokenOf(service_.NewKey("bob", "key", "beta"))};
  EXPECT_TRUE(Allows(service_, from_beta)) << "bob is a member of both";
  AccountSettings settings;
  settings.external_users.mode = ExternalMode::kLimited;
  Must(service_.directory().UpdateSettings(service_.host(), AccountId("acme"), IfMatch::Any(),
                                           settings));
  ExpectThatItCounts(bobs_, from_beta, "account that is acted from");
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
          requests.insert(requests.end(), 2,
                          AccessRequest{account, "shop", action, attributes, tags});
        }
      }
    }
  }
  const Access access = service_.access();
  const Principal bob = access.Authenticate(bobs_.token);
  std::mt19937 random(86);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(requests.begin(), requests.end(), random);
    std::vector<Decision> together(requests.size());
    access.AuthorizeBatch(bob, requests, together);
    std::size_t allowed = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const Decision alone = access.Authorize(bob, requests[i]);
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
