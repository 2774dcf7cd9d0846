// bench/goals.h: the goals, in groups that need the same things set up.
#ifndef LATCHKEY_BENCH_GOALS_H_
#define LATCHKEY_BENCH_GOALS_H_

#include <cstdint>
#include <string_view>

#include "bench/rounds.h"
#include "bench/subject.h"

namespace latchkey::bench {

struct GoalsPlan {
  std::uint32_t identities = 100'000;  // of the large fixture, 10 keys each
  std::uint32_t small_identities = 1'000;
  bool quick = false;
  std::string_view only;  // of the groups below; empty: all
  Plan rounds;
};

// Opening, overhead and mutations; no engine may have the fixtures open.
void MeasureStore(const GoalsPlan& plan, const Fixture& large);
// Warm decisions against a raw read of LMDB and against the naive peer, on the large fixture.
void MeasureWarm(const GoalsPlan& plan, const Subject& large);
// What it costs as the store and the identity's own policies grow.
void MeasureGrowth(const GoalsPlan& plan, const Subject& large);
// Tokens that nobody issued, first uses, and the freshness test.
void MeasureTokens(const GoalsPlan& plan, const Subject& large);
void MeasureThreads(const GoalsPlan& plan, const Subject& large);

// What another process' commits do to this one's decisions.
void MeasureProcesses(const GoalsPlan& plan);
// That other process: it obeys bytes from standard input, and answers each with one byte.
//   d, r  deactivates and restores the policy `policy` of the account "one"
//   c, s  commits 500 small changes a second, and stops
[[nodiscard]] int RunOtherProcess(const char* store, const char* policy, const char* key);

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_GOALS_H_
