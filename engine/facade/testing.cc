#include "latchkey/testing.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "engine/base/invariant.h"
#include "engine/crypto/crypto.h"

namespace latchkey::inline v0 {
namespace testing {

TemporaryStore::TemporaryStore() {
  const char* const base = std::getenv("TMPDIR");
  parent_ = std::string(base != nullptr ? base : "/tmp") + "/latchkey-XXXXXX";
  LATCHKEY_INVARIANT(mkdtemp(parent_.data()) != nullptr, "no temporary directory can be made");
  path_ = parent_ + "/store";
}

TemporaryStore::~TemporaryStore() {
  std::error_code ignored;  // a test that removed it itself has nothing left here
  std::filesystem::remove_all(parent_, ignored);
}

ManualClock::ManualClock()
    : wall_us_(absl::ToUnixMicros(absl::FromUnixSeconds(1'767'225'600))), boot_us_(0) {}

absl::Time ManualClock::Now() const { return absl::FromUnixMicros(wall_us_.load()); }
absl::Duration ManualClock::SinceBoot() const { return absl::Microseconds(boot_us_.load()); }

void ManualClock::Advance(absl::Duration by) {
  const std::int64_t micros = absl::ToInt64Microseconds(by);
  wall_us_.fetch_add(micros);
  boot_us_.fetch_add(micros);
}

void ManualClock::SetWallClock(absl::Time to) { wall_us_.store(absl::ToUnixMicros(to)); }

Options FastOptions(const TemporaryStore& store, const Clock& clock) {
  Options options;
  options.path = store.path();
  options.clock = &clock;
  options.argon2.memory_kib = crypto::kArgon2MemoryMinKib;
  options.argon2.passes = 1;
  options.allow_weak_argon2_for_tests = true;
  options.map_size_bytes = std::uint64_t{1} << 30;
  return options;
}

}  // namespace testing
}  // namespace latchkey::inline v0
