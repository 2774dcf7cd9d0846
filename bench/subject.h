// bench/subject.h: an engine on a fixture with everything warm, and the proof that it answers what
// the oracle answers.
#ifndef LATCHKEY_BENCH_SUBJECT_H_
#define LATCHKEY_BENCH_SUBJECT_H_

#include <cstdint>
#include <vector>

#include "latchkey/engine.h"

#include "bench/fixture.h"
#include "bench/lean.h"
#include "bench/naive.h"
#include "bench/rounds.h"
#include "bench/traffic.h"

namespace latchkey::bench {

class Subject {
 public:
  // Shows every key once and asks about every account of every identity.
  explicit Subject(const Shape& shape);

  [[nodiscard]] const Fixture& fixture() const { return fixture_; }
  [[nodiscard]] const Engine& engine() const { return engine_; }
  [[nodiscard]] const Naive& naive() const { return naive_; }
  [[nodiscard]] const Lean& lean() const { return lean_; }
  [[nodiscard]] const std::vector<Principal>& principals() const { return principals_; }

  // Memory that warming up took: by each key, by each pair of identity and account.
  [[nodiscard]] double bytes_per_credential() const { return bytes_per_credential_; }
  [[nodiscard]] double bytes_per_pair() const { return bytes_per_pair_; }

  // All ways of asking the engine and both peers answer the same, and what the world says, for this
  // many requests; otherwise the program ends.
  void ProveAgreement(std::size_t requests) const;

 private:
  void Warm();

  Fixture fixture_;
  Engine engine_;
  Naive naive_;
  Lean lean_;
  std::vector<Principal> principals_;
  double bytes_per_credential_ = 0;
  double bytes_per_pair_ = 0;
};

// Contenders. Each draws its own requests, showing keys below `keys` (0: all).
[[nodiscard]] Contender CheckStrings(const Subject& subject, std::uint32_t keys = 0);
[[nodiscard]] Contender AuthorizeStrings(const Subject& subject, std::uint32_t keys = 0);
[[nodiscard]] Contender AuthorizeNaive(const Subject& subject);
[[nodiscard]] Contender AuthorizeLean(const Subject& subject);
[[nodiscard]] Contender CheckPrepared(const Subject& subject);
// 8 tokens, and one principal with 8 requests, a call; the figure is per request.
[[nodiscard]] Contender CheckBatch8(const Subject& subject);
[[nodiscard]] Contender AuthorizeBatch8(const Subject& subject);

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_SUBJECT_H_
