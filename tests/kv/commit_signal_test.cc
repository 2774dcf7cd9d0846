// Goal: whoever waits for commits is woken by one, of any process, and not only when its time is
// up (domain C-1).
#include "gtest/gtest.h"

#include "engine/kv/env.h"
#include "tests/kv/child.h"
#include "tests/kv/store.h"

namespace latchkey::kv::testing {
namespace {

// Until more than `told` were told; false if the deadline came first.
bool IsWoken(const Env& env, std::uint32_t told) {
  const base::Deadline late = base::Deadline::After(absl::Minutes(1));
  while (env.CommitsTold() == told && !late.Passed()) env.AwaitCommit(told, late);
  return !late.Passed();
}

TEST(CommitSignal, WakesOtherProcesses) {
  const Place place;
  Child child([&](const Child::Link& link) {
    const auto env = MustOpen(place.options());
    const std::uint32_t told = env->CommitsTold();
    link.Tell();
    return IsWoken(*env, told) ? 0 : 1;
  });
  ASSERT_TRUE(child.Await());
  const auto env = MustOpen(place.options());
  const std::uint32_t before = env->CommitsTold();
  ASSERT_EQ(PutOne(*env, kRed, "key", "value"), Reason::kNone);
  EXPECT_EQ(child.Wait(), 0);
  EXPECT_EQ(env->CommitsTold(), before + 1);
}

}  // namespace
}  // namespace latchkey::kv::testing
