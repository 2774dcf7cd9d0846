#include "bench/sqlite_peer.h"

#include <filesystem>
#include <string>

#include "bench/must.h"

namespace latchkey::bench {
namespace {

void Check(int code) {
  if (code != SQLITE_OK) Fail(sqlite3_errstr(code));
}

void Execute(sqlite3* database, const char* sql) {
  Check(sqlite3_exec(database, sql, nullptr, nullptr, nullptr));
}

void BindKey(sqlite3_stmt* statement, const KeyId& key) {
  Check(sqlite3_bind_blob(statement, 1, key.bytes().data(), static_cast<int>(key.bytes().size()),
                          SQLITE_STATIC));
}

}  // namespace

SqlitePeer::SqlitePeer(const Fixture& fixture) {
  const std::string path = fixture.folder() + "/sqlite";
  const bool is_new = !std::filesystem::exists(path);
  Check(sqlite3_open(path.c_str(), &database_));
  Execute(database_, "PRAGMA journal_mode = WAL; PRAGMA mmap_size = 8589934592");
  if (is_new) Fill(fixture);
  Check(sqlite3_prepare_v2(database_, "SELECT value FROM keys WHERE key = ?1", -1, &select_,
                           nullptr));
}

SqlitePeer::~SqlitePeer() {
  sqlite3_finalize(select_);
  sqlite3_close(database_);
}

void SqlitePeer::Fill(const Fixture& fixture) {
  Execute(database_, "CREATE TABLE keys (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID");
  Execute(database_, "BEGIN");
  sqlite3_stmt* insert = nullptr;
  Check(sqlite3_prepare_v2(database_, "INSERT INTO keys VALUES (?1, ?2)", -1, &insert, nullptr));
  const std::string value(250, 'v');
  for (std::uint32_t i = 0; i < fixture.world().shape().keys(); ++i) {
    BindKey(insert, fixture.key(i));
    Check(
        sqlite3_bind_blob(insert, 2, value.data(), static_cast<int>(value.size()), SQLITE_STATIC));
    Must(sqlite3_step(insert) == SQLITE_DONE, "SQLite did not insert");
    Check(sqlite3_reset(insert));
  }
  Check(sqlite3_finalize(insert));
  Execute(database_, "COMMIT");
}

std::uint8_t SqlitePeer::Get(const KeyId& key) {
  BindKey(select_, key);
  Must(sqlite3_step(select_) == SQLITE_ROW, "SQLite did not find a key");
  const std::uint8_t first = *static_cast<const std::uint8_t*>(sqlite3_column_blob(select_, 0));
  Check(sqlite3_reset(select_));
  return first;
}

}  // namespace latchkey::bench
