// A child can be told from its parent.
#include "engine/base/process.h"

#include "gtest/gtest.h"

#include "tests/base/child.h"

namespace latchkey::base {
namespace {

// hazard L8: in the child, in its child, and in neither does the parent's own number move.
TEST(ForkGeneration, DiffersInEveryDescendant) {
  const std::uint64_t parent = ForkGeneration();
  EXPECT_EQ(test::ResultInChild([parent] {
              const std::uint64_t child = ForkGeneration();
              if (child == parent) return 1;
              return test::ResultInChild([parent, child] {
                const std::uint64_t grandchild = ForkGeneration();
                return grandchild == child || grandchild == parent ? 1 : 0;
              });
            }),
            0);
  EXPECT_EQ(ForkGeneration(), parent);
}

}  // namespace
}  // namespace latchkey::base
