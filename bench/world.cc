#include "bench/world.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "bench/must.h"

namespace latchkey::bench {
namespace {

std::uint32_t Below(std::mt19937_64& random, std::uint64_t bound) {
  return static_cast<std::uint32_t>(random() % bound);
}

// Text of 32 hexadecimal digits, as account ids are at IBM.
std::string Hex32(std::uint64_t salt, std::uint64_t n) {
  std::mt19937_64 random(salt * 1'000'003 + n);
  const std::uint64_t high = random();
  return absl::StrFormat("%016x%016x", high, random());
}

std::string Uuid(std::uint64_t salt, std::uint64_t n) {
  const std::string hex = Hex32(salt, n);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

template <std::size_t kCount>
void DrawDistinct(std::mt19937_64& random, std::uint64_t bound,
                  std::array<std::uint32_t, kCount>& drawn) {
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto end = drawn.begin() + static_cast<std::ptrdiff_t>(i);
    do {
      drawn[i] = Below(random, bound);
    } while (std::find(drawn.begin(), end, drawn[i]) != end);
  }
}

PolicyFacts DrawPolicy(std::mt19937_64& random) {
  PolicyFacts policy;
  policy.service = static_cast<std::uint16_t>(Below(random, kServices));
  policy.role = static_cast<std::uint16_t>(Below(random, kRoleActions.size()));
  const std::uint32_t percent = Below(random, 100);
  const bool has_region = (percent >= 40 && percent < 70) || percent >= 90;
  const bool has_instance = percent >= 70;
  if (has_region) policy.region = static_cast<std::uint16_t>(Below(random, kRegions));
  if (has_instance) policy.instance = static_cast<std::uint16_t>(Below(random, kInstances));
  return policy;
}

bool Matches(const PolicyFacts& policy, const Wish& wish) {
  return policy.service == wish.service && wish.action < kRoleActions[policy.role] &&
         (policy.region == kAny || policy.region == wish.region) &&
         (policy.instance == kAny || policy.instance == wish.instance);
}

}  // namespace

std::string Shape::name() const {
  return absl::StrCat("i", identities, "-k", keys_per_identity, "-p", policies_per_group, "-s",
                      seed);
}

World::World(const Shape& shape) : shape_(shape) {
  Must(shape.accounts() > kSeats, "a world needs more accounts than an identity sits in");
  std::mt19937_64 random(shape.seed);
  seats_.resize(shape.identities);
  for (auto& seats : seats_) {
    std::array<std::uint32_t, kSeats> accounts{};
    DrawDistinct(random, shape.accounts(), accounts);
    for (std::size_t i = 0; i < kSeats; ++i) {
      std::array<std::uint32_t, 3> groups{};
      DrawDistinct(random, kGroups, groups);
      seats[i].account = accounts[i];
      for (std::size_t g = 0; g < groups.size(); ++g) {
        seats[i].groups[g] = static_cast<std::uint8_t>(groups[g]);
      }
    }
  }
  policies_.resize(std::size_t{shape.accounts()} * kGroups * shape.policies_per_group);
  for (PolicyFacts& policy : policies_) policy = DrawPolicy(random);

  for (std::uint32_t i = 0; i < shape.identities; ++i) {
    identities_.push_back(absl::StrFormat("IBMid-%s%07d", Hex32(2, i).substr(0, 10), i));
  }
  for (std::uint32_t i = 0; i < shape.accounts(); ++i) accounts_.push_back(Hex32(1, i));
  for (std::size_t s = 0; s < kServices; ++s) {
    services_.push_back(absl::StrFormat("cloud-service-%02d", s));
    for (std::size_t a = 0; a < kActions; ++a) {
      actions_.push_back(absl::StrFormat("%s.object.operate-%02d", services_.back(), a));
    }
    for (std::size_t i = 0; i < kInstances; ++i) instances_.push_back(Uuid(100 + s, i));
  }
  for (std::size_t i = 0; i < kRegions; ++i) regions_.push_back(absl::StrFormat("region-%d", i));
}

bool World::Allows(const Wish& wish) const {
  const Seat& seat = seats_[wish.identity][wish.seat];
  for (const std::uint8_t group : seat.groups) {
    for (std::size_t n = 0; n < shape_.policies_per_group; ++n) {
      if (Matches(policy(seat.account, group, n), wish)) return true;
    }
  }
  return false;
}

Wish World::Draw(std::uint32_t key, std::mt19937_64& random) const {
  Wish wish;
  wish.key = key;
  wish.identity = key / shape_.keys_per_identity;
  wish.seat = Below(random, kSeats);
  wish.region = static_cast<std::uint16_t>(Below(random, kRegions));
  const bool wanted = (random() & 1) != 0;
  const Seat& seat = seats_[wish.identity][wish.seat];
  const std::uint8_t group = seat.groups[Below(random, seat.groups.size())];
  const PolicyFacts& meant = policy(seat.account, group, Below(random, shape_.policies_per_group));
  // Both kinds of request are about a service that the identity has a policy on.
  wish.service = meant.service;
  wish.instance = static_cast<std::uint16_t>(Below(random, kInstances));
  if (wanted) {
    if (meant.region != kAny) wish.region = meant.region;
    if (meant.instance != kAny) wish.instance = meant.instance;
    wish.action = static_cast<std::uint16_t>(Below(random, kRoleActions[meant.role]));
    wish.allowed = true;
    return wish;
  }
  // Actions from 25 on are in no role, so this ends.
  do {
    wish.action = static_cast<std::uint16_t>(Below(random, kActions));
    wish.region = static_cast<std::uint16_t>(Below(random, kRegions));
  } while (Allows(wish));
  return wish;
}

std::string World::Group(std::uint32_t account, std::size_t n) const {
  return absl::StrCat("AccessGroupId-", Uuid(3, account * kGroups + n));
}

std::string World::Role(std::size_t n) const {
  return absl::StrCat("crn:v1:bluemix:public:iam::::serviceRole:Role", kRoleActions[n]);
}

}  // namespace latchkey::bench
