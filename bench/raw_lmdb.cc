#include "bench/raw_lmdb.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <functional>
#include <random>
#include <string>

#include "bench/must.h"

namespace latchkey::bench {
namespace {

constexpr std::size_t kValueBytes = 250;

void Check(int code) {
  if (code != MDB_SUCCESS) Fail(mdb_strerror(code));
}

MDB_val ValueOf(const KeyId& key) {
  // mdb_get and mdb_put do not write through mv_data.
  return {key.bytes().size(), const_cast<std::uint8_t*>(key.bytes().data())};
}

}  // namespace

RawLmdb::RawLmdb(const Fixture& fixture) {
  const std::string path = fixture.folder() + "/raw-lmdb";
  mkdir(path.c_str(), 0700);
  Check(mdb_env_create(&env_));
  Check(mdb_env_set_mapsize(env_, std::size_t{64} << 30));
  Check(mdb_env_open(env_, path.c_str(), MDB_NOSYNC, 0600));
  MDB_stat stat{};
  Check(mdb_env_stat(env_, &stat));
  if (stat.ms_entries != fixture.world().shape().keys()) Fill(fixture);
  Check(mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn_));
  Check(mdb_dbi_open(txn_, nullptr, 0, &table_));
  mdb_txn_reset(txn_);
}

RawLmdb::~RawLmdb() {
  mdb_txn_abort(txn_);
  mdb_env_close(env_);
}

void RawLmdb::Fill(const Fixture& fixture) {
  std::mt19937_64 random(1);
  std::array<std::uint64_t, (kValueBytes + 7) / 8> bytes{};
  const std::uint32_t keys = fixture.world().shape().keys();
  constexpr std::uint32_t kAtOnce = 1'000;
  for (std::uint32_t first = 0; first < keys; first += kAtOnce) {
    MDB_txn* txn = nullptr;
    MDB_dbi table = 0;
    Check(mdb_txn_begin(env_, nullptr, 0, &txn));
    Check(mdb_dbi_open(txn, nullptr, 0, &table));
    for (std::uint32_t i = first; i < std::min(first + kAtOnce, keys); ++i) {
      std::generate(bytes.begin(), bytes.end(), std::ref(random));
      MDB_val key = ValueOf(fixture.key(i));
      MDB_val value{kValueBytes, bytes.data()};
      Check(mdb_put(txn, table, &key, &value, 0));
    }
    Check(mdb_txn_commit(txn));
  }
}

std::uint8_t RawLmdb::Get(const KeyId& key) const {
  MDB_val name = ValueOf(key);
  MDB_val value{};
  Check(mdb_txn_renew(txn_));
  Check(mdb_get(txn_, table_, &name, &value));
  const std::uint8_t first = *static_cast<const std::uint8_t*>(value.mv_data);
  mdb_txn_reset(txn_);
  return first;
}

std::size_t RawLmdb::EnvInfo() const {
  MDB_envinfo info{};
  Check(mdb_env_info(env_, &info));
  return info.me_last_txnid;
}

}  // namespace latchkey::bench
