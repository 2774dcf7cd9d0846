// engine/cache/access_table.h: compiled blocks by identity and account, in bounded memory.
//
// Readers take no lock: a set is one cache line of tagged pointers. A block that is replaced or
// makes room is freed once nobody who may have found it is inside (read_side.h).
#ifndef LATCHKEY_ENGINE_CACHE_ACCESS_TABLE_H_
#define LATCHKEY_ENGINE_CACHE_ACCESS_TABLE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "engine/cache/access_block.h"
#include "engine/cache/read_side.h"

namespace latchkey::cache {

class AccessTable {
 public:
  // Keeps at most `bytes` of blocks, those that wait to be freed included. `readers` must outlive
  // this, and be empty when this is destroyed.
  AccessTable(std::size_t bytes, ReadSide& readers);
  ~AccessTable();
  AccessTable(const AccessTable&) = delete;
  AccessTable& operator=(const AccessTable&) = delete;

  // Brings the set nearer.
  void Prefetch(std::uint64_t identity_serial, std::uint64_t account_hash) const;
  // Null if there is none. It lives for as long as the caller's ReadSide::Guard, which it entered
  // before. Threads: any. Cost: the line of the set, and the block's first.
  [[nodiscard]] const AccessBlock* Find(std::uint64_t identity_serial,
                                        std::uint64_t account_hash) const;

  // The writer's, one at a time. A block of the same identity and account is replaced. A block too
  // large for the table, or that meets no room because readers are slow to leave, is not kept.
  void Insert(std::unique_ptr<AccessBlock> block);
  // Frees what nobody can see any more. The writer's.
  void Collect();

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kWays = 8;

  struct alignas(64) Set {
    std::array<std::atomic<std::uint64_t>, kWays> ways{};  // 16 bits of the hash, 48 of a pointer
  };
  struct Retired {
    std::uint64_t turns = 0;
    std::unique_ptr<const AccessBlock> block;
  };

  void Unlink(std::atomic<std::uint64_t>& way);
  // Unlinks blocks, hand over hand, until `bytes` more fit.
  void MakeRoom(std::size_t bytes);

  const std::size_t capacity_;
  ReadSide& readers_;
  std::vector<Set> sets_;
  std::deque<Retired> retired_;
  std::size_t bytes_ = 0;   // of blocks, linked and retired
  std::size_t linked_ = 0;  // of those that are linked
  std::size_t hand_ = 0;    // the way that makes room next
};

}  // namespace latchkey::cache

#endif  // LATCHKEY_ENGINE_CACHE_ACCESS_TABLE_H_
