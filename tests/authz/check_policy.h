// tests/authz/check_policy.h: CheckPolicy in the world of evaluator_world.h, and what its refusals
// look like.
#ifndef LATCHKEY_TESTS_AUTHZ_CHECK_POLICY_H_
#define LATCHKEY_TESTS_AUTHZ_CHECK_POLICY_H_

#include <string>
#include <string_view>

#include "gtest/gtest.h"

#include "latchkey/status.h"

#include "authz/evaluator_world.h"
#include "engine/authz/policy_check.h"
#include "engine/base/text.h"

namespace latchkey::authz {

inline absl::Status Check(const NewPolicy& policy) {
  evaluator_world::WorldSource world = evaluator_world::MakeWorld();
  return CheckPolicy(world, policy);
}

// At that path, and without an echo: a test that cares puts SENTINEL into what it gives.
inline void ExpectRefused(const NewPolicy& policy, std::string_view path,
                          Reason reason = Reason::kMalformed) {
  const absl::Status status = Check(policy);
  EXPECT_EQ(ReasonOf(status), reason) << path;
  EXPECT_TRUE(base::ToStd(status.message()).starts_with(std::string(path) + ": "))
      << path << " in " << status.message();
  EXPECT_EQ(status.message().find("SENTINEL"), absl::string_view::npos) << status.message();
}

}  // namespace latchkey::authz

#endif  // LATCHKEY_TESTS_AUTHZ_CHECK_POLICY_H_
