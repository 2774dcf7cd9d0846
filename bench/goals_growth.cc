// What a decision costs as the store grows, as the identity's own policies grow, and on two cores.
#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"

#include "bench/goals.h"
#include "bench/must.h"
#include "bench/report.h"

namespace latchkey::bench {
namespace {

// Calls a second of `threads` threads together.
double Throughput(const Subject& subject, std::size_t threads, std::size_t chunks) {
  std::vector<double> each(threads);
  std::atomic<std::size_t> ready{0};
  std::vector<std::thread> running;
  for (std::size_t t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      Contender check = CheckStrings(subject);
      check.chunk();
      ++ready;
      while (ready.load() != threads) std::this_thread::yield();
      std::vector<double> ns;
      for (std::size_t i = 0; i < chunks; ++i) ns.push_back(check.chunk());
      each[t] = 1e9 / Trimmed(std::move(ns));
    });
  }
  double sum = 0;
  for (std::size_t t = 0; t < threads; ++t) {
    running[t].join();
    sum += each[t];
  }
  return sum;
}

}  // namespace

void MeasureGrowth(const GoalsPlan& plan, const Subject& large) {
  const std::uint32_t identities = large.fixture().world().shape().identities;
  if (identities == plan.small_identities) {
    PrintNotMeasured("authorize_growth_1k_100k", "the large fixture is the small one");
  } else {
    const Subject small({.identities = plan.small_identities});
    Contender little = AuthorizeStrings(small);
    Contender much = AuthorizeStrings(large);
    Measure(plan.rounds, {&little, &much});
    little.name += absl::StrCat(", ", plan.small_identities, " identities");
    much.name += absl::StrCat(", ", identities, " identities");
    PrintContender(little);
    PrintContender(much);
    if (identities == 100'000 && plan.small_identities == 1'000) {
      PrintGoal("authorize_growth_1k_100k", Ratio(much, little), "<= 3.5");
    } else {
      PrintNotMeasured("authorize_growth_1k_100k", "the fixtures are smaller");
      PrintFigure("authorize_growth", Ratio(much, little),
                  absl::StrCat("from ", plan.small_identities, " to ", identities, " identities"));
    }
  }
  const Subject few({.identities = 50, .keys_per_identity = 3, .policies_per_group = 4});
  const Subject many({.identities = 50, .keys_per_identity = 3, .policies_per_group = 256});
  many.ProveAgreement(2'000);
  Contender own12 = AuthorizeStrings(few);
  Contender own768 = AuthorizeStrings(many);
  Measure(plan.rounds, {&own12, &own768});
  own12.name += ", 12 own policies";
  own768.name += ", 768 own policies";
  PrintContender(own12);
  PrintContender(own768);
  PrintGoal("authorize_growth_own_12_768", Ratio(own768, own12), "<= 4");
}

void MeasureThreads(const GoalsPlan& plan, const Subject& large) {
  if (std::thread::hardware_concurrency() < 2) {
    PrintNotMeasured("check_two_threads", "this machine has one processor");
    return;
  }
  std::vector<double> ratios;
  for (std::size_t round = 0; round < plan.rounds.rounds; ++round) {
    const double one = Throughput(large, 1, plan.rounds.chunks);
    ratios.push_back(Throughput(large, 2, plan.rounds.chunks) / one);
  }
  PrintGoal("check_two_threads", Median(std::move(ratios)), ">= 1.9");
}

}  // namespace latchkey::bench
