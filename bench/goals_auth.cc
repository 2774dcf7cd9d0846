// Tokens: those that nobody issued, those seen for the first time; and the test of freshness.
#include <sodium.h>

#include <array>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "latchkey/testing.h"

#include "bench/goals.h"
#include "bench/must.h"
#include "bench/raw_lmdb.h"
#include "bench/report.h"
#include "engine/cache/warm_cache.h"
#include "engine/codec/token.h"
#include "engine/store/store.h"

namespace latchkey::bench {
namespace {

// As the engine's, but with a tag that is drawn: the CRC is right, the tag is not.
std::string Forged(const KeyId::Bytes& key, std::mt19937_64& random) {
  codec::TokenFields fields;
  fields.key_id = key;
  fields.secret_number = 1;
  for (std::uint8_t& byte : fields.secret) byte = static_cast<std::uint8_t>(random());
  std::array<char, 128> text{};
  const std::size_t head = codec::WriteTokenHead("lk", fields, text);
  return {text.data(), codec::FinishToken(text, head, random())};
}

void MeasureUnissued(const GoalsPlan& plan, const Subject& large) {
  auto random = std::make_shared<std::mt19937_64>(7);
  const Access access = large.engine().access();
  const std::uint32_t keys = large.fixture().world().shape().keys();
  Contender refuse = {
      "Authenticate, never issued",
      [random, access, keys, &large] {
        std::vector<std::string> tokens;
        for (std::size_t i = 0; i < kChunk; ++i) {
          KeyId::Bytes id =
              large.fixture().key(static_cast<std::uint32_t>((*random)() % keys)).bytes();
          if (i % 2 == 0) id[15] = static_cast<std::uint8_t>(id[15] ^ 0x5A);
          tokens.push_back(Forged(id, *random));
        }
        std::size_t refused = 0;
        const std::uint64_t start = NowNs();
        for (const std::string& token : tokens) {
          refused += access.Authenticate(token).reason() == Reason::kUnknownCredential ? 1U : 0U;
        }
        const std::uint64_t end = NowNs();
        Must(refused == kChunk, "a token that nobody issued was not refused as unknown");
        return static_cast<double>(end - start) / static_cast<double>(kChunk);
      },
      &large.engine()};
  const EngineCounters before = Must(large.engine().Info()).counters;
  Measure(plan.rounds, {&refuse});
  const EngineCounters after = Must(large.engine().Info()).counters;
  Must(after.argon2_runs == before.argon2_runs, "a token that nobody issued cost an Argon2");
  PrintContender(refuse);
  PrintGoal("unissued_per_second", 1e9 / MedianNs(refuse),
            absl::StrCat(">= 2,000,000; ", refuse.snapshots, " reads, 0 Argon2"));
}

// As Engine would: the freshness test alone shows in no public call.
void MeasureFreshness(const GoalsPlan& plan, const RawLmdb& raw) {
  const testing::TemporaryStore place;
  store::StoreOptions options;
  options.directory = place.path();
  options.map_size_bytes = std::uint64_t{1} << 30;
  options.max_readers = 64;
  options.token_prefix = "lk";
  options.crn_prefix = "crn:v1:bluemix:public";
  options.now = absl::Now();
  const std::unique_ptr<store::Store> store = Must(store::Store::Open(options));
  const crypto::Bytes16 key{};
  cache::ReadSide readers;
  const auto warm = Must(cache::WarmCache::Make(key, readers, 1'000, 1 << 20));
  {
    const auto snapshot = Must(store->Read());
    Must(warm->Follow(*store, *snapshot), "the store could not be followed");
  }
  constexpr std::size_t kCalls = 4'096;
  const auto time = [](auto ask) {
    std::uint64_t sum = 0;
    const std::uint64_t start = NowNs();
    for (std::size_t i = 0; i < kCalls; ++i) {
      sum += ask();
      asm volatile("" : "+r"(sum) : : "memory");
    }
    return static_cast<double>(NowNs() - start) / static_cast<double>(kCalls);
  };
  Contender fresh = {"freshness test", [&] {
                       return time([&] {
                         const cache::Moment moment = warm->Fresh(*store);
                         Must(moment.txn != 0, "the store is not fresh");
                         return moment.txn;
                       });
                     }};
  Contender info = {"mdb_env_info", [&] { return time([&] { return raw.EnvInfo(); }); }};
  Measure(plan.rounds, {&fresh, &info});
  PrintContender(fresh);
  PrintContender(info);
  PrintGoal("freshness_ns_vs_env_info", Ratio(fresh, info), "<= 3");
}

double StockPwhash(std::uint64_t passes, std::size_t bytes) {
  std::array<unsigned char, 32> hash{};
  const std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{};
  const char secret[] = "thirty-two bytes of some secret.";
  const std::uint64_t start = NowNs();
  Must(crypto_pwhash(hash.data(), hash.size(), secret, 32, salt.data(), passes, bytes,
                     crypto_pwhash_ALG_ARGON2ID13) == 0,
       "crypto_pwhash failed");
  return static_cast<double>(NowNs() - start);
}

void MeasureCold(const GoalsPlan& plan) {
  const testing::TemporaryStore place;
  Options options;
  options.path = place.path();
  options.map_size_bytes = std::uint64_t{1} << 30;
  const Call host = Caller::TrustedHost();
  std::vector<CreatedKey> keys;
  {
    const Engine engine = Must(Engine::Open(options));
    Must(engine.directory()
             .CreateUser(host, {.id = IamId("IBMid-1"), .realm = {}, .name = "One"})
             .status());
    Must(engine.directory()
             .CreateAccount(host, {AccountId("one"), "One", IamId("IBMid-1")})
             .status());
    std::vector<NewApiKey> wanted(10);
    for (NewApiKey& key : wanted) {
      key.iam_id = IamId("IBMid-1");
      key.account_id = AccountId("one");
      key.name = "cold";
    }
    keys = Must(engine.keys().CreateBatch(host, wanted));
  }
  std::vector<double> ratios;
  std::vector<double> ours;
  std::vector<double> theirs;
  for (std::size_t round = 0; round < (plan.quick ? 3U : 7U); ++round) {
    const Engine engine = Must(Engine::Open(options));
    for (const CreatedKey& key : keys) {
      const double stock = StockPwhash(2, std::size_t{19} << 20);
      const std::uint64_t start = NowNs();
      Must(engine.access().Authenticate(key.secret.ExposeSecret()).authenticated(), "cold");
      ours.push_back(static_cast<double>(NowNs() - start));
      theirs.push_back(stock);
      ratios.push_back(ours.back() / stock);
    }
  }
  PrintFigure("first authentication of a key", Median(std::move(ours)) / 1e6, "ms");
  PrintFigure("crypto_pwhash, 19 MiB, 2 passes", Median(std::move(theirs)) / 1e6, "ms");
  PrintGoal("cold_vs_pwhash", Median(std::move(ratios)), "<= 1.03");
}

}  // namespace

void MeasureTokens(const GoalsPlan& plan, const Subject& large) {
  MeasureUnissued(plan, large);
  const RawLmdb raw(large.fixture());
  MeasureFreshness(plan, raw);
  MeasureCold(plan);
}

}  // namespace latchkey::bench
