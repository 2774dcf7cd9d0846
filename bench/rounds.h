// bench/rounds.h: contenders measured in turns, so that what the machine does meanwhile hits all of
// them. Goals are ratios taken in one run of one program.
//
// A chunk is timed as a whole; what it needs is made ready before. The slowest 5 % of a block's
// chunks are dropped (the scheduler's doing); a ratio is taken per round, and its median counts.
#ifndef LATCHKEY_BENCH_ROUNDS_H_
#define LATCHKEY_BENCH_ROUNDS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "latchkey/engine.h"

namespace latchkey::bench {

[[nodiscard]] std::uint64_t NowNs();

struct Contender {
  std::string name;
  // One chunk: makes it ready, runs it, and returns the nanoseconds of the timed part per call.
  std::function<double()> chunk;
  // Where it asks an engine: whose snapshots are counted while it runs.
  const Engine* engine = nullptr;
  std::size_t calls = 256;  // of a chunk

  // What came out, one figure per round.
  std::vector<double> ns = {};
  std::uint64_t snapshots = 0;
  std::uint64_t asked = 0;
};

struct Plan {
  std::size_t rounds = 15;
  std::size_t chunks = 200;  // of a contender, in a round
};

void Measure(const Plan& plan, std::vector<Contender*> contenders);

[[nodiscard]] double Median(std::vector<double> values);
[[nodiscard]] inline double MedianNs(const Contender& contender) { return Median(contender.ns); }
// The median of the ratios of the rounds.
[[nodiscard]] double Ratio(const Contender& ours, const Contender& theirs);
// Mean without the slowest 5 %.
[[nodiscard]] double Trimmed(std::vector<double> values);

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_ROUNDS_H_
