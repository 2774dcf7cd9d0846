// What narrows access: a policy's time window, a key's boundary, an account's context rules; and
// the keys that follow the user hierarchy.
#include "absl/time/clock.h"

#include "scenes.h"

namespace demo {

using latchkey::AccessRequest;
using latchkey::AccountId;
using latchkey::AddressRange;
using latchkey::Caller;
using latchkey::IfMatch;
using latchkey::RequestContext;

namespace {

constexpr AccessRequest kRead = {
    "acme", "cloud-object-storage", "cloud-object-storage.object.get", {}};
constexpr latchkey::RequestAttribute kManifests[] = {{"serviceInstance", "manifests"}};
constexpr AccessRequest kReadBeta = {"beta", "cloud-object-storage",
                                     "cloud-object-storage.object.get", kManifests};

RequestContext From(std::string_view address) {
  RequestContext context;
  context.source = latchkey::IpAddress::Parse(address);
  return context;
}

latchkey::RuleCondition TimeIs(latchkey::RuleOperator op, absl::Time when) {
  return {"{{environment.attributes.current_date_time}}",
          op,
          {absl::FormatTime("%Y-%m-%dT%H:%M:%S+00:00", when, absl::UTCTimeZone())}};
}

// Reading object storage in acme, from `from` until `until`.
latchkey::NewPolicy Window(absl::Time from, absl::Time until) {
  latchkey::NewPolicy policy;
  policy.account = AccountId("acme");
  policy.subject = latchkey::IamId("IBMid-heidi");
  policy.roles = {latchkey::RoleId("crn:v1:bluemix:public:iam::::serviceRole:Reader")};
  policy.resource = {
      {"serviceName", latchkey::AttributeOperator::kStringEquals, {"cloud-object-storage"}}};
  policy.pattern = "time-based-conditions:once";
  policy.rule = latchkey::PolicyRule{
      latchkey::RuleJoin::kAnd,
      {{std::nullopt, {TimeIs(latchkey::RuleOperator::kDateTimeGreaterThanOrEquals, from)}},
       {std::nullopt, {TimeIs(latchkey::RuleOperator::kDateTimeLessThan, until)}}}};
  return policy;
}

void TimeWindow(Story& story, World& world) {
  const latchkey::Policies policies = world.engine.policies();
  const latchkey::Access access = world.engine.access();
  const absl::Time now = absl::Now();
  const latchkey::Principal heidi = world.Act("heidi", "acme");
  const auto policy =
      Must(policies.Create(world.host(), Window(now - absl::Hours(2), now - absl::Hours(1))),
           "creating a policy");
  const auto shut = access.Explain(world.host(), heidi, kRead);
  story.Step("window-shut", "heidi reads by a policy whose time window ended an hour ago",
             "deny (no_policy)", Told(access.Authorize(heidi, kRead)), shut.ok() ? shut->text : "");
  Must(policies.Update(world.host(), AccountId("acme"), policy.id, IfMatch::Tag(policy.entity_tag),
                       Window(now - absl::Hours(1), now + absl::Hours(1))),
       "moving the window");
  story.Step("window-open", "the same, when the window is moved to end in an hour",
             "allow (allowed_by_policy)", Told(access.Authorize(heidi, kRead)));
}

void Boundary(Story& story, World& world) {
  const latchkey::Keys keys = world.engine.keys();
  const latchkey::Access access = world.engine.access();
  latchkey::NewApiKey request;
  request.name = "for a script";
  request.boundary.emplace_back();
  request.boundary[0].accounts = {AccountId("beta")};
  request.boundary[0].sources = {AddressRange::Parse("192.0.2.0/24").value()};
  const latchkey::CreatedKey key = Must(
      keys.Create(Caller::Acting(world.Act("dave", "acme")), request), "creating a bounded key");
  const std::string_view token = key.secret.ExposeSecret();
  story.Step("bounded-in", "dave's second key, bounded to beta and one network, reads in beta",
             "allow (allowed_by_policy)", Told(access.Check(token, kReadBeta, From("192.0.2.7"))));
  story.Step("bounded-out", "the same from elsewhere", "deny (key_boundary)",
             Told(access.Check(token, kReadBeta, From("198.51.100.7"))));
  story.Step("unbind", "dave, acting through that key, removes the boundary", "not_found",
             Told(keys.RemoveBoundaryTerm(Caller::Acting(access.Authenticate(token)), key.key.id,
                                          IfMatch::Any(), 0)
                      .status()),
             "the boundary leaves acme out, and with it the keys that dave has there");
}

void ContextRestriction(Story& story, World& world, std::string_view token) {
  const latchkey::ContextRules rules = world.engine.context_rules();
  const latchkey::Access access = world.engine.access();
  const Caller bob = Caller::Acting(world.Act("bob", "beta"));
  latchkey::NewNetworkZone office;
  office.account = AccountId("beta");
  office.name = "office";
  office.addresses = {AddressRange::Parse("192.0.2.0/24").value(),
                      AddressRange::Parse("2001:db8::/32").value()};
  const auto zone = Must(rules.CreateZone(bob, office), "creating a zone");
  latchkey::NewContextRule fence;
  fence.account = AccountId("beta");
  fence.resource = {
      {"serviceName", latchkey::AttributeOperator::kStringEquals, {"cloud-object-storage"}}};
  fence.contexts = {{{zone.id}}};
  const auto rule = rules.CreateRule(bob, fence);
  story.Step("fence", "bob, owner of beta, lets only the office reach object storage there", "ok",
             Told(rule.status()));
  story.Step("context-out", "dave's first key reads in beta from elsewhere", "deny (context_rule)",
             Told(access.Check(token, kReadBeta, From("198.51.100.7"))));
  story.Step("context-unknown", "and from nobody knows where", "deny (context_rule)",
             Told(access.Check(token, kReadBeta)));
  story.Step("context-in", "and from the office, its address written as IPv6",
             "allow (allowed_by_policy)",
             Told(access.Check(token, kReadBeta, From("::ffff:192.0.2.7"))));
  story.Step("zone-in-use", "bob deletes the zone", "state_forbids",
             Told(rules.DeleteZone(bob, office.account, zone.id, IfMatch::Any())));
  if (!rule.ok()) return;
  story.Step("locked-out", "bob takes the rule away, from elsewhere", "not_found",
             Told(rules.DeleteRule(bob, office.account, rule->id, IfMatch::Any())),
             "the rule binds those who administer it too; the host could always remove it");
  const Caller at_work = Caller::Acting(world.Act("bob", "beta"), From("2001:db8::7").source);
  story.Step("fence-down", "bob takes it away, from the office", "ok",
             Told(rules.DeleteRule(at_work, office.account, rule->id, IfMatch::Any())));
}

void ClassicKey(Story& story, World& world) {
  const latchkey::Keys keys = world.engine.keys();
  latchkey::NewApiKey request;
  request.name = "classic infrastructure";
  request.kind = latchkey::KeyKind::kClassic;
  const Caller grace = Caller::Acting(world.Act("grace", "acme"));
  const latchkey::CreatedKey key = Must(keys.Create(grace, request), "creating a classic key");
  story.Step("classic-one", "grace creates a second classic infrastructure key", "limit_exceeded",
             Told(keys.Create(grace, request).status()), "one for each user and account");
  story.Step("classic-admin", "erin, administrator of identities, reads grace's classic key",
             "not_found",
             Told(keys.Get(Caller::Acting(world.Act("erin", "acme")), key.key.id).status()),
             "no role helps: who invited whom decides");
  story.Step(
      "classic-above", "alice, at the root of the hierarchy, deletes it", "ok",
      Told(keys.Delete(Caller::Acting(world.Act("alice", "acme")), key.key.id, IfMatch::Any())));
}

}  // namespace

void Restrictions(Story& story, World& world, const latchkey::CreatedKey& key) {
  story.Chapter("Windows, boundaries, context rules, classic keys");
  TimeWindow(story, world);
  Boundary(story, world);
  ContextRestriction(story, world, key.secret.ExposeSecret());
  ClassicKey(story, world);
}

}  // namespace demo
