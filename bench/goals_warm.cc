// Warm decisions, on the large fixture.
#include <algorithm>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

#include "bench/goals.h"
#include "bench/must.h"
#include "bench/raw_lmdb.h"
#include "bench/report.h"

namespace latchkey::bench {
namespace {

constexpr std::uint32_t kHotKeys = 1'000;

// A result that the compiler must compute.
template <class T>
void Keep(const T& value) {
  asm volatile("" : : "g"(value) : "memory");
}

struct KeyHash {
  std::size_t operator()(const KeyId& key) const { return absl::HashOf(key.bytes()); }
};
using KeyMap = absl::flat_hash_map<KeyId, std::uint64_t, KeyHash>;

template <class Ask>
Contender OverKeys(std::string name, const Subject& subject, std::uint32_t keys, Ask ask) {
  auto traffic = std::make_shared<Traffic>(subject.fixture(), 5, keys);
  return {std::move(name), [traffic, ask] {
            const std::span<const Question> questions = traffic->Next();
            std::uint64_t sum = 0;
            const std::uint64_t start = NowNs();
            for (const Question& question : questions) sum += ask(question.key);
            const std::uint64_t end = NowNs();
            Keep(sum);
            return static_cast<double>(end - start) / static_cast<double>(kChunk);
          }};
}

std::string AtSize(const Subject& subject) {
  const Shape& shape = subject.fixture().world().shape();
  return absl::StrCat("; at ", shape.keys(), " keys of ", shape.identities, " identities");
}

}  // namespace

void MeasureWarm(const GoalsPlan& plan, const Subject& large) {
  const RawLmdb raw(large.fixture());
  const Shape& shape = large.fixture().world().shape();
  KeyMap map;
  for (std::uint32_t i = 0; i < shape.keys(); ++i) map.emplace(large.fixture().key(i), i);

  Contender check = CheckStrings(large);
  Contender authorize = AuthorizeStrings(large);
  Contender naive = AuthorizeNaive(large);
  Contender lean = AuthorizeLean(large);
  Contender get = OverKeys("mdb_get", large, 0, [&raw](const KeyId& key) { return raw.Get(key); });
  Contender find = OverKeys("flat_hash_map find", large, 0,
                            [&map](const KeyId& key) { return map.find(key)->second; });
  Contender prepared = CheckPrepared(large);
  Contender checks = CheckBatch8(large);
  Measure(plan.rounds, {&check, &get, &prepared, &checks, &authorize, &naive, &find, &lean});

  const std::uint32_t hot = std::min(kHotKeys, shape.keys());
  Contender check_hot = CheckStrings(large, hot);
  check_hot.name += ", 1,000 hot keys";
  Contender get_hot = OverKeys("mdb_get, 1,000 hot keys", large, hot,
                               [&raw](const KeyId& key) { return raw.Get(key); });
  Measure(plan.rounds, {&check_hot, &get_hot});

  Contender batch = AuthorizeBatch8(large);
  Measure(plan.rounds, {&batch});

  for (const Contender* contender : {&check, &prepared, &checks, &authorize, &batch, &check_hot,
                                     &get, &get_hot, &find, &naive, &lean}) {
    PrintContender(*contender);
  }
  PrintFigure("naive_vs_hash_find", Ratio(naive, find), "(the contract's own: 40 at 100k)");
  PrintFigure("authorize_vs_lean", Ratio(authorize, lean), "(no goal: a better peer by hand)");
  const std::string size = AtSize(large);
  PrintGoal("check_warm_vs_mdb_get", Ratio(check, get), "<= 0.50, then 0.35" + size);
  PrintGoal("check_prepared_vs_mdb_get", Ratio(prepared, get), "<= 0.45");
  PrintGoal("check_batch8_vs_mdb_get", Ratio(checks, get), "<= 0.25");
  PrintGoal("check_hot_vs_mdb_get_hot", Ratio(check_hot, get_hot), "<= 0.35" + size);
  if (shape.identities == 100'000) {
    PrintGoal("authorize_vs_naive_100k", Ratio(authorize, naive), "<= 0.30");
  } else {
    PrintNotMeasured("authorize_vs_naive_100k", "the fixture is smaller");
    PrintFigure("authorize_vs_naive", Ratio(authorize, naive), size);
  }
}

}  // namespace latchkey::bench
