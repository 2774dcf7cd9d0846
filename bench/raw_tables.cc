#include "bench/raw_tables.h"

#include <algorithm>
#include <utility>

#include "bench/must.h"

namespace latchkey::bench {
namespace {

constexpr unsigned kTablesMax = 64;

void Check(int code) {
  if (code != MDB_SUCCESS) Fail(mdb_strerror(code));
}

MDB_env* OpenEnv(const std::string& path, unsigned flags) {
  MDB_env* env = nullptr;
  Check(mdb_env_create(&env));
  Check(mdb_env_set_maxdbs(env, kTablesMax));
  Check(mdb_env_set_mapsize(env, std::size_t{64} << 30));
  Check(mdb_env_open(env, path.c_str(), flags, 0600));
  return env;
}

template <class Visit>
void ForEach(MDB_txn* txn, MDB_dbi table, Visit visit) {
  MDB_cursor* cursor = nullptr;
  Check(mdb_cursor_open(txn, table, &cursor));
  MDB_val key{};
  MDB_val value{};
  while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS) visit(key, value);
  mdb_cursor_close(cursor);
}

std::string TextOf(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

}  // namespace

TableSizes SizesOf(const std::string& path) {
  MDB_env* const env = OpenEnv(path, MDB_RDONLY | MDB_NOLOCK);
  MDB_txn* txn = nullptr;
  MDB_dbi main = 0;
  Check(mdb_txn_begin(env, nullptr, MDB_RDONLY, &txn));
  Check(mdb_dbi_open(txn, nullptr, 0, &main));
  std::vector<std::string> names;
  ForEach(txn, main, [&](const MDB_val& key, const MDB_val&) { names.push_back(TextOf(key)); });
  TableSizes sizes;
  for (const std::string& name : names) {
    MDB_dbi table = 0;
    Check(mdb_dbi_open(txn, name.c_str(), 0, &table));
    TableSize& size = sizes[name];
    ForEach(txn, table, [&](const MDB_val& key, const MDB_val& value) {
      ++size.entries;
      size.key_bytes += key.mv_size;
      size.value_bytes += value.mv_size;
    });
  }
  mdb_txn_abort(txn);
  mdb_env_close(env);
  return sizes;
}

std::uint64_t PayloadOf(const TableSizes& sizes) {
  std::uint64_t bytes = 0;
  for (const auto& [name, size] : sizes) bytes += size.key_bytes + size.value_bytes;
  return bytes;
}

std::vector<Puts> PutsBetween(const TableSizes& before, const TableSizes& after,
                              std::uint64_t mutations) {
  std::vector<Puts> puts;
  for (const auto& [name, size] : after) {
    const auto found = before.find(name);
    const TableSize old = found == before.end() ? TableSize{} : found->second;
    const std::uint64_t added = size.entries - old.entries;
    if (added == 0) continue;
    puts.push_back({name, added / mutations, (size.key_bytes - old.key_bytes) / added,
                    (size.value_bytes - old.value_bytes) / added, name == "changes"});
  }
  // Every mutation puts the progress of the store again, in place.
  const TableSize& meta = after.at("meta");
  puts.push_back({"meta", 1, meta.key_bytes / meta.entries, meta.value_bytes / meta.entries, true});
  return puts;
}

RawCommit::RawCommit(const std::string& path, std::vector<Puts> puts)
    : puts_(std::move(puts)), env_(OpenEnv(path, 0)) {
  MDB_txn* txn = nullptr;
  Check(mdb_txn_begin(env_, nullptr, 0, &txn));
  for (const Puts& put : puts_) {
    Check(mdb_dbi_open(txn, put.table.c_str(), 0, &tables_.emplace_back()));
  }
  Check(mdb_txn_commit(txn));
}

RawCommit::~RawCommit() { mdb_env_close(env_); }

void RawCommit::Commit() {
  MDB_txn* txn = nullptr;
  Check(mdb_txn_begin(env_, nullptr, 0, &txn));
  ++last_;
  for (std::size_t t = 0; t < puts_.size(); ++t) {
    const Puts& put = puts_[t];
    std::string key(put.key_bytes, '\0');
    std::string value(put.value_bytes, 'v');
    for (std::uint64_t i = 0; i < put.count; ++i) {
      if (put.in_order) {
        // The place of a revision: big-endian, after all others. In meta: always the same.
        const std::uint64_t n = put.table == "meta" ? 0 : last_;
        for (std::size_t b = 0; b < std::min<std::size_t>(8, key.size()); ++b) {
          key[b] = static_cast<char>(n >> (56 - 8 * b));
        }
      } else {
        std::generate(key.begin(), key.end(), [this] { return static_cast<char>(random_()); });
      }
      MDB_val name{key.size(), key.data()};
      MDB_val data{value.size(), value.data()};
      Check(mdb_put(txn, tables_[t], &name, &data, 0));
    }
  }
  Check(mdb_txn_commit(txn));
}

}  // namespace latchkey::bench
