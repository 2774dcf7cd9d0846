// tests/oracle/world_feed.h: the bridge from the oracle's plain worlds to the engine's types.
#ifndef LATCHKEY_TESTS_ORACLE_WORLD_FEED_H_
#define LATCHKEY_TESTS_ORACLE_WORLD_FEED_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/decision.h"

#include "engine/authz/evaluator.h"
#include "oracle/oracle.h"
#include "oracle/world.h"
#include "oracle/world_source.h"

namespace latchkey::oracle_test {

// The operators of rules, in the order of the engine's numbers.
inline constexpr std::array<std::string_view, 19> kRuleOperatorNames = {
    "stringEquals",
    "stringMatch",
    "stringExists",
    "stringEqualsAnyOf",
    "stringMatchAnyOf",
    "timeLessThan",
    "timeLessThanOrEquals",
    "timeGreaterThan",
    "timeGreaterThanOrEquals",
    "dateLessThan",
    "dateLessThanOrEquals",
    "dateGreaterThan",
    "dateGreaterThanOrEquals",
    "dateTimeLessThan",
    "dateTimeLessThanOrEquals",
    "dateTimeGreaterThan",
    "dateTimeGreaterThanOrEquals",
    "dayOfWeekEquals",
    "dayOfWeekAnyOf"};

// Everything of `world`; policies as the store holds them, broken ones too.
WorldSource Feed(const ::oracle::World& world);

authz::Actor Feed(const ::oracle::Actor& actor);

// Keeps the attributes that the borrowed request points to; `request` must outlive it.
class FedRequest {
 public:
  explicit FedRequest(const ::oracle::Request& request);
  FedRequest(const FedRequest&) = delete;
  FedRequest& operator=(const FedRequest&) = delete;

  [[nodiscard]] const AccessRequest& get() const { return request_; }

 private:
  std::vector<RequestAttribute> attributes_;
  std::vector<std::string_view> tags_;
  AccessRequest request_;
};

// A verdict in the oracle's words.
::oracle::Answer Plain(const authz::Verdict& verdict);

// Empty if they agree in every respect, else what differs.
std::string Difference(const ::oracle::Answer& engine, const ::oracle::Answer& oracle);

}  // namespace latchkey::oracle_test

#endif  // LATCHKEY_TESTS_ORACLE_WORLD_FEED_H_
