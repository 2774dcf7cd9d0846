// Policies with rules and tags through the roof, with a clock that the test moves: IBM's patterns
// as stories, JSON in and out, covering, and what Explain says.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "facade/service.h"

namespace latchkey::test {
namespace {

const AccountId kAcme("acme");
constexpr AccessRequest kRead = {"acme", "shop", "shop.item.read", {}};

// The clock of the service begins here, a Thursday.
absl::Time Utc(int month, int day, int hour = 0, int minute = 0, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(2026, month, day, hour, minute, second),
                         absl::UTCTimeZone());
}
void MoveTo(Service& service, absl::Time time) {
  service.clock.Advance(time - service.clock.Now());
}

std::string Body(const std::string& members, std::string_view role = kReader,
                 const std::string& resource =
                     R"({"key":"serviceName","operator":"stringEquals","value":"shop"}])") {
  return R"({"type":"access","control":{"grant":{"roles":[{"role_id":")" + std::string(role) +
         R"("}]}},"subject":{"attributes":[{"key":"iam_id","operator":"stringEquals",)"
         R"("value":"IBMid-bob"}]},"resource":{"attributes":[)"
         R"({"key":"accountId","operator":"stringEquals","value":"acme"},)" +
         resource + "}" + members + "}";
}
std::string Clock(const std::string& key, const std::string& op, const std::string& value) {
  return R"({"key":"{{environment.attributes.)" + key + R"(}}","operator":")" + op +
         R"(","value":)" + value + "}";
}
std::string Joined(const std::string& join, const std::string& parts) {
  return R"({"operator":")" + join + R"(","conditions":[)" + parts + "]}";
}

// Friday and Saturday nights in New York, 22:00 to 06:00.
std::string NightShift() {
  const std::string late =
      Joined("and", Clock("day_of_week", "dayOfWeekAnyOf", R"(["5-05:00","6-05:00"])") + "," +
                        Clock("current_time", "timeGreaterThanOrEquals", R"("22:00:00-05:00")"));
  const std::string early =
      Joined("and", Clock("day_of_week", "dayOfWeekAnyOf", R"(["6-05:00","7-05:00"])") + "," +
                        Clock("current_time", "timeLessThan", R"("06:00:00-05:00")"));
  return R"(,"rule":)" + Joined("or", late + "," + early) +
         R"(,"pattern":"time-based-conditions:weekly:custom-hours")";
}

// domain P-5: weekly custom hours across midnight, on every hour of two weeks
TEST(PolicyRules, AWeeklyWindowAcrossMidnightOpensAndShuts) {
  Service service;
  const Policy policy = Must(service.policies().CreateFromJson(service.host(), Body(NightShift())));
  const CreatedKey key = service.NewKey("bob");
  int open = 0;
  for (int hour = 0; hour < 14 * 24; ++hour) {
    MoveTo(service, Utc(1, 1) + absl::Hours(hour));
    const int in_new_york = hour - 5;                 // hours since Thursday, 00:00 there
    const int day = (in_new_york + 7 * 24) / 24 % 7;  // 0: Thursday
    const int time = (in_new_york + 7 * 24) % 24;
    const bool late = (day == 1 || day == 2) && time >= 22;
    const bool early = (day == 2 || day == 3) && time < 6;
    const Decision decision = service.Check(key.secret.ExposeSecret(), "shop.item.read");
    ASSERT_EQ(decision.allowed(), late || early) << hour;
    ASSERT_EQ(decision.policy_serial(), late || early ? policy.serial : 0U);
    open += late || early ? 1 : 0;
  }
  EXPECT_EQ(open, 2 * 2 * 8);
}

// domain P-5: once, from one moment to another, given in different offsets
TEST(PolicyRules, OnceOpensOnceAndShutsForGood) {
  Service service;
  const std::string rule = Joined(
      "and",
      Clock("current_date_time", "dateTimeGreaterThanOrEquals", R"("2026-02-28T23:00:00-05:00")") +
          "," +
          Clock("current_date_time", "dateTimeLessThanOrEquals", R"("2026-03-01T12:00:00+01:00")"));
  Must(service.policies().CreateFromJson(
      service.host(), Body(R"(,"rule":)" + rule + R"(,"pattern":"time-based-conditions:once")")));
  const auto allowed_at = [&](absl::Time time) {
    MoveTo(service, time);
    return service.access().Authorize(service.As("bob"), kRead).allowed();
  };
  const absl::Duration tick = absl::Microseconds(1);
  EXPECT_FALSE(allowed_at(Utc(3, 1, 4) - tick));
  EXPECT_TRUE(allowed_at(Utc(3, 1, 4)));
  EXPECT_TRUE(allowed_at(Utc(3, 1, 11)));
  EXPECT_FALSE(allowed_at(Utc(3, 1, 11) + tick));
  EXPECT_FALSE(allowed_at(Utc(12, 31)));
}

// domain P-5, K-11, hazard C15: setting the clock back does not open a window again
TEST(PolicyRules, AClockSetBackOpensNoWindow) {
  Service service;
  const std::string rule =
      Clock("current_date_time", "dateTimeLessThan", R"("2026-01-02T00:00:00+00:00")");
  Must(service.policies().CreateFromJson(service.host(), Body(R"(,"rule":)" + rule)));
  EXPECT_TRUE(service.access().Authorize(service.As("bob"), kRead).allowed());
  MoveTo(service, Utc(1, 3));
  EXPECT_FALSE(service.access().Authorize(service.As("bob"), kRead).allowed());
  service.clock.SetWallClock(Utc(1, 1));
  EXPECT_FALSE(service.access().Authorize(service.As("bob"), kRead).allowed());
}

// domain P-5, P-4: IBM's attribute-based pattern
TEST(PolicyRules, AttributeBasedWithWildcards) {
  Service service;
  const std::string rule =
      R"({"key":"{{resource.attributes.path}}","operator":"stringMatch","value":"*??81"})";
  Must(service.policies().CreateFromJson(
      service.host(),
      Body(R"(,"rule":)" + rule +
           R"(,"pattern":"attribute-based-condition:resource:literal-and-wildcard")")));
  const auto allowed = [&](std::initializer_list<RequestAttribute> attributes) {
    return service.access()
        .Authorize(service.As("bob"), {"acme", "shop", "shop.item.read",
                                       std::span(attributes.begin(), attributes.size())})
        .allowed();
  };
  EXPECT_TRUE(allowed({{"path", "ab81"}}));
  EXPECT_TRUE(allowed({{"path", "folder/of/things81"}}));
  EXPECT_FALSE(allowed({{"path", "b81"}}));
  EXPECT_FALSE(allowed({{"path", "ab18"}}));
  EXPECT_FALSE(allowed({{"resource", "ab81"}}));
  EXPECT_FALSE(allowed({}));
}

// domain P-6: the tags come with the request, and nothing of an earlier one stays
TEST(PolicyRules, TagsComeWithEachRequest) {
  Service service;
  Must(service.policies().CreateFromJson(
      service.host(),
      Body("", kReader,
           R"({"key":"serviceType","operator":"stringEquals","value":"service"}],)"
           R"("tags":[{"key":"project","operator":"stringEquals","value":"web"}])")));
  const auto decide = [&](const std::vector<std::string_view>& tags) {
    AccessRequest request = kRead;
    request.tags = tags;
    return service.access().Authorize(service.As("bob"), request);
  };
  EXPECT_TRUE(decide({"stage:prod", "project:web"}).allowed());
  EXPECT_FALSE(decide({}).allowed());
  EXPECT_FALSE(decide({"project:api"}).allowed());
  EXPECT_EQ(decide({"project"}).reason(), Reason::kRequestMalformed);
}

// domain P-8, P-5, P-6: what is stored is what was given, and comes out as it went in
TEST(PolicyRules, ComeBackAsTheyWentIn) {
  Service service;
  const Policy policy = Must(service.policies().CreateFromJson(service.host(), Body(NightShift())));
  service.Reopen();
  const Policy read = Must(service.policies().Get(service.host(), kAcme, policy.id));
  EXPECT_EQ(read.rule, policy.rule);
  ASSERT_TRUE(read.rule.has_value());
  EXPECT_EQ(read.pattern, "time-based-conditions:weekly:custom-hours");
  const std::string json = Must(Policies::ToJson(read));
  EXPECT_NE(json.find(NightShift()), std::string::npos) << json;
}

NewPolicy SameAs(const Policy& policy) {
  NewPolicy request;
  request.account = policy.account;
  request.subject = policy.subject;
  request.roles = policy.roles;
  request.resource = policy.resource;
  request.description = policy.description;
  request.rule = policy.rule;
  request.pattern = policy.pattern;
  request.tags = policy.tags;
  return request;
}

// domain A-3, L-2: an update of the rule alone is a change, and takes effect at the next call
TEST(PolicyRules, AnUpdateReplacesTheRule) {
  Service service;
  const Policy policy = service.Grant("acme", User("bob"), kReader);
  ASSERT_TRUE(service.access().Authorize(service.As("bob"), kRead).allowed());
  NewPolicy request = SameAs(policy);
  request.rule = PolicyRule{std::nullopt,
                            {{std::nullopt,
                              {{"{{environment.attributes.day_of_week}}",
                                RuleOperator::kDayOfWeekEquals,
                                {"5+00:00"}}}}}};
  const Policy ruled =
      Must(service.policies().Update(service.host(), kAcme, policy.id, IfMatch::Any(), request));
  EXPECT_EQ(ruled.entity_tag.n, policy.entity_tag.n + 1);
  EXPECT_FALSE(service.access().Authorize(service.As("bob"), kRead).allowed());
  const Policy same =
      Must(service.policies().Update(service.host(), kAcme, policy.id, IfMatch::Any(), request));
  EXPECT_EQ(same.entity_tag, ruled.entity_tag);
  request.pattern = "time-based-conditions:weekly:all-day";
  const Policy named =
      Must(service.policies().Update(service.host(), kAcme, policy.id, IfMatch::Any(), request));
  EXPECT_EQ(named.entity_tag.n, ruled.entity_tag.n + 1);
  MoveTo(service, Utc(1, 2));
  EXPECT_TRUE(service.access().Authorize(service.As("bob"), kRead).allowed());
}

// domain P-9: what cannot be evaluated is refused where it is written, by its path
TEST(PolicyRules, WhatCannotBeEvaluatedIsNotStored) {
  Service service;
  const std::size_t before = Must(service.policies().List(service.host(), kAcme)).size();
  const auto refused = [&](const std::string& members, std::string_view path) {
    const absl::Status status =
        service.policies().CreateFromJson(service.host(), Body(members)).status();
    EXPECT_EQ(ReasonOf(status), Reason::kMalformed) << members;
    EXPECT_EQ(std::string(status.message()).rfind(std::string(path) + ": ", 0), 0U)
        << status.message();
  };
  refused(R"(,"rule":)" + Clock("current_time", "timeLessThan", R"("09:00:00")"), "rule.value");
  refused(R"(,"rule":)" +
              Clock("current_date_time", "dateTimeLessThan", R"("2026-02-29T00:00:00+00:00")"),
          "rule.value");
  refused(R"(,"pattern":"time-based-conditions:once")", "pattern");
  EXPECT_EQ(Must(service.policies().List(service.host(), kAcme)).size(), before);
}

// domain W-8: a right that comes and goes grants nothing on; a narrower target is covered
TEST(PolicyRules, ARuledAdministratorHandsNothingOn) {
  Service service;
  const Policy admin = service.Grant("acme", User("dan"), kAdministrator);
  NewPolicy target;
  target.account = kAcme;
  target.subject = User("carol");
  target.roles = {RoleId(kReader)};
  target.resource = {{"serviceName", AttributeOperator::kStringEquals, {"shop"}}};
  target.rule = PolicyRule{
      std::nullopt,
      {{std::nullopt,
        {{"{{environment.attributes.day_of_week}}", RuleOperator::kDayOfWeekAnyOf, {"1+00:00"}}}}}};
  EXPECT_TRUE(service.policies().Create(service.By("dan"), target).ok());
  NewPolicy always = SameAs(admin);
  always.rule = PolicyRule{std::nullopt,
                           {{std::nullopt,
                             {{"{{environment.attributes.current_time}}",
                               RuleOperator::kTimeGreaterThanOrEquals,
                               {"00:00:00+00:00"}}}}}};
  Must(service.policies().Update(service.host(), kAcme, admin.id, IfMatch::Any(), always));
  EXPECT_TRUE(service.access().Authorize(service.As("dan"), kRead).allowed()) << "its rule holds";
  EXPECT_EQ(ReasonOf(service.policies().Create(service.By("dan"), target).status()),
            Reason::kNotAllowed);
}

// domain A-5
TEST(PolicyRules, ExplainNamesTheRule) {
  Service service;
  Must(service.policies().CreateFromJson(service.host(), Body(NightShift())));
  const Explanation denied =
      Must(service.access().Explain(service.By("bob"), service.As("bob"), kRead));
  EXPECT_FALSE(denied.decision.allowed());
  ASSERT_EQ(denied.near_misses.size(), 1U);
  EXPECT_EQ(denied.near_misses[0].miss, Miss::kRule);
  EXPECT_EQ(denied.near_misses[0].detail, "{{environment.attributes.day_of_week}}");
  EXPECT_NE(denied.text.find("its rule does not hold"), std::string::npos) << denied.text;
}

}  // namespace
}  // namespace latchkey::test
