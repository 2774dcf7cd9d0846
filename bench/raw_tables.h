// bench/raw_tables.h: a store's file seen through LMDB alone, while no engine has it open: what its
// tables hold, and the peer of a mutation: the same puts into as many tables, committed by hand.
#ifndef LATCHKEY_BENCH_RAW_TABLES_H_
#define LATCHKEY_BENCH_RAW_TABLES_H_

#include <lmdb.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace latchkey::bench {

struct TableSize {
  std::uint64_t entries = 0;
  std::uint64_t key_bytes = 0;
  std::uint64_t value_bytes = 0;
};
using TableSizes = std::map<std::string, TableSize>;

// Of the store in the directory `path`.
[[nodiscard]] TableSizes SizesOf(const std::string& path);
[[nodiscard]] std::uint64_t PayloadOf(const TableSizes& sizes);

// Equal entries that one mutation puts into one table.
struct Puts {
  std::string table;
  std::uint64_t count = 0;
  std::size_t key_bytes = 0;
  std::size_t value_bytes = 0;
  bool in_order = false;  // by revision: at the end of the table
};
// What `mutations` equal mutations put between the two looks at a store.
[[nodiscard]] std::vector<Puts> PutsBetween(const TableSizes& before, const TableSizes& after,
                                            std::uint64_t mutations);

class RawCommit {
 public:
  // `path` is a copy of a store's directory, for this alone.
  RawCommit(const std::string& path, std::vector<Puts> puts);
  ~RawCommit();
  RawCommit(const RawCommit&) = delete;
  RawCommit& operator=(const RawCommit&) = delete;

  // One durable transaction with all puts.
  void Commit();

 private:
  std::vector<Puts> puts_;
  MDB_env* env_ = nullptr;
  std::vector<MDB_dbi> tables_;
  std::mt19937_64 random_{3};
  std::uint64_t last_ = std::uint64_t{1} << 40;  // beyond every revision of the copy
};

}  // namespace latchkey::bench

#endif  // LATCHKEY_BENCH_RAW_TABLES_H_
