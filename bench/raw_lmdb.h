// bench/raw_lmdb.h: the peer of a warm decision: one LMDB read of a key's record, by hand.
//
// An environment of its own beside the store, with the same key ids, inserted in the same random
// order, and values of 250 bytes: LMDB forbids opening one environment twice in a process.
#ifndef LATCHKEY_BENCH_RAW_LMDB_H_
#define LATCHKEY_BENCH_RAW_LMDB_H_

#include <lmdb.h>

#include <cstddef>
#include <cstdint>

#include "latchkey/identity.h"

#include "bench/fixture.h"

namespace latchkey::bench {

class RawLmdb {
 public:
  // Finds the environment in the fixture's folder, or makes it.
  explicit RawLmdb(const Fixture& fixture);
  ~RawLmdb();
  RawLmdb(const RawLmdb&) = delete;
  RawLmdb& operator=(const RawLmdb&) = delete;

  // mdb_txn_renew + mdb_get + mdb_txn_reset; returns the first byte of the value.
  [[nodiscard]] std::uint8_t Get(const KeyId& key) const;
  // mdb_env_info; returns the last transaction id.
  [[nodiscard]] std::size_t EnvInfo() const;

 private:
  void Fill(const Fixture& fixture);

  MDB_env* env_ = nullptr;
  MDB_txn* txn_ = nullptr;
  MDB_dbi table_ = 0;
};

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_RAW_LMDB_H_
