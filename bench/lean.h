// bench/lean.h: a better peer by hand: what the naive one looks up by text is resolved when it is
// built, and no text of the world is copied. It authorizes only, and follows no change.
#ifndef LATCHKEY_BENCH_LEAN_H_
#define LATCHKEY_BENCH_LEAN_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

#include "latchkey/decision.h"

#include "bench/world.h"

namespace latchkey::bench {

class Lean {
 public:
  // `world` must outlive this: the texts are its own.
  explicit Lean(const World& world);

  [[nodiscard]] bool Authorize(std::string_view identity, std::string_view account,
                               const AccessRequest& request) const;

 private:
  using Actions = absl::flat_hash_set<std::string>;
  struct Policy {
    std::string_view service;
    std::uint8_t group = 0;  // of the account
    const Actions* actions = nullptr;
    std::string_view region;    // empty: any
    std::string_view instance;  // empty: any
  };
  struct Membership {
    std::string_view account;
    std::array<std::uint8_t, 3> groups{};
  };

  absl::flat_hash_map<std::string, std::vector<Policy>> policies_;  // by account
  absl::flat_hash_map<std::string, std::array<Membership, kSeats>> members_;
  std::vector<Actions> roles_;
};

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_LEAN_H_
