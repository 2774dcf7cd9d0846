// tests/kv/store.h: a store in a directory of its own, and short words for what tests do with it.
#ifndef LATCHKEY_TESTS_KV_STORE_H_
#define LATCHKEY_TESTS_KV_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "latchkey/status.h"

#include "engine/kv/env.h"

namespace latchkey::kv::testing {

inline constexpr Table kRed{0};
inline constexpr Table kBlue{1};

// A path of its own, removed at the end. There is nothing at `path()` at first.
class Place {
 public:
  Place();
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  [[nodiscard]] std::string path() const { return root_ + "/store"; }
  [[nodiscard]] std::string root() const { return root_; }
  [[nodiscard]] std::string file(std::string_view name) const;
  // With tables red and blue and a map of 64 MiB.
  [[nodiscard]] EnvOptions options() const;

 private:
  std::string root_;
};

[[nodiscard]] std::unique_ptr<Env> MustOpen(const EnvOptions& options);
[[nodiscard]] Reason ReasonOfOpen(const EnvOptions& options);

[[nodiscard]] base::Deadline Soon();  // far enough for any machine
[[nodiscard]] base::Deadline Now();   // has passed

// One transaction. kNone if it was made.
[[nodiscard]] Reason PutOne(Env& env, Table table, std::string_view key, std::string_view value);
// In a snapshot of its own; nothing if it is absent, and "<error>" if reading failed.
[[nodiscard]] std::optional<std::string> GetOne(Env& env, Table table, std::string_view key);

[[nodiscard]] std::string ReadFile(const std::string& path);
void WriteFile(const std::string& path, std::string_view bytes);  // mode 0600

}  // namespace latchkey::kv::testing

#endif  // LATCHKEY_TESTS_KV_STORE_H_
