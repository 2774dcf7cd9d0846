#include "tests/kv/store.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "gtest/gtest.h"

namespace latchkey::kv::testing {

// TEST_TMPDIR may name a tmpfs: most of the time is fsync.
Place::Place() {
  const char* chosen = std::getenv("TEST_TMPDIR");
  std::string pattern = std::string(chosen != nullptr ? chosen : "/tmp") + "/latchkey-kv-XXXXXX";
  EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
  root_ = pattern;
}

Place::~Place() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

std::string Place::file(std::string_view name) const { return path() + "/" + std::string(name); }

EnvOptions Place::options() const {
  EnvOptions options;
  options.directory = path();
  options.map_size_bytes = std::uint64_t{64} << 20;
  options.tables = {"red", "blue"};
  return options;
}

std::unique_ptr<Env> MustOpen(const EnvOptions& options) {
  auto env = Env::Open(options);
  if (env.ok()) return *std::move(env);
  ADD_FAILURE() << "open: " << env.status();
  return nullptr;
}

Reason ReasonOfOpen(const EnvOptions& options) { return ReasonOf(Env::Open(options).status()); }

base::Deadline Soon() { return base::Deadline::After(absl::Minutes(2)); }
base::Deadline Now() { return base::Deadline::After(absl::ZeroDuration()); }

Reason PutOne(Env& env, Table table, std::string_view key, std::string_view value) {
  auto txn = env.BeginWrite(Soon());
  if (!txn.ok()) return ReasonOf(txn.status());
  if (const absl::Status put = txn->Put(table, key, value); !put.ok()) return ReasonOf(put);
  return ReasonOf(std::move(*txn).Commit());
}

std::optional<std::string> GetOne(Env& env, Table table, std::string_view key) {
  auto txn = env.BeginRead();
  if (!txn.ok()) return "<error>";
  const auto value = txn->Get(table, key);
  if (!value.ok()) return "<error>";
  if (!value->has_value()) return std::nullopt;
  return std::string(**value);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void WriteFile(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  EXPECT_EQ(::chmod(path.c_str(), S_IRUSR | S_IWUSR), 0);
}

}  // namespace latchkey::kv::testing
