#include <utility>

#include "engine/base/error.h"
#include "engine/kv/lmdb_status.h"
#include "engine/kv/rep.h"

namespace latchkey::kv {

Cursor::Cursor(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor::~Cursor() = default;

// LMDB frees the cursors of a write transaction with it, those of a read transaction never.
Cursor::Rep::~Rep() {
  if (txn->env->fork.Forked()) return;
  --txn->cursors;
  if (cursor != nullptr && life == txn->life) mdb_cursor_close(cursor);
}

absl::Status Cursor::Rep::Open() {
  const int code = mdb_cursor_open(txn->txn, txn->env->DbiOf(table), &cursor);
  if (code != MDB_SUCCESS) return LmdbError(code);
  life = txn->life;
  return absl::OkStatus();
}

absl::StatusOr<Cursor> Txn::OpenCursor(Table table) const {
  LATCHKEY_RETURN_IF_ERROR(rep_->CheckLive());
  auto cursor = std::make_unique<Cursor::Rep>();
  cursor->txn = rep_.get();
  cursor->table = table;
  cursor->life = rep_->life;
  ++rep_->cursors;
  LATCHKEY_RETURN_IF_ERROR(cursor->Open());
  return Cursor(std::move(cursor));
}

absl::StatusOr<std::optional<Cursor::Entry>> Cursor::Rep::Move(std::string_view target,
                                                               MDB_cursor_op op) {
  if (life != txn->life) {
    cursor = nullptr;
    LATCHKEY_RETURN_IF_ERROR(Open());
  }
  MDB_val name = ToVal(target);
  MDB_val value;
  const int code = mdb_cursor_get(cursor, &name, &value, op);
  stamp = txn->stamp;
  place = code == MDB_SUCCESS ? Place::kAt : Place::kEnd;
  if (code == MDB_NOTFOUND) return std::optional<Entry>();
  if (code != MDB_SUCCESS) return LmdbError(code);
  if (txn->writes) key.assign(FromVal(name));
  return Entry{FromVal(name), FromVal(value)};
}

// LMDB's own position after changes depends on where they were made: find the last key anew.
absl::StatusOr<std::optional<Cursor::Entry>> Cursor::Rep::NextAfterChange() {
  const std::string last = key;
  LATCHKEY_ASSIGN_OR_RETURN(const auto entry, Move(last, MDB_SET_RANGE));
  if (!entry.has_value() || entry->key != last) return entry;
  return Move({}, MDB_NEXT);
}

absl::StatusOr<std::optional<Cursor::Entry>> Cursor::Seek(std::string_view key) {
  LATCHKEY_RETURN_IF_ERROR(rep_->txn->CheckLive());
  if (key.empty()) return rep_->Move({}, MDB_FIRST);
  LATCHKEY_RETURN_IF_ERROR(CheckKey(key));
  return rep_->Move(key, MDB_SET_RANGE);
}

absl::StatusOr<std::optional<Cursor::Entry>> Cursor::Next() {
  LATCHKEY_RETURN_IF_ERROR(rep_->txn->CheckLive());
  if (rep_->place == Rep::Place::kEnd) return std::optional<Entry>();
  if (rep_->place == Rep::Place::kBefore) return rep_->Move({}, MDB_FIRST);
  return rep_->Moved() ? rep_->NextAfterChange() : rep_->Move({}, MDB_NEXT);
}

absl::StatusOr<std::optional<Cursor::Entry>> Cursor::SeekBefore(std::string_view key) {
  LATCHKEY_RETURN_IF_ERROR(rep_->txn->CheckLive());
  if (key.empty()) return rep_->Move({}, MDB_LAST);
  LATCHKEY_RETURN_IF_ERROR(CheckKey(key));
  LATCHKEY_ASSIGN_OR_RETURN(const auto behind, rep_->Move(key, MDB_SET_RANGE));
  LATCHKEY_ASSIGN_OR_RETURN(const auto before,
                            rep_->Move({}, behind.has_value() ? MDB_PREV : MDB_LAST));
  if (!before.has_value()) rep_->place = Rep::Place::kBefore;
  return before;
}

}  // namespace latchkey::kv
