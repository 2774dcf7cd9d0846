// The goals of this engine as ratios, each on one line. See goals.h.
//
//   goals_bench [--quick] [--identities N] [--rounds N] [--only GROUP]
//
// GROUP is store, warm, growth, threads, tokens or processes.
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
    } else if (argument == "--only" && has_value) {
      plan.only = argv[++i];
    } else {
      Fail("usage: goals_bench [--quick] [--identities N] [--rounds N] [--only GROUP]");
    }
  }
  return plan;
}

void Run(const GoalsPlan& plan) {
  const auto wanted = [&plan](std::string_view group) {
    return plan.only.empty() || plan.only == group;
  };
  if (wanted("store")) MeasureStore(plan, Fixture({.identities = plan.identities}));
  if (wanted("warm") || wanted("growth") || wanted("threads") || wanted("tokens")) {
    const Subject large({.identities = plan.identities});
    large.ProveAgreement(20'000);
    if (wanted("warm")) MeasureWarm(plan, large);
    if (wanted("growth")) MeasureGrowth(plan, large);
    if (wanted("threads")) MeasureThreads(plan, large);
    if (wanted("tokens")) MeasureTokens(plan, large);
    PrintGoal("warm_bytes_per_credential", large.bytes_per_credential(), "<= 128");
    PrintFigure("compiled access of an identity to an account", large.bytes_per_pair(), "bytes");
  }
  if (wanted("processes")) MeasureProcesses(plan);
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
