// The goals of this engine as ratios, each on one line. See goals.h.
//
//   goals_bench [--quick] [--identities N] [--rounds N]
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "bench/goals.h"
#include "bench/must.h"
#include "bench/report.h"

namespace latchkey::bench {
namespace {

GoalsPlan PlanOf(int argc, char** argv) {
  GoalsPlan plan;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const bool has_value = i + 1 < argc;
    if (argument == "--quick") {
      plan.quick = true;
      plan.identities = 10'000;
      plan.rounds = {.rounds = 9, .chunks = 100};
    } else if (argument == "--identities" && has_value) {
      plan.identities = static_cast<std::uint32_t>(std::strtoul(argv[++i], nullptr, 10));
    } else if (argument == "--rounds" && has_value) {
      plan.rounds.rounds = std::strtoul(argv[++i], nullptr, 10);
    } else {
      Fail("usage: goals_bench [--quick] [--identities N] [--rounds N]");
    }
  }
  return plan;
}

void Run(const GoalsPlan& plan) {
  MeasureStore(plan, Fixture({.identities = plan.identities}));
  const Subject large({.identities = plan.identities});
  large.ProveAgreement(20'000);
  MeasureWarm(plan, large);
  MeasureGrowth(plan, large);
  MeasureThreads(plan, large);
  MeasureTokens(plan, large);
  PrintGoal("warm_bytes_per_credential", large.bytes_per_credential(), "<= 128");
  PrintFigure("compiled access of an identity to an account", large.bytes_per_pair(), "bytes");
  MeasureProcesses(plan);
}

}  // namespace
}  // namespace latchkey::bench

int main(int argc, char** argv) {
  if (argc == 5 && std::string_view(argv[1]) == "--other-process") {
    return latchkey::bench::RunOtherProcess(argv[2], argv[3], argv[4]);
  }
  latchkey::bench::Run(latchkey::bench::PlanOf(argc, argv));
  return 0;
}
