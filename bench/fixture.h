// bench/fixture.h: a world stored by the engine itself, with tokens that work, kept between runs.
//
// The folder of a fixture holds the store, the tokens (test data, not secrets of anybody) and the
// ids of the keys. Keys are verified at the least cost that libsodium has (8 KiB, 1 pass): what is
// measured here is after the first verification, or says so.
#ifndef LATCHKEY_BENCH_FIXTURE_H_
#define LATCHKEY_BENCH_FIXTURE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "latchkey/engine.h"
#include "latchkey/identity.h"

#include "bench/world.h"

namespace latchkey::bench {

// Where fixtures are kept: $LATCHKEY_BENCH_CACHE, else /dev/shm/latchkey-bench where that is a
// folder in memory, else `latchkey-bench-cache` below the current directory.
[[nodiscard]] std::string CacheFolder();

class Fixture {
 public:
  // Finds it in the cache, or makes it there, telling on standard error how long that took. Ends
  // the program if it cannot.
  explicit Fixture(const Shape& shape);

  [[nodiscard]] const World& world() const { return world_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string store() const { return folder_ + "/store"; }
  [[nodiscard]] std::string_view token(std::uint32_t key) const {
    return std::string_view(tokens_).substr(key * token_size_, token_size_);
  }
  [[nodiscard]] const KeyId& key(std::uint32_t key) const { return keys_[key]; }

  // Options to open the store with, with caches as large as the fixture.
  [[nodiscard]] Options options() const;
  [[nodiscard]] Engine Open() const;

 private:
  void Make();
  void MakeOrganisation(const Engine& engine) const;
  void MakeKeys(const Engine& engine);
  void Load();

  World world_;
  std::string folder_;
  std::string tokens_;
  std::size_t token_size_ = 0;
  std::vector<KeyId> keys_;
};

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_FIXTURE_H_
