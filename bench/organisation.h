// bench/organisation.h: a world in the form that Directory::Import reads.
#ifndef LATCHKEY_BENCH_ORGANISATION_H_
#define LATCHKEY_BENCH_ORGANISATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "latchkey/policy.h"

#include "bench/world.h"

namespace latchkey::bench {

[[nodiscard]] Service ServiceOf(const World& world, std::size_t n);

// Identities `first` to before `end`; with the first ones comes the owner of all accounts.
[[nodiscard]] std::string UsersJson(const World& world, std::uint32_t first, std::uint32_t end);

// Identities and their groups there, by account.
class MembersByAccount {
 public:
  explicit MembersByAccount(const World& world);

  // Accounts `first` to before `end` with their members, groups and policies.
  [[nodiscard]] std::string AccountsJson(std::uint32_t first, std::uint32_t end) const;

 private:
  struct Member {
    std::uint32_t identity = 0;
    std::size_t seat = 0;
  };

  void AppendAccount(std::uint32_t account, std::string& json) const;

  const World& world_;
  std::vector<std::vector<Member>> members_;
};

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_ORGANISATION_H_
