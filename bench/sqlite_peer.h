// bench/sqlite_peer.h: one prepared SELECT by key, in autocommit, on a file of the fixture's keys.
#ifndef LATCHKEY_BENCH_SQLITE_PEER_H_
#define LATCHKEY_BENCH_SQLITE_PEER_H_

#include <sqlite3.h>

#include <cstdint>

#include "latchkey/identity.h"

#include "bench/fixture.h"

namespace latchkey::bench {

class SqlitePeer {
 public:
  // Makes the file in the fixture's folder, unless it is there.
  explicit SqlitePeer(const Fixture& fixture);
  ~SqlitePeer();
  SqlitePeer(const SqlitePeer&) = delete;
  SqlitePeer& operator=(const SqlitePeer&) = delete;

  // The first byte of the value.
  [[nodiscard]] std::uint8_t Get(const KeyId& key);

 private:
  void Fill(const Fixture& fixture);

  sqlite3* database_ = nullptr;
  sqlite3_stmt* select_ = nullptr;
};

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_SQLITE_PEER_H_
