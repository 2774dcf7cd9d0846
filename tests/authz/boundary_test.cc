// Goal: a boundary lets through exactly what every one of its terms names, and nothing that an
// administrative act does escapes it (domain R-2). Method: each direction alone at its edges; then
// every act × caller × target of the who-may table, through keys with a wide and a closed boundary.
#include "engine/authz/boundary.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "authz/evaluator_world.h"

namespace latchkey::authz {
namespace {

using namespace evaluator_world;

Actor Bounded(std::vector<BoundaryTerm> terms) {
  Actor actor = From(kHome);
  actor.now = absl::FromUnixSeconds(1'000);
  actor.source = IpAddress::Parse("192.0.2.7");
  actor.bound = base::KeyBound{std::move(terms), std::nullopt, LeakAction::kNone};
  return actor;
}

bool Passes(const Actor& actor, const Question& question = {}) {
  std::vector<RequestAttribute> attributes;
  for (const auto& [key, value] : question.attributes) attributes.push_back({key, value});
  return PassesBoundary(actor, {question.account, question.service, question.action, attributes});
}

BoundaryTerm Sources(std::string_view range) {
  BoundaryTerm term;
  term.sources = {AddressRange::Parse(range).value()};
  return term;
}

// domain R-2: names are compared byte by byte; an empty list restricts nothing.
TEST(Boundary, ListsAccountsServicesAndActions) {
  BoundaryTerm term;
  EXPECT_TRUE(Passes(From(kHome))) << "no boundary";
  term.accounts = {AccountId("other"), kHome};
  EXPECT_TRUE(Passes(Bounded({term})));
  EXPECT_FALSE(Passes(Bounded({term}), {.account = "away"}));
  EXPECT_FALSE(Passes(Bounded({term}), {.account = "hom"}));
  term.services = {"kms"};
  EXPECT_TRUE(Passes(Bounded({term})));
  EXPECT_FALSE(Passes(Bounded({term}), {.service = "KMS"}));
  term.actions = {"kms.read", "kms.list"};
  EXPECT_TRUE(Passes(Bounded({term})));
  EXPECT_FALSE(Passes(Bounded({term}), {.action = "kms.read.more"}));
}

// domain R-2, P-4: an attribute that the request lacks does not hold.
TEST(Boundary, AttributesHoldAsInAPolicy) {
  BoundaryTerm term;
  term.resource = {Attribute("region", "eu-*", Op::kStringMatch), Attribute("resource", "a")};
  EXPECT_TRUE(Passes(Bounded({term}), {.attributes = {{"region", "eu-de"}, {"resource", "a"}}}));
  EXPECT_FALSE(Passes(Bounded({term}), {.attributes = {{"region", "eu-de"}, {"resource", "b"}}}));
  EXPECT_FALSE(Passes(Bounded({term}), {.attributes = {{"region", "eu-de"}}}));
  EXPECT_FALSE(Passes(Bounded({term})));
}

// domain, hazard C93: an absent source is in no range; both spellings of IPv4 are one.
TEST(Boundary, SourcesLieInARange) {
  Actor actor = Bounded({Sources("192.0.2.0/24")});
  EXPECT_TRUE(Passes(actor));
  actor.source = IpAddress::Parse("::ffff:192.0.2.9");
  EXPECT_TRUE(Passes(actor));
  actor.source = IpAddress::Parse("192.0.3.0");
  EXPECT_FALSE(Passes(actor));
  actor.source = std::nullopt;
  EXPECT_FALSE(Passes(actor));
  EXPECT_FALSE(Passes([&] {
    Actor any = Bounded({Sources("::/0")});
    any.source = std::nullopt;
    return any;
  }()))
      << "every address is still an address";
}

// domain R-2: from not_before on, until just before not_after.
TEST(Boundary, TimesAreAHalfOpenWindow) {
  BoundaryTerm term;
  term.not_before = absl::FromUnixSeconds(1'000);
  term.not_after = absl::FromUnixSeconds(1'001);
  Actor actor = Bounded({term});
  EXPECT_TRUE(Passes(actor));
  actor.now -= absl::Nanoseconds(1);
  EXPECT_FALSE(Passes(actor));
  actor.now = *term.not_after - absl::Nanoseconds(1);
  EXPECT_TRUE(Passes(actor));
  actor.now = *term.not_after;
  EXPECT_FALSE(Passes(actor));
}

// domain R-2, hazard C28: all terms must allow, in whatever order and however often.
TEST(Boundary, EveryTermMustAllow) {
  BoundaryTerm open, closed;
  open.accounts = {kHome};
  closed.accounts = {kAway};
  EXPECT_TRUE(Passes(Bounded({open, open})));
  EXPECT_FALSE(Passes(Bounded({open, closed})));
  EXPECT_FALSE(Passes(Bounded({closed, open})));
  EXPECT_FALSE(Passes(Bounded({closed, closed})));
}

// domain R-2, section 7 step 4: after the union, of the owner too, and it only shrinks.
TEST(Boundary, CutsWhatWasGranted) {
  WorldSource world = MakeWorld();
  world.Put(MakePolicy(3, kUser, {kReader}, OnKms()));
  BoundaryTerm term;
  term.actions = {"kms.write"};
  const Actor user = Bounded({term});
  const Verdict cut = Ask(world, user, {}).value();
  EXPECT_EQ(cut.outcome, latchkey::Outcome::kDeny);
  EXPECT_EQ(cut.reason, Reason::kKeyBoundary);
  EXPECT_EQ(cut.policy_serial, 3u) << "what it cut";
  EXPECT_EQ(Ask(world, user, {.action = "kms.write"})->reason, Reason::kNoPolicy)
      << "a boundary grants nothing";
  Actor owner = user;
  owner.identity.id = kOwner;
  EXPECT_EQ(Ask(world, owner, {})->reason, Reason::kKeyBoundary);
  EXPECT_EQ(Ask(world, owner, {.action = "kms.write"})->reason, Reason::kAllowedByOwner);
}

// domain R-2, P-9: what is stored can be evaluated, in bounded time.
TEST(Boundary, RefusesTermsThatAreNotOfTheForm) {
  const auto refused = [](const auto& change) {
    BoundaryTerm term;
    change(term);
    return ReasonOf(CheckBoundaryTerm(term, "term")) != Reason::kNone;
  };
  using Term = BoundaryTerm;
  EXPECT_TRUE(refused([](Term&) {})) << "it restricts nothing";
  EXPECT_FALSE(refused([](Term& t) { t.accounts = {kHome}; }));
  EXPECT_TRUE(refused([](Term& t) { t.accounts.assign(65, kHome); }));
  EXPECT_FALSE(refused([](Term& t) { t.accounts.assign(64, kHome); }));
  EXPECT_TRUE(refused([](Term& t) { t.accounts = {AccountId("a b")}; }));
  EXPECT_TRUE(refused([](Term& t) { t.services = {""}; }));
  EXPECT_TRUE(refused([](Term& t) { t.services = {std::string(129, 's')}; }));
  EXPECT_TRUE(refused([](Term& t) { t.services.assign(65, "kms"); }));
  EXPECT_TRUE(refused([](Term& t) { t.actions = {"kms\n"}; }));
  EXPECT_TRUE(refused([](Term& t) { t.sources.assign(65, AddressRange{}); }));
  EXPECT_TRUE(refused([](Term& t) {
    t.sources = {{IpAddress::Parse("10.0.0.2").value(), IpAddress::Parse("10.0.0.1").value()}};
  }));
  for (const char* key : {"accountId", "serviceName", "serviceType", "service_group_id", ""}) {
    EXPECT_TRUE(refused([&](Term& t) { t.resource = {Attribute(key, "x")}; })) << key;
  }
  EXPECT_TRUE(refused([](Term& t) { t.resource = {Attribute("a", "x"), Attribute("a", "y")}; }));
  EXPECT_TRUE(refused([](Term& t) { t.resource = {Attribute("a", "\xff")}; }));
  EXPECT_TRUE(refused([](Term& t) { t.resource = {Attribute("a", "maybe", Op::kStringExists)}; }));
  EXPECT_TRUE(refused([](Term& t) { t.resource = {{"a", Op::kStringEquals, {"x", "y"}}}; }));
  EXPECT_TRUE(refused([](Term& t) { t.resource = {{"a", static_cast<Op>(9), {"x"}}}; }));
  EXPECT_TRUE(refused([](Term& t) { t.not_after = absl::InfiniteFuture(); }));
  EXPECT_TRUE(refused([](Term& t) {
    t.not_before = absl::FromUnixSeconds(5);
    t.not_after = t.not_before;
  }));
}

}  // namespace
}  // namespace latchkey::authz
