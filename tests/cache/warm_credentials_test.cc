// One cache line for each credential: what it says, what it forgets, and readers beside a writer.
#include "engine/cache/warm_credentials.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <thread>

namespace latchkey::cache {
namespace {

KeyId KeyOf(std::uint64_t first, std::uint64_t second) {
  KeyId::Bytes bytes;
  std::memcpy(bytes.data(), &first, sizeof first);
  std::memcpy(bytes.data() + sizeof first, &second, sizeof second);
  return KeyId(bytes);
}

WarmCredential Sample(std::uint64_t n) {
  WarmCredential credential;
  credential.token = {n * 0x9E37'79B9'7F4A'7C15U, ~n};
  credential.key = KeyOf(n * 0xD6E8'FEB8'6659'FD93U, n + 1);
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

WarmCredentials TableOf(std::size_t capacity) { return *WarmCredentials::Make(capacity); }

void ExpectSame(const std::optional<WarmCredential>& found, const WarmCredential& wanted) {
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->token, wanted.token);
  EXPECT_EQ(found->key, wanted.key);
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
  WarmCredentials table = TableOf(64);
  const ChangeStamps stamps;
  const WarmCredential one = Sample(1);
  table.Insert(one, stamps);
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
  WarmCredentials table = TableOf(64);
  const ChangeStamps stamps;
  const WarmCredential first = Sample(1);
  WarmCredential second = first;
  second.token = {7, 7};
  second.secret_number = 2;
  WarmCredential neighbour = Sample(9);
  neighbour.key = KeyOf(1 * 0xD6E8'FEB8'6659'FD93U, 77);  // the same home
  for (const WarmCredential& one : {first, second, neighbour}) table.Insert(one, stamps);
  table.Forget(first.key);
  EXPECT_FALSE(table.FindByToken(first.key, first.token));
  EXPECT_FALSE(table.FindByToken(first.key, second.token));
  EXPECT_TRUE(table.FindByToken(neighbour.key, neighbour.token));
  table.Insert(first, stamps);
  EXPECT_TRUE(table.FindByToken(first.key, first.token)) << "a place is used again";
}

// What does not fit a cell is not kept, rather than kept wrong.
TEST(WarmCredentials, KeepsNothingThatDoesNotFit) {
  WarmCredentials table = TableOf(64);
  const ChangeStamps stamps;
  WarmCredential large = Sample(1);
  large.identity_serial = std::uint64_t{1} << 32;
  table.Insert(large, stamps);
  EXPECT_FALSE(table.FindByToken(large.key, large.token));
  large = Sample(1);
  large.account_serial = std::uint64_t{1} << 32;
  table.Insert(large, stamps);
  EXPECT_FALSE(table.FindByToken(large.key, large.token));
  large = Sample(1);
  large.stamp = std::uint64_t{1} << 48;
  table.Insert(large, stamps);
  EXPECT_FALSE(table.FindByToken(large.key, large.token));
}

// hazard C22 as far as built: as many as were asked for find room, and more end nothing but others.
TEST(WarmCredentials, HoldsItsCapacityAndStaysBounded) {
  WarmCredentials table = TableOf(10'000);
  const ChangeStamps stamps;
  for (std::uint64_t n = 1; n <= 10'000; ++n) table.Insert(Sample(n), stamps);
  int kept = 0;
  for (std::uint64_t n = 1; n <= 10'000; ++n) {
    kept += table.FindByToken(Sample(n).key, Sample(n).token) ? 1 : 0;
  }
  EXPECT_GE(kept, 9'990);
  for (std::uint64_t n = 10'001; n <= 100'000; ++n) {
    table.Insert(Sample(n), stamps);
    ASSERT_TRUE(table.FindByToken(Sample(n).key, Sample(n).token)) << "the newest is always kept";
  }
}

// A reader beside a writer sees one entry or the other, never half of each.
TEST(WarmCredentials, ReadersSeeWholeEntries) {
  WarmCredentials table = TableOf(1);
  const ChangeStamps stamps;
  WarmCredential even = Sample(2);
  WarmCredential odd = even;
  odd.identity_serial = 1;
  odd.account_serial = 1;
  odd.use_epoch = 1;
  odd.expires_us = 1;
  odd.stamp = 1;
  odd.account = 1;
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; i < 3'000'000; ++i) table.Insert(i % 2 == 0 ? even : odd, stamps);
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
