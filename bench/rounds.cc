#include "bench/rounds.h"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "bench/must.h"

namespace latchkey::bench {
namespace {

// Info reads the store too: its own snapshots are not the contender's.
std::uint64_t SnapshotsOf(const Engine& engine) { return Must(engine.Info()).counters.snapshots; }

std::uint64_t SnapshotsOfInfo(const Engine& engine) {
  const std::uint64_t before = SnapshotsOf(engine);
  return SnapshotsOf(engine) - before;
}

void RunBlock(std::size_t chunks, Contender& contender) {
  constexpr std::size_t kWarmUp = 4;
  for (std::size_t i = 0; i < kWarmUp; ++i) contender.chunk();
  std::vector<double> ns;
  const bool counts = contender.engine != nullptr;
  const std::uint64_t own = counts ? SnapshotsOfInfo(*contender.engine) : 0;
  const std::uint64_t before = counts ? SnapshotsOf(*contender.engine) : 0;
  for (std::size_t i = 0; i < chunks; ++i) ns.push_back(contender.chunk());
  if (counts) contender.snapshots += SnapshotsOf(*contender.engine) - before - own;
  contender.asked += chunks * contender.calls;
  contender.ns.push_back(Trimmed(std::move(ns)));
}

}  // namespace

std::uint64_t NowNs() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
}

void Measure(const Plan& plan, std::vector<Contender*> contenders) {
  for (std::size_t round = 0; round < plan.rounds; ++round) {
    for (Contender* const contender : contenders) RunBlock(plan.chunks, *contender);
    // Nobody is always the one that comes after the same other.
    std::rotate(contenders.begin(), contenders.begin() + 1, contenders.end());
  }
}

double Median(std::vector<double> values) {
  Must(!values.empty(), "a median of nothing");
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double Ratio(const Contender& ours, const Contender& theirs) {
  Must(ours.ns.size() == theirs.ns.size(), "a ratio needs rounds of both");
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.ns.size(); ++i) ratios.push_back(ours.ns[i] / theirs.ns[i]);
  return Median(std::move(ratios));
}

double Trimmed(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  values.resize(std::max<std::size_t>(1, values.size() * 95 / 100));
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace latchkey::bench
