// Which snapshots the caches follow, and what they keep.
#include "engine/cache/warm_cache.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace latchkey::cache {
namespace {

class WarmCacheTest : public ::testing::Test {
 protected:
  WarmCacheTest() {
    std::string path = ::testing::TempDir() + "warm_cacheXXXXXX";
    root_ = ::mkdtemp(path.data());
    store::StoreOptions options;
    options.directory = root_ + "/store";
    options.map_size_bytes = std::uint64_t{64} << 20;
    options.allow_any_file_system = true;
    options.token_prefix = "lk";
    options.crn_prefix = "crn:v1:test";
    store_ = *store::Store::Open(options);
    cache_ = *WarmCache::Make(key_, readers_, 64, std::size_t{1} << 20);
  }
  ~WarmCacheTest() override {
    cache_.reset();
    store_.reset();
    std::filesystem::remove_all(root_);
  }

  // One more commit; its transaction id.
  std::uint64_t Commit() {
    const auto mutation = *store_->Write(base::Deadline::After(absl::Seconds(60)));
    Service service;
    service.name = "service-" + std::to_string(++services_);
    EXPECT_TRUE(mutation->Put(service).ok());
    store::ChangeHeader header;
    header.actor.kind = Caller::Kind::kTrustedHost;
    EXPECT_TRUE(mutation->Commit(header).ok());
    return store_->env().LastTxnId();
  }

  const crypto::Bytes16 key_ = {1, 2, 3};
  ReadSide readers_;
  std::string root_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<WarmCache> cache_;
  int services_ = 0;
};

// hazard L6: the id of a snapshot that was overtaken proves nothing about its pages.
TEST_F(WarmCacheTest, FollowsTheLastCommitOnly) {
  Commit();
  const auto old = *store_->Read();
  Commit();
  EXPECT_FALSE(cache_->Follow(*store_, *old));
  EXPECT_EQ(cache_->Fresh(*store_), Moment{});
  const auto snapshot = *store_->Read();
  EXPECT_TRUE(cache_->Follow(*store_, *snapshot));
  EXPECT_TRUE(cache_->Follow(*store_, *snapshot)) << "and again";
  EXPECT_EQ(cache_->Fresh(*store_).txn, snapshot->txn_id());
  Commit();
  EXPECT_EQ(cache_->Fresh(*store_), Moment{});
}

// domain A-3: what was found in one state is kept in that state only.
TEST_F(WarmCacheTest, KeepsWhatWasFoundInTheValidatedState) {
  Commit();
  const auto before = *store_->Read();
  ASSERT_TRUE(cache_->Follow(*store_, *before));
  const crypto::Hash128 token = {1, 2};
  const KeyId key(KeyId::Bytes{1, 2, 3});
  WarmCredential credential;
  credential.expires_us = 1;
  credential.stamp = before->txn_id();
  Commit();
  const auto after = *store_->Read();
  ASSERT_TRUE(cache_->Follow(*store_, *after));
  const Moment now = cache_->Fresh(*store_);
  ASSERT_NE(now, Moment{});
  WarmCredential found;
  cache_->Keep(before->txn_id(), key, token, credential);
  EXPECT_FALSE(cache_->Find(key, token, now, found));
  credential.stamp = after->txn_id();
  cache_->Keep(after->txn_id(), key, token, credential);
  EXPECT_TRUE(cache_->Find(key, token, now, found));
}

}  // namespace
}  // namespace latchkey::cache
