// Goal: compiled grants find what the interpreter finds, in a million random cases.
// Method: the worlds of the oracle, broken policies included; both are asked for the lowest serial.
#include "engine/authz/compiled_grants.h"

#include <cstdint>
#include <optional>
#include <string>

#include "gtest/gtest.h"

#include "engine/authz/evaluator.h"
#include "engine/authz/grants.h"
#include "oracle/world_feed.h"
#include "oracle/world_maker.h"

namespace latchkey::oracle_test {
namespace {

const base::HashKey kKey({0x0706050403020100U, 0x0F0E0D0C0B0A0908U});

authz::CatalogueIndex CatalogueOf(const WorldSource& source) {
  authz::CatalogueIndex index(kKey);
  for (const auto& [name, service] : source.services()) EXPECT_TRUE(index.Add(service));
  return index;
}

struct Tally {
  int asked = 0;
  int granted = 0;
};

// The first difference in this world, or nothing.
std::string AskAbout(std::uint64_t seed, Tally& tally) {
  ::oracle::WorldMaker maker(seed);
  const ::oracle::World world = maker.MakeWorld();
  WorldSource source = Feed(world);
  const authz::CatalogueIndex catalogue = CatalogueOf(source);
  for (int i = 0; i < 100; ++i) {
    const ::oracle::Actor actor = maker.MakeActor(world);
    const ::oracle::Request request = maker.MakeRequest(world, actor);
    const FedRequest fed(request);
    authz::RequestHashes hashes(kKey, fed.get());
    hashes.Finish(kKey, fed.get());
    if (hashes.form() != authz::CheckRequest(fed.get())) return "its form is another";
    if (hashes.form() != Reason::kNone) continue;
    const authz::Actor who = Feed(actor);
    const auto plain =
        authz::LowestGrant(source, who.identity.id, fed.get(), who.now, /*details=*/nullptr);
    const auto compiled =
        authz::CompileGrants(source, AccountId(fed.get().account), who.identity.id, catalogue);
    if (!plain.ok() || !compiled.ok()) return "a fault without a fault";
    const authz::HashedRequest hashed(catalogue, fed.get(), hashes);
    const std::uint64_t found = authz::LowestGrant(compiled->cells, compiled->kept.get(), hashed,
                                                   absl::ToUnixMicros(who.now));
    if (found != plain->value_or(0)) {
      return "seed " + std::to_string(seed) + ", question " + std::to_string(i) + ": " +
             std::to_string(found) + " instead of " + std::to_string(plain->value_or(0));
    }
    ++tally.asked;
    tally.granted += found != 0 ? 1 : 0;
  }
  return "";
}

// domain section 7 step 3, P-3 to P-6, P-10
TEST(CompiledGrants, AgreeWithTheInterpreter) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 10'000; ++seed) ASSERT_EQ(AskAbout(seed, tally), "");
  EXPECT_GE(tally.asked, 700'000);
  EXPECT_GE(tally.granted, tally.asked / 5);
}

}  // namespace
}  // namespace latchkey::oracle_test
