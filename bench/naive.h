// bench/naive.h: the peer that somebody writes in an afternoon: maps of strings, and a scan of the
// account's policies. Its answers are the oracle for the engine's.
#ifndef LATCHKEY_BENCH_NAIVE_H_
#define LATCHKEY_BENCH_NAIVE_H_

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "latchkey/decision.h"

#include "bench/world.h"

namespace latchkey::bench {

class Naive {
 public:
  explicit Naive(const World& world);

  [[nodiscard]] bool Authorize(const std::string& identity, const std::string& account,
                               const AccessRequest& request) const;

 private:
  struct Policy {
    std::string group;
    std::string service;
    std::string role;
    std::vector<std::pair<std::string, std::string>> attributes;
  };
  using Groups = std::unordered_set<std::string>;

  std::unordered_map<std::string, std::vector<Policy>> policies_;  // by account
  // By identity, then by account.
  std::unordered_map<std::string, std::unordered_map<std::string, Groups>> members_;
  std::unordered_map<std::string, std::unordered_set<std::string>> roles_;  // by service/role
};

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_NAIVE_H_
