// One cache line for each credential: what it says, what it forgets, and readers beside a writer.
#include "engine/cache/warm_credentials.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <optional>
#include <thread>
#include <vector>

namespace latchkey::cache {
namespace {

KeyId KeyOf(std::uint64_t first, std::uint64_t second) {
  KeyId::Bytes bytes;
  std::memcpy(bytes.data(), &first, sizeof first);
  std::memcpy(bytes.data() + sizeof first, &second, sizeof second);
  return KeyId(bytes);
}

// A credential, with what it is found by.
struct Shown : WarmCredential {
  crypto::Hash128 token;
  KeyId key;
};

Shown Sample(std::uint64_t n) {
  Shown credential;
  credential.token = {n * 0x9E37'79B9'7F4A'7C15U, ~n};
  credential.key = KeyOf(n * 0xD6E8'FEB8'6659'FD93U, n * 0xA076'1D64'78BD'642FU);
  credential.secret_number = 14'776'335;
  credential.use_epoch = 0xFFFF'FFFF;
  credential.expires_us = -1;
  credential.identity_serial = 0xFFFF'FFFF;
  credential.account_serial = 0xFFFF'FFFE;
  credential.stamp = (std::uint64_t{1} << 48) - 1;
  credential.identity = 0xFFFF;
  credential.member = 0xFFFE;
  credential.account = 0xFFFD;
  return credential;
}

class Table {
 public:
  explicit Table(std::size_t capacity) : table_(*WarmCredentials::Make(capacity)) {}

  void Insert(const Shown& shown) { table_.Insert(shown.key, shown.token, shown, stamps_); }
  void Forget(const KeyId& key) { table_.Forget(key); }
  [[nodiscard]] std::size_t ChainLength(const KeyId& key) const { return table_.ChainLength(key); }
  [[nodiscard]] std::optional<WarmCredential> FindByToken(const KeyId& key,
                                                          const crypto::Hash128& token) const {
    WarmCredential found;
    return table_.FindByToken(key, token, found) ? std::optional(found) : std::nullopt;
  }
  [[nodiscard]] std::optional<WarmCredential> FindBySecret(const KeyId& key, std::uint32_t number,
                                                           std::uint32_t epoch) const {
    WarmCredential found;
    return table_.FindBySecret(key, number, epoch, found) ? std::optional(found) : std::nullopt;
  }

 private:
  WarmCredentials table_;
  const ChangeStamps stamps_;
};

void ExpectSame(const std::optional<WarmCredential>& found, const WarmCredential& wanted) {
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->secret_number, wanted.secret_number);
  EXPECT_EQ(found->use_epoch, wanted.use_epoch);
  EXPECT_EQ(found->expires_us, wanted.expires_us);
  EXPECT_EQ(found->identity_serial, wanted.identity_serial);
  EXPECT_EQ(found->account_serial, wanted.account_serial);
  EXPECT_EQ(found->stamp, wanted.stamp);
  EXPECT_EQ(found->identity, wanted.identity);
  EXPECT_EQ(found->member, wanted.member);
  EXPECT_EQ(found->account, wanted.account);
}

// hazard K5: every field, at its largest, and found by all that names it.
TEST(WarmCredentials, KeepsWhatWasPut) {
  Table table(64);
  const Shown one = Sample(1);
  table.Insert(one);
  ExpectSame(table.FindByToken(one.key, one.token), one);
  ExpectSame(table.FindBySecret(one.key, one.secret_number, one.use_epoch), one);
  EXPECT_FALSE(table.FindByToken(one.key, {one.token.low, one.token.high ^ 1}));
  EXPECT_FALSE(table.FindByToken(one.key, {one.token.low ^ 1, one.token.high}));
  EXPECT_FALSE(table.FindBySecret(one.key, one.secret_number - 1, one.use_epoch));
  EXPECT_FALSE(table.FindBySecret(one.key, one.secret_number, one.use_epoch - 1));
  EXPECT_FALSE(table.FindByToken(Sample(2).key, one.token));
}

// hazard A-3 of the domain's rules in hazard K5: a forgotten key is forgotten with all its secrets.
TEST(WarmCredentials, ForgetsAllSecretsOfAKeyAndNoOther) {
  Table table(64);
  const Shown first = Sample(1);
  Shown second = first;
  second.token = {7, 7};
  second.secret_number = 2;
  Shown neighbour = Sample(9);
  neighbour.key = KeyOf(1 * 0xD6E8'FEB8'6659'FD93U, 77 << 6);  // the same home
  for (const Shown& one : {first, second, neighbour}) table.Insert(one);
  table.Forget(first.key);
  EXPECT_FALSE(table.FindByToken(first.key, first.token));
  EXPECT_FALSE(table.FindByToken(first.key, second.token));
  EXPECT_TRUE(table.FindByToken(neighbour.key, neighbour.token));
  table.Insert(first);
  EXPECT_TRUE(table.FindByToken(first.key, first.token)) << "a place is used again";
}

// What does not fit a cell is not kept, rather than kept wrong.
TEST(WarmCredentials, KeepsNothingThatDoesNotFit) {
  Table table(64);
  Shown large = Sample(1);
  large.identity_serial = std::uint64_t{1} << 32;
  table.Insert(large);
  EXPECT_FALSE(table.FindByToken(large.key, large.token));
  large = Sample(1);
  large.account_serial = std::uint64_t{1} << 32;
  table.Insert(large);
  EXPECT_FALSE(table.FindByToken(large.key, large.token));
  large = Sample(1);
  large.stamp = std::uint64_t{1} << 48;
  table.Insert(large);
  EXPECT_FALSE(table.FindByToken(large.key, large.token));
  large = Sample(1);
  large.secret_number = 1U << 24;
  table.Insert(large);
  EXPECT_FALSE(table.FindByToken(large.key, large.token));
}

// hazard C16: whoever looks for what is not there looks at few cells, however many were forgotten.
// Those behind a gap are found, also when it is filled.
TEST(WarmCredentials, ChainsEndAgainOnceTheirLastEntriesAreForgotten) {
  Table table(64);
  std::vector<Shown> chain;
  for (std::uint64_t n = 0; n < 8; ++n) {
    Shown one = Sample(n + 1);
    one.key = KeyOf(42, (n + 1) << 6);  // one home
    chain.push_back(one);
    table.Insert(one);
  }
  EXPECT_EQ(table.ChainLength(chain[0].key), 8U);
  table.Forget(chain[6].key);
  EXPECT_EQ(table.ChainLength(chain[0].key), 8U) << "the last one lies behind it";
  table.Forget(chain[7].key);
  EXPECT_EQ(table.ChainLength(chain[0].key), 6U);
  for (const std::size_t n : {0U, 2U, 1U}) table.Forget(chain[n].key);
  for (const std::size_t n : {3U, 4U, 5U}) {
    EXPECT_TRUE(table.FindByToken(chain[n].key, chain[n].token)) << n;
  }
  table.Insert(chain[0]);
  EXPECT_EQ(table.ChainLength(chain[0].key), 6U) << "the gap before the others is filled";
  for (const std::size_t n : {0U, 3U, 4U, 5U}) {
    EXPECT_TRUE(table.FindByToken(chain[n].key, chain[n].token)) << n;
  }
  for (const std::size_t n : {0U, 3U, 4U, 5U}) table.Forget(chain[n].key);
  EXPECT_EQ(table.ChainLength(chain[0].key), 0U);
}

double MeanChainLength(const Table& table) {
  constexpr std::uint64_t kKeys = 10'000;
  std::size_t sum = 0;
  for (std::uint64_t n = 0; n < kKeys; ++n) sum += table.ChainLength(Sample(~n).key);
  return static_cast<double>(sum) / static_cast<double>(kKeys);
}

// hazard C16: in a full table whose entries come and go, all of them places of one another, whoever
// shows what nobody issued looks at two cells at most in the mean.
TEST(WarmCredentials, ChainsStayShort) {
  Table table(10'000);
  for (std::uint64_t n = 1; n <= 10'000; ++n) table.Insert(Sample(n));
  EXPECT_LE(MeanChainLength(table), 2.0);
  for (std::uint64_t n = 10'001; n <= 200'000; ++n) {
    table.Forget(Sample(n - 10'000).key);
    table.Insert(Sample(n));
  }
  EXPECT_LE(MeanChainLength(table), 2.0);
  EXPECT_GT(MeanChainLength(table), 0.5);
}

// hazard C16: of entries that were displaced nothing stays behind.
TEST(WarmCredentials, ChainsAreAsShortAfterOthersTookTheirPlaces) {
  Table table(10'000);
  for (std::uint64_t n = 1; n <= 100'000; ++n) table.Insert(Sample(n));
  for (std::uint64_t n = 1; n <= 100'000; ++n) {
    const Shown one = Sample(n);
    if (table.FindByToken(one.key, one.token)) table.Forget(one.key);
  }
  for (std::uint64_t n = 1; n <= 100'000; ++n) {
    ASSERT_EQ(table.ChainLength(Sample(n).key), 0U) << n;
  }
}

// hazard C22: an account that fills the table takes its own places only, once they are too few.
TEST(WarmCredentials, NoAccountTakesThePlacesOfOthers) {
  Table table(1'000);
  const auto of_account = [](std::uint64_t n, std::uint64_t account) {
    Shown one = Sample(n);
    one.account_serial = account;
    return one;
  };
  for (std::uint64_t n = 1; n <= 100; ++n) table.Insert(of_account(n, n));
  for (std::uint64_t n = 101; n <= 50'000; ++n) table.Insert(of_account(n, 7'000));
  for (std::uint64_t n = 1; n <= 100; ++n) {
    EXPECT_TRUE(table.FindByToken(Sample(n).key, Sample(n).token)) << n;
  }
}

// hazard C22: as many as were asked for find room, and more end nothing but others.
TEST(WarmCredentials, HoldsItsCapacityAndStaysBounded) {
  Table table(10'000);
  for (std::uint64_t n = 1; n <= 10'000; ++n) table.Insert(Sample(n));
  int kept = 0;
  for (std::uint64_t n = 1; n <= 10'000; ++n) {
    kept += table.FindByToken(Sample(n).key, Sample(n).token) ? 1 : 0;
  }
  EXPECT_GE(kept, 9'999);
  for (std::uint64_t n = 10'001; n <= 100'000; ++n) {
    table.Insert(Sample(n));
    ASSERT_TRUE(table.FindByToken(Sample(n).key, Sample(n).token)) << "the newest is always kept";
  }
}

// A reader beside a writer sees one entry or the other, never half of each.
TEST(WarmCredentials, ReadersSeeWholeEntries) {
  Table table(1);
  Shown even = Sample(2);
  Shown odd = even;
  odd.identity_serial = 1;
  odd.account_serial = 1;
  odd.use_epoch = 1;
  odd.expires_us = 1;
  odd.stamp = 1;
  odd.account = 1;
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; i < 3'000'000; ++i) table.Insert(i % 2 == 0 ? even : odd);
    stop.store(true);
  });
  int torn = 0;
  while (!stop.load()) {
    const auto found = table.FindByToken(even.key, even.token);
    if (!found) continue;
    const WarmCredential& wanted = found->identity_serial == 1 ? odd : even;
    torn += found->account_serial == wanted.account_serial &&
                    found->use_epoch == wanted.use_epoch &&
                    found->expires_us == wanted.expires_us && found->stamp == wanted.stamp &&
                    found->account == wanted.account
                ? 0
                : 1;
  }
  writer.join();
  EXPECT_EQ(torn, 0);
  EXPECT_TRUE(table.FindByToken(even.key, even.token));
}

}  // namespace
}  // namespace latchkey::cache
