// bench/report.h: the lines that a goals run prints. One line for each goal, whether it could be
// measured or not:
//
//   ratio NAME = VALUE (goal <= 0.50, then 0.35; more words)
//   ratio NAME = not measured: why
#ifndef LATCHKEY_BENCH_REPORT_H_
#define LATCHKEY_BENCH_REPORT_H_

#include <string_view>

#include "bench/rounds.h"

namespace latchkey::bench {

void PrintGoal(std::string_view name, double value, std::string_view goal);
void PrintNotMeasured(std::string_view name, std::string_view why);
// A figure that is no goal.
void PrintFigure(std::string_view name, double value, std::string_view unit);
// Nanoseconds a call, and how many snapshots the timed calls took.
void PrintContender(const Contender& contender);

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_REPORT_H_
