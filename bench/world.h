// bench/world.h: the organisation that everything here is measured on, in numbers and in words.
//
// N identities, N/10 accounts of 10 groups, 4 policies a group; each identity sits in 3 accounts,
// in 3 groups of each. Policies are about 20 services; roles hold 5, 10, 18 or 25 of a service's 40
// actions; 40 % are about the whole service, 30 % about a region, 20 % about an instance, 10 %
// about both. All of it follows from one seed.
#ifndef LATCHKEY_BENCH_WORLD_H_
#define LATCHKEY_BENCH_WORLD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace latchkey::bench {

struct Shape {
  std::uint32_t identities = 1000;
  std::uint32_t keys_per_identity = 10;
  std::uint32_t policies_per_group = 4;
  std::uint64_t seed = 20260101;

  [[nodiscard]] std::uint32_t accounts() const { return identities / 10; }
  [[nodiscard]] std::uint32_t keys() const { return identities * keys_per_identity; }
  [[nodiscard]] std::string name() const;  // of its folder
};

inline constexpr std::size_t kGroups = 10;  // of an account
inline constexpr std::size_t kSeats = 3;    // accounts of an identity
inline constexpr std::size_t kServices = 20;
inline constexpr std::size_t kActions = 40;  // of a service
inline constexpr std::array<std::size_t, 4> kRoleActions = {5, 10, 18, 25};
inline constexpr std::size_t kRegions = 8;
inline constexpr std::size_t kInstances = 200;  // of a service
inline constexpr std::uint16_t kAny = 0xFFFF;

// The place of an identity in one account.
struct Seat {
  std::uint32_t account = 0;
  std::array<std::uint8_t, 3> groups{};
};

struct PolicyFacts {
  std::uint16_t service = 0;
  std::uint16_t role = 0;
  std::uint16_t region = kAny;
  std::uint16_t instance = kAny;
};

// What is asked for, in numbers.
struct Wish {
  std::uint32_t key = 0;
  std::uint32_t identity = 0;
  std::uint32_t seat = 0;
  std::uint16_t service = 0;
  std::uint16_t action = 0;
  std::uint16_t region = 0;
  std::uint16_t instance = 0;
  bool allowed = false;  // what the answer must be
};

class World {
 public:
  explicit World(const Shape& shape);

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] const std::array<Seat, kSeats>& seats(std::uint32_t identity) const {
    return seats_[identity];
  }
  // Policy `n` of a group.
  [[nodiscard]] const PolicyFacts& policy(std::uint32_t account, std::size_t group,
                                          std::size_t n) const {
    return policies_[(account * kGroups + group) * shape_.policies_per_group + n];
  }
  // Whether a policy of the identity's groups grants; the rule in numbers.
  [[nodiscard]] bool Allows(const Wish& wish) const;
  // One request with key `key`; half of the answers allow.
  [[nodiscard]] Wish Draw(std::uint32_t key, std::mt19937_64& random) const;

  // The names.
  [[nodiscard]] const std::string& account(std::uint32_t n) const { return accounts_[n]; }
  [[nodiscard]] const std::string& service(std::size_t n) const { return services_[n]; }
  [[nodiscard]] const std::string& action(std::size_t service, std::size_t n) const {
    return actions_[service * kActions + n];
  }
  [[nodiscard]] const std::string& region(std::size_t n) const { return regions_[n]; }
  [[nodiscard]] const std::string& instance(std::size_t service, std::size_t n) const {
    return instances_[service * kInstances + n];
  }
  [[nodiscard]] const std::string& identity(std::uint32_t n) const { return identities_[n]; }
  [[nodiscard]] std::string Group(std::uint32_t account, std::size_t n) const;
  [[nodiscard]] std::string Role(std::size_t n) const;
  [[nodiscard]] static std::string Owner() { return "IBMid-bench-owner"; }

 private:
  Shape shape_;
  std::vector<std::array<Seat, kSeats>> seats_;
  std::vector<PolicyFacts> policies_;
  std::vector<std::string> identities_;
  std::vector<std::string> accounts_;
  std::vector<std::string> services_;
  std::vector<std::string> actions_;
  std::vector<std::string> regions_;
  std::vector<std::string> instances_;
};

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_WORLD_H_
