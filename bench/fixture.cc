#include "bench/fixture.h"

#include <sys/statfs.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"

#include "latchkey/testing.h"

#include "bench/must.h"
#include "bench/organisation.h"

namespace latchkey::bench {
namespace {

namespace fs = std::filesystem;

constexpr char kVersion[] = "v1";  // of what is in a fixture's folder

double Seconds() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Must(file.good(), "cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

void WriteFile(const std::string& path, std::string_view contents) {
  std::ofstream file(path, std::ios::binary);
  file.write(contents.data(), static_cast<std::streamsize>(contents.size()));
  file.close();
  Must(file.good(), "cannot write " + path);
}

}  // namespace

std::string CacheFolder() {
  if (const char* wanted = std::getenv("LATCHKEY_BENCH_CACHE"); wanted != nullptr) return wanted;
  struct statfs memory {};
  constexpr long kTmpfs = 0x01021994;
  if (statfs("/dev/shm", &memory) == 0 && memory.f_type == kTmpfs) return "/dev/shm/latchkey-bench";
  return fs::absolute("latchkey-bench-cache").string();
}

Fixture::Fixture(const Shape& shape) : world_(shape) {
  folder_ = absl::StrCat(CacheFolder(), "/", kVersion, "-", shape.name());
  if (!fs::exists(folder_ + "/keys")) Make();
  Load();
}

Options Fixture::options() const {
  const Shape& shape = world_.shape();
  Options options;
  options.path = store();
  options.argon2 = {8, 1};
  options.allow_weak_argon2_for_tests = true;
  options.verified_credentials = std::max(shape.keys(), 1U << 16);
  // As much as the fixture needs: valgrind cannot map the 64 GiB of the default.
  options.map_size_bytes = (std::uint64_t{1} << 30) + std::uint64_t{shape.keys()} * (16 << 10);
  // Room for every pair; what it takes is reported, not this.
  options.compiled_access_bytes =
      (std::uint64_t{64} << 20) +
      std::uint64_t{shape.identities} * kSeats * (1024 + 1024 * shape.policies_per_group);
  options.limits.policies_per_account = 100'000;
  options.limits.policies_per_subject = 10'000;
  return options;
}

Engine Fixture::Open() const { return Must(Engine::Open(options())); }

void Fixture::Make() {
  const double start = Seconds();
  const Shape& shape = world_.shape();
  std::fprintf(stderr, "bench: making %s: %u identities, %u keys\n", folder_.c_str(),
               shape.identities, shape.keys());
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  {
    const Engine engine = Open();
    MakeOrganisation(engine);
    std::fprintf(stderr, "bench: the organisation took %.1f s\n", Seconds() - start);
    MakeKeys(engine);
  }
  WriteFile(folder_ + "/tokens", tokens_);
  std::string ids;
  for (const KeyId& key : keys_) {
    ids.append(reinterpret_cast<const char*>(key.bytes().data()), key.bytes().size());
  }
  WriteFile(folder_ + "/keys", ids);  // last: with it the fixture is whole
  std::fprintf(stderr, "bench: made in %.1f s\n", Seconds() - start);
}

void Fixture::MakeOrganisation(const Engine& engine) const {
  const Call host = Call(Caller::TrustedHost()).Within(absl::Minutes(10));
  for (std::size_t i = 0; i < kServices; ++i) {
    Must(engine.policies().DefineService(host, ServiceOf(world_, i)));
  }
  const Shape& shape = world_.shape();
  constexpr std::uint32_t kUsersAtOnce = 5'000;
  for (std::uint32_t i = 0; i < shape.identities; i += kUsersAtOnce) {
    const std::uint32_t end = std::min(i + kUsersAtOnce, shape.identities);
    Must(engine.directory().Import(host, UsersJson(world_, i, end)).status());
  }
  const MembersByAccount members(world_);
  const std::uint32_t accounts_at_once = std::max(1U, 200 / shape.policies_per_group);
  for (std::uint32_t i = 0; i < shape.accounts(); i += accounts_at_once) {
    const std::uint32_t end = std::min(i + accounts_at_once, shape.accounts());
    Must(engine.directory().Import(host, members.AccountsJson(i, end)).status());
  }
}

void Fixture::MakeKeys(const Engine& engine) {
  const Call host = Call(Caller::TrustedHost()).Within(absl::Minutes(10));
  const std::uint32_t keys = world_.shape().keys();
  std::vector<NewApiKey> batch;
  const double start = Seconds();
  for (std::uint32_t i = 0; i < keys; ++i) {
    const std::uint32_t identity = i / world_.shape().keys_per_identity;
    NewApiKey wanted;
    wanted.iam_id = IamId(world_.identity(identity));
    wanted.account_id = AccountId(world_.account(world_.seats(identity)[i % kSeats].account));
    wanted.name = absl::StrCat("benchmark key ", i);
    batch.push_back(std::move(wanted));
    if (batch.size() < kCreateBatchMax && i + 1 < keys) continue;
    for (const CreatedKey& made : Must(engine.keys().CreateBatch(host, batch))) {
      keys_.push_back(made.key.id);
      tokens_ += made.secret.ExposeSecret();
    }
    batch.clear();
    if ((i + 1) % 100'000 == 0) {
      std::fprintf(stderr, "bench: %u keys, %.0f a second\n", i + 1, (i + 1) / (Seconds() - start));
    }
  }
}

void Fixture::Load() {
  tokens_ = Contents(folder_ + "/tokens");
  const std::string ids = Contents(folder_ + "/keys");
  const std::uint32_t keys = world_.shape().keys();
  Must(ids.size() == keys * sizeof(KeyId::Bytes) && tokens_.size() % keys == 0,
       "the fixture is damaged, remove it: " + folder_);
  token_size_ = tokens_.size() / keys;
  keys_.clear();
  for (std::uint32_t i = 0; i < keys; ++i) {
    KeyId::Bytes bytes{};
    std::copy_n(ids.begin() + static_cast<std::ptrdiff_t>(i * bytes.size()), bytes.size(),
                bytes.begin());
    keys_.emplace_back(bytes);
  }
}

}  // namespace latchkey::bench
