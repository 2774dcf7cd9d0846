// Each thing alone, with Google Benchmark: ./figures_bench --benchmark_format=json and so on.
//
// $LATCHKEY_BENCH_IDENTITIES chooses the fixture (1000; 10 keys each). Goals are ratios taken in
// turns: goals_bench. These figures are for looking closer.
#include <sodium.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "benchmark/benchmark.h"

#include "bench/must.h"
#include "bench/raw_lmdb.h"
#include "bench/sqlite_peer.h"
#include "bench/subject.h"

namespace latchkey::bench {
namespace {

const Subject& TheSubject() {
  static const Subject* const subject = [] {
    const char* const wanted = std::getenv("LATCHKEY_BENCH_IDENTITIES");
    const auto identities =
        static_cast<std::uint32_t>(wanted == nullptr ? 1'000 : std::strtoul(wanted, nullptr, 10));
    auto* const made = new Subject({.identities = identities});
    made->ProveAgreement(5'000);
    return made;
  }();
  return *subject;
}

// Runs `ask` on the questions of ever new chunks; making them is not timed.
template <class Ask>
void OverTraffic(benchmark::State& state, std::uint32_t keys, Ask ask) {
  Traffic traffic(TheSubject().fixture(), static_cast<std::uint64_t>(state.thread_index()) + 11,
                  keys, &TheSubject().principals());
  while (state.KeepRunningBatch(kChunk)) {
    state.PauseTiming();
    const std::span<const Question> questions = traffic.Next();
    state.ResumeTiming();
    for (const Question& question : questions) benchmark::DoNotOptimize(ask(question));
  }
}

void Check(benchmark::State& state) {
  const Access access = TheSubject().engine().access();
  OverTraffic(state, static_cast<std::uint32_t>(state.range(0)), [&](const Question& question) {
    return access.Check(question.token, question.request).allowed();
  });
}
BENCHMARK(Check)->Arg(0)->Arg(1'000)->Threads(1)->Threads(2)->UseRealTime();

void Authenticate(benchmark::State& state) {
  const Access access = TheSubject().engine().access();
  OverTraffic(state, 0, [&](const Question& question) {
    return access.Authenticate(question.token).authenticated();
  });
}
BENCHMARK(Authenticate);

void Authorize(benchmark::State& state) {
  const Access access = TheSubject().engine().access();
  OverTraffic(state, 0, [&](const Question& question) {
    return access.Authorize(question.principal, question.request).allowed();
  });
}
BENCHMARK(Authorize);

void AuthorizeNaively(benchmark::State& state) {
  OverTraffic(state, 0, [](const Question& question) {
    return TheSubject().naive().Authorize(question.identity, question.account, question.request);
  });
}
BENCHMARK(AuthorizeNaively);

void MdbGet(benchmark::State& state) {
  const RawLmdb raw(TheSubject().fixture());
  OverTraffic(state, static_cast<std::uint32_t>(state.range(0)),
              [&](const Question& question) { return raw.Get(question.key); });
}
BENCHMARK(MdbGet)->Arg(0)->Arg(1'000);

void MdbEnvInfo(benchmark::State& state) {
  const RawLmdb raw(TheSubject().fixture());
  for (auto _ : state) benchmark::DoNotOptimize(raw.EnvInfo());
}
BENCHMARK(MdbEnvInfo);

void FlatHashMapFind(benchmark::State& state) {
  absl::flat_hash_map<KeyId::Bytes, std::uint32_t> map;
  const Fixture& fixture = TheSubject().fixture();
  for (std::uint32_t i = 0; i < fixture.world().shape().keys(); ++i) {
    map.emplace(fixture.key(i).bytes(), i);
  }
  OverTraffic(state, 0,
              [&](const Question& question) { return map.find(question.key.bytes())->second; });
}
BENCHMARK(FlatHashMapFind);

void SqlitePreparedLookup(benchmark::State& state) {
  SqlitePeer peer(TheSubject().fixture());
  OverTraffic(state, 0, [&](const Question& question) { return peer.Get(question.key); });
}
BENCHMARK(SqlitePreparedLookup);

void StockPwhashVerify(benchmark::State& state) {
  std::array<unsigned char, 32> hash{};
  const std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{};
  const auto memory = static_cast<std::size_t>(state.range(0)) * 1024;
  const auto passes = static_cast<unsigned long long>(state.range(1));
  for (auto _ : state) {
    Must(crypto_pwhash(hash.data(), hash.size(), "thirty-two bytes of some secret.", 32,
                       salt.data(), passes, memory, crypto_pwhash_ALG_ARGON2ID13) == 0,
         "crypto_pwhash failed");
  }
}
BENCHMARK(StockPwhashVerify)->Args({8, 1})->Args({19 * 1024, 2});

}  // namespace
}  // namespace latchkey::bench

BENCHMARK_MAIN();
