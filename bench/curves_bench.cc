// What a warm call costs as things grow, as CSV on standard output: curve,x,what,ns
//
//   curves_bench [--quick]      then: python3 bench/draw_curves.py FILE.csv FILE.svg
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/must.h"
#include "bench/raw_lmdb.h"
#include "bench/subject.h"

namespace latchkey::bench {
namespace {

void PrintPoint(std::string_view curve, std::uint64_t x, std::string_view what, double ns) {
  std::printf("%.*s,%llu,\"%.*s\",%.1f\n", static_cast<int>(curve.size()), curve.data(),
              static_cast<unsigned long long>(x), static_cast<int>(what.size()), what.data(), ns);
  std::fflush(stdout);
}

Contender RawGet(const Subject& subject, const RawLmdb& raw) {
  auto traffic = std::make_shared<Traffic>(subject.fixture(), 6);
  return {"mdb_get", [traffic, &raw] {
            const std::span<const Question> questions = traffic->Next();
            std::uint64_t sum = 0;
            const std::uint64_t start = NowNs();
            for (const Question& question : questions) sum += raw.Get(question.key);
            const std::uint64_t end = NowNs();
            asm volatile("" : : "g"(sum) : "memory");
            return static_cast<double>(end - start) / static_cast<double>(kChunk);
          }};
}

// Calls of `threads` threads at once; the nanoseconds between two answers of all together.
double Together(const Subject& subject, std::size_t threads, std::size_t chunks) {
  std::vector<double> each(threads);
  std::vector<std::thread> running;
  for (std::size_t t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      Contender check = CheckStrings(subject);
      std::vector<double> ns;
      for (std::size_t i = 0; i < chunks; ++i) ns.push_back(check.chunk());
      each[t] = Trimmed(std::move(ns));
    });
  }
  double rate = 0;
  for (std::size_t t = 0; t < threads; ++t) {
    running[t].join();
    rate += 1 / each[t];
  }
  return 1 / rate;
}

void Run(bool quick) {
  const Plan plan{.rounds = quick ? 5U : 11U, .chunks = quick ? 50U : 150U};
  std::printf("curve,x,what,ns\n");
  std::vector<std::uint32_t> sizes = {100, 1'000, 10'000};
  if (!quick) sizes.push_back(100'000);
  for (const std::uint32_t identities : sizes) {
    const Subject subject({.identities = identities});
    subject.ProveAgreement(2'000);
    const RawLmdb raw(subject.fixture());
    Contender check = CheckStrings(subject);
    Contender authorize = AuthorizeStrings(subject);
    Contender naive = AuthorizeNaive(subject);
    Contender get = RawGet(subject, raw);
    Measure(plan, {&check, &authorize, &naive, &get});
    for (const Contender* contender : {&check, &authorize, &naive, &get}) {
      PrintPoint("identities", identities, contender->name, MedianNs(*contender));
    }
    PrintPoint("keys", subject.fixture().world().shape().keys(), check.name, MedianNs(check));
    PrintPoint("keys", subject.fixture().world().shape().keys(), get.name, MedianNs(get));
    if (identities != 10'000) continue;
    for (const std::size_t threads : {1U, 2U}) {
      PrintPoint("threads", threads, check.name, Together(subject, threads, plan.chunks * 4));
    }
  }
  for (const std::uint32_t policies : {4U, 16U, 64U, 256U}) {
    const Subject subject(
        {.identities = 50, .keys_per_identity = 3, .policies_per_group = policies});
    subject.ProveAgreement(1'000);
    Contender authorize = AuthorizeStrings(subject);
    Contender naive = AuthorizeNaive(subject);
    Measure(plan, {&authorize, &naive});
    PrintPoint("own policies", 3 * policies, authorize.name, MedianNs(authorize));
    PrintPoint("own policies", 3 * policies, naive.name, MedianNs(naive));
  }
}

}  // namespace
}  // namespace latchkey::bench

int main(int argc, char** argv) {
  const bool quick = argc == 2 && std::string_view(argv[1]) == "--quick";
  latchkey::bench::Must(argc == 1 || quick, "usage: curves_bench [--quick]");
  latchkey::bench::Run(quick);
  return 0;
}
