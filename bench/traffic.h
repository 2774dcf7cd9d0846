// bench/traffic.h: requests as they arrive: their texts have just been read from a socket, so they
// lie together and are in the processor's cache, whichever key they show.
#ifndef LATCHKEY_BENCH_TRAFFIC_H_
#define LATCHKEY_BENCH_TRAFFIC_H_

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/decision.h"
#include "latchkey/identity.h"

#include "bench/fixture.h"
#include "bench/world.h"

namespace latchkey::bench {

inline constexpr std::size_t kChunk = 256;

struct Question {
  Wish wish;
  KeyId key;
  Principal principal;  // only where Traffic was given some
  AccessRequest request;
  std::array<RequestAttribute, 2> attributes;
  std::string_view token;
  std::array<char, 320> text;  // what the views above look at, one behind the other
  // For peers.
  std::string identity;
  std::string account;
};

class Traffic {
 public:
  // Requests show keys below `keys`; 0: all of the fixture. `principals`: one for each key, or
  // none. Each key shown makes `run` requests in a row.
  Traffic(const Fixture& fixture, std::uint64_t seed, std::uint32_t keys = 0,
          const std::vector<Principal>* principals = nullptr, std::uint32_t run = 1);
  Traffic(const Traffic&) = delete;
  Traffic& operator=(const Traffic&) = delete;

  // The next chunk. What it answered before is overwritten.
  std::span<const Question> Next();
  // As many of the last chunk as must be allowed.
  [[nodiscard]] std::uint32_t allowed() const { return allowed_; }

 private:
  void Set(Question& question);

  const Fixture& fixture_;
  std::mt19937_64 random_;
  std::uint32_t keys_;
  const std::vector<Principal>* principals_;
  std::uint32_t run_;
  std::uint32_t allowed_ = 0;
  std::vector<Question> chunk_;
};

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_TRAFFIC_H_
