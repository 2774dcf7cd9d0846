#include "bench/report.h"

#include <cstdio>

namespace latchkey::bench {
namespace {

int Width(std::string_view text) { return static_cast<int>(text.size()); }

}  // namespace

void PrintGoal(std::string_view name, double value, std::string_view goal) {
  std::printf("ratio %.*s = %.4g (goal %.*s)\n", Width(name), name.data(), value, Width(goal),
              goal.data());
  std::fflush(stdout);
}

void PrintNotMeasured(std::string_view name, std::string_view why) {
  std::printf("ratio %.*s = not measured: %.*s\n", Width(name), name.data(), Width(why),
              why.data());
  std::fflush(stdout);
}

void PrintFigure(std::string_view name, double value, std::string_view unit) {
  std::printf("figure %.*s = %.4g %.*s\n", Width(name), name.data(), value, Width(unit),
              unit.data());
  std::fflush(stdout);
}

void PrintContender(const Contender& contender) {
  std::printf("figure %s = %.1f ns", contender.name.c_str(), MedianNs(contender));
  if (contender.engine != nullptr) {
    std::printf(" (%llu snapshots in %llu calls)",
                static_cast<unsigned long long>(contender.snapshots),
                static_cast<unsigned long long>(contender.asked));
  }
  std::printf("\n");
  std::fflush(stdout);
}

}  // namespace latchkey::bench
