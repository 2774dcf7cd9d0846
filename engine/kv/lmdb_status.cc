#include "engine/kv/lmdb_status.h"

#include <cerrno>
#include <string_view>

#include "engine/base/error.h"
#include "engine/kv/lmdb.h"

namespace latchkey::kv {
namespace {

struct CodeRow {
  int code;
  Reason reason;
  std::string_view message;
};

// Codes that are not listed are faults of input and output.
constexpr CodeRow kCodes[] = {
    {MDB_MAP_FULL, Reason::kStorageFull, "the map is full: delete data or raise the map size"},
    {MDB_TXN_FULL, Reason::kStorageFull, "one transaction changes too much: split it"},
    {ENOSPC, Reason::kStorageFull, "the device is full: free some space"},
    {EDQUOT, Reason::kStorageFull, "the disk quota is used up: raise it or free some space"},
    {MDB_READERS_FULL, Reason::kReadersFull, "all reader slots are taken: try again"},
    {MDB_CORRUPTED, Reason::kCorrupt, "a page of the store is damaged: restore a backup"},
    {MDB_PAGE_NOTFOUND, Reason::kCorrupt, "a page of the store is missing: restore a backup"},
    {MDB_CURSOR_FULL, Reason::kCorrupt, "a tree of the store is too deep: restore a backup"},
    {MDB_PAGE_FULL, Reason::kCorrupt, "a page of the store is overfull: restore a backup"},
    {MDB_INVALID, Reason::kStoreForeign, "a file of the store is not of LMDB: restore a backup"},
    {MDB_VERSION_MISMATCH, Reason::kStoreForeign,
     "the store is of another version of LMDB: open it with that version"},
    {MDB_INCOMPATIBLE, Reason::kStoreForeign, "a table of the store is of another kind"},
    {MDB_BAD_VALSIZE, Reason::kMalformed, "a key has 1 to 511 bytes, a value less than 4 GiB"},
    {MDB_MAP_RESIZED, Reason::kBusy, "another process enlarged the map: try again"},
    {MDB_PANIC, Reason::kStorageFailed, "an earlier fault stopped the store: close and open it"},
    {MDB_BAD_RSLOT, Reason::kStorageFailed, "a reader slot was taken away: close and open it"},
    // What a pid byte that another PID namespace holds looks like (hazard F9).
    {EAGAIN, Reason::kPidNamespace, "a process of another pid namespace has the store open"},
    {ENOMEM, Reason::kOutOfMemory, "no memory or address space: lower the map size or free some"},
};

constexpr CodeRow kOther = {0, Reason::kStorageFailed, "input or output failed: check the device"};

const CodeRow& RowOfCode(int code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code) return row;
  }
  return kOther;
}

}  // namespace

Reason ReasonOfLmdb(int code) { return RowOfCode(code).reason; }

absl::Status LmdbError(int code) {
  const CodeRow& row = RowOfCode(code);
  return base::Error(row.reason, row.message);
}

bool IsSpaceError(int code) { return ReasonOfLmdb(code) == Reason::kStorageFull; }

}  // namespace latchkey::kv
